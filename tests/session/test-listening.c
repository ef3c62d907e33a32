/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screens and microphones of whoever is opened, and whom the operator hears. */

#include "streams-fixture.h"

#include <math.h>

#include "vigil-listening.h"

#define VOLUME 0.8
#define DUCKED (0.8 * 0.2511886) /* 12 dB below */

typedef struct
{
  Fixture         f;
  VigilListening *listening;
  guint           n_changed;
} Rig;

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
set_up (Rig           *rig,
        gconstpointer  data)
{
  fixture_set_up (&rig->f, NULL);
  vigil_settings_set_double (rig->f.settings, VIGIL_SETTING_LISTEN_VOLUME, VOLUME);
  vigil_settings_set_int (rig->f.settings, VIGIL_SETTING_LISTEN_DUCK, 12);
  rig->listening = vigil_listening_new (rig->f.streams, rig->f.roster, rig->f.settings, VIGIL_MEDIA_ENGINE (rig->f.engine));
  g_signal_connect_swapped (rig->listening, "changed", G_CALLBACK (count_cb), &rig->n_changed);
  start (&rig->f);
}

static void
tear_down (Rig           *rig,
           gconstpointer  data)
{
  g_assert_finalize_object (rig->listening);
  vigil_fake_spin ();
  fixture_tear_down (&rig->f, NULL);
}

/* With webcam, screen and microphone; opened. */
static VigilHandle
open_one (Rig        *rig,
          const char *id)
{
  g_autofree char *screen = g_strdup_printf ("%s-screen", id);
  g_autofree char *sound = g_strdup_printf ("%s-sound", id);
  VigilHandle handle = add (&rig->f, id, id);

  vigil_roster_set_producer (rig->f.roster, handle, VIGIL_SOURCE_SCREEN, screen);
  vigil_roster_set_producer (rig->f.roster, handle, VIGIL_SOURCE_MICROPHONE, sound);
  vigil_stream_controller_set_focused (rig->f.streams, handle, TRUE);
  vigil_fake_spin ();
  return handle;
}

static double
get_gain (Rig         *rig,
          VigilHandle  handle)
{
  g_autoptr (VigilStream) stream = vigil_stream_controller_ref_source (rig->f.streams, handle, VIGIL_SOURCE_MICROPHONE);

  return vigil_fake_engine_get_gain (rig->f.engine, vigil_stream_get_feed (stream));
}

static void
assert_gain (Rig         *rig,
             VigilHandle  handle,
             double       gain)
{
  g_assert_cmpfloat_with_epsilon (get_gain (rig, handle), gain, 0.00001);
  g_assert_cmpint (vigil_listening_is_on (rig->listening, handle), ==, gain > 0);
}

/* The streams that ui/ shows in focus. */
static void
test_sources (Rig           *rig,
              gconstpointer  data)
{
  VigilHandle a = add (&rig->f, "a", "a");
  g_autoptr (VigilStream) webcam = vigil_stream_controller_ref_source (rig->f.streams, a, VIGIL_SOURCE_WEBCAM);
  g_autoptr (VigilStream) screen = vigil_stream_controller_ref_source (rig->f.streams, a, VIGIL_SOURCE_SCREEN);
  g_autoptr (VigilStream) sound = vigil_stream_controller_ref_source (rig->f.streams, a, VIGIL_SOURCE_MICROPHONE);
  g_autoptr (VigilStream) tile = vigil_stream_controller_ref_stream (rig->f.streams, a);

  g_assert_true (tile == webcam);
  g_assert_true (screen != webcam && sound != screen);
  g_assert_cmpint (vigil_stream_get_source (sound), ==, VIGIL_SOURCE_MICROPHONE);
  vigil_roster_set_producer (rig->f.roster, a, VIGIL_SOURCE_SCREEN, "a-screen");
  show (&rig->f, a, TRUE);
  assert_phase (webcam, VIGIL_PHASE_PLAYING);
  g_assert_cmpint (vigil_stream_get_mode (screen), ==, VIGIL_MODE_COLD);
  g_assert_cmpint (vigil_stream_get_reason (screen), ==, VIGIL_WHY_NOT_OPENED);

  vigil_stream_controller_set_focused (rig->f.streams, a, TRUE);
  vigil_fake_spin ();
  assert_phase (screen, VIGIL_PHASE_PLAYING);
  g_assert_cmpint (vigil_stream_get_reason (screen), ==, VIGIL_WHY_FOCUSED);
  g_assert_cmpint (vigil_stream_get_reason (sound), ==, VIGIL_WHY_NOT_STREAMING);
  g_assert_cmpuint (vigil_fake_log_count (rig->f.log, "consume a-sound"), ==, 0);

  /* Switched on later; and off, which is nobody's failure of ours. */
  vigil_roster_set_producer (rig->f.roster, a, VIGIL_SOURCE_MICROPHONE, "a-sound");
  g_assert_true (vigil_fake_wait (is_playing, sound, 1000));
  vigil_roster_set_producer (rig->f.roster, a, VIGIL_SOURCE_MICROPHONE, NULL);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_stream_get_mode (sound), ==, VIGIL_MODE_COLD);
  g_assert_cmpstr (vigil_stream_get_failure (sound), ==, "The candidate's sound has ended");
  assert_phase (webcam, VIGIL_PHASE_PLAYING);

  /* Two views of one candidate: only the last one ends it. */
  vigil_stream_controller_set_focused (rig->f.streams, a, TRUE);
  vigil_stream_controller_set_focused (rig->f.streams, a, FALSE);
  vigil_fake_spin ();
  assert_phase (screen, VIGIL_PHASE_PLAYING);
  vigil_stream_controller_set_focused (rig->f.streams, a, FALSE);
  vigil_fake_spin ();
  assert_phase (screen, VIGIL_PHASE_STOPPED);
  assert_phase (webcam, VIGIL_PHASE_PLAYING);
  g_assert_cmpuint (vigil_fake_engine_get_n_feeds (rig->f.engine), ==, 1);
  show (&rig->f, a, FALSE);
}

