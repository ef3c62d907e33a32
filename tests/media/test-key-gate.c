/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which coded frames are let through. libvpx would notice some of the wrong ones by itself, and not all. */
#include "vigil-key-gate.h"

static void
test_key_first (void)
{
  VigilKeyGate gate;

  vigil_key_gate_init (&gate);
  vigil_key_gate_set_size (&gate, 640, 360);
  g_assert_false (vigil_key_gate_admit (&gate, FALSE));
  g_assert_true (vigil_key_gate_take_withheld (&gate));
  g_assert_false (vigil_key_gate_take_withheld (&gate));

  g_assert_true (vigil_key_gate_admit (&gate, TRUE));
  g_assert_true (vigil_key_gate_admit (&gate, FALSE));
  g_assert_false (gate.wants_key);
  g_assert_false (vigil_key_gate_take_withheld (&gate));
}

static void
test_closed_again (void)
{
  VigilKeyGate gate;

  vigil_key_gate_init (&gate);
  vigil_key_gate_set_size (&gate, 640, 360);
  g_assert_true (vigil_key_gate_admit (&gate, TRUE));
  vigil_key_gate_close (&gate);
  g_assert_false (vigil_key_gate_admit (&gate, FALSE));
  g_assert_false (vigil_key_gate_admit (&gate, FALSE));
  g_assert_true (vigil_key_gate_admit (&gate, TRUE));
  vigil_key_gate_fail (&gate);
  g_assert_true (vigil_key_gate_take_withheld (&gate));
  g_assert_false (vigil_key_gate_admit (&gate, FALSE));
}

static void
test_size (void)
{
  VigilKeyGate gate;

  vigil_key_gate_init (&gate);
  vigil_key_gate_set_size (&gate, 16383, 16383);
  g_assert_false (vigil_key_gate_admit (&gate, TRUE));
  g_assert_false (vigil_key_gate_admit (&gate, FALSE));
  vigil_key_gate_set_size (&gate, 0, 360);
  g_assert_false (vigil_key_gate_admit (&gate, TRUE));
  vigil_key_gate_set_size (&gate, 320, 180);
  g_assert_true (vigil_key_gate_admit (&gate, TRUE));
}

/* One feed cannot take a core with pictures of the largest size. */
static void
test_budget (void)
{
  VigilKeyGate gate;
  guint n = 0;

  vigil_key_gate_init (&gate);
  vigil_key_gate_set_size (&gate, 4096, 4096);
  for (guint i = 0; i < 1000; i++)
    n += vigil_key_gate_admit (&gate, TRUE) ? 1 : 0;
  g_assert_cmpuint (n, >, 2);
  g_assert_cmpuint (n, <, 20);

  /* Nor with one corner of each: what is decoded counts, and no less than what is shown. */
  vigil_key_gate_init (&gate);
  vigil_key_gate_set_size (&gate, 16, 16);
  vigil_key_gate_set_coded_area (&gate, 4096 * 4096);
  n = 0;
  for (guint i = 0; i < 1000; i++)
    n += vigil_key_gate_admit (&gate, TRUE) ? 1 : 0;
  g_assert_cmpuint (n, >, 2);
  g_assert_cmpuint (n, <, 20);

  /* Every ordinary camera fits in. */
  vigil_key_gate_init (&gate);
  vigil_key_gate_set_size (&gate, 1280, 720);
  for (guint i = 0; i < 60; i++)
    g_assert_true (vigil_key_gate_admit (&gate, TRUE));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/key-gate/key-first", test_key_first);
  g_test_add_func ("/media/key-gate/closed-again", test_closed_again);
  g_test_add_func ("/media/key-gate/size", test_size);
  g_test_add_func ("/media/key-gate/budget", test_budget);

  return g_test_run ();
}
