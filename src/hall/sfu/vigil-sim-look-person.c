/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person from the chest up: shoulders, clothes, neck, head; and a telephone
 * in a hand.
 *
 * Origin: the middle of the head; the shoulders begin about 100 units below. */

#include <math.h>

#include "vigil-sim-look-private.h"

static const VigilSimRgb white = { 1, 1, 1 };
static const VigilSimRgb blood = { 0.72, 0.28, 0.26 };

static void
set_lit_source (cairo_t     *cr,
                VigilSimRgb  colour,
                double       side,
                double       reach)
{
  VigilSimRgb lit = vigil_sim_rgb_mix (colour, white, 0.16);
  VigilSimRgb shade = vigil_sim_rgb_scale (colour, 0.58);
  cairo_pattern_t *gradient = cairo_pattern_create_linear (side * reach, 60, -side * reach, 130);

  cairo_pattern_add_color_stop_rgb (gradient, 0, lit.r, lit.g, lit.b);
  cairo_pattern_add_color_stop_rgb (gradient, 0.45, colour.r, colour.g, colour.b);
  cairo_pattern_add_color_stop_rgb (gradient, 1, shade.r, shade.g, shade.b);
  cairo_set_source (cr, gradient);
  cairo_pattern_destroy (gradient);
}

static void
torso_path (cairo_t *cr,
            double   lift)
{
  cairo_move_to (cr, -40, 92 - lift);
  cairo_curve_to (cr, -64, 108 - lift, -112, 112 - lift, -134, 138 - lift);
  cairo_curve_to (cr, -154, 162, -164, 220, -170, 330);
  cairo_line_to (cr, 170, 330);
  cairo_curve_to (cr, 164, 220, 154, 162, 134, 138 - lift);
  cairo_curve_to (cr, 112, 112 - lift, 64, 108 - lift, 40, 92 - lift);
  cairo_curve_to (cr, 22, 104 - lift, -22, 104 - lift, -40, 92 - lift);
  cairo_close_path (cr);
}

static void
draw_neck (const VigilSimTraits *traits,
           cairo_t              *cr)
{
  cairo_pattern_t *shadow;

  cairo_move_to (cr, -31, 34);
  cairo_curve_to (cr, -30, 76, -31, 86, -43, 97);
  cairo_curve_to (cr, -24, 125, 24, 125, 43, 97);
  cairo_curve_to (cr, 31, 86, 30, 76, 31, 34);
  cairo_close_path (cr);
  set_lit_source (cr, vigil_sim_rgb_scale (traits->skin, 0.9), traits->light_side, 60);
  cairo_fill_preserve (cr);

  shadow = cairo_pattern_create_radial (0, 52, 14, 0, 52, 52);
  cairo_pattern_add_color_stop_rgba (shadow, 0, 0.16, 0.06, 0.04, 0.5);
  cairo_pattern_add_color_stop_rgba (shadow, 1, 0.16, 0.06, 0.04, 0);
  cairo_set_source (cr, shadow);
  cairo_fill (cr);
  cairo_pattern_destroy (shadow);
}

static void
draw_tshirt (const VigilSimTraits *traits,
             cairo_t              *cr)
{
  cairo_set_line_width (cr, 9);
  vigil_sim_rgb_set (cr, vigil_sim_rgb_scale (traits->cloth, 0.78), 1);
  cairo_move_to (cr, -47, 95);
  cairo_curve_to (cr, -28, 131, 28, 131, 47, 95);
  cairo_stroke (cr);
}

