/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drives one VigilStream through its phases.
 *
 * step() compares what should be with what is and is the only place that starts or ends anything for
 * the stream's mode; everything else notes a fact and calls it. */

#include "vigil-stream-driver.h"

#include "vigil-backoff.h"
#include "vigil-clock.h"
#include "vigil-i18n.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"

#define RETRY_MIN_MS 250
#define RETRY_MAX_MS 30000

/* For the log, and translated for the tooltip. */
static const struct
{
  const char *ended, *paused, *closed, *missing;
} words[VIGIL_N_SOURCES] = {
  [VIGIL_SOURCE_WEBCAM] = { NC_("reason", "The candidate's video has ended"), NC_("reason", "The candidate's browser has paused the video"),
                            NC_("reason", "The SFU closed the video"), NC_("reason", "No picture came in time") },
  [VIGIL_SOURCE_SCREEN] = { NC_("reason", "The candidate no longer shares the screen"), NC_("reason", "The candidate's browser has paused the shared screen"),
                            NC_("reason", "The SFU closed the shared screen"), NC_("reason", "No picture of the screen came in time") },
  [VIGIL_SOURCE_MICROPHONE] = { NC_("reason", "The candidate's sound has ended"), NC_("reason", "The candidate's browser has muted the microphone"),
                                NC_("reason", "The SFU closed the sound"), NC_("reason", "No sound came in time") },
};

#define WORD(self, which) (words[vigil_stream_get_source ((self)->stream)].which)

struct _VigilStreamDriver
{
  VigilStreamShared *shared;
  VigilStream       *stream;
  VigilConsumer     *consumer;     /* nullable; not one that is closing */
  VigilBackoff       backoff;
  guint              retry_timer;  /* while it runs nothing is tried */
  guint              watchdog;     /* while a picture is due */
  guint              retries;
  gboolean           failed;       /* gave up; until the timer, the operator or another producer */
  gint64             wanted_us;    /* when it went live without a picture */
};

static struct
{
  VigilCounter   *retries, *watchdog, *failed;
  VigilHistogram *first_frame;
} metrics;

static void
ensure_metrics (void)
{
  if (metrics.retries != NULL)
    return;

  metrics.watchdog = vigil_metrics_counter ("vigil_stream_watchdog", "Videos that showed no picture in time");
  metrics.failed = vigil_metrics_counter ("vigil_stream_failed", "Videos given up after all retries");
  metrics.first_frame = vigil_metrics_histogram ("vigil_stream_first_frame", "ms", "From live to the first picture");
  metrics.retries = vigil_metrics_counter ("vigil_stream_retries", "Videos started over");
}

VigilStreamDriver *
vigil_stream_driver_new (VigilStreamShared *shared,
                         VigilStream       *stream)
{
  VigilStreamDriver *self = g_new0 (VigilStreamDriver, 1);

  ensure_metrics ();
  self->shared = shared;
  self->stream = stream;
  vigil_backoff_init (&self->backoff, RETRY_MIN_MS, RETRY_MAX_MS);
  return self;
}

static void
drop_consumer (VigilStreamDriver *self)
{
  g_clear_handle_id (&self->watchdog, g_source_remove);
  if (self->consumer == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->consumer, self);
  g_clear_object (&self->consumer);
}

static void
close_consumer (VigilStreamDriver *self)
{
  g_autoptr (VigilConsumer) consumer = self->consumer != NULL ? g_object_ref (self->consumer) : NULL;

  drop_consumer (self);
  if (consumer != NULL)
    vigil_consumer_close (consumer);
}

void
vigil_stream_driver_free (VigilStreamDriver *self)
{
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  close_consumer (self);
  if (self->stream != NULL)
    {
      vigil_stream_begin (self->stream);
      vigil_stream_set_picture (self->stream, NULL, 0);
      vigil_stream_enter (self->stream, VIGIL_PHASE_STOPPED, "the session is over");
      vigil_stream_end (self->stream);
    }
  g_free (self);
}

void
vigil_stream_driver_orphan (VigilStreamDriver *self)
{
  self->stream = NULL;
}

