/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An hour of an exam whose connection breaks about every minute: is anything lost, stale or growing? The client is this
 * process, the hall another. Prints a table; exits 1 if something was lost, stale, unlike the hall, or grew. */
#include <json-glib/json-glib.h>
#include <stdio.h>

#include "bench-console.h"
#include "soak-plot.h"
#include "soak-run.h"

static double minutes = 60;
static int candidates = 10000;
static int rate = 5000;
static int publish = 12;
static int seed = 1;
static double drop_s = 60;
static double violations = 4000;
static double warm_min = 10;
static double max_slope = 6;
static double max_growth = 12;
static char *json_file = NULL;
static char *plot_file = NULL;

static const GOptionEntry entries[] = {
  { "minutes", 0, 0, G_OPTION_ARG_DOUBLE, &minutes, "How long (60)", "M" },
  { "candidates", 0, 0, G_OPTION_ARG_INT, &candidates, "Candidates (10000)", "N" },
  { "rate", 0, 0, G_OPTION_ARG_INT, &rate, "Scores a second (5000)", "R" },
  { "publish", 0, 0, G_OPTION_ARG_INT, &publish, "Candidates with a webcam (12)", "M" },
  { "drop", 0, 0, G_OPTION_ARG_DOUBLE, &drop_s, "Mean time between two breaks (60)", "S" },
  { "violations", 0, 0, G_OPTION_ARG_DOUBLE, &violations, "Violations an hour, about (4000)", "N" },
  { "warm", 0, 0, G_OPTION_ARG_DOUBLE, &warm_min, "Memory is judged after so long (10, at most a third of the whole)", "M" },
  { "max-slope", 0, 0, G_OPTION_ARG_DOUBLE, &max_slope, "Anonymous memory may grow so many MB an hour; not judged below half an hour (6)", "MB" },
  { "max-growth", 0, 0, G_OPTION_ARG_DOUBLE, &max_growth, "And so many MB in all (12)", "MB" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Of everything random (1)", "S" },
  { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_file, "Write the figures as one JSON object", "FILE" },
  { "plot", 0, 0, G_OPTION_ARG_FILENAME, &plot_file, "Draw the memory over time", "FILE.svg" },
  { NULL }
};

typedef struct { double p50, p95, max; } Spread;

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Of a float member of each element. */
static Spread
spread (GArray *array, gsize offset, gboolean (*wanted) (gconstpointer element))
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  guint size = g_array_get_element_size (array);

  for (guint i = 0; i < array->len; i++)
    {
      const char *element = array->data + (gsize) i * size;
      double value = *(const float *) (gconstpointer) (element + offset);

      if (wanted == NULL || wanted (element))
        g_array_append_val (values, value);
    }
  g_array_sort (values, compare_doubles);
  return (Spread) { bench_quantile (values, .5), bench_quantile (values, .95), bench_quantile (values, 1) };
}

static gboolean
is_calm (gconstpointer element)
{
  return !((const SoakSample *) element)->checking;
}

static gboolean
was_away (gconstpointer element)
{
  return ((const SoakBreak *) element)->kind != SOAK_FREEZE;
}

/* Threads and descriptors when memory begins to be judged, and at the end. */
static void
get_ends (const SoakResult *result, double warm_s, SoakSample *warm, SoakSample *last)
{
  guint n = result->samples->len;

  *warm = *last = (SoakSample) { 0 };
  for (guint i = 0; i < n && warm->at_s < warm_s; i++)
    *warm = g_array_index (result->samples, SoakSample, i);
  if (n > 0)
    *last = g_array_index (result->samples, SoakSample, n - 1);
}

static void
add_line (JsonObject *figures, const char *title, const char *key, double value, const char *unit)
{
  printf ("  %-44s %12.3f %s\n", title, value, unit);
  json_object_set_double_member (figures, key, value);
}

