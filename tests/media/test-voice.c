/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One voice with a clock that the test turns: its level, its losses, its jitter buffer, and what a hostile one does. */
#include <math.h>
#include <string.h>

#include "media-voice.h"
#include "vigil-audio-feed.h"
#include "vigil-opus.h"
#include "vigil-voice.h"

#define MS 1000
#define FRAME_US (20 * MS)
#define DELAY_MS 80

typedef struct
{
  MediaVoice     *source;
  VigilVoice     *voice;
  gint64          now_us;
  VigilVoiceNews  news;   /* since the beginning */
  gint16          heard[VIGIL_OPUS_FRAME];
} Rig;

static void
set_up (Rig           *rig,
        gconstpointer  fec)
{
  rig->source = media_voice_new (1000, 0.1, fec != NULL);
  rig->voice = vigil_voice_new (DELAY_MS);
  rig->now_us = 1;
}

static void
tear_down (Rig           *rig,
           gconstpointer  fec)
{
  vigil_voice_free (rig->voice);
  media_voice_free (rig->source);
}

static void
send (Rig     *rig,
      gboolean arrives)
{
  gsize size;
  guint16 seq;
  guint32 timestamp;
  const guint8 *payload = media_voice_next (rig->source, &size, &seq, &timestamp);

  if (arrives)
    vigil_voice_push (rig->voice, payload, size, seq, timestamp);
}

static void
take_news (Rig *rig)
{
  VigilVoiceNews news;

  vigil_voice_take_news (rig->voice, &news);
  rig->news.decoded += news.decoded;
  rig->news.bad += news.bad;
  rig->news.lost += news.lost;
  rig->news.dropped += news.dropped;
  rig->news.late += news.late;
  rig->news.concealed += news.concealed;
}

static void
measure (Rig *rig)
{
  rig->now_us += 100 * MS;
  vigil_voice_measure (rig->voice, rig->now_us);
  take_news (rig);
}

static double
take_rms (Rig *rig)
{
  double rms_db = 0, peak_db = 0;

  g_assert_true (vigil_voice_take_level (rig->voice, &rms_db, &peak_db));
  g_assert_cmpfloat (peak_db, >=, rms_db);
  return rms_db;
}

static void
hear (Rig *rig)
{
  rig->now_us += FRAME_US;
  vigil_voice_read (rig->voice, rig->heard, VIGIL_OPUS_FRAME, rig->now_us);
  take_news (rig);
}

static gboolean
is_silent (Rig *rig)
{
  for (guint i = 0; i < VIGIL_OPUS_FRAME; i++)
    if (rig->heard[i] != 0)
      return FALSE;

  return TRUE;
}

