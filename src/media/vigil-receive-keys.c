/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libsrtp's keys of closed streams, some 29 KB each, which nothing frees before the transport goes: srtpdec's "remove-key" passes the
 * SSRC in the wrong byte order (GStreamer 1.22), so libsrtp does not find them. A day of scrolling is tens of thousands.
 *
 * So now and then all keys are given back, those of running streams too. srtpdec asks for each again with the next
 * packet; dtlssrtpdec answers, and we add what only the decrypter knew, how often the stream's sequence numbers had begun
 * again. No packet is lost by it. */
#include "vigil-receive-transport-private.h"

#include "vigil-media-metrics.h"

/* So many closed streams' keys, 1.9 MB, may lie about. */
#define CLOSED_KEYS 64

typedef struct
{
  VigilReceiveTransport *transport;
  gulong                 handler;
} Asking;

static void
asking_free (gpointer  data,
             GClosure *closure)
{
  Asking *asking = data;

  g_object_unref (asking->transport);
  g_free (asking);
}

/* Streaming thread, with srtpdec's lock. The last answer counts, which is ours, but the key is in the former. */
static GstCaps *
request_key_cb (GstElement *decrypter,
                guint       ssrc,
                gpointer    user_data)
{
  Asking *asking = user_data;
  guint32 roc = vigil_ssrc_table_get_rollover (asking->transport->ssrcs, ssrc);
  GstCaps *caps = NULL;

  g_signal_handler_block (decrypter, asking->handler);
  g_signal_emit_by_name (decrypter, "request-key", ssrc, &caps);
  g_signal_handler_unblock (decrypter, asking->handler);

  if (caps != NULL && roc > 0)
    {
      caps = gst_caps_make_writable (caps);
      gst_caps_set_simple (caps, "roc", G_TYPE_UINT, roc, NULL);
    }
  return caps;
}

/**
 * vigil_receive_transport_watch_keys:
 * @decrypter: an srtpdec
 *
 * Worker thread, before media can come.
 */
void
vigil_receive_transport_watch_keys (VigilReceiveTransport *self,
                                    GstElement            *decrypter)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->transport = g_object_ref (self);
  asking->handler = g_signal_connect_data (decrypter, "request-key", G_CALLBACK (request_key_cb), asking, asking_free, 0);
}

static void
keep_rollovers (VigilReceiveTransport *self,
                GstElement            *decrypter)
{
  g_autoptr (GstStructure) stats = NULL;
  const GValue *streams;

  g_object_get (decrypter, "stats", &stats, NULL);
  streams = stats != NULL ? gst_structure_get_value (stats, "streams") : NULL;
  for (guint i = 0; streams != NULL && GST_VALUE_HOLDS_ARRAY (streams) && i < gst_value_array_get_size (streams); i++)
    {
      const GstStructure *stream = gst_value_get_structure (gst_value_array_get_value (streams, i));
      guint ssrc, roc;

      if (stream != NULL && gst_structure_get (stream, "ssrc", G_TYPE_UINT, &ssrc, "roc", G_TYPE_UINT, &roc, NULL))
        vigil_ssrc_table_keep_rollover (self->ssrcs, ssrc, roc);
    }
}

/* Nothing is decrypted between the reading and the giving back. */
static void
give_back (VigilReceiveTransport *self,
           GstElement            *decrypter)
{
  g_autoptr (GstPad) rtp = gst_element_get_static_pad (decrypter, "rtp_sink");
  g_autoptr (GstPad) rtcp = gst_element_get_static_pad (decrypter, "rtcp_sink");

  if (rtp == NULL || rtcp == NULL)
    return;

  GST_PAD_STREAM_LOCK (rtp);
  GST_PAD_STREAM_LOCK (rtcp);
  keep_rollovers (self, decrypter);
  g_signal_emit_by_name (decrypter, "clear-keys");
  GST_PAD_STREAM_UNLOCK (rtcp);
  GST_PAD_STREAM_UNLOCK (rtp);
}

/**
 * vigil_receive_transport_count_closed:
 *
 * After a stream was freed; gives back all keys when enough of them are of nobody. Worker thread.
 */
void
vigil_receive_transport_count_closed (VigilReceiveTransport *self)
{
  g_autoptr (GPtrArray) decrypters = NULL;

  if (++self->closed_keys < CLOSED_KEYS)
    return;

  self->closed_keys = 0;
  decrypters = vigil_receive_transport_collect (self, "srtpdec");
  for (guint i = 0; i < decrypters->len; i++)
    give_back (self, decrypters->pdata[i]);
  vigil_counter_add (vigil_media_metrics ()->keys_given_back, 1);
}
