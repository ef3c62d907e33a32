/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the proof says, and that nothing from the wire is more in it than text. */

#include <string.h>

#include "vigil-clock.h"
#include "vigil-coverage-chart.h"
#include "vigil-coverage-report.h"

#define WALL_MS G_GINT64_CONSTANT (1700000000000) /* 2023-11-14T22:13:20Z */

static gboolean
gather_cb (const char  *text,
           gsize        length,
           gpointer     user_data,
           GError     **error)
{
  g_string_append_len (user_data, text, (gssize) length);
  return TRUE;
}

static gboolean
fail_cb (const char  *text,
         gsize        length,
         gpointer     user_data,
         GError     **error)
{
  guint *left = user_data;

  if (*left > 0)
    {
      *left -= 1;
      return TRUE;
    }
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "The disk is full");
  return FALSE;
}

static void
test_csv (void)
{
  static const struct { const char *field, *safe; } table[] = {
    { "Ann", "\"Ann\"" },
    { "", "\"\"" },
    { "O\"Neil, Ann", "\"O\"\"Neil, Ann\"" },
    { "two\r\nlines\tand\vmore", "\"two  lines and more\"" },
    { "=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"" },
    { "+49 30", "\"'+49 30\"" },
    { "-1", "\"'-1\"" },
    { "@SUM(A1)", "\"'@SUM(A1)\"" },
    { "\t=1", "\"' =1\"" },
    { "  \n\r@x", "\"'    @x\"" },
    { "\xef\xbc\x9d" "1", "\"'\xef\xbc\x9d" "1\"" },
    { "\"=1", "\"\"\"=1\"" },
    { "a=1", "\"a=1\"" },
    { "\xff\xfe", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "a\xe2\x80\xa8" "b", "\"a b\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      vigil_csv_append (line, table[i].field);
      g_assert_cmpstr (line->str, ==, table[i].safe);
      vigil_csv_append (line, "next");
      g_assert_true (g_str_has_suffix (line->str, ",\"next\""));
    }
}

typedef struct
{
  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilCoverage   *coverage;
} Fixture;

static void
go_to (gint64 ms)
{
  vigil_clock_freeze (1000000000 + ms * 1000, WALL_MS + ms);
}

static VigilHandle
add (Fixture    *f,
     const char *id,
     const char *name,
     const char *room)
{
  g_autoptr (VigilCandidateInfo) info = vigil_candidate_info_new (id);

  info->fields = VIGIL_FIELD_NAME | VIGIL_FIELD_ROOM | VIGIL_FIELD_STREAMING | VIGIL_FIELD_CONNECTED;
  info->name = g_strdup (name);
  info->room = g_strdup (room);
  info->is_streaming = info->connected = TRUE;
  return vigil_roster_apply (f->roster, info);
}

static void
note (Fixture     *f,
      VigilHandle  handle,
      gint64       from_ms,
      gint64       to_ms)
{
  vigil_coverage_note (f->coverage, handle, 1000000000 + from_ms * 1000, 1000000000 + to_ms * 1000);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  go_to (0);
  f->store = vigil_score_store_new (20000);
  f->roster = vigil_roster_new (f->store);
  f->coverage = vigil_coverage_new (f->roster);
  vigil_coverage_set_running (f->coverage, TRUE);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->coverage);
  g_assert_finalize_object (f->roster);
  g_assert_finalize_object (f->store);
  vigil_clock_freeze (-1, -1);
}

static void
test_tables (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr (GString) sums = g_string_new (NULL);
  g_autoptr (GString) intervals = g_string_new (NULL);
  g_autoptr (VigilCoverageReport) report = NULL;
  VigilHandle ann, gone;

  add (f, "s3", "Zoe", "A");
  ann = add (f, "=s1", "Ann \"A\"", "B");
  add (f, "s2", "Bob\nX", "A");
  gone = vigil_score_store_intern (f->store, "s9", 2); /* seen in an earlier life, and not in the roster */
  vigil_score_store_intern (f->store, "s10", 3);       /* of another exam */
  go_to (90000);
  note (f, ann, 1250, 4750);
  note (f, ann, 60000, 61000);
  vigil_coverage_restore (f->coverage, gone, WALL_MS - 5000, WALL_MS - 2000);

  report = vigil_coverage_report_new (f->coverage, f->roster);
  vigil_coverage_report_sort (report);
  g_assert_true (vigil_coverage_report_write_sums (report, gather_cb, sums, NULL));
  g_assert_cmpstr (sums->str, ==,
                   "id,name,room,seconds_watched,first_seen,last_seen,longest_gap_seconds,camera_seconds,intervals,intervals_dropped\n"
                   "\"s9\",\"s9\",\"\",3.000,2023-11-14T22:13:15.000Z,2023-11-14T22:13:18.000Z,0.000,0.000,1,0\n"
                   "\"s2\",\"Bob X\",\"A\",0.000,,,90.000,90.000,0,0\n"
                   "\"s3\",\"Zoe\",\"A\",0.000,,,90.000,90.000,0,0\n"
                   "\"'=s1\",\"Ann \"\"A\"\"\",\"B\",4.500,2023-11-14T22:13:21.250Z,2023-11-14T22:14:21.000Z,55.250,90.000,2,0\n");
  g_assert_true (vigil_coverage_report_write_intervals (report, gather_cb, intervals, NULL));
  g_assert_cmpstr (intervals->str, ==,
                   "id,from,to,seconds\n"
                   "\"s9\",2023-11-14T22:13:15.000Z,2023-11-14T22:13:18.000Z,3.000\n"
                   "\"'=s1\",2023-11-14T22:13:21.250Z,2023-11-14T22:13:24.750Z,3.500\n"
                   "\"'=s1\",2023-11-14T22:14:20.000Z,2023-11-14T22:14:21.000Z,1.000\n");
}

static void
element_cb (GMarkupParseContext  *context,
            const char           *element,
            const char          **names,
            const char          **values,
            gpointer              user_data,
            GError              **error)
{
  GHashTable *counts = user_data;

  g_hash_table_insert (counts, g_strdup (element), GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, element)) + 1));
}

