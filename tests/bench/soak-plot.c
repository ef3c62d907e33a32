/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A soak's memory over time as a picture. */
#include "soak-plot.h"

#include <math.h>

#define WIDTH 1000
#define HEIGHT 420
#define LEFT 64
#define RIGHT 20
#define TOP 48
#define BOTTOM 56

typedef struct
{
  GString *out;
  double   seconds;
  double   low, high;   /* MB */
} Plot;

static double
x_of (const Plot *plot, double at_s)
{
  return LEFT + (WIDTH - LEFT - RIGHT) * at_s / plot->seconds;
}

static double
y_of (const Plot *plot, double mb)
{
  return TOP + (HEIGHT - TOP - BOTTOM) * (plot->high - mb) / (plot->high - plot->low);
}

static void
find_range (Plot *plot, const SoakResult *result)
{
  plot->low = G_MAXDOUBLE;
  plot->high = 0;
  plot->seconds = 1;
  for (guint i = 0; i < result->samples->len; i++)
    {
      const SoakSample *sample = &g_array_index (result->samples, SoakSample, i);

      plot->low = MIN (plot->low, sample->anon_mb);
      plot->high = MAX (plot->high, sample->rss_mb);
      plot->seconds = MAX (plot->seconds, sample->at_s);
    }
  plot->low = MAX (floor (plot->low / 20) * 20 - 20, 0);
  plot->high = ceil (plot->high / 20) * 20 + 20;
}

static void
draw_text (Plot *plot, double x, double y, const char *anchor, const char *text)
{
  g_string_append_printf (plot->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, text);
}

static void
draw_grid (Plot *plot)
{
  double step_s = plot->seconds > 1200 ? 600 : plot->seconds > 240 ? 60 : 10;

  for (double mb = plot->low; mb <= plot->high; mb += 20)
    {
      g_autofree char *text = g_strdup_printf ("%.0f", mb);

      g_string_append_printf (plot->out, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>\n", LEFT, y_of (plot, mb), WIDTH - RIGHT);
      draw_text (plot, LEFT - 8, y_of (plot, mb) + 4, "end", text);
    }
  for (double s = 0; s <= plot->seconds; s += step_s)
    {
      g_autofree char *text = step_s >= 60 ? g_strdup_printf ("%.0f min", s / 60) : g_strdup_printf ("%.0f s", s);

      draw_text (plot, x_of (plot, s), HEIGHT - BOTTOM + 34, "middle", text);
    }
}

static void
draw_breaks (Plot *plot, const SoakResult *result)
{
  static const char *const colours[SOAK_N_KINDS] = { "#c64600", "#a51d2d", "#613583", "#1c71d8" };

  for (guint i = 0; i < result->breaks->len; i++)
    {
      const SoakBreak *broken = &g_array_index (result->breaks, SoakBreak, i);

      g_string_append_printf (plot->out, "<path d=\"M%.1f %dv-10\" stroke=\"%s\" stroke-width=\"2\"/>\n", x_of (plot, broken->at_s),
                              HEIGHT - BOTTOM + 14, colours[broken->kind]);
    }
}

static void
draw_line (Plot *plot, const SoakResult *result, gsize member, const char *colour)
{
  g_string_append_printf (plot->out, "<polyline fill=\"none\" stroke=\"%s\" points=\"", colour);
  for (guint i = 0; i < result->samples->len; i++)
    {
      const SoakSample *sample = &g_array_index (result->samples, SoakSample, i);

      g_string_append_printf (plot->out, "%.1f,%.1f ", x_of (plot, sample->at_s), y_of (plot, G_STRUCT_MEMBER (float, sample, member)));
    }
  g_string_append (plot->out, "\"/>\n");
}

char *
soak_plot (const SoakResult *result, const SoakOptions *options)
{
  Plot plot = { .out = g_string_new (NULL) };
  g_autofree char *title = g_strdup_printf ("%u candidates × %u scores/s, %u breaks: memory of the client, MB", options->candidates,
                                            options->rate, result->breaks->len);
  g_autofree char *slope = g_strdup_printf ("RSS (light), PSS, anonymous (dark): %+.2f MB an hour after %.0f min", result->slope_mb_h,
                                            options->warm_s / 60);

  find_range (&plot, result);
  g_string_append_printf (plot.out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" "
                          "font-size=\"12\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n", WIDTH, HEIGHT);
  draw_grid (&plot);
  draw_breaks (&plot, result);
  draw_line (&plot, result, G_STRUCT_OFFSET (SoakSample, rss_mb), "#99c1f1");
  draw_line (&plot, result, G_STRUCT_OFFSET (SoakSample, pss_mb), "#3584e4");
  draw_line (&plot, result, G_STRUCT_OFFSET (SoakSample, anon_mb), "#1a3f6f");
  draw_text (&plot, LEFT, 20, "start", title);
  draw_text (&plot, LEFT, 36, "start", slope);
  draw_text (&plot, WIDTH - RIGHT, HEIGHT - 4, "end", "below: connection closed (orange), reset (red), silenced and reset (violet), frozen (blue)");
  g_string_append (plot.out, "</svg>\n");
  return g_string_free (plot.out, FALSE);
}
