/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds of sound in real time, without a network: levels, listening into a file instead of a device, and what is left behind. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "media-rig.h"
#include "media-voice.h"
#include "vigil-audio-decoder.h"
#include "vigil-opus.h"
#include "vigil-worker.h"

#define FEED_MS 10

typedef struct
{
  MediaVoice        *source;
  VigilAudioDecoder *decoder;
  VigilAudioFeed    *feed;
  GRand             *garbage;   /* NULL: it sends what it should */
  gboolean           quiet;     /* it sends nothing */
  guint              timer;
  gint64             began_us;
  guint64            n_sent;
  guint              n_first;
  guint              n_failed;
} Speaker;

static void
first_cb (Speaker *speaker)
{
  speaker->n_first++;
}

static void
failed_cb (Speaker    *speaker,
           const char *detail)
{
  speaker->n_failed++;
}

static void
spoil (Speaker   *speaker,
       GstBuffer *packet)
{
  GstMapInfo map;

  g_assert_true (gst_buffer_map (packet, &map, GST_MAP_WRITE));
  map.data[12] = 0xff; /* code 3, and what follows says how many frames: none would fit */
  for (gsize i = 13; i < map.size; i++)
    map.data[i] = (guint8) g_rand_int (speaker->garbage);
  gst_buffer_unmap (packet, &map);
}

/* Whatever is due by the clock, so that a busy machine makes a burst and no hole. */
static gboolean
feed_cb (gpointer data)
{
  Speaker *speaker = data;

  while ((gint64) speaker->n_sent * 20000 < g_get_monotonic_time () - speaker->began_us)
    {
      GstBuffer *packet = media_voice_next_rtp (speaker->source, 1);

      speaker->n_sent++;
      if (speaker->garbage != NULL)
        spoil (speaker, packet);
      if (speaker->quiet)
        gst_buffer_unref (packet);
      else
        vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (speaker->decoder), packet);
    }
  return G_SOURCE_CONTINUE;
}

static Speaker *
speaker_new (VigilAudioMixer *mixer,
             double           hz,
             double           peak)
{
  static guint64 last_feed;
  Speaker *speaker = g_new0 (Speaker, 1);
  g_autoptr (GError) error = NULL;

  speaker->source = media_voice_new (hz, peak, FALSE);
  speaker->decoder = vigil_audio_decoder_new (++last_feed, "OPUS", 80, mixer, &error);
  g_assert_no_error (error);
  speaker->feed = g_object_ref (vigil_audio_decoder_get_feed (speaker->decoder));
  g_assert_cmpuint (vigil_audio_feed_get_feed (speaker->feed), ==, last_feed);
  g_assert_cmpfloat (vigil_audio_feed_get_gain (speaker->feed), ==, 0);
  g_signal_connect_swapped (speaker->decoder, "first-frame", G_CALLBACK (first_cb), speaker);
  g_signal_connect_swapped (speaker->decoder, "failed", G_CALLBACK (failed_cb), speaker);
  speaker->began_us = g_get_monotonic_time ();
  speaker->timer = g_timeout_add (FEED_MS, feed_cb, speaker);
  return speaker;
}

static gboolean
is_gone (gpointer where)
{
  return *(gpointer *) where == NULL;
}

static void
speaker_free (Speaker *speaker)
{
  VigilAudioFeed *feed = speaker->feed;

  g_source_remove (speaker->timer);
  vigil_feed_decoder_close (VIGIL_FEED_DECODER (speaker->decoder));
  vigil_feed_decoder_close (VIGIL_FEED_DECODER (speaker->decoder));
  g_object_unref (speaker->decoder);
  /* The thread of sound may be in the middle of a turn with it. */
  g_object_add_weak_pointer (G_OBJECT (feed), (gpointer *) &feed);
  g_object_unref (speaker->feed);
  g_assert_true (media_wait (is_gone, &feed, 2000));
  media_voice_free (speaker->source);
  g_clear_pointer (&speaker->garbage, g_rand_free);
  g_free (speaker);
}

