/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Defaults, copies and the verdicts' words. */

#include "vigil-violation.h"

static void
test_copy (void)
{
  g_autoptr (VigilViolation) violation = vigil_violation_new ();
  g_autoptr (VigilViolation) copy = NULL;
  VigilEvidenceItem *item = vigil_evidence_item_new ();

  g_assert_cmpint (violation->severity, ==, VIGIL_BAND_MEDIUM);
  g_assert_cmpint (violation->verdict, ==, VIGIL_VERDICT_OPEN);
  g_assert_cmpuint (violation->count, ==, 1);
  g_assert_cmpint (item->size, ==, -1);

  violation->id = g_strdup ("v");
  violation->student_id = g_strdup ("s");
  violation->type = g_strdup ("no_face");
  violation->at_ms = 7;
  g_ptr_array_add (violation->evidence, item);
  copy = vigil_violation_copy (violation);
  copy->verdict = VIGIL_VERDICT_ESCALATED;
  g_assert_cmpstr (copy->id, ==, "v");
  g_assert_cmpstr (copy->type, ==, "no_face");
  g_assert_cmpint (copy->at_ms, ==, 7);
  g_assert_true (g_ptr_array_index (copy->evidence, 0) == item);
  g_assert_cmpint (violation->verdict, ==, VIGIL_VERDICT_OPEN);
}

static void
test_verdicts (void)
{
  VigilVerdict back;

  for (VigilVerdict verdict = VIGIL_VERDICT_OPEN; verdict <= VIGIL_VERDICT_ESCALATED; verdict++)
    {
      g_assert_true (vigil_verdict_from_nick (vigil_verdict_to_nick (verdict), &back));
      g_assert_cmpint (back, ==, verdict);
    }
  g_assert_false (vigil_verdict_from_nick ("guilty", &back));
  g_assert_false (vigil_verdict_from_nick (NULL, &back));
  g_assert_cmpstr (vigil_verdict_to_nick (77), ==, "unknown");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/violation/copy", test_copy);
  g_test_add_func ("/model/violation/verdicts", test_verdicts);
  return g_test_run ();
}
