/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A voice, a feed for its level and its gain, and what the engine wants to know of both. */
#include "vigil-audio-decoder.h"

#include <gst/rtp/rtp.h>
#include <time.h>

#include "vigil-main-post.h"
#include "vigil-media-error.h"
#include "vigil-media-metrics.h"
#include "vigil-opus.h"
#include "vigil-voice.h"

/* A change of the gain from nothing to all takes 30 ms; less of a change takes less. */
#define FADE_STEP (1.0 / (VIGIL_OPUS_RATE * 3 / 100))

/* Without anything to measure for so long the level is the floor. */
#define SILENT_US (G_USEC_PER_SEC / 5)

/* A voice that the mixer does not ask for any more is not heard, whatever its gain. */
#define UNHEARD_US (G_USEC_PER_SEC / 4)

struct _VigilAudioDecoder
{
  GObject parent_instance;

  /* immutable */
  VigilAudioFeed  *feed;
  VigilVoice      *voice;   /* has its own lock for packets */

  /* main thread */
  VigilAudioMixer *mixer;   /* until it is closed */
  gulong           gain_handler;

  /* atomic */
  gint             generation;
  gint             closed;
  gint             paused;
  gint             awaits_first;
  gsize            last_packet_ms; /* monotonic; 0 without any */

  /* with the lock */
  GMutex           lock;
  VigilFeedStats   stats;

  /* the mixer's thread */
  gboolean         playing;
  double           gain;      /* as it is now, on its way to the feed's */
  gint64           mixed_us;
  gint64           sound_us;  /* when anything was measured last */
  gboolean         silenced;  /* the floor was told of this pause */
  gboolean         failed;
};

static void vigil_audio_decoder_packet_sink_init  (VigilPacketSinkInterface  *iface);
static void vigil_audio_decoder_feed_decoder_init (VigilFeedDecoderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilAudioDecoder, vigil_audio_decoder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_PACKET_SINK, vigil_audio_decoder_packet_sink_init)
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_FEED_DECODER, vigil_audio_decoder_feed_decoder_init))

static void
push_packet (VigilPacketSink *sink,
             GstBuffer       *packet)
{
  VigilAudioDecoder *self = VIGIL_AUDIO_DECODER (sink);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  g_atomic_pointer_set (&self->last_packet_ms, (gsize) (g_get_monotonic_time () / 1000));
  vigil_counter_add (vigil_media_metrics ()->packets, 1);
  g_mutex_lock (&self->lock);
  self->stats.packets++;
  self->stats.bytes += gst_buffer_get_size (packet);
  g_mutex_unlock (&self->lock);

  if (!g_atomic_int_get (&self->closed) && !g_atomic_int_get (&self->paused) &&
      gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp))
    {
      /* Padding alone is what a sender measures the way with: no sound, and nothing wrong with it. */
      if (gst_rtp_buffer_get_payload_len (&rtp) > 0)
        vigil_voice_push (self->voice, gst_rtp_buffer_get_payload (&rtp), gst_rtp_buffer_get_payload_len (&rtp),
                          gst_rtp_buffer_get_seq (&rtp), gst_rtp_buffer_get_timestamp (&rtp));
      gst_rtp_buffer_unmap (&rtp);
    }
  gst_buffer_unref (packet);
}

/* Opus has one clock rate and says everything else in band. */
static void
set_caps (VigilPacketSink *sink,
          GstCaps         *caps)
{
}

static void
vigil_audio_decoder_packet_sink_init (VigilPacketSinkInterface *iface)
{
  iface->push_packet = push_packet;
  iface->set_caps = set_caps;
}

static gint64
thread_cpu_us (void)
{
  struct timespec now;

  return clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now) == 0 ? now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 : 0;
}

