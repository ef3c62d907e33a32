/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-figures.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

#include "vigil-metrics.h"

static JsonObject *
get_figures (void)
{
  static JsonObject *figures;

  if (figures == NULL)
    figures = json_object_new ();
  return figures;
}

static void
note_key (const char *key, double value, const char *unit)
{
  printf ("  %-44s %10.3f %s\n", key, value, unit);
  fflush (stdout);
  json_object_set_double_member (get_figures (), key, value);
}

void
bench_note (const char *part, const char *what, double value, const char *unit)
{
  g_autofree char *key = part != NULL ? g_strconcat (part, "_", what, NULL) : g_strdup (what);

  note_key (key, value, unit);
}

void
bench_note_process (const char *part, const BenchProcess *now)
{
  bench_note (part, "pss", now->pss_mb, "MB");
  bench_note (part, "rss", now->rss_mb, "MB");
  bench_note (part, "threads", now->threads, "");
  bench_note (part, "fds", now->fds, "");
}

void
bench_note_quantiles (const char *part, const char *what, const char *metric)
{
  VigilHistogram *histogram = vigil_metrics_histogram (metric, "ms", "");
  g_autofree char *p50 = g_strconcat (what, "_p50", NULL), *p95 = g_strconcat (what, "_p95", NULL);

  bench_note (part, p50, vigil_histogram_quantile (histogram, 0.50), "ms");
  bench_note (part, p95, vigil_histogram_quantile (histogram, 0.95), "ms");
}

static void
copy_figure (JsonObject *object, const char *name, JsonNode *value, gpointer user_data)
{
  g_autofree char *key = g_strconcat (user_data, name, NULL);

  json_object_set_member (get_figures (), key, json_node_copy (value));
}

gboolean
bench_figures_load (const char *file, const char *prefix)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (!json_parser_load_from_file (parser, file, NULL))
    return FALSE;
  json_object_foreach_member (json_node_get_object (json_parser_get_root (parser)), copy_figure, (gpointer) prefix);
  return TRUE;
}

void
bench_figures_save (const char *file)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (root, get_figures ());
  text = json_to_string (root, TRUE);
  g_file_set_contents (file, text, -1, NULL);
}

void
bench_measure (BenchConsole *console, const char *part, int seconds)
{
  BenchProcess from, to;

  bench_process_read (&from, 0);
  bench_console_run (console, seconds);
  bench_process_read (&to, 0);
  bench_note (part, "cpu", bench_process_cores (&from, &to), "core");
  bench_note_process (part, &to);
}

void
bench_measure_scroll (BenchConsole *console, const char *part, int seconds, double px_per_s)
{
  g_autoptr (GArray) intervals = NULL;
  BenchProcess from, to;

  bench_console_scroll (console, px_per_s);
  bench_console_run (console, 1);
  g_array_unref (bench_console_take_intervals (console));
  vigil_histogram_reset (vigil_metrics_histogram ("vigil_frame_late", "ms", ""));
  bench_process_read (&from, 0);
  bench_console_run (console, seconds);
  bench_process_read (&to, 0);
  intervals = bench_console_take_intervals (console);
  bench_console_scroll (console, 0);

  bench_note (part, "cpu", bench_process_cores (&from, &to), "core");
  bench_note (part, "frames_per_second", intervals->len / (to.at_s - from.at_s), "1/s");
  bench_note (part, "interval_p50", bench_quantile (intervals, 0.50), "ms");
  bench_note (part, "interval_p95", bench_quantile (intervals, 0.95), "ms");
  bench_note (part, "interval_p99", bench_quantile (intervals, 0.99), "ms");
  bench_note_quantiles (part, "frame_late", "vigil_frame_late");
  bench_note (part, "pss", to.pss_mb, "MB");
}
