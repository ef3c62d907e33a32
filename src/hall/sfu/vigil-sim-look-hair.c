/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hair: what falls behind the head, and what frames the face.
 *
 * Origin: the middle of the head, 56 units wide and 76 high to each side. */

#include <math.h>

#include "vigil-sim-look-private.h"

static const VigilSimRgb white = { 1, 1, 1 };

static void
set_hair_source (const VigilSimTraits *traits,
                 cairo_t              *cr,
                 double                lightness)
{
  VigilSimRgb base = vigil_sim_rgb_scale (traits->hair_colour, lightness);
  VigilSimRgb lit = vigil_sim_rgb_mix (base, white, 0.16);
  VigilSimRgb shade = vigil_sim_rgb_scale (base, 0.7);
  double side = traits->light_side;
  cairo_pattern_t *gradient = cairo_pattern_create_linear (70 * side, -60, -70 * side, 40);

  cairo_pattern_add_color_stop_rgb (gradient, 0, lit.r, lit.g, lit.b);
  cairo_pattern_add_color_stop_rgb (gradient, 0.5, base.r, base.g, base.b);
  cairo_pattern_add_color_stop_rgb (gradient, 1, shade.r, shade.g, shade.b);
  cairo_set_source (cr, gradient);
  cairo_pattern_destroy (gradient);
}

static void
set_scarf_source (const VigilSimTraits *traits,
                  cairo_t              *cr,
                  double                lightness)
{
  VigilSimTraits copy = *traits;

  copy.hair_colour = vigil_sim_rgb_mix (traits->accent, white, 0.15);
  set_hair_source (&copy, cr, lightness);
}

static void
draw_curtain (cairo_t *cr,
              double   width,
              double   length,
              double   wave)
{
  cairo_move_to (cr, 0, -88);
  cairo_curve_to (cr, width * 0.8, -90, width, -50, width, 0);
  cairo_curve_to (cr, width + wave, length * 0.4, width - wave, length * 0.7, width + 4, length);
  cairo_curve_to (cr, width * 0.4, length + 14, -width * 0.4, length + 14, -width - 4, length);
  cairo_curve_to (cr, -width + wave, length * 0.7, -width - wave, length * 0.4, -width, 0);
  cairo_curve_to (cr, -width, -50, -width * 0.8, -90, 0, -88);
  cairo_close_path (cr);
  cairo_fill (cr);
}

/* What hangs behind the head; drawn before the neck and the head. */
void
vigil_sim_hair_draw_back (const VigilSimTraits *traits,
                          const VigilSimPose   *pose,
                          cairo_t              *cr)
{
  double swing = -pose->yaw * 8;

  cairo_save (cr);
  cairo_translate (cr, swing, 0);
  set_hair_source (traits, cr, 0.72);

  switch (traits->hair)
    {
    case HAIR_LONG:
      draw_curtain (cr, 68, 128, 3);
      break;
    case HAIR_WAVY:
      draw_curtain (cr, 73, 118, 13);
      break;
    case HAIR_BOB:
      draw_curtain (cr, 67, 66, 2);
      break;
    case HAIR_PONYTAIL:
      cairo_move_to (cr, 30, -70);
      cairo_curve_to (cr, 96, -70, 92, 20, 74, 92);
      cairo_curve_to (cr, 62, 60, 70, 0, 34, -30);
      cairo_close_path (cr);
      cairo_fill (cr);
      break;
    case HAIR_BUN:
      cairo_arc (cr, 0, -94, 27, 0, 2 * G_PI);
      set_hair_source (traits, cr, 0.9);
      cairo_fill (cr);
      break;
    case HAIR_CURLY:
      for (int i = 0; i < 15; i++)
        {
          double angle = G_PI * (0.86 + 1.28 * i / 14.0);

          cairo_arc (cr, cos (angle) * 58, -16 + sin (angle) * 62, 25, 0, 2 * G_PI);
          cairo_fill (cr);
        }
      break;
    case HAIR_SCARF:
      set_scarf_source (traits, cr, 0.8);
      draw_curtain (cr, 72, 96, 4);
      break;
    case HAIR_SHORT:
    case HAIR_SIDE_PART:
    case HAIR_BUZZ:
    case HAIR_LAST:
      break;
    }

  cairo_restore (cr);
}

/* From temple to temple over the top; @line is the height of the hairline. */
static void
cap_path (cairo_t *cr,
          double   temple,
          double   line,
          double   volume,
          double   part)
{
  cairo_move_to (cr, -59, temple);
  cairo_curve_to (cr, -66 - volume * 0.3, -44, -52, -82 - volume, 0, -84 - volume);
  cairo_curve_to (cr, 52, -82 - volume, 66 + volume * 0.3, -44, 59, temple);
  cairo_curve_to (cr, 56, temple - 14, 53, line + 16, 44, line + 4);
  cairo_curve_to (cr, 26, line - 8 + part * 10, 12, line - 6, part * 24, line - 8);
  cairo_curve_to (cr, -14, line - 4, -30, line - 4 - part * 6, -44, line + 4);
  cairo_curve_to (cr, -53, line + 16, -56, temple - 14, -59, temple);
  cairo_close_path (cr);
}

