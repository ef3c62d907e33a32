/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores in, dirty handles out, and a copy that is whole while somebody writes. */

#include "vigil-metrics.h"
#include "vigil-score-store.h"

#include <string.h>

static VigilHandle
intern (VigilScoreStore *store,
        const char      *id)
{
  return vigil_score_store_intern (store, id, strlen (id));
}

static void
test_read_write (void)
{
  VigilScoreStore *store = vigil_score_store_new (10);
  VigilHandle a = intern (store, "a");
  VigilScore score;

  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, -1);
  g_assert_cmpint (score.previous, ==, -1);
  g_assert_cmpint (score.at_ms, ==, 0);
  g_assert_cmpint (vigil_score_store_get_newest_ms (store), ==, 0);

  g_assert_true (vigil_score_store_write (store, a, 24, 0x80000001u, 1000, 5));
  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, 24);
  g_assert_cmpint (score.previous, ==, -1);
  g_assert_cmpuint (score.flags, ==, 0x80000001u);
  g_assert_cmpint (score.at_ms, ==, 1000);
  g_assert_cmpint (score.received_us, ==, 5);

  g_assert_true (vigil_score_store_write (store, a, 0, 0, 1000, 6));
  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, 0);
  g_assert_cmpint (score.previous, ==, 24);
  g_assert_true (vigil_score_store_write (store, a, -1, 0, 1001, 7));
  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, -1);
  g_assert_cmpint (score.previous, ==, 0);

  g_assert_cmpint (vigil_score_store_get_newest_ms (store), ==, 1001);
  g_assert_cmpint (vigil_score_store_get_newest_received_us (store), ==, 7);
  g_assert_cmpuint (vigil_score_store_get_serial (store), ==, 3);
  g_assert_cmpstr (vigil_score_store_get_id (store, a), ==, "a");

  /* Nobody's handle. */
  g_assert_false (vigil_score_store_write (store, 9, 1, 0, 1, 1));
  g_assert_false (vigil_score_store_write (store, VIGIL_HANDLE_NONE, 1, 0, 1, 1));
  vigil_score_store_read (store, VIGIL_HANDLE_NONE, &score);
  g_assert_cmpint (score.score, ==, -1);
  g_assert_finalize_object (store);
}

static void
test_reordered_and_out_of_range (void)
{
  VigilScoreStore *store = vigil_score_store_new (10);
  VigilCounter *reordered = vigil_metrics_counter ("vigil_scores_reordered", "");
  VigilCounter *out_of_range = vigil_metrics_counter ("vigil_scores_out_of_range", "");
  VigilHandle a = intern (store, "a");
  VigilScore score;

  vigil_metrics_reset ();
  vigil_score_store_write (store, a, 50, 0, 1000, 1);
  g_assert_false (vigil_score_store_write (store, a, 10, 0, 999, 2));
  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, 50);
  g_assert_cmpint (vigil_counter_get (reordered), ==, 1);

  g_assert_true (vigil_score_store_write (store, a, 101, 0, 1001, 3));
  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, 100);
  g_assert_true (vigil_score_store_write (store, a, G_MININT, 0, 1002, 3));
  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, 0);
  g_assert_true (vigil_score_store_write (store, a, G_MAXINT, 0, 1003, 3));
  g_assert_cmpint (vigil_counter_get (out_of_range), ==, 3);
  g_assert_finalize_object (store);
}

