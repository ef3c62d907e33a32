/* SPDX-License-Identifier: GPL-3.0-or-later */
/* However far somebody scrolls: never more consumers than the budget has, and as many at the end as at the beginning. */
#include "consumers-run.h"

/* Those that are being closed are still counted until the hall says that they are. */
#define CLOSING 16

static void
test_bounded (void)
{
  g_autoptr (ConsumersRun) run = consumers_run (2000, 6, 100);

  g_test_message ("%u candidates: %u consumers before, at most %u of %u, %u after (hall: %u), %" G_GUINT64_FORMAT " asked for, %" G_GINT64_FORMAT " requests put off",
                  run->candidates, run->first, run->peak, run->ceiling, run->last, run->hall_last, run->consumes, run->put_off);
  g_assert_cmpuint (run->first, >, 8);
  g_assert_cmpuint (run->consumes, >, 100); /* it did scroll */
  g_assert_cmpint (run->put_off, >, 0); /* the hall was made to find it too much */
  g_assert_cmpuint (run->peak, <=, run->ceiling + CLOSING);
  g_assert_cmpuint (run->last, ==, run->first);
  g_assert_cmpuint (run->hall_last, ==, run->last);
  for (guint i = 0; i < run->samples->len; i++)
    {
      const ConsumersSample *sample = &g_array_index (run->samples, ConsumersSample, i);

      g_assert_cmpuint (sample->live + sample->warm, <=, run->ceiling);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_add_func ("/consumers/bounded", test_bounded);
  return g_test_run ();
}