static double
get_rms (Speaker *speaker)
{
  double rms_db, peak_db;
  gint64 at_us;

  g_assert_true (vigil_audio_feed_get_level (speaker->feed, &rms_db, &peak_db, &at_us));
  g_assert_cmpint (g_get_monotonic_time () - at_us, <, G_USEC_PER_SEC);
  return rms_db;
}

static gboolean
is_on_floor (gpointer data)
{
  double rms_db, peak_db;

  return vigil_audio_feed_get_level (((Speaker *) data)->feed, &rms_db, &peak_db, NULL) &&
         rms_db <= VIGIL_AUDIO_FLOOR_DB && peak_db <= VIGIL_AUDIO_FLOOR_DB;
}

static gboolean
is_loud (gpointer data)
{
  double rms_db;

  return vigil_audio_feed_get_level (((Speaker *) data)->feed, &rms_db, NULL, NULL) && rms_db > -30;
}

static void
test_level (void)
{
  g_autoptr (VigilAudioMixer) mixer = vigil_audio_mixer_new ("fakesink");
  gint64 opened = media_metric ("sound_outputs_opened");
  Speaker *speaker = speaker_new (mixer, 1000, 0.1);
  VigilFeedDecoder *decoder = VIGIL_FEED_DECODER (speaker->decoder);
  VigilFeedStats stats;

  g_assert_false (vigil_audio_feed_get_level (speaker->feed, NULL, NULL, NULL));
  g_assert_true (media_wait (is_loud, speaker, 5000));
  media_run (1500);
  g_assert_cmpfloat_with_epsilon (get_rms (speaker), -23, 1);
  g_assert_cmpuint (speaker->n_first, ==, 1);

  /* Muted: the producer is paused. */
  vigil_feed_decoder_pause (decoder);
  g_assert_true (media_wait (is_on_floor, speaker, 1000));
  media_run (300);
  g_assert_true (is_on_floor (speaker));
  vigil_feed_decoder_resume (decoder);
  g_assert_true (media_wait (is_loud, speaker, 5000));
  media_run (100);
  g_assert_cmpuint (speaker->n_first, ==, 2);

  /* Nothing comes any more. */
  speaker->quiet = TRUE;
  g_assert_true (media_wait (is_on_floor, speaker, 2000));

  vigil_feed_decoder_get_stats (decoder, &stats);
  g_assert_cmpuint (stats.frames, >, 50);
  g_assert_cmpuint (stats.packets, >=, stats.frames);
  g_assert_cmpint (stats.cpu_us, >, 0);
  g_assert_cmpint (g_get_monotonic_time () - vigil_feed_decoder_get_last_packet (decoder), <, 10 * G_USEC_PER_SEC);
  speaker_free (speaker);
  /* Nobody was heard, so no device was opened. */
  g_assert_cmpint (media_metric ("sound_outputs_opened"), ==, opened);
}

static gboolean
no_output (gpointer unused)
{
  return media_metric ("sound_outputs_live") == 0;
}

static gboolean
no_worker (gpointer unused)
{
  return vigil_worker_get_n_live () == 0;
}

/* What was played into @path. */
static gint16 *
read_samples (const char *path,
              gsize      *n)
{
  g_autoptr (GError) error = NULL;
  char *bytes;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, &error));
  g_assert_no_error (error);
  *n = size / sizeof (gint16);
  return (gint16 *) bytes;
}

static double
rms_of (const gint16 *samples,
        gsize         n)
{
  double squares = 0;

  for (gsize i = 0; i < n; i++)
    squares += (double) samples[i] * samples[i];
  return 10 * log10 (squares / (double) n / 32768 / 32768);
}

static int
largest_step (const gint16 *samples,
              gsize         n)
{
  int largest = 0;

  for (gsize i = 1; i < n; i++)
    largest = MAX (largest, ABS (samples[i] - samples[i - 1]));
  return largest;
}

