/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated candidate's pictures once more, as H264. */
#include "janus-h264.h"

struct _JanusH264
{
  GstElement *pipeline, *in, *encoder, *out;
};

JanusH264 *
janus_h264_new (guint32 ssrc)
{
  JanusH264 *self = g_new0 (JanusH264, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
    "appsrc name=in is-live=true do-timestamp=true format=time caps=application/x-rtp,media=video,clock-rate=90000,encoding-name=VP8,payload=96"
    " ! rtpvp8depay ! vp8dec threads=1"
    " ! openh264enc name=encoder complexity=low bitrate=250000 rate-control=bitrate gop-size=3000 multi-thread=1"
    " ! rtph264pay pt=96 ssrc=%u mtu=1200 config-interval=-1 aggregate-mode=zero-latency"
    " ! appsink name=out sync=false", ssrc);

  self->pipeline = gst_parse_launch (text, &error);
  g_assert_no_error (error);
  self->in = gst_bin_get_by_name (GST_BIN (self->pipeline), "in");
  self->encoder = gst_bin_get_by_name (GST_BIN (self->pipeline), "encoder");
  self->out = gst_bin_get_by_name (GST_BIN (self->pipeline), "out");
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return self;
}

void
janus_h264_free (JanusH264 *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->in);
  gst_object_unref (self->encoder);
  gst_object_unref (self->out);
  gst_object_unref (self->pipeline);
  g_free (self);
}

void
janus_h264_push (JanusH264 *self, GstBufferList *packets)
{
  GstFlowReturn flow;

  for (guint i = 0; i < gst_buffer_list_length (packets); i++)
    {
      g_autoptr (GstBuffer) copy = gst_buffer_copy_deep (gst_buffer_list_get (packets, i));

      GST_BUFFER_PTS (copy) = GST_BUFFER_DTS (copy) = GST_CLOCK_TIME_NONE;
      g_signal_emit_by_name (self->in, "push-buffer", copy, &flow);
    }
}

void
janus_h264_request_key (JanusH264 *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->encoder, "src");

  gst_pad_send_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
                                                 gst_structure_new ("GstForceKeyUnit", "all-headers", G_TYPE_BOOLEAN, TRUE, NULL)));
}

GstBuffer *
janus_h264_pull (JanusH264 *self)
{
  g_autoptr (GstSample) sample = NULL;

  g_signal_emit_by_name (self->out, "try-pull-sample", (guint64) 0, &sample);
  return sample != NULL ? gst_buffer_ref (gst_sample_get_buffer (sample)) : NULL;
}
