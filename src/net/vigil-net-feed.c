/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live feed of one exam: first whether this is a hall at all, then the socket, then joinExam. */
#include "vigil-net-feed.h"

#include "vigil-backoff.h"
#include "vigil-clock-asker.h"
#include "vigil-hall-answer.h"
#include "vigil-hall-request.h"
#include "vigil-net-error.h"
#include "vigil-signalling.h"
#include "vigil-state-table.h"

struct _VigilNetFeed
{
  GObject parent_instance;

  /* Main thread. */
  VigilSioClient *client;
  VigilHallApi   *api;
  VigilProfile   *profile;      /* nullable */
  VigilNetLimits  limits;
  char           *token;
  char           *exam_id;      /* NULL: left */
  guint           state;        /* a VigilLinkState */
  GError         *error;
  GCancellable   *attempt;      /* of whatever is under way now */
  VigilBackoff    backoff;      /* of asking whether this is a hall; the client has its own */
  guint           retry_source;
  gint64          retry_us;
  guint           rtt_source;
  VigilClockAsker *clock_asker; /* NULL: not in the exam */
};

static void feed_init (VigilHallFeedInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilNetFeed, vigil_net_feed, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_HALL_FEED, feed_init))

#define BIT(state) (1u << VIGIL_LINK_ ## state)
#define DOWN (BIT (RECONNECTING) | BIT (REFUSED) | BIT (OFFLINE) | BIT (CONNECTING))

static const char *const state_names[] = {
  "offline", "connecting", "connected", "degraded", "reconnecting", "refused",
};

static const guint32 state_edges[] = {
  [VIGIL_LINK_OFFLINE] = BIT (CONNECTING),
  [VIGIL_LINK_CONNECTING] = BIT (CONNECTED) | BIT (RECONNECTING) | BIT (REFUSED) | BIT (OFFLINE),
  [VIGIL_LINK_CONNECTED] = BIT (DEGRADED) | DOWN,
  [VIGIL_LINK_DEGRADED] = BIT (CONNECTED) | DOWN,
  [VIGIL_LINK_RECONNECTING] = BIT (CONNECTED) | BIT (REFUSED) | BIT (OFFLINE) | BIT (CONNECTING),
  [VIGIL_LINK_REFUSED] = BIT (CONNECTING) | BIT (OFFLINE),
};

static const VigilStateTable state_table = { "feed", G_N_ELEMENTS (state_names), state_names, state_edges };

static gboolean
is_up (VigilNetFeed *self)
{
  return self->state == VIGIL_LINK_CONNECTED || self->state == VIGIL_LINK_DEGRADED;
}

static void
enter (VigilNetFeed *self, VigilLinkState to, const GError *error)
{
  if (self->error != error)
    {
      g_clear_error (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
    }
  if (self->state != to)
    vigil_state_table_move (&state_table, &self->state, to, self->exam_id, error != NULL ? error->message : "");
}

static void
announce (VigilNetFeed *self, VigilLinkState to, const GError *error)
{
  enter (self, to, error);
  vigil_hall_feed_emit_state_changed (VIGIL_HALL_FEED (self));
}

static void
stop_attempt (VigilNetFeed *self)
{
  if (self->attempt != NULL)
    g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->rtt_source, g_source_remove);
  g_clear_pointer (&self->clock_asker, vigil_clock_asker_free);
  self->retry_us = 0;
}

static GCancellable *
start_attempt (VigilNetFeed *self)
{
  stop_attempt (self);
  self->attempt = g_cancellable_new ();
  return self->attempt;
}

/* -- is it a hall? -- */

static void probe (VigilNetFeed *self);

static gboolean
probe_again_cb (gpointer data)
{
  VigilNetFeed *self = data;

  self->retry_source = 0;
  self->retry_us = 0;
  probe (self);
  return G_SOURCE_REMOVE;
}

static void
probe_failed (VigilNetFeed *self, const GError *error)
{
  guint delay_ms;

  if (vigil_net_error_is_final (error))
    {
      announce (self, VIGIL_LINK_REFUSED, error);
      return;
    }

  delay_ms = vigil_backoff_next (&self->backoff);
  self->retry_us = g_get_monotonic_time () + (gint64) delay_ms * 1000;
  self->retry_source = g_timeout_add (delay_ms, probe_again_cb, self);
  announce (self, VIGIL_LINK_RECONNECTING, error);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilNetFeed) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_hall = vigil_hall_api_probe_finish (VIGIL_HALL_API (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!is_hall)
    probe_failed (self, error);
  else
    vigil_sio_client_connect (self->client, self->token != NULL ? self->token : "");
}

