/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports on closed streams are cut out of compounds, and nothing malformed gets through. */
#include <string.h>

#include "vigil-rtcp-filter.h"

#define LIVE 0x11111111u
#define DEAD 0x22222222u

static gboolean
allowed_cb (guint32  ssrc,
            gpointer user_data)
{
  return ssrc == LIVE;
}

static void
add_header (GByteArray *bytes,
            guint       count,
            guint       type,
            guint       words)
{
  const guint8 header[] = { (guint8) (0x80 | count), (guint8) type, (guint8) (words >> 8), (guint8) words };

  g_byte_array_append (bytes, header, sizeof header);
}

static void
add_u32 (GByteArray *bytes,
         guint32     value)
{
  guint32 be = GUINT32_TO_BE (value);

  g_byte_array_append (bytes, (const guint8 *) &be, 4);
}

static void
add_sr (GByteArray *bytes,
        guint32     ssrc)
{
  add_header (bytes, 0, 200, 6);
  add_u32 (bytes, ssrc);
  for (guint i = 0; i < 5; i++)
    add_u32 (bytes, i);
}

static void
add_sdes (GByteArray *bytes,
          guint32     ssrc)
{
  add_header (bytes, 1, 202, 3);
  add_u32 (bytes, ssrc);
  g_byte_array_append (bytes, (const guint8 *) "\1\4name\0\0", 8);
}

static void
add_bye (GByteArray *bytes,
         guint32     ssrc)
{
  add_header (bytes, 1, 203, 1);
  add_u32 (bytes, ssrc);
}

static void
add_pli (GByteArray *bytes)
{
  add_header (bytes, 1, 206, 2);
  add_u32 (bytes, DEAD);
  add_u32 (bytes, LIVE);
}

static VigilRtcpVerdict
filter (GByteArray *bytes,
        guint8     *out,
        gsize      *size)
{
  return vigil_rtcp_filter (bytes->data, bytes->len, allowed_cb, NULL, out, size);
}

static void
test_pass (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 out[256];
  gsize size;

  add_sr (bytes, LIVE);
  add_sdes (bytes, LIVE);
  g_assert_cmpint (filter (bytes, out, &size), ==, VIGIL_RTCP_PASS);
  g_assert_cmpmem (out, size, bytes->data, bytes->len);
}

static void
test_drop (void)
{
  void (*const adders[]) (GByteArray *, guint32) = { add_sr, add_sdes, add_bye };
  guint8 out[256];
  gsize size;

  for (guint i = 0; i < G_N_ELEMENTS (adders); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      adders[i] (bytes, DEAD);
      g_assert_cmpint (filter (bytes, out, &size), ==, VIGIL_RTCP_DROP);
    }
}

static void
test_trim (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  guint8 out[256];
  gsize size;

  add_sr (bytes, DEAD);
  add_sdes (bytes, DEAD);
  add_sr (bytes, LIVE);
  add_bye (bytes, DEAD);
  add_pli (bytes);
  add_sr (expected, LIVE);
  add_pli (expected);

  g_assert_cmpint (filter (bytes, out, &size), ==, VIGIL_RTCP_TRIMMED);
  g_assert_cmpmem (out, size, expected->data, expected->len);
}

/* One chunk of two is about a closed stream: the packet goes as a whole. */
static void
test_two_chunks (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 out[256];
  gsize size;

  add_header (bytes, 2, 202, 6);
  add_u32 (bytes, LIVE);
  g_byte_array_append (bytes, (const guint8 *) "\1\4name\0\0", 8);
  add_u32 (bytes, DEAD);
  g_byte_array_append (bytes, (const guint8 *) "\1\4name\0\0", 8);
  g_assert_cmpint (filter (bytes, out, &size), ==, VIGIL_RTCP_DROP);
}

static void
test_malformed (void)
{
  static const struct { const char *what; guint8 data[12]; gsize size; } cases[] = {
    { "empty", { 0 }, 0 },
    { "three bytes", { 0x80, 200, 0 }, 3 },
    { "not version 2", { 0x40, 200, 0, 1, 0x11, 0x11, 0x11, 0x11 }, 8 },
    { "RTP", { 0x80, 96, 0, 1, 0x11, 0x11, 0x11, 0x11 }, 8 },
    { "longer than it is", { 0x80, 201, 0, 9, 0x11, 0x11, 0x11, 0x11 }, 8 },
    { "a report without a sender", { 0x80, 200, 0, 0 }, 4 },
    { "a goodbye without its SSRCs", { 0x9f, 203, 0, 1, 0x11, 0x11, 0x11, 0x11 }, 8 },
    { "a description whose item runs over", { 0x81, 202, 0, 2, 0x11, 0x11, 0x11, 0x11, 1, 200, 'a', 0 }, 12 },
    { "a description without an end", { 0x81, 202, 0, 2, 0x11, 0x11, 0x11, 0x11, 1, 2, 'a', 'b' }, 12 },
    { "a description with more chunks than bytes", { 0x82, 202, 0, 2, 0x11, 0x11, 0x11, 0x11, 0, 0, 0, 0 }, 12 },
  };
  guint8 out[16];
  gsize size;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (vigil_rtcp_filter (cases[i].data, cases[i].size, allowed_cb, NULL, out, &size), ==, VIGIL_RTCP_DROP);
    }
}

static void
test_random (void)
{
  guint8 data[64], out[64];

  for (guint i = 0; i < 200000; i++)
    {
      gsize size = (gsize) g_test_rand_int_range (0, sizeof data);
      gsize kept;

      for (gsize j = 0; j < size; j++)
        data[j] = (guint8) g_test_rand_int ();
      if (size > 4 && i % 2 == 0)
        {
          data[0] = (guint8) (0x80 | (data[0] & 0x1f));
          data[1] = (guint8) (200 + data[1] % 7);
          data[2] = 0;
          data[3] = (guint8) (data[3] % 16);
        }
      vigil_rtcp_filter (data, size, allowed_cb, NULL, out, &kept);
      g_assert_cmpuint (kept, <=, size);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/rtcp-filter/pass", test_pass);
  g_test_add_func ("/media/rtcp-filter/drop", test_drop);
  g_test_add_func ("/media/rtcp-filter/trim", test_trim);
  g_test_add_func ("/media/rtcp-filter/two-chunks", test_two_chunks);
  g_test_add_func ("/media/rtcp-filter/malformed", test_malformed);
  g_test_add_func ("/media/rtcp-filter/random", test_random);

  return g_test_run ();
}
