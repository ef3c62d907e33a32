/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The soak in small: a connection that breaks every few seconds loses no violation, leaves nothing stale and the roster
 * the hall's. The hour is tests/bench/soak. */
#include "soak-run.h"

static void
test_short (void)
{
  SoakOptions options = {
    .candidates = 2000, .rate = 1000, .publish = 4, .seconds = 32, .drop_s = 3, .violations_h = 30000, .warm_s = 16,
    .sample = 500, .seed = 11,
  };
  g_autoptr (SoakResult) result = soak_run (&options);

  g_test_message ("%u breaks, %.0f reconnects, %.0f gaps, %.0f of them healed; %u violations, %u lost, %u told twice; "
                  "%u candidates compared, %u unlike; %u tiles and %u other scores, %u stale; PSS %+.1f MB",
                  result->breaks->len, result->reconnects, result->gaps, result->healed, result->violations, result->lost,
                  result->repeated, result->candidates, result->unlike, result->tiles, result->sampled, result->stale,
                  result->growth_mb);
  for (guint i = 0; i < result->failures->len; i++)
    g_test_message ("%s", (char *) g_ptr_array_index (result->failures, i));
  g_assert_cmpuint (result->failures->len, ==, 0);
  g_assert_cmpuint (result->lost + result->unlike + result->stale + result->repeated + result->invented, ==, 0);
  /* Else it showed nothing. */
  g_assert_cmpuint (result->breaks->len, >=, SOAK_N_KINDS);
  g_assert_cmpuint (result->violations, >=, 20);
  g_assert_cmpuint (result->tiles, >=, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* GTest turns all debug messages on; formatting them would be most of what a busy client does. */
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_add_func ("/soak/short", test_short);
  return g_test_run ();
}
