/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is asked for stills, how often, and that nobody gets another's. */

#include <string.h>

#include "vigil-clock.h"
#include "vigil-fake-directory.h"
#include "vigil-fake-stills.h"
#include "vigil-metrics.h"
#include "vigil-session-error.h"
#include "vigil-still-beat.h"
#include "vigil-stills.h"

#define S ((gint64) G_USEC_PER_SEC)
#define START_MS (1000000 * G_GINT64_CONSTANT (1000))
#define N 60

typedef struct
{
  VigilFakeLog    *log;
  VigilSettings   *settings;
  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilFakeStills *source;
  VigilStills     *stills;
  VigilHandle      handles[N];
  gint64           now_ms;
  guint            auth;
} Fixture;

/* Somebody on screen. */
typedef struct
{
  VigilStillWatch watch;
  Fixture        *f;
  guint           told;
  gint64          at_ms;  /* of the newest */
} Tile;

static void
told_cb (VigilStillWatch *watch,
         VigilStill      *still)
{
  Tile *tile = watch->target;
  const VigilCandidate *candidate = vigil_roster_get (tile->f->roster, watch->handle);

  /* Each still says whose it is. */
  g_assert_cmpuint (still->handle, ==, watch->handle);
  g_assert_cmpstr (g_bytes_get_data (still->bytes, NULL), ==, candidate->id);
  g_assert_cmpint (still->at_ms, >=, tile->at_ms);
  tile->at_ms = still->at_ms;
  tile->told++;
}

static Tile *
make_tiles (Fixture *f,
            guint    n)
{
  Tile *tiles = g_new0 (Tile, n);

  for (guint i = 0; i < n; i++)
    {
      tiles[i].watch = (VigilStillWatch) VIGIL_STILL_WATCH_INIT (told_cb, &tiles[i]);
      tiles[i].f = f;
    }
  return tiles;
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
freeze (Fixture *f)
{
  vigil_clock_freeze (f->now_ms * 1000, f->now_ms);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->log = vigil_fake_log_new ();
  f->settings = vigil_settings_new ();
  f->store = vigil_score_store_new (N);
  f->roster = vigil_roster_new (f->store);
  f->source = vigil_fake_stills_new (f->log);
  f->now_ms = START_MS;
  vigil_clock_forget_hall ();
  freeze (f);
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%02u", i);
      VigilCandidateInfo *row = vigil_fake_row_new (id, "Ann", TRUE, NULL);

      f->handles[i] = vigil_roster_apply (f->roster, row);
      vigil_candidate_info_free (row);
    }
  f->stills = vigil_stills_new (f->roster, f->settings, VIGIL_STILL_SOURCE (f->source));
  g_signal_connect_swapped (f->stills, "auth-needed", G_CALLBACK (count_cb), &f->auth);
  vigil_stills_start (f->stills, "e", 0);
  vigil_fake_log_clear (f->log);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_stills_clear (f->stills);
  while (vigil_fake_stills_get_n_waiting (f->source) > 0)
    vigil_fake_stills_fail (f->source, VIGIL_SESSION_ERROR_CLOSED, 0);
  vigil_fake_spin ();
  g_assert_finalize_object (f->stills);
  g_assert_finalize_object (f->source);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->settings);
  vigil_fake_log_unref (f->log);
  vigil_clock_freeze (-1, -1);
}

/* Time passes, and the service wakes up as its timer would have it. */
static void
pass (Fixture *f,
      gint64   ms)
{
  f->now_ms += ms;
  freeze (f);
  vigil_stills_set_wanted (f->stills, FALSE);
  vigil_stills_set_wanted (f->stills, TRUE);
  vigil_fake_spin ();
}

static void
watch (Fixture *f,
       Tile    *tile,
       guint    who)
{
  tile->at_ms = 0;
  vigil_stills_watch (f->stills, &tile->watch, f->handles[who], 0);
}

