/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets the one who decodes a feed ask for the same three things in either place. */
#include "vigil-feed-chain.h"

#include "vigil-picture.h"

struct _VigilFeedChain
{
  VigilRemoteChain  *remote; /* one of the two */
  VigilDecoderChain *local;
  VigilRemoteFuncs   funcs;
  gpointer           user_data;
};

static void
picture_cb (const VigilPicture *picture,
            gpointer            user_data)
{
  VigilFeedChain *self = user_data;
  VigilFrame *frame = NULL;
  guint width, height;

  if (!vigil_picture_size_is_sane (picture->width, picture->height))
    return;

  self->funcs.get_box (self->user_data, &width, &height);
  if (width > 0 && height > 0)
    frame = self->funcs.offer (self->user_data, picture->width, picture->height);
  if (frame != NULL && !vigil_picture_scaler_render (vigil_picture_scaler_get_for_thread (), picture, frame))
    g_clear_pointer (&frame, vigil_frame_unref);
  self->funcs.picture (self->user_data, picture->width, picture->height, frame);
}

/**
 * vigil_feed_chain_new:
 * @helper: (nullable): where to decode; %NULL: here
 * @codec: upper case
 * @origin: who sends
 * @funcs: what becomes of pictures; copied
 * @user_data: for @funcs
 * @error: %VIGIL_MEDIA_ERROR_CODEC
 *
 * Waits for the helper to start.
 *
 * Returns: (transfer full) (nullable): a chain that waits for a key frame
 */
VigilFeedChain *
vigil_feed_chain_new (VigilDecodeHelper       *helper,
                      const char              *codec,
                      const char              *origin,
                      const VigilRemoteFuncs  *funcs,
                      gpointer                 user_data,
                      GError                 **error)
{
  g_autoptr (VigilFeedChain) self = g_new0 (VigilFeedChain, 1);

  self->funcs = *funcs;
  self->user_data = user_data;
  if (helper != NULL && !vigil_decoder_chain_is_preferred (codec) &&
      vigil_decode_helper_start (helper) != VIGIL_HELPER_NEVER)
    self->remote = vigil_remote_chain_new (helper, codec, origin, funcs, user_data);
  else
    self->local = vigil_decoder_chain_new (codec, picture_cb, self, error);

  return self->remote != NULL || self->local != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * vigil_feed_chain_free:
 *
 * Not from within its functions.
 */
void
vigil_feed_chain_free (VigilFeedChain *self)
{
  g_clear_pointer (&self->remote, vigil_remote_chain_free);
  g_clear_pointer (&self->local, vigil_decoder_chain_free);
  g_free (self);
}

/**
 * vigil_feed_chain_set_caps:
 * @caps: of the packets that follow, as GStreamer writes them
 */
void
vigil_feed_chain_set_caps (VigilFeedChain *self,
                           const char     *caps)
{
  if (self->remote != NULL)
    vigil_remote_chain_set_caps (self->remote, caps);
  else
    vigil_decoder_chain_set_caps (self->local, caps);
}

/**
 * vigil_feed_chain_require_key:
 *
 * Withholds everything up to the next key frame.
 */
void
vigil_feed_chain_require_key (VigilFeedChain *self)
{
  if (self->remote != NULL)
    vigil_remote_chain_require_key (self->remote);
  else
    vigil_decoder_chain_require_key (self->local);
}

static VigilChainStatus
push_one (VigilFeedChain    *self,
          const VigilPacket *packet)
{
  VigilChainStatus status;
  GstMapInfo map;

  if (!gst_buffer_map (packet->buffer, &map, GST_MAP_READ))
    return VIGIL_CHAIN_OK;

  status = vigil_decoder_chain_push (self->local, map.data, map.size, packet->gap);
  gst_buffer_unmap (packet->buffer, &map);
  return status;
}

/**
 * vigil_feed_chain_push:
 * @packets: in order; the buffers stay the caller's
 * @n_packets: at least 1
 * @result: (out): how things stand then
 */
void
vigil_feed_chain_push (VigilFeedChain    *self,
                       const VigilPacket *packets,
                       guint              n_packets,
                       VigilRemoteResult *result)
{
  if (self->remote != NULL)
    {
      vigil_remote_chain_push (self->remote, packets, n_packets, result);
      return;
    }

  *result = (VigilRemoteResult) { .status = VIGIL_CHAIN_OK, .failure = "the decoder returned an error" };
  for (guint i = 0; i < n_packets && result->status != VIGIL_CHAIN_FAILED; i++)
    {
      VigilChainStatus status = push_one (self, &packets[i]);

      result->status = MAX (result->status, status);
    }
  result->wants_key = vigil_decoder_chain_get_wants_key (self->local);
}