/* The transport goes and comes: all three of each of four come back. */
static void
test_four_survive (Rig           *rig,
                   gconstpointer  data)
{
  static const char *const ids[] = { "a", "b", "c", "d" };
  VigilHandle handles[G_N_ELEMENTS (ids)];
  VigilStreamCounts counts;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    handles[i] = open_one (rig, ids[i]);
  vigil_stream_controller_get_counts (rig->f.streams, &counts);
  g_assert_cmpuint (counts.phases[VIGIL_PHASE_PLAYING], ==, 12);
  g_assert_cmpuint (counts.live, ==, 8);
  g_assert_cmpuint (counts.cold, ==, 0);
  vigil_listening_set (rig->listening, handles[2], TRUE, FALSE);
  assert_gain (rig, handles[2], VOLUME);

  vigil_stream_controller_stop (rig->f.streams, "test");
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_fake_engine_get_n_feeds (rig->f.engine), ==, 0);
  g_assert_true (vigil_listening_is_on (rig->listening, handles[2]));
  start (&rig->f);
  vigil_fake_run (100);
  vigil_stream_controller_get_counts (rig->f.streams, &counts);
  g_assert_cmpuint (counts.phases[VIGIL_PHASE_PLAYING], ==, 12);
  /* On another feed, and heard again without being asked; nobody else is. */
  assert_gain (rig, handles[2], VOLUME);
  assert_gain (rig, handles[1], 0);
}

/* What is asked for, and who is heard how loud afterwards. */
static void
test_policy (Rig           *rig,
             gconstpointer  data)
{
  static const struct { const char *what; guint who; gboolean on, together; double gains[3]; guint first; } steps[] = {
    { "one", 0, TRUE, FALSE, { VOLUME, 0, 0 }, 0 },
    { "another ends it", 1, TRUE, FALSE, { 0, VOLUME, 0 }, 1 },
    { "together: the newest is loud", 2, TRUE, TRUE, { 0, DUCKED, VOLUME }, 2 },
    { "a third takes the oldest's place", 0, TRUE, TRUE, { VOLUME, 0, DUCKED }, 0 },
    { "the ducked one comes forward", 2, TRUE, TRUE, { DUCKED, 0, VOLUME }, 2 },
    { "the same again alone", 2, TRUE, FALSE, { 0, 0, VOLUME }, 2 },
    { "off who is not on", 1, FALSE, FALSE, { 0, 0, VOLUME }, 2 },
    { "together again", 1, TRUE, TRUE, { 0, VOLUME, DUCKED }, 1 },
    { "off the newest: the other is loud again", 1, FALSE, TRUE, { 0, 0, VOLUME }, 2 },
    { "off", 2, FALSE, FALSE, { 0, 0, 0 }, 3 },
  };
  VigilHandle handles[] = { open_one (rig, "a"), open_one (rig, "b"), open_one (rig, "c"), VIGIL_HANDLE_NONE };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      guint n = 0;

      g_test_message ("%s", steps[i].what);
      vigil_listening_set (rig->listening, handles[steps[i].who], steps[i].on, steps[i].together);
      for (guint k = 0; k < 3; k++)
        {
          assert_gain (rig, handles[k], steps[i].gains[k]);
          n += steps[i].gains[k] > 0;
        }
      g_assert_cmpuint (vigil_listening_get_n (rig->listening), ==, n);
      g_assert_cmpuint (vigil_listening_get_nth (rig->listening, 0), ==, handles[steps[i].first]);
      g_assert_cmpuint (vigil_listening_get_nth (rig->listening, n), ==, VIGIL_HANDLE_NONE);
    }
  g_assert_cmpuint (rig->n_changed, ==, G_N_ELEMENTS (steps) - 1);
}

