/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes in H.264's parameter sets: real ones, hostile ones, and anything at all. */
#include <string.h>

#include "vigil-h264.h"

/* An encoder's: 322 × 180, of which 336 × 192 are coded. */
static const guint8 real[] = { 0x67, 0x42, 0xc0, 0x0d, 0x8c, 0x8d, 0x40, 0xa8, 0xcb, 0x11, 0x3c, 0x03, 0xc2, 0x21, 0x1a, 0x80 };

typedef struct
{
  guint8 bytes[64];
  gsize  at;
} Writer;

static void
put (Writer *self,
     guint   value,
     guint   n)
{
  for (guint i = n; i > 0; i--, self->at++)
    self->bytes[self->at / 8] |= (guint8) ((value >> (i - 1) & 1) << (7 - self->at % 8));
}

static void
put_ue (Writer *self,
        guint   value)
{
  guint n = g_bit_storage (value + 1);

  put (self, 0, n - 1);
  put (self, value + 1, n);
}

/* Profile 66 has nothing about chroma; 100 has, with a scaling list. @order: of the picture count, 0 or 1. */
static void
write_set (Writer *writer,
           guint   profile,
           guint   order,
           guint   columns,
           guint   rows,
           guint   frames_only)
{
  memset (writer, 0, sizeof *writer);
  put (writer, 0x67, 8);
  put (writer, profile, 8);
  put (writer, 0xc00d, 16);
  put_ue (writer, 1);
  if (profile == 100)
    {
      put_ue (writer, 1);
      put_ue (writer, 0);
      put_ue (writer, 0);
      put (writer, 1, 2);
      /* One list, of which the first is 8 more than 8, and so are the rest: minus 16 ends it. */
      put (writer, 1, 1);
      put_ue (writer, 15);
      put_ue (writer, 32);
      put (writer, 0, 7);
    }
  put_ue (writer, 0);
  put_ue (writer, order);
  if (order == 0)
    put_ue (writer, 4);
  else
    {
      put (writer, 1, 1);
      put_ue (writer, 3);
      put_ue (writer, 4);
      put_ue (writer, 2);
      put_ue (writer, 9);
      put_ue (writer, 10);
    }
  put_ue (writer, 1);
  put (writer, 0, 1);
  put_ue (writer, columns - 1);
  put_ue (writer, rows - 1);
  put (writer, frames_only, 1);
  put (writer, 0xff, 8);
}

static void
assert_size (const Writer *writer,
             guint         width,
             guint         height)
{
  guint id, w, h;

  g_assert_true (vigil_h264_parse_sps (writer->bytes, (writer->at + 7) / 8, &id, &w, &h));
  g_assert_cmpuint (id, ==, 1);
  g_assert_cmpuint (w, ==, width);
  g_assert_cmpuint (h, ==, height);
}

static void
test_sizes (void)
{
  Writer writer;
  guint id, width, height;

  g_assert_true (vigil_h264_parse_sps (real, sizeof real, &id, &width, &height));
  g_assert_cmpuint (id, ==, 0);
  g_assert_cmpuint (width, ==, 336);
  g_assert_cmpuint (height, ==, 192);

  write_set (&writer, 66, 0, 20, 15, 1);
  assert_size (&writer, 320, 240);
  write_set (&writer, 100, 1, 512, 1, 1);
  assert_size (&writer, 8192, 16);
  write_set (&writer, 66, 1, 80, 23, 0);
  assert_size (&writer, 1280, 736);
  write_set (&writer, 66, 0, 1u << 30, 1u << 30, 0);
  assert_size (&writer, G_MAXUINT, G_MAXUINT);
}

/* A set hides where a decoder looks and nobody else: behind another, and in the middle of a unit. */
static void
test_stream (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  static const guint8 start[] = { 0, 0, 0, 1 }, slice[] = { 0x65, 1, 2, 3 };
  VigilH264Sets sets = { 0 };
  Writer writer;

  g_byte_array_append (stream, start, 4);
  g_byte_array_append (stream, real, sizeof real);
  g_byte_array_append (stream, start, 4);
  g_byte_array_append (stream, slice, sizeof slice);
  g_assert_true (vigil_h264_sets_look (&sets, stream->data, stream->len));

  write_set (&writer, 66, 0, 512, 1, 1);
  g_byte_array_append (stream, start + 1, 3);
  g_byte_array_append (stream, writer.bytes, (guint) (writer.at + 7) / 8);
  g_assert_false (vigil_h264_sets_look (&sets, stream->data, stream->len));

  /* One that cannot be read to its end is not let through either. */
  g_byte_array_set_size (stream, 0);
  g_byte_array_append (stream, start, 4);
  g_byte_array_append (stream, real, 5);
  g_assert_false (vigil_h264_sets_look (&sets, stream->data, stream->len));
  g_assert_true (vigil_h264_sets_look (&sets, stream->data, 0));
}

static gboolean
look_at_set (VigilH264Sets *sets,
             const Writer  *writer)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  static const guint8 start[] = { 0, 0, 1 };

  g_byte_array_append (stream, start, 3);
  g_byte_array_append (stream, writer->bytes, (guint) (writer->at + 7) / 8);
  return vigil_h264_sets_look (sets, stream->data, stream->len);
}

/* A picture may be of any set that the decoder has: it costs what the largest would. One that came later may have been refused by the
 * decoder, so it does not make less of the one with its id. */
static void
test_sets (void)
{
  VigilH264Sets sets = { 0 };
  Writer writer;

  g_assert_cmpuint (vigil_h264_sets_get_area (&sets), ==, 0);
  write_set (&writer, 66, 0, 20, 15, 1);
  g_assert_true (look_at_set (&sets, &writer));
  g_assert_cmpuint (vigil_h264_sets_get_area (&sets), ==, 320 * 240);
  write_set (&writer, 66, 0, 256, 256, 1);
  g_assert_true (look_at_set (&sets, &writer));
  g_assert_cmpuint (vigil_h264_sets_get_area (&sets), ==, 4096 * 4096);
  write_set (&writer, 66, 0, 20, 15, 1);
  g_assert_true (look_at_set (&sets, &writer));
  g_assert_cmpuint (vigil_h264_sets_get_area (&sets), ==, 4096 * 4096);

  /* Of another kind: both stay. */
  write_set (&writer, 66, 0, 10, 10, 1);
  writer.bytes[0] = 0x6f;
  g_assert_true (look_at_set (&sets, &writer));
  g_assert_cmpuint (vigil_h264_sets_get_area (&sets), ==, 4096 * 4096);
}

static void
test_anything (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autofree guint8 *bytes = NULL;
  VigilH264Sets sets = { 0 };

  for (guint i = 0; i < 20000; i++)
    {
      gsize size = (gsize) g_rand_int_range (random, 1, 80);
      guint id, width, height;

      g_free (bytes);
      bytes = g_malloc (size);
      for (gsize j = 0; j < size; j++)
        bytes[j] = (guint8) (g_rand_int_range (random, 0, 3) == 0 ? 0 : g_rand_int (random));
      if (vigil_h264_parse_sps (bytes, size, &id, &width, &height))
        {
          g_assert_cmpuint (MIN (width, height), >=, 16);
          g_assert_cmpuint (id, <, VIGIL_H264_MAX_SETS);
        }
      vigil_h264_sets_look (&sets, bytes, size);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/h264/sizes", test_sizes);
  g_test_add_func ("/media/h264/stream", test_stream);
  g_test_add_func ("/media/h264/sets", test_sets);
  g_test_add_func ("/media/h264/anything", test_anything);
  return g_test_run ();
}
