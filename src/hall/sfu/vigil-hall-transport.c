/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One client's webrtcbin, sending.
 *
 * One m-line per codec, offered once and never renegotiated: a consumer is
 * only another SSRC pushed into the same sink pad. */

#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>
#include <nice/agent.h>

#include "vigil-hall-rtcp.h"
#include "vigil-hall-sfu.h"
#include "vigil-hall-transport.h"
#include "vigil-main-post.h"

/* RTCP's share of this is what reports and feedback may use; the default
 * starves them as soon as there are some dozens of sources. */
#define SESSION_BANDWIDTH 50e6

/* The socket's send buffer: dozens of key frames leave at once. */
#define SEND_BUFFER_SIZE (4 * 1024 * 1024)

/* Ours is the controlling side, which takes several steps of this to choose a pair. A real SFU is lite and
 * takes none; libnice's 20 ms would be our own slowness, and RFC 8445 14.2 allows 5. */
#define CHECK_INTERVAL_MS 5u

#define N_KINDS 2

struct _VigilHallTransport
{
  GObject parent_instance;

  /* immutable after construction */
  char                  *id;
  char                  *client_key;
  GMainContext          *context;
  VigilHallFeedbackFunc  feedback;
  gpointer               feedback_data;
  GstElement            *pipeline;
  GstElement            *webrtcbin;
  GstElement            *rtpbin;
  GstPad                *pads[N_KINDS];

  /* the hall's thread */
  GPtrArray             *ice_candidates;
  char                  *offer;
  GTask                 *gathering;
  gboolean               answered;
  gboolean               closed;

  /* atomic */
  gint                   connected;
  gint                   generation;
  gint                   suppressed;

  GMutex                 ssrc_lock;
  GHashTable            *ssrcs;  /* under ssrc_lock: of consumers alive */
};

enum
{
  CONNECTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VigilHallTransport, vigil_hall_transport, G_TYPE_OBJECT)

static void
post (VigilHallTransport *self,
      VigilMainPostFunc   func,
      gpointer            event,
      GDestroyNotify      free_event)
{
  vigil_main_post (self->context, self, &self->generation, g_atomic_int_get (&self->generation),
                   func, event, free_event);
}

/* RTP and RTCP plumbing, on webrtcbin's threads */

static void
on_feedback_rtcp_cb (GObject   *session,
                     guint      type,
                     guint      format,
                     guint      sender_ssrc,
                     guint      media_ssrc,
                     GstBuffer *fci,
                     gpointer   user_data)
{
  VigilHallTransport *self = user_data;

  vigil_hall_rtcp_read_feedback (type, format, media_ssrc, fci, self->feedback, self->feedback_data);
}

/* Reports about a consumer that was closed would re-create its stream in the
 * client; and a BYE for one that is merely paused would end it there. */
static gboolean
compound_may_pass (VigilHallTransport *self,
                   GstBuffer          *buffer)
{
  gboolean has_bye;
  guint32 ssrc;
  gboolean pass;

  if (!vigil_hall_rtcp_peek (buffer, &ssrc, &has_bye) || has_bye)
    return FALSE;

  g_mutex_lock (&self->ssrc_lock);
  pass = g_hash_table_contains (self->ssrcs, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->ssrc_lock);

  return pass;
}

static GstPadProbeReturn
send_rtcp_probe_cb (GstPad          *pad,
                    GstPadProbeInfo *info,
                    gpointer         user_data)
{
  VigilHallTransport *self = user_data;

  if (compound_may_pass (self, GST_PAD_PROBE_INFO_BUFFER (info)))
    return GST_PAD_PROBE_OK;
  g_atomic_int_inc (&self->suppressed);

  return GST_PAD_PROBE_DROP;
}

static void
rtpbin_pad_added_cb (GstElement *rtpbin,
                     GstPad     *pad,
                     gpointer    user_data)
{
  if (g_str_has_prefix (GST_PAD_NAME (pad), "send_rtcp_src_"))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, send_rtcp_probe_cb, user_data, NULL);
}

