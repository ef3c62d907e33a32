/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Janus takes a compound for the stream that its first report is about, or its first lost packet (1.1.2,
 * janus_rtcp_get_receiver_ssrc), and a request for a key frame says nothing to it of which stream it is for. */
#include "vigil-rtcp-split.h"

#include <string.h>

#define HEADER_SIZE 4u
#define BLOCK_SIZE 24u
#define MAX_SIZE 1500u

#define TYPE_RR    201
#define TYPE_RTPFB 205
#define TYPE_PSFB  206

static guint32
read_u32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

static void
write_u32 (guint8  *p,
           guint32  value)
{
  p[0] = (guint8) (value >> 24);
  p[1] = (guint8) (value >> 16);
  p[2] = (guint8) (value >> 8);
  p[3] = (guint8) value;
}

static gboolean
is_feedback (const guint8 *packet)
{
  return packet[1] == TYPE_RTPFB || packet[1] == TYPE_PSFB;
}

/* 0: it is cut off. */
static gsize
size_of (const guint8 *packet,
         gsize         left)
{
  gsize size;

  if (left < HEADER_SIZE || (packet[0] >> 6) != 2)
    return 0;
  size = ((gsize) packet[2] << 8 | packet[3]) * 4 + HEADER_SIZE;
  return size <= left ? size : 0;
}

/* Whether @data is a sound compound with feedback in it whose parts will fit. */
static gboolean
is_splittable (const guint8 *data,
               gsize         size)
{
  gboolean feedback = FALSE;

  if (size > MAX_SIZE - HEADER_SIZE - BLOCK_SIZE - 4)
    return FALSE;
  for (gsize at = 0; at < size;)
    {
      gsize one = size_of (data + at, size - at);

      if (one == 0 || (is_feedback (data + at) && one < 12))
        return FALSE;
      feedback |= is_feedback (data + at);
      at += one;
    }
  return feedback;
}

/* What the compound reports on @ssrc, or a report that knows nothing yet. */
static void
copy_block (const guint8 *data,
            gsize         size,
            guint32       ssrc,
            guint8       *block)
{
  gsize one = size_of (data, size);
  guint n = data[0] & 0x1f;

  memset (block, 0, BLOCK_SIZE);
  write_u32 (block, ssrc);
  if (data[1] != TYPE_RR)
    return;
  for (guint i = 0; i < n && 8 + (i + 1) * BLOCK_SIZE <= one; i++)
    if (read_u32 (data + 8 + i * BLOCK_SIZE) == ssrc)
      memcpy (block, data + 8 + i * BLOCK_SIZE, BLOCK_SIZE);
}

/**
 * vigil_rtcp_split:
 * @data: a compound as our RTP session made it
 * @part: called with each packet that is to be sent instead
 *
 * The first is the compound without its feedback; then for each feedback one of a receiver report on that stream and
 * the feedback itself.
 *
 * Returns: how many; 0: nothing is to be done, send it as it is
 */
guint
vigil_rtcp_split (const guint8  *data,
                  gsize          size,
                  VigilRtcpPart  part,
                  gpointer       user_data)
{
  guint8 out[MAX_SIZE];
  gsize length = 0;
  guint n = 0;

  if (!is_splittable (data, size))
    return 0;

  for (gsize at = 0; at < size; at += size_of (data + at, size - at))
    if (!is_feedback (data + at))
      {
        gsize one = size_of (data + at, size - at);

        memcpy (out + length, data + at, one);
        length += one;
      }
  if (length > 0)
    {
      part (out, length, user_data);
      n++;
    }

  for (gsize at = 0; at < size; at += size_of (data + at, size - at))
    if (is_feedback (data + at))
      {
        gsize one = size_of (data + at, size - at);
        const guint8 head[] = { 0x81, TYPE_RR, 0, 7 };

        memcpy (out, head, HEADER_SIZE);
        memcpy (out + HEADER_SIZE, data + at + 4, 4); /* who says it */
        copy_block (data, size, read_u32 (data + at + 8), out + 8);
        memcpy (out + 8 + BLOCK_SIZE, data + at, one);
        part (out, 8 + BLOCK_SIZE + one, user_data);
        n++;
      }
  return n;
}
