/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small receiving client for tests of the hall's SFU. */

#include <gst/app/app.h>
#include <gst/rtp/rtp.h>
#include <gst/sdp/sdp.h>
#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>
#include <nice/agent.h>
#include <string.h>

#include "sfu-client.h"
#include "vigil-hall-ortc.h"

typedef struct
{
  GstPad     *pad;   /* webrtcbin's */
  GstElement *sink;
} Outlet;

struct _SfuClient
{
  SfuCall       call;
  gpointer      call_data;
  SfuLocal      local;
  char         *transport_id;
  GstElement   *pipeline;
  GstElement   *webrtcbin;
  GstElement   *rtpbin;
  gint          connected;

  GMutex        lock;
  GHashTable   *tracks;     /* under lock: ssrc → Track */
  GHashTable   *outlets;    /* under lock: ssrc → Outlet */
  guint         strangers;  /* under lock: packets of SSRCs nobody consumes */
};

/* GStreamer 1.22's RTP session lets go of its lock while it walks its table of
 * sources to write reports, and GLib complains if one is added just then. The
 * walk ends there and the other reports are written next time: harmless. */
static gboolean
is_fatal (const char     *domain,
          GLogLevelFlags  level,
          const char     *message,
          gpointer        user_data)
{
  return strstr (message, "version == hash_table->version") == NULL;
}

void
sfu_wait_ms (guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
}

gboolean
sfu_wait_until (gboolean (*done) (gpointer data),
                gpointer   data,
                guint      timeout_ms)
{
  gint64 end = g_get_monotonic_time () + timeout_ms * 1000;

  while (!done (data))
    {
      if (g_get_monotonic_time () > end)
        return FALSE;
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }

  return TRUE;
}

static GstFlowReturn
new_sample_cb (GstAppSink *sink,
               gpointer    user_data)
{
  SfuClient *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  if (sample != NULL && gst_rtp_buffer_map (gst_sample_get_buffer (sample), GST_MAP_READ, &rtp))
    {
      Track *track;

      g_mutex_lock (&self->lock);
      track = g_hash_table_lookup (self->tracks, GUINT_TO_POINTER (gst_rtp_buffer_get_ssrc (&rtp)));
      if (track != NULL)
        track_take_packet (track, &rtp);
      g_mutex_unlock (&self->lock);
      gst_rtp_buffer_unmap (&rtp);
    }

  return GST_FLOW_OK;
}

static void
pad_added_cb (GstElement *webrtcbin,
              GstPad     *pad,
              gpointer    user_data)
{
  SfuClient *self = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };
  GstElement *sink;
  g_autoptr (GstPad) sink_pad = NULL;
  guint ssrc = 0;
  Outlet *outlet;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc", &ssrc);
  sink = gst_element_factory_make ("appsink", NULL);
  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  sink_pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_link (pad, sink_pad);

  outlet = g_new0 (Outlet, 1);
  outlet->pad = pad;
  outlet->sink = sink;
  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->outlets, GUINT_TO_POINTER (ssrc), outlet);
  g_mutex_unlock (&self->lock);
}

static gboolean
is_known (SfuClient *self,
          GstBuffer *buffer,
          gsize      offset)
{
  guint8 data[4];
  guint32 ssrc;
  Track *track;

  if (gst_buffer_extract (buffer, offset, data, 4) != 4)
    return FALSE;
  ssrc = GST_READ_UINT32_BE (data);
  g_mutex_lock (&self->lock);
  track = g_hash_table_lookup (self->tracks, GUINT_TO_POINTER (ssrc));
  if (track != NULL)
    track->arrived = TRUE;
  else
    self->strangers++;
  g_mutex_unlock (&self->lock);

  return track != NULL;
}

static gboolean
keep_known (GstBuffer **buffer,
            guint       index,
            gpointer    user_data)
{
  if (!is_known (user_data, *buffer, 8))
    gst_clear_buffer (buffer);

  return TRUE;
}

