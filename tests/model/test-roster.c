/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sticky state: what a message omits stays, what it says is meant, in whatever order it comes. */

#include "vigil-clock.h"
#include "vigil-roster.h"

#include <string.h>

typedef struct
{
  VigilScoreStore *store;
  VigilRoster     *roster;
  GString         *told;   /* "handle:fields " and "members " */
} Fixture;

static void
candidate_cb (GString *told,
              guint    handle,
              guint    fields)
{
  g_string_append_printf (told, "%u:%x ", handle, fields);
}

static void
members_cb (GString *told)
{
  g_string_append (told, "members ");
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->store = vigil_score_store_new (100);
  f->roster = vigil_roster_new (f->store);
  f->told = g_string_new (NULL);
  g_signal_connect_swapped (f->roster, "candidate-changed", G_CALLBACK (candidate_cb), f->told);
  g_signal_connect_swapped (f->roster, "membership-changed", G_CALLBACK (members_cb), f->told);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_string_free (f->told, TRUE);
}

static void
assert_told (Fixture    *f,
             const char *expected)
{
  g_assert_cmpstr (f->told->str, ==, expected);
  g_string_truncate (f->told, 0);
}

static VigilHandle
apply (Fixture            *f,
       VigilCandidateInfo *info)
{
  VigilHandle handle = vigil_roster_apply (f->roster, info);

  vigil_candidate_info_free (info);
  return handle;
}

static VigilCandidateInfo *
named (const char *id,
       const char *name)
{
  VigilCandidateInfo *info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_NAME;
  info->name = g_strdup (name);
  return info;
}

static VigilCandidateInfo *
full (const char *id)
{
  VigilCandidateInfo *info = named (id, "Ann");

  info->fields |= VIGIL_FIELD_ROOM | VIGIL_FIELD_STREAMING | VIGIL_FIELD_CONNECTED | VIGIL_FIELD_PRODUCERS |
                  VIGIL_FIELD_CLAIMED_BY | VIGIL_FIELD_HAND_RAISED | VIGIL_FIELD_OPEN_FLAGS | VIGIL_FIELD_JOINED_AT |
                  VIGIL_FIELD_LAST_SEEN | VIGIL_FIELD_LEFT_AT | VIGIL_FIELD_PLATFORM | VIGIL_FIELD_BYPASS |
                  VIGIL_FIELD_NETWORK | VIGIL_FIELD_WORKER;
  info->room = g_strdup ("B");
  info->network = g_strdup ("campus-2");
  info->worker = g_strdup ("3");
  info->platform = g_strdup ("Chromium");
  info->claimed_by = g_strdup ("m.ortiz");
  info->producer_ids[VIGIL_SOURCE_WEBCAM] = g_strdup ("p1");
  info->producer_ids[VIGIL_SOURCE_MICROPHONE] = g_strdup ("p2");
  info->is_streaming = TRUE;
  info->connected = TRUE;
  info->hand_raised = TRUE;
  info->open_flags = 2;
  info->joined_at_ms = 100;
  info->last_seen_ms = 200;
  info->bypass = vigil_bypass_new ();
  info->bypass->active = TRUE;
  return info;
}

static void
assert_full (const VigilCandidate *candidate)
{
  g_assert_cmpstr (candidate->name, ==, "Ann");
  g_assert_cmpstr (candidate->room, ==, "B");
  g_assert_cmpstr (candidate->network, ==, "campus-2");
  g_assert_cmpstr (candidate->worker, ==, "3");
  g_assert_cmpstr (candidate->platform, ==, "Chromium");
  g_assert_cmpstr (candidate->claimed_by, ==, "m.ortiz");
  g_assert_cmpstr (candidate->producer_ids[VIGIL_SOURCE_WEBCAM], ==, "p1");
  g_assert_null (candidate->producer_ids[VIGIL_SOURCE_SCREEN]);
  g_assert_cmpstr (candidate->producer_ids[VIGIL_SOURCE_MICROPHONE], ==, "p2");
  g_assert_true (candidate->is_streaming);
  g_assert_true (candidate->connected);
  g_assert_true (candidate->hand_raised);
  g_assert_cmpuint (candidate->open_flags, ==, 2);
  g_assert_cmpint (candidate->joined_at_ms, ==, 100);
  g_assert_cmpint (candidate->last_seen_ms, ==, 200);
  g_assert_nonnull (candidate->bypass);
}

