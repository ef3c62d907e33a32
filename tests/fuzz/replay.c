/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over every file of a folder: the corpus and every crash ever found, as an ordinary test. */
#include "fuzz.h"

static void
replay_file (gconstpointer path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree uint8_t *copy = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (path, &text, &len, &error));
  /* without the terminator GLib adds: reading beyond the input must be seen */
  copy = g_memdup2 (text, len);
  LLVMFuzzerTestOneInput (copy ? copy : (const uint8_t *) "", len);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  dir = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *test = g_strconcat ("/replay/", name, NULL);

      g_test_add_data_func_full (test, g_build_filename (argv[1], name, NULL), replay_file, g_free);
      n++;
    }
  g_assert_cmpuint (n, >, 0);
  return g_test_run ();
}
