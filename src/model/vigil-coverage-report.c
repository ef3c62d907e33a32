/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proof of coverage as it is handed out. */

#include "vigil-coverage-report.h"

#include <string.h>

#include "vigil-clock.h"

static void
row_free (gpointer data)
{
  VigilCoverageRow *row = data;

  g_free (row->id);
  g_free (row->name);
  g_free (row->room);
  g_free (row->sort_key);
  g_free (row->intervals);
  g_free (row);
}

static VigilCoverageRow *
make_row (VigilCoverage        *coverage,
          VigilHandle           handle,
          const char           *id,
          const VigilCandidate *candidate)
{
  VigilCoverageRow *row = g_new0 (VigilCoverageRow, 1);

  row->id = g_strdup (id);
  row->name = g_strdup (candidate != NULL ? candidate->name : id);
  row->room = g_strdup (candidate != NULL && candidate->room != NULL ? candidate->room : "");
  row->sort_key = g_strdup (candidate != NULL && candidate->sort_key != NULL ? candidate->sort_key : id);
  vigil_coverage_get_sums (coverage, handle, &row->sums);
  row->n = row->sums.n_intervals;
  row->intervals = vigil_coverage_dup_intervals (coverage, handle);
  return row;
}

VigilCoverageReport *
vigil_coverage_report_new (VigilCoverage *coverage,
                           VigilRoster   *roster)
{
  VigilCoverageReport *self = g_new0 (VigilCoverageReport, 1);
  VigilScoreStore *store = vigil_roster_get_store (roster);
  guint n = vigil_score_store_get_n_handles (store);

  self->made_ms = self->from_ms = vigil_clock_hall_ms ();
  self->warn_seconds = vigil_coverage_get_warn_seconds (coverage);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  for (VigilHandle handle = 0; handle < n; handle++)
    {
      const VigilCandidate *candidate = vigil_roster_get (roster, handle);
      const char *id = vigil_score_store_get_id (store, handle);
      VigilCoverageRow *row;

      if (id == NULL)
        continue;
      row = make_row (coverage, handle, id, candidate);
      if (candidate == NULL && row->sums.first_ms == 0)
        {
          row_free (row); /* of another exam */
          continue;
        }
      if (row->sums.first_ms != 0)
        self->from_ms = MIN (self->from_ms, row->sums.first_ms);
      g_ptr_array_add (self->rows, row);
    }
  return self;
}

void
vigil_coverage_report_free (VigilCoverageReport *self)
{
  g_free (self->exam_id);
  g_free (self->title);
  g_free (self->hall);
  g_free (self->who);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  const VigilCoverageRow *left = *(const VigilCoverageRow *const *) a, *right = *(const VigilCoverageRow *const *) b;
  int order = strcmp (left->room, right->room);

  if (order == 0)
    order = strcmp (left->sort_key, right->sort_key);
  return order != 0 ? order : strcmp (left->id, right->id);
}

void
vigil_coverage_report_sort (VigilCoverageReport *self)
{
  g_ptr_array_sort (self->rows, compare_rows);
}

/* What a spreadsheet takes for the beginning of a formula, also in its wide forms, and behind blanks. */
static gboolean
looks_like_formula (const char *field)
{
  while (*field != '\0' && (g_unichar_isspace (g_utf8_get_char (field)) || g_unichar_iscntrl (g_utf8_get_char (field))))
    field = g_utf8_next_char (field);
  switch (g_utf8_get_char (field))
    {
    case '=': case '+': case '-': case '@': case 0xff1d: case 0xff0b: case 0xff0d: case 0xff20:
      return TRUE;
    default:
      return FALSE;
    }
}

void
vigil_csv_append (GString    *line,
                  const char *field)
{
  g_autofree char *valid = g_utf8_make_valid (field, -1);

  if (line->len > 0 && line->str[line->len - 1] != '\n')
    g_string_append_c (line, ',');
  g_string_append_c (line, '"');
  if (looks_like_formula (valid))
    g_string_append_c (line, '\'');
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '"')
        g_string_append (line, "\"\"");
      else if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
        g_string_append_c (line, ' ');
      else
        g_string_append_unichar (line, c);
    }
  g_string_append_c (line, '"');
}

/* "2026-11-27T08:00:01.250Z"; nothing for never. */
static void
append_time (GString *line,
             gint64   epoch_ms)
{
  g_autoptr (GDateTime) seconds = epoch_ms > 0 ? g_date_time_new_from_unix_utc (epoch_ms / 1000) : NULL;
  g_autofree char *text = seconds != NULL ? g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S") : NULL;

  if (text != NULL)
    g_string_append_printf (line, ",%s.%03dZ", text, (int) (epoch_ms % 1000));
  else
    g_string_append_c (line, ',');
}

/* Not printf's %f, whose point is the locale's. */
static void
append_seconds (GString *line,
                gint64   ms)
{
  g_string_append_printf (line, ",%" G_GINT64_FORMAT ".%03d", ms / 1000, (int) (ms % 1000));
}

gboolean
vigil_coverage_report_write_sums (const VigilCoverageReport  *self,
                                  VigilWriteFunc              write,
                                  gpointer                    user_data,
                                  GError                    **error)
{
  g_autoptr (GString) line = g_string_new ("id,name,room,seconds_watched,first_seen,last_seen,longest_gap_seconds,"
                                           "camera_seconds,intervals,intervals_dropped\n");

  for (guint i = 0; i < self->rows->len; i++)
    {
      const VigilCoverageRow *row = g_ptr_array_index (self->rows, i);

      vigil_csv_append (line, row->id);
      vigil_csv_append (line, row->name);
      vigil_csv_append (line, row->room);
      append_seconds (line, row->sums.watched_ms);
      append_time (line, row->sums.first_ms);
      append_time (line, row->sums.last_ms);
      append_seconds (line, MAX (row->sums.longest_gap_ms, 0));
      append_seconds (line, row->sums.camera_ms);
      g_string_append_printf (line, ",%u,%u\n", row->n, row->sums.n_dropped);
      if (!write (line->str, line->len, user_data, error))
        return FALSE;
      g_string_truncate (line, 0);
    }
  return line->len == 0 || write (line->str, line->len, user_data, error);
}

gboolean
vigil_coverage_report_write_intervals (const VigilCoverageReport  *self,
                                       VigilWriteFunc              write,
                                       gpointer                    user_data,
                                       GError                    **error)
{
  g_autoptr (GString) line = g_string_new ("id,from,to,seconds\n");

  for (guint i = 0; i < self->rows->len; i++)
    {
      const VigilCoverageRow *row = g_ptr_array_index (self->rows, i);

      for (guint k = 0; k < row->n; k++)
        {
          vigil_csv_append (line, row->id);
          append_time (line, row->intervals[2 * k]);
          append_time (line, row->intervals[2 * k + 1]);
          append_seconds (line, row->intervals[2 * k + 1] - row->intervals[2 * k]);
          g_string_append_c (line, '\n');
        }
      if (line->len > 0 && !write (line->str, line->len, user_data, error))
        return FALSE;
      g_string_truncate (line, 0);
    }
  return line->len == 0 || write (line->str, line->len, user_data, error);
}
