/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decodes with GStreamer's elements, pushed by hand. One of the ways behind VigilDecoderChain. */
#pragma once

#include "vigil-decoder-chain.h"
#include "vigil-key-gate.h"

G_BEGIN_DECLS

typedef struct _VigilElementChain VigilElementChain;

void               vigil_element_chain_init     (void);
gboolean           vigil_element_chain_supports (const char         *codec,
                                                 const char         *decoder);
VigilElementChain *vigil_element_chain_new      (const char         *codec,
                                                 const char         *decoder,
                                                 VigilKeyGate       *gate,
                                                 VigilPictureFunc    func,
                                                 gpointer            user_data,
                                                 GError            **error);
void               vigil_element_chain_free     (VigilElementChain  *self);
void               vigil_element_chain_set_caps (VigilElementChain  *self,
                                                 const char         *caps);
gboolean           vigil_element_chain_push     (VigilElementChain  *self,
                                                 const guint8       *packet,
                                                 gsize               size,
                                                 gboolean            gap);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilElementChain, vigil_element_chain_free)

G_END_DECLS
