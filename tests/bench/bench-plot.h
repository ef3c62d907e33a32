/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures over time as a picture. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BenchPlot BenchPlot;

/** @step: between two lines of the grid; the picture's upper and lower end are multiples of it. */
BenchPlot *bench_plot_new  (const char *title, double step);
void       bench_plot_free (BenchPlot *self);

/** A second line under the title. */
void  bench_plot_set_note (BenchPlot *self, const char *note);
/** A line that the points after it belong to. @name: (nullable): stands in its colour at the head. */
void  bench_plot_begin    (BenchPlot *self, const char *colour, const char *name);
void  bench_plot_add      (BenchPlot *self, double at_s, double value);
/** Something happened: a stroke below. */
void  bench_plot_mark     (BenchPlot *self, double at_s, const char *colour);
/** A dashed line at a height. */
void  bench_plot_limit    (BenchPlot *self, double value);
/** What the strokes mean. */
void  bench_plot_set_legend (BenchPlot *self, const char *legend);

/** Returns: (transfer full): an SVG document. */
char *bench_plot_render (BenchPlot *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchPlot, bench_plot_free)

G_END_DECLS
