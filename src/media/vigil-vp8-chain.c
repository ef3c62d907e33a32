/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTP packets in, libvpx's own pictures out. */
#include "vigil-vp8-chain.h"

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include "vigil-media-error.h"
#include "vigil-media-metrics.h"
#include "vigil-vp8.h"

struct _VigilVp8Chain
{
  /* immutable */
  VigilKeyGate     *gate;
  VigilPictureFunc  func;
  gpointer          user_data;

  /* the thread that pushes */
  vpx_codec_ctx_t codec;
  VigilVp8Depay   depay;
};

/**
 * vigil_vp8_chain_new:
 * @gate: decides what is decoded; the caller's, and outlives the chain
 * @func: gets each picture, from within vigil_vp8_chain_push()
 * @user_data: for @func
 * @error: %VIGIL_MEDIA_ERROR_CODEC
 *
 * Returns: (transfer full) (nullable): a decoder
 */
VigilVp8Chain *
vigil_vp8_chain_new (VigilKeyGate      *gate,
                     VigilPictureFunc   func,
                     gpointer           user_data,
                     GError           **error)
{
  /* More threads a picture cost more than they save at a tile's size. */
  vpx_codec_dec_cfg_t config = { .threads = 1 };
  VigilVp8Chain *self = g_new0 (VigilVp8Chain, 1);

  self->gate = gate;
  self->func = func;
  self->user_data = user_data;
  if (vpx_codec_dec_init (&self->codec, vpx_codec_vp8_dx (), &config, 0) != VPX_CODEC_OK)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC,
                   "the VP8 decoder cannot start: %s", vpx_codec_error (&self->codec));
      g_free (self);
      return NULL;
    }
  vigil_vp8_depay_init (&self->depay);

  return self;
}

/**
 * vigil_vp8_chain_free:
 */
void
vigil_vp8_chain_free (VigilVp8Chain *self)
{
  vpx_codec_destroy (&self->codec);
  vigil_vp8_depay_clear (&self->depay);
  g_free (self);
}

/* Returns FALSE if the decoder has no good picture to give. */
static gboolean
show (VigilVp8Chain *self)
{
  vpx_codec_iter_t iter = NULL;
  vpx_image_t *image = vpx_codec_get_frame (&self->codec, &iter);
  VigilPicture picture;
  int corrupted = 0;

  if (image == NULL || image->fmt != VPX_IMG_FMT_I420 || image->d_w == 0 || image->d_h == 0)
    return FALSE;
  if (vpx_codec_control (&self->codec, VP8D_GET_FRAME_CORRUPTED, &corrupted) == VPX_CODEC_OK && corrupted != 0)
    return FALSE;

  picture = (VigilPicture) {
    .planes = { image->planes[VPX_PLANE_Y], image->planes[VPX_PLANE_U], image->planes[VPX_PLANE_V] },
    .strides = { image->stride[VPX_PLANE_Y], image->stride[VPX_PLANE_U], image->stride[VPX_PLANE_V] },
    .width = image->d_w,
    .height = image->d_h,
    .colour = VIGIL_COLOUR_BT601,
  };
  self->func (&picture, self->user_data);

  return TRUE;
}

static void
decode (VigilVp8Chain *self)
{
  const GByteArray *frame = self->depay.frame;
  VigilVp8Header header;

  if (!vigil_vp8_parse_header (frame->data, frame->len, &header))
    {
      vigil_counter_add (vigil_media_metrics ()->frames_refused, 1);
      vigil_key_gate_fail (self->gate);
      return;
    }

  if (header.key)
    vigil_key_gate_set_size (self->gate, header.width, header.height);
  if (!vigil_key_gate_admit (self->gate, header.key))
    return;

  if (vpx_codec_decode (&self->codec, frame->data, frame->len, NULL, 0) != VPX_CODEC_OK ||
      (!show (self) && header.shown))
    vigil_key_gate_fail (self->gate);
}

/**
 * vigil_vp8_chain_push:
 * @packet: an RTP packet, in order
 * @size: its bytes
 * @gap: whether packets before it are missing
 */
void
vigil_vp8_chain_push (VigilVp8Chain *self,
                      const guint8  *packet,
                      gsize          size,
                      gboolean       gap)
{
  VigilVp8Verdict verdict = vigil_vp8_depay_push (&self->depay, packet, size, gap);

  if (verdict == VIGIL_VP8_FRAME)
    decode (self);
  else if (verdict == VIGIL_VP8_BROKEN)
    vigil_key_gate_fail (self->gate);
}
