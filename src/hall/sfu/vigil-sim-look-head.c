/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A face: head, ears, eyes, brows, nose, mouth, beard, glasses.
 *
 * Origin: the middle of the head, 56 units wide and 76 high to each side. The
 * head turns by moving its features across it: enough for a webcam's worth. */

#include <math.h>

#include "vigil-sim-look-private.h"

static const VigilSimRgb white = { 1, 1, 1 };
static const VigilSimRgb blood = { 0.72, 0.28, 0.26 };

static void
ellipse (cairo_t *cr,
         double   x,
         double   y,
         double   rx,
         double   ry)
{
  cairo_matrix_t matrix;

  cairo_get_matrix (cr, &matrix);
  cairo_new_sub_path (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, MAX (rx, 0.01), MAX (ry, 0.01));
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_set_matrix (cr, &matrix);
}

/* A blot without an edge: the cheapest shading there is. */
static void
soft_spot (cairo_t     *cr,
           double       x,
           double       y,
           double       radius,
           VigilSimRgb  colour,
           double       alpha)
{
  cairo_pattern_t *gradient = cairo_pattern_create_radial (x, y, 0, x, y, radius);

  cairo_pattern_add_color_stop_rgba (gradient, 0, colour.r, colour.g, colour.b, alpha);
  cairo_pattern_add_color_stop_rgba (gradient, 1, colour.r, colour.g, colour.b, 0);
  cairo_set_source (cr, gradient);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_pattern_destroy (gradient);
}

static void
head_path (cairo_t            *cr,
           const VigilSimPose *pose)
{
  double turn = pose->yaw * 6;

  cairo_move_to (cr, 0, -78);
  cairo_curve_to (cr, 38, -78, 57, -48, 57 - MAX (turn, 0) * 0.3, -8);
  cairo_curve_to (cr, 57 - MAX (turn, 0), 22, 44 + turn, 52, 22 + turn, 70);
  cairo_curve_to (cr, 10 + turn, 80, -10 + turn, 80, -22 + turn, 70);
  cairo_curve_to (cr, -44 + turn, 52, -57 - MIN (turn, 0), 22, -57 - MIN (turn, 0) * 0.3, -8);
  cairo_curve_to (cr, -57, -48, -38, -78, 0, -78);
  cairo_close_path (cr);
}

static void
draw_ears (const VigilSimTraits *traits,
           const VigilSimPose   *pose,
           cairo_t              *cr)
{
  VigilSimRgb shade = vigil_sim_rgb_scale (traits->skin, 0.84);

  for (int side = -1; side <= 1; side += 2)
    {
      /* Turning hides the ear on the side turned to. */
      double hide = MAX (0, pose->yaw * side) * 14;
      double x = side * (57 - hide) - pose->yaw * 5;

      ellipse (cr, x, 4, 9, 16);
      vigil_sim_rgb_set (cr, shade, 1);
      cairo_fill (cr);
      ellipse (cr, x + side, 4, 4.5, 10);
      vigil_sim_rgb_set (cr, vigil_sim_rgb_mix (shade, blood, 0.22), 1);
      cairo_fill (cr);
    }
}

