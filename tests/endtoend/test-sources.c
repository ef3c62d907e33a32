/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Four candidates opened at once, with webcam, screen and microphone, against the rehearsal's hall: each screen is the right
 * candidate's, each microphone is heard of, and who is opened no more costs nothing. */
#include <stdlib.h>

#include "bench-console.h"
#include "bench-hall.h"
#include "vigil-audio-feed.h"
#include "vigil-frame-slot.h"
#include "vigil-listening.h"
#include "vigil-sim-marker.h"

#define OPENED 4

typedef struct
{
  VigilHandle  handle;
  guint        look;
  VigilStream *streams[VIGIL_N_SOURCES];
} Candidate;

static BenchConsole *console;
static Candidate candidates[OPENED];

static VigilStreamController *
get_streams (void)
{
  return vigil_session_get_streams (bench_console_get_session (console));
}

static void
open_candidate (Candidate *self, guint look)
{
  g_autofree char *id = g_strdup_printf ("s-%05u", look + 1);

  self->look = look;
  self->handle = vigil_roster_lookup (vigil_session_get_roster (bench_console_get_session (console)), id)->handle;
  vigil_stream_controller_set_focused (get_streams (), self->handle, TRUE);
  for (VigilSource source = 0; source < VIGIL_N_SOURCES; source++)
    self->streams[source] = vigil_stream_controller_ref_source (get_streams (), self->handle, source);
}

static void
close_candidate (Candidate *self)
{
  vigil_stream_controller_set_focused (get_streams (), self->handle, FALSE);
  for (VigilSource source = 0; source < VIGIL_N_SOURCES; source++)
    g_clear_object (&self->streams[source]);
}

static gboolean
all_play (BenchConsole *unused, gpointer data)
{
  for (guint i = 0; i < OPENED; i++)
    for (VigilSource source = 0; source < VIGIL_N_SOURCES; source++)
      if (vigil_stream_get_phase (candidates[i].streams[source]) != VIGIL_PHASE_PLAYING)
        return FALSE;

  return TRUE;
}

static void
read_screen (Candidate *self, guint *n_right)
{
  VigilFrameSlot *slot = VIGIL_FRAME_SLOT (vigil_stream_get_picture (self->streams[VIGIL_SOURCE_SCREEN]));
  g_autoptr (VigilFrame) frame = NULL;
  guint look, behaviour;

  vigil_frame_slot_set_wanted_size (slot, 640, 360);
  frame = vigil_frame_slot_dup_frame (slot);
  if (frame == NULL || !vigil_sim_marker_decode (frame->pixels, frame->width, frame->height, frame->stride, &look, &behaviour))
    return;
  g_assert_cmpuint (look, ==, self->look);
  *n_right += 1;
}

static void
check_sound (Candidate *self)
{
  VigilAudioFeed *feed = VIGIL_AUDIO_FEED (vigil_stream_get_picture (self->streams[VIGIL_SOURCE_MICROPHONE]));
  double rms_db, peak_db;
  gint64 at_us;

  g_assert_true (vigil_audio_feed_get_level (feed, &rms_db, &peak_db, &at_us));
  g_assert_cmpint (g_get_monotonic_time () - at_us, <, G_USEC_PER_SEC);
  g_test_message ("s-%05u: %.0f dB RMS, %.0f dB peak", self->look + 1, rms_db, peak_db);
  /* A room with a keyboard in it, or somebody who murmurs. */
  g_assert_cmpfloat (rms_db, >, -75);
  g_assert_cmpfloat (rms_db, <, 0);
  g_assert_cmpfloat (vigil_audio_feed_get_gain (feed), ==, 0);
}

static void
show_four (guint first)
{
  guint n_right[OPENED] = { 0 };

  for (guint i = 0; i < OPENED; i++)
    open_candidate (&candidates[i], first + i);
  g_assert_true (bench_console_wait (console, all_play, NULL, 30));
  for (guint k = 0; k < 25; k++)
    {
      for (guint i = 0; i < OPENED; i++)
        read_screen (&candidates[i], &n_right[i]);
      bench_console_run (console, 0.2);
    }
  for (guint i = 0; i < OPENED; i++)
    {
      check_sound (&candidates[i]);
      g_assert_cmpuint (n_right[i], >=, 15);
    }
}

static gboolean
only_webcams (BenchConsole *unused, gpointer data)
{
  VigilStreamCounts counts;

  vigil_stream_controller_get_counts (get_streams (), &counts);
  return counts.consumers == *(guint *) data;
}

static void
test_sources (void)
{
  const char *const args[] = { "--candidates=12", "--score-rate=10", "--video=640x360@10", "--absent=0", "--churn=0",
                               "--activity=0", "--screens", "--microphones", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BenchHall) hall = bench_hall_start (args, &error);
  VigilListening *listening;
  VigilStreamCounts counts;
  guint wall;
  const VigilCandidate *candidate;
  const char *why = NULL;

  g_assert_no_error (error);
  console = bench_console_new (1600, 900);
  g_assert_true (bench_console_connect (console, bench_hall_get_url (hall), bench_hall_get_token (hall, "admin"),
                                        bench_hall_get_exam (hall), 30));
  g_assert_cmpfloat (bench_console_wait_playing (console, 0, 30), >=, 0);
  vigil_stream_controller_get_counts (get_streams (), &counts);
  wall = counts.consumers;
  g_assert_cmpuint (wall, ==, 12);

  show_four (0);
  vigil_stream_controller_get_counts (get_streams (), &counts);
  g_assert_cmpuint (counts.consumers, ==, wall + 2 * OPENED);

  /* A machine without a sound device says why nobody is heard; one that has one can. */
  listening = vigil_session_get_listening (bench_console_get_session (console));
  vigil_listening_can (listening, candidates[0].handle, &why);
  g_test_message ("listening: %s", why != NULL ? why : "possible");

  for (guint i = 0; i < OPENED; i++)
    close_candidate (&candidates[i]);
  g_assert_true (bench_console_wait (console, only_webcams, &wall, 10));

  /* One in ten shares no screen, one in seven has no microphone. */
  candidate = vigil_roster_lookup (vigil_session_get_roster (bench_console_get_session (console)), "s-00010");
  g_assert_null (candidate->producer_ids[VIGIL_SOURCE_SCREEN]);
  g_assert_nonnull (candidate->producer_ids[VIGIL_SOURCE_MICROPHONE]);

  /* Others, and the SFU starts anew meanwhile. */
  show_four (2);
  bench_hall_control (hall, "{\"op\": \"sfu-kill\", \"ms\": 500}", &error);
  g_assert_no_error (error);
  bench_console_run (console, 2);
  g_assert_true (bench_console_wait (console, all_play, NULL, 30));
  for (guint i = 0; i < OPENED; i++)
    close_candidate (&candidates[i]);
  bench_console_close (console, 10);
  g_clear_pointer (&console, bench_console_free);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_add_func ("/sources/four", test_sources);
  return g_test_run ();
}
