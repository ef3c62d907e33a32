/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: takes one feed's RTP packets in order. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_PACKET_SINK (vigil_packet_sink_get_type ())
G_DECLARE_INTERFACE (VigilPacketSink, vigil_packet_sink, VIGIL, PACKET_SINK, GObject)

struct _VigilPacketSinkInterface
{
  GTypeInterface parent;

  void (*push_packet) (VigilPacketSink *self, GstBuffer *packet);
  void (*set_caps)    (VigilPacketSink *self, GstCaps *caps);
};

/**
 * Takes a packet (transfer full). Streaming thread of the transport: must
 * neither block nor fail, whatever is in it.
 */
void vigil_packet_sink_push_packet (VigilPacketSink *self, GstBuffer *packet);

/** The caps of the packets that follow (transfer none). Streaming thread. */
void vigil_packet_sink_set_caps (VigilPacketSink *self, GstCaps *caps);

G_END_DECLS