static gsize
first_sound (const gint16 *samples,
             gsize         n)
{
  for (gsize i = 0; i < n; i++)
    if (samples[i] != 0)
      return i;

  return n;
}

/* Heard at half, louder, not any more: as loud as it should be, no click, and the device is given back. */
static void
test_listen (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "vigil-test-sound.raw", NULL);
  g_autofree char *sink = g_strdup_printf ("filesink buffer-mode=unbuffered location=%s", path);
  g_autoptr (VigilAudioMixer) mixer = vigil_audio_mixer_new (sink);
  Speaker *speaker = speaker_new (mixer, 440, 0.5);
  Speaker *unheard = speaker_new (mixer, 3000, 0.5);
  g_autofree gint16 *samples = NULL;
  gsize n, begin;
  int peak = (int) (0.5 * 32768);
  gint64 began;

  g_remove (path);
  media_run (500);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  began = g_get_monotonic_time ();
  vigil_audio_feed_set_gain (speaker->feed, 0.5);
  media_run (2000);
  vigil_audio_feed_set_gain (speaker->feed, 1);
  media_run (1000);
  vigil_audio_feed_set_gain (speaker->feed, 0);
  media_run (500);
  /* Its level goes on meanwhile. */
  g_assert_cmpfloat_with_epsilon (get_rms (speaker), -9, 1.5);
  g_assert_cmpint (media_metric ("sound_outputs_live"), ==, 1);
  g_assert_true (media_wait (no_output, NULL, 10000));

  samples = read_samples (path, &n);
  begin = first_sound (samples, n);
  g_test_message ("%.2f s played in %.2f, sound from %.2f s on, largest step %d of %d", (double) n / VIGIL_OPUS_RATE,
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC, (double) begin / VIGIL_OPUS_RATE,
                  largest_step (samples, n), peak);
  /* A sine of 440 Hz moves by a seventeenth of its peak; a cut is a step of all of it. */
  g_assert_cmpint (largest_step (samples, n), <, peak / 5);
  g_assert_cmpuint (n, >, begin + 3 * VIGIL_OPUS_RATE);
  /* It faded in, and was half as loud. */
  g_assert_cmpfloat (rms_of (samples + begin, VIGIL_OPUS_RATE / 200), <, -25);
  g_assert_cmpfloat_with_epsilon (rms_of (samples + begin + VIGIL_OPUS_RATE / 2, VIGIL_OPUS_RATE), -9.03 - 6.02, 1);
  g_assert_cmpfloat_with_epsilon (rms_of (samples + begin + VIGIL_OPUS_RATE * 5 / 2, VIGIL_OPUS_RATE / 4), -9.03, 1.5);
  g_assert_cmpuint (first_sound (samples + n - VIGIL_OPUS_RATE, VIGIL_OPUS_RATE), ==, VIGIL_OPUS_RATE);
  speaker_free (speaker);
  speaker_free (unheard);
  g_remove (path);
}

/* One that sends garbage beside one that does not. */
static void
test_isolation (void)
{
  g_autoptr (VigilAudioMixer) mixer = vigil_audio_mixer_new ("fakesink");
  Speaker *good = speaker_new (mixer, 1000, 0.1);
  Speaker *broken = speaker_new (mixer, 500, 0.5);
  gint64 bad = media_metric ("sound_bad");

  broken->garbage = g_rand_new_with_seed (7);
  vigil_audio_feed_set_gain (broken->feed, 1);
  vigil_audio_feed_set_gain (good->feed, 1);
  media_run (6000);
  g_test_message ("%d bad packets", (int) (media_metric ("sound_bad") - bad));
  g_assert_cmpint (media_metric ("sound_bad"), >, bad);
  g_assert_cmpuint (broken->n_failed, ==, 1);
  g_assert_cmpuint (good->n_failed, ==, 0);
  g_assert_cmpuint (good->n_first, ==, 1);
  g_assert_cmpfloat_with_epsilon (get_rms (good), -23, 1);
  speaker_free (broken);
  media_run (300);
  g_assert_cmpfloat_with_epsilon (get_rms (good), -23, 1);
  speaker_free (good);
}

