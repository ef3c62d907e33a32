/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one receive transport: opened, lost, opened again. */

#include "vigil-receiver.h"

#include "vigil-backoff.h"
#include "vigil-clock.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"
#include "vigil-state-table.h"

/* A transport that lived this long did not fail at once: the next delay is a short one again. */
#define SETTLED_US (10 * G_USEC_PER_SEC)

#define TO(state) (1u << VIGIL_LINK_##state)

static const char *const state_names[] = { "offline", "connecting", "connected", "degraded", "reconnecting", "refused" };

static const guint32 state_edges[] = {
  [VIGIL_LINK_OFFLINE] = TO (CONNECTING),
  [VIGIL_LINK_CONNECTING] = TO (OFFLINE) | TO (CONNECTED) | TO (RECONNECTING),
  [VIGIL_LINK_CONNECTED] = TO (OFFLINE) | TO (RECONNECTING),
  [VIGIL_LINK_DEGRADED] = 0,
  [VIGIL_LINK_RECONNECTING] = TO (OFFLINE) | TO (CONNECTING),
  [VIGIL_LINK_REFUSED] = 0,
};

static const VigilStateTable states = {
  .name = "receive transport",
  .n_states = G_N_ELEMENTS (state_edges),
  .names = state_names,
  .edges = state_edges,
};

struct _VigilReceiver
{
  GObject           parent_instance;

  VigilSettings    *settings;
  VigilSfu         *sfu;
  VigilMediaEngine *engine;

  guint             state;        /* VigilLinkState */
  gboolean          ready;        /* consumers can be asked for; not being torn down */
  gboolean          agreed;       /* the server took our answer to the present offer; media may not have found a way yet */
  gboolean          again;        /* one was lost or could not be had, and none was connected since */
  gboolean          unproven;     /* nothing was negotiated, and no consumer was opened yet: it may be a server that only says so */
  guint             generation;
  GCancellable     *cancellable;  /* of the present attempt */
  char             *transport_id; /* of the present attempt */
  GError           *error;
  VigilBackoff      backoff;
  guint             timer;
  gint64            retry_us;
  gint64            ready_us;
  gint64            attempt_us;

  VigilCounter     *n_opened;
  VigilCounter     *n_lost;
  VigilHistogram   *offer_time;
  VigilHistogram   *open_time;
};

G_DEFINE_FINAL_TYPE (VigilReceiver, vigil_receiver, G_TYPE_OBJECT)

enum
{
  READY,
  LOST,
  STATE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What an answer needs to know of the question. */
typedef struct
{
  VigilReceiver *self;
  guint          generation;
} Attempt;

static Attempt *
attempt_new (VigilReceiver *self)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->self = g_object_ref (self);
  attempt->generation = self->generation;
  return attempt;
}

