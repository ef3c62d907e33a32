/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A feed's decoder, wherever it is: in the helper process or here. */
#pragma once

#include "vigil-remote-chain.h"

G_BEGIN_DECLS

/**
 * VigilFeedChain:
 *
 * One thread at a time, never the main thread. By the decoder that somebody prefers for the codec (one for hardware is
 * not in the helper) for as long as it works; else in the helper; on the calling thread only where there is none, or
 * it turns out that there can be none. With each change it begins anew with a key frame.
 */
typedef struct _VigilFeedChain VigilFeedChain;

/** What one chain is to decode, and how things stand then. */
typedef struct
{
  VigilFeedChain    *chain;
  const VigilPacket *packets;   /* in order; the buffers stay the caller's */
  guint              n_packets; /* at least 1 */
  VigilRemoteResult  result;    /* (out) */
} VigilFeedPush;

VigilFeedChain *vigil_feed_chain_new           (VigilDecodeHelper       *helper,
                                                const char              *codec,
                                                const char              *origin,
                                                const VigilRemoteFuncs  *funcs,
                                                gpointer                 user_data,
                                                GError                 **error);
void            vigil_feed_chain_free          (VigilFeedChain          *self);
gboolean        vigil_feed_chain_is_remote     (VigilFeedChain          *self);
void            vigil_feed_chain_set_caps      (VigilFeedChain          *self,
                                                const char              *caps);
void            vigil_feed_chain_require_key   (VigilFeedChain          *self);
void            vigil_feed_chain_push          (VigilFeedPush           *pushes,
                                                guint                    n_pushes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilFeedChain, vigil_feed_chain_free)

G_END_DECLS