/* Answers all questions as a hall with that beat, for @ms in steps of @step_ms. Returns: the most that waited at once. */
static guint
live (Fixture *f,
      gint64   ms,
      gint64   step_ms,
      gint64   beat_ms)
{
  guint most = 0;

  for (gint64 t = 0; t < ms; t += step_ms)
    {
      pass (f, step_ms);
      most = MAX (most, vigil_fake_stills_get_n_waiting (f->source));
      while (vigil_fake_stills_get_n_waiting (f->source) > 0)
        {
          vigil_fake_stills_answer_by_beat (f->source, f->now_ms, beat_ms);
          vigil_fake_spin ();
          most = MAX (most, vigil_fake_stills_get_n_waiting (f->source));
        }
    }
  return most;
}

static void
test_plan (void)
{
  static const struct { gint64 stated_s, age_us; guint quiet; gint64 plan_us; } table[] = {
    /* nothing is known of the beat: more and more rarely, to a bound */
    { 0, -1, 0, 1 * S }, { 0, 5 * S, 0, 1 * S }, { 0, -1, 1, 2 * S }, { 0, -1, 3, 8 * S }, { 0, -1, 4, 10 * S }, { 0, -1, 60, 10 * S },
    /* not before the next can be there */
    { 30, 0, 0, 30 * S + S / 2 }, { 30, 12 * S, 0, 18 * S + S / 2 }, { 30, 40 * S, 0, 1 * S }, { 1, 0, 0, 1 * S }, { 1, -1, 9, 1 * S },
    /* it is late, or there is none */
    { 30, 29 * S, 1, 3 * S / 2 }, { 30, 31 * S, 1, 15 * S / 2 }, { 30, 35 * S, 2, 15 * S }, { 30, 60 * S, 3, 30 * S }, { 30, 90 * S, 50, 30 * S },
    { 30, -1, 0, 15 * S / 4 },
    { 2, 9 * S, 1, 1 * S }, { 3600, 0, 0, 3600 * S + S / 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      VigilStillBeat beat = { 0 };

      g_test_message ("row %u", i);
      vigil_still_beat_set_stated (&beat, (guint) table[i].stated_s);
      g_assert_cmpint (vigil_still_beat_plan_us (&beat, S, table[i].age_us, table[i].quiet, FALSE), ==, table[i].plan_us);
    }
}

/* Where it had to be found out, it is looked between two of them now and then; not where the hall says. */
static void
test_early (void)
{
  VigilStillBeat found = { .learned_us = 30 * S }, stated = { .stated_us = 30 * S };

  g_assert_cmpint (vigil_still_beat_plan_us (&found, S, 2 * S, 0, TRUE), ==, 13 * S);
  g_assert_cmpint (vigil_still_beat_plan_us (&found, S, 20 * S, 0, TRUE), ==, 1 * S);
  g_assert_cmpint (vigil_still_beat_plan_us (&found, S, 15 * S, 1, TRUE), ==, 15 * S + S / 2);
  g_assert_cmpint (vigil_still_beat_plan_us (&stated, S, 2 * S, 0, TRUE), ==, 28 * S + S / 2);
}

static void
test_learn (void)
{
  VigilStillBeat beat = { 0 };

  vigil_still_beat_note (&beat, 0, 30000, TRUE);
  vigil_still_beat_note (&beat, 60000, 30000, TRUE);
  vigil_still_beat_note (&beat, 30000, 30000, TRUE);
  vigil_still_beat_note (&beat, 1, G_MAXINT32 * G_GINT64_CONSTANT (1000), TRUE);
  for (guint i = 0; i < 20; i++)
    vigil_still_beat_note (&beat, 1000, 2500, FALSE); /* as often as we asked */
  vigil_still_beat_note (&beat, 1000, 31000, TRUE);
  vigil_still_beat_note (&beat, 31000, 33000, TRUE); /* one at a violation */
  g_assert_cmpint (vigil_still_beat_get_us (&beat), ==, 0);
  vigil_still_beat_note (&beat, 33000, 63000, TRUE);
  g_assert_cmpint (vigil_still_beat_get_us (&beat), ==, 30 * S);
  vigil_still_beat_set_stated (&beat, 10);
  g_assert_cmpint (vigil_still_beat_get_us (&beat), ==, 10 * S);
  vigil_still_beat_set_stated (&beat, 0);
  /* It is not taken for a slower one because we ask more slowly, and for a faster one if that is seen. */
  for (guint i = 0; i < 100; i++)
    vigil_still_beat_note (&beat, 1000, 32000, FALSE);
  g_assert_cmpint (vigil_still_beat_get_us (&beat), ==, 30 * S);
  for (guint i = 0; i < 100; i++)
    vigil_still_beat_note (&beat, 1000, 6000, FALSE);
  g_assert_cmpint (vigil_still_beat_get_us (&beat), ==, 5 * S);
}

/* Whoever is not on screen costs nothing. */
static void
test_visible_only (Fixture       *f,
                   gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 2);

  live (f, 5000, 100, 1000);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
  watch (f, &tiles[0], 7);
  live (f, 5000, 100, 1000);
  g_assert_cmpuint (tiles[0].told, >=, 4);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still s07"), ==, vigil_fake_log_count (f->log, "still"));
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
  vigil_fake_log_clear (f->log);
  live (f, 60000, 500, 1000);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
}

