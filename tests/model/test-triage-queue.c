/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is queued, in which order, and that nothing leaves it but by a verdict. */

#include "vigil-triage-queue.h"

#define T0 G_GINT64_CONSTANT (1700000000000)

typedef struct
{
  VigilTriageQueue *queue;
  guint             n_told;    /* items-changed */
  guint             n_items;   /* what a listener that adds up knows */
  guint             n_room;
} Fixture;

static void
items_cb (Fixture *f,
          guint    position,
          guint    removed,
          guint    added)
{
  g_assert_cmpuint (position + removed, <=, f->n_items);
  f->n_items += added - removed;
  f->n_told++;
  g_assert_cmpuint (f->n_items, ==, g_list_model_get_n_items (G_LIST_MODEL (f->queue)));
}

static void
room_cb (Fixture *f)
{
  f->n_room++;
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->queue = vigil_triage_queue_new ();
  g_signal_connect_swapped (f->queue, "items-changed", G_CALLBACK (items_cb), f);
  g_signal_connect_swapped (f->queue, "room", G_CALLBACK (room_cb), f);
  vigil_triage_queue_set_user (f->queue, "me");
  vigil_triage_queue_advance (f->queue, T0);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->queue);
}

static VigilViolation *
make (const char   *id,
      const char   *student_id,
      VigilBand     severity,
      gint64        age_ms,
      VigilVerdict  verdict)
{
  VigilViolation *violation = vigil_violation_new ();

  violation->id = g_strdup (id);
  violation->student_id = g_strdup (student_id);
  violation->type = g_strdup ("no_face");
  violation->severity = severity;
  violation->at_ms = T0 - age_ms;
  violation->verdict = verdict;
  return violation;
}

static void
take (Fixture    *f,
      const char *id,
      const char *student_id,
      VigilBand   severity,
      gint64      age_ms)
{
  g_autoptr (VigilViolation) violation = make (id, student_id, severity, age_ms, VIGIL_VERDICT_OPEN);

  vigil_triage_queue_take (f->queue, violation);
}

static char *
list (Fixture *f)
{
  static const char marks[] = { 'i', ' ', 'm', 'c', 'z' };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->queue)); i++)
    {
      g_autoptr (VigilTriageItem) item = g_list_model_get_item (G_LIST_MODEL (f->queue), i);

      g_assert_cmpuint (vigil_triage_queue_get_position (f->queue, item), ==, i);
      g_string_append_printf (text, "%s%c", i > 0 ? " " : "", marks[vigil_triage_item_get_state (item)]);
      if (vigil_triage_item_get_group (item) != 0)
        g_string_append_printf (text, "%u(", vigil_triage_item_get_group (item));
      for (guint v = 0; v < vigil_triage_item_get_violations (item)->len; v++)
        g_string_append (text, ((VigilViolation *) g_ptr_array_index (vigil_triage_item_get_violations (item), v))->id);
      if (vigil_triage_item_get_group (item) != 0)
        g_string_append_c (text, ')');
    }

  return g_string_free (text, FALSE);
}

