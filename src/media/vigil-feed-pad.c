/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An appsink would do the same with a state, a preroll, a clock and a GstSample per packet. */
#include "vigil-feed-pad.h"

#include <gst/video/video.h>

#include "vigil-media-metrics.h"

struct _VigilFeedPad
{
  /* immutable */
  GstPad          *source; /* webrtcbin's */
  GstPad          *pad;    /* ours */
  guint32          ssrc;
  VigilPacketSink *sink;   /* nullable: packets are thrown away */
};

static GstFlowReturn
chain_cb (GstPad    *pad,
          GstObject *parent,
          GstBuffer *buffer)
{
  VigilFeedPad *self = gst_pad_get_element_private (pad);

  if (self->sink != NULL)
    vigil_packet_sink_push_packet (self->sink, buffer);
  else
    gst_buffer_unref (buffer);

  return GST_FLOW_OK;
}

static gboolean
event_cb (GstPad    *pad,
          GstObject *parent,
          GstEvent  *event)
{
  VigilFeedPad *self = gst_pad_get_element_private (pad);

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS && self->sink != NULL)
    {
      GstCaps *caps = NULL;

      gst_event_parse_caps (event, &caps);
      vigil_packet_sink_set_caps (self->sink, caps);
    }
  gst_event_unref (event);

  return TRUE;
}

static gboolean
query_cb (GstPad    *pad,
          GstObject *parent,
          GstQuery  *query)
{
  switch (GST_QUERY_TYPE (query))
    {
    case GST_QUERY_ACCEPT_CAPS:
      gst_query_set_accept_caps_result (query, TRUE);
      return TRUE;

    case GST_QUERY_CAPS:
      {
        g_autoptr (GstCaps) any = gst_caps_new_any ();

        gst_query_set_caps_result (query, any);
        return TRUE;
      }

    default:
      return FALSE;
    }
}

/**
 * vigil_feed_pad_new:
 * @source: webrtcbin's pad
 * @ssrc: of the stream that leaves it
 * @sink: (nullable): where its packets go; %NULL throws them away
 *
 * Returns: (transfer full): an active pad, not linked yet. Thread: any.
 */
VigilFeedPad *
vigil_feed_pad_new (GstPad          *source,
                    guint32          ssrc,
                    VigilPacketSink *sink)
{
  VigilFeedPad *self = g_new0 (VigilFeedPad, 1);

  self->source = gst_object_ref (source);
  self->ssrc = ssrc;
  self->sink = sink != NULL ? g_object_ref (sink) : NULL;
  self->pad = gst_object_ref_sink (gst_pad_new ("feed", GST_PAD_SINK));
  gst_pad_set_element_private (self->pad, self);
  gst_pad_set_chain_function (self->pad, chain_cb);
  gst_pad_set_event_function (self->pad, event_cb);
  gst_pad_set_query_function (self->pad, query_cb);
  gst_pad_set_active (self->pad, TRUE);

  vigil_counter_add (vigil_media_metrics ()->pads_live, 1);
  return self;
}

/**
 * vigil_feed_pad_free:
 *
 * Unlinks and frees. Waits for a packet that is just passing, which is never
 * long. Nothing may be pushed into the source any more, or its stream would
 * see "not linked". Thread: the transport's worker.
 */
void
vigil_feed_pad_free (VigilFeedPad *self)
{
  gst_pad_set_active (self->pad, FALSE);
  if (gst_pad_is_linked (self->pad))
    gst_pad_unlink (self->source, self->pad);

  gst_object_unref (self->pad);
  gst_object_unref (self->source);
  g_clear_object (&self->sink);
  g_free (self);

  vigil_counter_add (vigil_media_metrics ()->pads_live, -1);
}

/**
 * vigil_feed_pad_link:
 *
 * Links at once and without any check: an unlinked pad must not exist for the
 * length of a packet, and the hierarchy check wants an element we do not have.
 * Thread: pad-added's.
 *
 * Returns: whether it is linked
 */
gboolean
vigil_feed_pad_link (VigilFeedPad *self)
{
  return gst_pad_link_full (self->source, self->pad, GST_PAD_LINK_CHECK_NOTHING) == GST_PAD_LINK_OK;
}

/**
 * vigil_feed_pad_get_ssrc:
 *
 * Returns: the stream's SSRC. Thread: any.
 */
guint32
vigil_feed_pad_get_ssrc (VigilFeedPad *self)
{
  return self->ssrc;
}

/**
 * vigil_feed_pad_get_source:
 *
 * Returns: (transfer none): webrtcbin's pad. Thread: any.
 */
GstPad *
vigil_feed_pad_get_source (VigilFeedPad *self)
{
  return self->source;
}

/**
 * vigil_feed_pad_request_key_frame:
 *
 * Asks the sender for a key frame (a PLI): what a decoder would do if events
 * could cross from its chain to webrtcbin. Thread: the transport's worker.
 *
 * Returns: whether somebody took the request
 */
gboolean
vigil_feed_pad_request_key_frame (VigilFeedPad *self)
{
  vigil_counter_add (vigil_media_metrics ()->key_frame_requests, 1);

  return gst_pad_push_event (self->pad,
                             gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0));
}
