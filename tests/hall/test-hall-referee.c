/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TTLs, caps and decay, as tables. */
#include "vigil-hall-referee.h"

#include "vigil-hall-names.h"
#include "vigil-hall-violations.h"

#define START G_GINT64_CONSTANT (1763800000000)
#define WINDOW 10

typedef struct
{
  VigilHallStore     *store;
  VigilScoringPolicy *policy;
  VigilHallReferee   *referee;
  VigilHallExam      *exam;
  VigilHallCandidate *candidate;
  guint               changes;
  guint               counted;
} Fixture;

static void
changed_cb (VigilHallExam *exam, VigilHallCandidate *candidate, gpointer user_data)
{
  ((Fixture *) user_data)->changes++;
}

static void
counted_cb (VigilHallExam *exam, VigilHallCandidate *candidate, const char *id, const char *type, gint64 at,
            gpointer user_data)
{
  ((Fixture *) user_data)->counted++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  VigilHallExamInfo info = { .exam_id = "e", .quiz_id = "q", .title = "t", .state = "running",
                             .rooms = vigil_hall_names_get_rooms () };
  VigilHallRefereeHooks hooks = { changed_cb, counted_cb, f };

  f->store = vigil_hall_store_new (":memory:", FALSE, NULL);
  g_assert_nonnull (f->store);
  f->policy = vigil_scoring_policy_new_default ();
  f->referee = vigil_hall_referee_new (f->store, f->policy, WINDOW, &hooks);
  f->exam = vigil_hall_exam_new (&info);
  f->candidate = vigil_hall_candidate_new (0, "s", "Name");
  vigil_hall_exam_add_candidate (f->exam, f->candidate);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vigil_hall_referee_free (f->referee);
  vigil_hall_exam_free (f->exam);
  vigil_hall_store_free (f->store);
  g_object_unref (f->policy);
}

static VigilHallReceipt
report (Fixture *f, const char *type, double seconds)
{
  gint64 at = START + (gint64) (seconds * 1000);
  VigilHallReport what = { .type = type, .at = at };
  VigilHallEventsCall call = { .at = at, .reports = &what, .n_reports = 1 };
  VigilHallReceipt receipt;

  vigil_hall_referee_tick (f->referee, f->exam, at);
  vigil_hall_referee_take (f->referee, f->exam, f->candidate, &call, at, &receipt);
  return receipt;
}

static gint64
count_of (Fixture *f, guint nth)
{
  VigilHallViolationQuery query = { .exam_id = "e", .after_at = -1, .limit = 100 };
  g_autoptr(GPtrArray) list = vigil_hall_violations_list (f->store, &query);

  return nth < list->len ? ((VigilHallViolation *) g_ptr_array_index (list, nth))->count : -1;
}

/* A repeat within the TTL raises the count; at the TTL's end a new violation begins. */
static void
test_ttl (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *type;
    guint       ttl;
  } table[] = {
    { "gaze_away", 10 }, { "low_light", 20 }, { "head_turned", 10 }, { "no_face", 30 },
    { "tab_switch", 10 }, { "camera_blackout", 15 }, { "multiple_faces", 45 }, { "identity_mismatch", 60 },
    { "something_new", 10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      double from = i * 1000;
      VigilHallReceipt receipt = report (f, table[i].type, from);

      g_assert_cmpuint (receipt.accepted, ==, 1);
      receipt = report (f, table[i].type, from + table[i].ttl - 0.001);
      g_assert_cmpuint (receipt.accepted, ==, 0);
      g_assert_cmpuint (receipt.deduplicated, ==, 1);
      g_assert_cmpint (count_of (f, 2 * i), ==, 2);
      receipt = report (f, table[i].type, from + table[i].ttl);
      g_assert_cmpuint (receipt.accepted, ==, 1);
      g_assert_cmpint (count_of (f, 2 * i + 1), ==, 1);
    }
  g_assert_cmpuint (f->candidate->open_flags, ==, 2 * G_N_ELEMENTS (table));
  g_assert_cmpuint (f->counted, ==, 2 * G_N_ELEMENTS (table));
}