static GstPadProbeReturn
recv_rtp_probe_cb (GstPad          *pad,
                   GstPadProbeInfo *info,
                   gpointer         user_data)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    {
      GstBufferList *list = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));

      gst_buffer_list_foreach (list, keep_known, user_data);
      info->data = list;
      return GST_PAD_PROBE_OK;
    }

  return is_known (user_data, GST_PAD_PROBE_INFO_BUFFER (info), 8) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
recv_rtcp_probe_cb (GstPad          *pad,
                    GstPadProbeInfo *info,
                    gpointer         user_data)
{
  return is_known (user_data, GST_PAD_PROBE_INFO_BUFFER (info), 4) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static void
rtpbin_pad_added_cb (GstElement *rtpbin,
                     GstPad     *pad,
                     gpointer    user_data)
{
  if (g_str_has_prefix (GST_PAD_NAME (pad), "recv_rtp_sink_"))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, recv_rtp_probe_cb,
                       user_data, NULL);
  else if (g_str_has_prefix (GST_PAD_NAME (pad), "recv_rtcp_sink_"))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, recv_rtcp_probe_cb, user_data, NULL);
}

static void
new_jitterbuffer_cb (GstElement *rtpbin,
                     GstElement *jitterbuffer,
                     guint       session,
                     guint       ssrc,
                     gpointer    user_data)
{
  /* Not for the packet after the last one: of a paused consumer that is the
   * first of the key frame it resumes with, and once asked for and given up it
   * would be thrown away when it comes. */
  g_object_set (jitterbuffer, "do-retransmission", TRUE, "rtx-next-seqnum", FALSE, NULL);
}

static void
deep_element_added_cb (GstBin     *bin,
                       GstBin     *sub_bin,
                       GstElement *element,
                       gpointer    user_data)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), "rtpsession"))
    {
      g_autoptr (GObject) session = NULL;

      g_object_get (element, "internal-session", &session, NULL);
      g_object_set (session, "bandwidth", 50e6, "rtcp-min-interval", (guint64) 100 * GST_MSECOND, NULL);
    }
}

static void
notify_connection_cb (GstElement *webrtcbin,
                      GParamSpec *pspec,
                      gpointer    user_data)
{
  SfuClient *self = user_data;
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtcbin, "connection-state", &state, NULL);
  g_atomic_int_set (&self->connected, state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED);
}

static void
add_loopback (SfuClient *self)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  NiceAddress address;

  g_object_get (self->webrtcbin, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  g_object_set (agent, "ice-tcp", FALSE, "upnp", FALSE, NULL);
  nice_address_init (&address);
  nice_address_set_from_string (&address, "127.0.0.1");
  nice_agent_add_local_address (NICE_AGENT (agent), &address);
}

SfuClient *
sfu_client_new_remote (SfuCall  call,
                       gpointer call_data)
{
  SfuClient *self = g_new0 (SfuClient, 1);

  /* GLib forgets it after every test. */
  g_test_log_set_fatal_handler (is_fatal, NULL);
  g_mutex_init (&self->lock);
  self->call = call;
  self->call_data = call_data;
  self->tracks = g_hash_table_new_full (NULL, NULL, NULL, track_free);
  self->outlets = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->pipeline = gst_pipeline_new (NULL);
  self->webrtcbin = gst_element_factory_make ("webrtcbin", NULL);
  g_object_set (self->webrtcbin, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, "latency", 200, NULL);
  g_signal_connect (self->webrtcbin, "pad-added", G_CALLBACK (pad_added_cb), self);
  g_signal_connect (self->webrtcbin, "notify::connection-state", G_CALLBACK (notify_connection_cb), self);
  g_signal_connect (self->webrtcbin, "deep-element-added", G_CALLBACK (deep_element_added_cb), self);
  self->rtpbin = gst_bin_get_by_name (GST_BIN (self->webrtcbin), "rtpbin");
  g_signal_connect (self->rtpbin, "new-jitterbuffer", G_CALLBACK (new_jitterbuffer_cb), self);
  g_signal_connect (self->rtpbin, "pad-added", G_CALLBACK (rtpbin_pad_added_cb), self);
  g_signal_handlers_disconnect_matched (self->rtpbin, G_SIGNAL_MATCH_ID,
                                        g_signal_lookup ("request-fec-decoder-full", G_OBJECT_TYPE (self->rtpbin)),
                                        0, NULL, NULL, NULL);
  gst_bin_add (GST_BIN (self->pipeline), self->webrtcbin);
  add_loopback (self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);

  return self;
}