static void
deep_element_added_cb (GstBin     *bin,
                       GstBin     *sub_bin,
                       GstElement *element,
                       gpointer    user_data)
{
  VigilHallTransport *self = user_data;
  GstElementFactory *factory = gst_element_get_factory (element);
  const char *name = factory != NULL ? GST_OBJECT_NAME (factory) : "";

  if (g_str_equal (name, "srtpenc"))
    {
      g_object_set (element, "allow-repeat-tx", TRUE, NULL);
    }
  else if (g_str_equal (name, "rtpsession"))
    {
      g_autoptr (GObject) session = NULL;

      g_object_get (element, "internal-session", &session, NULL);
      g_object_set (session, "bandwidth", (double) SESSION_BANDWIDTH, NULL);
      g_signal_connect (session, "on-feedback-rtcp", G_CALLBACK (on_feedback_rtcp_cb), self);
    }
}

/* negotiation: callbacks on webrtcbin's thread that post to the hall's */

static void
finish_gathering (VigilHallTransport *self,
                  GError             *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->gathering);
  JsonObject *answer;

  if (task == NULL)
    {
      g_clear_error (&error);
      return;
    }
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  answer = vigil_hall_ortc_transport (self->id, self->offer, self->ice_candidates, &error);
  if (answer != NULL)
    g_task_return_pointer (task, answer, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, error);
}

static void
handle_ice_candidate (gpointer target,
                      gpointer event)
{
  VigilHallTransport *self = target;

  g_ptr_array_add (self->ice_candidates, g_strdup (event));
}

static void
on_ice_candidate_cb (GstElement *webrtcbin,
                     guint       mline,
                     const char *line,
                     gpointer    user_data)
{
  /* All m-lines are bundled on the first one's transport. */
  if (mline == 0)
    post (user_data, handle_ice_candidate, g_strdup (line), g_free);
}

static void
handle_gathered (gpointer target,
                 gpointer event)
{
  VigilHallTransport *self = target;

  if (self->offer != NULL)
    finish_gathering (self, NULL);
}

static void
notify_gathering_cb (GstElement *webrtcbin,
                     GParamSpec *pspec,
                     gpointer    user_data)
{
  GstWebRTCICEGatheringState state;

  g_object_get (webrtcbin, "ice-gathering-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    post (user_data, handle_gathered, NULL, NULL);
}

/* (transfer full): the NiceAgent inside webrtcbin. */
static GObject *
dup_agent (VigilHallTransport *self)
{
  g_autoptr (GObject) ice = NULL;
  GObject *agent = NULL;

  g_object_get (self->webrtcbin, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);

  return agent;
}

static void
enlarge_send_buffer (VigilHallTransport *self)
{
  g_autoptr (GObject) agent = dup_agent (self);
  GSocket *socket = nice_agent_get_selected_socket (NICE_AGENT (agent), 1, 1);

  if (socket != NULL)
    g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_SIZE, NULL);
}

static void
handle_connected (gpointer target,
                  gpointer event)
{
  VigilHallTransport *self = target;

  if (self->closed || g_atomic_int_get (&self->connected))
    return;
  enlarge_send_buffer (self);
  g_atomic_int_set (&self->connected, TRUE);
  g_debug ("Transport %s connected", self->id);
  g_signal_emit (self, signals[CONNECTED], 0);
}

static void
notify_connection_cb (GstElement *webrtcbin,
                      GParamSpec *pspec,
                      gpointer    user_data)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtcbin, "connection-state", &state, NULL);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    post (user_data, handle_connected, NULL, NULL);
}

static void
handle_offer (gpointer target,
              gpointer event)
{
  VigilHallTransport *self = target;
  GstWebRTCSessionDescription *offer = event;
  g_autoptr (GstPromise) promise = NULL;

  if (offer == NULL)
    {
      finish_gathering (self, g_error_new (VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_FAILED, "webrtcbin made no offer"));
      return;
    }

  self->offer = gst_sdp_message_as_text (offer->sdp);
  promise = gst_promise_new ();
  g_signal_emit_by_name (self->webrtcbin, "set-local-description", offer, promise);
}

