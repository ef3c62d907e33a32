/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the transport knows of a decoder: where its packets go, and nothing else. */
#include "vigil-packet-sink.h"

G_DEFINE_INTERFACE (VigilPacketSink, vigil_packet_sink, G_TYPE_OBJECT)

static void
vigil_packet_sink_default_init (VigilPacketSinkInterface *iface)
{
}

void
vigil_packet_sink_push_packet (VigilPacketSink *self,
                               GstBuffer       *packet)
{
  VIGIL_PACKET_SINK_GET_IFACE (self)->push_packet (self, packet);
}

void
vigil_packet_sink_set_caps (VigilPacketSink *self,
                            GstCaps         *caps)
{
  VIGIL_PACKET_SINK_GET_IFACE (self)->set_caps (self, caps);
}