/* @sfu and @key must outlive the client. */
SfuClient *
sfu_client_new (VigilHallSfu *sfu,
                const char   *key)
{
  SfuClient *self = sfu_client_new_remote (sfu_call_local, NULL);

  self->local.sfu = sfu;
  self->local.key = key;
  self->call_data = &self->local;

  return self;
}

/* (transfer full): asserts that the request was granted; takes @params. */
static JsonObject *
call (SfuClient  *self,
      const char *method,
      JsonObject *params)
{
  JsonObject *answer = self->call (method, params, self->call_data);

  json_object_unref (params);
  if (json_object_has_member (answer, "error"))
    g_error ("%s: %s", method, json_object_get_string_member (answer, "error"));

  return answer;
}

static void
call_consumer (SfuClient  *self,
               const char *method,
               const char *consumer_id)
{
  JsonObject *params = json_object_new ();

  json_object_set_string_member (params, "consumerId", consumer_id);
  json_object_unref (call (self, method, params));
}

void
sfu_client_free (SfuClient *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->rtpbin);
  gst_object_unref (self->pipeline);
  g_hash_table_unref (self->tracks);
  g_hash_table_unref (self->outlets);
  g_mutex_clear (&self->lock);
  g_free (self->transport_id);
  g_free (self);
}

const char *
sfu_client_get_transport (SfuClient *self)
{
  return self->transport_id;
}

static gboolean
is_connected (gpointer data)
{
  return g_atomic_int_get (&((SfuClient *) data)->connected);
}

static char *
compose_offer (JsonObject *transport)
{
  JsonObject *ice = json_object_get_object_member (transport, "iceParameters");
  JsonObject *dtls = json_object_get_object_member (transport, "dtlsParameters");
  JsonObject *print = json_array_get_object_element (json_object_get_array_member (dtls, "fingerprints"), 0);
  JsonArray *candidates = json_object_get_array_member (transport, "iceCandidates");
  GString *sdp = g_string_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n");

  for (int i = 0; i < 2; i++)
    {
      g_string_append_printf (sdp, "m=%s 9 UDP/TLS/RTP/SAVPF %d\r\nc=IN IP4 0.0.0.0\r\na=mid:%d\r\na=sendonly\r\na=rtcp-mux\r\n",
                              i ? "video" : "audio", i ? 101 : 100, i);
      g_string_append_printf (sdp, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:%s %s\r\na=setup:actpass\r\n",
                              json_object_get_string_member (ice, "usernameFragment"),
                              json_object_get_string_member (ice, "password"),
                              json_object_get_string_member (print, "algorithm"),
                              json_object_get_string_member (print, "value"));
      g_string_append (sdp, i ? "a=rtpmap:101 VP8/90000\r\na=rtcp-fb:101 nack\r\na=rtcp-fb:101 nack pli\r\na=rtcp-fb:101 ccm fir\r\n"
                              : "a=rtpmap:100 opus/48000/2\r\n");
      for (guint j = 0; j < json_array_get_length (candidates); j++)
        {
          JsonObject *c = json_array_get_object_element (candidates, j);

          g_string_append_printf (sdp, "a=candidate:%s 1 UDP %" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " typ host\r\n",
                                  json_object_get_string_member (c, "foundation"),
                                  json_object_get_int_member (c, "priority"),
                                  json_object_get_string_member (c, "ip"),
                                  json_object_get_int_member (c, "port"));
        }
    }

  return g_string_free (sdp, FALSE);
}

static char *
attribute_of (const char *sdp,
              const char *name)
{
  g_autofree char *prefix = g_strdup_printf ("\na=%s:", name);
  const char *at = strstr (sdp, prefix);

  g_assert_nonnull (at);
  at += strlen (prefix);

  return g_strndup (at, strcspn (at, "\r\n"));
}

