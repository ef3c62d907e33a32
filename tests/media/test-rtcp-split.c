/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each feedback goes out by itself, behind a report on its own stream; nothing else changes. */
#include <string.h>

#include "vigil-rtcp-split.h"

#define ME 0x01020304u

typedef struct
{
  guint  n;
  guint8 data[8][1500];
  gsize  size[8];
} Parts;

static void
part_cb (const guint8 *data,
         gsize         size,
         gpointer      user_data)
{
  Parts *parts = user_data;

  g_assert_cmpuint (parts->n, <, 8);
  memcpy (parts->data[parts->n], data, size);
  parts->size[parts->n++] = size;
}

static void
add (GByteArray *bytes,
     guint       count,
     guint       type,
     guint       n_words,
     ...)
{
  const guint8 header[] = { (guint8) (0x80 | count), (guint8) type, 0, (guint8) n_words };
  va_list args;

  g_byte_array_append (bytes, header, 4);
  va_start (args, n_words);
  for (guint i = 0; i < n_words; i++)
    {
      guint32 be = GUINT32_TO_BE (va_arg (args, guint32));

      g_byte_array_append (bytes, (const guint8 *) &be, 4);
    }
  va_end (args);
}

static guint32
word (const Parts *parts,
      guint        part,
      guint        i)
{
  const guint8 *p = parts->data[part] + i * 4;

  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

static GByteArray *
make_compound (void)
{
  GByteArray *bytes = g_byte_array_new ();

  /* A report on two streams, a description, a request for a key frame of the second and one of a third, lost packets of the first. */
  add (bytes, 2, 201, 13, ME, 111u, 0x01000002u, 3u, 4u, 5u, 6u, 222u, 0x02000003u, 13u, 14u, 15u, 16u);
  add (bytes, 1, 202, 2, ME, 0x01016100u);
  add (bytes, 1, 206, 2, ME, 222u);
  add (bytes, 1, 206, 2, ME, 333u);
  add (bytes, 1, 205, 3, ME, 111u, 0x00050001u);
  return bytes;
}

static void
test_split (void)
{
  g_autoptr (GByteArray) bytes = make_compound ();
  Parts parts = { 0 };

  g_assert_cmpuint (vigil_rtcp_split (bytes->data, bytes->len, part_cb, &parts), ==, 4);
  g_assert_cmpuint (parts.n, ==, 4);

  g_assert_cmpuint (parts.size[0], ==, 56 + 12);
  g_assert_cmpmem (parts.data[0], parts.size[0], bytes->data, 56 + 12);

  /* The report of the second stream, and what is asked of it. */
  g_assert_cmpuint (parts.size[1], ==, 32 + 12);
  g_assert_cmphex (word (&parts, 1, 0), ==, 0x81c90007);
  g_assert_cmphex (word (&parts, 1, 1), ==, ME);
  g_assert_cmpuint (word (&parts, 1, 2), ==, 222);
  g_assert_cmpuint (word (&parts, 1, 4), ==, 13);
  g_assert_cmphex (word (&parts, 1, 8), ==, 0x81ce0002);
  g_assert_cmpuint (word (&parts, 1, 10), ==, 222);

  /* Nothing is reported of the third yet; it is named all the same. */
  g_assert_cmpuint (word (&parts, 2, 2), ==, 333);
  g_assert_cmpuint (word (&parts, 2, 3), ==, 0);
  g_assert_cmpuint (word (&parts, 2, 10), ==, 333);

  g_assert_cmpuint (parts.size[3], ==, 32 + 16);
  g_assert_cmpuint (word (&parts, 3, 2), ==, 111);
  g_assert_cmphex (word (&parts, 3, 8), ==, 0x81cd0003);
  g_assert_cmphex (word (&parts, 3, 11), ==, 0x00050001);
}

static void
test_left_alone (void)
{
  g_autoptr (GByteArray) report = g_byte_array_new ();
  g_autoptr (GByteArray) whole = make_compound ();
  Parts parts = { 0 };

  add (report, 1, 201, 7, ME, 111u, 1u, 2u, 3u, 4u, 5u);
  g_assert_cmpuint (vigil_rtcp_split (report->data, report->len, part_cb, &parts), ==, 0);
  g_assert_cmpuint (vigil_rtcp_split (report->data, 0, part_cb, &parts), ==, 0);

  /* Cut off anywhere but between two packets it is none of ours. */
  for (gsize size = 1; size < whole->len; size++)
    {
      Parts some = { 0 };
      gboolean boundary = size == 56 || size == 68 || size == 80 || size == 92;
      guint n = vigil_rtcp_split (whole->data, size, part_cb, &some);

      g_assert_cmpuint (n, ==, boundary && size >= 80 ? 1 + (size - 68) / 12 : 0);
    }
  g_assert_cmpuint (parts.n, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/rtcp-split/split", test_split);
  g_test_add_func ("/media/rtcp-split/left-alone", test_left_alone);
  return g_test_run ();
}
