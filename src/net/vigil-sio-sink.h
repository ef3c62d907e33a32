/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of what a hall sends, before the main thread hears of it. */
#pragma once

#include "vigil-sio-packet.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SIO_SINK (vigil_sio_sink_get_type ())
G_DECLARE_INTERFACE (VigilSioSink, vigil_sio_sink, VIGIL, SIO_SINK, GObject)

/**
 * VigilSioSinkInterface:
 *
 * Called on the network thread only, by one connection at a time.
 */
struct _VigilSioSinkInterface
{
  GTypeInterface parent;

  /** The fast way: a whole text frame. TRUE: it is dealt with. */
  gboolean (*frame) (VigilSioSink *self, const char *text, gsize len, gint64 received_us);
  /** The same for a binary frame of a hall that speaks MessagePack. */
  gboolean (*packed) (VigilSioSink *self, const guint8 *data, gsize len, gint64 received_us);
  /** The slow way. Returns: (transfer full) (nullable): something for the main thread. */
  gpointer (*event) (VigilSioSink *self, VigilSioPacket *packet, gint64 received_us);
  /** Frees what @event returned. Thread: any. */
  GDestroyNotify free_item;
};

gboolean vigil_sio_sink_frame (VigilSioSink *self, const char *text, gsize len, gint64 received_us);
gboolean vigil_sio_sink_packed (VigilSioSink *self, const guint8 *data, gsize len, gint64 received_us);
gpointer vigil_sio_sink_event (VigilSioSink *self, VigilSioPacket *packet, gint64 received_us);

G_END_DECLS