static const char *
find_producer (VigilStreamDriver *self)
{
  const VigilCandidate *candidate = vigil_roster_get (self->shared->roster, vigil_stream_get_handle (self->stream));

  return candidate != NULL ? candidate->producer_ids[vigil_stream_get_source (self->stream)] : NULL;
}

static gboolean
retry_cb (gpointer user_data)
{
  VigilStreamDriver *self = user_data;

  self->retry_timer = 0;
  if (self->failed)
    {
      self->failed = FALSE;
      self->retries = 0;
    }
  vigil_stream_driver_step (self);
  return G_SOURCE_REMOVE;
}

static void
retry_after (VigilStreamDriver *self,
             guint              ms)
{
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  self->retry_timer = g_timeout_add (ms, retry_cb, self);
}

static void
give_up (VigilStreamDriver *self)
{
  int again_s = vigil_settings_get_int (self->shared->settings, VIGIL_SETTING_FAILED_RETRY);

  self->failed = TRUE;
  vigil_counter_add (metrics.failed, 1);
  vigil_stream_set_picture (self->stream, NULL, 0);
  vigil_stream_enter (self->stream, VIGIL_PHASE_STOPPED, "gave up");
  if (again_s > 0)
    retry_after (self, again_s * 1000);
}

/* Starts over, or gives up after so many times. @delay_ms: before the next try. */
static void
start_over (VigilStreamDriver *self,
            const char        *why,
            guint              delay_ms)
{
  vigil_stream_begin (self->stream);
  close_consumer (self);
  vigil_stream_set_stalled (self->stream, FALSE);
  vigil_stream_set_failure (self->stream, why);
  vigil_stream_enter (self->stream, VIGIL_PHASE_IDLE, why);

  if (self->retries >= (guint) vigil_settings_get_int (self->shared->settings, VIGIL_SETTING_RETRIES))
    {
      give_up (self);
    }
  else
    {
      self->retries++;
      self->shared->retries++;
      vigil_counter_add (metrics.retries, 1);
      retry_after (self, delay_ms);
    }

  vigil_stream_set_retries (self->stream, self->retries);
  vigil_stream_end (self->stream);
  self->shared->poke (self->shared->owner);
}

static gboolean
watchdog_cb (gpointer user_data)
{
  VigilStreamDriver *self = user_data;

  self->watchdog = 0;
  self->shared->watchdog_fired++;
  vigil_counter_add (metrics.watchdog, 1);
  start_over (self, WORD (self, missing), 0);
  return G_SOURCE_REMOVE;
}

/* A picture is due from an open consumer that should run and whose producer sends. */
static void
update_watchdog (VigilStreamDriver *self)
{
  gboolean due = self->consumer != NULL && vigil_consumer_is_open (self->consumer) &&
                 vigil_stream_get_mode (self->stream) == VIGIL_MODE_LIVE &&
                 vigil_stream_get_phase (self->stream) == VIGIL_PHASE_ATTACHING &&
                 !vigil_consumer_is_producer_paused (self->consumer);

  if (!due)
    g_clear_handle_id (&self->watchdog, g_source_remove);
  else if (self->watchdog == 0)
    self->watchdog = g_timeout_add (vigil_settings_get_int (self->shared->settings, VIGIL_SETTING_WATCHDOG) * 1000,
                                    watchdog_cb, self);
}

static void
now_playing (VigilStreamDriver *self)
{
  self->retries = 0;
  vigil_backoff_reset (&self->backoff);
  if (self->wanted_us > 0)
    vigil_histogram_add (metrics.first_frame, (vigil_clock_monotonic_us () - self->wanted_us) / 1000.0);
  self->wanted_us = 0;
  vigil_stream_set_retries (self->stream, 0);
  vigil_stream_set_failure (self->stream, NULL);
  vigil_stream_enter (self->stream, VIGIL_PHASE_PLAYING, "first picture, and resumed");
}