/* A sine of 0.1 at its peak: −20 dB, −23 dB RMS. */
static void
test_level (Rig           *rig,
            gconstpointer  fec)
{
  static const struct { double peak, rms_db; } cases[] = { { 0.1, -23.01 }, { 0.5, -9.03 }, { 0.01, -43.01 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      media_voice_set_peak (rig->source, cases[i].peak);
      for (guint k = 0; k < 50; k++)
        {
          send (rig, TRUE);
          if (k % 5 == 4)
            measure (rig);
        }
      take_rms (rig); /* an encoder follows within a second */
      for (guint k = 0; k < 5; k++)
        send (rig, TRUE);
      measure (rig);
      g_assert_cmpfloat_with_epsilon (take_rms (rig), cases[i].rms_db, 1);
    }
  g_assert_cmpuint (rig->news.decoded, ==, 165);
  g_assert_cmpuint (rig->news.lost + rig->news.bad + rig->news.concealed + rig->news.dropped, ==, 0);

  /* Nothing came: there is nothing to say. */
  measure (rig);
  g_assert_false (vigil_voice_take_level (rig->voice, &(double) { 0 }, &(double) { 0 }));
}

static void
test_peak (void)
{
  static const gint16 samples[] = { 0, -32768, 16384, 0 };
  VigilLoudness loudness = { 0 };
  double rms_db, peak_db;

  g_assert_false (vigil_loudness_take (&loudness, &rms_db, &peak_db));
  vigil_loudness_add (&loudness, samples, G_N_ELEMENTS (samples));
  g_assert_true (vigil_loudness_take (&loudness, &rms_db, &peak_db));
  g_assert_cmpfloat_with_epsilon (peak_db, 0, 0.001);
  g_assert_cmpfloat_with_epsilon (rms_db, 10 * log10 ((1 + 0.25) / 4), 0.001);

  vigil_loudness_add (&loudness, samples, 1);
  g_assert_true (vigil_loudness_take (&loudness, &rms_db, &peak_db));
  g_assert_cmpfloat (peak_db, ==, VIGIL_AUDIO_FLOOR_DB);
  g_assert_cmpfloat (rms_db, ==, VIGIL_AUDIO_FLOOR_DB);
}

/* One packet in ten is missing: it is made up for, and the level hardly knows. */
static void
test_loss (Rig           *rig,
           gconstpointer  fec)
{
  for (guint i = 0; i < 100; i++)
    {
      send (rig, i % 10 != 5);
      if (i % 5 == 4)
        measure (rig);
    }
  g_assert_cmpuint (rig->news.decoded, ==, 90);
  g_assert_cmpuint (rig->news.lost, ==, 10);
  g_assert_cmpuint (rig->news.concealed, ==, 200);
  g_assert_cmpfloat_with_epsilon (take_rms (rig), -23, 1);

  /* A second is not made up for. */
  for (guint i = 0; i < 50; i++)
    send (rig, FALSE);
  send (rig, TRUE);
  measure (rig);
  g_assert_cmpuint (rig->news.lost, ==, 11);
  g_assert_cmpuint (rig->news.concealed, ==, 200);
}

/* Silence that is not sent is no loss. */
static void
test_dtx (Rig           *rig,
          gconstpointer  fec)
{
  for (guint i = 0; i < 20; i++)
    {
      send (rig, TRUE);
      media_voice_rest (rig->source, 380);
    }
  measure (rig);
  g_assert_cmpuint (rig->news.decoded, ==, 20);
  g_assert_cmpuint (rig->news.lost, ==, 0);
  g_assert_cmpuint (rig->news.concealed, ==, 0);
}

static void
garbage (Rig   *rig,
         GRand *rand,
         guint  n)
{
  guint8 bytes[1500];

  for (guint i = 0; i < n; i++)
    {
      guint size = (guint) g_rand_int_range (rand, 0, sizeof bytes);

      for (guint k = 0; k < size; k++)
        bytes[k] = (guint8) g_rand_int (rand);
      vigil_voice_push (rig->voice, bytes, size, (guint16) g_rand_int (rand), g_rand_int (rand));
    }
}

/* Whatever is in its packets is counted; the decoder is made anew, more and more seldom, and what follows is heard. */
static void
test_garbage (Rig           *rig,
              gconstpointer  fec)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  guint bad = 0;

  for (guint i = 0; i < 500; i++)
    {
      garbage (rig, rand, 5);
      measure (rig);
      vigil_voice_take_level (rig->voice, &(double) { 0 }, &(double) { 0 });
    }
  g_assert_cmpuint (rig->news.bad, >, 0);
  g_test_message ("%u bad, %u decoded, %u dropped of 2500", rig->news.bad, rig->news.decoded, rig->news.dropped);

  /* Only what is no packet at all. */
  for (guint i = 0; i < 300; i++)
    {
      vigil_voice_push (rig->voice, (const guint8 *) "\xff", 1, (guint16) i, i * 960);
      measure (rig);
    }
  bad = rig->news.bad;
  g_assert_true (vigil_voice_is_hopeless (rig->voice));
  vigil_voice_push (rig->voice, (const guint8 *) "\xff", 1, 0, 0);
  measure (rig);
  g_assert_cmpuint (rig->news.bad - bad, <=, 1);

  /* After the longest pause. */
  rig->now_us += 10 * G_USEC_PER_SEC;
  for (guint i = 0; i < 30; i++)
    {
      for (guint k = 0; k < 5; k++)
        send (rig, TRUE);
      measure (rig);
    }
  vigil_voice_take_level (rig->voice, &(double) { 0 }, &(double) { 0 });
  for (guint k = 0; k < 5; k++)
    send (rig, TRUE);
  measure (rig);
  g_assert_cmpfloat_with_epsilon (take_rms (rig), -23, 1);
  g_assert_false (vigil_voice_is_hopeless (rig->voice));
}

