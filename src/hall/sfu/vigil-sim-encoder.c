/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated pictures to VP8. */

#include <libyuv/convert.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "vigil-sim-encoder.h"

struct _VigilSimEncoder
{
  vpx_codec_ctx_t  codec;
  gboolean         open;
  guint            width, height, rate;
  vpx_image_t     *image;
  cairo_surface_t *surface;
  VigilSimLook    *look;
  vpx_codec_pts_t  pts;
};

VigilSimEncoder *
vigil_sim_encoder_new (void)
{
  return g_new0 (VigilSimEncoder, 1);
}

static void
close_codec (VigilSimEncoder *self)
{
  if (self->open)
    vpx_codec_destroy (&self->codec);
  self->open = FALSE;
  g_clear_pointer (&self->image, vpx_img_free);
  g_clear_pointer (&self->surface, cairo_surface_destroy);
}

void
vigil_sim_encoder_free (VigilSimEncoder *self)
{
  close_codec (self);
  g_clear_pointer (&self->look, vigil_sim_look_free);
  g_free (self);
}

static gboolean
open_codec (VigilSimEncoder        *self,
            const VigilSimClipKey  *key,
            GError                **error)
{
  vpx_codec_enc_cfg_t config;
  vpx_codec_err_t result;

  if (self->open && self->width == key->width && self->height == key->height && self->rate == key->rate)
    return TRUE;

  close_codec (self);
  result = vpx_codec_enc_config_default (vpx_codec_vp8_cx (), &config, 0);
  if (result == VPX_CODEC_OK)
    {
      config.g_w = key->width;
      config.g_h = key->height;
      config.g_timebase.num = 1;
      config.g_timebase.den = key->rate;
      config.g_threads = 1;
      config.g_lag_in_frames = 0;
      config.g_pass = VPX_RC_ONE_PASS;
      config.rc_end_usage = VPX_VBR;
      /* kbit/s: about 110 at 320×180@10 and 630 at 640×360@15. */
      config.rc_target_bitrate = MAX (64, (guint64) key->width * key->height * key->rate / 5500);
      config.rc_min_quantizer = 6;
      config.rc_max_quantizer = 44;
      config.rc_dropframe_thresh = 0;
      config.kf_mode = VPX_KF_DISABLED;
      result = vpx_codec_enc_init (&self->codec, vpx_codec_vp8_cx (), &config, 0);
    }
  if (result != VPX_CODEC_OK)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "VP8 encoder: %s", vpx_codec_err_to_string (result));
      return FALSE;
    }

  vpx_codec_control (&self->codec, VP8E_SET_CPUUSED, 8);
  vpx_codec_control (&self->codec, VP8E_SET_STATIC_THRESHOLD, 100);
  self->open = TRUE;
  self->width = key->width;
  self->height = key->height;
  self->rate = key->rate;
  self->image = vpx_img_alloc (NULL, VPX_IMG_FMT_I420, key->width, key->height, 16);
  self->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, key->width, key->height);
  self->pts = 0;

  return TRUE;
}

static void
draw_frame (VigilSimEncoder       *self,
            const VigilSimClipKey *key,
            guint                  index)
{
  cairo_t *cr = cairo_create (self->surface);

  vigil_sim_look_draw (self->look, key->source, key->behaviour, (double) index / key->rate,
                       cr, key->width, key->height);
  cairo_destroy (cr);
  cairo_surface_flush (self->surface);

  ARGBToI420 (cairo_image_surface_get_data (self->surface), cairo_image_surface_get_stride (self->surface),
              self->image->planes[VPX_PLANE_Y], self->image->stride[VPX_PLANE_Y],
              self->image->planes[VPX_PLANE_U], self->image->stride[VPX_PLANE_U],
              self->image->planes[VPX_PLANE_V], self->image->stride[VPX_PLANE_V],
              key->width, key->height);
}

static gboolean
encode_frame (VigilSimEncoder  *self,
              VigilSimClip     *clip,
              gboolean          key_frame,
              GError          **error)
{
  vpx_codec_iter_t iter = NULL;
  const vpx_codec_cx_pkt_t *packet;
  vpx_codec_err_t result;
  gboolean got = FALSE;

  result = vpx_codec_encode (&self->codec, self->image, self->pts++, 1,
                             key_frame ? VPX_EFLAG_FORCE_KF : 0, VPX_DL_REALTIME);
  while (result == VPX_CODEC_OK && (packet = vpx_codec_get_cx_data (&self->codec, &iter)) != NULL)
    if (packet->kind == VPX_CODEC_CX_FRAME_PKT && packet->data.frame.sz > 0)
      {
        vigil_sim_clip_append (clip, packet->data.frame.buf, packet->data.frame.sz,
                               (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0);
        got = TRUE;
      }
  if (!got)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "VP8 frame: %s", vpx_codec_err_to_string (result));

  return got;
}

/**
 * vigil_sim_encoder_encode:
 * @self: this thread's encoder
 * @clip: a webcam's or a screen's clip with frames still to come
 * @error: %G_IO_ERROR
 *
 * Appends the next second of the clip; at first only half of one, so that many
 * clips can be played early. It begins with a key frame, so that the seconds of
 * many clips can be encoded in turn.
 *
 * Returns: FALSE if the codec refused
 */
gboolean
vigil_sim_encoder_encode (VigilSimEncoder  *self,
                          VigilSimClip     *clip,
                          GError          **error)
{
  const VigilSimClipKey *key = vigil_sim_clip_get_key (clip);
  guint first = vigil_sim_clip_get_n_ready (clip);
  guint share = first == 0 ? MAX (1, key->rate / 2) : key->rate;
  guint end = MIN (first + share, vigil_sim_clip_get_n_frames (clip));

  g_return_val_if_fail (key->source != VIGIL_SIM_SOURCE_MICROPHONE, FALSE);

  if (!open_codec (self, key, error))
    return FALSE;
  if (self->look == NULL || vigil_sim_look_get_index (self->look) != key->look)
    {
      g_clear_pointer (&self->look, vigil_sim_look_free);
      self->look = vigil_sim_look_new (key->look);
    }

  for (guint i = first; i < end; i++)
    {
      draw_frame (self, key, i);
      if (!encode_frame (self, clip, i == first, error))
        return FALSE;
    }

  return TRUE;
}