static void
follow_consumer (VigilStreamDriver *self)
{
  gboolean live = vigil_stream_get_mode (self->stream) == VIGIL_MODE_LIVE;

  vigil_consumer_set_running (self->consumer, live);
  if (!vigil_consumer_is_open (self->consumer))
    return;

  if (vigil_consumer_is_playing (self->consumer))
    {
      now_playing (self);
    }
  else
    {
      vigil_stream_set_stalled (self->stream, FALSE);
      vigil_stream_enter (self->stream, VIGIL_PHASE_ATTACHING, live ? "waiting for a picture" : "paused");
      if (vigil_consumer_is_producer_paused (self->consumer))
        vigil_stream_set_failure (self->stream, WORD (self, paused));
    }
  update_watchdog (self);
}

static void
go_cold (VigilStreamDriver *self)
{
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  close_consumer (self);
  self->failed = FALSE;
  self->retries = 0;
  self->wanted_us = 0;
  vigil_backoff_reset (&self->backoff);
  vigil_stream_set_picture (self->stream, NULL, 0);
  vigil_stream_set_stalled (self->stream, FALSE);
  vigil_stream_set_retries (self->stream, 0);
  if (vigil_stream_get_reason (self->stream) != VIGIL_WHY_NOT_STREAMING)
    vigil_stream_set_failure (self->stream, NULL);
  if (vigil_stream_get_phase (self->stream) != VIGIL_PHASE_IDLE)
    vigil_stream_enter (self->stream, VIGIL_PHASE_STOPPED, "cold");
}

static void
wait_for_turn (VigilStreamDriver *self)
{
  if (self->retry_timer != 0 && vigil_stream_get_phase (self->stream) == VIGIL_PHASE_CHECKING)
    return; /* asks again when the timer says so */
  if (self->failed || self->retry_timer != 0)
    return;

  if (!vigil_receiver_is_ready (self->shared->receiver))
    {
      if (vigil_stream_get_phase (self->stream) != VIGIL_PHASE_IDLE)
        vigil_stream_enter (self->stream, VIGIL_PHASE_IDLE, "no transport");
      return;
    }

  vigil_stream_enter (self->stream, VIGIL_PHASE_CHECKING,
                      find_producer (self) != NULL ? "waiting for a turn" : "waiting for the feed");
}

void
vigil_stream_driver_step (VigilStreamDriver *self)
{
  vigil_stream_begin (self->stream);
  if (vigil_stream_get_mode (self->stream) == VIGIL_MODE_COLD)
    go_cold (self);
  else if (self->consumer != NULL)
    follow_consumer (self);
  else
    wait_for_turn (self);
  vigil_stream_end (self->stream);

  self->shared->poke (self->shared->owner);
}

void
vigil_stream_driver_set_mode (VigilStreamDriver *self,
                              VigilStreamMode    mode,
                              VigilModeReason    reason)
{
  if (mode == VIGIL_MODE_LIVE && vigil_stream_get_mode (self->stream) != VIGIL_MODE_LIVE)
    self->wanted_us = vigil_clock_monotonic_us ();
  else if (mode != VIGIL_MODE_LIVE)
    self->wanted_us = 0;

  vigil_stream_begin (self->stream);
  vigil_stream_set_mode (self->stream, mode, reason);
  vigil_stream_driver_step (self);
  vigil_stream_end (self->stream);
}

guint
vigil_stream_driver_get_urgency (VigilStreamDriver *self)
{
  VigilModeReason why = vigil_stream_get_reason (self->stream);
  VigilStreamMode mode = vigil_stream_get_mode (self->stream);

  if (self->consumer != NULL || self->failed || self->retry_timer != 0 ||
      vigil_stream_get_phase (self->stream) != VIGIL_PHASE_CHECKING ||
      mode == VIGIL_MODE_COLD || find_producer (self) == NULL)
    return 0;

  /* Grace keeps what is there; it is no reason to begin. */
  if (mode == VIGIL_MODE_WARM && why == VIGIL_WHY_GRACE)
    return 0;

  return mode == VIGIL_MODE_LIVE ? 100 + why : 1 + why;
}