static void
test_settings (Rig           *rig,
               gconstpointer  data)
{
  VigilHandle a = open_one (rig, "a"), b = open_one (rig, "b");

  vigil_listening_set (rig->listening, a, TRUE, FALSE);
  vigil_listening_set (rig->listening, b, TRUE, TRUE);
  vigil_settings_set_double (rig->f.settings, VIGIL_SETTING_LISTEN_VOLUME, 0.5);
  assert_gain (rig, b, 0.5);
  vigil_settings_set_int (rig->f.settings, VIGIL_SETTING_LISTEN_DUCK, 20);
  assert_gain (rig, a, 0.05);
  vigil_settings_set_double (rig->f.settings, VIGIL_SETTING_LISTEN_VOLUME, 7);
  g_assert_cmpfloat (vigil_settings_get_double (rig->f.settings, VIGIL_SETTING_LISTEN_VOLUME), ==, 1);
}

/* It ends when the page is left, when the candidate leaves, and when there is nothing to hear it with. */
static void
test_ends (Rig           *rig,
           gconstpointer  data)
{
  VigilHandle a = open_one (rig, "a"), b = open_one (rig, "b");
  const char *why = NULL;

  vigil_listening_set (rig->listening, a, TRUE, FALSE);
  vigil_listening_set (rig->listening, b, TRUE, TRUE);
  vigil_stream_controller_set_focused (rig->f.streams, b, FALSE);
  vigil_fake_spin ();
  assert_gain (rig, b, 0);
  assert_gain (rig, a, VOLUME);
  g_assert_cmpuint (rig->n_changed, ==, 3);

  vigil_roster_begin_snapshot (rig->f.roster);
  vigil_roster_end_snapshot (rig->f.roster);
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_listening_get_n (rig->listening), ==, 0);
  g_assert_false (vigil_listening_can (rig->listening, a, &why));
  g_assert_cmpstr (why, ==, "The candidate is not in the exam");

  a = open_one (rig, "c");
  vigil_listening_set (rig->listening, a, TRUE, FALSE);
  g_assert_cmpuint (vigil_listening_get_n (rig->listening), ==, 1);
  vigil_fake_engine_set_mute (rig->f.engine, "No sound device was found");
  g_assert_cmpuint (vigil_listening_get_n (rig->listening), ==, 0);
  g_assert_false (vigil_listening_can (rig->listening, a, &why));
  g_assert_cmpstr (why, ==, "No sound device was found");
  vigil_listening_set (rig->listening, a, TRUE, FALSE);
  g_assert_cmpuint (vigil_listening_get_n (rig->listening), ==, 0);
  vigil_fake_engine_set_mute (rig->f.engine, NULL);
  g_assert_true (vigil_listening_can (rig->listening, a, &why));
  g_assert_null (why);

  vigil_listening_set (rig->listening, a, TRUE, FALSE);
  vigil_listening_stop (rig->listening);
  assert_gain (rig, a, 0);
}

static void
test_can (Rig           *rig,
          gconstpointer  data)
{
  VigilHandle a = add (&rig->f, "a", "a");
  const char *why = NULL;

  g_assert_false (vigil_listening_can (rig->listening, VIGIL_HANDLE_NONE, &why));
  g_assert_cmpstr (why, ==, "The candidate is not in the exam");
  g_assert_false (vigil_listening_can (rig->listening, a, &why));
  g_assert_cmpstr (why, ==, "The candidate's microphone is not on");
  vigil_roster_set_producer (rig->f.roster, a, VIGIL_SOURCE_MICROPHONE, "a-sound");
  g_assert_false (vigil_listening_can (rig->listening, a, &why));
  g_assert_cmpstr (why, ==, "Sound is received while a candidate is opened");
  vigil_listening_set (rig->listening, a, TRUE, FALSE);
  g_assert_cmpuint (vigil_listening_get_n (rig->listening) + rig->n_changed, ==, 0);
  vigil_stream_controller_set_focused (rig->f.streams, a, TRUE);
  g_assert_true (vigil_listening_can (rig->listening, a, NULL));

  /* Asked for before it plays: heard as soon as it does. */
  vigil_listening_set (rig->listening, a, TRUE, FALSE);
  vigil_fake_spin ();
  assert_gain (rig, a, VOLUME);

  /* The exam is another one. */
  vigil_roster_clear (rig->f.roster);
  vigil_fake_spin ();
  g_assert_cmpuint (vigil_listening_get_n (rig->listening), ==, 0);
}

#define ADD(name, func) g_test_add ("/session/listening/" name, Rig, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sources", test_sources);
  ADD ("four-survive", test_four_survive);
  ADD ("policy", test_policy);
  ADD ("settings", test_settings);
  ADD ("ends", test_ends);
  ADD ("can", test_can);
  return g_test_run ();
}
