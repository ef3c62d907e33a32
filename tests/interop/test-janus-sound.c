/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Microphones through a real Janus 1.1.2: each candidate's is a tone of his own, and everything that is heard is listened to. */

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "figures.h"
#include "janus/janus-rig.h"
#include "janus/janus-voices.h"
#include "vigil-main-post.h"
#include "vigil-metrics.h"

#define N_CANDIDATES 9
#define N_VOICES 8   /* the last candidate has no microphone */
#define OPENED 4     /* as many as the focus view has */

static gint64
metric (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static gboolean
has_failed (gpointer feed)
{
  return ((JanusFeed *) feed)->failure != NULL;
}

static gboolean
has_level (gpointer data)
{
  JanusFeed *feed = data;
  double rms_db;

  if (has_failed (feed))
    return TRUE;
  return feed->sound != NULL && vigil_audio_feed_get_level (feed->sound, &rms_db, NULL, NULL) &&
         fabs (rms_db - janus_voice_get_rms_db (feed->candidate)) < 1.4;
}

/* Its own, and not the next louder or quieter one's, for a while. */
static void
check_level (JanusFeed *feed)
{
  double rms_db = VIGIL_AUDIO_FLOOR_DB;

  if (!interop_wait_until (has_level, feed, 8000) || has_failed (feed))
    {
      if (feed->sound != NULL)
        vigil_audio_feed_get_level (feed->sound, &rms_db, NULL, NULL);
      g_error ("candidate %u sounds at %.1f dB, not %.1f (%s)", feed->candidate, rms_db, janus_voice_get_rms_db (feed->candidate),
               feed->failure != NULL ? feed->failure : "no failure");
    }
}

static gboolean
is_free (gpointer rig)
{
  return metric ("vigil_janus_slots_taken") == 0 && metric ("vigil_media_sound_outputs_live") == 0 && metric ("vigil_media_decoders_live") == 0 && metric ("vigil_media_pads_live") == 0;
}

static void
close_all (JanusRig *rig)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, rig->feeds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (all, value);
  for (guint i = 0; i < all->len; i++)
    janus_feed_close (all->pdata[i]);
  g_assert_true (interop_wait_until (is_free, rig, 5000));
}

/* Again and again, as the driver of a stream does it. */
static JanusFeed *
listen_at_last (JanusRig *rig,
                guint     candidate)
{
  for (guint i = 0; i < 20; i++)
    {
      JanusFeed *feed = janus_rig_listen (rig, candidate, 0);

      interop_wait_until (has_level, feed, 3000);
      if (!has_failed (feed))
        return feed;
      janus_feed_close (feed);
      interop_run_for (300);
    }
  g_error ("candidate %u is not heard any more", candidate);
}

static gboolean
is_closed_by_server (gpointer rig)
{
  return ((JanusRig *) rig)->n_consumers_closed > 0;
}

/* One leaves while his microphone is received: only he is gone. He comes back, through whichever slot, also one that was mended. */
static void
check_leaving (JanusRig *rig)
{
  JanusFeed *feeds[3];
  guint n_feeds = g_hash_table_size (rig->feeds);

  for (guint i = 0; i < 3; i++)
    feeds[i] = janus_rig_listen (rig, i, 0);
  for (guint i = 0; i < 3; i++)
    check_level (feeds[i]);
  for (guint round = 0; round < 2; round++)
    {
      rig->n_consumers_closed = 0;
      janus_rig_command (rig, "leave", "\"index\":1");
      g_assert_true (interop_wait_until (is_closed_by_server, rig, 3000));
      interop_run_for (200);
      /* His microphone; and his camera, where it was on the wall. */
      g_assert_cmpuint (g_hash_table_size (rig->feeds), ==, n_feeds + 3 - 2);
      janus_rig_command (rig, "enter", "\"index\":1");
      interop_run_for (200);
      check_level (listen_at_last (rig, 1));
      check_level (feeds[0]);
      check_level (feeds[2]);
    }
}

/* What is played, as a file. */
typedef struct
{
  char *path;
  char *sink;
} Tape;

static void
tape_init (Tape *self)
{
  self->path = g_build_filename (g_get_tmp_dir (), "vigil-test-janus-sound.raw", NULL);
  self->sink = g_strdup_printf ("filesink append=true buffer-mode=unbuffered location=%s", self->path);
  g_remove (self->path); /* the device is opened again and again */
}

static void
tape_clear (Tape *self)
{
  g_remove (self->path);
  g_free (self->path);
  g_free (self->sink);
}

/* Who is waited for. */
typedef struct
{
  const Tape *tape;
  guint       candidate;
} Awaited;

/* Whether he is in the last fifth of a second of it. */
static gboolean
is_on_tape (gpointer data)
{
  const Awaited *awaited = data;
  const gsize last = 48000 / 5 * sizeof (gint16);
  g_autofree char *bytes = NULL;
  g_autofree char *runs = NULL;
  guint n_unread;
  gsize size;

  if (!g_file_get_contents (awaited->tape->path, &bytes, &size, NULL) || size < last)
    return FALSE;
  size -= size % sizeof (gint16);
  runs = janus_voices_read ((const gint16 *) (void *) (bytes + size - last), last / sizeof (gint16), &n_unread);
  return strchr (runs, 'a' + (int) awaited->candidate) != NULL;
}

