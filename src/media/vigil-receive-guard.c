/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guards at the RTP session's two doors, and before them at the decrypter's: only
 * streams on the list may come to life.
 *
 * They cover a late packet of a stream that was just freed (it would create it
 * again while it is being removed), media that arrives before its signalling,
 * probation SSRCs, and reports on streams that are closed.
 */
#include "vigil-receive-transport-private.h"

#include "vigil-media-error.h"
#include "vigil-media-metrics.h"
#include "vigil-rtcp-filter.h"

#define RTP_HEADER_SIZE 12
#define RTCP_TYPE_SR    200

/* A packet goes from the decrypter to its feed in far less. */
#define LET_THROUGH_US  (50 * 1000)

static gboolean
allowed_cb (guint32  ssrc,
            gpointer user_data)
{
  return vigil_ssrc_table_contains (user_data, ssrc);
}

/* Returns a buffer to use instead of @buffer (transfer none → full), or NULL to drop it. */
static GstBuffer *
filter_rtcp (VigilReceiveTransport *self,
             GstBuffer             *buffer)
{
  const VigilMediaMetrics *m = vigil_media_metrics ();
  VigilRtcpVerdict verdict;
  GstBuffer *trimmed;
  GstMapInfo in, out;
  gsize kept;

  if (!gst_buffer_map (buffer, &in, GST_MAP_READ))
    return NULL;
  trimmed = gst_buffer_new_allocate (NULL, in.size, NULL);
  gst_buffer_map (trimmed, &out, GST_MAP_WRITE);
  verdict = vigil_rtcp_filter (in.data, in.size, allowed_cb, self->ssrcs, out.data, &kept);
  gst_buffer_unmap (trimmed, &out);
  gst_buffer_unmap (buffer, &in);

  switch (verdict)
    {
    case VIGIL_RTCP_PASS:
      gst_buffer_unref (trimmed);
      return gst_buffer_ref (buffer);

    case VIGIL_RTCP_TRIMMED:
      vigil_counter_add (m->rtcp_trimmed, 1);
      gst_buffer_copy_into (trimmed, buffer, GST_BUFFER_COPY_METADATA, 0, -1);
      gst_buffer_set_size (trimmed, (gssize) kept);
      return trimmed;

    case VIGIL_RTCP_DROP:
    default:
      vigil_counter_add (m->rtcp_dropped, 1);
      gst_buffer_unref (trimmed);
      return NULL;
    }
}

static gboolean
rtp_allowed (VigilReceiveTransport *self,
             const guint8          *header)
{
  guint32 ssrc = GST_READ_UINT32_BE (header + 8);

  if (vigil_ssrc_table_may_knock (self->ssrcs, ssrc, GST_READ_UINT16_BE (header + 2), g_get_monotonic_time ()))
    return TRUE;

  vigil_counter_add (vigil_media_metrics ()->packets_refused, 1);
  return FALSE;
}

/* As filter_rtcp(), for whatever a packet is. */
static GstBuffer *
filter_packet (VigilReceiveTransport *self,
               GstBuffer             *buffer)
{
  guint8 header[RTP_HEADER_SIZE];
  gsize size = gst_buffer_extract (buffer, 0, header, sizeof header);

  g_atomic_pointer_set (&self->last_arrival_ms, (gsize) (g_get_monotonic_time () / 1000));

  if (vigil_rtcp_looks_like (header, size))
    return filter_rtcp (self, buffer);
  if (g_atomic_int_get (&self->muted))
    return NULL;
  if (size < RTP_HEADER_SIZE || (header[0] >> 6) != 2 ||
      !vigil_ssrc_table_admit (self->ssrcs, GST_READ_UINT32_BE (header + 8), GST_READ_UINT16_BE (header + 2),
                               GST_READ_UINT32_BE (header + 4), g_get_monotonic_time ()))
    return NULL;

  g_atomic_int_set (&self->flowing, TRUE);
  return gst_buffer_ref (buffer);
}

static GstPadProbeReturn
filter_list (VigilReceiveTransport *self,
             GstPadProbeInfo       *info)
{
  GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);
  GstBufferList *passed = gst_buffer_list_new_sized (gst_buffer_list_length (list));

  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    {
      GstBuffer *buffer = filter_packet (self, gst_buffer_list_get (list, i));

      if (buffer != NULL)
        gst_buffer_list_add (passed, buffer);
    }

  if (gst_buffer_list_length (passed) == 0)
    {
      gst_buffer_list_unref (passed);
      return GST_PAD_PROBE_DROP;
    }

  gst_buffer_list_unref (list);
  GST_PAD_PROBE_INFO_DATA (info) = passed;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
packet_probe_cb (GstPad          *pad,
                 GstPadProbeInfo *info,
                 gpointer         user_data)
{
  VigilReceiveTransport *self = user_data;
  GstBuffer *buffer, *passed;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    return filter_list (self, info);

  buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  passed = filter_packet (self, buffer);
  if (passed == NULL)
    return GST_PAD_PROBE_DROP;

  /* Either the same with one reference more, or its replacement. */
  gst_buffer_unref (buffer);
  GST_PAD_PROBE_INFO_DATA (info) = passed;
  return GST_PAD_PROBE_OK;
}

