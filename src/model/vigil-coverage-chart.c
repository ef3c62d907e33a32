/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proof of coverage as a picture: who was watched when. */

#include "vigil-coverage-chart.h"

#include <string.h>

#define LEFT 240      /* of the plot: names stand there */
#define RIGHT 110     /* behind it: seconds */
#define PLOT 900
#define TOP 92
#define ROW 15
#define BOTTOM 34
#define N_SLOTS 225   /* of a shared row */
#define N_SHADES 5
#define MAX_NAME 34   /* characters */

typedef struct
{
  const VigilCoverageReport *report;
  GString                   *svg;
  gint64                     from_ms;
  gint64                     length_ms;
  guint                      per_row;
  guint                      n_rows;
} Chart;

/* Wire text in XML: no markup of it is ours, and what XML has no place for is left out. */
static void
append_text (GString    *svg,
             const char *text,
             glong       max_chars)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);
  g_autofree char *escaped = NULL;
  glong n = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      /* Control characters, marks that turn the direction of what follows, and what is no character at all. */
      gboolean bad = g_unichar_iscntrl (c) || (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
                     (c >= 0x2066 && c <= 0x2069) || (c & 0xfffe) == 0xfffe;

      if (n++ == max_chars)
        {
          g_string_append (clean, "…");
          break;
        }
      g_string_append_unichar (clean, bad ? ' ' : c);
    }
  escaped = g_markup_escape_text (clean->str, (gssize) clean->len);
  g_string_append (svg, escaped);
  g_string_free (clean, TRUE);
}

static int
x_of (const Chart *chart,
      gint64       ms)
{
  return LEFT + (int) ((CLAMP (ms - chart->from_ms, 0, chart->length_ms)) * PLOT / chart->length_ms);
}

static char *
format_time (gint64      ms,
             const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ms / 1000);

  return time != NULL ? g_date_time_format (time, format) : g_strdup ("?");
}

static void
append_head (Chart *chart)
{
  const VigilCoverageReport *report = chart->report;
  int width = LEFT + PLOT + RIGHT, height = TOP + (int) chart->n_rows * ROW + BOTTOM;
  g_autofree char *from = format_time (chart->from_ms, "%Y-%m-%d %H:%M:%S");
  g_autofree char *to = format_time (report->made_ms, "%Y-%m-%d %H:%M:%S");

  g_string_append_printf (chart->svg,
                          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                          "font-family=\"sans-serif\" font-size=\"10\">\n"
                          "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n"
                          "<text x=\"12\" y=\"24\" font-size=\"16\" font-weight=\"bold\" fill=\"#1a1d21\">Coverage: ",
                          width, height, width, height, width, height);
  append_text (chart->svg, report->title != NULL ? report->title : report->exam_id != NULL ? report->exam_id : "", 80);
  g_string_append (chart->svg, "</text>\n<text x=\"12\" y=\"42\" fill=\"#4a5058\">");
  append_text (chart->svg, report->hall != NULL ? report->hall : "", 60);
  g_string_append (chart->svg, ", seen by ");
  append_text (chart->svg, report->who != NULL ? report->who : "", 60);
  g_string_append_printf (chart->svg, "; %s to %s UTC; %u candidates</text>\n", from, to, report->rows->len);
}

static void
append_legend (Chart *chart)
{
  GString *svg = chart->svg;

  if (chart->per_row == 1)
    {
      g_string_append_printf (svg, "<rect x=\"12\" y=\"52\" width=\"22\" height=\"9\" fill=\"#1c71d8\"/>"
                                   "<text x=\"40\" y=\"60\" fill=\"#1a1d21\">decoded and on screen</text>"
                                   "<line x1=\"170\" y1=\"57\" x2=\"196\" y2=\"57\" stroke=\"#a51d2d\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\"/>"
                                   "<text x=\"202\" y=\"60\" fill=\"#1a1d21\">not seen for more than %u s (the camera may have been off)</text>"
                                   "<text x=\"%d\" y=\"%d\" fill=\"#4a5058\">seconds</text>\n",
                              chart->report->warn_seconds, LEFT + PLOT + 10, TOP - 8);
      return;
    }
  for (int shade = 1; shade <= N_SHADES; shade++)
    g_string_append_printf (svg, "<rect x=\"%d\" y=\"52\" width=\"14\" height=\"9\" fill=\"#1c71d8\" fill-opacity=\"%d.%d\"/>",
                            12 + (shade - 1) * 15, shade / N_SHADES, shade * 10 / N_SHADES % 10);
  g_string_append_printf (svg, "<text x=\"96\" y=\"60\" fill=\"#1a1d21\">share of the %u candidates of a row who were decoded and on "
                               "screen in that stretch of time</text>\n", chart->per_row);
}

/* About ten of them, at whole steps. */
static void
append_axis (Chart *chart)
{
  static const int steps_s[] = { 1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400 };
  gint64 step_ms = G_GINT64_CONSTANT (604800000);
  int bottom = TOP + (int) chart->n_rows * ROW;

  for (guint i = 0; i < G_N_ELEMENTS (steps_s); i++)
    if (chart->length_ms / (steps_s[i] * 1000) <= 12)
      {
        step_ms = steps_s[i] * 1000;
        break;
      }
  for (gint64 ms = (chart->from_ms / step_ms + 1) * step_ms; ms < chart->from_ms + chart->length_ms; ms += step_ms)
    {
      g_autofree char *label = format_time (ms, step_ms < 60000 ? "%H:%M:%S" : step_ms < 86400000 ? "%H:%M" : "%m-%d");

      g_string_append_printf (chart->svg, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d5d9de\"/>"
                                          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#4a5058\">%s</text>\n",
                              x_of (chart, ms), TOP, x_of (chart, ms), bottom, x_of (chart, ms), TOP - 8, label);
    }
}

