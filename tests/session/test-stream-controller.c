/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams from the budget's decision to the picture and back. */

#include "streams-fixture.h"

#include <string.h>

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

/* Who publishes once more is who he was, to whoever decodes it; and nobody else is. */
static void
test_origin (Fixture       *f,
             gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa"), b = add (f, "b", "pb");
  g_autofree char *first = NULL;

  start (f);
  show (f, a, TRUE);
  first = g_strdup (vigil_fake_engine_get_origin (f->engine));
  g_assert_nonnull (first);
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, "pc");
  vigil_fake_spin ();
  g_assert_cmpint (vigil_fake_log_find (f->log, "consume pc"), >=, 0);
  g_assert_cmpstr (vigil_fake_engine_get_origin (f->engine), ==, first);
  show (f, b, TRUE);
  g_assert_cmpstr (vigil_fake_engine_get_origin (f->engine), !=, first);

  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_SCREEN, "ps");
  vigil_stream_controller_set_focused (f->streams, a, TRUE);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_fake_log_find (f->log, "consume ps"), >=, 0);
  g_assert_cmpstr (vigil_fake_engine_get_origin (f->engine), !=, first);
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

/* Whoever is next on patrol is ready, before whoever is only near. */
static void
test_patrol (Fixture       *f,
             gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa"), b = add (f, "b", "pb");
  g_autoptr (VigilStream) near = vigil_stream_controller_ref_stream (f->streams, a);
  g_autoptr (VigilStream) next = vigil_stream_controller_ref_stream (f->streams, b);

  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_WARM, 1);
  start (f);
  vigil_stream_controller_set_near (f->streams, &a, 1);
  vigil_stream_controller_set_patrol (f->streams, &b, 1);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_stream_get_mode (near), ==, VIGIL_MODE_COLD);
  g_assert_cmpint (vigil_stream_get_mode (next), ==, VIGIL_MODE_WARM);
  g_assert_cmpint (vigil_stream_get_reason (next), ==, VIGIL_WHY_PATROL);
  vigil_stream_controller_set_patrol (f->streams, NULL, 0);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_stream_get_mode (near), ==, VIGIL_MODE_WARM);
}

/* While a patrol goes round, who left the screen is kept beyond the usual bound and grace, where the SFU keeps many; after it no longer. */
static void
test_patrol_keeps (Fixture       *f,
                   gconstpointer  data)
{
  VigilSfuAbilities few = { .can_pause = TRUE, .has_layers = TRUE, .has_sound = TRUE };
  VigilHandle handles[4];
  VigilStreamCounts counts;

  for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
    {
      g_autofree char *id = g_strdup_printf ("k%u", i), *producer = g_strdup_printf ("pk%u", i);

      handles[i] = add (f, id, producer);
    }
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_WARM, 1);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_PATROL_WARM, 3);
  start (f);
  vigil_stream_controller_set_patrolled (f->streams, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
    {
      show (f, handles[i], TRUE);
      show (f, handles[i], FALSE);
    }
  vigil_fake_run (2500); /* the fixture's grace is over */
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.warm, ==, 3);

  vigil_fake_sfu_set_abilities (f->sfu, &few);
  vigil_stream_controller_set_patrolled (f->streams, FALSE);
  vigil_fake_run (1500);
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.warm, <=, 1);
  vigil_stream_controller_set_patrolled (f->streams, TRUE);
  show (f, handles[0], TRUE);
  show (f, handles[0], FALSE);
  show (f, handles[1], TRUE);
  show (f, handles[1], FALSE);
  vigil_fake_spin ();
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.warm, ==, 1);
}

static void
claim (Fixture    *f,
       VigilHandle handle,
       const char *who)
{
  vigil_roster_set_claimed_by (f->roster, handle, who);
  vigil_fake_spin ();
}

