/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTP header: RFC 3550 5.1. Payload descriptor: RFC 7741 4.2. Frame header: RFC 6386 9.1. */
#include "vigil-vp8.h"

#define RTP_HEADER_SIZE 12u

/**
 * vigil_vp8_parse_header:
 * @data: a whole coded frame, or its beginning
 * @size: bytes at @data; %VIGIL_VP8_HEADER_SIZE are enough
 * @header: (out): what it says
 *
 * Returns: %FALSE if this cannot be a VP8 frame
 */
gboolean
vigil_vp8_parse_header (const guint8   *data,
                        gsize           size,
                        VigilVp8Header *header)
{
  *header = (VigilVp8Header) { 0 };

  if (size < 3)
    return FALSE;

  header->key = (data[0] & 1) == 0;
  header->shown = (data[0] & 0x10) != 0;
  if (!header->key)
    return TRUE;

  if (size < VIGIL_VP8_HEADER_SIZE || data[3] != 0x9d || data[4] != 0x01 || data[5] != 0x2a)
    return FALSE;

  header->width = ((guint) data[6] | (guint) data[7] << 8) & 0x3fff;
  header->height = ((guint) data[8] | (guint) data[9] << 8) & 0x3fff;
  return TRUE;
}

/**
 * vigil_vp8_depay_init:
 *
 * Empty, waiting for the start of a frame.
 */
void
vigil_vp8_depay_init (VigilVp8Depay *self)
{
  self->frame = g_byte_array_sized_new (16 * 1024);
  self->whole = FALSE;
}

/**
 * vigil_vp8_depay_clear:
 */
void
vigil_vp8_depay_clear (VigilVp8Depay *self)
{
  g_clear_pointer (&self->frame, g_byte_array_unref);
}

/**
 * vigil_rtp_find_payload:
 * @packet: what should be an RTP packet
 * @size: its bytes
 * @payload: (out): what is between header and padding, if it is one
 * @payload_size: (out): its bytes, perhaps 0
 *
 * Returns: whether it is one
 */
gboolean
vigil_rtp_find_payload (const guint8  *packet,
                        gsize          size,
                        const guint8 **payload,
                        gsize         *payload_size)
{
  gsize begin = RTP_HEADER_SIZE;
  gsize padding = 0;

  if (size < RTP_HEADER_SIZE || (packet[0] >> 6) != 2)
    return FALSE;

  begin += (gsize) (packet[0] & 0x0f) * 4;
  if ((packet[0] & 0x10) != 0)
    {
      if (size < begin + 4)
        return FALSE;
      begin += 4 + ((gsize) packet[begin + 2] << 8 | packet[begin + 3]) * 4;
    }
  if ((packet[0] & 0x20) != 0)
    padding = packet[size - 1];
  if (begin + padding > size)
    return FALSE;

  *payload = packet + begin;
  *payload_size = size - begin - padding;
  return TRUE;
}

/* Returns the length of the payload descriptor, or 0 if it does not fit. */
static gsize
descriptor_size (const guint8 *payload,
                 gsize         size)
{
  gsize length = 1;
  guint8 extra;

  if (size < 1)
    return 0;
  if ((payload[0] & 0x80) != 0)
    {
      if (size < 2)
        return 0;
      extra = payload[1];
      length = 2;
      if ((extra & 0x80) != 0)
        {
          if (size <= length)
            return 0;
          length += (payload[length] & 0x80) != 0 ? 2 : 1;
        }
      if ((extra & 0x40) != 0)
        length++;
      if ((extra & 0x30) != 0)
        length++;
    }

  return length < size ? length : 0;
}

static VigilVp8Verdict
broken (VigilVp8Depay *self)
{
  self->whole = FALSE;
  g_byte_array_set_size (self->frame, 0);

  return VIGIL_VP8_BROKEN;
}

/**
 * vigil_vp8_depay_push:
 * @packet: an RTP packet
 * @size: its bytes
 * @gap: whether packets before it are missing
 *
 * A packet with nothing but padding, as servers send to probe, is passed over.
 *
 * Returns: where the frame stands. A whole one is valid until the next call.
 */
VigilVp8Verdict
vigil_vp8_depay_push (VigilVp8Depay *self,
                      const guint8  *packet,
                      gsize          size,
                      gboolean       gap)
{
  const guint8 *payload;
  gsize payload_size, descriptor;
  gboolean cut = gap && self->whole;

  if (gap)
    self->whole = FALSE;
  if (!vigil_rtp_find_payload (packet, size, &payload, &payload_size))
    return broken (self);
  if (payload_size == 0)
    return cut ? broken (self) : VIGIL_VP8_MORE;

  descriptor = descriptor_size (payload, payload_size);
  if (descriptor == 0)
    return broken (self);

  /* S and partition 0: a frame begins, whatever became of the one before. */
  if ((payload[0] & 0x10) != 0 && (payload[0] & 0x07) == 0)
    {
      g_byte_array_set_size (self->frame, 0);
      self->whole = TRUE;
    }
  if (!self->whole || self->frame->len + payload_size > VIGIL_VP8_FRAME_MAX)
    return broken (self);

  g_byte_array_append (self->frame, payload + descriptor, (guint) (payload_size - descriptor));
  if ((packet[1] & 0x80) == 0)
    return VIGIL_VP8_MORE;

  self->whole = FALSE;
  return VIGIL_VP8_FRAME;
}