/* By a parser that is not ours. */
static GHashTable *
parse (GString *svg)
{
  static const GMarkupParser parser = { .start_element = element_cb };
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, counts, NULL);
  GError *error = NULL;

  g_assert_true (g_utf8_validate (svg->str, (gssize) svg->len, NULL));
  g_assert_true (g_markup_parse_context_parse (context, svg->str, (gssize) svg->len, &error));
  g_assert_no_error (error);
  g_assert_true (g_markup_parse_context_end_parse (context, &error));
  return g_steal_pointer (&counts);
}

static guint
count (GHashTable *counts,
       const char *element)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (counts, element));
}

static void
test_chart (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (VigilCoverageReport) report = NULL;
  g_autoptr (GString) svg = g_string_new (NULL);
  g_autoptr (GHashTable) counts = NULL;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u", i);

      add (f, id, i == 7 ? "</text><script>\x01&\xe2\x80\xae" : id, "A");
    }
  go_to (1800000);
  for (guint i = 0; i < 200; i++)
    for (guint k = 0; k < 4 && i != 3; k++)
      note (f, i, k * 400000 + i * 1000, k * 400000 + i * 1000 + 8000);
  report = vigil_coverage_report_new (f->coverage, f->roster);
  report->title = g_strdup ("<Anatomy> & \"II\"");
  vigil_coverage_report_sort (report);
  g_assert_true (vigil_coverage_chart_write (report, gather_cb, svg, NULL));
  counts = parse (svg);
  g_assert_cmpuint (count (counts, "rect"), ==, 1 + 1 + 199 * 4); /* paper, legend, bars */
  g_assert_cmpuint (count (counts, "text"), >=, 400);
  g_assert_cmpuint (count (counts, "script"), ==, 0);
  g_assert_nonnull (strstr (svg->str, "stroke-dasharray"));
  g_assert_cmpuint (svg->len, <, 200000);
}

/* Ten thousand share rows, and the picture stays one that can be opened. */
static void
test_many (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr (VigilCoverageReport) report = NULL;
  g_autoptr (GString) svg = g_string_new (NULL);
  g_autoptr (GHashTable) counts = NULL;

  vigil_roster_freeze (f->roster);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%05u", i);

      add (f, id, id, "A");
    }
  vigil_roster_thaw (f->roster);
  go_to (3600000);
  for (guint i = 0; i < 10000; i++)
    for (guint k = 0; k < 3; k++)
      note (f, i, i / 24 * 8000 % 1200000 + k * 1200000, i / 24 * 8000 % 1200000 + k * 1200000 + 7000);
  report = vigil_coverage_report_new (f->coverage, f->roster);
  vigil_coverage_report_sort (report);
  g_assert_true (vigil_coverage_chart_write (report, gather_cb, svg, NULL));
  counts = parse (svg);
  g_test_message ("%" G_GSIZE_FORMAT " bytes", svg->len);
  g_assert_cmpuint (count (counts, "rect"), >, 1000);
  g_assert_cmpuint (svg->len, <, 3000000);
}

static void
test_empty (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (VigilCoverageReport) report = vigil_coverage_report_new (f->coverage, f->roster);
  g_autoptr (GString) svg = g_string_new (NULL);
  g_autoptr (GString) sums = g_string_new (NULL);
  g_autoptr (GHashTable) counts = NULL;

  g_assert_true (vigil_coverage_chart_write (report, gather_cb, svg, NULL));
  counts = parse (svg);
  g_assert_true (vigil_coverage_report_write_sums (report, gather_cb, sums, NULL));
  g_assert_true (g_str_has_suffix (sums->str, "intervals_dropped\n"));
}

/* A full disk is told, wherever it comes. */
static void
test_failure (Fixture       *f,
              gconstpointer  data)
{
  g_autoptr (VigilCoverageReport) report = NULL;

  for (guint i = 0; i < 3; i++)
    note (f, add (f, (char[]) { (char) ('a' + i), '\0' }, "N", "A"), 0, 1000);
  report = vigil_coverage_report_new (f->coverage, f->roster);
  for (guint left = 0; left < 3; left++)
    {
      GError *errors[3] = { NULL };
      guint a = left, b = left, c = left;

      g_assert_false (vigil_coverage_report_write_sums (report, fail_cb, &a, &errors[0]));
      g_assert_false (vigil_coverage_report_write_intervals (report, fail_cb, &b, &errors[1]));
      g_assert_false (vigil_coverage_chart_write (report, fail_cb, &c, &errors[2]));
      for (guint i = 0; i < 3; i++)
        {
          g_assert_error (errors[i], G_FILE_ERROR, G_FILE_ERROR_NOSPC);
          g_clear_error (&errors[i]);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coverage-report/csv", test_csv);
  g_test_add ("/coverage-report/tables", Fixture, NULL, set_up, test_tables, tear_down);
  g_test_add ("/coverage-report/chart", Fixture, NULL, set_up, test_chart, tear_down);
  g_test_add ("/coverage-report/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/coverage-report/empty", Fixture, NULL, set_up, test_empty, tear_down);
  g_test_add ("/coverage-report/failure", Fixture, NULL, set_up, test_failure, tear_down);
  return g_test_run ();
}