/* However late a busy machine plays it. */
static void
wait_on_tape (const Tape *tape,
              guint       candidate)
{
  Awaited awaited = { tape, candidate };

  if (!interop_wait_until (is_on_tape, &awaited, 8000))
    g_error ("candidate %u is not to be heard", candidate);
}

/* What was heard, in order: letters as of janus_voices_read(), without silence. */
static char *
dup_heard (const Tape *tape,
           guint      *n_unread)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *runs = NULL;
  GString *heard = g_string_new (NULL);
  gsize size;

  g_assert_true (g_file_get_contents (tape->path, &bytes, &size, &error));
  g_assert_no_error (error);
  runs = janus_voices_read ((const gint16 *) (void *) bytes, size / sizeof (gint16), n_unread);
  g_test_message ("heard: %s (%.1f s)", runs, (double) size / sizeof (gint16) / 48000);
  for (const char *c = runs; *c != '\0'; c++)
    if (*c != ' ' && *c != '?' && (heard->len == 0 || heard->str[heard->len - 1] != *c))
      g_string_append_c (heard, *c);
  return g_string_free (heard, FALSE);
}

/* All four are received, and one after the other is heard: nobody else meanwhile, and nobody at the end. */
static void
check_listening (JanusRig   *rig,
                 JanusFeed **feeds,
                 const Tape *tape)
{
  static const guint order[] = { 2, 0, 3, 1 };
  g_autofree char *heard = NULL;
  guint n_unread;

  g_assert_false (g_file_test (tape->path, G_FILE_TEST_EXISTS));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      vigil_media_engine_set_gain (VIGIL_MEDIA_ENGINE (rig->engine), feeds[order[i]]->id, 1);
      wait_on_tape (tape, feeds[order[i]]->candidate);
      vigil_media_engine_set_gain (VIGIL_MEDIA_ENGINE (rig->engine), feeds[order[i]]->id, 0);
      interop_run_for (100);
    }
  interop_run_for (300);
  heard = dup_heard (tape, &n_unread);
  g_assert_cmpstr (heard, ==, "cadb");
}

/* Nothing is made for sound before somebody asks; then four at once, each level its own; one after the other is heard; one who has none; one who leaves; nothing is left. */
static void
test_levels (void)
{
  Tape tape;
  JanusRig *rig;
  gint64 renegotiations = metric ("vigil_janus_renegotiations");
  JanusFeed *videos[N_CANDIDATES], *sounds[OPENED], *none;

  tape_init (&tape);
  rig = janus_rig_new_with_sound (NULL, N_CANDIDATES, N_VOICES, 2 * OPENED, tape.sink);
  for (guint i = 0; i < N_CANDIDATES; i++)
    videos[i] = janus_rig_consume (rig, i, TRUE);
  g_assert_true (interop_wait_until (janus_rig_all_first, rig, 5000));
  g_assert_cmpint (metric ("vigil_janus_sound_slots"), ==, 0);
  g_assert_cmpint (metric ("vigil_janus_renegotiations"), ==, renegotiations);

  none = janus_rig_listen (rig, N_VOICES, 0);
  g_assert_true (interop_wait_until (has_failed, none, 3000));
  g_assert_cmpstr (none->failure, ==, "nobody publishes that in the Janus's room");
  janus_feed_close (none);

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < OPENED; i++)
        sounds[i] = janus_rig_listen (rig, round * OPENED + i, 0);
      for (guint i = 0; i < OPENED; i++)
        check_level (sounds[i]);
      interop_run_for (400);
      for (guint i = 0; i < OPENED; i++)
        check_level (sounds[i]);
      g_test_message ("%u microphones after %.0f ms; %d slots for sound", OPENED, (sounds[0]->first_us - sounds[0]->asked_us) / 1000.0,
                      (int) metric ("vigil_janus_sound_slots"));
      if (round == 0)
        check_listening (rig, sounds, &tape);
      for (guint i = 0; i < OPENED; i++)
        janus_feed_close (sounds[i]);
    }
  g_assert_cmpint (metric ("vigil_janus_sound_slots"), ==, 2 * OPENED);
  g_assert_cmpint (metric ("vigil_janus_renegotiations"), ==, renegotiations + 1);
  for (guint i = 0; i < N_CANDIDATES; i++)
    g_assert_cmpuint (videos[i]->n_frames, >=, 5);

  check_leaving (rig);
  close_all (rig);
  g_assert_cmpuint (rig->n_wrong, ==, 0);
  g_assert_cmpuint (rig->n_lost, ==, 0);
  janus_rig_free (rig);
  tape_clear (&tape);
}

