/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams from the budget's decision to the picture and back, with every order of events that bites. */

#include "vigil-fake-engine.h"
#include "vigil-fake-sfu.h"
#include "vigil-session-error.h"
#include "vigil-stream-controller.h"

#include <string.h>

typedef struct
{
  VigilFakeLog          *log;
  VigilSettings         *settings;
  VigilScoreStore       *store;
  VigilRoster           *roster;
  VigilFakeSfu          *sfu;
  VigilFakeEngine       *engine;
  VigilStreamController *streams;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->log = vigil_fake_log_new ();
  f->settings = vigil_settings_new ();
  vigil_settings_set_int (f->settings, VIGIL_SETTING_WATCHDOG, 1);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RETRIES, 2);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_FAILED_RETRY, 0);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_GRACE, 1);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_LIVE, 48);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_WARM, 36);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_CONSUMES, 32);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RECONNECT_MIN, 50);
  f->store = vigil_score_store_new (1000);
  f->roster = vigil_roster_new (f->store);
  f->sfu = vigil_fake_sfu_new (f->log);
  f->engine = vigil_fake_engine_new (f->log);
  f->streams = vigil_stream_controller_new (f->roster, f->settings, VIGIL_SFU (f->sfu), VIGIL_MEDIA_ENGINE (f->engine));
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  static const char *const kinds[] = { "open", "connect", "consume", "control" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    vigil_fake_sfu_release (f->sfu, kinds[i]);
  vigil_fake_spin ();
  g_assert_finalize_object (f->streams);
  vigil_fake_spin ();
  g_assert_finalize_object (f->engine);
  g_assert_finalize_object (f->sfu);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->settings);
  vigil_fake_log_unref (f->log);
}

static VigilHandle
add (Fixture    *f,
     const char *id,
     const char *producer_id)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_STREAMING | VIGIL_FIELD_PRODUCERS;
  info->is_streaming = TRUE;
  info->producer_ids[VIGIL_SOURCE_WEBCAM] = g_strdup (producer_id);
  return vigil_roster_apply (f->roster, info);
}

static void
start (Fixture *f)
{
  vigil_stream_controller_start (f->streams);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_stream_controller_get_state (f->streams), ==, VIGIL_LINK_CONNECTED);
}

static void
show (Fixture     *f,
      VigilHandle  handle,
      gboolean     visible)
{
  vigil_stream_controller_set_visible (f->streams, handle, visible);
  vigil_fake_spin ();
}

static gboolean
is_playing (gpointer data)
{
  return vigil_stream_get_phase (data) == VIGIL_PHASE_PLAYING;
}

static gboolean
is_stopped (gpointer data)
{
  return vigil_stream_get_phase (data) == VIGIL_PHASE_STOPPED;
}

static void
assert_phase (VigilStream      *stream,
              VigilStreamPhase  phase)
{
  g_assert_cmpstr (vigil_stream_phase_to_nick (vigil_stream_get_phase (stream)), ==, vigil_stream_phase_to_nick (phase));
}

static void
test_plays (Fixture       *f,
            gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);
  VigilStreamCounts counts;

  assert_phase (stream, VIGIL_PHASE_IDLE);
  start (f);
  vigil_fake_log_clear (f->log);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "consume pa, attach c1, resume c1");
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_LIVE);
  g_assert_cmpint (vigil_stream_get_reason (stream), ==, VIGIL_WHY_VISIBLE);
  g_assert_nonnull (vigil_stream_get_picture (stream));
  g_assert_cmpuint (vigil_stream_get_feed (stream), ==, 1);
  g_assert_null (vigil_stream_get_failure (stream));

  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.live, ==, 1);
  g_assert_cmpuint (counts.warm, ==, 0);
  g_assert_cmpuint (counts.cold, ==, 0);
  g_assert_cmpuint (counts.consumers, ==, 1);
  g_assert_cmpuint (counts.phases[VIGIL_PHASE_PLAYING], ==, 1);
  g_assert_cmpuint (counts.consumes, ==, 1);
  g_assert_cmpuint (counts.resumes, ==, 1);

  show (f, a, FALSE);
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_WARM);
  assert_phase (stream, VIGIL_PHASE_ATTACHING);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "consume pa, attach c1, resume c1, pause c1, resume c1");

  /* Off screen for longer than the grace: closed, then detached. */
  show (f, a, FALSE);
  g_assert_true (vigil_fake_wait (is_stopped, stream, 3000));
  vigil_fake_spin ();
  g_assert_null (vigil_stream_get_picture (stream));
  g_assert_cmpuint (vigil_fake_engine_get_n_feeds (f->engine), ==, 0);
  g_assert_nonnull (strstr (vigil_fake_log_get (f->log), "close c1, detach 1"));
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.consumers, ==, 0);
  g_assert_cmpuint (counts.cold, ==, 1);
}

