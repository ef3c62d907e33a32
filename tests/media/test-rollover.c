/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream's count is right when its key comes back, wherever its numbers were. */
#include "vigil-rollover.h"

static guint32
kept_and_asked (guint32 roc,
                guint16 last,
                guint16 next)
{
  VigilRollover rollover = { 0 };

  vigil_rollover_keep (&rollover, roc, TRUE, last);
  g_assert_cmpuint (vigil_rollover_get (&rollover), ==, roc);
  vigil_rollover_ask (&rollover, next);
  return vigil_rollover_get (&rollover);
}

static void
test_end (void)
{
  g_assert_cmpuint (kept_and_asked (0, 7, 8), ==, 0);
  g_assert_cmpuint (kept_and_asked (3, 30000, 30001), ==, 3);
  g_assert_cmpuint (kept_and_asked (3, 65535, 0), ==, 4);
  g_assert_cmpuint (kept_and_asked (0, 65500, 12), ==, 1);
  /* Overtaken by those that had begun again. */
  g_assert_cmpuint (kept_and_asked (4, 2, 65534), ==, 3);
  g_assert_cmpuint (kept_and_asked (0, 2, 65534), ==, 0);
  /* Somebody says so who cannot know. */
  g_assert_cmpuint (kept_and_asked (3, 30000, 5), ==, 3);
  g_assert_cmpuint (kept_and_asked (3, 65500, 30000), ==, 3);
}

static void
test_again (void)
{
  VigilRollover rollover = { 0 };

  /* Never given back. */
  vigil_rollover_ask (&rollover, 17);
  g_assert_cmpuint (vigil_rollover_get (&rollover), ==, 0);

  vigil_rollover_keep (&rollover, 5, TRUE, 65530);
  vigil_rollover_ask (&rollover, 3);
  vigil_rollover_ask (&rollover, 40000);
  g_assert_cmpuint (vigil_rollover_get (&rollover), ==, 6);

  /* Nothing authentic came before the next time: the decrypter had not counted, and what was asked for is void. */
  vigil_rollover_keep (&rollover, 0, TRUE, 65530);
  g_assert_cmpuint (vigil_rollover_get (&rollover), ==, 5);
  vigil_rollover_ask (&rollover, 65531);
  g_assert_cmpuint (vigil_rollover_get (&rollover), ==, 5);

  /* It did. */
  vigil_rollover_keep (&rollover, 6, TRUE, 900);
  vigil_rollover_ask (&rollover, 901);
  g_assert_cmpuint (vigil_rollover_get (&rollover), ==, 6);

  /* Whoever forgot the number trusts the count. */
  vigil_rollover_keep (&rollover, 7, FALSE, 0);
  vigil_rollover_ask (&rollover, 65533);
  g_assert_cmpuint (vigil_rollover_get (&rollover), ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rollover/end", test_end);
  g_test_add_func ("/rollover/again", test_again);
  return g_test_run ();
}
