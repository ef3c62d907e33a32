/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for pixels that another process may write. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VigilFrameMemory:
 *
 * One anonymous file, mapped as a whole, its size sealed: whoever has it too can neither shrink it under us nor
 * make it grow. Pages exist once they are touched and are given back when their block is freed. What is in a
 * block may change at any time by the other's doing: nothing but pixels belongs there. Reference counted, any
 * thread.
 */
typedef struct _VigilFrameMemory VigilFrameMemory;

VigilFrameMemory *vigil_frame_memory_new        (gsize              size,
                                                 GError           **error);
VigilFrameMemory *vigil_frame_memory_ref        (VigilFrameMemory  *self);
void              vigil_frame_memory_unref      (VigilFrameMemory  *self);
guint8           *vigil_frame_memory_alloc      (VigilFrameMemory  *self,
                                                 gsize              size);
void              vigil_frame_memory_release    (VigilFrameMemory  *self,
                                                 guint8            *block);
int               vigil_frame_memory_get_fd     (VigilFrameMemory  *self);
gsize             vigil_frame_memory_get_size   (VigilFrameMemory  *self);
void              vigil_frame_memory_give_back_free (VigilFrameMemory *self);
gsize             vigil_frame_memory_get_used   (VigilFrameMemory  *self);
gsize             vigil_frame_memory_get_offset (VigilFrameMemory  *self,
                                                 const guint8      *block);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilFrameMemory, vigil_frame_memory_unref)

G_END_DECLS