/* Playing is a frame and an acknowledged resume, whichever comes first. */
static void
test_playing_needs_both (Fixture       *f,
                         gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  vigil_fake_sfu_hold (f->sfu, "control");
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_ATTACHING);
  vigil_fake_sfu_release (f->sfu, "control");
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_PLAYING);

  vigil_fake_engine_set_frames (f->engine, FALSE);
  show (f, a, FALSE);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_ATTACHING);
  vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (f->engine), vigil_stream_get_feed (stream),
                                      VIGIL_FEED_FIRST_FRAME, NULL);
  assert_phase (stream, VIGIL_PHASE_PLAYING);
}

/* The pending consumer: on screen first, produced later. */
static void
test_late_producer (Fixture       *f,
                    gconstpointer  data)
{
  VigilHandle a = add (f, "a", NULL);
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_CHECKING);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "consume"), ==, 0);
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, "late");
  g_assert_true (vigil_fake_wait (is_playing, stream, 1000));
}

/* The other half of the race: the hall still says no although it announced it. */
static void
test_no_producer_waits (Fixture       *f,
                        gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  vigil_fake_sfu_fail (f->sfu, "consume", VIGIL_SESSION_ERROR_NO_PRODUCER);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_CHECKING);
  g_assert_cmpuint (vigil_stream_get_retries (stream), ==, 0);
  g_assert_null (vigil_stream_get_failure (stream));
  vigil_fake_sfu_fail (f->sfu, "consume", -1);
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, "pb");
  g_assert_true (vigil_fake_wait (is_playing, stream, 1000));
}

/* And when nobody announces anything it asks again by itself. */
static void
test_no_producer_asks_again (Fixture       *f,
                             gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  vigil_fake_sfu_fail (f->sfu, "consume", VIGIL_SESSION_ERROR_NO_PRODUCER);
  show (f, a, TRUE);
  vigil_fake_sfu_fail (f->sfu, "consume", -1);
  g_assert_true (vigil_fake_wait (is_playing, stream, 3000));
}

/* The roster may have known the producer before the SFU did; its announcement wakes who waits. */
static void
test_same_producer_wakes (Fixture       *f,
                          gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  vigil_fake_sfu_fail (f->sfu, "consume", VIGIL_SESSION_ERROR_NO_PRODUCER);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_CHECKING);
  vigil_fake_sfu_fail (f->sfu, "consume", -1);
  vigil_stream_controller_producer_announced (f->streams, "somebody's");
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_CHECKING);
  vigil_stream_controller_producer_announced (f->streams, "pa");
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  /* Who plays it already is left alone. */
  vigil_stream_controller_producer_announced (f->streams, "pa");
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "consume"), ==, 2);
}

/* A transport that the SFU does not know any more is not asked again: another one is opened. */
static void
test_dead_transport (Fixture       *f,
                     gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  VigilHandle b = add (f, "b", "pb");
  g_autoptr (VigilStream) first = vigil_stream_controller_ref_stream (f->streams, a);
  g_autoptr (VigilStream) second = vigil_stream_controller_ref_stream (f->streams, b);
  VigilStreamCounts counts;

  start (f);
  show (f, a, TRUE);
  assert_phase (first, VIGIL_PHASE_PLAYING);
  vigil_fake_sfu_fail (f->sfu, "consume", VIGIL_SESSION_ERROR_NO_TRANSPORT);
  show (f, b, TRUE);
  assert_phase (first, VIGIL_PHASE_IDLE);
  assert_phase (second, VIGIL_PHASE_IDLE);
  g_assert_cmpuint (vigil_stream_get_retries (second), ==, 0);
  g_assert_cmpint (vigil_stream_controller_get_state (f->streams), ==, VIGIL_LINK_RECONNECTING);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "consume"), ==, 2);

  vigil_fake_sfu_fail (f->sfu, "consume", -1);
  g_assert_true (vigil_fake_wait (is_playing, first, 2000));
  g_assert_true (vigil_fake_wait (is_playing, second, 2000));
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.consumers, ==, 2);
}

