/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles are given out once, in order, by whatever thread, and found again. */

#include "vigil-id-table.h"

#include <string.h>

static void
test_basics (void)
{
  g_autoptr (VigilIdTable) table = vigil_id_table_new (3);

  g_assert_cmpuint (vigil_id_table_lookup (table, "a", 1), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (vigil_id_table_intern (table, "abc", 1), ==, 0);
  g_assert_cmpuint (vigil_id_table_intern (table, "abc", 3), ==, 1);
  g_assert_cmpuint (vigil_id_table_intern (table, "a", 1), ==, 0);
  g_assert_cmpuint (vigil_id_table_intern (table, "a\0b", 3), ==, 2);
  g_assert_cmpstr (vigil_id_table_get_id (table, 0), ==, "a");
  g_assert_cmpstr (vigil_id_table_get_id (table, 1), ==, "abc");
  g_assert_null (vigil_id_table_get_id (table, 3));
  g_assert_null (vigil_id_table_get_id (table, VIGIL_HANDLE_NONE));

  /* Full: nothing new, everything old. */
  g_assert_cmpuint (vigil_id_table_intern (table, "new", 3), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (vigil_id_table_intern (table, "abc", 3), ==, 1);
  g_assert_cmpuint (vigil_id_table_get_n (table), ==, 3);
}

static void
test_lengths (void)
{
  g_autoptr (VigilIdTable) table = vigil_id_table_new (10);
  g_autofree char *longest = g_strnfill (VIGIL_ID_MAX_LEN + 1, 'x');

  g_assert_cmpuint (vigil_id_table_intern (table, "", 0), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (vigil_id_table_intern (table, longest, VIGIL_ID_MAX_LEN + 1), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (vigil_id_table_lookup (table, longest, VIGIL_ID_MAX_LEN + 1), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpuint (vigil_id_table_intern (table, longest, VIGIL_ID_MAX_LEN), ==, 0);
  g_assert_cmpuint (strlen (vigil_id_table_get_id (table, 0)), ==, VIGIL_ID_MAX_LEN);
}

/* Far past the first buckets: strings stay where they are, handles stay what they are. */
static void
test_growth (void)
{
  enum { N = 60000 };
  g_autoptr (VigilIdTable) table = vigil_id_table_new (N);
  const char *first = NULL;

  for (guint i = 0; i < N; i++)
    {
      char id[32];

      g_snprintf (id, sizeof id, "s-%05u", i);
      g_assert_cmpuint (vigil_id_table_intern (table, id, strlen (id)), ==, i);
      if (i == 0)
        first = vigil_id_table_get_id (table, 0);
    }
  g_assert_true (vigil_id_table_get_id (table, 0) == first);
  for (guint i = 0; i < N; i++)
    {
      char id[32];

      g_snprintf (id, sizeof id, "s-%05u", i);
      g_assert_cmpuint (vigil_id_table_lookup (table, id, strlen (id)), ==, i);
      g_assert_cmpstr (vigil_id_table_get_id (table, i), ==, id);
    }
}

enum { N_SHARED = 20000 };

static gpointer
intern_all (gpointer data)
{
  VigilIdTable *table = data;

  for (guint i = 0; i < N_SHARED; i++)
    {
      char id[32];
      VigilHandle handle;

      g_snprintf (id, sizeof id, "s-%u", i);
      handle = vigil_id_table_intern (table, id, strlen (id));
      g_assert_cmpstr (vigil_id_table_get_id (table, handle), ==, id);
    }

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (VigilIdTable) table = vigil_id_table_new (N_SHARED);
  GThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("intern", intern_all, table);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  g_assert_cmpuint (vigil_id_table_get_n (table), ==, N_SHARED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/id-table/basics", test_basics);
  g_test_add_func ("/model/id-table/lengths", test_lengths);
  g_test_add_func ("/model/id-table/growth", test_growth);
  g_test_add_func ("/model/id-table/threads", test_threads);
  return g_test_run ();
}
