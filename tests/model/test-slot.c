/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A place stays; who sits there is told when it changes and not otherwise. */

#include "vigil-slot.h"

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_handle (void)
{
  VigilSlot *slot = vigil_slot_new (12);
  guint n = 0;

  g_signal_connect_swapped (slot, "handle-changed", G_CALLBACK (count_cb), &n);
  g_assert_cmpuint (vigil_slot_get_position (slot), ==, 12);
  g_assert_cmpuint (vigil_slot_get_handle (slot), ==, VIGIL_HANDLE_NONE);
  vigil_slot_set_handle (slot, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (n, ==, 0);
  vigil_slot_set_handle (slot, 3);
  g_assert_cmpuint (n, ==, 1);
  vigil_slot_set_handle (slot, 3);
  g_assert_cmpuint (n, ==, 1);
  vigil_slot_set_handle (slot, 4);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (vigil_slot_get_handle (slot), ==, 4);
  g_assert_cmpuint (vigil_slot_get_position (slot), ==, 12);
  g_assert_finalize_object (slot);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/slot/handle", test_handle);
  return g_test_run ();
}
