/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One Socket.IO connection, from the first packet to the last. Private to net/. */
#pragma once

#include <gio/gio.h>

#include "vigil-net-limits.h"
#include "vigil-net-thread.h"
#include "vigil-sio-packet.h"

G_BEGIN_DECLS

/** What a connection is made from. Immutable while the connection lives; strings are copied. */
typedef struct
{
  const char     *url;     /* ws or wss, without the Engine.IO query */
  const char     *nsp;     /* namespace */
  const char     *token;   /* a secret */
  GTlsDatabase   *trust;   /* (nullable): instead of the system's certificates */
  gboolean        msgpack; /* socket.io has the msgpack parser there */
  VigilNetLimits  limits;
} VigilSioSocketConfig;

typedef struct _VigilSioSocket VigilSioSocket;

/** All run on the network thread. */
typedef struct
{
  /** The namespace is joined. */
  void (*opened) (gpointer user_data);
  /** A text frame, before anybody parsed it. TRUE: it was taken and nobody else sees it. */
  gboolean (*frame) (gpointer user_data, const char *text, gsize len, gint64 received_us);
  /** Likewise a binary frame of a hall that speaks MessagePack. */
  gboolean (*packed) (gpointer user_data, const guint8 *data, gsize len, gint64 received_us);
  /** An event. The packet is (transfer none). */
  void (*event) (gpointer user_data, VigilSioPacket *packet, gint64 received_us);
  /** A request was answered, or not: exactly one of @answer and @error. @rtt_us: −1 unknown. */
  void (*reply) (gpointer user_data, guint64 serial, JsonNode *answer, const GError *error, gint64 sent_us, gint64 rtt_us);
  /** The end, once; nothing comes after it, and unanswered requests get no reply. */
  void (*closed) (gpointer user_data, const GError *error);
} VigilSioSocketFuncs;

/**
 * vigil_sio_socket_open:
 *
 * Begins to connect. Errors of @closed are VIGIL_SESSION_ERRORs.
 * Thread: network. Returns: (transfer full): free with vigil_sio_socket_close().
 */
VigilSioSocket *vigil_sio_socket_open (VigilNetThread             *thread,
                                       const VigilSioSocketConfig *config,
                                       const VigilSioSocketFuncs  *funcs,
                                       gpointer                    user_data);

/** Says goodbye if it can, frees everything; no function is called afterwards. Thread: network. */
void vigil_sio_socket_close (VigilSioSocket *self);

/** Sends an event and waits for its acknowledgement. @argument: (nullable). Thread: network. */
void vigil_sio_socket_request (VigilSioSocket *self, guint64 serial, const char *event, JsonNode *argument, guint timeout_ms);

/** Forgets a request: its late answer is dropped. Thread: network. */
void vigil_sio_socket_forget (VigilSioSocket *self, guint64 serial);

/** Sends a packet with its attachments. Thread: network. Returns: whether it could be sent. */
gboolean vigil_sio_socket_send (VigilSioSocket *self, VigilSioPacket *packet, GError **error);

/** How many requests wait for their answer. Thread: network. */
guint vigil_sio_socket_get_n_pending (VigilSioSocket *self);

G_END_DECLS