static void
count_cb (gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
told_cb (VigilHandle handle,
         gpointer    user_data)
{
  ++*(guint *) user_data;
}

/* What says again what is known wakes nobody, but the next sweep has it: it is young again. */
static void
test_wake (void)
{
  VigilScoreStore *store = vigil_score_store_new (10);
  VigilHandle a = intern (store, "a");
  guint n_woken = 0, n_told = 0;

  vigil_score_store_set_mapped (store, a, TRUE);
  vigil_score_store_set_wake (store, count_cb, &n_woken);
  vigil_score_store_write (store, a, 7, 1, 1000, 1);
  vigil_score_store_write (store, a, 8, 1, 1001, 2);
  g_assert_cmpuint (n_woken, ==, 1);
  vigil_score_store_sweep (store, told_cb, &n_told);
  g_assert_cmpuint (n_told, ==, 1);

  vigil_score_store_write (store, a, 8, 1, 1002, 3);
  g_assert_cmpuint (n_woken, ==, 1);
  vigil_score_store_sweep (store, told_cb, &n_told);
  g_assert_cmpuint (n_told, ==, 2);

  vigil_score_store_write (store, a, 8, 3, 1003, 4);
  g_assert_cmpuint (n_woken, ==, 2);
  vigil_score_store_write (store, a, -1, 3, 1004, 5);
  vigil_score_store_sweep (store, told_cb, &n_told);
  vigil_score_store_write (store, a, 0, 3, 1005, 6);
  g_assert_cmpuint (n_woken, ==, 3);

  vigil_score_store_set_wake (store, NULL, NULL);
  vigil_score_store_set_mapped (store, a, FALSE);
  g_assert_finalize_object (store);
}

static void
test_full (void)
{
  VigilScoreStore *store = vigil_score_store_new (2);
  VigilCounter *full = vigil_metrics_counter ("vigil_scores_dropped_full", "");

  vigil_metrics_reset ();
  intern (store, "a");
  intern (store, "b");
  g_assert_cmpuint (intern (store, "c"), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (intern (store, "b"), ==, 1);
  g_assert_cmpint (vigil_counter_get (full), ==, 1);
  g_assert_cmpuint (vigil_score_store_get_n_handles (store), ==, 2);
  g_assert_cmpuint (vigil_score_store_get_capacity (store), ==, 2);
  g_assert_finalize_object (store);
}

static void
note_cb (VigilHandle handle,
         gpointer    user_data)
{
  g_string_append_printf (user_data, "%u ", handle);
}

static void
test_sweep (void)
{
  VigilScoreStore *store = vigil_score_store_new (200);
  g_autoptr (GString) told = g_string_new (NULL);

  for (guint i = 0; i < 200; i++)
    {
      char id[8];

      g_snprintf (id, sizeof id, "%u", i);
      intern (store, id);
    }
  vigil_score_store_set_mapped (store, 3, TRUE);
  vigil_score_store_set_mapped (store, 64, TRUE);
  vigil_score_store_set_mapped (store, 64, TRUE);
  vigil_score_store_set_mapped (store, 199, TRUE);

  g_assert_cmpuint (vigil_score_store_sweep (store, note_cb, told), ==, 0);
  for (guint i = 0; i < 200; i++)
    vigil_score_store_write (store, i, 1, 0, 1, 1);
  vigil_score_store_write (store, 3, 2, 0, 2, 2);
  g_assert_cmpuint (vigil_score_store_sweep (store, note_cb, told), ==, 200);
  g_assert_cmpstr (told->str, ==, "3 64 199 ");
  g_assert_cmpuint (vigil_score_store_sweep (store, note_cb, told), ==, 0);

  /* In two places: it takes two to leave. */
  g_string_truncate (told, 0);
  vigil_score_store_set_mapped (store, 64, FALSE);
  vigil_score_store_set_mapped (store, 3, FALSE);
  vigil_score_store_write (store, 64, 5, 0, 5, 5);
  vigil_score_store_write (store, 3, 5, 0, 5, 5);
  g_assert_cmpuint (vigil_score_store_sweep (store, note_cb, told), ==, 2);
  g_assert_cmpstr (told->str, ==, "64 ");

  g_string_truncate (told, 0);
  vigil_score_store_reset (store);
  g_assert_cmpuint (vigil_score_store_sweep (store, note_cb, told), ==, 200);
  g_assert_cmpstr (told->str, ==, "64 199 ");
  g_assert_cmpint (vigil_score_store_get_newest_ms (store), ==, 0);
  g_assert_true (vigil_score_store_write (store, 64, 7, 0, 1, 1));
  g_assert_finalize_object (store);
}

/* A score that can be recognised as whole: every member follows from one number. */
enum { N_HANDLES = 64, N_ROUNDS = 60000 };

typedef struct
{
  VigilScoreStore *store;
  gint             done;
} Shared;

static gpointer
writer (gpointer data)
{
  Shared *shared = data;

  for (gint64 n = 1; n <= N_ROUNDS; n++)
    vigil_score_store_write (shared->store, n % N_HANDLES, n % 101, (guint32) n * 2654435761u, n, n * 7);

  g_atomic_int_inc (&shared->done);
  return NULL;
}

static void
check_whole (VigilHandle handle,
             gpointer    user_data)
{
  Shared *shared = user_data;
  VigilScore score;

  vigil_score_store_read (shared->store, handle, &score);
  g_assert_cmpint (score.at_ms, >, 0);
  g_assert_cmpint (score.score, ==, score.at_ms % 101);
  g_assert_cmpuint (score.flags, ==, (guint32) ((guint32) score.at_ms * 2654435761u));
  g_assert_cmpint (score.received_us, ==, score.at_ms * 7);
}

static void
test_threads (void)
{
  Shared shared = { vigil_score_store_new (N_HANDLES), 0 };
  GThread *threads[2];

  for (guint i = 0; i < N_HANDLES; i++)
    {
      char id[8];

      g_snprintf (id, sizeof id, "%u", i);
      intern (shared.store, id);
      vigil_score_store_set_mapped (shared.store, i, TRUE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("writer", writer, &shared);
  while (g_atomic_int_get (&shared.done) < (int) G_N_ELEMENTS (threads))
    vigil_score_store_sweep (shared.store, check_whole, &shared);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  vigil_score_store_sweep (shared.store, check_whole, &shared);

  /* Whoever wrote last, the newest stands. */
  for (VigilHandle handle = 0; handle < N_HANDLES; handle++)
    {
      VigilScore score;

      vigil_score_store_read (shared.store, handle, &score);
      g_assert_cmpint (score.at_ms, >, N_ROUNDS - N_HANDLES);
    }
  g_assert_finalize_object (shared.store);
}

/* A hall whose clock was set back by an hour: what it told before must not stand in the way for an hour. */
static void
test_clamp_times (void)
{
  g_autoptr (VigilScoreStore) store = vigil_score_store_new (10);
  VigilHandle a = vigil_score_store_intern (store, "a", 1);
  VigilHandle b = vigil_score_store_intern (store, "b", 1);
  VigilScore score;

  vigil_score_store_write (store, a, 50, 1, 3600000, 10);
  vigil_score_store_write (store, b, 20, 0, 900, 10);
  g_assert_false (vigil_score_store_write (store, a, 60, 0, 1100, 20));
  vigil_score_store_clamp_times (store, 1000);
  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, 50);
  g_assert_cmpuint (score.flags, ==, 1);
  g_assert_cmpint (score.at_ms, ==, 1000);
  g_assert_cmpint (vigil_score_store_get_newest_ms (store), ==, 1000);
  vigil_score_store_read (store, b, &score);
  g_assert_cmpint (score.at_ms, ==, 900);
  g_assert_true (vigil_score_store_write (store, a, 60, 0, 1100, 20));
}

/* A score that came with the roster is a score, but says nothing of the feed. */
static void
test_read_with_roster (void)
{
  g_autoptr (VigilScoreStore) store = vigil_score_store_new (10);
  VigilHandle a = vigil_score_store_intern (store, "a", 1);
  VigilScore score;

  g_assert_true (vigil_score_store_write_read (store, a, 100, 0, 1000, 7));
  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, 100);
  g_assert_cmpint (score.previous, ==, -1);
  g_assert_true (score.read);
  g_assert_cmpint (vigil_score_store_get_newest_told_us (store), ==, 0);
  g_assert_cmpint (vigil_score_store_get_newest_received_us (store), ==, 7);

  g_assert_true (vigil_score_store_write (store, a, 3, 0, 1001, 6));
  vigil_score_store_read (store, a, &score);
  g_assert_cmpint (score.score, ==, 3);
  g_assert_cmpint (score.previous, ==, 100);
  g_assert_false (score.read);
  g_assert_cmpint (vigil_score_store_get_newest_told_us (store), ==, 6);
  g_assert_cmpint (vigil_score_store_get_newest_received_us (store), ==, 7);
  vigil_score_store_reset (store);
  g_assert_cmpint (vigil_score_store_get_newest_received_us (store), ==, 0);
}

static void
test_age (void)
{
  static const struct { const char *what; int score; gint64 at_ms, received_us, hall_ms, age_us; } cases[] = {
    { "arrived at once", 5, 100000, 9000000, 101000, 1000000 },
    { "was on its way for 40 s", 5, 61000, 10000000, 101000, 40000000 },
    { "claims to be of the future", 5, 900000, 7000000, 101000, 3000000 },
    { "the hall's time is not known", 5, 61000, 10000000, 0, 0 },
    { "has no time", 5, 0, 4000000, 101000, 6000000 },
    { "no score", -1, 100000, 9000000, 101000, -1 },
    { "never received", 5, 100000, 0, 101000, -1 },
    { "the largest time there is", 5, G_GINT64_CONSTANT (9007199254740991), 9000000, 101000, 1000000 },
    { "read before this machine was started", 5, 61000, 1, 101000, 40000000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VigilScore score = { .score = (gint16) cases[i].score, .at_ms = cases[i].at_ms, .received_us = cases[i].received_us };

      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (vigil_score_get_age_us (&score, 10000000, cases[i].hall_ms), ==, cases[i].age_us);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/score-store/read-write", test_read_write);
  g_test_add_func ("/model/score-store/reordered-and-out-of-range", test_reordered_and_out_of_range);
  g_test_add_func ("/model/score-store/full", test_full);
  g_test_add_func ("/model/score-store/sweep", test_sweep);
  g_test_add_func ("/model/score-store/wake", test_wake);
  g_test_add_func ("/model/score-store/threads", test_threads);
  g_test_add_func ("/model/score-store/clamp-times", test_clamp_times);
  g_test_add_func ("/model/score-store/read-with-roster", test_read_with_roster);
  g_test_add_func ("/model/score-store/age", test_age);
  return g_test_run ();
}