static void
test_omitted (Fixture       *f,
              gconstpointer  data)
{
  VigilHandle handle = apply (f, full ("a"));
  const VigilCandidate *candidate = vigil_roster_get (f->roster, handle);

  assert_full (candidate);
  g_string_truncate (f->told, 0);
  apply (f, vigil_candidate_info_new ("a"));
  assert_full (candidate);
  assert_told (f, "");
  /* Duplicated: the same once more is no news either. */
  apply (f, full ("a"));
  assert_full (candidate);
  assert_told (f, "");
}

/* Each member alone: it changes, nothing else does, and exactly it is told. */
static void
test_one_by_one (Fixture       *f,
                 gconstpointer  data)
{
  static const VigilCandidateFields fields[] = {
    VIGIL_FIELD_ROOM, VIGIL_FIELD_STREAMING, VIGIL_FIELD_PRODUCERS, VIGIL_FIELD_CLAIMED_BY,
    VIGIL_FIELD_HAND_RAISED, VIGIL_FIELD_OPEN_FLAGS, VIGIL_FIELD_JOINED_AT, VIGIL_FIELD_LAST_SEEN,
    VIGIL_FIELD_PLATFORM, VIGIL_FIELD_BYPASS, VIGIL_FIELD_CONNECTED, VIGIL_FIELD_NETWORK, VIGIL_FIELD_WORKER,
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      VigilCandidateInfo *clearing = vigil_candidate_info_new ("a");
      VigilCandidateInfo *restoring = full ("a");
      g_autofree char *expected = NULL;
      const VigilCandidate *candidate;

      apply (f, full ("a"));
      g_string_truncate (f->told, 0);

      /* null, false, 0, an empty list. */
      clearing->fields = fields[i];
      candidate = vigil_roster_get (f->roster, apply (f, clearing));
      expected = g_strdup_printf ("0:%x ", fields[i]);
      assert_told (f, expected);
      g_assert_cmpint (candidate->room == NULL, ==, fields[i] == VIGIL_FIELD_ROOM);
      g_assert_cmpint (candidate->network == NULL, ==, fields[i] == VIGIL_FIELD_NETWORK);
      g_assert_cmpint (candidate->worker == NULL, ==, fields[i] == VIGIL_FIELD_WORKER);
      g_assert_cmpint (candidate->platform == NULL, ==, fields[i] == VIGIL_FIELD_PLATFORM);
      g_assert_cmpint (candidate->claimed_by == NULL, ==, fields[i] == VIGIL_FIELD_CLAIMED_BY);
      g_assert_cmpint (candidate->bypass == NULL, ==, fields[i] == VIGIL_FIELD_BYPASS);
      g_assert_cmpint (candidate->is_streaming, ==, fields[i] != VIGIL_FIELD_STREAMING);
      g_assert_cmpint (candidate->connected, ==, fields[i] != VIGIL_FIELD_CONNECTED);
      g_assert_cmpint (candidate->hand_raised, ==, fields[i] != VIGIL_FIELD_HAND_RAISED);
      g_assert_cmpint (candidate->open_flags == 0, ==, fields[i] == VIGIL_FIELD_OPEN_FLAGS);
      g_assert_cmpint (candidate->producer_ids[0] == NULL, ==, fields[i] == VIGIL_FIELD_PRODUCERS);
      g_assert_cmpint (candidate->joined_at_ms == 0, ==, fields[i] == VIGIL_FIELD_JOINED_AT);

      restoring->fields = fields[i];
      apply (f, restoring);
      assert_told (f, expected);
      assert_full (candidate);
    }
}

