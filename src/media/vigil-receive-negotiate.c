/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds the one webrtcbin, answers the one offer, and takes it all down again. Worker thread only. */
#include "vigil-receive-transport-private.h"

#include <gst/webrtc/webrtc.h>
#include <nice/agent.h>
#include <sys/socket.h>

#include "vigil-feed-pad.h"
#include "vigil-i18n.h"
#include "vigil-media-error.h"
#include "vigil-media-metrics.h"
#include "vigil-offer.h"
#include "vigil-redact.h"

/* Far more than any step needs; a transport that hangs must fail, not wait. */
#define STEP_TIMEOUT_US (10 * G_USEC_PER_SEC)

/* The session's default of 64 kbit/s lets one PLI through in 6 s with 24 streams. */
#define RTCP_BANDWIDTH    50e6
#define RTCP_MIN_INTERVAL (100 * GST_MSECOND)

/* Connectivity checks are that far apart. libnice takes 20 ms, and a step at each; RFC 8445 14.2 allows no less than 5. */
#define CHECK_INTERVAL_MS 5u

/* 24 key frames at once overflow the kernel's default of 208 KB. */
#define RECEIVE_BUFFER (4 * 1024 * 1024)

/* How long a TURN server may take to hear that we are leaving. libnice gives a silent one up after 2 s by itself; who does not
 * wait for that leaks its agent. */
#define RELAY_CLOSE_US (6 * G_USEC_PER_SEC)

#ifndef SO_RCVBUFFORCE
#define SO_RCVBUFFORCE 33
#endif

/* A promise that can be waited for with an end. Shared by the waiter and the promise. */
typedef struct
{
  gatomicrefcount  ref_count;
  GMutex           lock;
  GCond            cond;
  gboolean         done;
} Step;

static void
step_unref (gpointer data)
{
  Step *step = data;

  if (!g_atomic_ref_count_dec (&step->ref_count))
    return;
  g_mutex_clear (&step->lock);
  g_cond_clear (&step->cond);
  g_free (step);
}

static void
step_done_cb (GstPromise *promise,
              gpointer    user_data)
{
  Step *step = user_data;

  g_mutex_lock (&step->lock);
  step->done = TRUE;
  g_cond_signal (&step->cond);
  g_mutex_unlock (&step->lock);
}

static GstPromise *
step_new (Step **step)
{
  *step = g_new0 (Step, 1);
  g_atomic_ref_count_init (&(*step)->ref_count);
  g_mutex_init (&(*step)->lock);
  g_cond_init (&(*step)->cond);

  g_atomic_ref_count_inc (&(*step)->ref_count);
  return gst_promise_new_with_change_func (step_done_cb, *step, step_unref);
}

/* A promise may be answered with an error, or after close with nothing at all. */
static gboolean
step_wait (Step        *step,
           GstPromise  *promise,
           const char  *what,
           GError     **error)
{
  gint64 end = g_get_monotonic_time () + STEP_TIMEOUT_US;
  const GstStructure *reply;
  gboolean done;

  g_mutex_lock (&step->lock);
  while (!step->done && g_cond_wait_until (&step->cond, &step->lock, end))
    ;
  done = step->done;
  g_mutex_unlock (&step->lock);

  if (!done)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_TIMEOUT, "%s: no answer", what);
      return FALSE;
    }
  if (gst_promise_wait (promise) != GST_PROMISE_RESULT_REPLIED)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_FAILED, "%s: interrupted", what);
      return FALSE;
    }

  reply = gst_promise_get_reply (promise);
  if (reply != NULL && gst_structure_has_field (reply, "error"))
    {
      g_autoptr (GError) cause = NULL;
      g_autofree char *message = NULL;

      gst_structure_get (reply, "error", G_TYPE_ERROR, &cause, NULL);
      message = vigil_redact (cause != NULL ? cause->message : "unknown");
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER, "%s: %s", what, message);
      return FALSE;
    }

  return TRUE;
}

/**
 * vigil_receive_transport_set_description:
 * @signal_name: "set-remote-description" or "set-local-description"
 *
 * Returns: whether webrtcbin took it. Worker thread.
 */
