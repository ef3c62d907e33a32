/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VP8 from RTP: descriptors of every form, frames with holes, and bytes that are not VP8. */
#include <string.h>

#include "vigil-vp8.h"

#define MARKER 0x80

static const guint8 key_frame[] = { 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01, 7, 7 };

static VigilVp8Verdict
push (VigilVp8Depay *depay,
      guint8         marker,
      gboolean       gap,
      const guint8  *payload,
      gsize          size)
{
  guint8 packet[256] = { 0x80, (guint8) (96 | marker) };

  if (size > 0)
    memcpy (packet + 12, payload, size);
  return vigil_vp8_depay_push (depay, packet, 12 + size, gap);
}

static void
test_header (void)
{
  VigilVp8Header header;
  guint8 huge[sizeof key_frame];

  g_assert_true (vigil_vp8_parse_header (key_frame, sizeof key_frame, &header));
  g_assert_true (header.key && header.shown);
  g_assert_cmpuint (header.width, ==, 640);
  g_assert_cmpuint (header.height, ==, 360);

  memcpy (huge, key_frame, sizeof huge);
  huge[6] = huge[7] = huge[8] = huge[9] = 0xff;
  g_assert_true (vigil_vp8_parse_header (huge, sizeof huge, &header));
  g_assert_cmpuint (header.width, ==, 16383);

  huge[3] = 0;
  g_assert_false (vigil_vp8_parse_header (huge, sizeof huge, &header));
  for (gsize size = 0; size < VIGIL_VP8_HEADER_SIZE; size++)
    g_assert_false (vigil_vp8_parse_header (key_frame, size, &header));

  g_assert_true (vigil_vp8_parse_header ((const guint8 *) "\x01\0\0", 3, &header));
  g_assert_false (header.key || header.shown);
}

