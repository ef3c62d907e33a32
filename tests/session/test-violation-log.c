/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of violations, in which order, and how much. */

#include "vigil-violation-log.h"

static VigilViolation *
make (const char *id,
      const char *student_id,
      gint64      at_ms,
      guint       count)
{
  VigilViolation *violation = vigil_violation_new ();

  violation->id = g_strdup (id);
  violation->student_id = g_strdup (student_id);
  violation->type = g_strdup ("no_face");
  violation->at_ms = at_ms;
  violation->count = count;
  return violation;
}

static VigilLogResult
add (VigilViolationLog *log,
     const char        *id,
     const char        *student_id,
     gint64             at_ms,
     guint              count)
{
  g_autoptr (VigilViolation) violation = make (id, student_id, at_ms, count);

  return vigil_violation_log_add (log, violation);
}

static char *
list (VigilViolationLog *log,
      const char        *student_id)
{
  g_autoptr (GPtrArray) violations = vigil_violation_log_dup (log, student_id);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < violations->len; i++)
    g_string_append (text, ((VigilViolation *) g_ptr_array_index (violations, i))->id);

  return g_string_free (text, FALSE);
}

static void
assert_list (VigilViolationLog *log,
             const char        *student_id,
             const char        *expected)
{
  g_autofree char *text = list (log, student_id);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_order_and_repeats (void)
{
  g_autoptr (VigilViolationLog) log = vigil_violation_log_new (10, 100);

  g_assert_cmpint (add (log, "a", "s", 100, 1), ==, VIGIL_LOG_ADDED);
  g_assert_cmpint (add (log, "b", "s", 300, 1), ==, VIGIL_LOG_ADDED);
  g_assert_cmpint (add (log, "c", "s", 200, 1), ==, VIGIL_LOG_ADDED);
  g_assert_cmpint (add (log, "d", "t", 200, 1), ==, VIGIL_LOG_ADDED);
  assert_list (log, "s", "bca");
  assert_list (log, "t", "d");
  assert_list (log, "nobody", "");

  g_assert_cmpint (add (log, "c", "s", 200, 1), ==, VIGIL_LOG_SAME);
  g_assert_cmpint (add (log, "c", "s", 200, 3), ==, VIGIL_LOG_CHANGED);
  g_assert_cmpint (add (log, "c", "s", 200, 2), ==, VIGIL_LOG_SAME);
  g_assert_cmpuint (vigil_violation_log_lookup (log, "c")->count, ==, 3);
  /* An id does not wander from one candidate to another. */
  g_assert_cmpint (add (log, "c", "t", 200, 9), ==, VIGIL_LOG_SAME);
  assert_list (log, "s", "bca");

  vigil_violation_log_clear (log);
  assert_list (log, "s", "");
  g_assert_null (vigil_violation_log_lookup (log, "a"));
}

static void
test_verdicts (void)
{
  g_autoptr (VigilViolationLog) log = vigil_violation_log_new (10, 100);
  g_autoptr (VigilViolation) worst = make ("w", "s", 50, 1);
  VigilBand band;

  worst->severity = VIGIL_BAND_CRITICAL;
  add (log, "a", "s", 100, 1);
  vigil_violation_log_add (log, worst);
  g_assert_cmpuint (vigil_violation_log_get_open (log, "s", &band), ==, 2);
  g_assert_cmpint (band, ==, VIGIL_BAND_CRITICAL);

  g_assert_nonnull (vigil_violation_log_set_verdict (log, "w", VIGIL_VERDICT_DISMISSED, 0));
  g_assert_null (vigil_violation_log_set_verdict (log, "w", VIGIL_VERDICT_DISMISSED, 0));
  g_assert_null (vigil_violation_log_set_verdict (log, "unknown", VIGIL_VERDICT_DISMISSED, 0));
  g_assert_cmpint (worst->verdict, ==, VIGIL_VERDICT_OPEN);
  g_assert_cmpuint (vigil_violation_log_get_open (log, "s", &band), ==, 1);
  g_assert_cmpint (band, ==, VIGIL_BAND_MEDIUM);
  g_assert_cmpuint (vigil_violation_log_get_open (log, "nobody", &band), ==, 0);
  g_assert_cmpint (band, ==, VIGIL_BAND_LOW);
}

/* What somebody decided about makes room for what nobody has attended to. */
static void
test_attended_go_first (void)
{
  g_autoptr (VigilViolationLog) log = vigil_violation_log_new (3, 5);

  add (log, "1", "s", 1, 1);
  add (log, "2", "s", 2, 1);
  add (log, "3", "s", 3, 1);
  vigil_violation_log_set_verdict (log, "3", VIGIL_VERDICT_DISMISSED, 0);
  add (log, "4", "s", 4, 1);
  assert_list (log, "s", "421");

  add (log, "5", "t", 5, 1);
  add (log, "6", "t", 6, 1);
  vigil_violation_log_set_verdict (log, "6", VIGIL_VERDICT_CONFIRMED, 0);
  add (log, "7", "u", 7, 1);
  assert_list (log, "t", "5");
  assert_list (log, "s", "421");
  add (log, "8", "u", 8, 1);
  assert_list (log, "s", "42");
}

static void
test_bounds (void)
{
  g_autoptr (VigilViolationLog) log = vigil_violation_log_new (3, 5);

  add (log, "1", "s", 1, 1);
  add (log, "2", "s", 2, 1);
  add (log, "3", "s", 3, 1);
  add (log, "4", "s", 4, 1);
  assert_list (log, "s", "432");
  /* Older than all that is kept: it never was in. */
  g_assert_cmpint (add (log, "0", "s", 0, 1), ==, VIGIL_LOG_EVICTED);
  g_assert_null (vigil_violation_log_lookup (log, "0"));
  assert_list (log, "s", "432");
  add (log, "5", "t", 1, 1);
  add (log, "6", "t", 2, 1);
  assert_list (log, "t", "65");
  /* Five in all: the one that was heard of first goes. */
  add (log, "7", "u", 1, 1);
  assert_list (log, "s", "43");
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *id = g_strdup_printf ("x%u", i);

      add (log, id, id, i, 1);
    }
  assert_list (log, "s", "");
  assert_list (log, "x999", "x999");
  assert_list (log, "x994", "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/violation-log/order-and-repeats", test_order_and_repeats);
  g_test_add_func ("/session/violation-log/verdicts", test_verdicts);
  g_test_add_func ("/session/violation-log/bounds", test_bounds);
  g_test_add_func ("/session/violation-log/attended-go-first", test_attended_go_first);
  return g_test_run ();
}