gboolean
vigil_receive_transport_set_description (VigilReceiveTransport       *self,
                                         const char                  *signal_name,
                                         GstWebRTCSessionDescription *description,
                                         GError                     **error)
{
  g_autoptr (GstPromise) promise = NULL;
  gboolean done;
  Step *step;

  promise = step_new (&step);
  g_signal_emit_by_name (self->webrtc, signal_name, description, promise);
  done = step_wait (step, promise, signal_name, error);
  step_unref (step);

  return done;
}

/**
 * vigil_receive_transport_create_description:
 * @what: "answer" or "offer"
 *
 * Returns: (transfer full) (nullable): ours. Worker thread.
 */
GstWebRTCSessionDescription *
vigil_receive_transport_create_description (VigilReceiveTransport  *self,
                                            const char             *what,
                                            GError                **error)
{
  g_autofree char *signal_name = g_strconcat ("create-", what, NULL);
  GstWebRTCSessionDescription *description = NULL;
  g_autoptr (GstPromise) promise = NULL;
  Step *step;

  promise = step_new (&step);
  g_signal_emit_by_name (self->webrtc, signal_name, NULL, promise);
  if (step_wait (step, promise, signal_name, error))
    {
      const GstStructure *reply = gst_promise_get_reply (promise);

      if (reply != NULL)
        gst_structure_get (reply, what, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, NULL);
      if (description == NULL)
        g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_FAILED, "%s: nothing came of it", signal_name);
    }
  step_unref (step);

  return description;
}

static GObject *
dup_nice_agent (VigilReceiveTransport *self)
{
  g_autoptr (GObject) ice = NULL;
  GObject *agent = NULL;

  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  if (ice != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "agent") != NULL)
    g_object_get (ice, "agent", &agent, NULL);

  return agent;
}

/* Each has threads of its own, and a hall may name 64. */
#define MAX_TUNNELS 4

/* Returns: (nullable): the TURN server as libnice can reach it. */
static const char *
reach_relay (VigilReceiveTransport *self,
             const char            *relay)
{
  g_autoptr (GError) error = NULL;
  VigilTurnsTunnel *tunnel;

  if (!g_str_has_prefix (relay, "turns://"))
    return relay;
  tunnel = self->tunnels->len < MAX_TUNNELS ? vigil_turns_tunnel_new (relay, &error) : NULL;
  if (tunnel == NULL)
    {
      g_message ("a TURN server is left out: %s", error != NULL ? error->message : "there are enough behind TLS");
      return NULL;
    }
  g_ptr_array_add (self->tunnels, tunnel);
  return vigil_turns_tunnel_get_relay (tunnel);
}

static void
add_relays (VigilReceiveTransport *self)
{
  for (guint i = 0; self->relays != NULL && self->relays[i] != NULL; i++)
    {
      const char *relay = reach_relay (self, self->relays[i]);
      gboolean added = FALSE;

      if (relay != NULL)
        g_signal_emit_by_name (self->webrtc, "add-turn-server", relay, &added);
      vigil_counter_add (added ? vigil_media_metrics ()->relays : vigil_media_metrics ()->relays_refused, 1);
    }
  if (self->relay_only)
    g_object_set (self->webrtc, "ice-transport-policy", GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY, NULL);
}

/**
 * vigil_receive_transport_set_up_ice:
 * @tcp: whether the server can be reached over TCP as well
 * @addresses: (nullable): of this machine, to be used and no others; %NULL: all but the loopback
 *
 * Before the first description. Worker thread.
 */
void
vigil_receive_transport_set_up_ice (VigilReceiveTransport *self,
                                    gboolean               tcp,
                                    const char *const     *addresses)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;

  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  if (ice == NULL)
    return;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "ice-tcp") != NULL)
    g_object_set (ice, "ice-tcp", tcp, NULL);

  /* It would search the local network for routers to open; a client that only sends checks needs none. */
  agent = dup_nice_agent (self);
  if (agent != NULL)
    g_object_set (agent, "upnp", FALSE, "stun-pacing-timer", CHECK_INTERVAL_MS, NULL);

  for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
    {
      gboolean added = FALSE;

      g_signal_emit_by_name (ice, "add-local-ip-address", addresses[i], &added);
      g_debug ("local address %s %s", addresses[i], added ? "added" : "refused");
    }
  add_relays (self);
}

static gsize
now_ms (void)
{
  return (gsize) (g_get_monotonic_time () / 1000);
}