/* What n violations of a type, each after the other's TTL, sum up to. */
static void
test_caps (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *type;
    guint       every; /* seconds */
    guint       n;
    int         score;
  } table[] = {
    { "gaze_away", 10, 1, 4 },   { "gaze_away", 10, 4, 16 }, { "gaze_away", 10, 5, 20 }, { "gaze_away", 10, 9, 20 },
    { "no_face", 30, 3, 36 },    { "no_face", 30, 4, 45 },   { "multiple_faces", 45, 3, 75 },
    { "multiple_faces", 45, 4, 75 }, { "identity_mismatch", 60, 1, 60 }, { "identity_mismatch", 60, 2, 100 },
    { "something_new", 10, 3, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      double from = i * 10000;

      for (guint n = 0; n < table[i].n; n++)
        report (f, table[i].type, from + n * table[i].every);
      g_assert_cmpint (f->candidate->score, ==, table[i].score);
      vigil_hall_referee_tick (f->referee, f->exam, START + (gint64) (from + 9990) * 1000);
      g_assert_cmpint (f->candidate->score, ==, 0);
    }
}

/* Bands add up, and 100 is the end. */
static void
test_bands (Fixture *f, gconstpointer data)
{
  report (f, "gaze_away", 0);
  report (f, "no_face", 1);
  g_assert_cmpint (f->candidate->score, ==, 16);
  report (f, "multiple_faces", 2);
  g_assert_cmpint (f->candidate->score, ==, 41);
  report (f, "identity_mismatch", 3);
  g_assert_cmpint (f->candidate->score, ==, 100);
}

/* Each violation leaves the score when its window is over, and the flags before. */
static void
test_decay (Fixture *f, gconstpointer data)
{
  static const struct
  {
    double seconds;
    int    score;
    guint  flags;
  } table[] = {
    { 1.0, 16, 2 }, { 9.999, 16, 2 }, { 10.0, 16, 1 }, { 30.999, 16, 1 }, { 31.0, 16, 0 },
    { 99.999, 16, 0 }, { 100.0, 12, 0 }, { 300.999, 12, 0 }, { 301.0, 0, 0 },
  };

  report (f, "gaze_away", 0);
  report (f, "no_face", 1);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      vigil_hall_referee_tick (f->referee, f->exam, START + (gint64) (table[i].seconds * 1000));
      g_assert_cmpint (f->candidate->score, ==, table[i].score);
      g_assert_cmpuint (f->candidate->windows->len, ==, table[i].flags);
    }
  f->changes = 0;
  vigil_hall_referee_tick (f->referee, f->exam, START + 400000);
  g_assert_cmpuint (f->changes, ==, 0);
}

static void
test_first_score (Fixture *f, gconstpointer data)
{
  VigilHallEventsCall call = { .at = START };
  VigilHallReceipt receipt;

  g_assert_cmpint (f->candidate->score, ==, -1);
  vigil_hall_referee_take (f->referee, f->exam, f->candidate, &call, START, &receipt);
  g_assert_cmpint (f->candidate->score, ==, 0);
  g_assert_cmpuint (f->changes, ==, 1);
  vigil_hall_referee_take (f->referee, f->exam, f->candidate, &call, START + 5000, &receipt);
  g_assert_cmpuint (f->changes, ==, 1);
  g_assert_cmpint (f->candidate->seen_at, ==, START + 5000);
}

/* A browser whose clock is wrong by an hour is corrected; nothing lies in the future. */
static void
test_clock (Fixture *f, gconstpointer data)
{
  VigilHallReport reports[] = { { .type = "no_face", .at = START + 3600000 - 2000 },
                                { .type = "gaze_away", .at = START + 7200000 } };
  VigilHallEventsCall call = { .at = START + 3600000, .reports = reports, .n_reports = 2 };
  VigilHallViolationQuery query = { .exam_id = "e", .after_at = -1, .limit = 100 };
  g_autoptr(GPtrArray) list = NULL;
  VigilHallReceipt receipt;

  vigil_hall_referee_take (f->referee, f->exam, f->candidate, &call, START, &receipt);
  g_assert_cmpuint (receipt.accepted, ==, 2);
  list = vigil_hall_violations_list (f->store, &query);
  g_assert_cmpint (((VigilHallViolation *) g_ptr_array_index (list, 0))->at, ==, START - 2000);
  g_assert_cmpint (((VigilHallViolation *) g_ptr_array_index (list, 1))->at, ==, START);
}