static void
offer_created_cb (GstPromise *promise,
                  gpointer    user_data)
{
  VigilHallTransport *self = user_data;
  const GstStructure *reply = NULL;
  GstWebRTCSessionDescription *offer = NULL;

  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    reply = gst_promise_get_reply (promise);
  if (reply != NULL && gst_structure_has_field (reply, "offer"))
    gst_structure_get (reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  post (self, handle_offer, offer, (GDestroyNotify) gst_webrtc_session_description_free);
  gst_promise_unref (promise);
}

/* construction */

static GstCaps *
kind_caps (VigilHallKind kind)
{
  if (kind == VIGIL_HALL_KIND_VIDEO)
    return gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING, "video",
                                "encoding-name", G_TYPE_STRING, "VP8", "clock-rate", G_TYPE_INT, 90000,
                                "payload", G_TYPE_INT, VIGIL_HALL_ORTC_VP8_PAYLOAD,
                                "rtcp-fb-nack", G_TYPE_BOOLEAN, TRUE, "rtcp-fb-nack-pli", G_TYPE_BOOLEAN, TRUE,
                                "rtcp-fb-ccm-fir", G_TYPE_BOOLEAN, TRUE, NULL);

  return gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING, "audio",
                              "encoding-name", G_TYPE_STRING, "OPUS", "clock-rate", G_TYPE_INT, 48000,
                              "encoding-params", G_TYPE_STRING, "2",
                              "payload", G_TYPE_INT, VIGIL_HALL_ORTC_OPUS_PAYLOAD, NULL);
}

/* A source pad of our own, linked to a sendonly m-line. */
static gboolean
add_kind (VigilHallTransport *self,
          VigilHallKind       kind)
{
  g_autoptr (GstCaps) caps = kind_caps (kind);
  g_autofree char *name = g_strdup_printf ("sink_%u", kind);
  g_autofree char *stream_id = g_strdup_printf ("%s-%u", self->id, kind);
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  GstPadTemplate *template = gst_element_get_pad_template (self->webrtcbin, "sink_%u");
  GstSegment segment;
  GstPad *pad;

  sink = gst_element_request_pad (self->webrtcbin, template, name, caps);
  if (sink == NULL)
    return FALSE;
  g_object_get (sink, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY,
                "codec-preferences", caps, NULL);

  pad = self->pads[kind] = gst_object_ref_sink (gst_pad_new (name, GST_PAD_SRC));
  gst_pad_set_active (pad, TRUE);
  if (gst_pad_link (pad, sink) != GST_PAD_LINK_OK)
    return FALSE;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (pad, gst_event_new_stream_start (stream_id));
  gst_pad_push_event (pad, gst_event_new_caps (caps));
  gst_pad_push_event (pad, gst_event_new_segment (&segment));

  return TRUE;
}

/* libnice ignores the loopback interface unless the address is named; and once
 * one is named, only those named are gathered. */
static void
set_addresses (VigilHallTransport *self,
               const char *const  *addresses)
{
  g_autoptr (GObject) agent = dup_agent (self);

  g_object_set (agent, "ice-tcp", FALSE, "upnp", FALSE, "stun-pacing-timer", CHECK_INTERVAL_MS, NULL);
  for (; *addresses != NULL; addresses++)
    {
      NiceAddress address;

      nice_address_init (&address);
      if (nice_address_set_from_string (&address, *addresses))
        nice_agent_add_local_address (NICE_AGENT (agent), &address);
    }
}

static gboolean
build (VigilHallTransport *self,
       const char *const  *addresses,
       GError            **error)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();

  self->webrtcbin = gst_element_factory_make ("webrtcbin", NULL);
  if (self->webrtcbin == NULL)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_FAILED, "GStreamer has no webrtcbin");
      return FALSE;
    }
  gst_object_ref_sink (self->webrtcbin);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), clock);
  g_object_set (self->webrtcbin, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, NULL);
  g_signal_connect (self->webrtcbin, "on-ice-candidate", G_CALLBACK (on_ice_candidate_cb), self);
  g_signal_connect (self->webrtcbin, "notify::ice-gathering-state", G_CALLBACK (notify_gathering_cb), self);
  g_signal_connect (self->webrtcbin, "notify::connection-state", G_CALLBACK (notify_connection_cb), self);
  g_signal_connect (self->webrtcbin, "deep-element-added", G_CALLBACK (deep_element_added_cb), self);

  self->rtpbin = gst_bin_get_by_name (GST_BIN (self->webrtcbin), "rtpbin");
  g_object_set (self->rtpbin, "rtcp-sync-send-time", FALSE, NULL);
  g_signal_connect (self->rtpbin, "pad-added", G_CALLBACK (rtpbin_pad_added_cb), self);

  gst_bin_add (GST_BIN (self->pipeline), self->webrtcbin);
  set_addresses (self, addresses);
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE
      || !add_kind (self, VIGIL_HALL_KIND_AUDIO) || !add_kind (self, VIGIL_HALL_KIND_VIDEO))
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_FAILED, "webrtcbin would not start");
      return FALSE;
    }

  return TRUE;
}