/* A hall that has a new one each tenth of a second is asked once a second, however often the tile comes and goes. */
static void
test_refresh_bound (Fixture       *f,
                    gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 1);

  watch (f, &tiles[0], 3);
  live (f, 10000, 50, 100);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), <=, 11);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), >=, 8);
  vigil_fake_log_clear (f->log);
  for (guint i = 0; i < 100; i++)
    {
      vigil_stills_unwatch (f->stills, &tiles[0].watch);
      live (f, 50, 50, 100);
      watch (f, &tiles[0], 3);
      live (f, 50, 50, 100);
    }
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), <=, 11);
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
}

static void
test_all_together (Fixture       *f,
                   gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, N);
  guint most;

  for (guint i = 0; i < N; i++)
    watch (f, &tiles[i], i);
  most = live (f, 10000, 20, 100);
  g_assert_cmpuint (most, ==, 4);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), <=, 10 * 40 + 10);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), >=, 380);
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpuint (tiles[i].told, >=, 5); /* nobody is forgotten over the others */
      vigil_stills_unwatch (f->stills, &tiles[i].watch);
    }
}

/* A hall with a capture each half minute, stated or found out, is asked about as often. */
static void
test_slow_hall (Fixture       *f,
                gconstpointer  data)
{
  gboolean stated = GPOINTER_TO_INT (data);
  g_autofree Tile *tiles = make_tiles (f, 48);

  if (stated)
    vigil_stills_start (f->stills, "e", 30);
  for (guint i = 0; i < 48; i++)
    watch (f, &tiles[i], i);
  live (f, 300000, 100, 30000);
  g_assert_cmpint (vigil_stills_get_interval_us (f->stills), ==, 30 * S);
  vigil_fake_log_clear (f->log);
  live (f, 600000, 100, 30000);
  /* 48 / 30 s is 1.6 a second. */
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), <=, stated ? 48 * 21 : 48 * 27);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), >=, 48 * 19);
  for (guint i = 0; i < 48; i++)
    {
      VigilStill *still = vigil_stills_get (f->stills, f->handles[i]);

      g_assert_cmpint (vigil_still_get_age_us (still, f->now_ms * 1000, f->now_ms), <=, 32 * S);
      vigil_stills_unwatch (f->stills, &tiles[i].watch);
    }
  g_assert_cmpint (vigil_stills_get_stale_us (f->stills), ==, 62 * S);
}

