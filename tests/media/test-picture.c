/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of every size end up in the tile's box, with their shape and their colours. */
#include <string.h>

#include "vigil-picture.h"

typedef struct
{
  VigilPicture  picture;
  guint8       *memory;
} Solid;

/* One colour, with rows longer than they need to be. */
static void
solid_init (Solid *self,
            guint  width,
            guint  height,
            guint8 y,
            guint8 u,
            guint8 v)
{
  gsize stride = width + 13, half_stride = (width + 1) / 2 + 7;
  gsize luma = stride * height, chroma = half_stride * ((height + 1) / 2);

  self->memory = g_malloc (luma + 2 * chroma);
  memset (self->memory, y, luma);
  memset (self->memory + luma, u, chroma);
  memset (self->memory + luma + chroma, v, chroma);
  self->picture = (VigilPicture) {
    .planes = { self->memory, self->memory + luma, self->memory + luma + chroma },
    .strides = { (int) stride, (int) half_stride, (int) half_stride },
    .width = width,
    .height = height,
  };
}

static void
assert_pixel (const VigilFrame *frame,
              guint             x,
              guint             y,
              int               blue,
              int               green,
              int               red)
{
  const guint8 *pixel = frame->pixels + (gsize) y * frame->stride + x * 4;

  g_assert_cmpint (ABS (pixel[0] - blue), <=, 8);
  g_assert_cmpint (ABS (pixel[1] - green), <=, 8);
  g_assert_cmpint (ABS (pixel[2] - red), <=, 8);
}

static void
test_colours (void)
{
  static const struct { guint8 yuv[3]; int bgr[3]; } colours[] = {
    { { 16, 128, 128 }, { 0, 0, 0 } },
    { { 235, 128, 128 }, { 255, 255, 255 } },
    { { 81, 90, 240 }, { 0, 0, 255 } },
    { { 145, 54, 34 }, { 0, 255, 0 } },
    { { 41, 240, 110 }, { 255, 0, 0 } },
  };
  g_autoptr (VigilPictureScaler) scaler = vigil_picture_scaler_new ();

  for (guint i = 0; i < G_N_ELEMENTS (colours); i++)
    {
      g_autoptr (VigilFrame) frame = vigil_frame_new (1, 32, 18);
      Solid solid;

      solid_init (&solid, 64, 36, colours[i].yuv[0], colours[i].yuv[1], colours[i].yuv[2]);
      g_assert_true (vigil_picture_scaler_render (scaler, &solid.picture, frame));
      assert_pixel (frame, 0, 0, colours[i].bgr[0], colours[i].bgr[1], colours[i].bgr[2]);
      assert_pixel (frame, 31, 17, colours[i].bgr[0], colours[i].bgr[1], colours[i].bgr[2]);
      g_assert_cmpuint (frame->source_width, ==, 64);
      g_free (solid.memory);
    }
}

/* Every pixel is written, none outside: asan looks on. Halving nine times loses a step or two of white. */
static void
test_sizes (void)
{
  static const guint sources[][2] = { { 640, 360 }, { 1, 1 }, { 2, 1 }, { 1, 64 }, { 639, 359 }, { 17, 4000 }, { 1920, 1080 } };
  static const guint tiles[][2] = { { 320, 180 }, { 1, 1 }, { 321, 181 }, { 7, 300 }, { 640, 360 }, { 1280, 720 } };
  g_autoptr (VigilPictureScaler) scaler = vigil_picture_scaler_new ();

  for (guint s = 0; s < G_N_ELEMENTS (sources); s++)
    for (guint t = 0; t < G_N_ELEMENTS (tiles); t++)
      {
        g_autoptr (VigilFrame) frame = vigil_frame_new (1, tiles[t][0], tiles[t][1]);
        Solid solid;

        memset (frame->pixels, 0x55, frame->size);
        g_test_message ("%ux%u into %ux%u", sources[s][0], sources[s][1], tiles[t][0], tiles[t][1]);
        solid_init (&solid, sources[s][0], sources[s][1], 235, 128, 128);
        g_assert_true (vigil_picture_scaler_render (scaler, &solid.picture, frame));
        assert_pixel (frame, 0, 0, 255, 255, 255);
        assert_pixel (frame, tiles[t][0] - 1, tiles[t][1] - 1, 255, 255, 255);
        g_free (solid.memory);
      }
}

static void
test_fit (void)
{
  static const struct { guint source[2], box[2], fit[2]; } cases[] = {
    { { 640, 360 }, { 320, 180 }, { 320, 180 } },
    { { 640, 360 }, { 320, 320 }, { 320, 180 } },
    { { 640, 480 }, { 320, 180 }, { 240, 180 } },
    { { 360, 640 }, { 320, 180 }, { 101, 180 } },
    { { 4096, 1 }, { 100, 100 }, { 100, 1 } },
    { { 1, 4096 }, { 100, 100 }, { 1, 100 } },
    { { 320, 180 }, { 1280, 720 }, { 1280, 720 } },
    { { 640, 360 }, { 30000, 30000 }, { 2560, 1440 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint width, height;

      vigil_picture_fit (cases[i].source[0], cases[i].source[1], cases[i].box[0], cases[i].box[1], &width, &height);
      g_assert_cmpuint (width, ==, cases[i].fit[0]);
      g_assert_cmpuint (height, ==, cases[i].fit[1]);
    }
}

static void
test_sane (void)
{
  g_assert_true (vigil_picture_size_is_sane (1, 1));
  g_assert_true (vigil_picture_size_is_sane (4096, 4096));
  g_assert_false (vigil_picture_size_is_sane (0, 360));
  g_assert_false (vigil_picture_size_is_sane (4097, 1));
  g_assert_false (vigil_picture_size_is_sane (16383, 16383));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/picture/colours", test_colours);
  g_test_add_func ("/media/picture/sizes", test_sizes);
  g_test_add_func ("/media/picture/fit", test_fit);
  g_test_add_func ("/media/picture/sane", test_sane);

  return g_test_run ();
}
