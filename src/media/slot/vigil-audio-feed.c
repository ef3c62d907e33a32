/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A level that a decoder's thread writes, and a gain that it reads. */
#include "vigil-audio-feed.h"

/* Gains are kept in millionths, so that they can be read without a lock. */
#define UNITY 1000000

struct _VigilAudioFeed
{
  GObject parent_instance;

  /* immutable */
  guint64 feed;

  /* atomic */
  gint    gain;

  /* with the lock */
  GMutex  lock;
  double  rms_db;
  double  peak_db;
  gint64  at_us; /* monotonic; 0: nothing was measured yet */
};

G_DEFINE_FINAL_TYPE (VigilAudioFeed, vigil_audio_feed, G_TYPE_OBJECT)

enum
{
  SIGNAL_GAIN_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_audio_feed_finalize (GObject *object)
{
  g_mutex_clear (&VIGIL_AUDIO_FEED (object)->lock);

  G_OBJECT_CLASS (vigil_audio_feed_parent_class)->finalize (object);
}

static void
vigil_audio_feed_class_init (VigilAudioFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_audio_feed_finalize;

  signals[SIGNAL_GAIN_CHANGED] = g_signal_new ("gain-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_audio_feed_init (VigilAudioFeed *self)
{
  g_mutex_init (&self->lock);
}

/**
 * vigil_audio_feed_new:
 * @feed: its number
 *
 * Returns: (transfer full): a feed without a level that nobody hears
 */
VigilAudioFeed *
vigil_audio_feed_new (guint64 feed)
{
  VigilAudioFeed *self = g_object_new (VIGIL_TYPE_AUDIO_FEED, NULL);

  self->feed = feed;
  return self;
}

/**
 * vigil_audio_feed_get_feed:
 *
 * Returns: the feed's number
 */
guint64
vigil_audio_feed_get_feed (VigilAudioFeed *self)
{
  g_return_val_if_fail (VIGIL_IS_AUDIO_FEED (self), 0);

  return self->feed;
}

/**
 * vigil_audio_feed_get_level:
 * @rms_db: (out) (optional): of about a tenth of a second, dBFS; %VIGIL_AUDIO_FLOOR_DB: silence
 * @peak_db: (out) (optional): the highest sample in it, dBFS
 * @at_us: (out) (optional): monotonic; when it was measured. One that is older than a
 *   second says nothing of now
 *
 * A sine at full scale is −3 dB RMS and 0 dB peak. Thread: any.
 *
 * Returns: %FALSE if nothing was measured yet
 */
gboolean
vigil_audio_feed_get_level (VigilAudioFeed *self,
                            double         *rms_db,
                            double         *peak_db,
                            gint64         *at_us)
{
  gboolean measured;

  g_return_val_if_fail (VIGIL_IS_AUDIO_FEED (self), FALSE);

  g_mutex_lock (&self->lock);
  measured = self->at_us != 0;
  if (rms_db != NULL)
    *rms_db = measured ? self->rms_db : VIGIL_AUDIO_FLOOR_DB;
  if (peak_db != NULL)
    *peak_db = measured ? self->peak_db : VIGIL_AUDIO_FLOOR_DB;
  if (at_us != NULL)
    *at_us = self->at_us;
  g_mutex_unlock (&self->lock);

  return measured;
}

/**
 * vigil_audio_feed_set_gain:
 * @gain: linear, 0 (silent) to 1 (as it is)
 *
 * It is faded to, not switched. The first above 0 of all feeds opens the sound device.
 */
void
vigil_audio_feed_set_gain (VigilAudioFeed *self,
                           double          gain)
{
  int wanted = (int) (CLAMP (gain, 0, 1) * UNITY + 0.5);

  g_return_if_fail (VIGIL_IS_AUDIO_FEED (self));

  if (g_atomic_int_get (&self->gain) == wanted)
    return;

  g_atomic_int_set (&self->gain, wanted);
  g_signal_emit (self, signals[SIGNAL_GAIN_CHANGED], 0);
}

/**
 * vigil_audio_feed_get_gain:
 *
 * Returns: how loud it is to be heard. Thread: any.
 */
double
vigil_audio_feed_get_gain (VigilAudioFeed *self)
{
  g_return_val_if_fail (VIGIL_IS_AUDIO_FEED (self), 0);

  return g_atomic_int_get (&self->gain) / (double) UNITY;
}

/**
 * vigil_audio_feed_publish_level:
 * @rms_db: dBFS; below the floor counts as the floor
 * @peak_db: likewise
 * @at_us: monotonic
 *
 * Thread: any.
 */
void
vigil_audio_feed_publish_level (VigilAudioFeed *self,
                                double          rms_db,
                                double          peak_db,
                                gint64          at_us)
{
  g_mutex_lock (&self->lock);
  self->rms_db = MAX (rms_db, VIGIL_AUDIO_FLOOR_DB);
  self->peak_db = MAX (peak_db, VIGIL_AUDIO_FLOOR_DB);
  self->at_us = at_us;
  g_mutex_unlock (&self->lock);
}
