/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread for all voices: none of them can keep it for longer than a packet takes to decode, and together they are fewer
 * wake-ups than each by itself. */
#include "vigil-audio-mixer.h"

#include <string.h>

#include "vigil-audio-decoder.h"
#include "vigil-media-metrics.h"
#include "vigil-opus.h"

#define LEVEL_US (G_USEC_PER_SEC / 10)
#define MIX_US   (G_USEC_PER_SEC / 100)

/* So much waits for the device; less and it would run dry when the machine is busy. */
#define QUEUED (VIGIL_OPUS_RATE * 3 / 100)

/* A device that takes everything at once is no reason to be faster than time, but for this much. */
#define AHEAD (VIGIL_OPUS_RATE / 10)

/* After the last is silent the device stays open for a moment: whoever listens to one after the other need not wait. */
#define LINGER_US (3 * G_USEC_PER_SEC)

struct _VigilAudioMixer
{
  gatomicrefcount    ref_count;

  /* immutable */
  VigilAudioOutput  *output;

  /* main thread */
  GThread           *thread;      /* while there is a decoder */

  /* with the lock */
  GMutex             lock;
  GCond              cond;
  GPtrArray         *decoders;    /* VigilAudioDecoder, owned */
  gboolean           awake;       /* something changed: look at once */
  gboolean           quit;

  /* the thread */
  gint64             level_us;    /* when levels were told last */
  gint64             heard_us;    /* when somebody was heard last; 0: nobody since it was closed */
  gint64             opened_us;   /* when the first sample went out; 0: none did */
  guint64            n_out;       /* samples since then */
};

VigilAudioMixer *
vigil_audio_mixer_new (const char *sink)
{
  VigilAudioMixer *self = g_new0 (VigilAudioMixer, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->decoders = g_ptr_array_new_with_free_func (g_object_unref);
  self->output = vigil_audio_output_new (sink);
  return self;
}

VigilAudioMixer *
vigil_audio_mixer_ref (VigilAudioMixer *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_audio_mixer_unref (VigilAudioMixer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_assert (self->thread == NULL);
  vigil_audio_output_shut (self->output);
  g_object_unref (self->output);
  g_ptr_array_unref (self->decoders);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}

VigilAudioOutput *
vigil_audio_mixer_get_output (VigilAudioMixer *self)
{
  return self->output;
}

static gboolean
is_anybody_heard (GPtrArray *decoders)
{
  for (guint i = 0; i < decoders->len; i++)
    if (vigil_audio_decoder_is_heard (decoders->pdata[i]))
      return TRUE;

  return FALSE;
}

static void
mix_block (VigilAudioMixer *self,
           GPtrArray       *decoders,
           gint64           now)
{
  gint32 sum[VIGIL_OPUS_FRAME / 2] = { 0 };
  gint16 block[VIGIL_OPUS_FRAME / 2];

  for (guint i = 0; i < decoders->len; i++)
    if (vigil_audio_decoder_is_heard (decoders->pdata[i]))
      vigil_audio_decoder_mix (decoders->pdata[i], sum, G_N_ELEMENTS (sum), now);

  for (guint i = 0; i < G_N_ELEMENTS (sum); i++)
    block[i] = (gint16) CLAMP (sum[i], G_MININT16, G_MAXINT16);
  vigil_audio_output_push (self->output, block, G_N_ELEMENTS (block));
  self->n_out += G_N_ELEMENTS (block);
}

static void
mix (VigilAudioMixer *self,
     GPtrArray       *decoders,
     gint64           now)
{
  if (self->opened_us == 0)
    {
      self->opened_us = now;
      self->n_out = 0;
    }

  while (vigil_audio_output_get_queued (self->output) < QUEUED &&
         (gint64) self->n_out < (now - self->opened_us) * (gint64) VIGIL_OPUS_RATE / G_USEC_PER_SEC + (gint64) AHEAD)
    mix_block (self, decoders, now);
}

/* Returns: whether it is played. */
static gboolean
play (VigilAudioMixer *self,
      GPtrArray       *decoders,
      gint64           now)
{
  if (is_anybody_heard (decoders))
    {
      self->heard_us = now;
      vigil_audio_output_open (self->output);
    }
  else if (self->heard_us == 0)
    {
      return FALSE;
    }
  else if (now - self->heard_us > LINGER_US)
    {
      self->heard_us = 0;
      vigil_audio_output_close (self->output);
    }

  if (!vigil_audio_output_is_open (self->output))
    {
      self->opened_us = 0;
      return self->heard_us != 0;
    }
  mix (self, decoders, now);
  return TRUE;
}

/* Returns: monotonic µs at which to look again; 0: when something changes. */
static gint64
turn (VigilAudioMixer *self,
      GPtrArray       *decoders)
{
  gint64 now = g_get_monotonic_time ();
  gboolean playing = play (self, decoders, now);
  gboolean level = now - self->level_us >= LEVEL_US - MIX_US / 2;
  gboolean running = FALSE;

  if (level)
    self->level_us = now;
  for (guint i = 0; i < decoders->len; i++)
    running |= vigil_audio_decoder_turn (decoders->pdata[i], level, now);

  if (playing)
    return now + MIX_US;
  return running ? self->level_us + LEVEL_US : 0;
}

static void
wait_until (VigilAudioMixer *self,
            gint64           until)
{
  while (!self->awake && !self->quit)
    {
      if (until == 0)
        g_cond_wait (&self->cond, &self->lock);
      else if (!g_cond_wait_until (&self->cond, &self->lock, until))
        break;
    }
  self->awake = FALSE;
}

static gpointer
thread_cb (gpointer data)
{
  VigilAudioMixer *self = data;

  g_mutex_lock (&self->lock);
  while (!self->quit)
    {
      g_autoptr (GPtrArray) decoders = g_ptr_array_copy (self->decoders, (GCopyFunc) g_object_ref, NULL);
      gint64 until;

      g_ptr_array_set_free_func (decoders, g_object_unref);
      g_mutex_unlock (&self->lock);
      until = turn (self, decoders);
      g_clear_pointer (&decoders, g_ptr_array_unref);
      g_mutex_lock (&self->lock);
      wait_until (self, until);
    }
  g_mutex_unlock (&self->lock);

  vigil_audio_output_close (self->output);
  self->heard_us = self->opened_us = 0;
  return NULL;
}

/**
 * vigil_audio_mixer_wake:
 *
 * Something is heard that was not, or a feed runs again. Thread: any.
 */
void
vigil_audio_mixer_wake (VigilAudioMixer *self)
{
  g_mutex_lock (&self->lock);
  self->awake = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_audio_mixer_add:
 * @decoder: decoded from now on, until it is removed
 */
void
vigil_audio_mixer_add (VigilAudioMixer   *self,
                       VigilAudioDecoder *decoder)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->decoders, g_object_ref (decoder));
  self->awake = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);

  if (self->thread == NULL)
    self->thread = g_thread_new ("vigil-sound", thread_cb, self);
}

/**
 * vigil_audio_mixer_remove:
 *
 * It is not decoded any more, from a moment after this on. With the last one
 * the thread ends; it is waited for, which takes no longer than a few packets to decode.
 */
void
vigil_audio_mixer_remove (VigilAudioMixer   *self,
                          VigilAudioDecoder *decoder)
{
  gboolean last;

  g_mutex_lock (&self->lock);
  g_ptr_array_remove_fast (self->decoders, decoder);
  last = self->decoders->len == 0;
  self->quit = last;
  self->awake = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);

  if (!last || self->thread == NULL)
    return;

  g_thread_join (g_steal_pointer (&self->thread));
  self->quit = FALSE;
}
