/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: what becomes of what a hall sends. */
#include "vigil-sio-sink.h"

G_DEFINE_INTERFACE (VigilSioSink, vigil_sio_sink, G_TYPE_OBJECT)

static void
vigil_sio_sink_default_init (VigilSioSinkInterface *iface)
{
}

gboolean
vigil_sio_sink_frame (VigilSioSink *self, const char *text, gsize len, gint64 received_us)
{
  return VIGIL_SIO_SINK_GET_IFACE (self)->frame (self, text, len, received_us);
}

/* Who takes no frames need not say so. */
gboolean
vigil_sio_sink_packed (VigilSioSink *self, const guint8 *data, gsize len, gint64 received_us)
{
  VigilSioSinkInterface *iface = VIGIL_SIO_SINK_GET_IFACE (self);

  return iface->packed != NULL && iface->packed (self, data, len, received_us);
}

gpointer
vigil_sio_sink_event (VigilSioSink *self, VigilSioPacket *packet, gint64 received_us)
{
  return VIGIL_SIO_SINK_GET_IFACE (self)->event (self, packet, received_us);
}
