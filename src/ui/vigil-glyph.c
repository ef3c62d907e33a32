/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small signs drawn as paths on a 16 × 16 grid. */
#include "vigil-glyph.h"

#include <math.h>

static void
draw_still (cairo_t *cr)
{
  cairo_rectangle (cr, 2, 3, 12, 10);
  cairo_stroke (cr);
  cairo_move_to (cr, 3, 12);
  cairo_line_to (cr, 6.5, 7.5);
  cairo_line_to (cr, 9, 10.5);
  cairo_line_to (cr, 10.5, 9);
  cairo_line_to (cr, 13, 12);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
draw_no_camera (cairo_t *cr)
{
  cairo_rectangle (cr, 2, 5, 8, 7);
  cairo_stroke (cr);
  cairo_move_to (cr, 10, 8.5);
  cairo_line_to (cr, 14, 5.5);
  cairo_line_to (cr, 14, 11.5);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_move_to (cr, 2, 14);
  cairo_line_to (cr, 13.5, 2.5);
  cairo_stroke (cr);
}

static void
draw_warning (cairo_t *cr)
{
  cairo_move_to (cr, 8, 1.5);
  cairo_line_to (cr, 15, 14);
  cairo_line_to (cr, 1, 14);
  cairo_close_path (cr);
  cairo_move_to (cr, 7.2, 6);
  cairo_line_to (cr, 7.2, 10.2);
  cairo_line_to (cr, 8.8, 10.2);
  cairo_line_to (cr, 8.8, 6);
  cairo_close_path (cr);
  cairo_rectangle (cr, 7.2, 11.2, 1.6, 1.6);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_fill (cr);
}

static void
draw_away (cairo_t *cr)
{
  cairo_move_to (cr, 9, 2.5);
  cairo_line_to (cr, 3, 2.5);
  cairo_line_to (cr, 3, 13.5);
  cairo_line_to (cr, 9, 13.5);
  cairo_move_to (cr, 6.5, 8);
  cairo_line_to (cr, 14, 8);
  cairo_move_to (cr, 11, 5);
  cairo_line_to (cr, 14, 8);
  cairo_line_to (cr, 11, 11);
  cairo_stroke (cr);
}

static void
draw_flag (cairo_t *cr)
{
  cairo_move_to (cr, 3.5, 15);
  cairo_line_to (cr, 3.5, 1.5);
  cairo_stroke (cr);
  cairo_move_to (cr, 3.5, 2);
  cairo_line_to (cr, 13.5, 2);
  cairo_line_to (cr, 11, 5.5);
  cairo_line_to (cr, 13.5, 9);
  cairo_line_to (cr, 3.5, 9);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
draw_hand (cairo_t *cr)
{
  static const double fingers[4][2] = { { 4.4, 4.2 }, { 6.8, 2.4 }, { 9.2, 2.8 }, { 11.4, 4.8 } };

  cairo_set_line_width (cr, 1.9);
  for (guint i = 0; i < 4; i++)
    {
      cairo_move_to (cr, fingers[i][0], fingers[i][1]);
      cairo_line_to (cr, fingers[i][0], 9);
    }
  cairo_move_to (cr, 13.6, 8);
  cairo_line_to (cr, 11.2, 11);
  cairo_stroke (cr);
  cairo_arc (cr, 7.9, 9.5, 4.4, 0, G_PI);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
draw_shield (cairo_t *cr)
{
  cairo_move_to (cr, 8, 1.5);
  cairo_line_to (cr, 13.5, 3.5);
  cairo_curve_to (cr, 13.5, 9.5, 12, 12.5, 8, 14.8);
  cairo_curve_to (cr, 4, 12.5, 2.5, 9.5, 2.5, 3.5);
  cairo_close_path (cr);
  cairo_stroke (cr);
  cairo_move_to (cr, 4.6, 11.6);
  cairo_line_to (cr, 11.8, 4.4);
  cairo_stroke (cr);
}

static void
draw_person (cairo_t *cr)
{
  cairo_arc (cr, 8, 5, 3, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_arc (cr, 8, 14, 5.5, G_PI, 2 * G_PI);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
draw_pin (cairo_t *cr)
{
  cairo_rectangle (cr, 5.4, 2, 5.2, 6);
  cairo_fill (cr);
  cairo_move_to (cr, 3.5, 9);
  cairo_line_to (cr, 12.5, 9);
  cairo_move_to (cr, 8, 9);
  cairo_line_to (cr, 8, 14.5);
  cairo_stroke (cr);
}

static void
draw_clock (cairo_t *cr)
{
  cairo_arc (cr, 8, 8, 6, 0, 2 * G_PI);
  cairo_stroke (cr);
  cairo_move_to (cr, 8, 4.5);
  cairo_line_to (cr, 8, 8);
  cairo_line_to (cr, 10.5, 9.5);
  cairo_stroke (cr);
}

static void
draw (cairo_t *cr, VigilSign sign, double turn)
{
  switch (sign)
    {
    case VIGIL_SIGN_DOT:
      cairo_arc (cr, 8, 8, 4, 0, 2 * G_PI);
      cairo_fill (cr);
      break;
    case VIGIL_SIGN_PAUSE:
      cairo_rectangle (cr, 4, 3, 3, 10);
      cairo_rectangle (cr, 9, 3, 3, 10);
      cairo_fill (cr);
      break;
    case VIGIL_SIGN_STILL:
      draw_still (cr);
      break;
    case VIGIL_SIGN_NO_CAMERA:
      draw_no_camera (cr);
      break;
    case VIGIL_SIGN_SPINNER:
      cairo_arc (cr, 8, 8, 5.5, turn * 2 * G_PI, turn * 2 * G_PI + 1.5 * G_PI);
      cairo_stroke (cr);
      break;
    case VIGIL_SIGN_WARNING:
      draw_warning (cr);
      break;
    case VIGIL_SIGN_AWAY:
      draw_away (cr);
      break;
    case VIGIL_SIGN_FLAG:
      draw_flag (cr);
      break;
    case VIGIL_SIGN_HAND:
      draw_hand (cr);
      break;
    case VIGIL_SIGN_SHIELD:
      draw_shield (cr);
      break;
    case VIGIL_SIGN_PERSON:
      draw_person (cr);
      break;
    case VIGIL_SIGN_PIN:
      draw_pin (cr);
      break;
    case VIGIL_SIGN_MORE:
      for (int i = 0; i < 3; i++)
        {
          cairo_arc (cr, 8, 3.5 + 4.5 * i, 1.5, 0, 2 * G_PI);
          cairo_fill (cr);
        }
      break;
    case VIGIL_SIGN_CLOCK:
      draw_clock (cr);
      break;
    default:
      break;
    }
}

void
vigil_glyph_append (GtkSnapshot *snapshot, VigilSign sign, float size, const GdkRGBA *color, double turn)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, size, size));

  cairo_scale (cr, size / 16, size / 16);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.6);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  draw (cr, sign, turn);
  cairo_destroy (cr);
}
