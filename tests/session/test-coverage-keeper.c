/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was watched outlives the process; what a file says is not believed beyond its form. */

#include "vigil-coverage-keeper.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "vigil-clock.h"
#include "vigil-coverage-journal.h"
#include "vigil-fake-log.h"

#define STARTS_MS G_GINT64_CONSTANT (1700000000000)

typedef struct
{
  VigilSettings       *settings;
  VigilScoreStore     *store;
  VigilRoster         *roster;
  VigilCoverageKeeper *keeper;
  char                *path;
} Fixture;

static void
start (Fixture *f)
{
  vigil_coverage_keeper_start (f->keeper, "Hall", "e", STARTS_MS);
  vigil_coverage_set_running (vigil_coverage_keeper_get (f->keeper), TRUE);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->settings = vigil_settings_new ();
  f->store = vigil_score_store_new (100);
  f->roster = vigil_roster_new (f->store);
  f->keeper = vigil_coverage_keeper_new (f->roster, f->settings);
  f->path = vigil_coverage_journal_dup_path ("Hall", "e", STARTS_MS, 0);
  g_unlink (f->path);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_coverage_keeper_free (f->keeper);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->settings);
  g_unlink (f->path);
  g_free (f->path);
}

static VigilHandle
intern (Fixture    *f,
        const char *id)
{
  return vigil_score_store_intern (f->store, id, strlen (id));
}

static void
note (Fixture    *f,
      const char *id,
      gint64      ago_ms,
      gint64      ms)
{
  gint64 from_us = vigil_clock_boot_us () - ago_ms * 1000;

  vigil_coverage_note (vigil_coverage_keeper_get (f->keeper), intern (f, id), from_us, from_us + ms * 1000);
}

static gint64
watched (Fixture    *f,
         const char *id)
{
  VigilCoverageSums sums;

  vigil_coverage_get_sums (vigil_coverage_keeper_get (f->keeper), intern (f, id), &sums);
  return sums.watched_ms;
}

static gboolean
wait_for (Fixture    *f,
          const char *id,
          gint64      ms)
{
  for (int i = 0; i < 300 && watched (f, id) != ms; i++)
    vigil_fake_run (10);
  return watched (f, id) == ms;
}

static guint
n_lines (Fixture *f)
{
  g_autofree char *text = NULL;
  guint n = 0;

  if (!g_file_get_contents (f->path, &text, NULL, NULL))
    return 0;
  for (const char *p = text; (p = strchr (p, '\n')) != NULL; p++)
    n++;
  return n;
}

/* The process dies: nobody says stop, and the next one reads what is there. */
static void
test_crash (Fixture       *f,
            gconstpointer  data)
{
  GStatBuf info;

  start (f);
  note (f, "ann", 20000, 4000);
  note (f, "b b\n=%", 10000, 2500);
  vigil_coverage_keeper_flush (f->keeper);
  for (int i = 0; i < 300 && n_lines (f) < 2; i++)
    vigil_fake_run (10);
  g_assert_cmpuint (n_lines (f), ==, 2);
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 077, ==, 0);

  {
    g_autoptr (VigilCoverageKeeper) other = vigil_coverage_keeper_new (f->roster, f->settings);
    VigilCoverageKeeper *former = f->keeper;

    f->keeper = other;
    start (f);
    g_assert_true (wait_for (f, "ann", 4000));
    g_assert_cmpint (watched (f, "b b\n=%"), ==, 2500);
    f->keeper = former;
  }
}

/* Leaving writes what no flush has written yet, and coming back finds it; so does nobody else. */
static void
test_leave (Fixture       *f,
            gconstpointer  data)
{
  start (f);
  note (f, "ann", 3000, 1500);
  vigil_coverage_keeper_stop (f->keeper);
  g_assert_cmpint (watched (f, "ann"), ==, 0);
  g_assert_cmpuint (n_lines (f), ==, 1);
  start (f);
  g_assert_true (wait_for (f, "ann", 1500));
  vigil_coverage_keeper_stop (f->keeper);
  g_assert_cmpuint (n_lines (f), ==, 1); /* what was read is not written again */

  vigil_coverage_keeper_start (f->keeper, "Hall", "e", STARTS_MS + 1); /* the exam's next sitting */
  vigil_fake_run (100);
  g_assert_cmpint (watched (f, "ann"), ==, 0);
  /* Left before the reading was done. */
  vigil_coverage_keeper_stop (f->keeper);
  start (f);
  vigil_coverage_keeper_stop (f->keeper);
  vigil_fake_run (100);
  g_assert_cmpint (watched (f, "ann"), ==, 0);
}