/* 120 ms in each packet and a thousand of them a second: no more is decoded than twice the time. */
static void
test_flood (Rig           *rig,
            gconstpointer  fec)
{
  static const guint8 packet[] = { 0x1b, 2, 0, 0 }; /* SILK, two frames of 60 ms */

  g_assert_cmpuint (vigil_opus_measure (packet, sizeof packet), ==, VIGIL_OPUS_MAX);
  for (guint i = 0; i < 1000; i++)
    {
      vigil_voice_push (rig->voice, packet, sizeof packet, (guint16) i, i * VIGIL_OPUS_MAX);
      if (i % 50 == 49)
        measure (rig);
    }
  g_assert_cmpuint (rig->news.decoded * 120, <=, 2000 + 2 * 2000);
  g_assert_cmpuint (rig->news.dropped, >, 900);
}

/* Nothing is heard before so much lies ready, then it goes on without a hole. */
static void
test_playing (Rig           *rig,
              gconstpointer  fec)
{
  guint silent = 0;

  vigil_voice_measure (rig->voice, rig->now_us);
  vigil_voice_begin (rig->voice);
  for (guint i = 0; i < 100; i++)
    {
      send (rig, TRUE);
      hear (rig);
      silent += is_silent (rig);
      if (i > 5)
        g_assert_false (is_silent (rig));
    }
  g_assert_cmpuint (silent, ==, DELAY_MS / 20 - 1);
  g_assert_cmpuint (rig->news.late + rig->news.concealed + rig->news.lost, ==, 0);
  g_assert_cmpuint (vigil_voice_get_delay (rig->voice), ==, DELAY_MS);
  vigil_voice_end (rig->voice);
}

/* Packets that come later than the delay: it grows until they do not, and shrinks when they are over. */
static void
test_jitter (Rig           *rig,
             gconstpointer  fec)
{
  guint late;

  vigil_voice_begin (rig->voice);
  for (guint i = 0; i < 600; i++)
    {
      /* Eight come at once, after 240 ms and after 80 ms. */
      if (i % 16 == 0 || i % 16 == 12)
        for (guint k = 0; k < 8; k++)
          send (rig, TRUE);
      hear (rig);
    }
  g_assert_cmpuint (rig->news.late, >, 0);
  g_assert_cmpuint (vigil_voice_get_delay (rig->voice), >, DELAY_MS);
  g_assert_cmpuint (vigil_voice_get_delay (rig->voice), <=, 400);
  late = rig->news.late;
  for (guint i = 0; i < 400; i++)
    {
      if (i % 16 == 0 || i % 16 == 12)
        for (guint k = 0; k < 8; k++)
          send (rig, TRUE);
      hear (rig);
    }
  g_assert_cmpuint (rig->news.late - late, <=, 1);

  for (guint i = 0; i < 60 * 50; i++)
    {
      send (rig, TRUE);
      hear (rig);
    }
  g_assert_cmpuint (vigil_voice_get_delay (rig->voice), ==, DELAY_MS);
  vigil_voice_end (rig->voice);
}