/* Whom this operator claimed, and nobody else. */
static void
test_claimed (Fixture       *f,
              gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa"), b = add (f, "b", "pb");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, b);

  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_LIVE, 1);
  vigil_stream_controller_set_operator (f->streams, "ortiz");
  start (f);
  show (f, a, TRUE);
  show (f, b, TRUE);
  g_assert_cmpint (vigil_stream_get_reason (stream), ==, VIGIL_WHY_OVER_BUDGET);
  claim (f, b, "chen");
  g_assert_cmpint (vigil_stream_get_reason (stream), ==, VIGIL_WHY_OVER_BUDGET);
  claim (f, b, "ortiz");
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_LIVE);
  g_assert_cmpint (vigil_stream_get_reason (stream), ==, VIGIL_WHY_CLAIMED);
  show (f, b, FALSE);
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_WARM);
  g_assert_cmpint (vigil_stream_get_reason (stream), ==, VIGIL_WHY_CLAIMED);
  claim (f, b, NULL);
  g_assert_cmpint (vigil_stream_get_reason (stream), ==, VIGIL_WHY_GRACE);

  /* Somebody else sits here now, who had claimed it before. */
  claim (f, b, "chen");
  vigil_stream_controller_set_operator (f->streams, "chen");
  vigil_fake_spin ();
  g_assert_cmpint (vigil_stream_get_reason (stream), ==, VIGIL_WHY_CLAIMED);
  show (f, a, FALSE);
}

/* Down the ladder everything is closed, but whom the operator opened; and up again. */
static void
test_ladder (Fixture       *f,
             gconstpointer  data)
{
  VigilHandle a = add (f, "a", "pa"), b = add (f, "b", "pb");
  g_autoptr (VigilStream) tile = vigil_stream_controller_ref_stream (f->streams, a);
  g_autoptr (VigilStream) opened = vigil_stream_controller_ref_stream (f->streams, b);

  start (f);
  show (f, a, TRUE);
  vigil_stream_controller_set_focused (f->streams, b, TRUE);
  vigil_fake_spin ();
  assert_phase (tile, VIGIL_PHASE_PLAYING);
  vigil_stream_controller_set_ladder_limit (f->streams, VIGIL_RUNG_STILL);
  vigil_fake_spin ();
  assert_phase (tile, VIGIL_PHASE_STOPPED);
  g_assert_cmpint (vigil_stream_get_reason (tile), ==, VIGIL_WHY_RUNG);
  assert_phase (opened, VIGIL_PHASE_PLAYING);
  vigil_stream_controller_set_ladder_limit (f->streams, VIGIL_RUNG_SCORE);
  vigil_fake_spin ();
  assert_phase (opened, VIGIL_PHASE_STOPPED);
  vigil_stream_controller_set_ladder_limit (f->streams, VIGIL_RUNG_LIVE);
  vigil_fake_spin ();
  assert_phase (tile, VIGIL_PHASE_PLAYING);
  assert_phase (opened, VIGIL_PHASE_PLAYING);
  show (f, a, FALSE);
  vigil_stream_controller_set_focused (f->streams, b, FALSE);
  vigil_fake_spin ();
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

/* An SFU with a connection for each, that cannot pause. */
static void
test_own_connections (Fixture       *f,
                      gconstpointer  data)
{
  const VigilSfuAbilities abilities = { .own_connections = TRUE };
  VigilHandle a = add (f, "a", "pa");
  VigilHandle b = add (f, "b", "pb");
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_stream (f->streams, a);
  g_autoptr (VigilStream) other = vigil_stream_controller_ref_stream (f->streams, b);
  VigilStreamCounts counts;

  vigil_fake_sfu_set_abilities (f->sfu, &abilities);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_UNPAUSED_GRACE, 1);
  start (f);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "open, engine-open");
  g_assert_cmpint (vigil_stream_controller_get_state (f->streams), ==, VIGIL_LINK_CONNECTED);
  vigil_fake_log_clear (f->log);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "offer 1, consume pa with our offer 1, attach c1");

  /* Off screen and back: nothing is asked. Longer: it is closed. */
  show (f, a, FALSE);
  g_assert_cmpint (vigil_stream_get_mode (stream), ==, VIGIL_MODE_WARM);
  show (f, a, TRUE);
  assert_phase (stream, VIGIL_PHASE_PLAYING);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "pause") + vigil_fake_log_count (f->log, "resume"), ==, 0);
  show (f, a, FALSE);
  g_assert_true (vigil_fake_wait (is_stopped, stream, 3000));
  vigil_fake_spin ();
  g_assert_nonnull (strstr (vigil_fake_log_get (f->log), "close c1, detach 1"));
  g_assert_cmpuint (vigil_fake_engine_get_n_links (f->engine), ==, 0);

  /* One connection dies: that one begins anew, with another. */
  show (f, a, TRUE);
  show (f, b, TRUE);
  assert_phase (other, VIGIL_PHASE_PLAYING);
  vigil_media_engine_emit_feed_event (VIGIL_MEDIA_ENGINE (f->engine), vigil_stream_get_feed (stream), VIGIL_FEED_FAILED, "it is dead");
  assert_phase (other, VIGIL_PHASE_PLAYING);
  g_assert_true (vigil_fake_wait (is_playing, stream, 3000));
  g_assert_cmpuint (vigil_stream_get_feed (stream), ==, 4);
  g_assert_cmpuint (vigil_fake_engine_get_n_links (f->engine), ==, 2);

  /* Refused after our offer was made: the connection goes again. */
  show (f, b, FALSE);
  g_assert_true (vigil_fake_wait (is_stopped, other, 3000));
  vigil_fake_sfu_fail (f->sfu, "consume", VIGIL_SESSION_ERROR_NO_PRODUCER);
  show (f, b, TRUE);
  assert_phase (other, VIGIL_PHASE_CHECKING);
  g_assert_cmpuint (vigil_fake_engine_get_n_links (f->engine), ==, 1);

  /* Gone while it was being asked for. */
  vigil_fake_sfu_fail (f->sfu, "consume", -1);
  vigil_fake_sfu_hold (f->sfu, "consume");
  vigil_stream_controller_retry (f->streams, b);
  vigil_fake_spin ();
  assert_phase (other, VIGIL_PHASE_CREATING_CONSUMER);
  show (f, b, FALSE);
  g_assert_true (vigil_fake_wait (is_stopped, other, 3000));
  g_assert_cmpuint (vigil_fake_engine_get_n_links (f->engine), ==, 1); /* its connection does not wait for the answer */
  vigil_fake_log_clear (f->log);
  vigil_fake_sfu_release (f->sfu, "consume");
  vigil_fake_spin ();
  g_assert_nonnull (strstr (vigil_fake_log_get (f->log), "close c"));
  g_assert_cmpuint (vigil_fake_engine_get_n_links (f->engine), ==, 1);

  vigil_stream_controller_stop (f->streams, "the end");
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_fake_engine_get_n_links (f->engine), ==, 0);
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.consumers, ==, 0);
}