static void
draw_skin (const VigilSimTraits *traits,
           const VigilSimPose   *pose,
           cairo_t              *cr)
{
  double side = traits->light_side;
  double face = pose->yaw * 18;
  VigilSimRgb lit = vigil_sim_rgb_mix (traits->skin, white, 0.16);
  VigilSimRgb shade = vigil_sim_rgb_scale (vigil_sim_rgb_mix (traits->skin, blood, 0.10), 0.72);
  cairo_pattern_t *gradient;

  gradient = cairo_pattern_create_radial (side * 22, -22, 8, side * 8, 0, 96);
  cairo_pattern_add_color_stop_rgb (gradient, 0, lit.r, lit.g, lit.b);
  cairo_pattern_add_color_stop_rgb (gradient, 0.5, traits->skin.r, traits->skin.g, traits->skin.b);
  cairo_pattern_add_color_stop_rgb (gradient, 1, shade.r, shade.g, shade.b);

  cairo_save (cr);
  head_path (cr, pose);
  cairo_set_source (cr, gradient);
  cairo_fill_preserve (cr);
  cairo_clip (cr);
  cairo_pattern_destroy (gradient);

  soft_spot (cr, face + 30, 26, 22, blood, 0.14);
  soft_spot (cr, face - 30, 26, 22, blood, 0.14);
  soft_spot (cr, face - side * 52, 10, 40, shade, 0.5);
  /* The hollows of the eyes, and the shadow of the hair on the forehead. */
  soft_spot (cr, face + 23, -10, 21, shade, 0.42);
  soft_spot (cr, face - 23, -10, 21, shade, 0.42);
  soft_spot (cr, face, -72, 44, shade, 0.35);
  soft_spot (cr, face + side * 10, -34, 30, lit, 0.4);

  if (traits->beard)
    {
      VigilSimRgb stubble = vigil_sim_rgb_scale (traits->hair_colour, 0.9);

      cairo_move_to (cr, face - 62, 6);
      cairo_curve_to (cr, face - 42, 16, face - 40, 34, face - 22, 33);
      cairo_curve_to (cr, face - 12, 24, face + 12, 24, face + 22, 33);
      cairo_curve_to (cr, face + 40, 34, face + 42, 16, face + 62, 6);
      cairo_line_to (cr, face + 62, 90);
      cairo_line_to (cr, face - 62, 90);
      cairo_close_path (cr);
      vigil_sim_rgb_set (cr, stubble, 0.62);
      cairo_fill (cr);
    }

  cairo_restore (cr);
}

static void
draw_eye (const VigilSimTraits *traits,
          const VigilSimPose   *pose,
          cairo_t              *cr,
          double                x,
          double                y,
          double                narrow)
{
  double open = 6.3 * (1 - pose->blink);
  double half = 12.5 * narrow;
  VigilSimRgb eyeball = { 0.92, 0.90, 0.88 };
  VigilSimRgb lash = { 0.13, 0.09, 0.08 };
  VigilSimRgb lid = vigil_sim_rgb_scale (traits->skin, 0.78);

  cairo_save (cr);
  cairo_translate (cr, x, y);

  if (open > 1)
    {
      cairo_save (cr);
      cairo_move_to (cr, -half, 0.5);
      cairo_curve_to (cr, -half * 0.5, -open * 1.25, half * 0.5, -open * 1.25, half, 0);
      cairo_curve_to (cr, half * 0.5, open * 0.95, -half * 0.5, open * 0.95, -half, 0.5);
      cairo_close_path (cr);
      vigil_sim_rgb_set (cr, vigil_sim_rgb_mix (eyeball, traits->skin, 0.16), 1);
      cairo_fill_preserve (cr);
      cairo_clip (cr);
      ellipse (cr, pose->gaze_x * 6.5 * narrow, pose->gaze_y * 3.6 - 0.4, 6.1 * (0.6 + 0.4 * narrow), 6.3);
      vigil_sim_rgb_set (cr, traits->iris, 1);
      cairo_fill (cr);
      ellipse (cr, pose->gaze_x * 6.9 * narrow, pose->gaze_y * 3.6 - 0.4, 2.9, 3.1);
      cairo_set_source_rgb (cr, 0.04, 0.03, 0.03);
      cairo_fill (cr);
      ellipse (cr, pose->gaze_x * 6.5 * narrow + 2.2 * traits->light_side, pose->gaze_y * 3.6 - 2.8, 1.5, 1.5);
      cairo_set_source_rgba (cr, 1, 1, 1, 0.9);
      cairo_fill (cr);
      cairo_set_source_rgba (cr, 0, 0, 0, 0.18);
      cairo_rectangle (cr, -half, -open - 3, 2 * half, open * 0.75);
      cairo_fill (cr);
      cairo_restore (cr);
    }

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_move_to (cr, -half - 0.5, 0.5);
  cairo_curve_to (cr, -half * 0.5, -open * 1.25 + (open <= 1 ? 4 : 0), half * 0.5, -open * 1.25 + (open <= 1 ? 4 : 0), half + 0.5, 0);
  vigil_sim_rgb_set (cr, lash, 0.9);
  cairo_set_line_width (cr, 2.2);
  cairo_stroke (cr);
  cairo_move_to (cr, -half + 1, -open - 3.5);
  cairo_curve_to (cr, -half * 0.4, -open * 1.2 - 6, half * 0.5, -open * 1.2 - 6, half, -open - 2);
  vigil_sim_rgb_set (cr, lid, 0.7);
  cairo_set_line_width (cr, 1.4);
  cairo_stroke (cr);

  cairo_restore (cr);
}

