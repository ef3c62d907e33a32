/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many consumers there are while a fixed script scrolls through small and large walls. Prints a table; draws them
 * with --plot FILE.svg. */
#include <stdio.h>

#include "bench-plot.h"
#include "consumers-run.h"

static double seconds = 12;
static char *plot_file = NULL;

static const GOptionEntry entries[] = {
  { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Length of each part of the script (12)", "S" },
  { "plot", 0, 0, G_OPTION_ARG_FILENAME, &plot_file, "Draw the consumers over time", "FILE.svg" },
  { NULL }
};

static const guint sizes[] = { 200, 2000, 10000 };
static const char *const colours[] = { "#3584e4", "#e66100", "#813d9c" };

static char *
draw (ConsumersRun **runs)
{
  g_autoptr (BenchPlot) plot = bench_plot_new ("Consumers while a fixed script scrolls; dashed: as many as the settings allow", 12);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const ConsumersRun *run = runs[i];
      g_autofree char *name = g_strdup_printf ("%u candidates: %u, at most %u, %u", run->candidates, run->first, run->peak, run->last);

      bench_plot_begin (plot, colours[i], name);
      for (guint k = 0; k < run->samples->len; k++)
        {
          const ConsumersSample *sample = &g_array_index (run->samples, ConsumersSample, k);

          bench_plot_add (plot, sample->at_s, sample->consumers);
        }
    }
  bench_plot_limit (plot, runs[0]->ceiling);
  return bench_plot_render (plot);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- consumers while a wall is scrolled");
  g_autoptr (GError) error = NULL;
  ConsumersRun *runs[G_N_ELEMENTS (sizes)];

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  printf ("%10s %8s %8s %8s %8s %10s %10s %8s\n", "candidates", "before", "peak", "ceiling", "after", "hall says", "asked for", "put off");
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      runs[i] = consumers_run (sizes[i], seconds, 200);
      printf ("%10u %8u %8u %8u %8u %10u %10" G_GUINT64_FORMAT " %8" G_GINT64_FORMAT "\n", runs[i]->candidates, runs[i]->first, runs[i]->peak, runs[i]->ceiling,
              runs[i]->last, runs[i]->hall_last, runs[i]->consumes, runs[i]->put_off);
      fflush (stdout);
    }
  if (plot_file != NULL)
    {
      g_autofree char *svg = draw (runs);

      if (!g_file_set_contents (plot_file, svg, -1, &error))
        g_error ("%s", error->message);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    consumers_run_free (runs[i]);
  return 0;
}