static void
add_spread (JsonObject *figures, const char *title, const char *key, Spread s, const char *unit)
{
  g_autofree char *p50 = g_strconcat (key, "_p50", NULL);
  g_autofree char *p95 = g_strconcat (key, "_p95", NULL);
  g_autofree char *max = g_strconcat (key, "_max", NULL);

  printf ("  %-44s %12.3f / %.3f / %.3f %s\n", title, s.p50, s.p95, s.max, unit);
  json_object_set_double_member (figures, p50, s.p50);
  json_object_set_double_member (figures, p95, s.p95);
  json_object_set_double_member (figures, max, s.max);
}

static void
print_figures (const SoakResult *r, const SoakOptions *options, JsonObject *figures)
{
  SoakSample warm, last;

  get_ends (r, options->warm_s, &warm, &last);
  printf ("%u candidates × %u scores/s, %.1f minutes\n", options->candidates, options->rate, options->seconds / 60);
  add_line (figures, "scores received", "scores", r->scores, "");
  add_line (figures, "violations the hall created", "violations", r->violations, "");
  add_line (figures, "violations the session told of", "told", r->told, "");
  add_line (figures, "  lost", "lost", r->lost, "");
  add_line (figures, "  told twice", "repeated", r->repeated, "");
  add_line (figures, "  unknown to the hall", "invented", r->invented, "");
  add_line (figures, "decided meanwhile", "decided", r->decided, "");
  add_line (figures, "  of those still open at the hall", "undone", r->undone, "");
  add_line (figures, "breaks of the connection", "breaks", r->breaks->len, "");
  add_line (figures, "  reconnects", "reconnects", r->reconnects, "");
  add_spread (figures, "  break → connected, roster read p50/p95/max", "away_s", spread (r->breaks, G_STRUCT_OFFSET (SoakBreak, away_s), was_away), "s");
  add_spread (figures, "  from then until nothing is stale p50/p95/max", "fresh_s", spread (r->breaks, G_STRUCT_OFFSET (SoakBreak, fresh_s), NULL), "s");
  add_line (figures, "  gaps in the events", "gaps", r->gaps, "");
  add_line (figures, "    healed", "gaps_healed", r->healed, "");
  add_line (figures, "    not", "gaps_lost", r->gaps_lost, "");
  add_line (figures, "  readings of the roster", "snapshots", r->snapshots, "");
  add_line (figures, "comparisons with the hall", "checks", r->checks, "");
  add_line (figures, "  candidates compared", "candidates_compared", r->candidates, "");
  add_line (figures, "  unlike the hall's", "unlike", r->unlike, "");
  add_line (figures, "  tiles on screen looked at", "tiles", r->tiles, "");
  add_line (figures, "  other scores looked at", "sampled", r->sampled, "");
  add_line (figures, "  stale", "stale", r->stale, "");
  add_spread (figures, "CPU, undisturbed seconds p50/p95/max", "cpu", spread (r->samples, G_STRUCT_OFFSET (SoakSample, cpu), is_calm), "core");
  add_spread (figures, "PSS p50/p95/max", "pss_mb", spread (r->samples, G_STRUCT_OFFSET (SoakSample, pss_mb), NULL), "MB");
  add_spread (figures, "RSS p50/p95/max", "rss_mb", spread (r->samples, G_STRUCT_OFFSET (SoakSample, rss_mb), NULL), "MB");
  add_spread (figures, "  of it anonymous p50/p95/max", "anon_mb", spread (r->samples, G_STRUCT_OFFSET (SoakSample, anon_mb), NULL), "MB");
  add_line (figures, "anonymous, slope after warming up", "slope_mb_h", r->slope_mb_h, "MB/h");
  add_spread (figures, "heap in use p50/p95/max", "heap_mb", spread (r->samples, G_STRUCT_OFFSET (SoakSample, heap_mb), NULL), "MB");
  add_line (figures, "heap in use, slope after warming up", "heap_slope_mb_h", r->heap_slope_mb_h, "MB/h");
  add_line (figures, "anonymous, last tenth against the first", "growth_mb", r->growth_mb, "MB");
  add_line (figures, "threads, warm", "threads_warm", warm.threads, "");
  add_line (figures, "threads, at the end", "threads_end", last.threads, "");
  add_line (figures, "descriptors, warm", "fds_warm", warm.fds, "");
  add_line (figures, "descriptors, at the end", "fds_end", last.fds, "");
  add_line (figures, "the hall's PSS at the end", "hall_pss_mb", last.hall_pss_mb, "MB");
}