/**
 * vigil_receive_transport_note_answered:
 *
 * From now on ICE can connect. Worker thread.
 */
void
vigil_receive_transport_note_answered (VigilReceiveTransport *self)
{
  g_atomic_pointer_set (&self->answered_ms, now_ms ());
}

static void
note_ice_connected (VigilReceiveTransport *self)
{
  gsize now = now_ms ();

  if (g_atomic_pointer_compare_and_exchange (&self->ice_ms, (gsize) 0, now))
    vigil_histogram_add (vigil_media_metrics ()->ice, (double) (now - (gsize) g_atomic_pointer_get (&self->answered_ms)));
}

static void
ice_state_cb (GObject    *webrtc,
              GParamSpec *pspec,
              gpointer    user_data)
{
  VigilReceiveTransport *self = user_data;
  GstWebRTCICEConnectionState state;

  g_object_get (webrtc, "ice-connection-state", &state, NULL);
  g_debug ("ICE state %d", state);

  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED)
    vigil_receive_transport_post_lost (self, NC_("reason", "ICE failed"));
  else if (state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
           state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED)
    {
      note_ice_connected (self);
      vigil_receive_transport_tune_socket (self);
    }
}

static void
connection_state_cb (GObject    *webrtc,
                     GParamSpec *pspec,
                     gpointer    user_data)
{
  VigilReceiveTransport *self = user_data;
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtc, "connection-state", &state, NULL);
  g_debug ("connection state %d", state);

  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED)
    vigil_receive_transport_post_lost (self, NC_("reason", "the connection failed"));
  else if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED && g_atomic_int_compare_and_exchange (&self->connected, FALSE, TRUE))
    vigil_histogram_add (vigil_media_metrics ()->dtls, (double) (now_ms () - (gsize) g_atomic_pointer_get (&self->ice_ms)));
}

static GstBusSyncReply
bus_sync_cb (GstBus     *bus,
             GstMessage *message,
             gpointer    user_data)
{
  VigilReceiveTransport *self = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      g_autoptr (GError) cause = NULL;
      g_autofree char *safe = NULL;

      gst_message_parse_error (message, &cause, NULL);
      safe = vigil_redact (cause->message);
      g_message ("error from %s: %s", GST_MESSAGE_SRC_NAME (message), safe);
      vigil_receive_transport_post_lost (self, safe);
    }

  /* Nobody reads this bus: a message that is not dropped would stay for ever. */
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* One FEC decoder would leak per consumer, and nobody here sends FEC. */
static void
refuse_fec (VigilReceiveTransport *self)
{
  guint id = g_signal_lookup ("request-fec-decoder-full", G_OBJECT_TYPE (self->rtpbin));

  if (id != 0)
    g_signal_handlers_disconnect_matched (self->rtpbin, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA,
                                          id, 0, NULL, NULL, self->webrtc);
}

/**
 * vigil_receive_transport_build:
 *
 * Makes the pipeline and starts it. Worker thread.
 */
gboolean
vigil_receive_transport_build (VigilReceiveTransport  *self,
                               GError                **error)
{
  g_autoptr (GstBus) bus = NULL;
  GstElement *webrtc = gst_element_factory_make ("webrtcbin", NULL);

  self->open_us = g_get_monotonic_time ();
  if (webrtc == NULL)
    {
      g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_UNAVAILABLE,
                           "the GStreamer element “webrtcbin” is not installed");
      return FALSE;
    }

  self->pipeline = gst_object_ref_sink (gst_pipeline_new ("vigil-receive"));
  self->webrtc = gst_object_ref (webrtc);
  gst_bin_add (GST_BIN (self->pipeline), webrtc);
  g_object_set (webrtc,
                "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE,
                "latency", self->latency_ms,
                NULL);

  self->rtpbin = gst_bin_get_by_name (GST_BIN (webrtc), "rtpbin");
  if (self->rtpbin == NULL)
    {
      g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_UNAVAILABLE,
                           "the GStreamer element “rtpbin” is not installed");
      return FALSE;
    }

  refuse_fec (self);
  vigil_receive_transport_watch (self);
  vigil_receive_transport_connect (self, self->webrtc, "notify::ice-connection-state", G_CALLBACK (ice_state_cb));
  vigil_receive_transport_connect (self, self->webrtc, "notify::connection-state", G_CALLBACK (connection_state_cb));

  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, bus_sync_cb, g_object_ref (self), g_object_unref);

  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    {
      g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_UNAVAILABLE,
                           "the receive pipeline cannot start: is gstreamer1.0-nice installed?");
      return FALSE;
    }

  return TRUE;
}