static void
append_gap (Chart  *chart,
            gint64  from_ms,
            gint64  to_ms,
            int     y)
{
  if (to_ms - from_ms <= (gint64) chart->report->warn_seconds * 1000)
    return;
  g_string_append_printf (chart->svg, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#a51d2d\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\"/>",
                          x_of (chart, from_ms), y, x_of (chart, to_ms), y);
}

static void
append_candidate (Chart                  *chart,
                  const VigilCoverageRow *row,
                  guint                   index)
{
  int top = TOP + (int) index * ROW;
  gint64 seen_ms = chart->from_ms;

  g_string_append_printf (chart->svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#1a1d21\">", LEFT - 8, top + ROW - 4);
  append_text (chart->svg, row->name, MAX_NAME);
  g_string_append (chart->svg, "</text>");
  for (guint i = 0; i < row->n; i++)
    {
      int x = x_of (chart, row->intervals[2 * i]), end = x_of (chart, row->intervals[2 * i + 1]);

      append_gap (chart, seen_ms, row->intervals[2 * i], top + ROW / 2);
      seen_ms = row->intervals[2 * i + 1];
      g_string_append_printf (chart->svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#1c71d8\"/>", x, top + 2, MAX (end - x, 1), ROW - 4);
    }
  append_gap (chart, seen_ms, chart->report->made_ms, top + ROW / 2);
  g_string_append_printf (chart->svg, "<text x=\"%d\" y=\"%d\" fill=\"#4a5058\">%" G_GINT64_FORMAT "</text>\n", LEFT + PLOT + 10, top + ROW - 4,
                          row->sums.watched_ms / 1000);
}

/* How many of these candidates were seen in each slot. */
static void
count_slots (const Chart *chart,
             guint        first,
             guint        n,
             guint       *counts)
{
  memset (counts, 0, N_SLOTS * sizeof *counts);
  for (guint i = first; i < first + n; i++)
    {
      const VigilCoverageRow *row = g_ptr_array_index (chart->report->rows, i);
      int told = -1;

      for (guint k = 0; k < row->n; k++)
        {
          int from = (x_of (chart, row->intervals[2 * k]) - LEFT) * N_SLOTS / PLOT;
          int to = (x_of (chart, row->intervals[2 * k + 1]) - LEFT) * N_SLOTS / PLOT;

          for (int slot = MAX (from, told + 1); slot <= MIN (to, N_SLOTS - 1); slot++)
            counts[slot]++;
          told = MAX (told, MIN (to, N_SLOTS - 1));
        }
    }
}

/* Slots of one shade beside each other are one rectangle. */
static void
append_group (Chart *chart,
              guint  index)
{
  guint first = index * chart->per_row, n = MIN (chart->per_row, chart->report->rows->len - first);
  const VigilCoverageRow *head = g_ptr_array_index (chart->report->rows, first);
  int top = TOP + (int) index * ROW;
  guint counts[N_SLOTS];

  g_string_append_printf (chart->svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#1a1d21\">", LEFT - 8, top + ROW - 4);
  append_text (chart->svg, head->name, MAX_NAME - 8);
  g_string_append_printf (chart->svg, " (+%u)</text>", n - 1);
  count_slots (chart, first, n, counts);
  for (guint slot = 0, end; slot < N_SLOTS; slot = end)
    {
      guint shade = (counts[slot] * N_SHADES + n - 1) / n;

      for (end = slot + 1; end < N_SLOTS && (counts[end] * N_SHADES + n - 1) / n == shade; end++)
        ;
      if (shade > 0)
        g_string_append_printf (chart->svg, "<rect x=\"%u\" y=\"%d\" width=\"%u\" height=\"%d\" fill=\"#1c71d8\" fill-opacity=\"%u.%u\"/>",
                                LEFT + slot * PLOT / N_SLOTS, top + 1, (end - slot) * PLOT / N_SLOTS, ROW - 2,
                                shade / N_SHADES, shade * 10 / N_SHADES % 10);
    }
  g_string_append_c (chart->svg, '\n');
}

gboolean
vigil_coverage_chart_write (const VigilCoverageReport  *report,
                            VigilWriteFunc              write,
                            gpointer                    user_data,
                            GError                    **error)
{
  g_autoptr (GString) svg = g_string_new (NULL);
  Chart chart = {
    .report = report,
    .svg = svg,
    .from_ms = report->from_ms,
    .length_ms = MAX (report->made_ms - report->from_ms, 1000),
    .per_row = (MAX (report->rows->len, 1) + VIGIL_COVERAGE_CHART_ROWS - 1) / VIGIL_COVERAGE_CHART_ROWS,
  };

  chart.n_rows = (report->rows->len + chart.per_row - 1) / chart.per_row;
  append_head (&chart);
  append_legend (&chart);
  append_axis (&chart);
  for (guint i = 0; i < chart.n_rows; i++)
    {
      if (chart.per_row == 1)
        append_candidate (&chart, g_ptr_array_index (report->rows, i), i);
      else
        append_group (&chart, i);
      if (!write (svg->str, svg->len, user_data, error))
        return FALSE;
      g_string_truncate (svg, 0);
    }
  g_string_append (svg, "</svg>\n");
  return write (svg->str, svg->len, user_data, error);
}