static void
test_conditional (Fixture       *f,
                  gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 1);

  watch (f, &tiles[0], 0);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "still s00");
  vigil_fake_stills_answer (f->source, START_MS - 500, 0);
  vigil_fake_spin ();
  g_assert_cmpuint (tiles[0].told, ==, 1);
  pass (f, 1000);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "still s00, still s00 if=999999500");
  vigil_fake_stills_answer_none (f->source); /* it was there: a hall that forgot it takes nothing from us */
  vigil_fake_spin ();
  g_assert_cmpuint (tiles[0].told, ==, 1);
  g_assert_nonnull (vigil_stills_get (f->stills, f->handles[0]));
  vigil_stills_unwatch (f->stills, &tiles[0].watch);

  /* Back on screen: the one at hand at once, and no question before its time. */
  vigil_fake_log_clear (f->log);
  watch (f, &tiles[0], 0);
  g_assert_cmpuint (tiles[0].told, ==, 2);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
}

/* An answer that comes when its tile has changed hands is nobody else's. */
static void
test_changed_hands (Fixture       *f,
                    gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 1);

  watch (f, &tiles[0], 1);
  g_assert_cmpstr (vigil_fake_stills_get_oldest (f->source), ==, "s01");
  watch (f, &tiles[0], 2);
  g_assert_cmpuint (vigil_fake_stills_get_n_waiting (f->source), ==, 2);
  vigil_fake_stills_answer (f->source, START_MS, 0);
  vigil_fake_spin ();
  g_assert_cmpuint (tiles[0].told, ==, 0);
  vigil_fake_stills_answer (f->source, START_MS, 0);
  vigil_fake_spin ();
  g_assert_cmpuint (tiles[0].told, ==, 1);
  /* What came for the first one is there when he is back. */
  watch (f, &tiles[0], 1);
  g_assert_cmpuint (tiles[0].told, ==, 2);
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
}

/* Two tiles of one candidate, the wall's and the page's: one question. */
static void
test_two_tiles (Fixture       *f,
                gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 2);

  watch (f, &tiles[0], 4);
  watch (f, &tiles[1], 4);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "still"), ==, 1);
  vigil_fake_stills_answer (f->source, START_MS, 0);
  vigil_fake_spin ();
  g_assert_cmpuint (tiles[0].told + tiles[1].told, ==, 2);
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
  pass (f, 1000);
  vigil_fake_stills_answer (f->source, START_MS + 900, 0);
  vigil_fake_spin ();
  g_assert_cmpuint (tiles[0].told, ==, 1);
  g_assert_cmpuint (tiles[1].told, ==, 2);
  vigil_stills_unwatch (f->stills, &tiles[1].watch);
}

/* 429 and 503: all rest, for as long as the hall says; then one asks for all. */
static void
test_hall_in_trouble (Fixture       *f,
                      gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 10);
  VigilStillCounts counts;

  for (guint i = 0; i < 10; i++)
    watch (f, &tiles[i], i);
  g_assert_cmpuint (vigil_fake_stills_get_n_waiting (f->source), ==, 4);
  vigil_fake_stills_fail (f->source, VIGIL_SESSION_ERROR_UNAVAILABLE, 5000);
  vigil_fake_stills_fail (f->source, VIGIL_SESSION_ERROR_TIMEOUT, 0);
  vigil_fake_stills_answer (f->source, START_MS, 0);
  vigil_fake_spin ();
  vigil_fake_stills_fail (f->source, VIGIL_SESSION_ERROR_UNAVAILABLE, 5000);
  vigil_fake_spin ();
  while (vigil_fake_stills_get_n_waiting (f->source) > 0)
    {
      vigil_fake_stills_fail (f->source, VIGIL_SESSION_ERROR_UNAVAILABLE, 5000);
      vigil_fake_spin ();
    }
  vigil_fake_log_clear (f->log);
  for (guint i = 0; i < 49; i++)
    pass (f, 100);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
  vigil_stills_get_counts (f->stills, &counts);
  g_assert_true (counts.paused);
  pass (f, 200);
  g_assert_cmpuint (vigil_fake_stills_get_n_waiting (f->source), ==, 1);
  vigil_fake_stills_answer (f->source, f->now_ms, 0);
  vigil_fake_spin ();
  pass (f, 0);
  g_assert_cmpuint (vigil_fake_stills_get_n_waiting (f->source), ==, 4);
  vigil_stills_get_counts (f->stills, &counts);
  g_assert_false (counts.paused);
  live (f, 20000, 100, 500);
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpuint (tiles[i].told, >=, 8);
      vigil_stills_unwatch (f->stills, &tiles[i].watch);
    }
}

