/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The phase table, every pair of it, and when "changed" is told. */

#include "vigil-stream-private.h"

/* The design's picture of the phases, written down a second time: i C c a p s. */
static const char *const allowed[VIGIL_N_PHASES] = {
  [VIGIL_PHASE_IDLE] =              ".C...s",
  [VIGIL_PHASE_CHECKING] =          "i.c..s",
  [VIGIL_PHASE_CREATING_CONSUMER] = "iC.a.s",
  [VIGIL_PHASE_ATTACHING] =         "iC..ps",
  [VIGIL_PHASE_PLAYING] =           "iC.a.s",
  [VIGIL_PHASE_STOPPED] =           "iC....",
};

/* A way to each phase from a new stream. */
static const VigilStreamPhase ways[VIGIL_N_PHASES][5] = {
  [VIGIL_PHASE_IDLE] = { VIGIL_PHASE_IDLE },
  [VIGIL_PHASE_CHECKING] = { VIGIL_PHASE_CHECKING },
  [VIGIL_PHASE_CREATING_CONSUMER] = { VIGIL_PHASE_CHECKING, VIGIL_PHASE_CREATING_CONSUMER },
  [VIGIL_PHASE_ATTACHING] = { VIGIL_PHASE_CHECKING, VIGIL_PHASE_CREATING_CONSUMER, VIGIL_PHASE_ATTACHING },
  [VIGIL_PHASE_PLAYING] = { VIGIL_PHASE_CHECKING, VIGIL_PHASE_CREATING_CONSUMER, VIGIL_PHASE_ATTACHING, VIGIL_PHASE_PLAYING },
  [VIGIL_PHASE_STOPPED] = { VIGIL_PHASE_STOPPED },
};

static VigilStream *
stream_in (VigilStreamPhase phase)
{
  VigilStream *stream = vigil_stream_new (7, VIGIL_SOURCE_WEBCAM);

  for (guint i = 0; vigil_stream_get_phase (stream) != phase; i++)
    g_assert_true (vigil_stream_enter (stream, ways[phase][i], "test"));

  return stream;
}

static void
test_every_pair (void)
{
  for (guint from = 0; from < VIGIL_N_PHASES; from++)
    for (guint to = 0; to < VIGIL_N_PHASES; to++)
      {
        VigilStream *stream = stream_in (from);
        gboolean may = allowed[from][to] != '.';

        g_assert_cmpint (vigil_state_table_allows (&vigil_stream_phases, from, to), ==, may);
        if (from == to)
          {
            g_assert_true (vigil_stream_enter (stream, to, "no move"));
          }
        else if (may)
          {
            g_assert_true (vigil_stream_enter (stream, to, "test"));
            g_assert_cmpint (vigil_stream_get_phase (stream), ==, to);
          }
        else
          {
            g_test_expect_message ("vigil-base", G_LOG_LEVEL_CRITICAL, "*no edge*");
            g_assert_false (vigil_stream_enter (stream, to, "test"));
            g_test_assert_expected_messages ();
            g_assert_cmpint (vigil_stream_get_phase (stream), ==, from);
          }
        g_assert_finalize_object (stream);
      }
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_changed (void)
{
  VigilStream *stream = vigil_stream_new (7, VIGIL_SOURCE_WEBCAM);
  g_autoptr (GObject) picture = g_object_new (G_TYPE_OBJECT, NULL);
  guint n = 0;

  g_signal_connect_swapped (stream, "changed", G_CALLBACK (count_cb), &n);
  g_assert_cmpuint (vigil_stream_get_handle (stream), ==, 7);
  g_assert_cmpint (vigil_stream_get_source (stream), ==, VIGIL_SOURCE_WEBCAM);

  vigil_stream_set_mode (stream, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  vigil_stream_set_mode (stream, VIGIL_MODE_LIVE, VIGIL_WHY_VISIBLE);
  g_assert_cmpuint (n, ==, 1);
  vigil_stream_set_mode (stream, VIGIL_MODE_LIVE, VIGIL_WHY_PINNED);
  g_assert_cmpuint (n, ==, 2);

  vigil_stream_set_failure (stream, "x");
  vigil_stream_set_failure (stream, "x");
  vigil_stream_set_stalled (stream, TRUE);
  vigil_stream_set_stalled (stream, TRUE);
  vigil_stream_set_retries (stream, 1);
  vigil_stream_set_retries (stream, 1);
  vigil_stream_set_picture (stream, picture, 3);
  vigil_stream_set_picture (stream, picture, 3);
  g_assert_cmpuint (n, ==, 6);
  g_assert_true (vigil_stream_get_picture (stream) == picture);
  g_assert_cmpuint (vigil_stream_get_feed (stream), ==, 3);
  g_assert_true (vigil_stream_get_stalled (stream));

  vigil_stream_begin (stream);
  vigil_stream_begin (stream);
  vigil_stream_set_failure (stream, NULL);
  vigil_stream_set_picture (stream, NULL, 0);
  vigil_stream_enter (stream, VIGIL_PHASE_CHECKING, "test");
  vigil_stream_end (stream);
  g_assert_cmpuint (n, ==, 6);
  vigil_stream_end (stream);
  g_assert_cmpuint (n, ==, 7);

  vigil_stream_begin (stream);
  vigil_stream_end (stream);
  g_assert_cmpuint (n, ==, 7);

  g_assert_finalize_object (stream);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/stream/every-pair", test_every_pair);
  g_test_add_func ("/session/stream/changed", test_changed);
  return g_test_run ();
}