static void
test_unknown (Fixture       *f,
              gconstpointer  data)
{
  VigilCandidateInfo *delta = vigil_candidate_info_new ("x");
  const VigilCandidate *candidate;

  delta->fields = VIGIL_FIELD_STREAMING;
  delta->is_streaming = TRUE;
  candidate = vigil_roster_get (f->roster, apply (f, delta));
  assert_told (f, "members 0:8 ");
  g_assert_cmpstr (candidate->id, ==, "x");
  g_assert_cmpstr (candidate->name, ==, "x");
  g_assert_true (candidate->is_streaming);
  g_assert_true (candidate->present);

  apply (f, named ("x", "Xenia"));
  g_assert_cmpstr (candidate->name, ==, "Xenia");
  assert_told (f, "0:1 ");
  /* Without a name the id stands in for it again. */
  apply (f, named ("x", ""));
  g_assert_cmpstr (candidate->name, ==, "x");
  g_assert_null (vigil_roster_lookup (f->roster, "nobody"));
  g_assert_null (vigil_roster_get (f->roster, 50));
  g_assert_null (vigil_roster_get (f->roster, VIGIL_HANDLE_NONE));
}

static void
test_hostile_names (Fixture       *f,
                    gconstpointer  data)
{
  g_autofree char *long_name = g_strnfill (1024, 'n');
  const VigilCandidate *candidate = vigil_roster_get (f->roster, apply (f, named ("a", "a\xff")));

  g_assert_true (g_utf8_validate (candidate->name, -1, NULL));
  apply (f, named ("a", long_name));
  g_assert_cmpuint (strlen (candidate->name), ==, 1024);
  apply (f, named ("a", "<b>\u202egnitaehc</b>"));
  g_assert_cmpstr (candidate->name, ==, "<b>\u202egnitaehc</b>");
}

static void
test_left_and_back (Fixture       *f,
                    gconstpointer  data)
{
  VigilRosterCounts counts;
  VigilCandidateInfo *left = vigil_candidate_info_new ("a");
  VigilCandidateInfo *back = vigil_candidate_info_new ("a");
  VigilHandle handle = apply (f, full ("a"));
  const VigilCandidate *candidate = vigil_roster_get (f->roster, handle);

  apply (f, named ("b", "Bob"));
  left->fields = VIGIL_FIELD_CONNECTED | VIGIL_FIELD_STREAMING | VIGIL_FIELD_LEFT_AT;
  left->left_at_ms = 500;
  apply (f, left);
  g_assert_true (candidate->present);
  g_assert_false (candidate->connected);
  g_assert_false (candidate->is_streaming);
  g_assert_cmpint (candidate->left_at_ms, ==, 500);
  vigil_roster_get_counts (f->roster, &counts);
  g_assert_cmpuint (counts.candidates, ==, 2);
  g_assert_cmpuint (counts.connected, ==, 0);

  back->fields = VIGIL_FIELD_CONNECTED;
  back->connected = TRUE;
  g_assert_cmpuint (apply (f, back), ==, handle);
  g_assert_true (candidate->connected);
  g_assert_false (candidate->is_streaming);
  g_assert_cmpint (candidate->left_at_ms, ==, 0);
  g_assert_cmpuint (candidate->arrival, ==, 0);
}

static void
test_snapshot (Fixture       *f,
               gconstpointer  data)
{
  VigilRosterCounts counts;
  VigilHandle a = apply (f, full ("a"));
  VigilHandle b = apply (f, named ("b", "Bob"));
  guint n;

  vigil_roster_set_pinned (f->roster, a, TRUE);
  g_string_truncate (f->told, 0);
  vigil_roster_begin_snapshot (f->roster);
  apply (f, named ("b", "Bob"));
  apply (f, named ("c", "Cyd"));
  vigil_roster_end_snapshot (f->roster);
  assert_told (f, "members 2:1 members 0:98 ");
  g_assert_false (vigil_roster_get (f->roster, a)->present);
  g_assert_false (vigil_roster_get (f->roster, a)->connected);
  g_assert_cmpuint (vigil_roster_lookup_producer (f->roster, "p1", NULL), ==, VIGIL_HANDLE_NONE);
  g_assert_true (vigil_roster_get (f->roster, b)->present);
  vigil_roster_get_counts (f->roster, &counts);
  g_assert_cmpuint (counts.candidates, ==, 2);
  g_assert_cmpuint (counts.streaming, ==, 0);
  g_assert_cmpuint (counts.flagged, ==, 0);
  g_assert_cmpuint (counts.bypassed, ==, 0);

  /* Back: the same handle, the same place, still pinned. */
  g_assert_cmpuint (apply (f, full ("a")), ==, a);
  g_assert_true (vigil_roster_get (f->roster, a)->pinned);
  g_assert_cmpuint (vigil_roster_get_handles (f->roster, &n)[0], ==, a);
  g_assert_cmpuint (n, ==, 3);
  vigil_roster_get_counts (f->roster, &counts);
  g_assert_cmpuint (counts.candidates, ==, 3);
  g_assert_cmpuint (counts.streaming, ==, 1);
  g_assert_cmpuint (counts.flagged, ==, 1);
  g_assert_cmpuint (counts.bypassed, ==, 1);

  /* Nothing went: nothing is told. */
  g_string_truncate (f->told, 0);
  vigil_roster_begin_snapshot (f->roster);
  apply (f, full ("a"));
  apply (f, named ("b", "Bob"));
  apply (f, named ("c", "Cyd"));
  vigil_roster_end_snapshot (f->roster);
  assert_told (f, "");
}

