/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coverage ledger on a clock that is held still: who counts, for how long, and who was not seen for too long. */

#include "vigil-coverage.h"

#include "vigil-clock.h"

#define WALL_MS G_GINT64_CONSTANT (1700000000000)

typedef struct
{
  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilCoverage   *coverage;
  gint64           now_ms;
  guint            n_told;
} Fixture;

static void
go_to (Fixture *f,
       gint64   ms)
{
  f->now_ms = ms;
  vigil_clock_freeze (1000000000 + ms * 1000, WALL_MS + ms);
}

static gint64
us (gint64 ms)
{
  return 1000000000 + ms * 1000;
}

static VigilHandle
say (Fixture  *f,
     guint     number,
     gboolean  streaming,
     gboolean  connected)
{
  g_autofree char *id = g_strdup_printf ("s%u", number);
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_STREAMING | VIGIL_FIELD_CONNECTED;
  info->is_streaming = streaming;
  info->connected = connected;
  return vigil_roster_apply (f->roster, info);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  go_to (f, 0);
  f->store = vigil_score_store_new (60000);
  f->roster = vigil_roster_new (f->store);
  f->coverage = vigil_coverage_new (f->roster);
  g_signal_connect_swapped (f->coverage, "due-changed", G_CALLBACK (g_atomic_int_inc), &f->n_told);
  vigil_coverage_set_limits (f->coverage, 600, 500);
  vigil_coverage_set_running (f->coverage, TRUE);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (say (f, i, TRUE, TRUE), ==, i);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->coverage);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  vigil_clock_freeze (-1, -1);
}

static void
note (Fixture     *f,
      VigilHandle  handle,
      gint64       from_ms,
      gint64       to_ms)
{
  vigil_coverage_note (f->coverage, handle, us (from_ms), us (to_ms));
}

static VigilCoverageSums
sums (Fixture     *f,
      VigilHandle  handle)
{
  VigilCoverageSums out;

  vigil_coverage_get_sums (f->coverage, handle, &out);
  return out;
}

static void
first_interval (Fixture     *f,
                VigilHandle  handle,
                gint64      *from_ms,
                gint64      *to_ms)
{
  g_autofree gint64 *intervals = vigil_coverage_dup_intervals (f->coverage, handle);

  *from_ms = intervals[0];
  *to_ms = intervals[1];
}

