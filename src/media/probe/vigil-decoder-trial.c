/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vigil-decoder-trial.h"

#include <gst/rtp/rtp.h>
#include <string.h>
#include <sys/resource.h>

#include "vigil-element-chain.h"
#include "vigil-media-error.h"
#include "vigil-vp8-chain.h"

#define PAYLOAD_TYPE 96
#define TICKS 6000 /* of 90 kHz, between pictures */

typedef struct
{
  VigilDecoderTrial *trial;
  GChecksum         *sum;
  VigilKeyGate       gate;
  VigilVp8Chain     *vp8;      /* one of the two */
  VigilElementChain *elements;
  guint16            seq;
  guint32            timestamp;
} Run;

static void
add_plane (GChecksum *sum, const guint8 *plane, int stride, guint width, guint height)
{
  for (guint y = 0; y < height; y++)
    g_checksum_update (sum, plane + (gssize) y * stride, (gssize) width);
}

static void
picture_cb (const VigilPicture *picture, gpointer user_data)
{
  Run *run = user_data;
  guint half_width = (picture->width + 1) / 2, half_height = (picture->height + 1) / 2;

  run->trial->pictures++;
  add_plane (run->sum, picture->planes[0], picture->strides[0], picture->width, picture->height);
  add_plane (run->sum, picture->planes[1], picture->strides[1], half_width, half_height);
  add_plane (run->sum, picture->planes[2], picture->strides[2], half_width, half_height);
}

/* As large as it likes to be: there is no network. */
static gboolean
push_packet (Run *run, const guint8 *head, gsize head_size, const guint8 *bytes, gsize size, gboolean last)
{
  g_autoptr (GstBuffer) packet = gst_rtp_buffer_new_allocate ((guint) (head_size + size), 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  gboolean good = TRUE;
  GstMapInfo map;
  guint8 *payload;

  gst_rtp_buffer_map (packet, GST_MAP_WRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, PAYLOAD_TYPE);
  gst_rtp_buffer_set_seq (&rtp, run->seq++);
  gst_rtp_buffer_set_timestamp (&rtp, run->timestamp);
  gst_rtp_buffer_set_ssrc (&rtp, 1);
  gst_rtp_buffer_set_marker (&rtp, last);
  payload = gst_rtp_buffer_get_payload (&rtp);
  memcpy (payload, head, head_size);
  memcpy (payload + head_size, bytes, size);
  gst_rtp_buffer_unmap (&rtp);

  if (!gst_buffer_map (packet, &map, GST_MAP_READ))
    return FALSE;
  if (run->vp8 == NULL)
    good = vigil_element_chain_push (run->elements, map.data, map.size, FALSE);
  else
    vigil_vp8_chain_push (run->vp8, map.data, map.size, FALSE);
  gst_buffer_unmap (packet, &map);
  return good;
}

/* Where the next start code of a byte stream begins, or its end. */
static gsize
find_start (const guint8 *bytes, gsize size, gsize from)
{
  for (gsize i = from; i + 3 <= size; i++)
    if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1)
      return i;
  return size;
}

static gboolean
push_h264 (Run *run, const guint8 *bytes, gsize size)
{
  gsize at = find_start (bytes, size, 0);

  while (at < size)
    {
      gsize begin = at + 3, end = find_start (bytes, size, begin), unit = end;

      while (unit > begin && unit < size && bytes[unit - 1] == 0)
        unit--;
      if (!push_packet (run, NULL, 0, bytes + begin, unit - begin, end == size))
        return FALSE;
      at = end;
    }
  return TRUE;
}

static gboolean
push_frame (Run *run, const guint8 *bytes, gsize size)
{
  static const guint8 start_of_frame[] = { 0x10 };

  /* The gate holds senders to a rate in real time; a trial has none. */
  run->gate.budget = G_MAXDOUBLE / 2;
  run->timestamp += TICKS;
  run->trial->frames++;
  if (run->vp8 != NULL || bytes[0] != 0 || bytes[1] != 0)
    return push_packet (run, start_of_frame, sizeof start_of_frame, bytes, size, TRUE);
  return push_h264 (run, bytes, size);
}

static gboolean
push_clip (Run *run, GBytes *clip, GError **error)
{
  gsize size, at = 0;
  const guint8 *bytes = g_bytes_get_data (clip, &size);

  while (at + 4 < size)
    {
      gsize length = GST_READ_UINT32_BE (bytes + at);

      if (length < 4 || length > size - at - 4)
        {
          g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC, "the clip is broken at byte %" G_GSIZE_FORMAT, at);
          return FALSE;
        }
      if (!push_frame (run, bytes + at + 4, length))
        {
          g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC, "the decoder gave up at frame %u", run->trial->frames);
          return FALSE;
        }
      at += 4 + length;
    }
  return TRUE;
}

static gboolean
build (Run *run, const char *codec, const char *factory, GError **error)
{
  g_autofree char *caps = NULL;

  vigil_key_gate_init (&run->gate);
  if (factory == NULL && g_str_equal (codec, "VP8"))
    {
      run->vp8 = vigil_vp8_chain_new (&run->gate, picture_cb, run, error);
      return run->vp8 != NULL;
    }
  if (!vigil_element_chain_supports (codec, factory))
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC, "there is no “%s” for %s", factory != NULL ? factory : "decoder", codec);
      return FALSE;
    }
  run->elements = vigil_element_chain_new (codec, factory, &run->gate, picture_cb, run, error);
  if (run->elements == NULL)
    return FALSE;
  caps = g_strdup_printf ("application/x-rtp, media=(string)video, clock-rate=(int)90000, encoding-name=(string)%s, "
                          "payload=(int)%d", codec, PAYLOAD_TYPE);
  vigil_element_chain_set_caps (run->elements, caps);
  return TRUE;
}

static gint64
read_cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gint64) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static GBytes *
load_clip (const char *codec, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (codec, -1);
  g_autofree char *path = g_strconcat ("/org/vigil/Vigil/probe/clip.", lower, NULL);

  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
}

gboolean
vigil_decoder_trial_run (const char *codec, const char *factory, guint rounds, VigilDecoderTrial *trial, GError **error)
{
  g_autoptr (GBytes) clip = load_clip (codec, error);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  Run run = { .trial = trial, .sum = sum };
  gboolean done;

  memset (trial, 0, sizeof *trial);
  done = clip != NULL && build (&run, codec, factory, error);
  trial->cpu_us = -read_cpu_us ();
  for (guint i = 0; done && i < rounds; i++)
    done = push_clip (&run, clip, error);
  trial->cpu_us += read_cpu_us ();
  trial->digest = g_strdup (g_checksum_get_string (sum));

  g_clear_pointer (&run.vp8, vigil_vp8_chain_free);
  g_clear_pointer (&run.elements, vigil_element_chain_free);
  return done;
}

void
vigil_decoder_trial_clear (VigilDecoderTrial *trial)
{
  g_clear_pointer (&trial->digest, g_free);
}