static void
test_freeze (Fixture       *f,
             gconstpointer  data)
{
  vigil_roster_freeze (f->roster);
  vigil_roster_freeze (f->roster);
  apply (f, named ("a", "Ann"));
  apply (f, named ("b", "Bob"));
  apply (f, full ("a"));
  vigil_roster_thaw (f->roster);
  assert_told (f, "");
  vigil_roster_thaw (f->roster);
  g_assert_true (g_str_has_prefix (f->told->str, "members 0:"));
  g_assert_true (g_str_has_suffix (f->told->str, " 1:1 "));
  g_assert_null (strstr (f->told->str + 1, "members"));
}

static void
test_producers (Fixture       *f,
                gconstpointer  data)
{
  VigilHandle a = apply (f, full ("a"));
  VigilHandle b = apply (f, named ("b", "Bob"));
  VigilSource source = VIGIL_N_SOURCES;

  g_assert_cmpuint (vigil_roster_lookup_producer (f->roster, "p2", &source), ==, a);
  g_assert_cmpint (source, ==, VIGIL_SOURCE_MICROPHONE);
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, "p9");
  g_assert_cmpuint (vigil_roster_lookup_producer (f->roster, "p1", &source), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (vigil_roster_lookup_producer (f->roster, "p9", &source), ==, a);

  /* An id that wandered: nobody may be shown under two names, and the new owner keeps it. */
  g_string_truncate (f->told, 0);
  vigil_roster_set_producer (f->roster, b, VIGIL_SOURCE_WEBCAM, "p9");
  assert_told (f, "0:80 1:80 ");
  g_assert_null (vigil_roster_get (f->roster, a)->producer_ids[VIGIL_SOURCE_WEBCAM]);
  g_assert_cmpstr (vigil_roster_get (f->roster, a)->producer_ids[VIGIL_SOURCE_MICROPHONE], ==, "p2");
  g_assert_cmpstr (vigil_roster_get (f->roster, b)->producer_ids[VIGIL_SOURCE_WEBCAM], ==, "p9");
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, NULL);
  g_assert_cmpuint (vigil_roster_lookup_producer (f->roster, "p9", &source), ==, b);

  g_string_truncate (f->told, 0);
  vigil_roster_clear_producers (f->roster);
  assert_told (f, "0:80 1:80 ");
  g_assert_cmpuint (vigil_roster_lookup_producer (f->roster, "p9", &source), ==, VIGIL_HANDLE_NONE);
  g_assert_true (vigil_roster_get (f->roster, a)->is_streaming);
  vigil_roster_clear_producers (f->roster);
  vigil_roster_set_producer (f->roster, 77, VIGIL_SOURCE_WEBCAM, "nobody's");
  assert_told (f, "");
}

static VigilCandidateInfo *
placed (const char *id,
        guint       fields,
        const char *network,
        const char *worker)
{
  VigilCandidateInfo *info = vigil_candidate_info_new (id);

  info->fields = fields;
  info->network = g_strdup (network);
  info->worker = g_strdup (worker);
  return info;
}

