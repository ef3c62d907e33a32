/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring: nothing is allocated per packet. */
#include "vigil-packet-queue.h"

/* RFC 3550's MAX_DROPOUT: a larger step is a sender that began anew, of which nobody knows what is missing. */
#define JUMP_MAX 3000

/* Packets come in order, so a number that is not the next one is a loss. Returns: how many are missing. */
static guint
note_sequence (VigilPacketQueue *self,
               guint16           seq)
{
  guint missing = self->has_seq ? (guint16) (seq - self->next_seq) : 0;

  self->has_seq = TRUE;
  self->next_seq = (guint16) (seq + 1);

  return missing <= JUMP_MAX ? missing : 1;
}

/**
 * vigil_packet_queue_push:
 * @buffer: (transfer full): an RTP packet
 * @n_dropped: (out): how many packets had to go
 *
 * A full queue means that the decoder is too slow or stuck. It is emptied
 * whole: half a picture is no use.
 *
 * Returns: what is in the queue now
 */
VigilPacketVerdict
vigil_packet_queue_push (VigilPacketQueue *self,
                         GstBuffer        *buffer,
                         guint            *n_dropped)
{
  gboolean overflow = self->length == VIGIL_PACKET_QUEUE_MAX;
  guint8 header[4] = { 0 };
  VigilPacket *packet;
  guint missing;

  *n_dropped = overflow ? vigil_packet_queue_clear (self) : 0;

  gst_buffer_extract (buffer, 0, header, sizeof header);
  missing = note_sequence (self, (guint16) (header[2] << 8 | header[3]));

  packet = &self->ring[(self->head + self->length) % VIGIL_PACKET_QUEUE_MAX];
  packet->buffer = buffer;
  packet->gap = self->gap || missing > 0;
  packet->missing = missing;
  self->gap = FALSE;
  self->length++;

  if (overflow)
    return VIGIL_PACKET_OVERFLOW;
  return (header[1] & 0x80) != 0 ? VIGIL_PACKET_FRAME_END : VIGIL_PACKET_QUEUED;
}

/**
 * vigil_packet_queue_pop:
 * @packets: (out caller-allocates): room for @max; the buffers are the caller's
 * @max: how many to take at most
 *
 * Returns: how many were taken
 */
guint
vigil_packet_queue_pop (VigilPacketQueue *self,
                        VigilPacket      *packets,
                        guint             max)
{
  guint n = MIN (max, self->length);

  for (guint i = 0; i < n; i++)
    {
      packets[i] = self->ring[self->head];
      self->head = (self->head + 1) % VIGIL_PACKET_QUEUE_MAX;
    }
  self->length -= n;

  return n;
}

/**
 * vigil_packet_queue_clear:
 *
 * Drops everything; what comes next has a gap before it.
 *
 * Returns: how many packets were dropped
 */
guint
vigil_packet_queue_clear (VigilPacketQueue *self)
{
  guint n = self->length;

  for (guint i = 0; i < n; i++)
    gst_buffer_unref (self->ring[(self->head + i) % VIGIL_PACKET_QUEUE_MAX].buffer);
  self->length = 0;
  self->gap = TRUE;

  return n;
}