static void
draw_brow (const VigilSimTraits *traits,
           cairo_t              *cr,
           double                x,
           double                y,
           int                   side,
           double                narrow)
{
  VigilSimRgb colour = vigil_sim_rgb_scale (traits->hair_colour, 0.8);

  if (traits->hair_colour.r > 0.55)
    colour = vigil_sim_rgb_scale (traits->hair_colour, 0.62);

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, 4.2 * traits->brow);
  vigil_sim_rgb_set (cr, colour, 0.82);
  cairo_move_to (cr, x - side * 11 * narrow, y + 1.5);
  cairo_curve_to (cr, x - side * 3 * narrow, y - 4, x + side * 6 * narrow, y - 5, x + side * 14 * narrow, y + 1);
  cairo_stroke (cr);
}

static void
draw_nose (const VigilSimTraits *traits,
           const VigilSimPose   *pose,
           cairo_t              *cr)
{
  double base = pose->yaw * 18;
  double tip = pose->yaw * 27;
  double side = pose->yaw > 0.25 ? -1 : pose->yaw < -0.25 ? 1 : -traits->light_side;
  VigilSimRgb shade = vigil_sim_rgb_scale (vigil_sim_rgb_mix (traits->skin, blood, 0.12), 0.66);
  VigilSimRgb lit = vigil_sim_rgb_mix (traits->skin, white, 0.3);

  cairo_move_to (cr, base + side * 5, -14);
  cairo_curve_to (cr, base + side * 7, 4, tip + side * 8, 12, tip + side * 11, 20);
  cairo_curve_to (cr, tip + side * 8, 27, tip + side * 3, 27, tip, 26);
  cairo_curve_to (cr, tip + side * 2, 16, base + side * 2, 2, base + side * 5, -14);
  cairo_close_path (cr);
  vigil_sim_rgb_set (cr, shade, 0.38);
  cairo_fill (cr);
  soft_spot (cr, tip - side * 1.5, 14, 9, lit, 0.55);

  for (int i = -1; i <= 1; i += 2)
    {
      ellipse (cr, tip + i * 5.2, 25, 3, 1.6);
      vigil_sim_rgb_set (cr, shade, 0.85);
      cairo_fill (cr);
    }
}

static void
draw_mouth (const VigilSimTraits *traits,
            const VigilSimPose   *pose,
            cairo_t              *cr)
{
  double x = pose->yaw * 21;
  double half = 17 - fabs (pose->yaw) * 3;
  double open = 7 * pose->mouth;
  VigilSimRgb lip = vigil_sim_rgb_scale (vigil_sim_rgb_mix (traits->skin, blood, 0.48), 0.84);

  cairo_move_to (cr, x - half, 45);
  cairo_curve_to (cr, x - half * 0.5, 40, x - 3, 40, x, 41.5);
  cairo_curve_to (cr, x + 3, 40, x + half * 0.5, 40, x + half, 45);
  cairo_curve_to (cr, x + half * 0.5, 54 + open, x - half * 0.5, 54 + open, x - half, 45);
  cairo_close_path (cr);
  vigil_sim_rgb_set (cr, lip, 0.9);
  cairo_fill (cr);

  cairo_move_to (cr, x - half, 45);
  cairo_curve_to (cr, x - 6, 46.5 - open * 0.3, x + 6, 46.5 - open * 0.3, x + half, 45);
  cairo_curve_to (cr, x + 6, 47.5 + open, x - 6, 47.5 + open, x - half, 45);
  cairo_set_source_rgba (cr, 0.24, 0.08, 0.08, 0.85);
  cairo_fill (cr);
  soft_spot (cr, x, 62, 12, vigil_sim_rgb_scale (traits->skin, 0.6), 0.25);
}