static void
draw_hoodie (const VigilSimTraits *traits,
             cairo_t              *cr)
{
  VigilSimRgb hood = vigil_sim_rgb_scale (traits->cloth, 0.82);

  cairo_move_to (cr, -44, 84);
  cairo_curve_to (cr, -86, 92, -90, 118, -70, 128);
  cairo_curve_to (cr, -40, 142, -16, 146, 0, 158);
  cairo_curve_to (cr, 16, 146, 40, 142, 70, 128);
  cairo_curve_to (cr, 90, 118, 86, 92, 44, 84);
  cairo_curve_to (cr, 42, 116, 14, 128, 0, 136);
  cairo_curve_to (cr, -14, 128, -42, 116, -44, 84);
  cairo_close_path (cr);
  set_lit_source (cr, hood, traits->light_side, 90);
  cairo_fill (cr);
  cairo_set_source_rgba (cr, 0.92, 0.91, 0.88, 0.9);
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, -14, 140);
  cairo_curve_to (cr, -18, 170, -14, 186, -16, 208);
  cairo_move_to (cr, 14, 140);
  cairo_curve_to (cr, 18, 168, 14, 180, 17, 200);
  cairo_stroke (cr);
}

static void
draw_shirt (const VigilSimTraits *traits,
            cairo_t              *cr)
{
  VigilSimRgb collar = vigil_sim_rgb_mix (traits->cloth, white, 0.3);

  for (int side = -1; side <= 1; side += 2)
    {
      cairo_move_to (cr, side * 40, 84);
      cairo_line_to (cr, side * 60, 112);
      cairo_line_to (cr, side * 30, 150);
      cairo_line_to (cr, 0, 130);
      cairo_curve_to (cr, side * 22, 122, side * 34, 108, side * 40, 84);
      cairo_close_path (cr);
      vigil_sim_rgb_set (cr, vigil_sim_rgb_scale (collar, side == traits->light_side ? 1.04 : 0.86), 1);
      cairo_fill_preserve (cr);
      cairo_set_source_rgba (cr, 0, 0, 0, 0.16);
      cairo_set_line_width (cr, 1.4);
      cairo_stroke (cr);
    }
  cairo_set_source_rgba (cr, 0, 0, 0, 0.2);
  cairo_set_line_width (cr, 1.6);
  cairo_move_to (cr, 2, 134);
  cairo_line_to (cr, 2, 330);
  cairo_stroke (cr);
  for (int button = 0; button < 3; button++)
    {
      cairo_arc (cr, -5, 160 + button * 34, 2.4, 0, 2 * G_PI);
      cairo_set_source_rgba (cr, 1, 1, 1, 0.6);
      cairo_fill (cr);
    }
}

static void
draw_jumper (const VigilSimTraits *traits,
             cairo_t              *cr)
{
  VigilSimRgb rib = vigil_sim_rgb_scale (traits->cloth, 0.8);

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_line_width (cr, 15);
  vigil_sim_rgb_set (cr, rib, 1);
  cairo_move_to (cr, -45, 90);
  cairo_curve_to (cr, -28, 124, 28, 124, 45, 90);
  cairo_stroke (cr);
  cairo_set_line_width (cr, 1.5);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.10);
  for (int i = -3; i <= 3; i++)
    {
      cairo_move_to (cr, i * 34, 142 + abs (i) * 2);
      cairo_line_to (cr, i * 37, 330);
    }
  cairo_stroke (cr);
}

static void
draw_torso (const VigilSimTraits *traits,
            const VigilSimPose   *pose,
            cairo_t              *cr)
{
  double side = traits->light_side;

  torso_path (cr, pose->breath * 1.6);
  set_lit_source (cr, traits->cloth, side, 150);
  cairo_fill (cr);

  /* Where the arms lie against the chest. */
  cairo_set_source_rgba (cr, 0, 0, 0, 0.16);
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, -104, 190);
  cairo_curve_to (cr, -112, 230, -108, 280, -112, 330);
  cairo_move_to (cr, 104, 190);
  cairo_curve_to (cr, 112, 230, 108, 280, 112, 330);
  cairo_stroke (cr);
}

/**
 * vigil_sim_person_draw:
 * @traits: who
 * @pose: how the head is held
 * @cr: with its origin where the middle of the head is
 *
 * Any thread.
 */