static void
judge (SoakResult *r, const SoakOptions *options)
{
  SoakSample warm, last;

  get_ends (r, options->warm_s, &warm, &last);
  if (options->seconds >= 1800 && r->slope_mb_h > max_slope)
    g_ptr_array_add (r->failures, g_strdup_printf ("memory grows by %.1f MB an hour", r->slope_mb_h));
  if (r->growth_mb > max_growth)
    g_ptr_array_add (r->failures, g_strdup_printf ("memory grew by %.1f MB", r->growth_mb));
  if (last.threads > warm.threads + 3)
    g_ptr_array_add (r->failures, g_strdup_printf ("%u threads have become %u", warm.threads, last.threads));
  if (last.fds > warm.fds + 6)
    g_ptr_array_add (r->failures, g_strdup_printf ("%u descriptors have become %u", warm.fds, last.fds));
}

static JsonArray *
samples_array (const SoakResult *r)
{
  JsonArray *rows = json_array_new ();

  for (guint i = 0; i < r->samples->len; i++)
    {
      const SoakSample *s = &g_array_index (r->samples, SoakSample, i);
      JsonArray *row = json_array_new ();

      json_array_add_double_element (row, s->at_s);
      json_array_add_double_element (row, s->pss_mb);
      json_array_add_double_element (row, s->rss_mb);
      json_array_add_double_element (row, s->anon_mb);
      json_array_add_int_element (row, s->threads);
      json_array_add_int_element (row, s->fds);
      json_array_add_double_element (row, s->cpu);
      json_array_add_double_element (row, s->scores_s);
      json_array_add_boolean_element (row, s->checking);
      json_array_add_double_element (row, s->heap_mb);
      json_array_add_array_element (rows, row);
    }
  return rows;
}

static JsonArray *
breaks_array (const SoakResult *r)
{
  JsonArray *rows = json_array_new ();

  for (guint i = 0; i < r->breaks->len; i++)
    {
      const SoakBreak *b = &g_array_index (r->breaks, SoakBreak, i);
      JsonArray *row = json_array_new ();

      json_array_add_double_element (row, b->at_s);
      json_array_add_string_element (row, soak_kind_to_nick (b->kind));
      json_array_add_double_element (row, b->away_s);
      json_array_add_double_element (row, b->fresh_s);
      json_array_add_array_element (rows, row);
    }
  return rows;
}

static void
write_file (const char *file, const char *text)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (file, text, -1, &error))
    g_printerr ("%s\n", error->message);
}

static void
write_json (const SoakResult *r, JsonObject *figures)
{
  g_autoptr (JsonNode) root = json_node_alloc ();
  g_autofree char *text = NULL;

  json_object_set_array_member (figures, "samples", samples_array (r));
  json_object_set_array_member (figures, "disturbances", breaks_array (r));
  json_node_init_object (root, figures);
  text = json_to_string (root, FALSE);
  write_file (json_file, text);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- an hour with a connection that breaks");
  g_autoptr (JsonObject) figures = json_object_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SoakResult) result = NULL;
  g_autofree char *plot = NULL;
  SoakOptions options;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  options = (SoakOptions) { (guint) candidates, (guint) rate, (guint) publish, minutes * 60, drop_s, violations,
                            MIN (warm_min * 60, minutes * 20), 500, (guint) seed, TRUE };
  result = soak_run (&options);
  print_figures (result, &options, figures);
  judge (result, &options);
  for (guint i = 0; i < result->failures->len; i++)
    printf ("FAILED: %s\n", (char *) g_ptr_array_index (result->failures, i));
  if (json_file != NULL)
    write_json (result, figures);
  plot = soak_plot (result, &options);
  if (plot_file != NULL)
    write_file (plot_file, plot);
  return result->failures->len > 0 ? 1 : 0;
}