/* One whose captures are no good is asked for more and more rarely, and holds nobody up. */
static void
test_bad_capture (Fixture       *f,
                  gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 3);
  guint bad = 0;

  for (guint i = 0; i < 3; i++)
    watch (f, &tiles[i], i);
  for (guint t = 0; t < 600; t++)
    {
      while (vigil_fake_stills_get_n_waiting (f->source) > 0)
        {
          if (g_str_equal (vigil_fake_stills_get_oldest (f->source), "s01"))
            {
              vigil_fake_stills_fail (f->source, VIGIL_SESSION_ERROR_TOO_LARGE, 0);
              bad++;
            }
          else
            vigil_fake_stills_answer_by_beat (f->source, f->now_ms, 500);
          vigil_fake_spin ();
        }
      pass (f, 100);
    }
  g_assert_cmpuint (tiles[0].told, >=, 50);
  g_assert_cmpuint (tiles[2].told, >=, 50);
  g_assert_cmpuint (tiles[1].told, ==, 0);
  g_assert_cmpuint (bad, <=, 6);
  for (guint i = 0; i < 3; i++)
    vigil_stills_unwatch (f->stills, &tiles[i].watch);
}

static void
test_connection_lost (Fixture       *f,
                      gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 2);

  watch (f, &tiles[0], 0);
  vigil_fake_stills_answer (f->source, START_MS, 0);
  vigil_fake_spin ();
  watch (f, &tiles[1], 1);
  pass (f, 1000);
  g_assert_cmpuint (vigil_fake_stills_get_n_waiting (f->source), ==, 2);
  vigil_stills_stop (f->stills);
  vigil_fake_log_clear (f->log);
  vigil_fake_stills_answer (f->source, f->now_ms, 0);
  vigil_fake_stills_fail (f->source, VIGIL_SESSION_ERROR_CLOSED, 0);
  vigil_fake_spin ();
  for (guint i = 0; i < 100; i++)
    pass (f, 1000);
  /* Nothing asked, nothing taken, and what was there is still there, older. */
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
  g_assert_cmpuint (tiles[0].told, ==, 1);
  g_assert_cmpuint (tiles[1].told, ==, 0);
  g_assert_cmpint (vigil_still_get_age_us (vigil_stills_get (f->stills, f->handles[0]), f->now_ms * 1000, f->now_ms), ==, 101 * S);

  vigil_stills_start (f->stills, "e", 0);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "forget"), ==, 1);
  g_assert_cmpuint (vigil_fake_stills_get_n_waiting (f->source), ==, 2);
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
  vigil_stills_unwatch (f->stills, &tiles[1].watch);
}

static void
test_not_wanted (Fixture       *f,
                 gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 1);

  vigil_stills_set_wanted (f->stills, FALSE);
  watch (f, &tiles[0], 0);
  vigil_fake_run (50);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
  vigil_stills_set_wanted (f->stills, TRUE);
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "still s00");
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
}

/* Who was on screen once is kept, and no more of them than there is room for. */
static void
test_cache (Fixture       *f,
            gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 1);
  guint kept = 0;

  vigil_settings_set_int (f->settings, VIGIL_SETTING_STILL_CACHE, 1);
  for (guint i = 0; i < N; i++)
    {
      watch (f, &tiles[0], i);
      if (vigil_fake_stills_get_n_waiting (f->source) == 0)
        pass (f, 100);
      vigil_fake_stills_answer (f->source, f->now_ms, 25 * 1024);
      vigil_fake_spin ();
    }
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_stills_cached_bytes", "")), <=, 1 << 20);
  for (guint i = 0; i < N; i++)
    kept += vigil_stills_get (f->stills, f->handles[i]) != NULL ? 1 : 0;
  g_assert_cmpuint (kept, ==, 40);
  g_assert_nonnull (vigil_stills_get (f->stills, f->handles[N - 1]));
  g_assert_null (vigil_stills_get (f->stills, f->handles[0]));
  vigil_stills_clear (f->stills);
  g_assert_null (vigil_stills_get (f->stills, f->handles[N - 1]));
}