static void
test_producer_closed (Fixture       *f,
                      gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new ("a");

  start (f);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_PLAYING);

  vigil_stream_controller_consumer_closed (f->streams, "c1", "producer_closed");
  assert_phase (stream, VIGIL_PHASE_CHECKING);
  g_assert_null (vigil_stream_get_picture (stream));
  /* Nobody's fault, and not the SFU's. */
  g_assert_cmpstr (vigil_stream_get_failure (stream), ==, "The candidate's video has ended");
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, NULL);
  vigil_fake_run (600);
  assert_phase (stream, VIGIL_PHASE_CHECKING);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "consume"), ==, 1);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "close"), ==, 0);
  g_assert_cmpuint (vigil_fake_engine_get_n_feeds (f->engine), ==, 0);

  info->fields = VIGIL_FIELD_STREAMING;
  vigil_roster_apply (f->roster, info);
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_STOPPED);
  g_assert_cmpint (vigil_stream_get_reason (stream), ==, VIGIL_WHY_NOT_STREAMING);
  g_assert_nonnull (vigil_stream_get_failure (stream));

  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, "pb");
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  g_assert_null (vigil_stream_get_failure (stream));
}

static void
test_producer_replaced (Fixture       *f,
                        gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);
  guint64 feed;

  start (f);
  show (f, a, TRUE);
  feed = vigil_stream_get_feed (stream);
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, "pb");
  g_assert_null (vigil_stream_get_picture (stream));
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  g_assert_cmpuint (vigil_stream_get_feed (stream), !=, feed);
  g_assert_cmpuint (vigil_fake_engine_get_n_feeds (f->engine), ==, 1);
  g_assert_cmpint (vigil_fake_log_find (f->log, "close c1"), >=, 0);
}

static void
test_watchdog (Fixture       *f,
               gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);
  VigilStreamCounts counts;

  start (f);
  vigil_fake_engine_set_frames (f->engine, FALSE);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_ATTACHING);

  g_assert_true (vigil_fake_wait (is_stopped, stream, 5000));
  vigil_fake_spin ();
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.watchdog_fired, ==, 3);
  g_assert_cmpuint (counts.retries, ==, 2);
  g_assert_cmpuint (counts.failed, ==, 1);
  g_assert_cmpuint (counts.consumes, ==, 3);
  g_assert_cmpuint (counts.closes, ==, 3);
  g_assert_cmpuint (counts.consumers, ==, 0);
  g_assert_cmpstr (vigil_stream_get_failure (stream), ==, "No picture within 1 s");
  g_assert_null (vigil_stream_get_picture (stream));

  /* It stays so until somebody asks. */
  vigil_fake_run (300);
  assert_phase (stream, VIGIL_PHASE_STOPPED);
  vigil_fake_engine_set_frames (f->engine, TRUE);
  vigil_stream_controller_retry (f->streams, a);
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  g_assert_null (vigil_stream_get_failure (stream));
}

static void
test_failed_is_tried_again (Fixture       *f,
                            gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  vigil_settings_set_int (f->settings, VIGIL_SETTING_RETRIES, 0);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_FAILED_RETRY, 1);
  start (f);
  vigil_fake_sfu_fail (f->sfu, "consume", VIGIL_SESSION_ERROR_UNAVAILABLE);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_STOPPED);
  vigil_fake_sfu_fail (f->sfu, "consume", -1);
  g_assert_true (vigil_fake_wait (is_playing, stream, 3000));
}