/* Where somebody's connection and webcam come through: sticky, and one copy for all who share it. */
static void
test_network_and_worker (Fixture       *f,
                         gconstpointer  data)
{
  guint both = VIGIL_FIELD_NETWORK | VIGIL_FIELD_WORKER;
  VigilHandle a = apply (f, placed ("a", both, "campus-2", "1"));
  VigilHandle b = apply (f, placed ("b", both, "campus-2", "1"));
  const VigilCandidate *ann = vigil_roster_get (f->roster, a);
  const VigilCandidate *bob = vigil_roster_get (f->roster, b);

  g_assert_cmpstr (ann->network, ==, "campus-2");
  g_assert_cmpstr (ann->worker, ==, "1");
  g_assert_true (ann->network == bob->network);
  g_assert_true (ann->worker == bob->worker);

  g_string_truncate (f->told, 0);
  apply (f, placed ("a", 0, "not said", "not said"));
  apply (f, placed ("a", both, "campus-2", "1"));
  assert_told (f, "");
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, "p");
  vigil_roster_set_producer (f->roster, a, VIGIL_SOURCE_WEBCAM, NULL);
  g_assert_cmpstr (ann->worker, ==, "1"); /* who asks why, asks afterwards */
  g_string_truncate (f->told, 0);
  vigil_roster_set_worker (f->roster, a, "2");
  vigil_roster_set_worker (f->roster, a, "2");
  apply (f, placed ("a", VIGIL_FIELD_NETWORK, NULL, NULL));
  apply (f, placed ("a", VIGIL_FIELD_WORKER, NULL, NULL));
  assert_told (f, "0:10000 0:8000 0:10000 ");
  g_assert_null (ann->network);
  g_assert_null (ann->worker);
  g_assert_cmpstr (bob->worker, ==, "1");
  vigil_roster_set_worker (f->roster, 77, "nobody's");
}

static void
test_setters (Fixture       *f,
              gconstpointer  data)
{
  VigilHandle a = apply (f, named ("a", "Ann"));
  const VigilCandidate *candidate = vigil_roster_get (f->roster, a);
  g_autoptr (VigilBypass) bypass = vigil_bypass_new ();

  g_string_truncate (f->told, 0);
  for (guint i = 0; i < 2; i++)
    {
      vigil_roster_set_pinned (f->roster, a, TRUE);
      vigil_roster_set_open_flags (f->roster, a, 3, VIGIL_BAND_HIGH);
      vigil_roster_set_claimed_by (f->roster, a, "me");
      vigil_roster_set_bypass (f->roster, a, bypass); /* not active: as good as none */
    }
  assert_told (f, "0:4000 0:40 0:200 ");
  g_assert_null (candidate->bypass);
  bypass->active = TRUE;
  vigil_roster_set_bypass (f->roster, a, bypass);
  vigil_roster_set_bypass (f->roster, a, bypass);
  vigil_roster_set_bypass (f->roster, a, NULL);
  assert_told (f, "0:100 0:100 ");
  vigil_roster_set_open_flags (f->roster, a, 0, VIGIL_BAND_HIGH);
  g_assert_cmpint (candidate->worst_open, ==, VIGIL_BAND_LOW);
  vigil_roster_set_pinned (f->roster, 50, TRUE);
}

static void
test_scores (Fixture       *f,
             gconstpointer  data)
{
  VigilCandidateInfo *info = vigil_candidate_info_new ("a");
  VigilScore score;
  VigilHandle a;

  info->fields = VIGIL_FIELD_SCORE;
  info->score = 40;
  info->score_at_ms = 1000;
  a = vigil_roster_apply (f->roster, info);
  vigil_score_store_read (f->store, a, &score);
  g_assert_cmpint (score.score, ==, 40);
  assert_told (f, "members ");

  /* The feed was faster, and knows the flags as well. */
  vigil_score_store_write (f->store, a, 60, 5, 2000, 1);
  vigil_roster_apply (f->roster, info);
  info->score_at_ms = 2000;
  vigil_roster_apply (f->roster, info);
  vigil_score_store_read (f->store, a, &score);
  g_assert_cmpint (score.score, ==, 60);
  g_assert_cmpuint (score.flags, ==, 5);
  info->score = -1;
  info->score_at_ms = 0;
  vigil_roster_apply (f->roster, info);
  vigil_score_store_read (f->store, a, &score);
  g_assert_cmpint (score.score, ==, 60);
  vigil_candidate_info_free (info);
}