static void
note_work (VigilAudioDecoder *self,
           gint64             cpu_us)
{
  g_mutex_lock (&self->lock);
  self->stats.cpu_us += cpu_us;
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_audio_decoder_is_heard:
 *
 * Returns: whether it has a part in what is heard, or is still fading out
 */
gboolean
vigil_audio_decoder_is_heard (VigilAudioDecoder *self)
{
  if (g_atomic_int_get (&self->closed) || g_atomic_int_get (&self->paused))
    return FALSE;

  return vigil_audio_feed_get_gain (self->feed) > 0 || (self->playing && self->gain > 0);
}

static void
end_playing (VigilAudioDecoder *self)
{
  if (!self->playing)
    return;

  self->playing = FALSE;
  self->gain = 0;
  vigil_voice_end (self->voice);
}

/**
 * vigil_audio_decoder_mix:
 * @sum: is added to
 * @n: samples, at most %VIGIL_OPUS_FRAME
 * @now_us: monotonic
 */
void
vigil_audio_decoder_mix (VigilAudioDecoder *self,
                         gint32            *sum,
                         guint              n,
                         gint64             now_us)
{
  double wanted = vigil_audio_feed_get_gain (self->feed);
  double next;
  gint64 began = thread_cpu_us ();
  gint16 samples[VIGIL_OPUS_FRAME];

  if (!self->playing)
    vigil_voice_begin (self->voice);
  self->playing = TRUE;
  self->mixed_us = now_us;

  /* While it is silent nothing would be faded in. */
  next = vigil_voice_read (self->voice, samples, n, now_us) ? wanted : MIN (self->gain, wanted);
  for (guint i = 0; i < n; i++)
    {
      self->gain += CLAMP (next - self->gain, -FADE_STEP, FADE_STEP);
      sum[i] += (gint32) (samples[i] * self->gain);
    }

  if (wanted <= 0 && self->gain <= 0)
    end_playing (self);
  note_work (self, thread_cpu_us () - began);
}

static void
tell_level (VigilAudioDecoder *self,
            gint64             now_us)
{
  double rms_db, peak_db;

  if (vigil_voice_take_level (self->voice, &rms_db, &peak_db))
    {
      self->sound_us = now_us;
      vigil_audio_feed_publish_level (self->feed, rms_db, peak_db, now_us);
    }
  else if (now_us - self->sound_us >= SILENT_US)
    {
      vigil_audio_feed_publish_level (self->feed, VIGIL_AUDIO_FLOOR_DB, VIGIL_AUDIO_FLOOR_DB, now_us);
    }
}

static void
tell_news (VigilAudioDecoder *self)
{
  const VigilMediaMetrics *m = vigil_media_metrics ();
  VigilVoiceNews news;

  vigil_voice_take_news (self->voice, &news);
  vigil_counter_add (m->sound_decoded, news.decoded);
  vigil_counter_add (m->sound_bad, news.bad);
  vigil_counter_add (m->sound_late, news.late);
  vigil_counter_add (m->sound_concealed, news.concealed);
  vigil_counter_add (m->packets_dropped, news.dropped);
  vigil_counter_add (m->losses, news.lost);

  g_mutex_lock (&self->lock);
  self->stats.frames += news.decoded;
  self->stats.losses += news.lost;
  g_mutex_unlock (&self->lock);

  if (news.decoded > 0 && g_atomic_int_compare_and_exchange (&self->awaits_first, TRUE, FALSE))
    vigil_main_post (NULL, self, &self->generation, 0, vigil_feed_decoder_first_frame_posted_cb, NULL, NULL);
  if (self->failed || !vigil_voice_is_hopeless (self->voice))
    return;

  self->failed = TRUE;
  vigil_counter_add (m->decoders_failed, 1);
  vigil_main_post (NULL, self, &self->generation, 0, vigil_feed_decoder_failed_posted_cb,
                   g_strdup ("the sound cannot be decoded"), g_free);
}

/* Returns: whether it is paused. */
static gboolean
turn_paused (VigilAudioDecoder *self,
             gint64             now_us)
{
  if (!g_atomic_int_get (&self->paused) && !g_atomic_int_get (&self->closed))
    {
      self->silenced = FALSE;
      return FALSE;
    }

  if (self->silenced)
    return TRUE;
  self->silenced = TRUE;
  end_playing (self);
  vigil_audio_feed_publish_level (self->feed, VIGIL_AUDIO_FLOOR_DB, VIGIL_AUDIO_FLOOR_DB, now_us);
  return TRUE;
}

/**
 * vigil_audio_decoder_turn:
 * @level: its level is due
 * @now_us: monotonic
 *
 * Returns: whether it wants another turn
 */
gboolean
vigil_audio_decoder_turn (VigilAudioDecoder *self,
                          gboolean           level,
                          gint64             now_us)
{
  gint64 began;

  if (turn_paused (self, now_us))
    return FALSE;
  if (self->playing && now_us - self->mixed_us > UNHEARD_US)
    end_playing (self);
  if (!level)
    return TRUE;

  began = thread_cpu_us ();
  if (!self->playing)
    vigil_voice_measure (self->voice, now_us);
  tell_level (self, now_us);
  tell_news (self);
  if (self->playing)
    vigil_counter_set (vigil_media_metrics ()->sound_delay, vigil_voice_get_delay (self->voice));
  note_work (self, thread_cpu_us () - began);
  return TRUE;
}

static void
audio_close (VigilFeedDecoder *decoder)
{
  VigilAudioDecoder *self = VIGIL_AUDIO_DECODER (decoder);
  g_autoptr (VigilAudioMixer) mixer = g_steal_pointer (&self->mixer);

  if (mixer == NULL)
    return;

  g_atomic_int_set (&self->closed, TRUE);
  g_atomic_int_inc (&self->generation);
  g_clear_signal_handler (&self->gain_handler, self->feed);
  vigil_audio_mixer_remove (mixer, self);
  vigil_voice_clear (self->voice);
  vigil_audio_feed_publish_level (self->feed, VIGIL_AUDIO_FLOOR_DB, VIGIL_AUDIO_FLOOR_DB, g_get_monotonic_time ());
}

static void
audio_pause (VigilFeedDecoder *decoder)
{
  VigilAudioDecoder *self = VIGIL_AUDIO_DECODER (decoder);

  g_atomic_int_set (&self->paused, TRUE);
  g_atomic_int_set (&self->awaits_first, TRUE);
  vigil_voice_clear (self->voice);
  if (self->mixer != NULL)
    vigil_audio_mixer_wake (self->mixer);
}

static void
audio_resume (VigilFeedDecoder *decoder)
{
  VigilAudioDecoder *self = VIGIL_AUDIO_DECODER (decoder);

  g_atomic_int_set (&self->paused, FALSE);
  if (self->mixer != NULL)
    vigil_audio_mixer_wake (self->mixer);
}

static GObject *
get_output (VigilFeedDecoder *decoder)
{
  return G_OBJECT (VIGIL_AUDIO_DECODER (decoder)->feed);
}

static gint64
get_last_packet (VigilFeedDecoder *decoder)
{
  return (gint64) (gsize) g_atomic_pointer_get (&VIGIL_AUDIO_DECODER (decoder)->last_packet_ms) * 1000;
}

static void
get_stats (VigilFeedDecoder *decoder,
           VigilFeedStats   *stats)
{
  VigilAudioDecoder *self = VIGIL_AUDIO_DECODER (decoder);

  g_mutex_lock (&self->lock);
  *stats = self->stats;
  g_mutex_unlock (&self->lock);
}

static void
vigil_audio_decoder_feed_decoder_init (VigilFeedDecoderInterface *iface)
{
  iface->close = audio_close;
  iface->pause = audio_pause;
  iface->resume = audio_resume;
  iface->get_output = get_output;
  iface->get_last_packet = get_last_packet;
  iface->get_stats = get_stats;
}

static void
vigil_audio_decoder_finalize (GObject *object)
{
  VigilAudioDecoder *self = VIGIL_AUDIO_DECODER (object);

  g_assert (self->mixer == NULL);
  vigil_voice_free (self->voice);
  g_object_unref (self->feed);
  g_mutex_clear (&self->lock);
  vigil_counter_add (vigil_media_metrics ()->decoders_live, -1);

  G_OBJECT_CLASS (vigil_audio_decoder_parent_class)->finalize (object);
}

static void
vigil_audio_decoder_class_init (VigilAudioDecoderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_audio_decoder_finalize;
}

static void
vigil_audio_decoder_init (VigilAudioDecoder *self)
{
  g_mutex_init (&self->lock);
  self->awaits_first = TRUE;
  vigil_counter_add (vigil_media_metrics ()->decoders_live, 1);
}

/**
 * vigil_audio_decoder_supports:
 *
 * Returns: whether @codec is one of sound that can be decoded
 */
gboolean
vigil_audio_decoder_supports (const char *codec)
{
  return g_strcmp0 (codec, "OPUS") == 0;
}

/**
 * vigil_audio_decoder_new:
 * @feed: its number
 * @codec: "OPUS"
 * @delay_ms: the least that it is held back while it is heard
 * @mixer: decodes and mixes it
 * @error: %VIGIL_MEDIA_ERROR_CODEC
 *
 * Must be closed before the last reference goes. Main thread.
 *
 * Returns: (transfer full) (nullable): a decoder that waits for packets
 */
VigilAudioDecoder *
vigil_audio_decoder_new (guint64           feed,
                         const char       *codec,
                         guint             delay_ms,
                         VigilAudioMixer  *mixer,
                         GError          **error)
{
  VigilAudioDecoder *self;

  if (!vigil_audio_decoder_supports (codec))
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC,
                   "no decoder for %s", codec != NULL ? codec : "an unnamed codec");
      return NULL;
    }

  self = g_object_new (VIGIL_TYPE_AUDIO_DECODER, NULL);
  self->feed = vigil_audio_feed_new (feed);
  self->voice = vigil_voice_new (delay_ms);
  self->mixer = vigil_audio_mixer_ref (mixer);
  self->sound_us = g_get_monotonic_time ();
  self->gain_handler = g_signal_connect_swapped (self->feed, "gain-changed", G_CALLBACK (vigil_audio_mixer_wake), mixer);
  vigil_audio_mixer_add (mixer, self);
  return self;
}

/**
 * vigil_audio_decoder_get_feed:
 *
 * Returns: (transfer none): its level, and how loud it is heard
 */
VigilAudioFeed *
vigil_audio_decoder_get_feed (VigilAudioDecoder *self)
{
  return self->feed;
}
