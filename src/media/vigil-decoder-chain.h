/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one feed's RTP packets to decoded pictures: depayloader, key frame gate, decoder. */
#pragma once

#include "vigil-picture.h"

G_BEGIN_DECLS

/** A decoded picture; borrowed for the length of the call. */
typedef void (*VigilPictureFunc) (const VigilPicture *picture,
                                  gpointer            user_data);

typedef enum
{
  VIGIL_CHAIN_OK,
  VIGIL_CHAIN_WITHHELD, /* a frame was not decoded or came to nothing: a key frame is needed */
  VIGIL_CHAIN_FAILED,   /* for good: drop it */
} VigilChainStatus;

/**
 * VigilDecoderChain:
 *
 * Elements pushed by hand, without a streaming thread or a clock of their own.
 * One thread at a time, and never one of webrtcbin's. Nothing is published
 * until a key frame has left the depayloader: after a switch, a pause or a
 * loss inter frames would draw one picture's movements over another's.
 */
typedef struct _VigilDecoderChain VigilDecoderChain;

gboolean           vigil_decoder_chain_supports    (const char         *codec);
VigilDecoderChain *vigil_decoder_chain_new         (const char         *codec,
                                                    VigilPictureFunc    func,
                                                    gpointer            user_data,
                                                    GError            **error);
VigilDecoderChain *vigil_decoder_chain_new_preferred (const char       *codec,
                                                    const char         *origin,
                                                    VigilPictureFunc    func,
                                                    gpointer            user_data);
void               vigil_decoder_chain_free        (VigilDecoderChain  *self);
void               vigil_decoder_chain_set_caps    (VigilDecoderChain  *self,
                                                    const char         *caps);
VigilChainStatus   vigil_decoder_chain_push        (VigilDecoderChain  *self,
                                                    const guint8       *packet,
                                                    gsize               size,
                                                    gboolean            gap);
void               vigil_decoder_chain_require_key (VigilDecoderChain  *self);
gboolean           vigil_decoder_chain_get_preferred (VigilDecoderChain *self);
void               vigil_decoder_chain_refuse      (VigilDecoderChain  *self);
gboolean           vigil_decoder_chain_get_wants_key (VigilDecoderChain *self);
gboolean           vigil_decoder_chain_is_preferred (const char        *codec);
void               vigil_decoder_chain_prefer      (const char         *codec,
                                                    const char         *factory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilDecoderChain, vigil_decoder_chain_free)

G_END_DECLS
