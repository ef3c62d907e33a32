/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clips on disk: a bounded folder of files that may be damaged or gone. */
#pragma once

#include "vigil-sim-clip.h"

G_BEGIN_DECLS

typedef struct _VigilSimClipCache VigilSimClipCache;

VigilSimClipCache *vigil_sim_clip_cache_new   (const char        *dir,
                                               guint64            limit);
void               vigil_sim_clip_cache_free  (VigilSimClipCache *self);

gboolean           vigil_sim_clip_cache_load  (VigilSimClipCache *self,
                                               VigilSimClip      *clip);
void               vigil_sim_clip_cache_store (VigilSimClipCache *self,
                                               VigilSimClip      *clip);

G_END_DECLS
