/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoded streams to feed a decoder by hand, and decoders that misbehave. */
#pragma once

#include "vigil-tile-decoder.h"

G_BEGIN_DECLS

/** One second of a simulated candidate; frame 0 is the only key frame. */
typedef struct _MediaClip MediaClip;

MediaClip *media_clip_new        (guint look, guint width, guint height, guint rate);
void       media_clip_free       (MediaClip *self);
/** The packets of a frame, numbered on from those before. (transfer full): of GstBuffer. */
GPtrArray *media_clip_frame      (MediaClip *self, guint index);
void       media_clip_push       (MediaClip *self, VigilTileDecoder *decoder, guint first, guint n);
/** From now on numbered and timed as if they were @other's. */
void       media_clip_follow     (MediaClip *self, MediaClip *other);
void       media_clip_announce   (VigilTileDecoder *decoder, const char *codec);

/** Registers "vigilteststuck", which blocks in its chain function, and "vigiltesterror". */
void       media_bad_decoders_register (void);
void       media_stuck_release   (gboolean released);
guint      media_stuck_n         (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaClip, media_clip_free)

G_END_DECLS
