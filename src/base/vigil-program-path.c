/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vigil-program-path.h"

static char *
find_in (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&path);
  return NULL;
}

/* Returns: (nullable): %NULL if it is in none of the folders on the way from here, and in no libexec. */
static char *
find_beside (const char *name, const char *const *built)
{
  g_autofree char *self_path = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *here = self_path != NULL ? g_path_get_dirname (self_path) : g_strdup (".");
  g_autofree char *libexec = g_build_filename (here, "..", "libexec", NULL);
  char *path = NULL;

  for (; path == NULL && *built != NULL; built++)
    {
      g_autofree char *folder = g_build_filename (here, *built, NULL);

      path = find_in (folder, name);
    }
  if (path == NULL)
    path = find_in (libexec, name);
  return path != NULL ? path : find_in (VIGIL_LIBEXEC_DIR, name);
}

char *
vigil_program_path_find (const char *name, const char *variable, const char *built)
{
  const char *const folders[] = { ".", built, NULL };
  const char *named = g_getenv (variable);
  char *path;

  if (named != NULL && *named != '\0')
    return g_strdup (named);
  path = find_beside (name, folders);
  return path != NULL ? path : g_find_program_in_path (name);
}

char *
vigil_program_path_find_in_folder (const char *name, const char *variable, const char *const *built)
{
  const char *named = g_getenv (variable);
  char *path = named != NULL ? find_in (named, name) : NULL;

  return path != NULL ? path : find_beside (name, built);
}