static void
test_token (Fixture       *f,
            gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 1);

  watch (f, &tiles[0], 0);
  vigil_fake_stills_fail (f->source, VIGIL_SESSION_ERROR_EXPIRED, 0);
  vigil_fake_spin ();
  g_assert_cmpuint (f->auth, ==, 1);
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
}

/* A tile that was watching when the exam was left watches again in the next. */
static void
test_another_exam (Fixture       *f,
                   gconstpointer  data)
{
  g_autofree Tile *tiles = make_tiles (f, 1);

  watch (f, &tiles[0], 0);
  vigil_fake_stills_answer (f->source, START_MS, 0);
  vigil_fake_spin ();
  vigil_stills_clear (f->stills);
  g_assert_cmpuint (tiles[0].watch.handle, ==, VIGIL_HANDLE_NONE);
  vigil_stills_start (f->stills, "e2", 0);
  watch (f, &tiles[0], 0);
  g_assert_cmpuint (vigil_fake_stills_get_n_waiting (f->source), ==, 1);
  g_assert_cmpuint (tiles[0].told, ==, 1);
  vigil_stills_unwatch (f->stills, &tiles[0].watch);
}

static void
test_age (void)
{
  static const struct { gint64 at_ms, received_us, now_us, hall_ms, age_us; } table[] = {
    { 5000, 7 * S, 10 * S, 15000, 10 * S },
    { 0, 7 * S, 10 * S, 15000, 3 * S },       /* not said */
    { -5, 7 * S, 10 * S, 15000, 3 * S },
    { 99000, 7 * S, 10 * S, 15000, 3 * S },   /* from the future */
    { 14500, 7 * S, 10 * S, 15000, 3 * S },   /* younger than it has been here */
    { 15000, 10 * S, 10 * S, 15000, 0 },
  };
  g_autoptr (GBytes) bytes = g_bytes_new ("x", 1);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (VigilStill) still = vigil_still_new (1, bytes, NULL, table[i].at_ms, table[i].received_us);

      g_test_message ("row %u", i);
      g_assert_cmpint (vigil_still_get_age_us (still, table[i].now_us, table[i].hall_ms), ==, table[i].age_us);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stills/plan", test_plan);
  g_test_add_func ("/stills/early", test_early);
  g_test_add_func ("/stills/learn", test_learn);
  g_test_add_func ("/stills/age", test_age);
#define ADD(name, data, func) g_test_add ("/stills/" name, Fixture, data, set_up, func, tear_down)
  ADD ("visible-only", NULL, test_visible_only);
  ADD ("refresh-bound", NULL, test_refresh_bound);
  ADD ("all-together", NULL, test_all_together);
  ADD ("slow-hall/stated", GINT_TO_POINTER (TRUE), test_slow_hall);
  ADD ("slow-hall/found-out", GINT_TO_POINTER (FALSE), test_slow_hall);
  ADD ("conditional", NULL, test_conditional);
  ADD ("changed-hands", NULL, test_changed_hands);
  ADD ("two-tiles", NULL, test_two_tiles);
  ADD ("hall-in-trouble", NULL, test_hall_in_trouble);
  ADD ("bad-capture", NULL, test_bad_capture);
  ADD ("connection-lost", NULL, test_connection_lost);
  ADD ("not-wanted", NULL, test_not_wanted);
  ADD ("cache", NULL, test_cache);
  ADD ("token", NULL, test_token);
  ADD ("another-exam", NULL, test_another_exam);
  return g_test_run ();
}
