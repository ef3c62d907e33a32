/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vigil-program-path.h"

char *
vigil_program_path_find (const char *name, const char *variable, const char *built)
{
  const char *named = g_getenv (variable);
  g_autofree char *self_path = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self_path != NULL ? g_path_get_dirname (self_path) : g_strdup (".");
  g_autofree char *installed = g_build_filename ("..", "libexec", name, NULL);
  g_autofree char *configured = g_build_filename (VIGIL_LIBEXEC_DIR, name, NULL);
  const char *const candidates[] = { name, built, installed, configured };

  if (named != NULL && *named != '\0')
    return g_strdup (named);
  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      g_autofree char *path = g_path_is_absolute (candidates[i]) ? g_strdup (candidates[i]) : g_build_filename (folder, candidates[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }
  return g_find_program_in_path (name);
}
