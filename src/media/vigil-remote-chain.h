/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A feed's decoder in the helper process, as seen from here. */
#pragma once

#include "vigil-decode-helper.h"
#include "vigil-decoder-chain.h"
#include "vigil-frame.h"
#include "vigil-packet-queue.h"

G_BEGIN_DECLS

/** What a feed does with what comes back. All from within vigil_remote_chain_push_all(). */
typedef struct
{
  /** The size in which pictures are wanted; 0: not at all. */
  void        (*get_box) (gpointer user_data, guint *width, guint *height);
  /** (transfer full) (nullable): a frame in the helper's memory for a picture of that size. */
  VigilFrame *(*offer)   (gpointer user_data, guint width, guint height);
  /** A picture of that size came out; @frame (transfer full) (nullable) is full of it. */
  void        (*picture) (gpointer user_data, guint width, guint height, VigilFrame *frame);
} VigilRemoteFuncs;

/** How things stand after a batch. */
typedef struct
{
  VigilChainStatus  status;
  gboolean          wants_key;
  gint64            cpu_us;   /* of the helper, by its word */
  const char       *failure;  /* if the status says so */
  gboolean          never;    /* nor will anything later be decoded there: do it otherwise */
} VigilRemoteResult;

/**
 * VigilRemoteChain:
 *
 * As a VigilDecoderChain, a batch at a time. One thread at a time. What the helper says is checked: it decodes what
 * strangers send. When the process goes the chain begins anew in the next one, with a key frame.
 */
typedef struct _VigilRemoteChain VigilRemoteChain;

/** What one chain is to decode, and how things stand then. */
typedef struct
{
  VigilRemoteChain  *chain;
  const VigilPacket *packets;   /* in order; the buffers stay the caller's */
  guint              n_packets; /* 0: nothing to do */
  VigilRemoteResult  result;    /* (out) */
} VigilRemotePush;

VigilRemoteChain *vigil_remote_chain_new         (VigilDecodeHelper       *helper,
                                                  const char              *codec,
                                                  const char              *origin,
                                                  const VigilRemoteFuncs  *funcs,
                                                  gpointer                 user_data);
void              vigil_remote_chain_free        (VigilRemoteChain        *self);
void              vigil_remote_chain_set_caps    (VigilRemoteChain        *self,
                                                  const char              *caps);
void              vigil_remote_chain_require_key (VigilRemoteChain        *self);
void              vigil_remote_chain_push_all    (VigilRemotePush         *pushes,
                                                  guint                    n_pushes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilRemoteChain, vigil_remote_chain_free)

G_END_DECLS