static void
test_descriptors (void)
{
  static const struct { guint8 bytes[6]; gsize size; } forms[] = {
    { { 0x10 }, 1 },
    { { 0x90, 0x80, 0x05 }, 3 },
    { { 0x90, 0x80, 0x85, 0x05 }, 4 },
    { { 0x90, 0x40, 0x05 }, 3 },
    { { 0x90, 0x20, 0x05 }, 3 },
    { { 0x90, 0xf0, 0x85, 0x05, 0x05, 0x05 }, 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      VigilVp8Depay depay;
      guint8 payload[64];

      vigil_vp8_depay_init (&depay);
      memcpy (payload, forms[i].bytes, forms[i].size);
      memcpy (payload + forms[i].size, key_frame, sizeof key_frame);
      g_assert_cmpint (push (&depay, MARKER, FALSE, payload, forms[i].size + sizeof key_frame), ==, VIGIL_VP8_FRAME);
      g_assert_cmpmem (depay.frame->data, depay.frame->len, key_frame, sizeof key_frame);
      vigil_vp8_depay_clear (&depay);
    }
}

static void
test_fragments (void)
{
  VigilVp8Depay depay;

  vigil_vp8_depay_init (&depay);
  g_assert_cmpint (push (&depay, 0, FALSE, (const guint8 *) "\x10""abc", 4), ==, VIGIL_VP8_MORE);
  g_assert_cmpint (push (&depay, 0, FALSE, (const guint8 *) "\x00""def", 4), ==, VIGIL_VP8_MORE);
  /* Padding alone, as servers send to probe. */
  g_assert_cmpint (push (&depay, 0, FALSE, NULL, 0), ==, VIGIL_VP8_MORE);
  g_assert_cmpint (push (&depay, MARKER, FALSE, (const guint8 *) "\x01""ghi", 4), ==, VIGIL_VP8_FRAME);
  g_assert_cmpmem (depay.frame->data, depay.frame->len, "abcdefghi", 9);
  vigil_vp8_depay_clear (&depay);
}

static void
test_holes (void)
{
  VigilVp8Depay depay;

  vigil_vp8_depay_init (&depay);
  /* In the middle of a frame: wait for the next. */
  g_assert_cmpint (push (&depay, MARKER, FALSE, (const guint8 *) "\x00""xyz", 4), ==, VIGIL_VP8_BROKEN);
  /* A hole in it: it is lost, and so is its end. */
  g_assert_cmpint (push (&depay, 0, FALSE, (const guint8 *) "\x10""abc", 4), ==, VIGIL_VP8_MORE);
  g_assert_cmpint (push (&depay, MARKER, TRUE, (const guint8 *) "\x00""ghi", 4), ==, VIGIL_VP8_BROKEN);
  /* A new frame after a hole is whole. */
  g_assert_cmpint (push (&depay, 0, FALSE, (const guint8 *) "\x10""abc", 4), ==, VIGIL_VP8_MORE);
  g_assert_cmpint (push (&depay, MARKER, TRUE, (const guint8 *) "\x10""new", 4), ==, VIGIL_VP8_FRAME);
  g_assert_cmpmem (depay.frame->data, depay.frame->len, "new", 3);
  vigil_vp8_depay_clear (&depay);
}

static void
test_malformed (void)
{
  static const struct { const char *what; guint8 data[20]; gsize size; } cases[] = {
    { "short", { 0x80, 96 }, 2 },
    { "not version 2", { 0x00 }, 20 },
    { "more contributors than bytes", { 0x8f, 96 }, 20 },
    { "an extension that runs over", { 0x90, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0xff, 0xff }, 20 },
    { "more padding than bytes", { 0xa0, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 1, 1, 1, 1, 1, 0xff }, 20 },
    { "a descriptor alone", { 0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10 }, 13 },
    { "half a descriptor", { 0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x90, 0xf0 }, 14 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VigilVp8Depay depay;

      g_test_message ("%s", cases[i].what);
      vigil_vp8_depay_init (&depay);
      g_assert_cmpint (vigil_vp8_depay_push (&depay, cases[i].data, cases[i].size, FALSE), ==, VIGIL_VP8_BROKEN);
      vigil_vp8_depay_clear (&depay);
    }
}

/* A frame without an end must not grow for ever. */
static void
test_endless (void)
{
  VigilVp8Depay depay;
  guint8 payload[201] = { 0x10 };
  gboolean gave_up = FALSE;

  vigil_vp8_depay_init (&depay);
  push (&depay, 0, FALSE, payload, sizeof payload);
  payload[0] = 0;
  for (guint i = 0; i < 20000; i++)
    {
      gave_up |= push (&depay, 0, FALSE, payload, sizeof payload) == VIGIL_VP8_BROKEN;
      g_assert_cmpuint (depay.frame->len, <=, VIGIL_VP8_FRAME_MAX);
    }
  g_assert_true (gave_up);
  vigil_vp8_depay_clear (&depay);
}

static void
test_random (void)
{
  VigilVp8Depay depay;
  guint8 data[64];

  vigil_vp8_depay_init (&depay);
  for (guint i = 0; i < 200000; i++)
    {
      gsize size = (gsize) g_test_rand_int_range (0, sizeof data);

      for (gsize j = 0; j < size; j++)
        data[j] = (guint8) g_test_rand_int ();
      if (i % 4 != 0)
        data[0] = (guint8) (0x80 | (data[0] & 0x3f));
      vigil_vp8_depay_push (&depay, data, size, i % 17 == 0);
    }
  vigil_vp8_depay_clear (&depay);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/vp8/header", test_header);
  g_test_add_func ("/media/vp8/descriptors", test_descriptors);
  g_test_add_func ("/media/vp8/fragments", test_fragments);
  g_test_add_func ("/media/vp8/holes", test_holes);
  g_test_add_func ("/media/vp8/malformed", test_malformed);
  g_test_add_func ("/media/vp8/endless", test_endless);
  g_test_add_func ("/media/vp8/random", test_random);

  return g_test_run ();
}