/* One after the other is heard, through slots that change hands each time: nobody else, not for 20 ms. */
static void
change_hands (const BadNetworkConditions *bad,
              guint                       n_changes,
              guint                       n_slots)
{
  BadNetwork *network = bad != NULL ? bad_network_new (7) : NULL;
  Tape tape;
  JanusRig *rig;
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (Figures) values = figures_new ();
  g_autofree char *heard = NULL;
  guint n_unread;

  tape_init (&tape);
  rig = janus_rig_new_with_sound (network, N_VOICES, N_VOICES, n_slots, tape.sink);
  if (bad != NULL)
    bad_network_set_both (network, bad);
  for (guint i = 0; i < n_changes; i++)
    {
      guint candidate = (i * 3 + i / N_VOICES) % N_VOICES; /* by whom he is followed is another one in each round */
      JanusFeed *feed = janus_rig_listen (rig, candidate, 1);

      g_string_append_c (expected, (char) ('a' + candidate));
      if (!interop_wait_until (janus_feed_has_first, feed, 8000))
        g_error ("candidate %u is not heard: %s", candidate, feed->failure != NULL ? feed->failure : "no failure");
      figures_add (values, (feed->first_us - feed->asked_us) / 1000.0);
      check_level (feed);
      wait_on_tape (&tape, candidate);
      janus_feed_close (feed);
    }
  figures_report (values, "heard");
  g_assert_cmpuint (rig->n_lost, ==, 0);
  close_all (rig);
  janus_rig_free (rig);
  g_clear_pointer (&network, bad_network_free);

  heard = dup_heard (&tape, &n_unread);
  g_test_message ("expected: %s; %u windows between two; %d packets of before refused", expected->str, n_unread,
                  (int) metric ("vigil_media_packets_of_before"));
  g_assert_cmpstr (heard, ==, expected->str);
  /* Where a tone begins and ends a window is of neither. */
  g_assert_cmpuint (n_unread, <=, n_changes * 12);
  tape_clear (&tape);
}

static void
test_hands (void)
{
  change_hands (NULL, 16, 3);
}

static void
test_bad_network (void)
{
  const BadNetworkConditions poor = { .loss = 0.02, .delay_ms = 60, .jitter_ms = 20, .reorder = 0.05, .late_ms = 60 };

  change_hands (&poor, 8, 3);
}

static double
longest_gap (JanusFeed **feeds,
             guint       n)
{
  gint64 longest = 0;

  for (guint i = 0; i < n; i++)
    {
      longest = MAX (longest, feeds[i]->gap_us);
      feeds[i]->gap_us = 0;
    }
  return longest / 1000.0;
}

/* What a wall of 24 sees of it when the subscription gets its slots for sound; the longest time between two of anybody's pictures. */
static void
test_disturbance (void)
{
  for (guint round = 0; round < 5; round++)
    {
      JanusRig *rig = janus_rig_new_with_sound (NULL, 24, 24, 2 * OPENED, "fakesink");
      JanusFeed *feeds[24], *sound;
      double before, adding, listening;
      gint64 keys, losses, transports;

      for (guint i = 0; i < 24; i++)
        feeds[i] = janus_rig_consume (rig, i, TRUE);
      g_assert_true (interop_wait_until (janus_rig_all_first, rig, 8000));
      interop_run_for (2500);
      longest_gap (feeds, 24);
      interop_run_for (2000);
      before = longest_gap (feeds, 24);

      keys = metric ("vigil_media_key_frame_requests");
      losses = metric ("vigil_media_losses");
      transports = metric ("vigil_media_transports_live");
      sound = janus_rig_listen (rig, 3, 0);
      interop_run_for (1000);
      adding = longest_gap (feeds, 24);
      check_level (sound);
      interop_run_for (1000);
      listening = longest_gap (feeds, 24);
      g_test_message ("longest gap of 24 tiles at 10 a second: %.0f ms before, %.0f ms while slots are added, %.0f ms while one is listened to; "
                      "%d key frames asked for, %d packets lost, heard after %.0f ms", before, adding, listening,
                      (int) (metric ("vigil_media_key_frame_requests") - keys), (int) (metric ("vigil_media_losses") - losses),
                      (sound->first_us - sound->asked_us) / 1000.0);
      g_assert_cmpint (transports, ==, metric ("vigil_media_transports_live"));
      g_assert_cmpuint (rig->n_lost, ==, 0);
      close_all (rig);
      janus_rig_free (rig);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* GTest turns every debug message on, which is most of the work of a busy client. */
  g_unsetenv ("G_MESSAGES_DEBUG");
  vigil_set_main_thread ();
  g_test_add_func ("/interop/janus-sound/levels", test_levels);
  if (g_test_slow ())
    g_test_add_func ("/interop/janus-sound/hands", test_hands);
  g_test_add_func ("/interop/janus-sound/bad-network", test_bad_network);
  if (g_test_perf ())
    g_test_add_func ("/interop/janus-sound/disturbance", test_disturbance);
  return g_test_run ();
}
