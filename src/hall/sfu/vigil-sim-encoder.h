/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws and encodes the seconds of a clip, one at a time.
 *
 * One encoder belongs to one worker thread. It keeps what is expensive to make
 * (codec, surface, look) between the seconds of clips of the same size. */
#pragma once

#include "vigil-sim-clip.h"

G_BEGIN_DECLS

typedef struct _VigilSimEncoder VigilSimEncoder;

VigilSimEncoder *vigil_sim_encoder_new    (void);
void             vigil_sim_encoder_free   (VigilSimEncoder *self);

gboolean         vigil_sim_encoder_encode (VigilSimEncoder  *self,
                                           VigilSimClip     *clip,
                                           GError          **error);

gboolean         vigil_sim_voice_encode   (VigilSimClip     *clip,
                                           GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSimEncoder, vigil_sim_encoder_free)

G_END_DECLS
