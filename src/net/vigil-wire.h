/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WebSocket and nothing else: connecting, frames, letting go. Private to net/. */
#pragma once

#include <gio/gio.h>

#include "vigil-net-limits.h"
#include "vigil-net-thread.h"

G_BEGIN_DECLS

/** One WebSocket on the network thread; libsoup is not seen above it. */
typedef struct _VigilWire VigilWire;

/** All run on the network thread. Errors are VIGIL_SESSION_ERRORs. */
typedef struct
{
  /** The upgrade is done. */
  void (*opened) (gpointer user_data);
  /** A text frame before it is one: @text is not terminated, nor proved to be UTF-8. Returns: whether it was
   *  taken; if not it comes again by @text. @received_us: when its last byte was read. */
  gboolean (*early) (gpointer user_data, const char *text, gsize len, gint64 received_us);
  /** The same for a binary frame. */
  gboolean (*early_binary) (gpointer user_data, const guint8 *data, gsize len, gint64 received_us);
  void (*text) (gpointer user_data, const char *text, gsize len);
  void (*binary) (gpointer user_data, GBytes *bytes);
  /** The end, once; nothing comes after it. */
  void (*closed) (gpointer user_data, const GError *error);
} VigilWireFuncs;

/**
 * vigil_wire_open:
 * @url: ws or wss
 * @trust: (nullable): instead of the system's certificates
 *
 * Begins to connect: no redirect, no extension, frames of at most the limit "max_message".
 * The thread is held until nothing of it is left. Returns: (transfer full). Thread: network.
 */
VigilWire *vigil_wire_open (VigilNetThread *thread, const char *url, GTlsDatabase *trust, const VigilNetLimits *limits,
                            const VigilWireFuncs *funcs, gpointer user_data);

/** Lets go; no function is called afterwards. @goodbye: (nullable): a last text frame. Thread: network. */
void vigil_wire_close (VigilWire *self, const char *goodbye);

/** Whether frames can be sent. Thread: network. */
gboolean vigil_wire_is_open (VigilWire *self);

/** Sends a frame; lost if it is not open. Thread: network. */
void vigil_wire_send_text   (VigilWire *self, const char *text);
void vigil_wire_send_binary (VigilWire *self, GBytes *bytes);

G_END_DECLS
