/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patrol in small, over a hall with live video: everybody is seen in time, and the ledger says of it what a count by the
 * pixels says. The half hour is tests/bench/patrol. */
#include "patrol-run.h"

static void
test_short (void)
{
  PatrolOptions options = {
    .candidates = 80, .seconds = 60, .warn_s = 50, .hold_s = 3, .fault_s = 30, .scroll_s = 20, .touch_s = 0, .video = "320x180@10", .activity = 0.05,
  };
  g_autoptr (PatrolResult) result = patrol_run (&options);

  g_test_message ("%u pages, %u waits cut, %u faults; %u live pictures, %u wrong, %u unreadable; %u of %u seen; longest unseen "
                  "%.1f s (%s), %.1f s by the ledger; watched %.1f s by our count, %.1f s by the ledger, worst %.2f s",
                  result->pages, result->waits_cut, result->faults, result->drawn, result->wrong, result->unreadable, result->seen,
                  result->with_camera, result->longest_unseen_s, result->longest_who, result->ledger_longest_s, result->counted_s,
                  result->ledger_s, result->worst_diff_s);
  g_assert_cmpuint (result->wrong, ==, 0);
  g_assert_cmpuint (result->with_camera, ==, options.candidates);
  g_assert_cmpuint (result->seen, ==, options.candidates);
  g_assert_cmpfloat (result->longest_unseen_s, <=, options.warn_s);
  g_assert_cmpuint (result->due_most, ==, 0);
  /* Two pictures just as far apart as a look may bridge, 1.5 s, are one look for one count and two for the other. Rows that are scrolled out and
   * in again at once are the same to both. */
  g_assert_cmpfloat (result->worst_diff_s, <=, 1.6);
  g_assert_cmpfloat (ABS (result->counted_s - result->ledger_s), <=, 0.003 * result->counted_s);
  g_assert_cmpfloat (ABS (result->longest_unseen_s - result->ledger_longest_s), <=, 4);
  /* Else it showed nothing. */
  g_assert_cmpuint (result->pages, >=, 6);
  g_assert_cmpuint (result->faults, >=, 1);
  g_assert_cmpfloat (result->counted_s, >=, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* GTest turns all debug messages on; formatting them would be most of what a busy client does. */
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_add_func ("/patrol/short", test_short);
  return g_test_run ();
}