static void
test_consume_errors (Fixture       *f,
                     gconstpointer  data)
{
  static const int codes[] = {
    VIGIL_SESSION_ERROR_UNAVAILABLE, VIGIL_SESSION_ERROR_TIMEOUT, VIGIL_SESSION_ERROR_FORBIDDEN,
    VIGIL_SESSION_ERROR_PROTOCOL, VIGIL_SESSION_ERROR_NOT_FOUND,
  };
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  show (f, a, TRUE);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RETRIES, 1);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      vigil_fake_sfu_fail (f->sfu, "consume", codes[i]);
      vigil_stream_controller_retry (f->streams, a);
      vigil_fake_spin ();
      assert_phase (stream, VIGIL_PHASE_IDLE);
      g_assert_cmpuint (vigil_stream_get_retries (stream), ==, 1);
      g_assert_nonnull (vigil_stream_get_failure (stream));
      g_assert_true (vigil_fake_wait (is_stopped, stream, 2000));
      vigil_fake_sfu_fail (f->sfu, "consume", -1);
      vigil_stream_controller_retry (f->streams, a);
      vigil_fake_spin ();
      assert_phase (stream, VIGIL_PHASE_PLAYING);
    }
}

static void
test_decoder_errors (Fixture       *f,
                     gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  vigil_fake_engine_set_broken (f->engine, TRUE);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_IDLE);
  g_assert_cmpstr (vigil_stream_get_failure (stream), ==, "no decoder");
  g_assert_cmpint (vigil_fake_log_find (f->log, "close c1"), >=, 0);
  vigil_fake_engine_set_broken (f->engine, FALSE);
  g_assert_true (vigil_fake_wait (is_playing, stream, 2000));

  vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (f->engine), vigil_stream_get_feed (stream),
                                      VIGIL_FEED_STALLED, NULL);
  g_assert_true (vigil_stream_get_stalled (stream));
  vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (f->engine), vigil_stream_get_feed (stream),
                                      VIGIL_FEED_RECOVERED, NULL);
  g_assert_false (vigil_stream_get_stalled (stream));
  vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (f->engine), 999, VIGIL_FEED_FAILED, "nobody's");
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (f->engine), vigil_stream_get_feed (stream),
                                      VIGIL_FEED_FAILED, "boom");
  assert_phase (stream, VIGIL_PHASE_IDLE);
  g_assert_cmpstr (vigil_stream_get_failure (stream), ==, "boom");
  g_assert_true (vigil_fake_wait (is_playing, stream, 2000));
}

static void
test_stop_tears_down_first (Fixture       *f,
                            gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  VigilHandle b = add (f, "b", "pb");
  g_autoptr (VigilStream) stream_a = vigil_stream_controller_ref_stream (f->streams, a);
  g_autoptr (VigilStream) stream_b = vigil_stream_controller_ref_stream (f->streams, b);
  VigilStreamCounts counts;

  start (f);
  show (f, a, TRUE);
  vigil_fake_sfu_hold (f->sfu, "consume");
  show (f, b, TRUE);
  assert_phase (stream_b, VIGIL_PHASE_CREATING_CONSUMER);
  vigil_fake_log_clear (f->log);

  vigil_stream_controller_stop (f->streams, "the feed is gone");
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "engine-close");
  assert_phase (stream_a, VIGIL_PHASE_IDLE);
  assert_phase (stream_b, VIGIL_PHASE_IDLE);
  g_assert_cmpstr (vigil_stream_get_failure (stream_a), ==, "the feed is gone");
  g_assert_nonnull (vigil_stream_get_picture (stream_a));
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.consumers, ==, 0);

  /* The answer of the old transport arrives when the new one is up: nobody takes it for theirs. */
  start (f);
  vigil_fake_sfu_release (f->sfu, "consume");
  vigil_fake_spin ();
  assert_phase (stream_a, VIGIL_PHASE_PLAYING);
  assert_phase (stream_b, VIGIL_PHASE_PLAYING);
  g_assert_cmpuint (vigil_fake_engine_get_n_feeds (f->engine), ==, 2);
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.consumers, ==, 2);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "attach"), ==, 2);
}

static void
test_transport_restarts (Fixture       *f,
                         gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  show (f, a, TRUE);
  vigil_stream_controller_transport_closed (f->streams, "t1", "worker died");
  assert_phase (stream, VIGIL_PHASE_IDLE);
  g_assert_cmpint (vigil_stream_controller_get_state (f->streams), ==, VIGIL_LINK_RECONNECTING);
  g_assert_cmpint (vigil_stream_controller_get_retry_us (f->streams), >, 0);
  g_assert_nonnull (vigil_stream_controller_get_error (f->streams));
  g_assert_true (vigil_fake_wait (is_playing, stream, 2000));
  g_assert_null (vigil_stream_get_failure (stream));
}