static void
vigil_hall_transport_dispose (GObject *object)
{
  vigil_hall_transport_close (VIGIL_HALL_TRANSPORT (object));

  G_OBJECT_CLASS (vigil_hall_transport_parent_class)->dispose (object);
}

static void
vigil_hall_transport_finalize (GObject *object)
{
  VigilHallTransport *self = VIGIL_HALL_TRANSPORT (object);

  g_assert (self->pipeline == NULL);
  g_free (self->id);
  g_free (self->client_key);
  g_free (self->offer);
  g_ptr_array_unref (self->ice_candidates);
  g_hash_table_unref (self->ssrcs);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->ssrc_lock);

  G_OBJECT_CLASS (vigil_hall_transport_parent_class)->finalize (object);
}

static void
vigil_hall_transport_class_init (VigilHallTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_hall_transport_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_hall_transport_finalize;

  signals[CONNECTED] = g_signal_new ("connected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_hall_transport_init (VigilHallTransport *self)
{
  g_mutex_init (&self->ssrc_lock);
  self->id = g_uuid_string_random ();
  self->context = g_main_context_ref_thread_default ();
  self->ice_candidates = g_ptr_array_new_with_free_func (g_free);
  self->ssrcs = g_hash_table_new (NULL, NULL);
}

/**
 * vigil_hall_transport_new:
 * @client_key: whose it is
 * @addresses: (array zero-terminated=1): IP addresses to be reached at
 * @feedback: called on the RTP thread; must be quick and never block
 * @feedback_data: for @feedback; outlives the transport
 * @error: %VIGIL_HALL_SFU_ERROR_FAILED
 */
VigilHallTransport *
vigil_hall_transport_new (const char             *client_key,
                          const char *const      *addresses,
                          VigilHallFeedbackFunc   feedback,
                          gpointer                feedback_data,
                          GError                **error)
{
  g_autoptr (VigilHallTransport) self = g_object_new (VIGIL_TYPE_HALL_TRANSPORT, NULL);

  self->client_key = g_strdup (client_key);
  self->feedback = feedback;
  self->feedback_data = feedback_data;
  if (!build (self, addresses, error))
    return NULL;

  return g_steal_pointer (&self);
}

const char *
vigil_hall_transport_get_id (VigilHallTransport *self)
{
  return self->id;
}

const char *
vigil_hall_transport_get_client_key (VigilHallTransport *self)
{
  return self->client_key;
}

/* Makes the offer and waits for the ICE candidates. Once per transport. */
void
vigil_hall_transport_gather_async (VigilHallTransport  *self,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GstPromise *promise;

  g_return_if_fail (self->gathering == NULL && self->offer == NULL);

  self->gathering = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->gathering, vigil_hall_transport_gather_async);
  promise = gst_promise_new_with_change_func (offer_created_cb, g_object_ref (self), g_object_unref);
  g_signal_emit_by_name (self->webrtcbin, "create-offer", NULL, promise);
}

JsonObject *
vigil_hall_transport_gather_finish (VigilHallTransport  *self,
                                    GAsyncResult        *result,
                                    GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * vigil_hall_transport_connect:
 * @self: a transport that has gathered
 * @dtls_parameters: (nullable): the client's
 * @ice_parameters: (nullable): the client's
 * @error: %VIGIL_HALL_SFU_ERROR_STATE or %VIGIL_HALL_SFU_ERROR_INVALID
 *
 * Starts ICE and DTLS; "connected" is emitted when both are up.
 */
gboolean
vigil_hall_transport_connect (VigilHallTransport  *self,
                              JsonObject          *dtls_parameters,
                              JsonObject          *ice_parameters,
                              GError             **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GstPromise) promise = NULL;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  GstSDPMessage *sdp;

  if (self->answered || self->offer == NULL || self->closed)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_STATE, "The transport is connected already");
      return FALSE;
    }
  text = vigil_hall_ortc_answer_sdp (self->offer, dtls_parameters, ice_parameters, error);
  if (text == NULL)
    return FALSE;
  if (gst_sdp_message_new_from_text (text, &sdp) != GST_SDP_OK)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_INVALID, "The parameters make no SDP");
      return FALSE;
    }

  self->answered = TRUE;
  answer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ANSWER, sdp);
  promise = gst_promise_new ();
  g_signal_emit_by_name (self->webrtcbin, "set-remote-description", answer, promise);

  return TRUE;
}

/* Any thread. */
gboolean
vigil_hall_transport_is_connected (VigilHallTransport *self)
{
  return g_atomic_int_get (&self->connected);
}