static void
opened_cb (VigilStreamDriver *self)
{
  vigil_receiver_note_consumer (self->shared->receiver);
  vigil_stream_begin (self->stream);
  vigil_stream_set_picture (self->stream, vigil_consumer_get_picture (self->consumer),
                            vigil_consumer_get_feed (self->consumer));
  vigil_stream_driver_step (self);
  vigil_stream_end (self->stream);
}

static void
wait_for_producer (VigilStreamDriver *self)
{
  vigil_stream_begin (self->stream);
  drop_consumer (self);
  vigil_stream_enter (self->stream, VIGIL_PHASE_CHECKING, "not produced yet");
  vigil_stream_end (self->stream);

  /* Its appearance wakes us; the timer is for the hall that forgets to say so. */
  retry_after (self, vigil_backoff_next (&self->backoff) + 1000);
  self->shared->poke (self->shared->owner);
}

static void
failed_cb (VigilStreamDriver *self,
           const GError      *error)
{
  if (g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER))
    {
      /* A server that knows who sends there, and who does not, is there. */
      vigil_receiver_note_server (self->shared->receiver);
      wait_for_producer (self);
    }
  else if (g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT) &&
           vigil_receiver_is_ready (self->shared->receiver))
    /* Nothing will ever come over it again; with another one all streams begin anew. */
    vigil_receiver_lost (self->shared->receiver, NULL, error->message);
  else
    start_over (self, error->message, vigil_backoff_next (&self->backoff));
}

/* A candidate can make a new producer as often as he likes; he and his camera stay who they are. Without an id it is the producer's. */
static char *
dup_origin (VigilStreamDriver *self)
{
  const char *id = vigil_score_store_get_id (vigil_roster_get_store (self->shared->roster), vigil_stream_get_handle (self->stream));

  return id != NULL ? g_strdup_printf ("%d/%s", (int) vigil_stream_get_source (self->stream), id) : NULL;
}

