/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames to RTP packets, for one consumer.
 *
 * A packet is a header of the consumer's own and the payload memory that all
 * consumers of all producers of that clip share. Sequence numbers and VP8
 * picture ids count what this consumer was sent, and timestamps are the time
 * of sending: a switch of clip, a pause or a jump to a key frame leaves no gap
 * in the former and no leap in the latter. */

#include "vigil-hall-packetizer.h"

#define RTP_HEADER_SIZE 12

/* X, I and a picture id of 15 bits (RFC 7741, 4.2). */
#define VP8_DESCRIPTOR_SIZE 4

/* Several seconds of video: a power of two. */
#define RING_SIZE 512

typedef struct
{
  GstMemory *payload;  /* NULL: nothing here yet */
  guint8     header[RTP_HEADER_SIZE + VP8_DESCRIPTOR_SIZE];  /* words are written to it: keep it aligned */
  guint16    seq;
} Packet;

struct _VigilHallPacketizer
{
  VigilHallKind kind;
  guint32       ssrc;
  guint16       seq;
  guint16       picture_id;
  guint32       timestamp_base;
  Packet        ring[RING_SIZE];
};

VigilHallPacketizer *
vigil_hall_packetizer_new (VigilHallKind kind,
                           guint32       ssrc)
{
  VigilHallPacketizer *self = g_new0 (VigilHallPacketizer, 1);

  self->kind = kind;
  self->ssrc = ssrc;
  /* Not at the top: a receiver that joins at a wrap guesses the cycle wrong. */
  self->seq = g_random_int_range (0, 0x4000);
  self->picture_id = g_random_int_range (0, 0x4000);
  self->timestamp_base = g_random_int ();

  return self;
}

/* Before the first packet: its number, instead of one at random. */
void
vigil_hall_packetizer_begin (VigilHallPacketizer *self,
                             guint16              seq)
{
  self->seq = seq;
}

/* Lets go of what could be resent. */
void
vigil_hall_packetizer_forget (VigilHallPacketizer *self)
{
  for (guint i = 0; i < RING_SIZE; i++)
    g_clear_pointer (&self->ring[i].payload, gst_memory_unref);
}

void
vigil_hall_packetizer_free (VigilHallPacketizer *self)
{
  vigil_hall_packetizer_forget (self);
  g_free (self);
}

static void
write_header (VigilHallPacketizer *self,
              guint8              *header,
              guint32              timestamp,
              gboolean             first,
              gboolean             last)
{
  gboolean video = self->kind == VIGIL_HALL_KIND_VIDEO;

  header[0] = 0x80;
  header[1] = (video ? VIGIL_HALL_ORTC_VP8_PAYLOAD : VIGIL_HALL_ORTC_OPUS_PAYLOAD) | (video && last ? 0x80 : 0);
  GST_WRITE_UINT16_BE (header + 2, self->seq);
  GST_WRITE_UINT32_BE (header + 4, timestamp);
  GST_WRITE_UINT32_BE (header + 8, self->ssrc);
  if (!video)
    return;

  header[12] = 0x80 | (first ? 0x10 : 0);
  header[13] = 0x80;
  GST_WRITE_UINT16_BE (header + 14, 0x8000 | (self->picture_id & 0x7fff));
}

static GstBuffer *
packet_to_buffer (VigilHallPacketizer *self,
                  const Packet        *packet,
                  GstClockTime         pts)
{
  gsize size = RTP_HEADER_SIZE + (self->kind == VIGIL_HALL_KIND_VIDEO ? VP8_DESCRIPTOR_SIZE : 0);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_fill (buffer, 0, packet->header, size);
  gst_buffer_append_memory (buffer, gst_memory_ref (packet->payload));
  GST_BUFFER_PTS (buffer) = pts;

  return buffer;
}

/**
 * vigil_hall_packetizer_frame:
 * @self: a consumer's packetizer
 * @frame: what to send
 * @at: when it was captured, microseconds on any clock that never jumps
 * @pts: running time now
 * @loss: 0 … 1: the share of packets that are remembered but left out
 * @n_dropped: (inout): counts those
 *
 * Returns: (transfer full): the frame's packets
 */
GstBufferList *
vigil_hall_packetizer_frame (VigilHallPacketizer *self,
                             const VigilSimFrame *frame,
                             gint64               at,
                             GstClockTime         pts,
                             double               loss,
                             guint               *n_dropped)
{
  GstBufferList *list = gst_buffer_list_new_sized (frame->n_payloads);
  guint32 rate = self->kind == VIGIL_HALL_KIND_VIDEO ? 90000 : 48000;
  guint32 timestamp = self->timestamp_base + (guint32) gst_util_uint64_scale (at, rate, G_USEC_PER_SEC);

  for (guint i = 0; i < frame->n_payloads; i++)
    {
      Packet *packet = &self->ring[self->seq % RING_SIZE];

      g_clear_pointer (&packet->payload, gst_memory_unref);
      packet->payload = gst_memory_ref (frame->payloads[i]);
      packet->seq = self->seq;
      write_header (self, packet->header, timestamp, i == 0, i + 1 == frame->n_payloads);
      self->seq++;

      if (loss > 0 && g_random_double () < loss)
        (*n_dropped)++;
      else
        gst_buffer_list_add (list, packet_to_buffer (self, packet, pts));
    }
  self->picture_id++;

  return list;
}

/* Returns: (transfer full) (nullable): a packet sent before, if still known. */
GstBuffer *
vigil_hall_packetizer_resend (VigilHallPacketizer *self,
                              guint16              seq,
                              GstClockTime         pts)
{
  const Packet *packet = &self->ring[seq % RING_SIZE];

  if (packet->payload == NULL || packet->seq != seq)
    return NULL;

  return packet_to_buffer (self, packet, pts);
}
