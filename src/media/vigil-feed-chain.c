/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets the one who decodes a feed ask for the same three things in either place. */
#include "vigil-feed-chain.h"

#include "vigil-i18n.h"
#include "vigil-picture.h"

struct _VigilFeedChain
{
  VigilRemoteChain  *remote; /* one of the two */
  VigilDecoderChain *local;
  VigilDecodeHelper *helper; /* nullable */
  const char        *codec;  /* interned */
  char              *origin;
  char              *caps;   /* nullable */
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
    {
      vigil_decoder_chain_refuse (self->local);
      return;
    }

  self->funcs.get_box (self->user_data, &width, &height);
  if (width > 0 && height > 0)
    frame = self->funcs.offer (self->user_data, picture->width, picture->height);
  if (frame != NULL && !vigil_picture_scaler_render (vigil_picture_scaler_get_for_thread (), picture, frame))
    g_clear_pointer (&frame, vigil_frame_unref);
  self->funcs.picture (self->user_data, picture->width, picture->height, frame);
}

/* The usual way: in the helper, or here if there can be none. Never here because something else failed. */
static gboolean
go_usual_way (VigilFeedChain  *self,
              GError         **error)
{
  if (self->helper != NULL && vigil_decode_helper_start (self->helper) != VIGIL_HELPER_NEVER)
    self->remote = vigil_remote_chain_new (self->helper, self->codec, self->origin, &self->funcs, self->user_data);
  else
    self->local = vigil_decoder_chain_new (self->codec, picture_cb, self, error);

  if (self->caps != NULL && self->remote != NULL)
    vigil_remote_chain_set_caps (self->remote, self->caps);
  else if (self->caps != NULL && self->local != NULL)
    vigil_decoder_chain_set_caps (self->local, self->caps);

  return self->remote != NULL || self->local != NULL;
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
 * Begins to start the helper if need be.
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
  self->helper = helper != NULL ? vigil_decode_helper_ref (helper) : NULL;
  self->codec = g_intern_string (codec);
  self->origin = g_strdup (origin);
  self->local = vigil_decoder_chain_new_preferred (codec, origin, picture_cb, self);

  return self->local != NULL || go_usual_way (self, error) ? g_steal_pointer (&self) : NULL;
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
  g_clear_pointer (&self->helper, vigil_decode_helper_unref);
  g_free (self->origin);
  g_free (self->caps);
  g_free (self);
}

/**
 * vigil_feed_chain_is_remote:
 *
 * Returns: whether it needs the helper
 */
gboolean
vigil_feed_chain_is_remote (VigilFeedChain *self)
{
  return self->remote != NULL;
}

/**
 * vigil_feed_chain_set_caps:
 * @caps: of the packets that follow, as GStreamer writes them
 */
void
vigil_feed_chain_set_caps (VigilFeedChain *self,
                           const char     *caps)
{
  g_free (self->caps);
  self->caps = g_strdup (caps);
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

static void
push_here (VigilFeedChain    *self,
           const VigilPacket *packets,
           guint              n_packets,
           VigilRemoteResult *result)
{
  for (guint i = 0; i < n_packets && result->status != VIGIL_CHAIN_FAILED; i++)
    {
      VigilChainStatus status = push_one (self, &packets[i]);

      result->status = MAX (result->status, status);
    }
  result->wants_key = vigil_decoder_chain_get_wants_key (self->local);
}

/* What is new waits for a key frame. */
static void
replace (VigilFeedChain    *self,
         VigilRemoteResult *result)
{
  g_clear_pointer (&self->remote, vigil_remote_chain_free);
  g_clear_pointer (&self->local, vigil_decoder_chain_free);
  *result = (VigilRemoteResult) { .failure = NC_("reason", "the decoder returned an error"), .wants_key = TRUE };
  result->status = go_usual_way (self, NULL) ? VIGIL_CHAIN_WITHHELD : VIGIL_CHAIN_FAILED;
}

static void
push_there (VigilFeedPush *pushes,
            guint          n_pushes)
{
  VigilRemotePush remote[VIGIL_DECODE_GROUP_MAX];
  guint which[VIGIL_DECODE_GROUP_MAX], n = 0;

  for (guint i = 0; i < n_pushes; i++)
    if (pushes[i].chain->remote != NULL)
      {
        remote[n] = (VigilRemotePush) { .chain = pushes[i].chain->remote, .packets = pushes[i].packets, .n_packets = pushes[i].n_packets };
        which[n++] = i;
      }
  if (n == 0)
    return;

  vigil_remote_chain_push_all (remote, n);
  for (guint i = 0; i < n; i++)
    {
      VigilFeedPush *push = &pushes[which[i]];

      push->result = remote[i].result;
      if (push->result.never)
        replace (push->chain, &push->result);
    }
}

/**
 * vigil_feed_chain_push:
 * @pushes: of different chains
 * @n_pushes: at most %VIGIL_DECODE_GROUP_MAX
 *
 * Those in the helper in one exchange with it, if they fit; any other by itself.
 */
void
vigil_feed_chain_push (VigilFeedPush *pushes,
                       guint          n_pushes)
{
  gboolean here[VIGIL_DECODE_GROUP_MAX] = { FALSE };

  g_return_if_fail (n_pushes <= VIGIL_DECODE_GROUP_MAX);

  /* One that comes back from the helper for good begins here with the next batch. */
  for (guint i = 0; i < n_pushes; i++)
    here[i] = pushes[i].chain->remote == NULL;
  push_there (pushes, n_pushes);
  for (guint i = 0; i < n_pushes; i++)
    {
      VigilFeedChain *self = pushes[i].chain;
      VigilRemoteResult *result = &pushes[i].result;

      if (!here[i])
        continue;
      *result = (VigilRemoteResult) { .status = VIGIL_CHAIN_OK, .failure = NC_("reason", "the decoder returned an error") };
      push_here (self, pushes[i].packets, pushes[i].n_packets, result);
      /* What the hardware cannot decode may be decoded otherwise. */
      if (result->status == VIGIL_CHAIN_FAILED && vigil_decoder_chain_get_preferred (self->local))
        replace (self, result);
    }
}