void
vigil_stream_driver_consume (VigilStreamDriver *self)
{
  VigilStreamShared *shared = self->shared;
  g_autofree char *origin = dup_origin (self);

  g_return_if_fail (self->consumer == NULL);

  self->consumer = vigil_consumer_new (shared->sfu, shared->engine, shared->tally,
                                       vigil_receiver_get_transport_id (shared->receiver),
                                       find_producer (self), origin, ++shared->last_feed);
  g_signal_connect_swapped (self->consumer, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect_swapped (self->consumer, "changed", G_CALLBACK (vigil_stream_driver_step), self);
  g_signal_connect_swapped (self->consumer, "failed", G_CALLBACK (failed_cb), self);
  shared->consumer_made (shared->owner, self->consumer);

  vigil_stream_enter (self->stream, VIGIL_PHASE_CREATING_CONSUMER, "asking for a consumer");
  vigil_consumer_set_kind (self->consumer,
                           vigil_stream_get_source (self->stream) == VIGIL_SOURCE_MICROPHONE ? VIGIL_MEDIA_AUDIO : VIGIL_MEDIA_VIDEO);
  vigil_consumer_set_running (self->consumer, vigil_stream_get_mode (self->stream) == VIGIL_MODE_LIVE);
  vigil_consumer_open (self->consumer);
}

void
vigil_stream_driver_transport_lost (VigilStreamDriver *self,
                                    const char        *why)
{
  vigil_stream_begin (self->stream);
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  drop_consumer (self);
  self->failed = FALSE;
  self->retries = 0;
  vigil_backoff_reset (&self->backoff);
  vigil_stream_set_stalled (self->stream, FALSE);
  vigil_stream_set_retries (self->stream, 0);
  if (vigil_stream_get_mode (self->stream) != VIGIL_MODE_COLD)
    {
      /* The last picture stays for the veil; it belongs to nobody else. */
      vigil_stream_set_failure (self->stream, why);
      if (vigil_stream_get_mode (self->stream) == VIGIL_MODE_LIVE)
        self->wanted_us = vigil_clock_monotonic_us ();
      vigil_stream_enter (self->stream, VIGIL_PHASE_IDLE, why);
    }
  vigil_stream_end (self->stream);
}

void
vigil_stream_driver_producer_changed (VigilStreamDriver *self)
{
  const char *producer_id = find_producer (self);

  if (self->consumer != NULL && g_strcmp0 (vigil_consumer_get_producer_id (self->consumer), producer_id) == 0)
    return;

  vigil_stream_begin (self->stream);
  if (self->consumer != NULL)
    {
      close_consumer (self);
      vigil_stream_set_picture (self->stream, NULL, 0);
      vigil_stream_set_stalled (self->stream, FALSE);
      vigil_stream_set_failure (self->stream, producer_id == NULL ? WORD (self, ended) : NULL);
      vigil_stream_enter (self->stream, VIGIL_PHASE_CHECKING, "the producer is another one");
    }
  else if (producer_id != NULL && (self->failed || self->retry_timer != 0))
    {
      vigil_stream_set_failure (self->stream, NULL);
    }

  if (producer_id != NULL)
    {
      g_clear_handle_id (&self->retry_timer, g_source_remove);
      self->failed = FALSE;
      self->retries = 0;
      vigil_backoff_reset (&self->backoff);
    }
  vigil_stream_driver_step (self);
  vigil_stream_end (self->stream);
}

void
vigil_stream_driver_consumer_closed (VigilStreamDriver *self,
                                     const char        *reason)
{
  /* That the candidate's side ended is nobody's fault, and its producer_closed comes only after this. */
  g_autofree char *why = g_strcmp0 (reason, "producer_closed") == 0
                         ? g_strdup (WORD (self, ended))
                         : g_strdup_printf ("%s (%s)", WORD (self, closed), reason != NULL ? reason : "no reason given");

  vigil_stream_begin (self->stream);
  drop_consumer (self);
  vigil_stream_set_picture (self->stream, NULL, 0);
  vigil_stream_set_stalled (self->stream, FALSE);
  vigil_stream_set_failure (self->stream, why);
  vigil_stream_enter (self->stream, VIGIL_PHASE_CHECKING, why);
  vigil_stream_end (self->stream);

  /* Its producer_closed comes right behind it, if that is why. */
  retry_after (self, vigil_backoff_next (&self->backoff));
  self->shared->poke (self->shared->owner);
}

void
vigil_stream_driver_feed_event (VigilStreamDriver *self,
                                VigilFeedEvent     event,
                                const char        *detail)
{
  switch (event)
    {
    case VIGIL_FEED_FIRST_FRAME:
      if (self->consumer != NULL)
        vigil_consumer_first_frame (self->consumer);
      break;

    case VIGIL_FEED_STALLED:
      vigil_stream_set_stalled (self->stream, TRUE);
      break;

    case VIGIL_FEED_RECOVERED:
      vigil_stream_set_stalled (self->stream, FALSE);
      break;

    case VIGIL_FEED_FAILED:
      start_over (self, detail != NULL ? detail : NC_("reason", "The decoder gave up"), vigil_backoff_next (&self->backoff));
      break;

    default:
      break;
    }
}

void
vigil_stream_driver_retry_now (VigilStreamDriver *self)
{
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  self->failed = FALSE;
  self->retries = 0;
  vigil_backoff_reset (&self->backoff);

  vigil_stream_begin (self->stream);
  if (self->consumer != NULL && vigil_stream_get_phase (self->stream) != VIGIL_PHASE_CREATING_CONSUMER)
    {
      close_consumer (self);
      vigil_stream_enter (self->stream, VIGIL_PHASE_CHECKING, "the operator asked");
    }
  vigil_stream_set_retries (self->stream, 0);
  vigil_stream_set_failure (self->stream, NULL);
  vigil_stream_driver_step (self);
  vigil_stream_end (self->stream);
}

VigilConsumer *
vigil_stream_driver_get_consumer (VigilStreamDriver *self)
{
  return self->consumer;
}

gboolean
vigil_stream_driver_has_failed (VigilStreamDriver *self)
{
  return self->failed;
}
