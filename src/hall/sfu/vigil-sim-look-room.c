/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The room behind a simulated candidate: a wall with a light on it, and a
 * window, shelves, a picture, a plant or a wardrobe. Drawn small and scaled
 * up by the caller, which is what makes it look out of focus. */

#include <math.h>

#include "vigil-sim-look-private.h"

static const VigilSimRgb wood = { 0.55, 0.41, 0.29 };
static const VigilSimRgb white = { 1, 1, 1 };
static const VigilSimRgb black = { 0, 0, 0 };

static void
rounded_box (cairo_t *cr,
             double   x,
             double   y,
             double   width,
             double   height,
             double   radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

static void
fill_box (cairo_t     *cr,
          double       x,
          double       y,
          double       width,
          double       height,
          VigilSimRgb  colour)
{
  cairo_rectangle (cr, x, y, width, height);
  vigil_sim_rgb_set (cr, colour, 1);
  cairo_fill (cr);
}

static void
draw_wall (const VigilSimRoom *room,
           cairo_t            *cr)
{
  double light_x = CANVAS_WIDTH * (0.5 + 0.38 * room->light_side);
  cairo_pattern_t *gradient;
  VigilSimRgb lit = vigil_sim_rgb_mix (room->wall, white, 0.22);
  VigilSimRgb shade = vigil_sim_rgb_scale (room->wall, 0.62);

  gradient = cairo_pattern_create_radial (light_x, 60, 30, light_x, 120, 620);
  cairo_pattern_add_color_stop_rgb (gradient, 0, lit.r, lit.g, lit.b);
  cairo_pattern_add_color_stop_rgb (gradient, 0.45, room->wall.r, room->wall.g, room->wall.b);
  cairo_pattern_add_color_stop_rgb (gradient, 1, shade.r, shade.g, shade.b);
  cairo_set_source (cr, gradient);
  cairo_paint (cr);
  cairo_pattern_destroy (gradient);
}

static void
draw_window (const VigilSimRoom *room,
             cairo_t            *cr,
             double              x)
{
  VigilSimRgb frame = vigil_sim_rgb_mix (room->wall, white, 0.6);
  VigilSimRgb curtain = vigil_sim_rgb_scale (room->wall, 0.86);
  cairo_pattern_t *sky = cairo_pattern_create_linear (0, 10, 0, 210);

  cairo_pattern_add_color_stop_rgb (sky, 0, 0.86, 0.93, 0.99);
  cairo_pattern_add_color_stop_rgb (sky, 0.6, 0.93, 0.96, 0.97);
  cairo_pattern_add_color_stop_rgb (sky, 0.62, 0.66, 0.74, 0.64);
  cairo_pattern_add_color_stop_rgb (sky, 1, 0.55, 0.65, 0.53);
  fill_box (cr, x - 8, 2, 166, 216, frame);
  cairo_rectangle (cr, x, 10, 150, 200);
  cairo_set_source (cr, sky);
  cairo_fill (cr);
  cairo_pattern_destroy (sky);
  fill_box (cr, x + 71, 10, 8, 200, frame);
  fill_box (cr, x, 96, 150, 7, frame);
  fill_box (cr, x - 34, 0, 44, 260, curtain);
  fill_box (cr, x + 142, 0, 44, 260, curtain);
  for (int fold = 0; fold < 3; fold++)
    {
      fill_box (cr, x - 28 + fold * 14, 0, 4, 260, vigil_sim_rgb_scale (curtain, 0.92));
      fill_box (cr, x + 148 + fold * 14, 0, 4, 260, vigil_sim_rgb_scale (curtain, 0.92));
    }
}

static void
draw_books (const VigilSimRoom *room,
            cairo_t            *cr,
            double              x,
            double              y,
            double              width,
            guint               salt)
{
  double end = x + width;

  for (guint i = 0; x < end - 8; i++)
    {
      guint32 h = vigil_sim_hash (room->seed + salt, i);
      double thick = 8 + h % 10;
      double tall = 42 + (h >> 5) % 20;
      VigilSimRgb spine = {
        0.34 + 0.34 * ((h >> 9) % 100) / 100.0,
        0.32 + 0.28 * ((h >> 14) % 100) / 100.0,
        0.30 + 0.26 * ((h >> 20) % 100) / 100.0,
      };

      /* A gap or a small ornament now and then. */
      if (h % 7 == 0)
        {
          x += 16;
          continue;
        }
      fill_box (cr, x, y - tall, thick, tall, spine);
      fill_box (cr, x + 1, y - tall + 8, thick - 2, 4, vigil_sim_rgb_mix (spine, white, 0.35));
      x += thick + 1.5;
    }
}

static void
draw_shelves (const VigilSimRoom *room,
              cairo_t            *cr,
              double              x,
              double              width)
{
  VigilSimRgb back = vigil_sim_rgb_scale (wood, 0.62);

  fill_box (cr, x, 0, width, 330, back);
  for (int row = 0; row < 4; row++)
    {
      double y = 74 + row * 80;

      draw_books (room, cr, x + 10, y, width - 20, row);
      fill_box (cr, x, y, width, 9, wood);
    }
  fill_box (cr, x - 4, 0, 9, 330, wood);
  fill_box (cr, x + width - 5, 0, 9, 330, wood);
}

static void
draw_picture (const VigilSimRoom *room,
              cairo_t            *cr,
              double              x,
              double              y,
              double              width,
              double              height)
{
  guint32 h = vigil_sim_hash (room->seed, 40 + (guint) x);
  VigilSimRgb sky = { 0.66 + (h % 16) / 100.0, 0.70, 0.72 };
  VigilSimRgb land = { 0.44 + ((h >> 11) % 12) / 100.0, 0.47 + ((h >> 6) % 10) / 100.0, 0.42 };

  fill_box (cr, x + 4, y + 5, width, height, vigil_sim_rgb_scale (room->wall, 0.7));
  fill_box (cr, x, y, width, height, vigil_sim_rgb_scale (wood, 0.6));
  fill_box (cr, x + 6, y + 6, width - 12, height - 12, vigil_sim_rgb_mix (white, room->wall, 0.15));
  fill_box (cr, x + 16, y + 16, width - 32, height - 32, sky);
  fill_box (cr, x + 16, y + height * 0.55, width - 32, height * 0.45 - 16, land);
}

static void
draw_plant (cairo_t *cr,
            double   x,
            double   y,
            guint    seed)
{
  VigilSimRgb leaf = { 0.28, 0.42, 0.27 };
  VigilSimRgb pot = { 0.72, 0.62, 0.54 };

  for (guint i = 0; i < 13; i++)
    {
      double angle = -G_PI_2 + (i - 6.0) * 0.23;
      double reach = 74 + 34 * vigil_sim_hash_unit (seed, i);

      cairo_save (cr);
      cairo_translate (cr, x + cos (angle) * reach * 0.55, y - 42 + sin (angle) * reach * 0.62);
      cairo_rotate (cr, angle);
      cairo_scale (cr, reach * 0.5, 11);
      cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
      cairo_restore (cr);
      vigil_sim_rgb_set (cr, vigil_sim_rgb_scale (leaf, 0.8 + 0.5 * vigil_sim_hash_unit (seed, 90 + i)), 1);
      cairo_fill (cr);
    }
  rounded_box (cr, x - 27, y - 46, 54, 70, 8);
  vigil_sim_rgb_set (cr, pot, 1);
  cairo_fill (cr);
}

static void
draw_wardrobe (const VigilSimRoom *room,
               cairo_t            *cr,
               double              x)
{
  VigilSimRgb door = vigil_sim_rgb_mix (vigil_sim_rgb_scale (wood, 1.25), room->wall, 0.45);

  fill_box (cr, x, 10, 190, 350, vigil_sim_rgb_scale (door, 0.78));
  fill_box (cr, x + 5, 15, 87, 345, door);
  fill_box (cr, x + 97, 15, 87, 345, door);
  fill_box (cr, x + 82, 150, 5, 40, vigil_sim_rgb_scale (door, 0.5));
  fill_box (cr, x + 102, 150, 5, 40, vigil_sim_rgb_scale (door, 0.5));
}

static void
draw_lamp (cairo_t *cr,
           double   x,
           double   y)
{
  cairo_pattern_t *glow = cairo_pattern_create_radial (x, y, 5, x, y, 150);

  cairo_pattern_add_color_stop_rgba (glow, 0, 1, 0.93, 0.75, 0.75);
  cairo_pattern_add_color_stop_rgba (glow, 1, 1, 0.93, 0.75, 0);
  cairo_set_source (cr, glow);
  cairo_paint (cr);
  cairo_pattern_destroy (glow);
  fill_box (cr, x - 3, y + 20, 6, 150, vigil_sim_rgb_scale (wood, 0.5));
  cairo_move_to (cr, x - 22, y - 24);
  cairo_line_to (cr, x + 22, y - 24);
  cairo_line_to (cr, x + 38, y + 24);
  cairo_line_to (cr, x - 38, y + 24);
  cairo_close_path (cr);
  cairo_set_source_rgb (cr, 0.99, 0.94, 0.82);
  cairo_fill (cr);
}

/* The whole wall with its furniture, on a canvas of 640×360. Any thread. */
void
vigil_sim_room_draw (const VigilSimRoom *room,
                     cairo_t            *cr)
{
  gboolean right = room->light_side > 0;
  double lit = right ? 460 : 34;    /* the side with the light, the other one */
  double far = right ? 30 : 440;

  draw_wall (room, cr);

  switch (room->kind)
    {
    case 0:
      draw_window (room, cr, lit);
      draw_plant (cr, far + 70, 330, room->seed);
      break;
    case 1:
      draw_shelves (room, cr, far - 20, 200);
      draw_lamp (cr, lit + 80, 110);
      break;
    case 2:
      draw_picture (room, cr, far + 10, 40, 130, 96);
      draw_picture (room, cr, lit + 10, 62, 84, 108);
      break;
    case 3:
      draw_wardrobe (room, cr, far - 20);
      draw_picture (room, cr, lit, 46, 110, 84);
      break;
    case 4:
      draw_window (room, cr, lit);
      draw_shelves (room, cr, far, 190);
      break;
    default:
      draw_plant (cr, lit + 90, 320, room->seed);
      draw_picture (room, cr, far, 36, 150, 104);
      break;
    }

  /* The skirting of the room sinks into the dark below the desk's height. */
  {
    cairo_pattern_t *floor_shade = cairo_pattern_create_linear (0, 210, 0, CANVAS_HEIGHT);

    cairo_pattern_add_color_stop_rgba (floor_shade, 0, 0, 0, 0, 0);
    cairo_pattern_add_color_stop_rgba (floor_shade, 1, 0, 0, 0, 0.28);
    cairo_set_source (cr, floor_shade);
    cairo_paint (cr);
    cairo_pattern_destroy (floor_shade);
  }
}

/* The back of the chair, behind a person or alone. */
void
vigil_sim_chair_draw (const VigilSimRoom *room,
                      cairo_t            *cr)
{
  guint32 h = vigil_sim_hash (room->seed, 77);
  VigilSimRgb cover = { 0.19 + (h % 12) / 100.0, 0.20 + (h % 9) / 100.0, 0.23 + ((h >> 4) % 12) / 100.0 };
  cairo_pattern_t *gradient = cairo_pattern_create_linear (220, 0, 420, 0);
  VigilSimRgb lit = vigil_sim_rgb_mix (cover, white, 0.16);
  VigilSimRgb shade = vigil_sim_rgb_mix (cover, black, 0.3);

  if (room->light_side > 0)
    {
      VigilSimRgb swap = lit;

      lit = shade;
      shade = swap;
    }
  cairo_pattern_add_color_stop_rgb (gradient, 0, lit.r, lit.g, lit.b);
  cairo_pattern_add_color_stop_rgb (gradient, 1, shade.r, shade.g, shade.b);

  cairo_move_to (cr, 214, 380);
  cairo_curve_to (cr, 212, 300, 216, 236, 240, 208);
  cairo_curve_to (cr, 262, 190, 378, 190, 400, 208);
  cairo_curve_to (cr, 424, 236, 428, 300, 426, 380);
  cairo_close_path (cr);
  cairo_set_source (cr, gradient);
  cairo_fill_preserve (cr);
  cairo_pattern_destroy (gradient);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.25);
  cairo_set_line_width (cr, 3);
  cairo_stroke (cr);
}