static char *
answer_offer (SfuClient  *self,
              const char *offer_text)
{
  GstSDPMessage *sdp;
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  g_autoptr (GstPromise) remote = gst_promise_new ();
  g_autoptr (GstPromise) made = gst_promise_new ();
  g_autoptr (GstPromise) local = gst_promise_new ();

  g_assert_cmpint (gst_sdp_message_new_from_text (offer_text, &sdp), ==, GST_SDP_OK);
  offer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, sdp);
  g_signal_emit_by_name (self->webrtcbin, "set-remote-description", offer, remote);
  gst_promise_wait (remote);
  g_signal_emit_by_name (self->webrtcbin, "create-answer", NULL, made);
  gst_promise_wait (made);
  gst_structure_get (gst_promise_get_reply (made), "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &answer, NULL);
  g_assert_nonnull (answer);
  g_signal_emit_by_name (self->webrtcbin, "set-local-description", answer, local);
  gst_promise_wait (local);

  return gst_sdp_message_as_text (answer->sdp);
}

static void
tell_parameters (SfuClient  *self,
                 const char *answer)
{
  g_autofree char *ufrag = attribute_of (answer, "ice-ufrag");
  g_autofree char *pwd = attribute_of (answer, "ice-pwd");
  g_autofree char *print = attribute_of (answer, "fingerprint");
  g_autofree char *text = g_strdup_printf ("{\"transportId\":\"%s\",\"dtlsParameters\":{\"role\":\"client\",\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":\"%s\"}]},"
                                           "\"iceParameters\":{\"usernameFragment\":\"%s\",\"password\":\"%s\"}}",
                                           self->transport_id, strchr (print, ' ') + 1, ufrag, pwd);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  json_object_unref (call (self, "connectTransport", json_node_dup_object (node)));
}

#ifndef SO_RCVBUFFORCE
#define SO_RCVBUFFORCE 33
#endif

/* Room for dozens of key frames at once; past the system's limit for those who may. */
static void
enlarge_receive_buffer (SfuClient *self)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  GSocket *socket;

  g_object_get (self->webrtcbin, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  socket = nice_agent_get_selected_socket (NICE_AGENT (agent), 1, 1);
  if (socket != NULL && !g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUFFORCE, 4 * 1024 * 1024, NULL))
    g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, 4 * 1024 * 1024, NULL);
}

gboolean
sfu_client_connect (SfuClient *self)
{
  g_autoptr (JsonObject) transport = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;

  transport = call (self, "createTransport", json_object_new ());
  self->transport_id = g_strdup (json_object_get_string_member (transport, "id"));

  offer = compose_offer (transport);
  answer = answer_offer (self, offer);
  tell_parameters (self, answer);

  if (!sfu_wait_until (is_connected, self, 5000))
    return FALSE;
  enlarge_receive_buffer (self);

  return TRUE;
}

char *
sfu_client_consume (SfuClient  *self,
                    const char *producer_id,
                    gboolean    decode,
                    guint32    *ssrc)
{
  g_autoptr (JsonObject) answer = NULL;
  JsonObject *params = json_object_new ();
  JsonObject *parameters;
  Track *track;
  char *id;

  json_object_set_string_member (params, "transportId", self->transport_id);
  json_object_set_string_member (params, "producerId", producer_id);
  json_object_set_object_member (params, "rtpCapabilities", vigil_hall_ortc_dup_capabilities ());
  answer = call (self, "consume", params);
  parameters = json_object_get_object_member (answer, "rtpParameters");
  *ssrc = json_object_get_int_member (json_array_get_object_element (json_object_get_array_member (parameters, "encodings"), 0), "ssrc");
  id = g_strdup (json_object_get_string_member (answer, "id"));

  track = track_new (*ssrc, g_str_equal (json_object_get_string_member (answer, "kind"), "video"), decode);
  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->tracks, GUINT_TO_POINTER (*ssrc), track);
  g_mutex_unlock (&self->lock);

  call_consumer (self, "resume", id);

  return id;
}

