/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCP: feedback taken apart, compounds looked at. */

#include <gst/rtp/rtp.h>

#include "vigil-hall-rtcp.h"

/* Entries of four bytes: a sequence number, and a mask of the sixteen after it. */
static void
read_nacks (const guint8          *data,
            gsize                  size,
            guint32                media_ssrc,
            VigilHallFeedbackFunc  func,
            gpointer               user_data)
{
  for (gsize i = 0; i + 4 <= size; i += 4)
    {
      guint16 first = GST_READ_UINT16_BE (data + i);
      guint16 mask = GST_READ_UINT16_BE (data + i + 2);
      guint16 lost[17] = { first };
      guint n = 1;

      for (guint bit = 0; bit < 16; bit++)
        if (mask & (1u << bit))
          lost[n++] = first + 1 + bit;
      func (media_ssrc, VIGIL_HALL_FEEDBACK_NACK, lost, n, user_data);
    }
}

/**
 * vigil_hall_rtcp_read_feedback:
 * @type: the RTCP packet type
 * @format: the feedback format within it
 * @media_ssrc: whom the packet is about
 * @fci: (nullable): the entries
 * @func: called once per request; not at all for what is not understood
 * @user_data: for @func
 */
void
vigil_hall_rtcp_read_feedback (guint                  type,
                               guint                  format,
                               guint32                media_ssrc,
                               GstBuffer             *fci,
                               VigilHallFeedbackFunc  func,
                               gpointer               user_data)
{
  GstMapInfo map = GST_MAP_INFO_INIT;

  if (fci != NULL && !gst_buffer_map (fci, &map, GST_MAP_READ))
    return;

  if (type == GST_RTCP_TYPE_PSFB && format == GST_RTCP_PSFB_TYPE_PLI)
    {
      func (media_ssrc, VIGIL_HALL_FEEDBACK_PLI, NULL, 0, user_data);
    }
  else if (type == GST_RTCP_TYPE_PSFB && format == GST_RTCP_PSFB_TYPE_FIR)
    {
      /* FIR names its sources in its entries of eight bytes. */
      for (gsize i = 0; i + 8 <= map.size; i += 8)
        func (GST_READ_UINT32_BE (map.data + i), VIGIL_HALL_FEEDBACK_FIR, NULL, 0, user_data);
    }
  else if (type == GST_RTCP_TYPE_RTPFB && format == GST_RTCP_RTPFB_TYPE_NACK)
    {
      read_nacks (map.data, map.size, media_ssrc, func, user_data);
    }

  if (fci != NULL)
    gst_buffer_unmap (fci, &map);
}

/**
 * vigil_hall_rtcp_peek:
 * @compound: an RTCP compound packet
 * @ssrc: (out): who sends it
 * @has_bye: (out): whether somebody says BYE in it
 *
 * Returns: FALSE if it is too short to be one
 */
gboolean
vigil_hall_rtcp_peek (GstBuffer *compound,
                      guint32   *ssrc,
                      gboolean  *has_bye)
{
  GstMapInfo map;
  gboolean whole;

  if (!gst_buffer_map (compound, &map, GST_MAP_READ))
    return FALSE;

  whole = map.size >= 8;
  *has_bye = FALSE;
  if (whole)
    *ssrc = GST_READ_UINT32_BE (map.data + 4);
  for (gsize at = 0; whole && at + 4 <= map.size; at += 4 * (1 + (gsize) GST_READ_UINT16_BE (map.data + at + 2)))
    *has_bye |= map.data[at + 1] == GST_RTCP_TYPE_BYE;
  gst_buffer_unmap (compound, &map);

  return whole;
}