/**
 * vigil_receive_transport_widen_rtcp:
 *
 * Lets feedback go when it is due. Worker thread.
 */
void
vigil_receive_transport_widen_rtcp (VigilReceiveTransport *self)
{
  g_autoptr (GObject) session = NULL;

  g_signal_emit_by_name (self->rtpbin, "get-internal-session", 0u, &session);
  if (session == NULL)
    return;

  g_object_set (session,
                "bandwidth", (double) RTCP_BANDWIDTH,
                "rtcp-min-interval", (guint64) RTCP_MIN_INTERVAL,
                NULL);
}

/**
 * vigil_receive_transport_negotiate:
 * @offer_sdp: the server's one offer
 * @error: what was wrong with it
 *
 * Returns: (transfer full) (nullable): the answer. Worker thread.
 */
char *
vigil_receive_transport_negotiate (VigilReceiveTransport  *self,
                                   const char             *offer_sdp,
                                   GError                **error)
{
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  GstSDPMessage *message = vigil_offer_parse (offer_sdp, error);
  g_auto (GStrv) loopback = NULL;

  if (message == NULL)
    return NULL;

  loopback = vigil_offer_dup_loopback (message);
  vigil_receive_transport_set_up_ice (self, vigil_offer_has_tcp (message), (const char *const *) loopback);
  offer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, message);
  if (!vigil_receive_transport_set_description (self, "set-remote-description", offer, error))
    return NULL;

  answer = vigil_receive_transport_create_description (self, "answer", error);
  vigil_receive_transport_note_answered (self);
  if (answer == NULL || !vigil_receive_transport_set_description (self, "set-local-description", answer, error))
    return NULL;

  if (!vigil_receive_transport_guard (self, error))
    return NULL;
  vigil_receive_transport_part_feedback (self, offer->sdp);
  vigil_receive_transport_shorten (self);
  vigil_receive_transport_widen_rtcp (self);

  return gst_sdp_message_as_text (answer->sdp);
}

/* Returns whether it was granted. */
static gboolean
tune_one (GSocket *socket)
{
  int wanted = RECEIVE_BUFFER;
  int granted = 0;
  socklen_t length = sizeof granted;
  int fd = g_socket_get_fd (socket);

  /* Past the system's limit for those who may; up to it for everybody else. */
  if (setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0)
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);

  if (getsockopt (fd, SOL_SOCKET, SO_RCVBUF, &granted, &length) == 0)
    {
      vigil_counter_set (vigil_media_metrics ()->receive_buffer, granted);
      g_debug ("receive buffer: %d bytes of %d", granted, wanted);
    }
  return granted >= wanted;
}

static void
tune_socket_job (gpointer data)
{
  VigilReceiveTransport *self = data;
  g_autoptr (GObject) agent = NULL;

  if (self->webrtc == NULL)
    return;

  agent = dup_nice_agent (self);
  /* Streams are numbered from 1; a bundle has one, of one component. */
  if (agent != NULL)
    {
      g_autoptr (GSocket) socket = nice_agent_get_selected_socket (NICE_AGENT (agent), 1, 1);

      if (socket != NULL)
        g_atomic_int_set (&self->roomy, tune_one (socket));
      else
        g_atomic_int_set (&self->buffer_tuned, FALSE);
    }
}

/**
 * vigil_receive_transport_tune_socket:
 *
 * Widens the receive buffer of the connected socket, once. Thread: any that
 * holds a reference; the work is the worker's.
 */
void
vigil_receive_transport_tune_socket (VigilReceiveTransport *self)
{
  if (g_atomic_int_compare_and_exchange (&self->buffer_tuned, FALSE, TRUE))
    vigil_worker_push (self->worker, tune_socket_job, g_object_ref (self), g_object_unref);
}

/**
 * vigil_receive_transport_collect:
 * @factory: an element factory's name
 *
 * Returns: (transfer full) (element-type GstElement): webrtcbin's elements of
 * that kind, at any depth. Worker thread.
 */