/* A packet that is past the probe already would re-create the stream that is
 * being removed. Whoever has had a pad's stream lock knows that none is. */
static void
wait_for_packets_in_flight (SfuClient *self)
{
  static const char *const names[] = { "recv_rtp_sink_0", "recv_rtcp_sink_0" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GstPad) pad = gst_element_get_static_pad (self->rtpbin, names[i]);

      GST_PAD_STREAM_LOCK (pad);
      GST_PAD_STREAM_UNLOCK (pad);
    }
}

typedef struct
{
  SfuClient *client;
  guint32    ssrc;
} Awaited;

static gboolean
has_outlet (gpointer data)
{
  Awaited *awaited = data;
  gboolean has;

  g_mutex_lock (&awaited->client->lock);
  has = g_hash_table_contains (awaited->client->outlets, GUINT_TO_POINTER (awaited->ssrc));
  g_mutex_unlock (&awaited->client->lock);

  return has;
}

/* Strikes the SSRC off the list. Returns whether anything of it came. */
static gboolean
forget_track (SfuClient *self,
              guint32    ssrc)
{
  gboolean arrived;
  Track *track;

  g_mutex_lock (&self->lock);
  track = g_hash_table_lookup (self->tracks, GUINT_TO_POINTER (ssrc));
  arrived = track != NULL && track->arrived;
  g_hash_table_remove (self->tracks, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->lock);

  return arrived;
}

/* webrtcbin frees nothing by itself: forget the SSRC, then the pad. While the
 * pad is on its way clear-ssrc hangs for ever in 1.22, so it is waited for. */
static void
reap (SfuClient *self,
      guint32    ssrc)
{
  Awaited awaited = { self, ssrc };
  Outlet *outlet = NULL;

  if (!forget_track (self, ssrc))
    return;
  wait_for_packets_in_flight (self);
  if (!sfu_wait_until (has_outlet, &awaited, 15000))
    g_error ("No pad for SSRC %u", ssrc);
  g_signal_emit_by_name (self->rtpbin, "clear-ssrc", 0, ssrc);

  g_mutex_lock (&self->lock);
  g_hash_table_steal_extended (self->outlets, GUINT_TO_POINTER (ssrc), NULL, (gpointer *) &outlet);
  g_mutex_unlock (&self->lock);
  gst_pad_set_active (outlet->pad, FALSE);
  gst_element_remove_pad (self->webrtcbin, outlet->pad);
  gst_element_set_state (outlet->sink, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (self->pipeline), outlet->sink);
  g_free (outlet);
}

void
sfu_client_close (SfuClient  *self,
                  const char *consumer_id,
                  guint32     ssrc)
{
  call_consumer (self, "close", consumer_id);
  reap (self, ssrc);
}

void
sfu_client_get_track (SfuClient *self,
                      guint32    ssrc,
                      SfuTrack  *track)
{
  Track *found;

  g_mutex_lock (&self->lock);
  found = g_hash_table_lookup (self->tracks, GUINT_TO_POINTER (ssrc));
  g_assert_nonnull (found);
  *track = found->info;
  g_mutex_unlock (&self->lock);
}

guint
sfu_client_get_n_pads (SfuClient *self)
{
  return g_list_length (self->webrtcbin->srcpads);
}

guint
sfu_client_get_strangers (SfuClient *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->strangers;
  g_mutex_unlock (&self->lock);

  return n;
}

void
sfu_client_send_pli (SfuClient *self,
                     guint32    ssrc)
{
  g_autoptr (GstPad) pad = NULL;
  Outlet *outlet;

  g_mutex_lock (&self->lock);
  outlet = g_hash_table_lookup (self->outlets, GUINT_TO_POINTER (ssrc));
  g_assert_nonnull (outlet);
  pad = gst_element_get_static_pad (outlet->sink, "sink");
  g_mutex_unlock (&self->lock);

  gst_pad_push_event (pad, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0));
}
