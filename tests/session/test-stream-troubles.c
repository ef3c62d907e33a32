/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may go wrong with a stream, in every order that bites, and how it comes back. */

#include "streams-fixture.h"

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
  g_assert_cmpstr (vigil_stream_get_failure (stream), ==, "No picture came in time");
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

#define ADD(name, func) \
  g_test_add ("/session/stream-troubles/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("no-producer-waits", test_no_producer_waits);
  ADD ("no-producer-asks-again", test_no_producer_asks_again);
  ADD ("same-producer-wakes", test_same_producer_wakes);
  ADD ("dead-transport", test_dead_transport);
  ADD ("producer-closed", test_producer_closed);
  ADD ("watchdog", test_watchdog);
  ADD ("failed-is-tried-again", test_failed_is_tried_again);
  ADD ("consume-errors", test_consume_errors);
  ADD ("decoder-errors", test_decoder_errors);
  ADD ("stop-tears-down-first", test_stop_tears_down_first);
  ADD ("transport-restarts", test_transport_restarts);
  ADD ("closed-while-creating", test_closed_while_creating);
  return g_test_run ();
}