static void
test_rate_limit (Fixture       *f,
                 gconstpointer  data)
{
  VigilStreamCounts counts;

  vigil_settings_set_int (f->settings, VIGIL_SETTING_CONSUMES, 4);
  start (f);
  vigil_fake_sfu_hold (f->sfu, "consume");
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);
      g_autofree char *producer_id = g_strdup_printf ("p%u", i);

      vigil_stream_controller_set_visible (f->streams, add (f, id, producer_id), TRUE);
    }
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_fake_sfu_get_n_held (f->sfu, "consume"), ==, 4);

  vigil_fake_sfu_release (f->sfu, "consume");
  vigil_fake_spin ();
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.phases[VIGIL_PHASE_PLAYING], ==, 40);
  g_assert_cmpuint (vigil_fake_sfu_get_max_in_flight (f->sfu), <=, 4);
}

/* Whoever is looked at goes before whoever is merely on screen. */
static void
test_urgent_first (Fixture       *f,
                   gconstpointer  data)
{
  vigil_settings_set_int (f->settings, VIGIL_SETTING_CONSUMES, 1);
  start (f);
  vigil_fake_sfu_hold (f->sfu, "consume");
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);
      VigilHandle handle = add (f, id, id);

      if (i == 5)
        vigil_stream_controller_set_focused (f->streams, handle, TRUE);
      else
        vigil_stream_controller_set_visible (f->streams, handle, TRUE);
    }
  vigil_fake_log_clear (f->log);
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "consume s5");
}

static void
test_warm_and_near (Fixture       *f,
                    gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  vigil_fake_log_clear (f->log);
  vigil_stream_controller_set_near (f->streams, &a, 1);
  vigil_fake_run (1200);
  /* Ready, paused, and no watchdog barks at it. */
  assert_phase (stream, VIGIL_PHASE_ATTACHING);
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_WARM);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "consume pa, attach c1");
  g_assert_false (vigil_fake_engine_is_running (f->engine, vigil_stream_get_feed (stream)));
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_PLAYING);
}

/* Cold while the consume is under way: its answer is closed, not shown. */
static void
test_closed_while_creating (Fixture       *f,
                            gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  vigil_fake_sfu_hold (f->sfu, "consume");
  show (f, a, TRUE);
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, NULL);
  assert_phase (stream, VIGIL_PHASE_CHECKING);
  vigil_fake_log_clear (f->log);
  vigil_fake_sfu_release (f->sfu, "consume");
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "close c1");
  g_assert_null (vigil_stream_get_picture (stream));
  assert_phase (stream, VIGIL_PHASE_CHECKING);
}

static void
test_flapping_visibility (Fixture       *f,
                          gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  show (f, a, TRUE);
  vigil_fake_sfu_hold (f->sfu, "control");
  for (guint i = 0; i < 11; i++)
    show (f, a, i % 2 != 0);
  /* One verb at a time, however often one changes one's mind. */
  g_assert_cmpuint (vigil_fake_sfu_get_n_held (f->sfu, "control"), ==, 1);
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_WARM);
  vigil_fake_sfu_release (f->sfu, "control");
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_ATTACHING);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "pause"), ==, 1);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "resume"), ==, 1);
}

static void
test_producer_paused (Fixture       *f,
                      gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);
  VigilStreamCounts counts;

  vigil_fake_sfu_set_producer_paused (f->sfu, TRUE);
  start (f);
  show (f, a, TRUE);
  vigil_fake_run (1300);
  assert_phase (stream, VIGIL_PHASE_ATTACHING);
  g_assert_nonnull (vigil_stream_get_failure (stream));
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.watchdog_fired, ==, 0);

  vigil_stream_controller_consumer_paused (f->streams, "c1", FALSE);
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  vigil_stream_controller_consumer_paused (f->streams, "c1", TRUE);
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_ATTACHING);
}

