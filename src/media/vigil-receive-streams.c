/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams come to life in pad-added and are freed here; webrtcbin never frees one. */
#include "vigil-receive-transport-private.h"

#include <stdio.h>

#include "vigil-feed-pad.h"
#include "vigil-media-metrics.h"
#include "vigil-reorder-element.h"

static gboolean
ssrc_from_caps (GstPad  *pad,
                guint32 *ssrc)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  guint value;

  if (caps == NULL || gst_caps_is_empty (caps) ||
      !gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc", &value))
    return FALSE;

  *ssrc = value;
  return TRUE;
}

/* rtpbin names its pads recv_rtp_src_SESSION_SSRC_PT. */
static gboolean
ssrc_from_target (GstPad  *pad,
                  guint32 *ssrc)
{
  g_autoptr (GstPad) target = NULL;
  guint session, value, pt;

  if (!GST_IS_GHOST_PAD (pad))
    return FALSE;

  target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));
  if (target == NULL ||
      sscanf (GST_PAD_NAME (target), "recv_rtp_src_%u_%u_%u", &session, &value, &pt) != 3)
    return FALSE;

  *ssrc = value;
  return TRUE;
}

static void
pad_added_cb (GstElement *webrtc,
              GstPad     *pad,
              gpointer    user_data)
{
  VigilReceiveTransport *self = user_data;
  g_autoptr (VigilPacketSink) sink = NULL;
  VigilFeedPad *feed_pad;
  guint32 ssrc = 0;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;

  if (ssrc_from_target (pad, &ssrc) || ssrc_from_caps (pad, &ssrc))
    sink = vigil_ssrc_table_dup_sink (self->ssrcs, ssrc);
  if (sink == NULL)
    {
      g_info ("a stream pad for unknown SSRC %u, thrown away", ssrc);
      vigil_counter_add (vigil_media_metrics ()->pads_unknown, 1);
    }

  /* Linked before this returns, known or not: an unlinked pad stops the whole transport. */
  feed_pad = vigil_feed_pad_new (pad, ssrc, sink);
  if (!vigil_feed_pad_link (feed_pad))
    g_warning ("the pad of SSRC %u cannot be linked", ssrc);

  g_mutex_lock (&self->lock);
  g_hash_table_add (self->pads, feed_pad);
  g_mutex_unlock (&self->lock);
}

/* For sound as well: a voice has its own buffer behind this, and wants packets in order as soon as they are there. */
static GstElement *
request_jitterbuffer_cb (GstElement *rtpbin,
                         guint       session,
                         gpointer    user_data)
{
  return vigil_reorder_element_new ();
}

/*
 * webrtcbin keeps the last packets of each stream for FEC, of closed streams for
 * ever: some 50 KB a consumer. Nobody here sends FEC. Connected after
 * webrtcbin's own handler, so this is the last word.
 */
static void
new_storage_cb (GstElement *rtpbin,
                GObject    *storage,
                guint       session,
                gpointer    user_data)
{
  g_object_set (storage, "size-time", (guint64) 0, NULL);
}

/**
 * vigil_receive_transport_watch:
 *
 * Connects what must be there before the first state change. Worker thread.
 */
void
vigil_receive_transport_watch (VigilReceiveTransport *self)
{
  vigil_receive_transport_connect (self, self->webrtc, "pad-added", G_CALLBACK (pad_added_cb));
  vigil_receive_transport_connect (self, self->rtpbin, "request-jitterbuffer", G_CALLBACK (request_jitterbuffer_cb));
  vigil_receive_transport_connect (self, self->rtpbin, "new-storage", G_CALLBACK (new_storage_cb));
}

/*
 * The RTP session remembers every source it ever saw, with its statistics, until
 * it says goodbye; a consumer that is closed never does. So it is said for it,
 * right at the session, where our own guard does not see it.
 */
static void
say_goodbye (VigilReceiveTransport *self,
             guint32                ssrc)
{
  g_autoptr (GstPad) door = gst_element_get_static_pad (self->rtpbin, "recv_rtcp_sink_0");
  g_autoptr (GstPad) session = NULL;
  g_autoptr (GstEvent) started = NULL;
  guint8 bytes[] = {
    0x80, 201, 0, 1, 0, 0, 0, 0, /* an empty receiver report, which a compound begins with */
    0x81, 203, 0, 1, 0, 0, 0, 0, /* BYE */
  };

  if (door == NULL || !GST_IS_GHOST_PAD (door))
    return;
  session = gst_ghost_pad_get_target (GST_GHOST_PAD (door));
  /* Before the server's first report the pad is not ready for data. */
  started = session != NULL ? gst_pad_get_sticky_event (session, GST_EVENT_SEGMENT, 0) : NULL;
  if (started == NULL)
    return;

  GST_WRITE_UINT32_BE (bytes + 4, ssrc);
  GST_WRITE_UINT32_BE (bytes + 12, ssrc);
  gst_pad_chain (session, gst_buffer_new_memdup (bytes, sizeof bytes));
}

static GPtrArray *
steal_pads (VigilReceiveTransport *self,
            guint32                ssrc)
{
  GPtrArray *stolen = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer feed_pad;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->pads);
  while (g_hash_table_iter_next (&iter, &feed_pad, NULL))
    {
      if (vigil_feed_pad_get_ssrc (feed_pad) != ssrc)
        continue;
      g_ptr_array_add (stolen, feed_pad);
      g_hash_table_iter_remove (&iter);
    }
  g_mutex_unlock (&self->lock);

  return stolen;
}

/**
 * vigil_receive_transport_ask_key_frame:
 * @ssrc: of the stream; 0: of all
 *
 * Does nothing if the stream has not begun: its first packet is not there, so
 * there is nothing to ask through, and the server begins with a key frame.
 * Worker thread.
 */
void
vigil_receive_transport_ask_key_frame (VigilReceiveTransport *self,
                                       guint32                ssrc)
{
  GHashTableIter iter;
  gpointer feed_pad;

  /* Pads are freed on this thread only, so they outlive the lock; but they are added on others. */
  g_autoptr (GPtrArray) pads = g_ptr_array_new ();

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->pads);
  while (g_hash_table_iter_next (&iter, &feed_pad, NULL))
    {
      if (ssrc == 0 || vigil_feed_pad_get_ssrc (feed_pad) == ssrc)
        g_ptr_array_add (pads, feed_pad);
    }
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < pads->len; i++)
    vigil_feed_pad_request_key_frame (pads->pdata[i]);
}

/**
 * vigil_receive_transport_reap:
 * @ssrc: a stream that is off the list and that the server does not send any more
 *
 * Elements, pads and what the RTP session knows of the source stay behind for
 * every closed consumer that is not freed like this. Worker thread.
 */
void
vigil_receive_transport_reap (VigilReceiveTransport *self,
                              guint32                ssrc)
{
  g_autoptr (GPtrArray) pads = NULL;

  vigil_receive_transport_drain (self);
  say_goodbye (self, ssrc);
  g_signal_emit_by_name (self->rtpbin, "clear-ssrc", 0u, (guint) ssrc);

  pads = steal_pads (self, ssrc);
  for (guint i = 0; i < pads->len; i++)
    {
      VigilFeedPad *feed_pad = pads->pdata[i];
      g_autoptr (GstPad) source = gst_object_ref (vigil_feed_pad_get_source (feed_pad));

      gst_pad_set_active (source, FALSE);
      vigil_feed_pad_free (feed_pad);
      gst_element_remove_pad (self->webrtc, source);
    }

  vigil_receive_transport_count_closed (self);
  vigil_counter_add (vigil_media_metrics ()->reaps, 1);
}