/* How old a row's score is counts, not when the row was read. */
static void
test_score_age (Fixture       *f,
                gconstpointer  data)
{
  static const struct { const char *id; gint64 age_ms; } cases[] = {
    { "now", 0 }, { "later", -5000 }, { "old", 4000 }, { "before the machine was on", G_GINT64_CONSTANT (1) << 40 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (cases[i].id);
      gint64 expected, now_us;
      VigilScore score;

      info->fields = VIGIL_FIELD_SCORE;
      info->score = 40;
      info->score_at_ms = vigil_clock_hall_ms () - cases[i].age_ms;
      vigil_score_store_read (f->store, vigil_roster_apply (f->roster, info), &score);
      now_us = vigil_clock_monotonic_us ();
      expected = MAX (now_us - MAX (cases[i].age_ms, 0) * 1000, 1);
      g_assert_cmpint (score.score, ==, 40);
      g_assert_cmpint (score.received_us, >=, 1);
      g_assert_cmpint (ABS (score.received_us - expected), <, 2 * G_USEC_PER_SEC);
    }
}

static void
test_full_store (Fixture       *f,
                 gconstpointer  data)
{
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);

      g_assert_cmpuint (apply (f, named (id, "x")), ==, i);
    }
  g_assert_cmpuint (apply (f, named ("one too many", "x")), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (apply (f, vigil_candidate_info_new ("")), ==, VIGIL_HANDLE_NONE);
}

static void
test_clear (Fixture       *f,
            gconstpointer  data)
{
  VigilRosterCounts counts;
  guint n, generation = vigil_roster_get_generation (f->roster);

  vigil_roster_clear (f->roster);
  assert_told (f, "");
  apply (f, full ("a"));
  apply (f, full ("b"));
  g_string_truncate (f->told, 0);
  vigil_roster_clear (f->roster);
  assert_told (f, "members ");
  g_assert_cmpuint (vigil_roster_get_generation (f->roster), !=, generation);
  vigil_roster_get_handles (f->roster, &n);
  g_assert_cmpuint (n, ==, 0);
  vigil_roster_get_counts (f->roster, &counts);
  g_assert_cmpuint (counts.candidates, ==, 0);
  g_assert_null (vigil_roster_lookup (f->roster, "a"));
  /* Handles stay interned; the order of arrival begins anew. */
  g_assert_cmpuint (apply (f, named ("b", "Bob")), ==, 1);
  g_assert_cmpuint (vigil_roster_lookup (f->roster, "b")->arrival, ==, 0);
}

static void
change_again_cb (VigilRoster *roster,
                 guint        handle,
                 guint        fields)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new ("from the handler");

  if (handle == 0)
    vigil_roster_apply (roster, info);
  vigil_roster_set_claimed_by (roster, handle, "handler");
}

static void
test_changed_from_a_handler (Fixture       *f,
                             gconstpointer  data)
{
  g_signal_connect (f->roster, "candidate-changed", G_CALLBACK (change_again_cb), NULL);
  vigil_roster_freeze (f->roster);
  apply (f, named ("a", "Ann"));
  apply (f, named ("b", "Bob"));
  vigil_roster_thaw (f->roster);
  g_assert_cmpstr (vigil_roster_lookup (f->roster, "a")->claimed_by, ==, "handler");
  g_assert_cmpstr (vigil_roster_lookup (f->roster, "b")->claimed_by, ==, "handler");
  g_assert_nonnull (vigil_roster_lookup (f->roster, "from the handler"));
}

#define ADD(name, func) g_test_add ("/model/roster/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("omitted", test_omitted);
  ADD ("one-by-one", test_one_by_one);
  ADD ("unknown", test_unknown);
  ADD ("hostile-names", test_hostile_names);
  ADD ("left-and-back", test_left_and_back);
  ADD ("snapshot", test_snapshot);
  ADD ("freeze", test_freeze);
  ADD ("producers", test_producers);
  ADD ("network-and-worker", test_network_and_worker);
  ADD ("setters", test_setters);
  ADD ("scores", test_scores);
  ADD ("score-age", test_score_age);
  ADD ("full-store", test_full_store);
  ADD ("clear", test_clear);
  ADD ("changed-from-a-handler", test_changed_from_a_handler);
  return g_test_run ();
}