static void
probe (VigilNetFeed *self)
{
  vigil_hall_api_probe_async (self->api, start_attempt (self), probed_cb, g_object_ref (self));
}

/* -- the round trip, while nobody asks anything -- */

static gboolean
ask_something_cb (gpointer data)
{
  VigilNetFeed *self = data;
  gint64 idle_us = g_get_monotonic_time () - vigil_sio_client_get_answered_us (self->client);

  /* Without effect in every hall; the answer is of no interest, its time is. */
  if (idle_us >= (gint64) self->limits.probe_ms * 1000)
    vigil_signalling_request_async (self->client, self->profile, "getRouterRtpCapabilities", vigil_request_empty (),
                                    self->attempt, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

/* -- the exam -- */

static void
joined (VigilNetFeed *self, const VigilWireJoin *join, gint64 sent_us, gint64 rtt_us)
{
  vigil_hall_clock_add (vigil_hall_api_get_clock (self->api), join->server_time_ms, sent_us, rtt_us, 1);
  vigil_sio_client_settle (self->client);
  vigil_backoff_reset (&self->backoff);
  g_clear_handle_id (&self->rtt_source, g_source_remove);
  self->rtt_source = g_timeout_add (self->limits.probe_ms, ask_something_cb, self);
  g_clear_pointer (&self->clock_asker, vigil_clock_asker_free);
  self->clock_asker = vigil_clock_asker_new (self->api, &self->limits);

  announce (self, VIGIL_LINK_CONNECTED, NULL);
  if (is_up (self))
    vigil_hall_feed_emit_joined (VIGIL_HALL_FEED (self), join->epoch, join->seq);
}

static void
joined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilNetFeed) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cause = NULL;
  g_autoptr (VigilWireJoin) join = NULL;
  gint64 sent_us, rtt_us;
  g_autoptr (JsonNode) answer = vigil_signalling_request_finish (VIGIL_SIO_CLIENT (source), result, &sent_us, &rtt_us, &error);

  /* A connection that went away has been reported by the client itself. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED))
    return;

  if (answer != NULL)
    join = vigil_wire_join_from_json (answer, &cause);
  if (cause != NULL)
    error = vigil_net_error_translate (cause, "joinExam", 0);

  if (join != NULL)
    joined (self, join, sent_us, rtt_us);
  else
    vigil_sio_client_fail (self->client, error);
}

static void
connected_cb (VigilSioClient *client, VigilNetFeed *self)
{
  if (self->exam_id == NULL)
    return;

  vigil_signalling_request_async (client, self->profile, "joinExam", vigil_request_join_exam (self->exam_id),
                                  start_attempt (self), joined_cb, g_object_ref (self));
}

/* -- what the client tells -- */

static void
client_state_cb (VigilSioClient *client, VigilNetFeed *self)
{
  if (self->exam_id == NULL)
    return;

  switch (vigil_sio_client_get_state (client))
    {
    case VIGIL_LINK_RECONNECTING:
      stop_attempt (self);
      announce (self, VIGIL_LINK_RECONNECTING, vigil_sio_client_get_error (client));
      break;
    case VIGIL_LINK_REFUSED:
      stop_attempt (self);
      announce (self, VIGIL_LINK_REFUSED, vigil_sio_client_get_error (client));
      break;
    case VIGIL_LINK_OFFLINE:
    case VIGIL_LINK_CONNECTING:
    case VIGIL_LINK_CONNECTED: /* ours comes with the exam */
    case VIGIL_LINK_DEGRADED:
    default:
      break;
    }
}

static void
behind_cb (VigilSioClient *client, gboolean behind, VigilNetFeed *self)
{
  g_autoptr (GError) error = NULL;

  if (!is_up (self))
    return;
  if (behind)
    error = g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE,
                                 "this computer cannot keep up with the hall's messages");
  announce (self, behind ? VIGIL_LINK_DEGRADED : VIGIL_LINK_CONNECTED, error);
}

static gboolean
has_expired (GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    if (((VigilHallEvent *) g_ptr_array_index (events, i))->kind == VIGIL_HALL_EVENT_SESSION_EXPIRED)
      return TRUE;
  return FALSE;
}

static void
items_cb (VigilSioClient *client, GPtrArray *events, VigilNetFeed *self)
{
  g_autoptr (VigilNetFeed) keep = g_object_ref (self);

  if (self->exam_id == NULL)
    return;

  vigil_hall_feed_emit_events (VIGIL_HALL_FEED (self), events);
  if (self->exam_id != NULL && has_expired (events))
    {
      g_autoptr (GError) error = g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_EXPIRED,
                                                      "the token has expired");

      vigil_sio_client_fail (client, error);
    }
}

/* -- the interface -- */

