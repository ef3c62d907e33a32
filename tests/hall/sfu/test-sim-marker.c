/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The marker: painted, drawn, scaled, blurred, damaged. */

#include <libyuv/scale_argb.h>
#include <string.h>

#include "vigil-sim-look.h"
#include "vigil-sim-marker.h"

#define WIDTH 320
#define HEIGHT 180

static guint8 *
picture (guint look,
         guint behaviour)
{
  guint8 *bgrx = g_malloc (WIDTH * HEIGHT * 4);

  memset (bgrx, 0x80, WIDTH * HEIGHT * 4);
  vigil_sim_marker_paint_bgrx (bgrx, WIDTH, HEIGHT, WIDTH * 4, look, behaviour);

  return bgrx;
}

static void
test_round_trip (void)
{
  for (guint look = 0; look <= VIGIL_SIM_LOOK_MAX; look += 257)
    for (guint behaviour = 0; behaviour < 16; behaviour += 3)
      {
        g_autofree guint8 *bgrx = picture (look, behaviour);
        guint got_look = 0, got_behaviour = 0;

        g_assert_true (vigil_sim_marker_decode (bgrx, WIDTH, HEIGHT, WIDTH * 4, &got_look, &got_behaviour));
        g_assert_cmpuint (got_look, ==, look);
        g_assert_cmpuint (got_behaviour, ==, behaviour);
      }
}

/* As a tile would show it: every size from 160 to 1,280 wide. */
static void
test_scaled (void)
{
  for (guint look = 1; look < 60000; look = look * 3 + 1)
    {
      g_autofree guint8 *bgrx = picture (look, look % 10);

      for (guint width = 160; width <= 1280; width += 53)
        {
          guint height = width * 9 / 16;
          g_autofree guint8 *scaled = g_malloc (width * height * 4);
          guint got_look = 0, got_behaviour = 0;

          ARGBScale (bgrx, WIDTH * 4, WIDTH, HEIGHT, scaled, width * 4, width, height, kFilterBilinear);
          g_assert_true (vigil_sim_marker_decode (scaled, width, height, width * 4, &got_look, &got_behaviour));
          g_assert_cmpuint (got_look, ==, look);
          g_assert_cmpuint (got_behaviour, ==, look % 10);
        }
    }
}

/* Neither grey, nor black, nor white, nor two pictures at once are a marker. */
static void
test_refused (void)
{
  g_autofree guint8 *one = picture (0x0f0f, 3);
  g_autofree guint8 *two = picture (0xf0f0, 3);
  g_autofree guint8 *plain = g_malloc (WIDTH * HEIGHT * 4);
  guint look = 77;

  for (guint level = 0; level < 256; level++)
    {
      memset (plain, level, WIDTH * HEIGHT * 4);
      g_assert_false (vigil_sim_marker_decode (plain, WIDTH, HEIGHT, WIDTH * 4, &look, NULL));
    }
  for (gsize i = 0; i < WIDTH * HEIGHT * 4; i++)
    one[i] = (one[i] + two[i]) / 2;
  g_assert_false (vigil_sim_marker_decode (one, WIDTH, HEIGHT, WIDTH * 4, &look, NULL));
  g_assert_false (vigil_sim_marker_decode (two, 40, 20, WIDTH * 4, &look, NULL));
  g_assert_false (vigil_sim_marker_decode (NULL, WIDTH, HEIGHT, WIDTH * 4, &look, NULL));
  g_assert_cmpuint (look, ==, 77);
}

/* One cell turned over is always noticed. */
static void
test_checksum (void)
{
  gboolean cells[VIGIL_SIM_MARKER_CELLS];

  for (guint flip = 0; flip < VIGIL_SIM_MARKER_CELLS; flip++)
    {
      g_autofree guint8 *bgrx = picture (4711, 5);
      guint x0 = flip * WIDTH / VIGIL_SIM_MARKER_CELLS, x1 = (flip + 1) * WIDTH / VIGIL_SIM_MARKER_CELLS;

      vigil_sim_marker_encode (4711, 5, cells);
      for (guint y = 0; y < vigil_sim_marker_get_height (HEIGHT); y++)
        memset (bgrx + (y * WIDTH + x0) * 4, cells[flip] ? 16 : 235, (x1 - x0) * 4);
      g_assert_false (vigil_sim_marker_decode (bgrx, WIDTH, HEIGHT, WIDTH * 4, NULL, NULL));
    }
}

/* What the look draws is what the decoder reads, in every behaviour. */
static void
test_drawn (void)
{
  g_autoptr (VigilSimLook) look = vigil_sim_look_new (40321);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);

  for (guint behaviour = 0; behaviour < VIGIL_SIM_BEHAVIOUR_LAST; behaviour++)
    for (guint source = VIGIL_SIM_SOURCE_WEBCAM; source <= VIGIL_SIM_SOURCE_SCREEN; source++)
      {
        cairo_t *cr = cairo_create (surface);
        guint got_look = 0, got_behaviour = 0;

        vigil_sim_look_draw (look, source, behaviour, 1.3, cr, WIDTH, HEIGHT);
        cairo_destroy (cr);
        cairo_surface_flush (surface);
        g_assert_true (vigil_sim_marker_decode (cairo_image_surface_get_data (surface), WIDTH, HEIGHT,
                                                cairo_image_surface_get_stride (surface), &got_look, &got_behaviour));
        g_assert_cmpuint (got_look, ==, 40321);
        g_assert_cmpuint (got_behaviour, ==, behaviour);
      }
  cairo_surface_destroy (surface);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/sim-marker/round-trip", test_round_trip);
  g_test_add_func ("/hall/sim-marker/scaled", test_scaled);
  g_test_add_func ("/hall/sim-marker/refused", test_refused);
  g_test_add_func ("/hall/sim-marker/checksum", test_checksum);
  g_test_add_func ("/hall/sim-marker/drawn", test_drawn);

  return g_test_run ();
}