/* "3 0 1": those whom nobody looked at for longest, first. */
static void
assert_unseen (Fixture    *f,
               const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (VigilHandle handle = vigil_coverage_next_unseen (f->coverage, VIGIL_HANDLE_NONE); handle != VIGIL_HANDLE_NONE;
       handle = vigil_coverage_next_unseen (f->coverage, handle))
    g_string_append_printf (text, "%s%u", text->len > 0 ? " " : "", handle);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_sums (Fixture       *f,
           gconstpointer  data)
{
  gint64 from_ms, to_ms;

  go_to (f, 20000);
  g_assert_cmpint (sums (f, 1).first_ms, ==, 0);
  g_assert_cmpint (sums (f, 1).unseen_ms, ==, 20000);
  note (f, 1, 15000, 20000);
  go_to (f, 21000);
  note (f, 1, 20000, 21000); /* goes on */
  note (f, 1, 18000, 21000); /* the tile in the lane */
  go_to (f, 60000);
  note (f, 1, 58000, 60000);
  go_to (f, 70000);

  g_assert_cmpint (sums (f, 1).watched_ms, ==, 8000);
  g_assert_cmpint (sums (f, 1).camera_ms, ==, 70000);
  g_assert_cmpint (sums (f, 1).longest_gap_ms, ==, 37000);
  g_assert_cmpint (sums (f, 1).unseen_ms, ==, 10000);
  g_assert_cmpint (sums (f, 1).first_ms, ==, WALL_MS + 15000);
  g_assert_cmpint (sums (f, 1).last_ms, ==, WALL_MS + 60000);
  g_assert_cmpuint (sums (f, 1).n_intervals, ==, 2);
  first_interval (f, 1, &from_ms, &to_ms);
  g_assert_cmpint (from_ms, ==, WALL_MS + 15000);
  g_assert_cmpint (to_ms, ==, WALL_MS + 21000);
  /* The gap that goes on is one too. */
  go_to (f, 200000);
  g_assert_cmpint (sums (f, 1).longest_gap_ms, ==, 140000);
  /* Nobody of whom nothing is known. */
  g_assert_cmpint (sums (f, 4711).unseen_ms, ==, -1);
  g_assert_cmpint (sums (f, 4711).watched_ms, ==, 0);
}

/* The hall's clock may be found out late, and corrected: an interval stays as long as it was. */
static void
test_clock (Fixture       *f,
            gconstpointer  data)
{
  gint64 from_ms, to_ms;

  go_to (f, 10000);
  note (f, 0, 4000, 10000);
  vigil_clock_set_hall_offset_ms (-300000);
  go_to (f, 20000);
  first_interval (f, 0, &from_ms, &to_ms);
  g_assert_cmpint (from_ms, ==, WALL_MS + 4000 - 300000);
  g_assert_cmpint (to_ms, ==, WALL_MS + 10000 - 300000);
  vigil_clock_freeze (us (30000), WALL_MS + 3600000); /* somebody set the clock */
  g_assert_cmpint (sums (f, 0).unseen_ms, ==, 20000);
  vigil_clock_set_hall_offset_ms (0);
}

static void
test_order (Fixture       *f,
            gconstpointer  data)
{
  assert_unseen (f, "0 1 2 3 4");
  go_to (f, 5000);
  note (f, 0, 3000, 4000);
  note (f, 3, 3000, 5000);
  note (f, 1, 3000, 4500); /* told after the one that ended later */
  assert_unseen (f, "2 4 0 1 3");
  note (f, 3, 4000, 4200); /* older than what is known */
  assert_unseen (f, "2 4 0 1 3");
}

static void
test_due (Fixture       *f,
          gconstpointer  data)
{
  go_to (f, 300000);
  note (f, 1, 299000, 300000);
  say (f, 2, FALSE, TRUE);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (f->n_told, ==, 0);
  go_to (f, 599999);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 0);
  go_to (f, 600000);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 3); /* 0 3 4: 1 was seen, 2 cannot be */
  g_assert_cmpuint (f->n_told, ==, 1);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (f->n_told, ==, 1);

  note (f, 3, 599000, 600000);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 2);
  say (f, 4, FALSE, TRUE); /* the last of them */
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 1);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (f->n_told, ==, 2);

  /* Another limit counts them anew. */
  vigil_coverage_set_limits (f->coverage, 100, 500);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 2);
  vigil_coverage_set_limits (f->coverage, 700, 500);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 0);
  go_to (f, 1000000);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 2);
  note (f, 0, 999000, 1000000);
  note (f, 1, 999000, 1000000);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 0);
}

/* A camera that is off, somebody who left: no gap of ours while it lasts. Once they are back they are those not seen for longest:
 * who switches a camera off and on does not begin anew. */
static void
test_camera (Fixture       *f,
             gconstpointer  data)
{
  go_to (f, 100000);
  say (f, 0, FALSE, TRUE);
  say (f, 1, TRUE, FALSE);
  go_to (f, 900000);
  g_assert_cmpint (vigil_coverage_get_unseen_ms (f->coverage, 0), ==, -1);
  g_assert_cmpint (vigil_coverage_get_unseen_ms (f->coverage, 1), ==, -1);
  say (f, 0, TRUE, TRUE);
  say (f, 1, TRUE, TRUE);
  go_to (f, 950000);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 5);
  g_assert_cmpint (vigil_coverage_get_unseen_ms (f->coverage, 0), ==, 950000);
  g_assert_cmpint (sums (f, 0).longest_gap_ms, ==, 150000); /* with a camera */
  g_assert_cmpint (sums (f, 0).camera_ms, ==, 150000);
  assert_unseen (f, "0 1 2 3 4");
  /* Due, gone, back, seen. */
  say (f, 1, TRUE, FALSE);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 4);
  assert_unseen (f, "0 2 3 4");
  say (f, 1, TRUE, TRUE);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 5);
  note (f, 1, 949000, 950000);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 4);
  g_assert_cmpint (sums (f, 1).longest_gap_ms, ==, 150000);
  assert_unseen (f, "0 2 3 4 1");
  /* Pictures that come before the hall says that there is a camera count all the same. */
  say (f, 2, FALSE, TRUE);
  note (f, 2, 949000, 950000);
  g_assert_cmpint (sums (f, 2).watched_ms, ==, 1000);
  g_assert_cmpint (sums (f, 2).unseen_ms, ==, -1);
}