/* The same batch again is answered and not counted. */
static void
test_batch (Fixture *f, gconstpointer data)
{
  VigilHallReport what = { .type = "no_face", .at = START };
  VigilHallEventsCall call = { .batch = "b-1", .at = START, .reports = &what, .n_reports = 1 };
  VigilHallReceipt receipt;

  vigil_hall_referee_take (f->referee, f->exam, f->candidate, &call, START, &receipt);
  g_assert_cmpuint (receipt.accepted, ==, 1);
  vigil_hall_referee_take (f->referee, f->exam, f->candidate, &call, START + 1000, &receipt);
  g_assert_cmpuint (receipt.accepted, ==, 0);
  g_assert_cmpuint (receipt.deduplicated, ==, 1);
  g_assert_cmpint (count_of (f, 0), ==, 1);
  /* After ten minutes it is forgotten. */
  call.at = what.at = START + 601000;
  vigil_hall_referee_take (f->referee, f->exam, f->candidate, &call, START + 601000, &receipt);
  g_assert_cmpuint (receipt.accepted, ==, 1);
}

static void
bypass (Fixture *f, const char *signal)
{
  g_clear_pointer (&f->candidate->bypass, vigil_hall_bypass_free);
  f->candidate->bypass = vigil_hall_bypass_new ();
  f->candidate->bypass->active = TRUE;
  f->candidate->bypass->signals = g_strsplit (signal, ",", -1);
}

static void
test_bypassed (Fixture *f, gconstpointer data)
{
  report (f, "no_face", 0);
  bypass (f, "screen");
  g_assert_cmpuint (report (f, "tab_switch", 1).accepted, ==, 0);
  g_assert_cmpuint (report (f, "gaze_away", 1).accepted, ==, 1);
  bypass (f, "");
  vigil_hall_referee_forget (f->referee, f->exam, f->candidate, START + 2000);
  g_assert_cmpint (f->candidate->score, ==, -1);
  g_assert_cmpuint (report (f, "multiple_faces", 3).accepted, ==, 0);
  g_assert_cmpint (f->candidate->score, ==, -1);
  f->candidate->bypass->active = FALSE;
  g_assert_cmpuint (report (f, "multiple_faces", 4).accepted, ==, 1);
  g_assert_cmpint (f->candidate->score, ==, 25);
}

static void
test_not_counting (Fixture *f, gconstpointer data)
{
  vigil_hall_referee_set_counting (f->referee, FALSE);
  g_assert_cmpuint (report (f, "no_face", 0).accepted, ==, 0);
  g_assert_cmpint (f->candidate->score, ==, 0);
  vigil_hall_referee_set_counting (f->referee, TRUE);
  g_assert_cmpuint (report (f, "no_face", 1).accepted, ==, 1);
}

/* A browser that makes types up cannot make us remember without end. */
static void
test_many_types (Fixture *f, gconstpointer data)
{
  g_autoptr(GString) out = g_string_new (NULL);
  g_auto(GStrv) parts = NULL;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *type = g_strdup_printf ("made-up-%u", i);

      report (f, type, 0.001 * i);
    }
  g_assert_cmpuint (f->candidate->windows->len, <=, 64);
  vigil_hall_candidate_write_flags (f->candidate, out, NULL);
  parts = g_strsplit (out->str, "made-up", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 33);
}

#define ADD(name, func) g_test_add ("/hall/referee/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("ttl", test_ttl);
  ADD ("caps", test_caps);
  ADD ("bands", test_bands);
  ADD ("decay", test_decay);
  ADD ("first-score", test_first_score);
  ADD ("clock", test_clock);
  ADD ("batch", test_batch);
  ADD ("bypassed", test_bypassed);
  ADD ("not-counting", test_not_counting);
  ADD ("many-types", test_many_types);
  return g_test_run ();
}