void
vigil_sim_person_draw (const VigilSimTraits *traits,
                       const VigilSimPose   *pose,
                       cairo_t              *cr)
{
  cairo_save (cr);
  cairo_rotate (cr, pose->roll * 0.6);
  vigil_sim_hair_draw_back (traits, pose, cr);
  cairo_restore (cr);

  draw_torso (traits, pose, cr);
  if (traits->hair != HAIR_SCARF)
    draw_neck (traits, cr);

  switch (traits->clothes)
    {
    case CLOTHES_TSHIRT:
      draw_tshirt (traits, cr);
      break;
    case CLOTHES_HOODIE:
      draw_hoodie (traits, cr);
      break;
    case CLOTHES_SHIRT:
      draw_shirt (traits, cr);
      break;
    case CLOTHES_JUMPER:
    case CLOTHES_LAST:
      draw_jumper (traits, cr);
      break;
    }

  vigil_sim_head_draw (traits, pose, cr);
}

static void
draw_finger (cairo_t *cr,
             double   x,
             double   y,
             double   length,
             double   angle)
{
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_rotate (cr, angle);
  cairo_move_to (cr, 0, 0);
  cairo_line_to (cr, length, 0);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, 15);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/**
 * vigil_sim_phone_draw:
 * @traits: whose hand
 * @phase: −1 … 1, a slow movement
 * @cr: with its origin where the telephone's middle is
 *
 * A hand that holds a telephone up, its back to the camera. Any thread.
 */
void
vigil_sim_phone_draw (const VigilSimTraits *traits,
                      double                phase,
                      cairo_t              *cr)
{
  VigilSimRgb hand = vigil_sim_rgb_mix (traits->skin, blood, 0.06);

  cairo_save (cr);
  cairo_rotate (cr, 0.16 + phase * 0.05);

  /* The sleeve and the wrist. */
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, 58);
  cairo_move_to (cr, 26, 90);
  cairo_line_to (cr, 60, 190);
  vigil_sim_rgb_set (cr, vigil_sim_rgb_scale (traits->cloth, 0.86), 1);
  cairo_stroke (cr);
  cairo_set_line_width (cr, 36);
  cairo_move_to (cr, 12, 40);
  cairo_line_to (cr, 28, 84);
  vigil_sim_rgb_set (cr, vigil_sim_rgb_scale (hand, 0.9), 1);
  cairo_stroke (cr);
  cairo_arc (cr, 8, 32, 34, 0, 2 * G_PI);
  cairo_fill (cr);

  cairo_rectangle (cr, -33, -66, 66, 124);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 12);
  cairo_set_source_rgb (cr, 0.10, 0.11, 0.13);
  cairo_fill_preserve (cr);
  cairo_stroke (cr);
  cairo_set_line_width (cr, 1.2);
  cairo_rectangle (cr, -36, -69, 72, 130);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.2);
  cairo_stroke (cr);
  cairo_rectangle (cr, -28, -60, 24, 30);
  cairo_set_source_rgb (cr, 0.19, 0.20, 0.23);
  cairo_fill (cr);
  cairo_arc (cr, -16, -52, 5, 0, 2 * G_PI);
  cairo_new_sub_path (cr);
  cairo_arc (cr, -16, -38, 5, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, 0.04, 0.05, 0.08);
  cairo_fill (cr);

  /* Fingers over the near edge, the thumb on the other. */
  vigil_sim_rgb_set (cr, hand, 1);
  draw_finger (cr, 40, 2, -24, 0.05);
  draw_finger (cr, 40, 20, -26, 0.02);
  draw_finger (cr, 38, 38, -24, -0.02);
  vigil_sim_rgb_set (cr, vigil_sim_rgb_scale (hand, 0.94), 1);
  draw_finger (cr, -36, 40, 16, -0.9);

  cairo_restore (cr);
}
