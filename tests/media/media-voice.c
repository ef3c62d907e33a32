/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sine through libopus. */
#include "media-voice.h"

#include <gst/rtp/rtp.h>
#include <math.h>
#include <opus/opus.h>

#define RATE 48000
#define MAX_PACKET 1500

struct _MediaVoice
{
  OpusEncoder *encoder;
  double       hz;
  double       peak;
  guint64      n;          /* samples so far */
  guint16      seq;
  guint32      timestamp;
  guint8       packet[MAX_PACKET];
};

MediaVoice *
media_voice_new (double   hz,
                 double   peak,
                 gboolean fec)
{
  MediaVoice *self = g_new0 (MediaVoice, 1);
  int status;

  self->encoder = opus_encoder_create (RATE, 1, OPUS_APPLICATION_VOIP, &status);
  g_assert_cmpint (status, ==, OPUS_OK);
  opus_encoder_ctl (self->encoder, OPUS_SET_BITRATE (32000));
  if (fec)
    {
      opus_encoder_ctl (self->encoder, OPUS_SET_INBAND_FEC (1));
      opus_encoder_ctl (self->encoder, OPUS_SET_PACKET_LOSS_PERC (20));
    }
  self->hz = hz;
  self->peak = peak;
  self->seq = 65500;           /* so that it wraps */
  self->timestamp = 4294900000u;
  return self;
}

void
media_voice_free (MediaVoice *self)
{
  opus_encoder_destroy (self->encoder);
  g_free (self);
}

const guint8 *
media_voice_next (MediaVoice *self,
                  gsize      *size,
                  guint16    *seq,
                  guint32    *timestamp)
{
  gint16 samples[MEDIA_VOICE_FRAME];
  int written;

  for (guint i = 0; i < MEDIA_VOICE_FRAME; i++, self->n++)
    samples[i] = (gint16) lrint (32767 * self->peak * sin (2 * G_PI * self->hz * (double) self->n / RATE));

  written = opus_encode (self->encoder, samples, MEDIA_VOICE_FRAME, self->packet, MAX_PACKET);
  g_assert_cmpint (written, >, 0);
  *size = (gsize) written;
  *seq = self->seq++;
  *timestamp = self->timestamp;
  self->timestamp += MEDIA_VOICE_FRAME;
  return self->packet;
}

GstBuffer *
media_voice_next_rtp (MediaVoice *self,
                      guint32     ssrc)
{
  gsize size;
  guint16 seq;
  guint32 timestamp;
  const guint8 *payload = media_voice_next (self, &size, &seq, &timestamp);
  GstBuffer *packet = gst_rtp_buffer_new_allocate ((guint) size, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  g_assert_true (gst_rtp_buffer_map (packet, GST_MAP_WRITE, &rtp));
  gst_rtp_buffer_set_seq (&rtp, seq);
  gst_rtp_buffer_set_timestamp (&rtp, timestamp);
  gst_rtp_buffer_set_ssrc (&rtp, ssrc);
  gst_rtp_buffer_set_payload_type (&rtp, 111);
  memcpy (gst_rtp_buffer_get_payload (&rtp), payload, size);
  gst_rtp_buffer_unmap (&rtp);
  return packet;
}

void
media_voice_rest (MediaVoice *self,
                  guint       ms)
{
  self->n += ms * (RATE / 1000);
  self->timestamp += ms * (RATE / 1000);
}

void
media_voice_set_peak (MediaVoice *self,
                      double      peak)
{
  self->peak = peak;
}