static void
quit (VigilNetFeed *self)
{
  g_clear_pointer (&self->exam_id, g_free);
  stop_attempt (self);
  if (self->client != NULL)
    vigil_sio_client_disconnect (self->client);
}

static void
feed_join (VigilHallFeed *feed, const char *exam_id)
{
  VigilNetFeed *self = VIGIL_NET_FEED (feed);
  g_autofree char *id = g_strdup (exam_id); /* may be our own */

  quit (self);
  self->exam_id = g_steal_pointer (&id);
  vigil_backoff_reset (&self->backoff);
  announce (self, VIGIL_LINK_CONNECTING, NULL);
  probe (self);
}

static void
feed_leave (VigilHallFeed *feed)
{
  VigilNetFeed *self = VIGIL_NET_FEED (feed);

  quit (self);
  enter (self, VIGIL_LINK_OFFLINE, NULL);
}

static VigilLinkState
feed_get_state (VigilHallFeed *feed)
{
  return (VigilLinkState) VIGIL_NET_FEED (feed)->state;
}

static const GError *
feed_get_error (VigilHallFeed *feed)
{
  return VIGIL_NET_FEED (feed)->error;
}

static gint64
feed_get_retry_us (VigilHallFeed *feed)
{
  VigilNetFeed *self = VIGIL_NET_FEED (feed);

  return self->retry_source != 0 ? self->retry_us : vigil_sio_client_get_retry_us (self->client);
}

static double
feed_get_rtt_ms (VigilHallFeed *feed)
{
  return vigil_sio_client_get_rtt_ms (VIGIL_NET_FEED (feed)->client);
}

static void
feed_reconnect_now (VigilHallFeed *feed)
{
  VigilNetFeed *self = VIGIL_NET_FEED (feed);

  if (self->exam_id == NULL || is_up (self))
    return;

  if (self->state == VIGIL_LINK_REFUSED)
    {
      feed_join (feed, self->exam_id);
    }
  else if (self->retry_source != 0)
    {
      g_clear_handle_id (&self->retry_source, g_source_remove);
      probe_again_cb (self);
    }
  else
    {
      vigil_sio_client_reconnect_now (self->client);
    }
}

static void
feed_init (VigilHallFeedInterface *iface)
{
  iface->join = feed_join;
  iface->leave = feed_leave;
  iface->get_state = feed_get_state;
  iface->get_error = feed_get_error;
  iface->get_retry_us = feed_get_retry_us;
  iface->get_rtt_ms = feed_get_rtt_ms;
  iface->reconnect_now = feed_reconnect_now;
}

void
vigil_net_feed_set_token (VigilNetFeed *self, const char *token)
{
  g_free (self->token);
  self->token = g_strdup (token);
}

void
vigil_net_feed_doubt_clock (VigilNetFeed *self)
{
  if (self->clock_asker != NULL)
    vigil_clock_asker_ask_now (self->clock_asker);
}

VigilNetFeed *
vigil_net_feed_new (VigilSioClient *client, VigilHallApi *api, VigilProfile *profile,
                    const VigilNetLimits *limits)
{
  VigilNetFeed *self = g_object_new (VIGIL_TYPE_NET_FEED, NULL);

  self->client = g_object_ref (client);
  self->api = g_object_ref (api);
  self->profile = profile != NULL ? g_object_ref (profile) : NULL;
  self->limits = *limits;
  vigil_backoff_init (&self->backoff, limits->reconnect_min_ms, limits->reconnect_max_ms);
  g_signal_connect (client, "state-changed", G_CALLBACK (client_state_cb), self);
  g_signal_connect (client, "connected", G_CALLBACK (connected_cb), self);
  g_signal_connect (client, "items", G_CALLBACK (items_cb), self);
  g_signal_connect (client, "behind-changed", G_CALLBACK (behind_cb), self);
  return self;
}

static void
vigil_net_feed_dispose (GObject *object)
{
  VigilNetFeed *self = VIGIL_NET_FEED (object);

  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  quit (self);
  g_clear_object (&self->client);
  g_clear_object (&self->api);
  g_clear_object (&self->profile);

  G_OBJECT_CLASS (vigil_net_feed_parent_class)->dispose (object);
}

static void
vigil_net_feed_finalize (GObject *object)
{
  VigilNetFeed *self = VIGIL_NET_FEED (object);

  g_clear_error (&self->error);
  g_free (self->token);

  G_OBJECT_CLASS (vigil_net_feed_parent_class)->finalize (object);
}

static void
vigil_net_feed_class_init (VigilNetFeedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_net_feed_dispose;
  object_class->finalize = vigil_net_feed_finalize;
}

static void
vigil_net_feed_init (VigilNetFeed *self)
{
  self->state = VIGIL_LINK_OFFLINE;
}