/* A roster that is read again changes nothing; one who is not in it any more left, and comes back as the same. */
static void
test_reread (Fixture       *f,
             gconstpointer  data)
{
  go_to (f, 10000);
  note (f, 0, 5000, 10000);
  go_to (f, 50000);
  vigil_roster_begin_snapshot (f->roster);
  for (guint i = 0; i < 4; i++)
    say (f, i, TRUE, TRUE);
  vigil_roster_end_snapshot (f->roster);
  g_assert_cmpint (sums (f, 0).watched_ms, ==, 5000);
  g_assert_cmpint (sums (f, 0).unseen_ms, ==, 40000);
  g_assert_cmpint (sums (f, 1).unseen_ms, ==, 50000);
  g_assert_cmpint (sums (f, 4).unseen_ms, ==, -1);

  go_to (f, 60000);
  say (f, 4, TRUE, TRUE);
  g_assert_cmpint (sums (f, 4).unseen_ms, ==, 60000);
  g_assert_cmpint (sums (f, 4).camera_ms, ==, 50000);
}

static void
test_running (Fixture       *f,
              gconstpointer  data)
{
  go_to (f, 100000);
  vigil_coverage_set_running (f->coverage, FALSE);
  assert_unseen (f, "0 1 2 3 4"); /* patrol may go round before the exam begins */
  note (f, 1, 99000, 100000); /* seen is seen */
  assert_unseen (f, "0 2 3 4 1");
  say (f, 4, FALSE, TRUE);
  go_to (f, 2000000);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 0);
  g_assert_cmpint (sums (f, 0).longest_gap_ms, ==, 100000);
  g_assert_cmpint (sums (f, 0).camera_ms, ==, 100000);
  g_assert_cmpint (sums (f, 4).longest_gap_ms, ==, 100000);
  note (f, 1, 1999000, 2000000);
  g_assert_cmpint (sums (f, 1).longest_gap_ms, ==, 100000);
  vigil_coverage_set_running (f->coverage, TRUE);
  assert_unseen (f, "0 2 3 1");
  g_assert_cmpint (sums (f, 0).unseen_ms, ==, 0);
  go_to (f, 2700000);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 4);
  vigil_coverage_set_running (f->coverage, FALSE);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 0);
  g_assert_cmpint (sums (f, 0).longest_gap_ms, ==, 700000);
  g_assert_cmpint (sums (f, 0).camera_ms, ==, 800000);
}

static void
test_clear (Fixture       *f,
            gconstpointer  data)
{
  go_to (f, 700000);
  note (f, 1, 699000, 700000);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (f->n_told, ==, 1);
  vigil_roster_clear (f->roster);
  vigil_coverage_clear (f->coverage);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 0);
  g_assert_cmpuint (f->n_told, ==, 2);
  g_assert_cmpint (sums (f, 1).watched_ms, ==, 0);
  assert_unseen (f, "");
  vigil_coverage_set_running (f->coverage, TRUE);
  say (f, 1, TRUE, TRUE);
  go_to (f, 710000);
  g_assert_cmpint (sums (f, 1).unseen_ms, ==, 10000);
}

static void
kept_cb (VigilHandle handle,
         gint64      from_ms,
         gint64      to_ms,
         gpointer    user_data)
{
  g_string_append_printf (user_data, "%u:%d-%d ", handle, (int) (from_ms - WALL_MS), (int) (to_ms - WALL_MS));
}

