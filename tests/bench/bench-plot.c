/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-plot.h"

#include <math.h>

#define WIDTH 1000
#define HEIGHT 420
#define LEFT 64
#define RIGHT 20
#define TOP 64
#define BOTTOM 56

typedef struct
{
  double      at_s;
  double      value;
  const char *colour; /* of a mark */
} Point;

typedef struct
{
  const char *colour;
  char       *name;   /* nullable */
  GArray     *points;
} Line;

struct _BenchPlot
{
  char      *title;
  char      *note;    /* nullable */
  char      *legend;  /* nullable */
  double     step;
  GPtrArray *lines;
  GArray    *marks;
  double     limit;   /* NAN: none */
  double     seconds, low, high;
};

static void
line_free (Line *line)
{
  g_free (line->name);
  g_array_unref (line->points);
  g_free (line);
}

BenchPlot *
bench_plot_new (const char *title, double step)
{
  BenchPlot *self = g_new0 (BenchPlot, 1);

  self->title = g_strdup (title);
  self->step = step;
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
  self->marks = g_array_new (FALSE, FALSE, sizeof (Point));
  self->limit = NAN;
  self->seconds = 1;
  self->low = G_MAXDOUBLE;
  self->high = -G_MAXDOUBLE;
  return self;
}

void
bench_plot_free (BenchPlot *self)
{
  g_free (self->title);
  g_free (self->note);
  g_free (self->legend);
  g_ptr_array_unref (self->lines);
  g_array_unref (self->marks);
  g_free (self);
}

void
bench_plot_set_note (BenchPlot *self, const char *note)
{
  g_free (self->note);
  self->note = g_strdup (note);
}

void
bench_plot_set_legend (BenchPlot *self, const char *legend)
{
  g_free (self->legend);
  self->legend = g_strdup (legend);
}

void
bench_plot_begin (BenchPlot *self, const char *colour, const char *name)
{
  Line *line = g_new0 (Line, 1);

  line->colour = colour;
  line->name = g_strdup (name);
  line->points = g_array_new (FALSE, FALSE, sizeof (Point));
  g_ptr_array_add (self->lines, line);
}

static void
take_in (BenchPlot *self, double at_s, double value)
{
  self->seconds = MAX (self->seconds, at_s);
  self->low = MIN (self->low, value);
  self->high = MAX (self->high, value);
}

void
bench_plot_add (BenchPlot *self, double at_s, double value)
{
  Line *line = self->lines->pdata[self->lines->len - 1];
  Point point = { at_s, value, NULL };

  g_array_append_val (line->points, point);
  take_in (self, at_s, value);
}

void
bench_plot_mark (BenchPlot *self, double at_s, const char *colour)
{
  Point point = { at_s, 0, colour };

  g_array_append_val (self->marks, point);
}

void
bench_plot_limit (BenchPlot *self, double value)
{
  self->limit = value;
  take_in (self, 0, value);
}

static double
x_of (BenchPlot *self, double at_s)
{
  return LEFT + (WIDTH - LEFT - RIGHT) * at_s / self->seconds;
}

static double
y_of (BenchPlot *self, double value)
{
  return TOP + (HEIGHT - TOP - BOTTOM) * (self->high - value) / (self->high - self->low);
}

static void
draw_text (GString *out, double x, double y, const char *anchor, const char *colour, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append_printf (out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n", x, y, anchor, colour, escaped);
}

static void
draw_grid (BenchPlot *self, GString *out)
{
  double step_s = self->seconds > 1200 ? 600 : self->seconds > 240 ? 60 : 10;

  for (double value = self->low; value <= self->high; value += self->step)
    {
      g_autofree char *text = g_strdup_printf ("%.0f", value);

      g_string_append_printf (out, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>\n", LEFT, y_of (self, value), WIDTH - RIGHT);
      draw_text (out, LEFT - 8, y_of (self, value) + 4, "end", "black", text);
    }
  for (double s = 0; s <= self->seconds; s += step_s)
    {
      g_autofree char *text = step_s >= 60 ? g_strdup_printf ("%.0f min", s / 60) : g_strdup_printf ("%.0f s", s);

      draw_text (out, x_of (self, s), HEIGHT - BOTTOM + 34, "middle", "black", text);
    }
}

static void
draw_lines (BenchPlot *self, GString *out)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = self->lines->pdata[i];

      g_string_append_printf (out, "<polyline fill=\"none\" stroke=\"%s\" points=\"", line->colour);
      for (guint k = 0; k < line->points->len; k++)
        {
          const Point *point = &g_array_index (line->points, Point, k);

          g_string_append_printf (out, "%.1f,%.1f ", x_of (self, point->at_s), y_of (self, point->value));
        }
      g_string_append (out, "\"/>\n");
      if (line->name != NULL)
        draw_text (out, LEFT + i * (WIDTH - LEFT - RIGHT) / (double) self->lines->len, 52, "start", line->colour, line->name);
    }
}

static void
draw_marks (BenchPlot *self, GString *out)
{
  for (guint i = 0; i < self->marks->len; i++)
    {
      const Point *mark = &g_array_index (self->marks, Point, i);

      g_string_append_printf (out, "<path d=\"M%.1f %dv-10\" stroke=\"%s\" stroke-width=\"2\"/>\n", x_of (self, mark->at_s),
                              HEIGHT - BOTTOM + 14, mark->colour);
    }
  if (!isnan (self->limit))
    g_string_append_printf (out, "<path d=\"M%d %.1fH%d\" stroke=\"#c01c28\" stroke-dasharray=\"6 4\"/>\n", LEFT, y_of (self, self->limit),
                            WIDTH - RIGHT);
}

char *
bench_plot_render (BenchPlot *self)
{
  GString *out = g_string_new (NULL);

  self->low = MAX (floor (self->low / self->step) - 1, 0) * self->step;
  self->high = (ceil (self->high / self->step) + 1) * self->step;
  g_string_append_printf (out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
                          "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n", WIDTH, HEIGHT);
  draw_grid (self, out);
  draw_marks (self, out);
  draw_lines (self, out);
  draw_text (out, LEFT, 18, "start", "black", self->title);
  if (self->note != NULL)
    draw_text (out, LEFT, 34, "start", "black", self->note);
  if (self->legend != NULL)
    draw_text (out, WIDTH - RIGHT, HEIGHT - 4, "end", "black", self->legend);
  g_string_append (out, "</svg>\n");
  return g_string_free (out, FALSE);
}