static void
assert_list (Fixture    *f,
             const char *expected)
{
  g_autofree char *text = list (f);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_oldest_first (Fixture       *f,
                   gconstpointer  data)
{
  take (f, "a", "s1", VIGIL_BAND_HIGH, 1000);
  take (f, "b", "s2", VIGIL_BAND_CRITICAL, 3000);
  take (f, "c", "s3", VIGIL_BAND_MEDIUM, 9000);
  take (f, "d", "s4", VIGIL_BAND_HIGH, 2000);
  take (f, "d", "s4", VIGIL_BAND_HIGH, 2000);
  assert_list (f, " b  d  a");

  vigil_triage_queue_set_verdict (f->queue, "d", VIGIL_VERDICT_CONFIRMED, 0);
  vigil_triage_queue_set_verdict (f->queue, "unknown", VIGIL_VERDICT_CONFIRMED, 0);
  assert_list (f, " b  a");
  vigil_triage_queue_clear (f->queue);
  assert_list (f, "");
}

static void
test_threshold (Fixture       *f,
                gconstpointer  data)
{
  VigilTriageRules rules = { VIGIL_BAND_MEDIUM, { 1, 1, 1, 1 }, 100, FALSE };

  take (f, "a", "s1", VIGIL_BAND_MEDIUM, 10);
  assert_list (f, "");
  vigil_triage_queue_set_rules (f->queue, &rules);
  take (f, "a", "s1", VIGIL_BAND_MEDIUM, 10);
  take (f, "b", "s1", VIGIL_BAND_HIGH, 5);
  assert_list (f, " a  b");
  rules.threshold = VIGIL_BAND_CRITICAL;
  vigil_triage_queue_set_rules (f->queue, &rules);
  assert_list (f, "");
}

static void
test_deadlines (Fixture       *f,
                gconstpointer  data)
{
  VigilTriageRules rules = { VIGIL_BAND_HIGH, { 0, 0, 100000, 10000 }, 100, FALSE };
  VigilTriageCounts counts;
  VigilTriageItem *a, *b;

  vigil_triage_queue_set_rules (f->queue, &rules);
  take (f, "a", "s1", VIGIL_BAND_CRITICAL, 0);
  take (f, "b", "s2", VIGIL_BAND_HIGH, 0);
  a = vigil_triage_queue_lookup (f->queue, "a");
  b = vigil_triage_queue_lookup (f->queue, "b");
  g_assert_cmpint (vigil_triage_item_get_deadline_ms (a), ==, T0 + 10000);

  vigil_triage_queue_advance (f->queue, T0 + 4999);
  g_assert_cmpint (vigil_triage_item_get_due (a), ==, VIGIL_DUE_LATER);
  vigil_triage_queue_advance (f->queue, T0 + 5000);
  g_assert_cmpint (vigil_triage_item_get_due (a), ==, VIGIL_DUE_SOON);
  g_assert_cmpint (vigil_triage_item_get_due (b), ==, VIGIL_DUE_LATER);
  vigil_triage_queue_advance (f->queue, T0 + 10000);
  g_assert_cmpint (vigil_triage_item_get_due (a), ==, VIGIL_DUE_OVER);

  /* Nothing expires. */
  vigil_triage_queue_advance (f->queue, T0 + 24 * 3600 * 1000);
  assert_list (f, " a  b");
  vigil_triage_queue_get_counts (f->queue, &counts);
  g_assert_cmpuint (counts.waiting, ==, 2);
  g_assert_cmpuint (counts.over, ==, 2);
}

static void
test_claims (Fixture       *f,
             gconstpointer  data)
{
  VigilTriageCounts counts;

  vigil_triage_queue_set_claimed (f->queue, "s2", "other"); /* before its violations are known */
  take (f, "a", "s1", VIGIL_BAND_HIGH, 30);
  take (f, "b", "s2", VIGIL_BAND_HIGH, 20);
  take (f, "c", "s3", VIGIL_BAND_HIGH, 10);
  assert_list (f, " a  c cb");
  vigil_triage_queue_set_claimed (f->queue, "s1", "me");
  assert_list (f, "ma  c cb");
  vigil_triage_queue_set_claimed (f->queue, "s3", "other");
  assert_list (f, "ma cb cc");
  vigil_triage_queue_get_counts (f->queue, &counts);
  g_assert_cmpuint (counts.mine, ==, 1);
  g_assert_cmpuint (counts.waiting, ==, 1);
  g_assert_cmpuint (counts.colleagues, ==, 2);
  g_assert_true (vigil_triage_queue_get_next (f->queue, NULL) == vigil_triage_queue_lookup (f->queue, "a"));
  g_assert_null (vigil_triage_queue_get_next (f->queue, vigil_triage_queue_lookup (f->queue, "a")));
  vigil_triage_queue_set_claimed (f->queue, "s2", NULL);
  assert_list (f, "ma  b cc");
}

static void
test_next (Fixture       *f,
           gconstpointer  data)
{
  VigilTriageItem *a, *b, *c;

  take (f, "a", "s1", VIGIL_BAND_HIGH, 30);
  take (f, "b", "s2", VIGIL_BAND_HIGH, 20);
  take (f, "c", "s3", VIGIL_BAND_HIGH, 10);
  a = vigil_triage_queue_lookup (f->queue, "a");
  b = vigil_triage_queue_lookup (f->queue, "b");
  c = vigil_triage_queue_lookup (f->queue, "c");
  g_assert_true (vigil_triage_queue_get_next (f->queue, NULL) == a);
  g_assert_true (vigil_triage_queue_get_next (f->queue, a) == b);
  g_assert_true (vigil_triage_queue_get_next (f->queue, c) == a);
  vigil_triage_queue_set_sending (f->queue, "b", TRUE);
  g_assert_true (vigil_triage_queue_get_next (f->queue, a) == c);
  g_assert_null (vigil_triage_queue_find_open (f->queue, "s2"));
  g_assert_true (vigil_triage_queue_find_open (f->queue, "s3") == c);

  /* The hall refused: it waits again. */
  vigil_triage_queue_set_sending (f->queue, "b", FALSE);
  g_assert_true (vigil_triage_queue_get_next (f->queue, a) == b);
}

static void
test_snooze_comes_back (Fixture       *f,
                        gconstpointer  data)
{
  VigilTriageCounts counts;

  take (f, "a", "s1", VIGIL_BAND_HIGH, 30);
  take (f, "b", "s2", VIGIL_BAND_HIGH, 20);
  vigil_triage_queue_set_verdict (f->queue, "a", VIGIL_VERDICT_SNOOZED, T0 + 5000);
  assert_list (f, " b za");
  vigil_triage_queue_get_counts (f->queue, &counts);
  g_assert_cmpuint (counts.snoozed, ==, 1);
  g_assert_cmpint (counts.next_until_ms, ==, T0 + 5000);
  vigil_triage_queue_advance (f->queue, T0 + 4999);
  assert_list (f, " b za");
  vigil_triage_queue_advance (f->queue, T0 + 5000);
  assert_list (f, " a  b");
  g_assert_true (vigil_triage_item_get_returned (vigil_triage_queue_lookup (f->queue, "a")));

  /* Or the hall says so first. */
  vigil_triage_queue_set_verdict (f->queue, "b", VIGIL_VERDICT_SNOOZED, T0 + 90000);
  vigil_triage_queue_set_verdict (f->queue, "b", VIGIL_VERDICT_OPEN, 0);
  assert_list (f, " a  b");
  g_assert_true (vigil_triage_item_get_returned (vigil_triage_queue_lookup (f->queue, "b")));
}

static void
test_escalated (Fixture       *f,
                gconstpointer  data)
{
  VigilTriageRules rules = { VIGIL_BAND_HIGH, { 1, 1, 1, 1 }, 100, FALSE };

  vigil_triage_queue_set_rules (f->queue, &rules);
  take (f, "a", "s1", VIGIL_BAND_HIGH, 30);
  vigil_triage_queue_set_verdict (f->queue, "a", VIGIL_VERDICT_ESCALATED, 0);
  assert_list (f, "");

  rules.keep_escalated = TRUE;
  vigil_triage_queue_set_rules (f->queue, &rules);
  take (f, "b", "s1", VIGIL_BAND_HIGH, 30);
  vigil_triage_queue_set_verdict (f->queue, "b", VIGIL_VERDICT_ESCALATED, 0);
  assert_list (f, " b");
  g_assert_true (vigil_triage_item_get_escalated (vigil_triage_queue_lookup (f->queue, "b")));
}

static void
test_snapshot (Fixture       *f,
               gconstpointer  data)
{
  take (f, "a", "s1", VIGIL_BAND_HIGH, 30);
  take (f, "b", "s2", VIGIL_BAND_HIGH, 20);
  take (f, "z", "s3", VIGIL_BAND_HIGH, 10);
  vigil_triage_queue_set_verdict (f->queue, "z", VIGIL_VERDICT_SNOOZED, T0 + 5000);
  vigil_triage_queue_begin_snapshot (f->queue);
  take (f, "b", "s2", VIGIL_BAND_HIGH, 20);
  take (f, "live", "s9", VIGIL_BAND_HIGH, 1); /* came while the list was read */
  assert_list (f, " a  b  live zz");
  vigil_triage_queue_end_snapshot (f->queue);
  assert_list (f, " b  live zz");
  vigil_triage_queue_end_snapshot (f->queue);
  assert_list (f, " b  live zz");
}

static void
test_room (Fixture       *f,
           gconstpointer  data)
{
  VigilTriageRules rules = { VIGIL_BAND_HIGH, { 1, 1, 1, 1 }, 10, FALSE };
  VigilTriageCounts counts;

  vigil_triage_queue_set_rules (f->queue, &rules);
  for (guint i = 0; i < 15; i++)
    {
      g_autofree char *id = g_strdup_printf ("v%02u", i);

      take (f, id, "s", VIGIL_BAND_HIGH, 1000 - i);
    }
  vigil_triage_queue_get_counts (f->queue, &counts);
  g_assert_cmpuint (counts.waiting, ==, 10);
  g_assert_cmpuint (counts.beyond, ==, 5);

  vigil_triage_queue_set_verdict (f->queue, "v14", VIGIL_VERDICT_DISMISSED, 0); /* one of those without room */
  vigil_triage_queue_get_counts (f->queue, &counts);
  g_assert_cmpuint (counts.beyond, ==, 4);
  g_assert_cmpuint (f->n_room, ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("v%02u", i);

      vigil_triage_queue_set_verdict (f->queue, id, VIGIL_VERDICT_DISMISSED, 0);
    }
  g_assert_cmpuint (f->n_room, ==, 1);
}

static guint
fold_cb (const VigilViolation *violation,
         gpointer              user_data)
{
  return violation->student_id[0] == 'B' ? 7 : 0;
}

static void
test_incident (Fixture       *f,
               gconstpointer  data)
{
  g_autoptr (GObject) subject = g_object_new (G_TYPE_OBJECT, NULL);
  VigilTriageItem *incident;

  take (f, "a", "B1", VIGIL_BAND_HIGH, 900);
  take (f, "b", "C1", VIGIL_BAND_HIGH, 30);
  take (f, "c", "B2", VIGIL_BAND_CRITICAL, 10);
  vigil_triage_queue_set_fold (f->queue, fold_cb, NULL);
  assert_list (f, " a  b  c");

  /* It is noticed after the first violations came. */
  f->n_told = 0;
  vigil_triage_queue_put_incident (f->queue, 7, T0 - 20, subject, FALSE);
  assert_list (f, "i7(ac)  b");
  g_assert_cmpuint (f->n_told, ==, 1);
  incident = vigil_triage_queue_lookup_incident (f->queue, 7);
  g_assert_true (vigil_triage_item_get_subject (incident) == subject);
  g_assert_cmpint (vigil_triage_item_get_band (incident), ==, VIGIL_BAND_CRITICAL);
  g_assert_null (vigil_triage_item_get_student_id (incident));

  take (f, "d", "B3", VIGIL_BAND_HIGH, 5);
  assert_list (f, "i7(acd)  b");
  vigil_triage_queue_set_verdict (f->queue, "c", VIGIL_VERDICT_DISMISSED, 0);
  assert_list (f, "i7(ad)  b");
  vigil_triage_queue_put_incident (f->queue, 7, T0 - 20, subject, TRUE);
  assert_list (f, " b i7(ad)");

  /* A flag that the hall no longer has open leaves an incident, too. */
  vigil_triage_queue_begin_snapshot (f->queue);
  take (f, "b", "C1", VIGIL_BAND_HIGH, 30);
  take (f, "d", "B3", VIGIL_BAND_HIGH, 5);
  vigil_triage_queue_end_snapshot (f->queue);
  assert_list (f, " b i7(d)");

  /* An operator who does not believe it has them singly, and it does not come back. */
  vigil_triage_queue_split_incident (f->queue, 7);
  assert_list (f, " b  d");
  vigil_triage_queue_put_incident (f->queue, 7, T0 - 20, subject, FALSE);
  take (f, "e", "B4", VIGIL_BAND_HIGH, 1);
  assert_list (f, " b  d  e");
}

/* Whatever comes in whatever order: what the queue holds is what is open, sorted, and the list's signals add up. */
static void
test_random (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GHashTable) open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gint64 last_at = 0;
  guint n_plain = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *id = g_strdup_printf ("v%d", g_rand_int_range (rand, 0, 500));
      g_autofree char *student_id = g_strdup_printf ("s%d", g_str_hash (id) % 50);

      switch (g_rand_int_range (rand, 0, 6))
        {
        case 0:
          vigil_triage_queue_set_verdict (f->queue, id, VIGIL_VERDICT_CONFIRMED, 0);
          g_hash_table_remove (open, id);
          break;
        case 1:
          vigil_triage_queue_set_claimed (f->queue, student_id, g_rand_boolean (rand) ? "me" : g_rand_boolean (rand) ? "other" : NULL);
          break;
        case 2:
          vigil_triage_queue_set_verdict (f->queue, id, VIGIL_VERDICT_SNOOZED, T0 + g_rand_int_range (rand, 0, 20000));
          break;
        case 3:
          vigil_triage_queue_advance (f->queue, T0 + i);
          break;
        default:
          take (f, id, student_id, VIGIL_BAND_HIGH, g_str_hash (id) % 1000);
          g_hash_table_add (open, g_strdup (id));
        }
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->queue)), ==, g_hash_table_size (open));
    }

  vigil_triage_queue_advance (f->queue, T0 + 100000);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->queue)); i++)
    {
      g_autoptr (VigilTriageItem) item = g_list_model_get_item (G_LIST_MODEL (f->queue), i);

      g_assert_cmpint (vigil_triage_item_get_state (item), !=, VIGIL_TRIAGE_SNOOZED);
      if (vigil_triage_item_get_state (item) == VIGIL_TRIAGE_COLLEAGUE)
        break;
      g_assert_cmpint (vigil_triage_item_get_at_ms (item), >=, last_at);
      last_at = vigil_triage_item_get_at_ms (item);
      n_plain++;
    }
  g_assert_cmpuint (n_plain, >, 10);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; void (*func) (Fixture *f, gconstpointer data); } tests[] = {
    { "/triage-queue/oldest-first", test_oldest_first },
    { "/triage-queue/threshold", test_threshold },
    { "/triage-queue/deadlines", test_deadlines },
    { "/triage-queue/claims", test_claims },
    { "/triage-queue/next", test_next },
    { "/triage-queue/snooze-comes-back", test_snooze_comes_back },
    { "/triage-queue/escalated", test_escalated },
    { "/triage-queue/snapshot", test_snapshot },
    { "/triage-queue/room", test_room },
    { "/triage-queue/incident", test_incident },
    { "/triage-queue/random", test_random },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