/* No more connections than the setting says; the tile says why. */
static void
test_max_connections (Fixture       *f,
                      gconstpointer  data)
{
  const VigilSfuAbilities abilities = { .own_connections = TRUE };
  VigilHandle handles[6];
  VigilStreamCounts counts;

  vigil_fake_sfu_set_abilities (f->sfu, &abilities);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_MAX_CONNECTIONS, 4);
  for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);

      handles[i] = add (f, id, id);
    }
  start (f);
  for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
    show (f, handles[i], TRUE);
  vigil_fake_spin ();
  vigil_stream_controller_get_counts (f->streams, &counts);
  g_assert_cmpuint (counts.live, ==, 4);
  g_assert_cmpuint (vigil_fake_engine_get_n_links (f->engine), ==, 4);
  g_assert_cmpuint (vigil_stream_controller_count_reason (f->streams, VIGIL_WHY_OVER_CONNECTIONS), ==, 2);
}

#define ADD(name, func) \
  g_test_add ("/session/stream-controller/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("plays", test_plays);
  ADD ("playing-needs-both", test_playing_needs_both);
  ADD ("late-producer", test_late_producer);
  ADD ("producer-replaced", test_producer_replaced);
  ADD ("origin", test_origin);
  ADD ("rate-limit", test_rate_limit);
  ADD ("urgent-first", test_urgent_first);
  ADD ("warm-and-near", test_warm_and_near);
  ADD ("flapping-visibility", test_flapping_visibility);
  ADD ("producer-paused", test_producer_paused);
  ADD ("lifetime", test_lifetime);
  ADD ("two-tiles", test_two_tiles);
  ADD ("other-exam", test_other_exam);
  ADD ("patrol", test_patrol);
  ADD ("patrol-keeps", test_patrol_keeps);
  ADD ("claimed", test_claimed);
  ADD ("ladder", test_ladder);
  ADD ("own-connections", test_own_connections);
  ADD ("max-connections", test_max_connections);
  ADD ("scroll-leaves-nothing", test_scroll_leaves_nothing);
  return g_test_run ();
}
