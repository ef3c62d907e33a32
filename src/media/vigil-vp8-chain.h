/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decodes VP8 with libvpx itself. One of the ways behind VigilDecoderChain. */
#pragma once

#include "vigil-decoder-chain.h"
#include "vigil-key-gate.h"

G_BEGIN_DECLS

/**
 * VigilVp8Chain:
 *
 * vp8dec copies every picture out of libvpx, and its base class makes a dozen
 * objects for each: together a tenth of what receiving costs. Here a picture
 * is scaled right out of the decoder's memory.
 */
typedef struct _VigilVp8Chain VigilVp8Chain;

VigilVp8Chain *vigil_vp8_chain_new  (VigilKeyGate      *gate,
                                     VigilPictureFunc   func,
                                     gpointer           user_data,
                                     GError           **error);
void           vigil_vp8_chain_free (VigilVp8Chain     *self);
void           vigil_vp8_chain_push (VigilVp8Chain     *self,
                                     const guint8      *packet,
                                     gsize              size,
                                     gboolean           gap);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilVp8Chain, vigil_vp8_chain_free)

G_END_DECLS
