/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3550 section 6: a compound is a row of packets, each with its own length.
 *
 * A sender report, source description or goodbye about a stream that is not
 * (or no longer) allowed would make the RTP session create that stream again:
 * with one stray report per closed consumer 60 threads became 1,091.
 */
#include "vigil-rtcp-filter.h"

#include <string.h>

#define HEADER_SIZE 4u

#define TYPE_SR   200
#define TYPE_SDES 202
#define TYPE_BYE  203

static guint32
read_u32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

/* SDES: chunks of an SSRC and items up to a zero byte, each padded to 32 bits. */
static gboolean
sdes_allowed (const guint8     *body,
              gsize             size,
              guint             count,
              VigilSsrcAllowed  allowed,
              gpointer          user_data)
{
  gsize at = 0;

  for (guint i = 0; i < count; i++)
    {
      if (size - at < 4 || !allowed (read_u32 (body + at), user_data))
        return FALSE;

      at += 4;
      while (at < size && body[at] != 0)
        {
          if (size - at < 2 || size - at - 2 < body[at + 1])
            return FALSE;
          at += 2 + (gsize) body[at + 1];
        }
      if (at >= size)
        return FALSE;
      at = (at + 4) & ~(gsize) 3;
      if (at > size)
        return FALSE;
    }

  return TRUE;
}

static gboolean
bye_allowed (const guint8     *body,
             gsize             size,
             guint             count,
             VigilSsrcAllowed  allowed,
             gpointer          user_data)
{
  if (size / 4 < count)
    return FALSE;

  for (guint i = 0; i < count; i++)
    {
      if (!allowed (read_u32 (body + i * 4), user_data))
        return FALSE;
    }

  return TRUE;
}

static gboolean
packet_allowed (const guint8     *packet,
                gsize             size,
                VigilSsrcAllowed  allowed,
                gpointer          user_data)
{
  const guint8 *body = packet + HEADER_SIZE;
  gsize body_size = size - HEADER_SIZE;
  guint count = packet[0] & 0x1f;

  switch (packet[1])
    {
    case TYPE_SR:
      return body_size >= 4 && allowed (read_u32 (body), user_data);

    case TYPE_SDES:
      return sdes_allowed (body, body_size, count, allowed, user_data);

    case TYPE_BYE:
      return bye_allowed (body, body_size, count, allowed, user_data);

    default:
      /* Receiver reports and feedback come from the SFU's own SSRC, which sends no media. */
      return TRUE;
    }
}

/**
 * vigil_rtcp_looks_like:
 *
 * RFC 5761: with RTP and RTCP on one port, payload types 192..223 are RTCP.
 *
 * Returns: whether @data starts like RTCP
 */
gboolean
vigil_rtcp_looks_like (const guint8 *data,
                       gsize         size)
{
  return size >= HEADER_SIZE && (data[0] >> 6) == 2 && data[1] >= 192 && data[1] <= 223;
}

/**
 * vigil_rtcp_filter:
 * @data: one compound packet
 * @size: its bytes
 * @allowed: asked for each SSRC that the compound would bring to life
 * @user_data: for @allowed
 * @out: room for @size bytes; holds what is left after %VIGIL_RTCP_TRIMMED
 * @out_size: (out): bytes in @out
 *
 * Whole packets are kept or cut. Anything malformed is dropped altogether.
 * Thread: any.
 *
 * Returns: what to do with the compound
 */
VigilRtcpVerdict
vigil_rtcp_filter (const guint8     *data,
                   gsize             size,
                   VigilSsrcAllowed  allowed,
                   gpointer          user_data,
                   guint8           *out,
                   gsize            *out_size)
{
  gsize at = 0;
  gsize kept = 0;
  gboolean cut = FALSE;

  *out_size = 0;

  while (at < size)
    {
      gsize length;

      if (!vigil_rtcp_looks_like (data + at, size - at))
        return VIGIL_RTCP_DROP;

      length = (((gsize) data[at + 2] << 8 | data[at + 3]) + 1) * 4;
      if (length > size - at)
        return VIGIL_RTCP_DROP;

      if (packet_allowed (data + at, length, allowed, user_data))
        {
          memcpy (out + kept, data + at, length);
          kept += length;
        }
      else
        {
          cut = TRUE;
        }
      at += length;
    }

  *out_size = kept;
  if (kept == 0)
    return VIGIL_RTCP_DROP;
  return cut ? VIGIL_RTCP_TRIMMED : VIGIL_RTCP_PASS;
}