/* What is written away in pieces is, read again, the same. */
static void
test_news (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr (GString) kept = g_string_new (NULL);
  VigilCoverageSums before;

  go_to (f, 10000);
  note (f, 1, 5000, 10000);
  note (f, 2, 9000, 9500);
  vigil_coverage_take_news (f->coverage, kept_cb, kept);
  g_assert_cmpstr (kept->str, ==, "1:5000-10000 2:9000-9500 ");
  go_to (f, 20000);
  note (f, 1, 10000, 12000);
  note (f, 1, 19000, 20000);
  vigil_coverage_take_news (f->coverage, kept_cb, kept);
  g_assert_cmpstr (kept->str, ==, "1:5000-10000 2:9000-9500 1:19000-20000 1:10000-12000 ");
  vigil_coverage_take_news (f->coverage, kept_cb, kept);
  g_assert_cmpuint (kept->len, ==, 53);
  before = sums (f, 1);

  vigil_coverage_clear (f->coverage);
  vigil_roster_clear (f->roster);
  go_to (f, 30000);
  vigil_coverage_set_running (f->coverage, TRUE);
  say (f, 0, TRUE, TRUE);
  say (f, 1, TRUE, TRUE);
  vigil_coverage_restore (f->coverage, 1, WALL_MS + 5000, WALL_MS + 10000);
  vigil_coverage_restore (f->coverage, 1, WALL_MS + 19000, WALL_MS + 20000);
  vigil_coverage_restore (f->coverage, 1, WALL_MS + 10000, WALL_MS + 12000);
  g_assert_cmpint (sums (f, 1).watched_ms, ==, before.watched_ms);
  g_assert_cmpint (sums (f, 1).first_ms, ==, before.first_ms);
  g_assert_cmpint (sums (f, 1).last_ms, ==, before.last_ms);
  g_assert_cmpuint (sums (f, 1).n_intervals, ==, before.n_intervals);
  /* And is no news again; nor does a file's word change how long we have not looked. */
  vigil_coverage_take_news (f->coverage, kept_cb, kept);
  g_assert_cmpuint (kept->len, ==, 53);
  g_assert_cmpint (sums (f, 1).unseen_ms, ==, 0);
  /* Nonsense. */
  vigil_coverage_restore (f->coverage, 2, WALL_MS + 9000000, WALL_MS + 9001000);
  vigil_coverage_restore (f->coverage, 2, WALL_MS + 6000, WALL_MS + 5000);
  vigil_coverage_restore (f->coverage, 2, 5, 6);
  vigil_coverage_restore (f->coverage, 2, G_MININT64 / 2, G_MAXINT64 / 2);
  g_assert_cmpint (sums (f, 2).watched_ms, ==, 0);
  g_assert_cmpuint (sums (f, 2).n_intervals, ==, 0);
}

/* 50,000 whom nobody looks at cost a tick nothing, and 24 who are watched as little as with 24 in all. */
static void
test_many (Fixture       *f,
           gconstpointer  data)
{
  gint64 began_us;

  for (guint i = 5; i < 50000; i++)
    say (f, i, TRUE, TRUE);
  began_us = g_get_monotonic_time ();
  for (gint64 second = 1; second <= 590; second++)
    {
      go_to (f, second * 1000);
      for (guint i = 0; i < 24; i++)
        note (f, (VigilHandle) (second / 8 * 24 + i), second * 1000 - 1000, second * 1000);
      vigil_coverage_tick (f->coverage);
    }
  g_test_message ("%.1f µs a second of 24 watched of 50,000", (double) (g_get_monotonic_time () - began_us) / 590);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 0);
  go_to (f, 600000);
  vigil_coverage_tick (f->coverage);
  g_assert_cmpuint (vigil_coverage_get_n_due (f->coverage), ==, 50000 - 74 * 24);
  if (g_test_perf ())
    g_assert_cmpint (g_get_monotonic_time () - began_us, <, 590 * 1000);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *path; void (*func) (Fixture *, gconstpointer); } tests[] = {
    { "/coverage/sums", test_sums },
    { "/coverage/clock", test_clock },
    { "/coverage/order", test_order },
    { "/coverage/due", test_due },
    { "/coverage/camera", test_camera },
    { "/coverage/reread", test_reread },
    { "/coverage/running", test_running },
    { "/coverage/clear", test_clear },
    { "/coverage/news", test_news },
    { "/coverage/many", test_many },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