/* Streams go when nobody holds them and nothing runs; those that run stay without a holder. */
static void
test_lifetime (Fixture       *f,
               gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  VigilStream *stream = vigil_stream_controller_ref_stream (f->streams, a);
  VigilStream *watched;

  g_assert_finalize_object (stream);
  start (f);
  show (f, a, TRUE);
  stream = vigil_stream_controller_ref_stream (f->streams, a);
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  g_object_unref (stream);
  stream = vigil_stream_controller_ref_stream (f->streams, a);
  assert_phase (stream, VIGIL_PHASE_PLAYING);

  watched = stream;
  g_object_add_weak_pointer (G_OBJECT (watched), (gpointer *) &watched);
  g_object_unref (stream);
  show (f, a, FALSE);
  vigil_fake_run (1300);
  g_assert_null (watched);
}

static void
test_two_tiles (Fixture       *f,
                gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  show (f, a, TRUE);
  show (f, a, TRUE);
  show (f, a, FALSE);
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_LIVE);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "consume"), ==, 1);
  show (f, a, FALSE);
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_WARM);
}

static void
test_other_exam (Fixture       *f,
                 gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);

  start (f);
  show (f, a, TRUE);
  vigil_roster_clear (f->roster);
  vigil_fake_spin ();
  assert_phase (stream, VIGIL_PHASE_STOPPED);
  g_assert_null (vigil_stream_get_picture (stream));
  show (f, a, FALSE);
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_COLD);
}

/* A thousand candidates scrolled past: nothing is left of them. */
static void
test_scroll_leaves_nothing (Fixture       *f,
                            gconstpointer  data)
{
  VigilHandle handles[200];
  VigilStreamCounts counts;

  vigil_settings_set_int (f->settings, VIGIL_SETTING_GRACE, 0);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_LIVE, 12);
  for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);

      handles[i] = add (f, id, id);
    }
  start (f);
  for (guint round = 0; round < 5; round++)
    for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
      {
        vigil_stream_controller_set_visible (f->streams, handles[i], TRUE);
        if (i >= 10)
          vigil_stream_controller_set_visible (f->streams, handles[i - 10], FALSE);
        vigil_fake_spin ();
        if (i == G_N_ELEMENTS (handles) - 1)
          for (guint j = i - 9; j <= i; j++)
            vigil_stream_controller_set_visible (f->streams, handles[j], FALSE);
      }
  vigil_fake_run (50);
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.consumes, >=, 900);
  g_assert_cmpuint (counts.consumes, ==, counts.closes);
  g_assert_cmpuint (counts.consumers, ==, 0);
  g_assert_cmpuint (vigil_fake_engine_get_n_feeds (f->engine), ==, 0);
  for (guint i = 0; i < VIGIL_N_PHASES; i++)
    g_assert_cmpuint (counts.phases[i], ==, 0);
}

#define ADD(name, func) g_test_add ("/session/stream-controller/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("plays", test_plays);
  ADD ("playing-needs-both", test_playing_needs_both);
  ADD ("late-producer", test_late_producer);
  ADD ("no-producer-waits", test_no_producer_waits);
  ADD ("no-producer-asks-again", test_no_producer_asks_again);
  ADD ("same-producer-wakes", test_same_producer_wakes);
  ADD ("dead-transport", test_dead_transport);
  ADD ("producer-closed", test_producer_closed);
  ADD ("producer-replaced", test_producer_replaced);
  ADD ("watchdog", test_watchdog);
  ADD ("failed-is-tried-again", test_failed_is_tried_again);
  ADD ("consume-errors", test_consume_errors);
  ADD ("decoder-errors", test_decoder_errors);
  ADD ("stop-tears-down-first", test_stop_tears_down_first);
  ADD ("transport-restarts", test_transport_restarts);
  ADD ("rate-limit", test_rate_limit);
  ADD ("urgent-first", test_urgent_first);
  ADD ("warm-and-near", test_warm_and_near);
  ADD ("closed-while-creating", test_closed_while_creating);
  ADD ("flapping-visibility", test_flapping_visibility);
  ADD ("producer-paused", test_producer_paused);
  ADD ("lifetime", test_lifetime);
  ADD ("two-tiles", test_two_tiles);
  ADD ("other-exam", test_other_exam);
  ADD ("scroll-leaves-nothing", test_scroll_leaves_nothing);
  return g_test_run ();
}
