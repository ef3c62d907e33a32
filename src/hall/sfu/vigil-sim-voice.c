/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated microphones: a quiet room with a keyboard in it, or somebody who
 * murmurs, synthesized and encoded once with GStreamer's Opus encoder. */

#include <math.h>

#include <gst/app/app.h>
#include <gst/audio/audio.h>

#include "vigil-sim-encoder.h"

#define SAMPLE_RATE 48000
#define ENCODE_TIMEOUT (5 * GST_SECOND)

/* Room tone: noise through a one-pole low-pass. */
static void
add_room (gint16 *samples,
          guint   n,
          guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  double low = 0;

  for (guint i = 0; i < n; i++)
    {
      low += (g_rand_double_range (rand, -1, 1) - low) * 0.04;
      samples[i] = low * 1400;
    }
}

/* Keys: short bursts that die away in 15 ms. */
static void
add_keyboard (gint16 *samples,
              guint   n,
              guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint at = SAMPLE_RATE / 5;

  while (at + 2000 < n)
    {
      for (guint i = 0; i < 1500; i++)
        samples[at + i] += g_rand_double_range (rand, -1, 1) * 2600 * exp (-(double) i / 240);
      at += g_rand_int_range (rand, SAMPLE_RATE / 8, SAMPLE_RATE / 2);
    }
}

/* Syllables: a buzz of harmonics under two formants that wander. */
static void
add_murmur (gint16 *samples,
            guint   n,
            double  pitch)
{
  for (guint i = 0; i < n; i++)
    {
      double t = (double) i / SAMPLE_RATE;
      double syllable = pow (MAX (0, sin (2 * G_PI * 1.75 * t)), 0.6) * (sin (2 * G_PI * 0.25 * t) > -0.5);
      double f0 = pitch * (1 + 0.06 * sin (2 * G_PI * 0.75 * t));
      double first = 480 + 220 * sin (2 * G_PI * 1.25 * t);
      double sum = 0;

      if (syllable <= 0)
        continue;
      for (guint k = 1; k <= 12; k++)
        {
          double f = f0 * k;
          double gain = 1 / (1 + pow ((f - first) / 160, 2)) + 0.4 / (1 + pow ((f - 3 * first) / 240, 2));

          sum += gain * sin (2 * G_PI * pitch * k * t + k * 0.08 * sin (2 * G_PI * 0.75 * t));
        }
      samples[i] = CLAMP (samples[i] + sum * syllable * 3000, -30000, 30000);
    }
}

static GBytes *
synthesize (const VigilSimClipKey *key)
{
  guint n = SAMPLE_RATE * VIGIL_SIM_CLIP_SECONDS;
  gint16 *samples = g_new0 (gint16, n);

  add_room (samples, n, key->look + 1);
  if (key->behaviour == VIGIL_SIM_BEHAVIOUR_SECOND_PERSON)
    {
      add_murmur (samples, n, 108 + 34 * (key->look % 4));
    }
  else if (key->behaviour != VIGIL_SIM_BEHAVIOUR_ABSENT)
    {
      add_keyboard (samples, n, key->look + 100);
    }

  return g_bytes_new_take (samples, n * sizeof (gint16));
}

/* Pulls exactly the clip's frames; the encoder's last, padded one is left. */
static gboolean
collect (GstAppSink    *sink,
         VigilSimClip  *clip,
         GError       **error)
{
  guint n_frames = vigil_sim_clip_get_n_frames (clip);

  while (vigil_sim_clip_get_n_ready (clip) < n_frames)
    {
      g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (sink, ENCODE_TIMEOUT);
      GstMapInfo map;

      if (sample == NULL || !gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Opus encoder: %u of %u frames",
                       vigil_sim_clip_get_n_ready (clip), n_frames);
          return FALSE;
        }
      vigil_sim_clip_append (clip, map.data, map.size, TRUE);
      gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    }

  return TRUE;
}

/**
 * vigil_sim_voice_encode:
 * @clip: a microphone's clip with no frame ready, at 50 frames a second
 * @error: from GStreamer
 *
 * Synthesizes and encodes the whole loop. Blocks; a worker's business.
 *
 * Returns: FALSE if there is no Opus encoder or it failed
 */
gboolean
vigil_sim_voice_encode (VigilSimClip  *clip,
                        GError       **error)
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GBytes) samples = synthesize (vigil_sim_clip_get_key (clip));
  gboolean ok;

  pipeline = gst_parse_launch ("appsrc name=source format=time block=false max-bytes=0 "
                               "caps=audio/x-raw,format=" GST_AUDIO_NE (S16) ",rate=48000,channels=1,layout=interleaved "
                               "! opusenc frame-size=20 bitrate=24000 audio-type=voice "
                               "! appsink name=sink sync=false max-buffers=0", error);
  if (pipeline == NULL)
    return FALSE;

  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  /* Twice, so that the frame the encoder holds back is not one of ours. */
  for (int i = 0; i < 2; i++)
    {
      GstBuffer *buffer = gst_buffer_new_wrapped_bytes (samples);

      GST_BUFFER_PTS (buffer) = i * VIGIL_SIM_CLIP_SECONDS * GST_SECOND;
      GST_BUFFER_DURATION (buffer) = VIGIL_SIM_CLIP_SECONDS * GST_SECOND;
      gst_app_src_push_buffer (GST_APP_SRC (source), buffer);
    }
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  ok = collect (GST_APP_SINK (sink), clip, error);
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return ok;
}