GPtrArray *
vigil_receive_transport_collect (VigilReceiveTransport *self,
                                 const char            *factory)
{
  GPtrArray *elements = g_ptr_array_new_with_free_func (gst_object_unref);
  GstIterator *iterator = gst_bin_iterate_all_by_element_factory_name (GST_BIN (self->webrtc), factory);
  GValue item = G_VALUE_INIT;

  while (gst_iterator_next (iterator, &item) == GST_ITERATOR_OK)
    {
      g_ptr_array_add (elements, g_value_dup_object (&item));
      g_value_reset (&item);
    }
  g_value_unset (&item);
  gst_iterator_free (iterator);

  return elements;
}

static gboolean
let_go_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/*
 * A DTLS connection whose handshake timer is pending is kept by the clock, and
 * its last reference then goes on the clock's thread: if its elements are being
 * finalized just then, both sides take the same closures apart, and crash
 * (GStreamer 1.22; found by the address sanitizer). So the elements outlive the
 * timer, which grows with the time a handshake takes.
 */
static void
outlive_handshake (VigilReceiveTransport *self)
{
  GPtrArray *elements;
  gint64 age_ms = (g_get_monotonic_time () - self->open_us) / 1000;

  if (self->webrtc == NULL)
    return;

  elements = vigil_receive_transport_collect (self, "dtlsdec");
  g_ptr_array_extend_and_steal (elements, vigil_receive_transport_collect (self, "dtlsenc"));
  g_timeout_add_full (G_PRIORITY_LOW, (guint) CLAMP (age_ms + 1000, 2500, 60 * 1000),
                      let_go_cb, elements, (GDestroyNotify) g_ptr_array_unref);
}

static void
relays_closed_cb (GObject      *agent,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* A TURN server keeps a port for us until it is told, or for ten minutes. It has a moment to hear of it. */
static void
close_relays (VigilReceiveTransport *self,
              GObject               *agent)
{
  gint64 end = g_get_monotonic_time () + RELAY_CLOSE_US;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) wake = g_timeout_source_new (20);
  gboolean closed = FALSE;

  if (self->relays == NULL || agent == NULL)
    return;

  g_main_context_push_thread_default (context);
  g_source_set_callback (wake, wake_cb, NULL, NULL);
  g_source_attach (wake, context);
  nice_agent_close_async (NICE_AGENT (agent), relays_closed_cb, &closed);
  while (!closed && g_get_monotonic_time () < end)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (wake);
  g_main_context_pop_thread_default (context);
  if (!closed)
    g_message ("a TURN server did not answer that we are leaving");
}

/**
 * vigil_receive_transport_teardown:
 *
 * Disconnects, steals, stops, drops. Safe to call for a transport that was
 * built in part or not at all. Worker thread.
 */
void
vigil_receive_transport_teardown (VigilReceiveTransport *self)
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) webrtc = NULL;
  g_autoptr (GstElement) rtpbin = NULL;
  g_autoptr (GHashTable) pads = NULL;
  g_autoptr (GObject) agent = self->webrtc != NULL ? dup_nice_agent (self) : NULL;
  GHashTableIter iter;
  gpointer feed_pad;

  outlive_handshake (self);
  if (self->webrtc != NULL)
    vigil_receive_transport_let_through (self);
  pipeline = g_steal_pointer (&self->pipeline);
  webrtc = g_steal_pointer (&self->webrtc);
  rtpbin = g_steal_pointer (&self->rtpbin);
  if (pipeline == NULL)
    return;

  /* While its sockets are still read: the answer comes through them. */
  close_relays (self, agent);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_ptr_array_set_size (self->tunnels, 0);

  /* Only now: pads that appear while streams still run must be linked. */
  if (webrtc != NULL)
    g_signal_handlers_disconnect_by_data (webrtc, self);
  if (rtpbin != NULL)
    g_signal_handlers_disconnect_by_data (rtpbin, self);
  {
    g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

    gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  }

  g_mutex_lock (&self->lock);
  pads = g_steal_pointer (&self->pads);
  self->pads = g_hash_table_new (NULL, NULL);
  g_mutex_unlock (&self->lock);

  g_hash_table_iter_init (&iter, pads);
  while (g_hash_table_iter_next (&iter, &feed_pad, NULL))
    vigil_feed_pad_free (feed_pad);
}