/* Before decryption the headers can be read: SRTP leaves them as they are, and so does SRTCP the first eight bytes. */
static gboolean
worth_decrypting (VigilReceiveTransport *self,
                  GstBuffer             *buffer)
{
  guint8 header[RTP_HEADER_SIZE];
  gsize size = gst_buffer_extract (buffer, 0, header, sizeof header);
  gboolean worth;

  if (g_atomic_int_get (&self->closing))
    return FALSE;
  if (!vigil_rtcp_looks_like (header, size))
    return size == RTP_HEADER_SIZE && rtp_allowed (self, header);

  /* Receiver reports come from an SSRC of the server's own. */
  worth = size >= 8 && (header[1] != RTCP_TYPE_SR ||
                        vigil_ssrc_table_may_report (self->ssrcs, GST_READ_UINT32_BE (header + 4)));
  if (!worth)
    vigil_counter_add (vigil_media_metrics ()->rtcp_dropped, 1);
  return worth;
}

static gboolean
drop_unwanted_cb (GstBuffer **buffer,
                  guint       index,
                  gpointer    user_data)
{
  if (!worth_decrypting (user_data, *buffer))
    gst_clear_buffer (buffer);

  return TRUE;
}

static GstPadProbeReturn
encrypted_probe_cb (GstPad          *pad,
                    GstPadProbeInfo *info,
                    gpointer         user_data)
{
  GstBufferList *list;

  if ((GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) == 0)
    return worth_decrypting (user_data, GST_PAD_PROBE_INFO_BUFFER (info)) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;

  list = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
  gst_buffer_list_foreach (list, drop_unwanted_cb, user_data);
  GST_PAD_PROBE_INFO_DATA (info) = list;
  return GST_PAD_PROBE_OK;
}

static gboolean
guard_pad (VigilReceiveTransport  *self,
           GstElement             *element,
           const char             *name,
           GstPadProbeCallback     callback,
           GError                **error)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  if (pad == NULL)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_FAILED,
                   "%s has no pad “%s”", GST_ELEMENT_NAME (element), name);
      return FALSE;
    }

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     callback, g_object_ref (self), g_object_unref);
  return TRUE;
}

/* libsrtp makes keys for every SSRC that knocks, 30 KB of them, and has no end of its own. */
static gboolean
guard_decrypters (VigilReceiveTransport  *self,
                  GError                **error)
{
  g_autoptr (GPtrArray) decrypters = vigil_receive_transport_collect (self, "srtpdec");
  gboolean guarded = TRUE;

  for (guint i = 0; guarded && i < decrypters->len; i++)
    {
      vigil_receive_transport_watch_keys (self, decrypters->pdata[i]);
      guarded = guard_pad (self, decrypters->pdata[i], "rtp_sink", encrypted_probe_cb, error) &&
                guard_pad (self, decrypters->pdata[i], "rtcp_sink", encrypted_probe_cb, error);
    }

  return guarded;
}

/**
 * vigil_receive_transport_guard:
 *
 * Puts the guards up. No media can have arrived yet: the server does not know
 * our fingerprint. Without them there must be no transport. Worker thread.
 */
gboolean
vigil_receive_transport_guard (VigilReceiveTransport  *self,
                               GError                **error)
{
  return guard_decrypters (self, error) &&
         guard_pad (self, self->rtpbin, "recv_rtp_sink_0", packet_probe_cb, error) &&
         guard_pad (self, self->rtpbin, "recv_rtcp_sink_0", packet_probe_cb, error);
}

static void
drain_pad (VigilReceiveTransport *self,
           const char            *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->rtpbin, name);

  if (pad == NULL)
    return;

  GST_PAD_STREAM_LOCK (pad);
  GST_PAD_STREAM_UNLOCK (pad);
}

/**
 * vigil_receive_transport_drain:
 *
 * Waits until a packet that passed the guards before an SSRC was struck off
 * the list has gone all the way. After this nothing can re-create its stream.
 * Worker thread.
 */
void
vigil_receive_transport_drain (VigilReceiveTransport *self)
{
  drain_pad (self, "recv_rtp_sink_0");
  drain_pad (self, "recv_rtcp_sink_0");
}

static void
let_through (GstElement *element,
             const char *name,
             gint64      until_us)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  while (!GST_PAD_STREAM_TRYLOCK (pad))
    {
      if (g_get_monotonic_time () > until_us)
        return;
      g_usleep (500);
    }
  GST_PAD_STREAM_UNLOCK (pad);
}

/**
 * vigil_receive_transport_let_through:
 *
 * Once it is closing nothing reaches a decrypter any more. Waits for a packet that is inside one: srtpdec 1.22 whose pads are
 * taken down under its first report names a stream anew, which it cannot, and says so as a critical. Not for long, as webrtcbin
 * may be holding it there, until it is taken down. Worker thread.
 */
void
vigil_receive_transport_let_through (VigilReceiveTransport *self)
{
  g_autoptr (GPtrArray) decrypters = vigil_receive_transport_collect (self, "srtpdec");
  gint64 until_us = g_get_monotonic_time () + LET_THROUGH_US;

  for (guint i = 0; i < decrypters->len; i++)
    {
      let_through (decrypters->pdata[i], "rtp_sink", until_us);
      let_through (decrypters->pdata[i], "rtcp_sink", until_us);
    }
}
