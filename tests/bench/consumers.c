/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many consumers there are while a fixed script scrolls through small and large walls. Prints a table; draws them
 * with --plot FILE.svg. */
#include <stdio.h>

#include "consumers-run.h"

#define WIDTH 1000
#define HEIGHT 360
#define LEFT 56
#define RIGHT 20
#define TOP 40
#define BOTTOM 40

static double seconds = 12;
static char *plot_file = NULL;

static const GOptionEntry entries[] = {
  { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Length of each part of the script (12)", "S" },
  { "plot", 0, 0, G_OPTION_ARG_FILENAME, &plot_file, "Draw the consumers over time", "FILE.svg" },
  { NULL }
};

static const guint sizes[] = { 200, 2000, 10000 };
static const char *const colours[] = { "#3584e4", "#e66100", "#813d9c" };

static double
find_length (ConsumersRun **runs)
{
  double length = 1;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (runs[i]->samples->len > 0)
      length = MAX (length, g_array_index (runs[i]->samples, ConsumersSample, runs[i]->samples->len - 1).at_s);
  return length;
}

static double
y_of (double n, guint ceiling)
{
  return TOP + (HEIGHT - TOP - BOTTOM) * (1 - n / (ceiling * 1.1));
}

static void
draw_run (GString *out, const ConsumersRun *run, guint i, double length)
{
  g_string_append_printf (out, "<text x=\"%u\" y=\"20\" fill=\"%s\">%u candidates: %u, at most %u, %u</text>\n",
                          LEFT + i * 310, colours[i], run->candidates, run->first, run->peak, run->last);
  g_string_append_printf (out, "<polyline fill=\"none\" stroke=\"%s\" points=\"", colours[i]);
  for (guint k = 0; k < run->samples->len; k++)
    {
      const ConsumersSample *sample = &g_array_index (run->samples, ConsumersSample, k);

      g_string_append_printf (out, "%.1f,%.1f ", LEFT + (WIDTH - LEFT - RIGHT) * sample->at_s / length, y_of (sample->consumers, run->ceiling));
    }
  g_string_append (out, "\"/>\n");
}

static char *
draw (ConsumersRun **runs)
{
  GString *out = g_string_new (NULL);
  double length = find_length (runs);
  guint ceiling = runs[0]->ceiling;

  g_string_append_printf (out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
                          "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n", WIDTH, HEIGHT);
  for (guint n = 0; n <= ceiling; n += 12)
    g_string_append_printf (out, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>\n<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%u</text>\n", LEFT,
                            y_of (n, ceiling), WIDTH - RIGHT, LEFT - 8, y_of (n, ceiling) + 4, n);
  g_string_append_printf (out, "<path d=\"M%d %.1fH%d\" stroke=\"#c01c28\" stroke-dasharray=\"6 4\"/>\n", LEFT, y_of (ceiling, ceiling), WIDTH - RIGHT);
  for (double s = 0; s <= length; s += 10)
    g_string_append_printf (out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f s</text>\n", LEFT + (WIDTH - LEFT - RIGHT) * s / length,
                            HEIGHT - 14, s);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    draw_run (out, runs[i], i, length);
  g_string_append (out, "</svg>\n");
  return g_string_free (out, FALSE);
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