/* Padding alone is no sound, and nothing is wrong with it. */
static void
test_padding (void)
{
  g_autoptr (VigilAudioMixer) mixer = vigil_audio_mixer_new ("fakesink");
  gint64 bad = media_metric ("sound_bad"), packets = media_metric ("packets");
  Speaker *speaker = speaker_new (mixer, 440, 0.1);

  for (guint8 i = 0; i < 50; i++)
    {
      const guint8 packet[] = { 0xa0, 111, 0x40, i, 0, 0, 0, i, 0, 0, 0, 1, 0, 0, 0, 4 };

      vigil_packet_sink_push_packet (VIGIL_PACKET_SINK (speaker->decoder), gst_buffer_new_memdup (packet, sizeof packet));
    }
  media_run (500);
  g_assert_cmpint (media_metric ("packets"), >=, packets + 50);
  g_assert_cmpint (media_metric ("sound_bad"), ==, bad);
  g_assert_cmpuint (speaker->n_failed, ==, 0);
  speaker_free (speaker);
}

/* GLib keeps a thread of a pool for half a second after its last task, and then for 15 s for other pools; how many there were at
 * once is chance. */
static guint
count_threads (void)
{
  media_run (700);
  g_thread_pool_stop_unused_threads ();
  media_run (200);
  return media_n_threads ();
}

/* No thread, descriptor, decoder or device stays behind, whether it was heard or not. */
static void
test_cycles (void)
{
  g_autofree char *names = NULL;
  guint threads = 0, fds = 0, n_left;

  for (guint i = 0; i < 25; i++)
    {
      g_autoptr (VigilAudioMixer) mixer = vigil_audio_mixer_new ("fakesink");
      Speaker *one = speaker_new (mixer, 1000, 0.1);
      Speaker *two = i % 2 ? speaker_new (mixer, 500, 0.1) : NULL;

      vigil_audio_feed_set_gain (one->feed, i % 3 ? 1 : 0);
      media_run (i % 5 * 20);
      g_clear_pointer (&two, speaker_free);
      g_clear_pointer (&one, speaker_free);
      g_clear_pointer (&mixer, vigil_audio_mixer_unref);
      if (i == 4)
        {
          g_assert_true (media_wait (no_worker, NULL, 10000));
          threads = count_threads ();
          fds = media_n_fds ();
        }
    }
  g_assert_true (media_wait (no_worker, NULL, 10000));
  g_assert_true (media_wait (no_output, NULL, 10000));
  n_left = count_threads ();
  names = media_dup_thread_names ();
  g_test_message ("threads:%s", names);
  g_assert_cmpuint (n_left, <=, threads);
  g_assert_cmpuint (media_n_fds (), <=, fds);
  g_assert_cmpint (media_metric ("decoders_live"), ==, 0);
}