static void
draw_fringe (cairo_t *cr,
             double   side)
{
  cairo_move_to (cr, side * 34, -72);
  cairo_curve_to (cr, side * 10, -44, -side * 28, -36, -side * 57, -14);
  cairo_curve_to (cr, -side * 66, -50, -side * 40, -88, side * 6, -88);
  cairo_curve_to (cr, side * 26, -88, side * 34, -80, side * 34, -72);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
draw_side_locks (cairo_t *cr,
                 double   length,
                 double   wave)
{
  for (int side = -1; side <= 1; side += 2)
    {
      cairo_move_to (cr, side * 4, -84);
      cairo_curve_to (cr, side * 46, -84, side * 66, -40, side * 64, 4);
      cairo_curve_to (cr, side * (66 + wave), length * 0.5, side * (60 - wave), length * 0.8, side * 62, length);
      cairo_curve_to (cr, side * 50, length - 6, side * (48 + wave), length * 0.5, side * 53, 0);
      cairo_curve_to (cr, side * 54, -28, side * 36, -52, side * 2, -58);
      cairo_close_path (cr);
      cairo_fill (cr);
    }
}

static void
draw_scarf_front (const VigilSimTraits *traits,
                  cairo_t              *cr)
{
  set_scarf_source (traits, cr, 1.0);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_move_to (cr, 0, -92);
  cairo_curve_to (cr, 50, -92, 74, -54, 70, 0);
  cairo_curve_to (cr, 68, 52, 48, 92, 0, 104);
  cairo_curve_to (cr, -48, 92, -68, 52, -70, 0);
  cairo_curve_to (cr, -74, -54, -50, -92, 0, -92);
  cairo_close_path (cr);
  cairo_new_sub_path (cr);
  cairo_move_to (cr, 0, -60);
  cairo_curve_to (cr, 34, -60, 51, -34, 51, 0);
  cairo_curve_to (cr, 50, 36, 30, 74, 0, 78);
  cairo_curve_to (cr, -30, 74, -50, 36, -51, 0);
  cairo_curve_to (cr, -51, -34, -34, -60, 0, -60);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_WINDING);

  cairo_set_source_rgba (cr, 0, 0, 0, 0.12);
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, -50, 70);
  cairo_curve_to (cr, -20, 98, 26, 100, 58, 60);
  cairo_stroke (cr);
}

static void
draw_shine (const VigilSimTraits *traits,
            cairo_t              *cr)
{
  double side = traits->light_side;

  /* Three faint strands that grow narrower: a highlight without an edge. */
  cairo_set_source_rgba (cr, 1, 1, 1, 0.035);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  for (int strand = 0; strand < 3; strand++)
    {
      cairo_set_line_width (cr, 14 - strand * 4.5);
      cairo_move_to (cr, side * 46, -46);
      cairo_curve_to (cr, side * 38, -64, side * 22, -71, side * 4, -72);
      cairo_stroke (cr);
    }
}

/* Strands that break the edge between the hair and the forehead. */
static void
draw_strands (const VigilSimTraits *traits,
              cairo_t              *cr,
              double                line)
{
  set_hair_source (traits, cr, 0.94);
  for (int i = 0; i < 7; i++)
    {
      double x = -39 + i * 13;
      double length = 1 + (i * 5) % 7;

      cairo_move_to (cr, x - 11, line - 16);
      cairo_line_to (cr, x + 11, line - 16);
      cairo_curve_to (cr, x + 11, line - 2, x + 6 * traits->light_side, line + length - 2,
                      x + 5 * traits->light_side, line + length);
      cairo_curve_to (cr, x, line, x - 10, line - 4, x - 11, line - 16);
      cairo_close_path (cr);
    }
  cairo_fill (cr);
}

/* What lies over the forehead and the temples; drawn after the face. */
void
vigil_sim_hair_draw_front (const VigilSimTraits *traits,
                           const VigilSimPose   *pose,
                           cairo_t              *cr)
{
  double shift = pose->yaw * 3.5;
  double side = traits->light_side;

  cairo_save (cr);
  cairo_translate (cr, shift, pose->pitch * 5);
  set_hair_source (traits, cr, 1.0);

  switch (traits->hair)
    {
    case HAIR_SHORT:
      cap_path (cr, -8, -46, 5, 0);
      cairo_fill (cr);
      draw_strands (traits, cr, -47);
      break;
    case HAIR_SIDE_PART:
      cap_path (cr, -6, -48, 7, 0);
      cairo_fill (cr);
      draw_fringe (cr, side);
      break;
    case HAIR_BUZZ:
      cap_path (cr, -14, -50, -4, 0);
      vigil_sim_rgb_set (cr, traits->hair_colour, 0.72);
      cairo_fill (cr);
      break;
    case HAIR_LONG:
      draw_side_locks (cr, 112, 0);
      break;
    case HAIR_WAVY:
      draw_side_locks (cr, 100, 9);
      break;
    case HAIR_BOB:
      cap_path (cr, 14, -42, 3, 0);
      cairo_fill (cr);
      draw_fringe (cr, -side);
      draw_side_locks (cr, 58, 0);
      break;
    case HAIR_PONYTAIL:
    case HAIR_BUN:
      cap_path (cr, -4, -50, 0, 0.2);
      cairo_fill (cr);
      break;
    case HAIR_CURLY:
      for (int i = 0; i < 12; i++)
        {
          double angle = G_PI * (1.04 + 0.92 * i / 11.0);

          cairo_arc (cr, cos (angle) * 52, -10 + sin (angle) * 58, 16 + (i * 7) % 5, 0, 2 * G_PI);
          cairo_fill (cr);
        }
      break;
    case HAIR_SCARF:
      draw_scarf_front (traits, cr);
      break;
    case HAIR_LAST:
      break;
    }

  if (traits->hair != HAIR_SCARF && traits->hair != HAIR_CURLY)
    draw_shine (traits, cr);

  cairo_restore (cr);
}
