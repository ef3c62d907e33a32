/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks: the same every time, different from each other, without a seam. */

#include <string.h>

#include "vigil-sim-look.h"

#define WIDTH 160
#define HEIGHT 90

static GBytes *
draw (guint             index,
      VigilSimSource    source,
      VigilSimBehaviour behaviour,
      double            t)
{
  g_autoptr (VigilSimLook) look = vigil_sim_look_new (index);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  GBytes *bytes;

  vigil_sim_look_draw (look, source, behaviour, t, cr, WIDTH, HEIGHT);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface), HEIGHT * cairo_image_surface_get_stride (surface));
  cairo_surface_destroy (surface);

  return bytes;
}

/* The mean difference of two pictures below the marker, in levels. */
static double
difference (GBytes *a,
            GBytes *b)
{
  const guint8 *x = g_bytes_get_data (a, NULL), *y = g_bytes_get_data (b, NULL);
  gsize start = WIDTH * 4 * 8, end = WIDTH * 4 * HEIGHT;
  guint64 sum = 0;

  for (gsize i = start; i < end; i++)
    if (i % 4 != 3)
      sum += ABS ((int) x[i] - (int) y[i]);

  return (double) sum / ((end - start) * 3 / 4);
}

static double
brightness (GBytes *a)
{
  const guint8 *x = g_bytes_get_data (a, NULL);
  guint64 sum = 0;

  for (gsize i = WIDTH * 4 * 8; i < WIDTH * 4 * HEIGHT; i++)
    if (i % 4 != 3)
      sum += x[i];

  return (double) sum / (WIDTH * (HEIGHT - 8) * 3);
}

static void
test_repeatable (void)
{
  for (guint index = 0; index < 200; index += 17)
    {
      g_autoptr (GBytes) a = draw (index, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 1.25);
      g_autoptr (GBytes) b = draw (index, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 1.25);

      g_assert_true (g_bytes_equal (a, b));
    }
}

static void
test_distinct (void)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint index = 0; index < 24; index++)
    g_ptr_array_add (all, draw (index, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 0));
  for (guint i = 0; i < all->len; i++)
    for (guint j = i + 1; j < all->len; j++)
      g_assert_cmpfloat (difference (all->pdata[i], all->pdata[j]), >, 4);
}

/* Each behaviour can be told from sitting there; darkness is dark. */
static void
test_behaviours (void)
{
  for (guint index = 0; index < 30; index++)
    {
      g_autoptr (GBytes) present = draw (index, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 0.4);

      for (guint behaviour = 1; behaviour < VIGIL_SIM_BEHAVIOUR_OTHER_TAB; behaviour++)
        {
          g_autoptr (GBytes) other = draw (index, VIGIL_SIM_SOURCE_WEBCAM, behaviour, 0.4);
          double level = brightness (other);

          g_assert_cmpfloat (difference (present, other), >, 0.4);
          if (behaviour == VIGIL_SIM_BEHAVIOUR_DARK)
            g_assert_cmpfloat (level, <, 20);
          else if (behaviour == VIGIL_SIM_BEHAVIOUR_LOW_LIGHT)
            g_assert_cmpfloat (level, <, 60);
          else
            g_assert_cmpfloat (level, >, 60);
        }
    }
}

/* Something moves, and the loop ends where it began. */
static void
test_loop (void)
{
  for (guint index = 0; index < 30; index += 5)
    {
      g_autoptr (GBytes) start = draw (index, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 0);
      g_autoptr (GBytes) later = draw (index, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 1.1);
      g_autoptr (GBytes) end = draw (index, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 3.9999);

      g_assert_cmpfloat (difference (start, later), >, 0.05);
      g_assert_cmpfloat (difference (start, end), <, 0.05);
    }
}

static void
test_jpeg (void)
{
  for (guint behaviour = 0; behaviour < VIGIL_SIM_BEHAVIOUR_LAST; behaviour++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) jpeg = vigil_sim_look_render_jpeg (5, VIGIL_SIM_SOURCE_WEBCAM, behaviour, 2, 640, 360, 82, &error);
      const guint8 *data;
      gsize size;

      g_assert_no_error (error);
      data = g_bytes_get_data (jpeg, &size);
      g_assert_cmphex (data[0], ==, 0xff);
      g_assert_cmphex (data[1], ==, 0xd8);
      g_assert_cmphex (data[size - 2], ==, 0xff);
      g_assert_cmphex (data[size - 1], ==, 0xd9);
      g_assert_cmpuint (size, >, 3000);
      g_assert_cmpuint (size, <, 40000);
    }
}

static void
test_nicks (void)
{
  for (guint behaviour = 0; behaviour < VIGIL_SIM_BEHAVIOUR_LAST; behaviour++)
    {
      VigilSimBehaviour back = VIGIL_SIM_BEHAVIOUR_LAST;

      g_assert_true (vigil_sim_behaviour_from_nick (vigil_sim_behaviour_get_nick (behaviour), &back));
      g_assert_cmpuint (back, ==, behaviour);
      g_assert_true ((behaviour == 0) == (vigil_sim_behaviour_get_violation_type (behaviour) == NULL));
    }
  g_assert_false (vigil_sim_behaviour_from_nick ("asleep", &(VigilSimBehaviour) { 0 }));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/sim-look/repeatable", test_repeatable);
  g_test_add_func ("/hall/sim-look/distinct", test_distinct);
  g_test_add_func ("/hall/sim-look/behaviours", test_behaviours);
  g_test_add_func ("/hall/sim-look/loop", test_loop);
  g_test_add_func ("/hall/sim-look/jpeg", test_jpeg);
  g_test_add_func ("/hall/sim-look/nicks", test_nicks);

  return g_test_run ();
}
