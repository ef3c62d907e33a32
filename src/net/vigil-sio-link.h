/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection attempt, seen from both threads: the socket on one side, the client on the other.
 * Private to net/. */
#pragma once

#include "vigil-sio-client.h"
#include "vigil-sio-socket.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SIO_LINK (vigil_sio_link_get_type ())
G_DECLARE_FINAL_TYPE (VigilSioLink, vigil_sio_link, VIGIL, SIO_LINK, GObject)

/** All run on the main thread, in the order in which things happened on the wire. */
typedef struct
{
  void (*opened) (gpointer owner);
  /** @items: of what VigilSioSink.event returned. */
  void (*items) (gpointer owner, GPtrArray *items);
  /** As VigilSioSocketFuncs.reply. */
  void (*reply) (gpointer owner, guint64 serial, JsonNode *answer, const GError *error, gint64 sent_us, gint64 rtt_us);
  /** We cannot keep up with the hall (TRUE), or can again. */
  void (*behind) (gpointer owner, gboolean behind);
  /** Once, and the last call. */
  void (*closed) (gpointer owner, const GError *error);
} VigilSioLinkFuncs;

/**
 * vigil_sio_link_new:
 * @owner: not referenced: the link must be dropped before the owner is gone
 *
 * Begins to connect. A link lives for one connection and is never used again.
 * Thread: main. Returns: (transfer full): give back with vigil_sio_link_drop().
 */
VigilSioLink *vigil_sio_link_new (VigilNetThread             *thread,
                                  const VigilSioSocketConfig *config,
                                  VigilSioSink               *sink,
                                  const VigilSioLinkFuncs    *funcs,
                                  gpointer                    owner);

/** Ends the connection and lets go; no function is called afterwards, the sink's included.
 *  Thread: main. */
void vigil_sio_link_drop (VigilSioLink *self);

/** As vigil_sio_socket_request(). Thread: main. */
void vigil_sio_link_request (VigilSioLink *self, guint64 serial, const char *event, JsonNode *argument, guint timeout_ms);

/** As vigil_sio_socket_forget(). Thread: main. */
void vigil_sio_link_forget (VigilSioLink *self, guint64 serial);

/** @packet: (transfer full). Lost silently if the connection is gone by then. Thread: main. */
void vigil_sio_link_send (VigilSioLink *self, VigilSioPacket *packet);

G_END_DECLS
