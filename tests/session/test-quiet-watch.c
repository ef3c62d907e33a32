/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a feed counts as quiet: a table, and the watch over a store and a roster with a clock that is held still. */

#include "vigil-clock.h"
#include "vigil-fake-directory.h"
#include "vigil-metrics.h"
#include "vigil-quiet-watch.h"

#define S G_USEC_PER_SEC

static void
test_table (void)
{
  static const struct { const char *what; VigilQuietInputs in; gint64 now_us; int seconds; } cases[] = {
    { "a moment", { 100 * S, 50 * S, 3, TRUE, 10 * S }, 109 * S, 0 },
    { "too long", { 100 * S, 50 * S, 3, TRUE, 10 * S }, 114 * S, 14 },
    { "just too long", { 100 * S, 50 * S, 3, TRUE, 10 * S }, 110 * S, 10 },
    { "no score came before", { 0, 50 * S, 3, TRUE, 10 * S }, 114 * S, 0 },
    { "the feed is not up", { 100 * S, 0, 3, TRUE, 10 * S }, 114 * S, 0 },
    { "joined just now", { 100 * S, 110 * S, 3, TRUE, 10 * S }, 114 * S, 0 },
    { "joined, and nothing since", { 100 * S, 110 * S, 3, TRUE, 10 * S }, 120 * S, 20 },
    { "nobody is here", { 100 * S, 50 * S, 0, TRUE, 10 * S }, 114 * S, 0 },
    { "the exam is over", { 100 * S, 50 * S, 3, FALSE, 10 * S }, 114 * S, 0 },
    { "switched off", { 100 * S, 50 * S, 3, TRUE, 0 }, 1114 * S, 0 },
    { "for years", { 1, 1, 3, TRUE, 10 * S }, G_MAXINT64 / 2, G_MAXINT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (vigil_quiet_compute (&cases[i].in, cases[i].now_us), ==, cases[i].seconds);
    }
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
look_at (VigilQuietWatch *watch,
         gint64           now_us,
         int              seconds)
{
  vigil_clock_freeze (now_us, now_us / 1000);
  vigil_quiet_watch_look (watch);
  g_assert_cmpint (vigil_quiet_watch_get_seconds (watch), ==, seconds);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_feed_quiet", "")), ==, seconds);
}

static void
test_watch (void)
{
  VigilSettings *settings = vigil_settings_new ();
  VigilScoreStore *store = vigil_score_store_new (10);
  VigilRoster *roster = vigil_roster_new (store);
  VigilQuietWatch *watch;
  VigilCandidateInfo *row = vigil_fake_row_new ("a", "Ann", TRUE, "pa");
  VigilHandle a;
  guint n = 0;

  vigil_clock_freeze (100 * S, 100000);
  vigil_settings_set_int (settings, VIGIL_SETTING_QUIET_FEED, 10);
  vigil_roster_apply (roster, row);
  vigil_candidate_info_free (row);
  a = vigil_roster_lookup (roster, "a")->handle;
  watch = vigil_quiet_watch_new (store, roster, settings);
  g_signal_connect_swapped (watch, "changed", G_CALLBACK (count_cb), &n);
  vigil_quiet_watch_start (watch);

  look_at (watch, 200 * S, 0);
  vigil_score_store_write_read (store, a, 5, 0, 1, 100 * S);
  look_at (watch, 200 * S, 0); /* the roster's scores are no feed */
  vigil_score_store_write (store, a, 5, 0, 2, 200 * S);
  look_at (watch, 209 * S, 0);
  g_assert_cmpuint (n, ==, 0);
  look_at (watch, 214 * S, 14);
  look_at (watch, 215 * S, 15);
  g_assert_cmpuint (n, ==, 1);
  vigil_settings_set_int (settings, VIGIL_SETTING_QUIET_FEED, 60);
  look_at (watch, 216 * S, 0);
  vigil_settings_set_int (settings, VIGIL_SETTING_QUIET_FEED, 10);
  look_at (watch, 217 * S, 17);
  g_assert_cmpuint (n, ==, 3);

  /* One score from anybody, and it is over by itself. */
  vigil_score_store_write (store, a, 6, 0, 3, 218 * S);
  look_at (watch, 218 * S, 0);
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_feed_quiets", "")), ==, 2);

  /* The connection is lost: that is another trouble; and after it the feed has its time. */
  look_at (watch, 230 * S, 12);
  vigil_quiet_watch_stop (watch);
  g_assert_cmpint (vigil_quiet_watch_get_seconds (watch), ==, 0);
  look_at (watch, 240 * S, 0);
  vigil_quiet_watch_start (watch);
  look_at (watch, 245 * S, 0);
  look_at (watch, 250 * S, 32);

  vigil_quiet_watch_set_running (watch, FALSE);
  look_at (watch, 251 * S, 0);
  vigil_clock_freeze (-1, -1);
  g_assert_finalize_object (watch);
  g_assert_finalize_object (roster);
  g_assert_finalize_object (store);
  g_assert_finalize_object (settings);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/quiet-watch/table", test_table);
  g_test_add_func ("/session/quiet-watch/watch", test_watch);
  return g_test_run ();
}