/* Thousandths of a core that the thread of all sound takes, by the kernel's account; −1: it is not there. */
static double
thread_ms (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *task;

  while ((task = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/schedstat", task);
      g_autofree char *name_path = g_strdup_printf ("/proc/self/task/%s/comm", task);
      g_autofree char *name = NULL;
      g_autofree char *text = NULL;

      if (g_file_get_contents (name_path, &name, NULL, NULL) && g_str_has_prefix (name, "vigil-sound") &&
          g_file_get_contents (path, &text, NULL, NULL))
        return (double) g_ascii_strtoull (text, NULL, 10) / 1e6;
    }

  return -1;
}

/* What a microphone costs: four of them, for their levels alone, and all four heard. */
static void
test_cost (void)
{
  g_autoptr (VigilAudioMixer) mixer = vigil_audio_mixer_new ("fakesink");
  Speaker *speakers[4];
  double before, level, heard;

  for (guint i = 0; i < G_N_ELEMENTS (speakers); i++)
    speakers[i] = speaker_new (mixer, 300 + 100 * i, 0.1);
  media_run (500);
  before = thread_ms ();
  media_run (4000);
  level = thread_ms () - before;
  for (guint i = 0; i < G_N_ELEMENTS (speakers); i++)
    vigil_audio_feed_set_gain (speakers[i]->feed, 0.2);
  media_run (1000);
  before = thread_ms ();
  media_run (4000);
  heard = thread_ms () - before;
  g_test_message ("thousandths of a core for each: %.2f for the level, %.2f heard", level / 16, heard / 16);
  g_assert_cmpfloat (before, >, 0);
  /* A tile takes twenty. */
  g_assert_cmpfloat (level / 16, <, 20);
  for (guint i = 0; i < G_N_ELEMENTS (speakers); i++)
    speaker_free (speakers[i]);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static gboolean
has_changed (gpointer data)
{
  return *(guint *) data > 0;
}

/* A machine without a sound device says so, and shows levels all the same. */
static void
test_no_device (void)
{
  VigilAudioMixer *mixer = vigil_audio_mixer_new (NULL);
  VigilAudioOutput *output = vigil_audio_mixer_get_output (mixer);
  Speaker *speaker = speaker_new (mixer, 1000, 0.1);
  const char *why = "";
  guint n_changed = 0;

  g_signal_connect_swapped (output, "changed", G_CALLBACK (count_cb), &n_changed);
  g_assert_true (vigil_audio_output_can (output, &why)); /* it is being found out */
  g_assert_null (why);
  g_assert_true (media_wait (has_changed, &n_changed, 10000));
  if (vigil_audio_output_can (output, &why))
    {
      g_test_skip ("this machine has a sound device");
    }
  else
    {
      g_assert_cmpstr (why, ==, "No sound device was found");
      vigil_audio_feed_set_gain (speaker->feed, 1);
      media_run (1000);
      g_assert_cmpint (media_metric ("sound_outputs_live"), ==, 0);
      g_assert_cmpfloat_with_epsilon (get_rms (speaker), -23, 1);
    }
  speaker_free (speaker);
  vigil_audio_mixer_unref (mixer);
}

/* A device that breaks while it is used: said once, and nothing else stops. */
static void
test_device_fails (void)
{
  VigilAudioMixer *mixer = vigil_audio_mixer_new ("identity error-after=20 ! fakesink");
  VigilAudioOutput *output = vigil_audio_mixer_get_output (mixer);
  Speaker *speaker = speaker_new (mixer, 1000, 0.1);
  const char *why = NULL;
  guint n_changed = 0;

  g_signal_connect_swapped (output, "changed", G_CALLBACK (count_cb), &n_changed);
  vigil_audio_feed_set_gain (speaker->feed, 1);
  g_assert_true (media_wait (has_changed, &n_changed, 10000));
  g_assert_false (vigil_audio_output_can (output, &why));
  g_assert_cmpstr (why, ==, "The sound device has failed");
  g_assert_true (media_wait (no_output, NULL, 5000));
  media_run (500);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpfloat_with_epsilon (get_rms (speaker), -23, 1);
  speaker_free (speaker);
  vigil_audio_mixer_unref (mixer);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/sound/level", test_level);
  g_test_add_func ("/sound/listen", test_listen);
  g_test_add_func ("/sound/isolation", test_isolation);
  g_test_add_func ("/sound/padding", test_padding);
  g_test_add_func ("/sound/cycles", test_cycles);
  g_test_add_func ("/sound/cost", test_cost);
  g_test_add_func ("/sound/no-device", test_no_device);
  g_test_add_func ("/sound/device-fails", test_device_fails);
  return g_test_run ();
}