/* A sender whose clock runs two in a hundred faster: what lies ready stays bounded, and nothing is dropped but whole frames. */
static void
test_drift (Rig           *rig,
            gconstpointer  fec)
{
  vigil_voice_begin (rig->voice);
  for (guint i = 0; i < 120 * 50; i++)
    {
      send (rig, TRUE);
      if (i % 50 == 0)
        send (rig, TRUE);
      hear (rig);
    }
  /* 120 more than were heard came; 64 fit into the queue. */
  g_assert_cmpuint (rig->news.dropped, ==, 0);
  g_assert_cmpuint (rig->news.lost, ==, 0);
  vigil_voice_end (rig->voice);
}

/* Where the sender is silent there is silence, and no more delay afterwards. */
static void
test_heard_dtx (Rig           *rig,
                gconstpointer  fec)
{
  vigil_voice_begin (rig->voice);
  for (guint round = 0; round < 10; round++)
    {
      for (guint i = 0; i < 20; i++)
        {
          send (rig, TRUE);
          hear (rig);
        }
      media_voice_rest (rig->source, 400);
      for (guint i = 0; i < 20; i++)
        hear (rig);
      g_assert_true (is_silent (rig));
    }
  g_assert_cmpuint (rig->news.late, ==, 0);
  g_assert_cmpuint (vigil_voice_get_delay (rig->voice), ==, DELAY_MS);
  vigil_voice_end (rig->voice);
}

static int
largest_step (const gint16 *samples,
              guint         n,
              int           before)
{
  int largest = 0;

  for (guint i = 0; i < n; i++)
    {
      largest = MAX (largest, ABS (samples[i] - before));
      before = samples[i];
    }
  return largest;
}

/* A sine of 1 kHz moves by an eighth of its peak from sample to sample; a cut would be a step of all of it. */
static void
test_no_click (Rig           *rig,
               gconstpointer  fec)
{
  int peak = (int) (0.1 * 32767), largest = 0, before = 0;
  guint held = 0;

  /* A frame more or less of it is a quarter of a period. */
  media_voice_free (rig->source);
  rig->source = media_voice_new (1012.5, 0.1, FALSE);
  vigil_voice_begin (rig->voice);
  for (guint i = 0; i < 400; i++)
    {
      /* Lost for a second and for 100 ms; late by more than lies ready, again and again; and silence that is not sent. */
      gboolean lost = (i > 100 && i < 150) || (i > 200 && i < 205);
      gboolean late = i > 220 && i < 360 && i % 20 < 7;

      held++;
      if (i == 380)
        media_voice_rest (rig->source, 200);
      for (; !late && held > 0; held--)
        send (rig, !lost);
      hear (rig);
      /* The encoder's own beginning is not ours. */
      if (i > 20)
        largest = MAX (largest, largest_step (rig->heard, VIGIL_OPUS_FRAME, before));
      before = rig->heard[VIGIL_OPUS_FRAME - 1];
    }
  g_assert_cmpuint (rig->news.late, >, 0);
  g_test_message ("largest step %d of a peak of %d", largest, peak);
  g_assert_cmpint (largest, <, peak / 4);
  vigil_voice_end (rig->voice);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/voice/peak", test_peak);
#define ADD(name, fec, func) g_test_add ("/voice/" name, Rig, fec, set_up, func, tear_down)
  ADD ("level", NULL, test_level);
  ADD ("loss", NULL, test_loss);
  ADD ("loss-fec", GINT_TO_POINTER (TRUE), test_loss);
  ADD ("dtx", NULL, test_dtx);
  ADD ("garbage", NULL, test_garbage);
  ADD ("flood", NULL, test_flood);
  ADD ("playing", NULL, test_playing);
  ADD ("jitter", NULL, test_jitter);
  ADD ("drift", NULL, test_drift);
  ADD ("heard-dtx", NULL, test_heard_dtx);
  ADD ("no-click", NULL, test_no_click);
  return g_test_run ();
}
