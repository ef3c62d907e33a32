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

static void
test_hall_estimate (void)
{
  vigil_clock_freeze (1000000, 1000);
  vigil_clock_forget_hall ();
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), ==, -1);
  g_assert_cmpint (vigil_clock_hall_ms (), ==, 1000);

  vigil_clock_set_hall (-7199999600, 1500);
  g_assert_cmpint (vigil_clock_get_hall_offset_ms (), ==, -7200000);
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), ==, 2); /* rounded up: a bound that is too small is none */
  g_assert_cmpint (vigil_clock_hall_ms (), ==, 1000 - 7200000);

  /* What is not looked at again is known less and less well. */
  vigil_clock_freeze (1000000 + G_TIME_SPAN_MINUTE, 61000);
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), ==, 14); /* 1.5 ms and 200 millionths of a minute */

  vigil_clock_set_hall_offset_ms (5);
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), ==, -1);
  vigil_clock_forget_hall ();
  vigil_clock_freeze (-1, -1);
}

static void
test_shift (void)
{
  gint64 real_ms = g_get_real_time () / 1000;

  vigil_clock_shift_wall_ms (3600000);
  g_assert_cmpint (vigil_clock_wall_ms (), >=, real_ms + 3600000);
  vigil_clock_shift_wall_ms (0);
  g_assert_cmpint (vigil_clock_wall_ms (), <, real_ms + 3600000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/runs-and-freezes", test_runs_and_freezes);
  g_test_add_func ("/clock/hall-offset", test_hall_offset);
  g_test_add_func ("/clock/hall-estimate", test_hall_estimate);
  g_test_add_func ("/clock/shift", test_shift);
  return g_test_run ();
}