/**
 * vigil_hall_transport_close:
 * @self: a transport nothing is pushed into any more
 *
 * Frees threads and sockets before it returns. May be called twice.
 */
void
vigil_hall_transport_close (VigilHallTransport *self)
{
  if (self->closed)
    return;

  self->closed = TRUE;
  g_atomic_int_inc (&self->generation);
  g_atomic_int_set (&self->connected, FALSE);
  if (self->gathering != NULL)
    finish_gathering (self, g_error_new (VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_STATE, "The transport was closed"));

  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  if (self->webrtcbin != NULL)
    g_signal_handlers_disconnect_by_data (self->webrtcbin, self);
  if (self->rtpbin != NULL)
    g_signal_handlers_disconnect_by_data (self->rtpbin, self);
  for (guint i = 0; i < N_KINDS; i++)
    if (self->pads[i] != NULL)
      {
        gst_pad_set_active (self->pads[i], FALSE);
        gst_clear_object (&self->pads[i]);
      }
  gst_clear_object (&self->rtpbin);
  gst_clear_object (&self->webrtcbin);
  gst_clear_object (&self->pipeline);
}

/* A consumer's SSRC: reports about it may be sent. Any thread. */
void
vigil_hall_transport_add_ssrc (VigilHallTransport *self,
                               guint32             ssrc)
{
  g_mutex_lock (&self->ssrc_lock);
  g_hash_table_add (self->ssrcs, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->ssrc_lock);
}

/* From now on nothing more is said about it. Any thread. */
void
vigil_hall_transport_remove_ssrc (VigilHallTransport *self,
                                  guint32             ssrc)
{
  g_mutex_lock (&self->ssrc_lock);
  g_hash_table_remove (self->ssrcs, GUINT_TO_POINTER (ssrc));
  g_mutex_unlock (&self->ssrc_lock);
}

/* RTCP compounds not sent because they were about closed consumers. */
guint64
vigil_hall_transport_get_suppressed (VigilHallTransport *self)
{
  return g_atomic_int_get (&self->suppressed);
}

/* The pipeline's running time now: what packets are stamped with. */
GstClockTime
vigil_hall_transport_get_time (VigilHallTransport *self)
{
  GstClock *clock = gst_pipeline_get_pipeline_clock (GST_PIPELINE (self->pipeline));
  GstClockTime now = gst_clock_get_time (clock);
  GstClockTime base = gst_element_get_base_time (self->pipeline);

  gst_object_unref (clock);

  return now > base ? now - base : 0;
}

/**
 * vigil_hall_transport_announce:
 * @self: a connected transport
 * @kind: which m-line
 * @ssrc: of a consumer whose first packet comes next, or has just gone
 *
 * Tells the RTP session the source's clock rate. If the session had to ask, as
 * it would when it writes the source's first report, it would let go of its
 * lock in the middle of a walk over its sources (1.22), and GLib would complain
 * of those added meanwhile. The pacer's thread only.
 *
 * Returns: FALSE if nothing has been sent yet; to be tried again
 */
gboolean
vigil_hall_transport_announce (VigilHallTransport *self,
                               VigilHallKind       kind,
                               guint32             ssrc)
{
  /* Past the funnel in front of it, which keeps SSRCs to itself. */
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->rtpbin, "send_rtp_sink_0");
  g_autoptr (GstEvent) started = NULL;
  g_autoptr (GstCaps) caps = NULL;

  if (pad != NULL)
    started = gst_pad_get_sticky_event (pad, GST_EVENT_STREAM_START, 0);
  if (started == NULL)
    return FALSE;

  caps = kind_caps (kind);
  gst_caps_set_simple (caps, "ssrc", G_TYPE_UINT, ssrc, NULL);
  gst_pad_send_event (pad, gst_event_new_caps (caps));

  return TRUE;
}

/**
 * vigil_hall_transport_push:
 * @self: a connected transport
 * @kind: which m-line
 * @packets: (transfer full): complete RTP packets
 *
 * The pacer's thread only.
 */
void
vigil_hall_transport_push (VigilHallTransport *self,
                           VigilHallKind       kind,
                           GstBufferList      *packets)
{
  GstFlowReturn flow = gst_pad_push_list (self->pads[kind], packets);

  if (flow != GST_FLOW_OK && flow != GST_FLOW_FLUSHING)
    g_debug ("Transport %s: %s", self->id, gst_flow_get_name (flow));
}
