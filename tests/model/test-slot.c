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

static void
test_section (void)
{
  VigilSlot *slot = vigil_slot_new (0);
  g_autoptr (VigilSection) section = vigil_section_new (VIGIL_SECTION_ROOM, "B");
  VigilSectionCounts counts = { .candidates = 3 };
  guint n_handle = 0, n_section = 0;

  g_signal_connect_swapped (slot, "handle-changed", G_CALLBACK (count_cb), &n_handle);
  g_signal_connect_swapped (slot, "section-changed", G_CALLBACK (count_cb), &n_section);
  g_assert_true (vigil_slot_seat (slot, VIGIL_HANDLE_NONE, section, FALSE));
  g_assert_false (vigil_slot_seat (slot, VIGIL_HANDLE_NONE, section, FALSE));
  g_assert_true (vigil_slot_get_section (slot) == section);
  g_assert_cmpuint (vigil_slot_get_handle (slot), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (n_handle, ==, 1);

  /* Counted anew, it is told once. */
  vigil_slot_tell_section (slot);
  g_assert_cmpuint (n_section, ==, 0);
  g_assert_true (vigil_section_set_counts (section, &counts));
  g_assert_false (vigil_section_set_counts (section, &counts));
  vigil_slot_tell_section (slot);
  vigil_slot_tell_section (slot);
  g_assert_cmpuint (n_section, ==, 1);

  /* Somebody sits down; only the reason changes. */
  g_assert_true (vigil_slot_seat (slot, 4, NULL, FALSE));
  g_assert_null (vigil_slot_get_section (slot));
  g_assert_false (vigil_slot_seat (slot, 4, NULL, TRUE));
  g_assert_true (vigil_slot_is_exempt (slot));
  g_assert_cmpuint (n_handle, ==, 2);
  g_assert_cmpuint (n_section, ==, 2);
  g_assert_finalize_object (slot);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/slot/handle", test_handle);
  g_test_add_func ("/model/slot/section", test_section);
  return g_test_run ();
}