static void
attempt_free (Attempt *attempt)
{
  g_object_unref (attempt->self);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

static gboolean
is_late (const Attempt *attempt)
{
  return attempt->generation != attempt->self->generation;
}

static void
enter (VigilReceiver  *self,
       VigilLinkState  state,
       const char     *why)
{
  if (self->state == state)
    return;

  if (vigil_state_table_move (&states, &self->state, state, NULL, why))
    g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  /* Mostly because it is gone already. */
  if (!vigil_sfu_control_finish (VIGIL_SFU (source), result, &error))
    g_debug ("Closing a transport: %s", error->message);
}

static void
close_transport (VigilReceiver *self,
                 const char    *transport_id)
{
  vigil_sfu_control_async (self->sfu, VIGIL_SFU_CLOSE_TRANSPORT, transport_id, 0, NULL, closed_cb, NULL);
}

/* Ends the present attempt or transport. What hung on it hears of it first. */
static void
tear_down (VigilReceiver *self,
           const char    *why)
{
  gboolean was_ready = self->ready;

  self->ready = FALSE;
  self->generation++;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->retry_us = 0;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  if (was_ready)
    {
      if (self->state == VIGIL_LINK_CONNECTED)
        vigil_counter_add (self->n_lost, 1);
      if (!self->unproven && vigil_clock_monotonic_us () - self->ready_us >= SETTLED_US)
        vigil_backoff_reset (&self->backoff);
      g_signal_emit (self, signals[LOST], 0, why);
    }
  vigil_media_engine_close (self->engine);
}

static void begin_attempt (VigilReceiver *self);

static gboolean
retry_cb (gpointer user_data)
{
  VigilReceiver *self = user_data;

  self->timer = 0;
  begin_attempt (self);
  return G_SOURCE_REMOVE;
}

static void
try_later (VigilReceiver *self,
           const GError  *error)
{
  g_autofree char *transport_id = g_steal_pointer (&self->transport_id);
  guint delay_ms;

  tear_down (self, error->message);
  if (transport_id != NULL)
    close_transport (self, transport_id);

  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  self->again = TRUE;
  delay_ms = vigil_backoff_next (&self->backoff);
  self->retry_us = vigil_clock_monotonic_us () + (gint64) delay_ms * 1000;
  self->timer = g_timeout_add (delay_ms, retry_cb, self);
  enter (self, VIGIL_LINK_RECONNECTING, error->message);
}

static void
now_connected (VigilReceiver *self)
{
  self->again = FALSE;
  g_clear_error (&self->error);
  vigil_counter_add (self->n_opened, 1);
  vigil_histogram_add (self->open_time, (vigil_clock_monotonic_us () - self->attempt_us) / 1000.0);
  enter (self, VIGIL_LINK_CONNECTED, "transport connected");
}

/* That the server said yes is no picture: ICE and DTLS come after it, or fail. */
static void
check_connected (VigilReceiver *self)
{
  if (self->state == VIGIL_LINK_CONNECTING && self->agreed && vigil_media_engine_is_connected (self->engine))
    now_connected (self);
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  VigilReceiver *self = attempt->self;
  gboolean ok = vigil_sfu_connect_transport_finish (VIGIL_SFU (source), result, &error);

  if (is_late (attempt))
    return;

  if (!ok)
    {
      try_later (self, error);
      return;
    }

  self->agreed = TRUE;
  check_connected (self);
}

/* Consumers may be asked for right behind connectTransport: requests arrive in the order they were sent in,
 * and a consumer may wait for its transport. A round trip less to every first picture. */
static void
become_ready (VigilReceiver *self,
              Attempt       *attempt)
{
  self->ready_us = vigil_clock_monotonic_us ();
  self->ready = TRUE;
  if (!is_late (attempt))
    g_signal_emit (self, signals[READY], 0);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  VigilReceiver *self = attempt->self;
  g_autofree char *answer = vigil_media_engine_open_finish (VIGIL_MEDIA_ENGINE (source), result, &error);

  if (is_late (attempt))
    return;

  if (answer == NULL)
    {
      try_later (self, error);
      return;
    }

  /* Nothing was answered where each consumer will have a connection of its own. */
  self->unproven = *answer == '\0';
  if (*answer != '\0')
    vigil_sfu_connect_transport_async (self->sfu, self->transport_id, answer, self->cancellable,
                                       connected_cb, attempt_new (self));
  else if (!self->again)
    now_connected (self); /* after a loss only a consumer shows that it is */
  become_ready (self, attempt);
}

static void
offered_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = vigil_sfu_open_transport_finish (VIGIL_SFU (source), result, &error);
  VigilReceiver *self = attempt->self;

  if (is_late (attempt))
    {
      /* While signalling is up, what came too late is still there and still ours to close. */
      if (offer != NULL && self->state != VIGIL_LINK_OFFLINE)
        close_transport (self, offer->id);
      return;
    }

  if (offer == NULL)
    {
      try_later (self, error);
      return;
    }

  vigil_histogram_add (self->offer_time, (vigil_clock_monotonic_us () - self->attempt_us) / 1000.0);
  self->transport_id = g_strdup (offer->id);
  vigil_media_engine_set_relays (self->engine, (const char *const *) offer->relays, offer->relay_only);
  vigil_media_engine_open_async (self->engine, offer->offer_sdp, self->cancellable,
                                 answered_cb, g_steal_pointer (&attempt));
}

static void
begin_attempt (VigilReceiver *self)
{
  self->generation++;
  self->retry_us = 0;
  self->agreed = FALSE;
  self->attempt_us = vigil_clock_monotonic_us ();
  self->cancellable = g_cancellable_new ();
  enter (self, VIGIL_LINK_CONNECTING, "opening a receive transport");
  vigil_sfu_open_transport_async (self->sfu, self->cancellable, offered_cb, attempt_new (self));
}

static void
transport_lost_cb (VigilReceiver *self,
                   const char    *reason)
{
  if (self->state == VIGIL_LINK_CONNECTED || self->state == VIGIL_LINK_CONNECTING)
    vigil_receiver_lost (self, NULL, reason);
}

static void
vigil_receiver_dispose (GObject *object)
{
  VigilReceiver *self = VIGIL_RECEIVER (object);

  if (self->engine != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->engine, self);
      vigil_receiver_stop (self, "done");
    }
  g_clear_object (&self->settings);
  g_clear_object (&self->sfu);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (vigil_receiver_parent_class)->dispose (object);
}