static void
test_memory_alone (Fixture       *f,
                   gconstpointer  data)
{
  vigil_settings_set_int (f->settings, VIGIL_SETTING_COVERAGE_DAYS, 0);
  start (f);
  note (f, "ann", 3000, 1500);
  vigil_coverage_keeper_stop (f->keeper);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  vigil_settings_set_int (f->settings, VIGIL_SETTING_COVERAGE_DAYS, 14);
}

static void
test_hostile (void)
{
  g_autofree char *path = vigil_coverage_journal_dup_path ("Hall", "hostile", 1, 0);
  g_autofree char *long_line = g_strnfill (5000, 'x');
  g_autoptr (GString) text = g_string_new ("");
  g_autoptr (GArray) looks = NULL;
  g_autoptr (GError) error = NULL;
  guint n_bad;

  g_unlink (path);
  looks = vigil_coverage_journal_read (path, &n_bad, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (looks->len, ==, 0);
  g_clear_pointer (&looks, g_array_unref);

  vigil_coverage_journal_format (text, "good", 10, 20);
  g_string_append (text, "\n-5 6 a\n20 10 a\n1 2\n1 2 \nx 2 a\n1 x a\n99999999999999999999 2 a\n1 2 %zz\n1 2 %00\n1 2 %ff\n");
  g_string_append_printf (text, "1 2 %s\n", long_line);
  vigil_coverage_journal_format (text, "a \n%/ü", 30, 40);
  g_string_append (text, "50 60 cut off");
  g_assert_true (vigil_coverage_journal_append (path, text->str, &error));
  g_assert_no_error (error);
  looks = vigil_coverage_journal_read (path, &n_bad, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (looks->len, ==, 2);
  g_assert_cmpuint (n_bad, ==, 13);
  g_assert_cmpstr (g_array_index (looks, VigilCoverageLook, 0).id, ==, "good");
  g_assert_cmpstr (g_array_index (looks, VigilCoverageLook, 1).id, ==, "a \n%/ü");
  g_assert_cmpint (g_array_index (looks, VigilCoverageLook, 1).to_ms, ==, 40);
  g_unlink (path);
}

static void
test_clean (void)
{
  g_autofree char *folder = vigil_coverage_journal_dup_folder ();
  g_autofree char *old = vigil_coverage_journal_dup_path ("Hall", "old", 1, 0);
  g_autofree char *new = vigil_coverage_journal_dup_path ("Hall", "new", 1, 0);
  g_autofree char *alien = g_build_filename (folder, "notes.txt", NULL);
  struct utimbuf long_ago = { 1000000, 1000000 };

  g_assert_true (vigil_coverage_journal_append (old, "1 2 a\n", NULL));
  g_assert_true (vigil_coverage_journal_append (new, "1 2 a\n", NULL));
  g_assert_true (vigil_coverage_journal_append (alien, "1 2 a\n", NULL));
  g_assert_cmpint (g_utime (old, &long_ago), ==, 0);
  g_assert_cmpint (g_utime (alien, &long_ago), ==, 0);
  vigil_coverage_journal_clean (folder, 14);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (new, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (alien, G_FILE_TEST_EXISTS));
  g_unlink (new);
  g_unlink (alien);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/coverage-keeper/crash", Fixture, NULL, set_up, test_crash, tear_down);
  g_test_add ("/coverage-keeper/leave", Fixture, NULL, set_up, test_leave, tear_down);
  g_test_add ("/coverage-keeper/memory-alone", Fixture, NULL, set_up, test_memory_alone, tear_down);
  g_test_add_func ("/coverage-keeper/hostile", test_hostile);
  g_test_add_func ("/coverage-keeper/clean", test_clean);
  return g_test_run ();
}
