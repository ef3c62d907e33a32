/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hatched veil over anything that is not fresh. */
#include "vigil-hatch.h"

void
vigil_hatch_append (GtkSnapshot *snapshot, const graphene_rect_t *rect, const GdkRGBA *color, double step)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, rect);
  double x0 = rect->origin.x, y0 = rect->origin.y;
  double width = rect->size.width, height = rect->size.height;

  cairo_rectangle (cr, x0, y0, width, height);
  cairo_clip (cr);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, step * 0.2);
  for (double x = x0 - height; x < x0 + width; x += step)
    {
      cairo_move_to (cr, x, y0 + height);
      cairo_line_to (cr, x + height, y0);
    }
  cairo_stroke (cr);
  cairo_destroy (cr);
}
