/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vigil-clock.h"

static void
test_runs_and_freezes (void)
{
  gint64 before = vigil_clock_monotonic_us ();

  g_usleep (2000);
  g_assert_cmpint (vigil_clock_monotonic_us (), >, before);

  vigil_clock_freeze (77, 88);
  g_usleep (2000);
  g_assert_cmpint (vigil_clock_monotonic_us (), ==, 77);
  g_assert_cmpint (vigil_clock_wall_ms (), ==, 88);

  vigil_clock_freeze (-1, -1);
  g_assert_cmpint (vigil_clock_monotonic_us (), >, 77);
}

static void
test_hall_offset (void)
{
  vigil_clock_freeze (1, 1000);
  vigil_clock_set_hall_offset_ms (-250);
  g_assert_cmpint (vigil_clock_hall_ms (), ==, 750);
  vigil_clock_set_hall_offset_ms (0);
  g_assert_cmpint (vigil_clock_hall_ms (), ==, 1000);
  vigil_clock_freeze (-1, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/runs-and-freezes", test_runs_and_freezes);
  g_test_add_func ("/clock/hall-offset", test_hall_offset);
  return g_test_run ();
}
