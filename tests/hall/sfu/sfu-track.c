/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One SSRC as it arrives. */

#include <libyuv/convert_argb.h>
#include <vpx/vp8dx.h>

#include "sfu-track.h"
#include "vigil-sim-marker.h"

Track *
track_new (guint32  ssrc,
           gboolean video,
           gboolean decode)
{
  Track *track = g_new0 (Track, 1);

  track->info.ssrc = ssrc;
  track->video = video;
  track->decode = decode;
  track->frame = g_byte_array_new ();

  return track;
}

/* A GDestroyNotify. */
void
track_free (gpointer data)
{
  Track *track = data;

  if (track->opened)
    vpx_codec_destroy (&track->codec);
  g_byte_array_unref (track->frame);
  g_free (track);
}

static void
read_marker (Track       *track,
             vpx_image_t *image)
{
  g_autofree guint8 *bgrx = g_malloc ((gsize) image->d_w * image->d_h * 4);
  guint look, behaviour;

  I420ToARGB (image->planes[0], image->stride[0], image->planes[1], image->stride[1],
              image->planes[2], image->stride[2], bgrx, image->d_w * 4, image->d_w, image->d_h);
  if (vigil_sim_marker_decode (bgrx, image->d_w, image->d_h, image->d_w * 4, &look, &behaviour))
    {
      track->info.marked++;
      track->info.look = look;
      track->info.behaviour = behaviour;
    }
}

static void
decode_frame (Track *track)
{
  vpx_codec_iter_t iter = NULL;
  vpx_image_t *image;

  if (!track->opened)
    track->opened = vpx_codec_dec_init (&track->codec, vpx_codec_vp8_dx (), NULL, 0) == VPX_CODEC_OK;
  if (vpx_codec_decode (&track->codec, track->frame->data, track->frame->len, NULL, 0) != VPX_CODEC_OK
      || (image = vpx_codec_get_frame (&track->codec, &iter)) == NULL)
    {
      track->info.undecodable++;
      return;
    }
  track->info.decoded++;
  read_marker (track, image);
}

static void
end_frame (Track *track)
{
  gboolean key;

  if (!track->whole || track->frame->len == 0)
    return;
  key = !(track->frame->data[0] & 1);
  if (track->info.frames++ == 0)
    track->info.first_was_key = key;
  if (key)
    {
      track->info.key_frames++;
      track->info.last_key_at = g_get_monotonic_time ();
    }
  if (track->decode)
    decode_frame (track);
}

static void
take_vp8 (Track        *track,
          const guint8 *payload,
          gsize         size,
          gboolean      last)
{
  guint16 picture = GST_READ_UINT16_BE (payload + 2) & 0x7fff;

  g_assert_cmphex (payload[0] & 0x80, ==, 0x80);
  g_assert_cmphex (payload[1], ==, 0x80);
  if (payload[0] & 0x10)
    {
      g_byte_array_set_size (track->frame, 0);
      track->whole = TRUE;
      if (track->info.packets > 1 && picture != ((track->picture + 1) & 0x7fff))
        track->info.picture_gaps++;
      track->picture = picture;
    }
  g_byte_array_append (track->frame, payload + 4, size - 4);
  if (last)
    end_frame (track);
}

/* The next packet of the track's SSRC, in the order of their sequence numbers. */
void
track_take_packet (Track        *track,
                   GstRTPBuffer *rtp)
{
  guint16 seq = gst_rtp_buffer_get_seq (rtp);
  guint32 timestamp = gst_rtp_buffer_get_timestamp (rtp);

  if (track->info.packets++ == 0)
    {
      track->info.first_at = g_get_monotonic_time ();
    }
  else
    {
      gint32 step = timestamp - track->timestamp;

      if (seq != (guint16) (track->seq + 1))
        {
          track->info.gaps += (guint16) (seq - track->seq - 1);
          track->whole = FALSE;
        }
      track->info.backward += step < 0;
      track->info.max_leap = MAX (track->info.max_leap, step);
    }
  track->seq = seq;
  track->timestamp = timestamp;
  if (track->video)
    take_vp8 (track, gst_rtp_buffer_get_payload (rtp), gst_rtp_buffer_get_payload_len (rtp),
              gst_rtp_buffer_get_marker (rtp));
  else
    track->info.frames++;
}
