/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is held back, for how long, and who is forgiven. */
#include "vigil-decode-strikes.h"

#define SECOND G_USEC_PER_SEC

static void
test_grows (void)
{
  g_autoptr (VigilDecodeStrikes) strikes = vigil_decode_strikes_new ();
  gint64 now = 100 * SECOND;

  g_assert_cmpint (vigil_decode_strikes_get_held_until (strikes, "a"), ==, 0);

  /* It may have been another's: the first is on the house. */
  g_assert_cmpuint (vigil_decode_strikes_add (strikes, "a", now), ==, 1);
  g_assert_cmpint (vigil_decode_strikes_get_held_until (strikes, "a"), <=, now);
  g_assert_cmpuint (vigil_decode_strikes_add (strikes, "a", now), ==, 2);
  g_assert_cmpint (vigil_decode_strikes_get_held_until (strikes, "a"), ==, now + SECOND);
  g_assert_false (vigil_decode_strikes_is_out (strikes, "a", now));
  g_assert_cmpuint (vigil_decode_strikes_add (strikes, "a", now), ==, VIGIL_DECODE_STRIKES_OUT);
  g_assert_true (vigil_decode_strikes_is_out (strikes, "a", now + 59 * SECOND));
  g_assert_false (vigil_decode_strikes_is_out (strikes, "a", now + 61 * SECOND));
  vigil_decode_strikes_add (strikes, "a", now);
  g_assert_true (vigil_decode_strikes_is_out (strikes, "a", now + 119 * SECOND));
  g_assert_false (vigil_decode_strikes_is_out (strikes, "b", now));

  for (guint i = 0; i < 100; i++)
    vigil_decode_strikes_add (strikes, "a", now);
  g_assert_cmpint (vigil_decode_strikes_get_held_until (strikes, "a"), ==, now + 30 * 60 * SECOND);
}

static void
test_forgiven (void)
{
  g_autoptr (VigilDecodeStrikes) strikes = vigil_decode_strikes_new ();

  vigil_decode_strikes_add (strikes, "a", 1);
  vigil_decode_strikes_add (strikes, "a", 2);
  vigil_decode_strikes_forgive (strikes, "a", 59, 200 * SECOND);
  g_assert_cmpuint (vigil_decode_strikes_add (strikes, "a", 3), ==, 3);

  /* Pictures alone are no more than what a hostile sender has plenty of. */
  vigil_decode_strikes_forgive (strikes, "a", 10000, 59 * SECOND);
  g_assert_cmpuint (vigil_decode_strikes_add (strikes, "a", 4), ==, 4);

  /* One at a time. */
  vigil_decode_strikes_forgive (strikes, "a", 60, 100 * SECOND);
  vigil_decode_strikes_forgive (strikes, "a", 10000, 101 * SECOND);
  g_assert_cmpuint (vigil_decode_strikes_add (strikes, "a", 101 * SECOND), ==, 4);
  for (guint i = 2; i < 5; i++)
    vigil_decode_strikes_forgive (strikes, "a", 60, i * 100 * SECOND);
  g_assert_cmpuint (vigil_decode_strikes_get_n_origins (strikes), ==, 1);
  vigil_decode_strikes_forgive (strikes, "a", 59, 500 * SECOND);
  g_assert_cmpuint (vigil_decode_strikes_get_n_origins (strikes), ==, 1);
  vigil_decode_strikes_forgive (strikes, "a", 1, 500 * SECOND);
  g_assert_cmpuint (vigil_decode_strikes_get_n_origins (strikes), ==, 0);
  vigil_decode_strikes_forgive (strikes, "nobody", 100, 500 * SECOND);
}

static void
test_bounded (void)
{
  g_autoptr (VigilDecodeStrikes) strikes = vigil_decode_strikes_new ();

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *origin = g_strdup_printf ("%u", i);

      vigil_decode_strikes_add (strikes, origin, i);
    }
  g_assert_cmpuint (vigil_decode_strikes_get_n_origins (strikes), ==, 1024);
  g_assert_cmpuint (vigil_decode_strikes_add (strikes, "4999", 5000), ==, 2);
  g_assert_cmpuint (vigil_decode_strikes_add (strikes, "0", 5000), ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/decode-strikes/grows", test_grows);
  g_test_add_func ("/media/decode-strikes/forgiven", test_forgiven);
  g_test_add_func ("/media/decode-strikes/bounded", test_bounded);
  return g_test_run ();
}
