/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A soak's memory over time as a picture. */
#include "soak-plot.h"

#include "bench-plot.h"

static void
add_line (BenchPlot *plot, const SoakResult *result, gsize member, const char *colour, const char *name)
{
  bench_plot_begin (plot, colour, name);
  for (guint i = 0; i < result->samples->len; i++)
    {
      const SoakSample *sample = &g_array_index (result->samples, SoakSample, i);

      bench_plot_add (plot, sample->at_s, G_STRUCT_MEMBER (float, sample, member));
    }
}

char *
soak_plot (const SoakResult *result, const SoakOptions *options)
{
  static const char *const colours[SOAK_N_KINDS] = { "#c64600", "#a51d2d", "#613583", "#1c71d8" };
  g_autofree char *title = g_strdup_printf ("%u candidates × %u scores/s, %u breaks: memory of the client, MB", options->candidates,
                                            options->rate, result->breaks->len);
  g_autofree char *slope = g_strdup_printf ("%+.2f MB an hour after %.0f min (anonymous)", result->slope_mb_h, options->warm_s / 60);
  g_autoptr (BenchPlot) plot = bench_plot_new (title, 20);

  bench_plot_set_note (plot, slope);
  bench_plot_set_legend (plot, "below: connection closed (orange), reset (red), silenced and reset (violet), frozen (blue)");
  for (guint i = 0; i < result->breaks->len; i++)
    {
      const SoakBreak *broken = &g_array_index (result->breaks, SoakBreak, i);

      bench_plot_mark (plot, broken->at_s, colours[broken->kind]);
    }
  add_line (plot, result, G_STRUCT_OFFSET (SoakSample, rss_mb), "#99c1f1", "RSS");
  add_line (plot, result, G_STRUCT_OFFSET (SoakSample, pss_mb), "#3584e4", "PSS");
  add_line (plot, result, G_STRUCT_OFFSET (SoakSample, anon_mb), "#1a3f6f", "anonymous");
  return bench_plot_render (plot);
}
