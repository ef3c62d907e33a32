/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feedback that goes out, for a server that wants each in a packet of its own. */
#include "vigil-receive-transport-private.h"

#include "vigil-media-metrics.h"
#include "vigil-rtcp-split.h"

/* The name of the offer's line by which net/ says so (protocol/vigil-janus-sdp.h). */
#define ATTRIBUTE "x-vigil-feedback"

static void
part_cb (const guint8 *data,
         gsize         size,
         gpointer      user_data)
{
  g_ptr_array_add (user_data, gst_buffer_new_memdup (data, size));
}

/* The first goes the way of the compound; the others go past this probe, to where it leads. */
static GstPadProbeReturn
split_cb (GstPad          *pad,
          GstPadProbeInfo *info,
          gpointer         user_data)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  GstBuffer *compound = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstPad) peer = NULL;
  GstMapInfo map;

  if (!gst_buffer_map (compound, &map, GST_MAP_READ))
    return GST_PAD_PROBE_OK;
  vigil_rtcp_split (map.data, map.size, part_cb, parts);
  gst_buffer_unmap (compound, &map);
  if (parts->len == 0)
    return GST_PAD_PROBE_OK;

  peer = gst_pad_get_peer (pad);
  for (guint i = 0; i + 1 < parts->len; i++)
    {
      gst_buffer_copy_into (parts->pdata[i], compound, GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
      if (peer != NULL)
        gst_pad_chain (peer, parts->pdata[i]);
      else
        gst_buffer_unref (parts->pdata[i]);
    }
  gst_buffer_copy_into (parts->pdata[parts->len - 1], compound, GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  GST_PAD_PROBE_INFO_DATA (info) = parts->pdata[parts->len - 1];
  gst_buffer_unref (compound);
  vigil_counter_add (vigil_media_metrics ()->rtcp_split, 1);
  return GST_PAD_PROBE_OK;
}

/**
 * vigil_receive_transport_part_feedback:
 * @offer: the server's
 *
 * Does nothing unless @offer asks for it. Worker thread.
 */
void
vigil_receive_transport_part_feedback (VigilReceiveTransport *self,
                                       const GstSDPMessage   *offer)
{
  g_autoptr (GstPad) pad = NULL;

  if (g_strcmp0 (gst_sdp_message_get_attribute_val (offer, ATTRIBUTE), "alone") != 0)
    return;

  pad = gst_element_get_static_pad (self->rtpbin, "send_rtcp_src_0");
  if (pad == NULL)
    g_warning ("rtpbin has no pad for RTCP to the server");
  else
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, split_cb, NULL, NULL);
}
