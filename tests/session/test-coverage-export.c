/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three files or an error; never half a file. */

#include "vigil-coverage-export.h"

#include <glib/gstdio.h>

#include "vigil-fake-log.h"

typedef struct
{
  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilCoverage   *coverage;
  GFile           *folder;
  char            *path;
  gboolean         done;
  char            *name;
  GError          *error;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new ("ann");

  f->store = vigil_score_store_new (10);
  f->roster = vigil_roster_new (f->store);
  f->coverage = vigil_coverage_new (f->roster);
  vigil_coverage_note (f->coverage, vigil_roster_apply (f->roster, info), 0, 0);
  f->path = g_dir_make_tmp ("vigil-export-XXXXXX", NULL);
  f->folder = g_file_new_for_path (f->path);
}

static guint
empty_folder (Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->path, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->path, name, NULL);

      g_unlink (path);
      n++;
    }
  return n;
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  empty_folder (f);
  g_rmdir (f->path);
  g_free (f->path);
  g_free (f->name);
  g_clear_error (&f->error);
  g_object_unref (f->folder);
  g_assert_finalize_object (f->coverage);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *f = user_data;

  f->name = vigil_coverage_export_finish (result, &f->error);
  f->done = TRUE;
}

static void
export_to (Fixture      *f,
           GFile        *folder,
           GCancellable *cancellable)
{
  VigilCoverageReport *report = vigil_coverage_report_new (f->coverage, f->roster);

  report->exam_id = g_strdup ("../../etc/x y:é\nz");
  report->made_ms = G_GINT64_CONSTANT (1700000000000);
  f->done = FALSE;
  vigil_coverage_export_async (report, folder, cancellable, done_cb, f);
  for (int i = 0; i < 500 && !f->done; i++)
    vigil_fake_run (10);
  g_assert_true (f->done);
}

static void
test_files (Fixture       *f,
            gconstpointer  data)
{
  static const char *const starts[][2] = { { ".csv", "id,name,room," }, { "-intervals.csv", "id,from,to," }, { ".svg", "<?xml" } };
  const char *base = "coverage-------etc-x-y----z-20231114T221320Z";

  export_to (f, f->folder, NULL);
  g_assert_no_error (f->error);
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autofree char *name = g_strconcat (base, starts[i][0], NULL);
      g_autofree char *path = g_build_filename (f->path, name, NULL);
      g_autofree char *text = NULL;
      GStatBuf info;

      if (i == 0)
        g_assert_cmpstr (f->name, ==, name);
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_true (g_str_has_prefix (text, starts[i][1]));
      g_assert_cmpint (g_stat (path, &info), ==, 0);
      g_assert_cmpuint (info.st_mode & 077, ==, 0); /* people's names */
    }
  g_assert_cmpuint (empty_folder (f), ==, 3);
}

static void
test_failure (Fixture       *f,
              gconstpointer  data)
{
  g_autoptr (GFile) nowhere = g_file_get_child (f->folder, "nowhere");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  export_to (f, nowhere, NULL);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (f->error->message, "coverage-")); /* which file */
  g_assert_null (f->name);
  g_clear_error (&f->error);

  g_cancellable_cancel (cancelled);
  export_to (f, f->folder, cancelled);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (empty_folder (f), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/coverage-export/files", Fixture, NULL, set_up, test_files, tear_down);
  g_test_add ("/coverage-export/failure", Fixture, NULL, set_up, test_failure, tear_down);
  return g_test_run ();
}
