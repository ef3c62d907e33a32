/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a simulated candidate shares of the screen: an exam page that is being
 * worked on, or another page in its place. */

#include <math.h>

#include "vigil-sim-look-private.h"

static const char *const questions[] = {
  "Which statement about the rate of a reaction is correct?",
  "A train leaves at 09:40 and arrives at 12:05. How long is the journey?",
  "Which of these sentences is in the passive voice?",
  "What is the derivative of x³ − 4x with respect to x?",
  "Which layer of the atmosphere contains most of the ozone?",
  "In which order are the operations of this expression done?",
};

static const char *const answers[][4] = {
  { "It always doubles with the temperature", "A catalyst lowers the activation energy",
    "It is independent of concentration", "It is greatest at equilibrium" },
  { "2 h 15 min", "2 h 25 min", "2 h 35 min", "3 h 25 min" },
  { "The committee has met twice", "She will be reading the report",
    "The letters were sent on Monday", "They might have been late" },
  { "3x² − 4", "x² − 4", "3x² − 4x", "x⁴ ∕ 4 − 2x²" },
  { "Troposphere", "Stratosphere", "Mesosphere", "Thermosphere" },
  { "Brackets, powers, products, sums", "Sums, products, powers, brackets",
    "From left to right, whatever they are", "Products, brackets, sums, powers" },
};

static void
draw_text (cairo_t    *cr,
           double      x,
           double      y,
           double      size,
           gboolean    bold,
           const char *text)
{
  cairo_select_font_face (cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                          bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, size);
  cairo_move_to (cr, x, y);
  cairo_show_text (cr, text);
}

static void
fill_box (cairo_t *cr,
          double   x,
          double   y,
          double   width,
          double   height,
          guint32  rgb)
{
  cairo_rectangle (cr, x, y, width, height);
  cairo_set_source_rgb (cr, ((rgb >> 16) & 0xff) / 255.0, ((rgb >> 8) & 0xff) / 255.0, (rgb & 0xff) / 255.0);
  cairo_fill (cr);
}

static void
draw_sidebar (cairo_t *cr,
              guint    question)
{
  fill_box (cr, 0, 62, 92, 298, 0xe6e9ec);
  for (guint i = 0; i < 18; i++)
    {
      double x = 12 + (i % 3) * 24;
      double y = 78 + (i / 3) * 26;

      fill_box (cr, x, y, 19, 19, i == question % 18 ? 0x35506b : i < question % 18 ? 0x9db8a4 : 0xffffff);
    }
}

static void
draw_answer (cairo_t    *cr,
             double      y,
             gboolean    chosen,
             const char *text)
{
  fill_box (cr, 112, y, 470, 32, chosen ? 0xdce8f2 : 0xffffff);
  cairo_arc (cr, 130, y + 16, 7, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, 0.35, 0.42, 0.5);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  if (chosen)
    {
      cairo_arc (cr, 130, y + 16, 3.8, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  cairo_set_source_rgb (cr, 0.16, 0.18, 0.2);
  draw_text (cr, 148, y + 21, 13, FALSE, text);
}

static void
draw_cursor (cairo_t *cr,
             double   x,
             double   y)
{
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x, y + 15);
  cairo_line_to (cr, x + 4, y + 11.5);
  cairo_line_to (cr, x + 10, y + 11);
  cairo_close_path (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_fill_preserve (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

static void
draw_exam (guint    index,
           double   t,
           cairo_t *cr)
{
  guint question = index % G_N_ELEMENTS (questions);
  guint first = vigil_sim_hash (index, 31) % 4;
  guint chosen = t < LOOP_SECONDS / 2 ? first : (first + 1) % 4;
  double glide = 0.5 - 0.5 * cos (2 * G_PI * t / LOOP_SECONDS);
  g_autofree char *title = g_strdup_printf ("Question %u of 18", index % 18 + 1);
  g_autofree char *clock = g_strdup_printf ("00:%02u:%02u", 58 - index % 40, 59 - ((guint) t) % 60);

  fill_box (cr, 0, 0, CANVAS_WIDTH, CANVAS_HEIGHT, 0xf6f7f8);
  fill_box (cr, 0, 18, CANVAS_WIDTH, 44, 0x35506b);
  cairo_set_source_rgb (cr, 1, 1, 1);
  draw_text (cr, 18, 46, 16, TRUE, "Entrance examination");
  draw_text (cr, 556, 46, 15, FALSE, clock);
  draw_sidebar (cr, index);
  cairo_set_source_rgb (cr, 0.35, 0.4, 0.45);
  draw_text (cr, 112, 90, 12, FALSE, title);
  cairo_set_source_rgb (cr, 0.1, 0.12, 0.15);
  draw_text (cr, 112, 118, 14.5, TRUE, questions[question]);
  for (guint i = 0; i < 4; i++)
    draw_answer (cr, 138 + i * 40, i == chosen, answers[question][i]);
  fill_box (cr, 492, 312, 90, 30, 0x35506b);
  cairo_set_source_rgb (cr, 1, 1, 1);
  draw_text (cr, 520, 332, 13, TRUE, "Next");
  draw_cursor (cr, 126 + 60 * glide, 150 + first * 40 + 40 * glide);
}

static void
draw_other_tab (guint    index,
                double   t,
                cairo_t *cr)
{
  double scroll = 6 * sin (2 * G_PI * t / LOOP_SECONDS);

  fill_box (cr, 0, 0, CANVAS_WIDTH, CANVAS_HEIGHT, 0xffffff);
  cairo_set_source_rgb (cr, 0.2, 0.2, 0.2);
  for (guint i = 0; i < 4; i++)
    {
      double y = 108 + i * 64 + scroll;

      fill_box (cr, 60, y, 220 + vigil_sim_hash (index, i) % 120, 11, 0x3a5fcd);
      fill_box (cr, 60, y + 20, 440, 7, 0xbfc4c9);
      fill_box (cr, 60, y + 33, 380 - 40 * (i % 3), 7, 0xbfc4c9);
    }
  fill_box (cr, 0, 18, CANVAS_WIDTH, 70, 0xeceef1);
  fill_box (cr, 60, 36, 520, 32, 0xffffff);
  cairo_set_source_rgb (cr, 0.25, 0.27, 0.3);
  draw_text (cr, 74, 57, 13, FALSE, questions[index % G_N_ELEMENTS (questions)]);
}

/* A page on a canvas of 640×360. Any thread. */
void
vigil_sim_page_draw (guint     index,
                     gboolean  other_tab,
                     double    t,
                     cairo_t  *cr)
{
  t = fmod (t, LOOP_SECONDS);
  if (other_tab)
    draw_other_tab (index, t, cr);
  else
    draw_exam (index, t, cr);
}
