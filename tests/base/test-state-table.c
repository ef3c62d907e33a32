/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vigil-state-table.h"

enum { RED, GREEN, AMBER, N };

static const char *const names[] = { "red", "green", "amber" };
static const guint32 edges[] = { 1u << GREEN, 1u << AMBER, 1u << RED };
static const VigilStateTable lights = { "lights", N, names, edges };

static void
test_every_pair (void)
{
  for (guint from = 0; from < N; from++)
    for (guint to = 0; to < N; to++)
      {
        gboolean allowed = to == (from + 1) % N;
        guint state = from;

        g_assert_cmpint (vigil_state_table_allows (&lights, from, to), ==, allowed);
        if (!allowed)
          g_test_expect_message ("vigil-base", G_LOG_LEVEL_CRITICAL, "*no edge*");
        g_assert_cmpint (vigil_state_table_move (&lights, &state, to, "corner", "test"), ==, allowed);
        if (!allowed)
          g_test_assert_expected_messages ();
        g_assert_cmpuint (state, ==, allowed ? to : from);
      }
}

static void
test_out_of_range (void)
{
  g_assert_false (vigil_state_table_allows (&lights, N, RED));
  g_assert_false (vigil_state_table_allows (&lights, RED, 31));
  g_assert_false (vigil_state_table_allows (&lights, G_MAXUINT, G_MAXUINT));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state-table/every-pair", test_every_pair);
  g_test_add_func ("/state-table/out-of-range", test_out_of_range);
  return g_test_run ();
}
