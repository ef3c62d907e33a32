/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames that come back to be filled again. Private to the slot. */
#pragma once

#include "vigil-frame.h"

G_BEGIN_DECLS

/**
 * VigilFramePool:
 *
 * Reference counted: frames on loan hold a reference, so a frame may outlive
 * the slot it was made for. All functions: any thread.
 */
typedef struct _VigilFramePool VigilFramePool;

VigilFramePool *vigil_frame_pool_new             (guint64         feed);
VigilFramePool *vigil_frame_pool_new_in          (guint64           feed,
                                                  VigilFrameMemory *memory);
VigilFramePool *vigil_frame_pool_ref             (VigilFramePool *self);
void            vigil_frame_pool_unref           (VigilFramePool *self);

VigilFrame     *vigil_frame_pool_acquire         (VigilFramePool *self,
                                                  guint           width,
                                                  guint           height);
void            vigil_frame_pool_set_memory      (VigilFramePool   *self,
                                                  VigilFrameMemory *memory);
void            vigil_frame_pool_trim            (VigilFramePool *self);
void            vigil_frame_pool_close           (VigilFramePool *self);
guint64         vigil_frame_pool_get_n_allocated (VigilFramePool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilFramePool, vigil_frame_pool_unref)

G_END_DECLS