static void
vigil_receiver_finalize (GObject *object)
{
  VigilReceiver *self = VIGIL_RECEIVER (object);

  g_assert (self->timer == 0);
  g_free (self->transport_id);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (vigil_receiver_parent_class)->finalize (object);
}

static void
vigil_receiver_class_init (VigilReceiverClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_receiver_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_receiver_finalize;

  signals[READY] = g_signal_new ("ready", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOST] = g_signal_new ("lost", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[STATE_CHANGED] = g_signal_new ("state-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
}

static void
vigil_receiver_init (VigilReceiver *self)
{
  self->state = VIGIL_LINK_OFFLINE;
  self->n_opened = vigil_metrics_counter ("vigil_transports_opened", "Receive transports that were connected");
  self->n_lost = vigil_metrics_counter ("vigil_transports_lost", "Receive transports that ended");
  self->offer_time = vigil_metrics_histogram ("vigil_transport_offer", "ms", "From asking for a transport to its offer");
  self->open_time = vigil_metrics_histogram ("vigil_transport_open", "ms", "From asking for a transport to connected");
}

VigilReceiver *
vigil_receiver_new (VigilSettings    *settings,
                    VigilSfu         *sfu,
                    VigilMediaEngine *engine)
{
  VigilReceiver *self = g_object_new (VIGIL_TYPE_RECEIVER, NULL);

  self->settings = g_object_ref (settings);
  self->sfu = g_object_ref (sfu);
  self->engine = g_object_ref (engine);
  g_signal_connect_swapped (engine, "transport-lost", G_CALLBACK (transport_lost_cb), self);
  g_signal_connect_swapped (engine, "transport-connected", G_CALLBACK (check_connected), self);
  return self;
}

void
vigil_receiver_start (VigilReceiver *self)
{
  if (self->state != VIGIL_LINK_OFFLINE)
    return;

  vigil_backoff_init (&self->backoff,
                      vigil_settings_get_int (self->settings, VIGIL_SETTING_RECONNECT_MIN),
                      vigil_settings_get_int (self->settings, VIGIL_SETTING_RECONNECT_MAX));
  begin_attempt (self);
}

void
vigil_receiver_stop (VigilReceiver *self,
                     const char    *why)
{
  if (self->state == VIGIL_LINK_OFFLINE)
    return;

  tear_down (self, why);
  g_clear_pointer (&self->transport_id, g_free);
  g_clear_error (&self->error);
  self->again = FALSE;
  enter (self, VIGIL_LINK_OFFLINE, why);
}

void
vigil_receiver_lost (VigilReceiver *self,
                     const char    *transport_id,
                     const char    *why)
{
  g_autoptr (GError) error = NULL;

  if (self->state != VIGIL_LINK_CONNECTED && self->state != VIGIL_LINK_CONNECTING)
    return;
  if (transport_id != NULL && g_strcmp0 (transport_id, self->transport_id) != 0)
    return;

  error = g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s",
                       why != NULL ? why : "the receive transport is gone");
  try_later (self, error);
}

void
vigil_receiver_retry_now (VigilReceiver *self)
{
  if (self->state != VIGIL_LINK_RECONNECTING)
    return;

  g_clear_handle_id (&self->timer, g_source_remove);
  begin_attempt (self);
}

void
vigil_receiver_note_consumer (VigilReceiver *self)
{
  gboolean proves = self->unproven && self->state == VIGIL_LINK_CONNECTING;

  self->unproven = FALSE;
  if (proves)
    now_connected (self);
}

void
vigil_receiver_note_server (VigilReceiver *self)
{
  if (self->ready && self->unproven && self->state == VIGIL_LINK_CONNECTING)
    now_connected (self);
}

gboolean
vigil_receiver_is_ready (VigilReceiver *self)
{
  return self->ready;
}

const char *
vigil_receiver_get_transport_id (VigilReceiver *self)
{
  return self->transport_id;
}

VigilLinkState
vigil_receiver_get_state (VigilReceiver *self)
{
  /* Whoever was told of a loss is not told that it is over before it is. */
  return self->state == VIGIL_LINK_CONNECTING && self->again ? VIGIL_LINK_RECONNECTING : (VigilLinkState) self->state;
}

const GError *
vigil_receiver_get_error (VigilReceiver *self)
{
  return self->error;
}

gint64
vigil_receiver_get_retry_us (VigilReceiver *self)
{
  return self->retry_us;
}
