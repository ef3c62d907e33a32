/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stills of candidates who left the screen: bounded in bytes, the least recently seen go first. */
#pragma once

#include "vigil-still.h"

G_BEGIN_DECLS

/** Main thread only. */
typedef struct _VigilStillCache VigilStillCache;

VigilStillCache *vigil_still_cache_new   (void);
void             vigil_still_cache_free  (VigilStillCache *self);
/** Keeps what is known of @handle. @still: (nullable) (transfer none); @asked_us: when it was asked for last. */
void             vigil_still_cache_put   (VigilStillCache *self, VigilHandle handle, VigilStill *still, gint64 asked_us);
/** Takes it out again; @asked_us: (out): 0: nothing is known. Returns: (transfer full) (nullable). */
VigilStill      *vigil_still_cache_take  (VigilStillCache *self, VigilHandle handle, gint64 *asked_us);
/** Returns: (transfer none) (nullable). */
VigilStill      *vigil_still_cache_peek  (VigilStillCache *self, VigilHandle handle);
void             vigil_still_cache_set_limit (VigilStillCache *self, gsize bytes);
void             vigil_still_cache_clear (VigilStillCache *self);
gsize            vigil_still_cache_get_bytes (VigilStillCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilStillCache, vigil_still_cache_free)

G_END_DECLS