static void
draw_glasses (const VigilSimPose *pose,
              cairo_t            *cr)
{
  double x = pose->yaw * 20;
  double left = 16.5 * (1 + MIN (0, pose->yaw) * 0.35);
  double right = 16.5 * (1 - MAX (0, pose->yaw) * 0.35);

  cairo_set_line_width (cr, 2.6);
  cairo_set_source_rgba (cr, 0.12, 0.11, 0.12, 0.92);
  ellipse (cr, x - 23, -7, left, 14.5);
  cairo_stroke (cr);
  ellipse (cr, x + 23, -7, right, 14.5);
  cairo_stroke (cr);
  cairo_move_to (cr, x - 23 + left, -9);
  cairo_curve_to (cr, x - 3, -13, x + 3, -13, x + 23 - right, -9);
  cairo_stroke (cr);
  cairo_move_to (cr, x - 23 - left, -9);
  cairo_line_to (cr, -56, -4);
  cairo_move_to (cr, x + 23 + right, -9);
  cairo_line_to (cr, 56, -4);
  cairo_stroke (cr);

  /* The screen's reflection: a sliver in each lens. */
  cairo_set_source_rgba (cr, 0.8, 0.9, 1, 0.16);
  ellipse (cr, x - 24, -10, left * 0.7, 7);
  cairo_fill (cr);
  ellipse (cr, x + 22, -10, right * 0.7, 7);
  cairo_fill (cr);
}

static void
draw_headphones (cairo_t *cr)
{
  cairo_set_source_rgb (cr, 0.14, 0.14, 0.16);
  cairo_set_line_width (cr, 9);
  cairo_move_to (cr, -62, 0);
  cairo_curve_to (cr, -66, -118, 66, -118, 62, 0);
  cairo_stroke (cr);
  ellipse (cr, -62, 6, 11, 22);
  cairo_fill (cr);
  ellipse (cr, 62, 6, 11, 22);
  cairo_fill (cr);
}

/* The whole head in the coordinates above, hair in front included. */
void
vigil_sim_head_draw (const VigilSimTraits *traits,
                     const VigilSimPose   *pose,
                     cairo_t              *cr)
{
  double face = pose->yaw * 20;
  double drop = pose->pitch * 9;
  double left = 1 + MIN (0, pose->yaw) * 0.32;
  double right = 1 - MAX (0, pose->yaw) * 0.32;

  cairo_save (cr);
  cairo_rotate (cr, pose->roll);
  cairo_scale (cr, traits->face_width, 1);

  if (traits->hair != HAIR_SCARF && traits->hair != HAIR_LONG && traits->hair != HAIR_BOB)
    draw_ears (traits, pose, cr);
  draw_skin (traits, pose, cr);

  cairo_save (cr);
  cairo_translate (cr, 0, drop);
  draw_eye (traits, pose, cr, face - 23, -7, left);
  draw_eye (traits, pose, cr, face + 23, -7, right);
  draw_brow (traits, cr, face - 23, -25, -1, left);
  draw_brow (traits, cr, face + 23, -25, 1, right);
  draw_nose (traits, pose, cr);
  draw_mouth (traits, pose, cr);
  if (traits->glasses)
    draw_glasses (pose, cr);
  cairo_restore (cr);

  vigil_sim_hair_draw_front (traits, pose, cr);
  if (traits->headphones)
    draw_headphones (cr);

  cairo_restore (cr);
}
