/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delays grow, stay between half a step and a step, never pass the maximum, never overflow. */
#include "vigil-backoff.h"

static void
test_grows_within_bounds (void)
{
  for (guint round = 0; round < 200; round++)
    {
      VigilBackoff backoff;
      guint64 step = 100;

      vigil_backoff_init (&backoff, 100, 5000);
      for (guint i = 0; i < 100; i++)
        {
          guint delay = vigil_backoff_next (&backoff);

          g_assert_cmpuint (delay, >=, step / 2);
          g_assert_cmpuint (delay, <=, step);
          step = MIN (step * 2, 5000);
        }
    }
}

static void
test_jitters (void)
{
  VigilBackoff backoff;
  guint first;
  gboolean differs = FALSE;

  vigil_backoff_init (&backoff, 60000, 60000);
  first = vigil_backoff_next (&backoff);
  for (guint i = 0; i < 50; i++)
    differs |= vigil_backoff_next (&backoff) != first;
  g_assert_true (differs);
}

static void
test_reset (void)
{
  VigilBackoff backoff;

  vigil_backoff_init (&backoff, 10, 100000);
  for (guint i = 0; i < 12; i++)
    vigil_backoff_next (&backoff);
  g_assert_cmpuint (vigil_backoff_next (&backoff), >, 10);
  vigil_backoff_reset (&backoff);
  g_assert_cmpuint (vigil_backoff_next (&backoff), <=, 10);
}

static void
test_silly_limits (void)
{
  VigilBackoff backoff;

  vigil_backoff_init (&backoff, 0, 0);
  g_assert_cmpuint (vigil_backoff_next (&backoff), <=, 1);
  vigil_backoff_init (&backoff, 500, 1);
  g_assert_cmpuint (vigil_backoff_next (&backoff), <=, 500);
  vigil_backoff_init (&backoff, G_MAXUINT, G_MAXUINT);
  for (guint i = 0; i < 70; i++)
    g_assert_cmpuint (vigil_backoff_next (&backoff), >=, G_MAXUINT / 2 - 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/grows-within-bounds", test_grows_within_bounds);
  g_test_add_func ("/backoff/jitters", test_jitters);
  g_test_add_func ("/backoff/reset", test_reset);
  g_test_add_func ("/backoff/silly-limits", test_silly_limits);
  return g_test_run ();
}
