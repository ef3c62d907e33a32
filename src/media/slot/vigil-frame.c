/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One decoded picture: a reference-counted block of pixels that knows its feed. */
#include "vigil-frame.h"

/* Rows start on 64 bytes, so that vector code never straddles two rows. */
#define STRIDE_ALIGN 64u

G_DEFINE_BOXED_TYPE (VigilFrame, vigil_frame, vigil_frame_ref, vigil_frame_unref)

/**
 * vigil_frame_new:
 * @feed: the feed whose picture this will be
 * @width: in pixels, at least 1
 * @height: in pixels, at least 1
 *
 * The size is the caller's own choice (a tile's), not something read from the
 * wire: it is bounded to 16,384 a side as a programmer's check.
 *
 * Returns: (transfer full): a frame with uninitialised pixels. Thread: any.
 */
VigilFrame *
vigil_frame_new (guint64 feed,
                 guint   width,
                 guint   height)
{
  return vigil_frame_new_in (NULL, feed, width, height);
}

/**
 * vigil_frame_new_in:
 * @memory: (nullable): where the pixels are to be; %NULL: in memory of our own
 * @feed: the feed whose picture this will be
 * @width: in pixels, at least 1
 * @height: in pixels, at least 1
 *
 * As vigil_frame_new().
 *
 * Returns: (transfer full) (nullable): a frame; %NULL if there is no room in @memory. Thread: any.
 */
VigilFrame *
vigil_frame_new_in (VigilFrameMemory *memory,
                    guint64           feed,
                    guint             width,
                    guint             height)
{
  guint stride = (width * 4 + STRIDE_ALIGN - 1) / STRIDE_ALIGN * STRIDE_ALIGN;
  gsize size = (gsize) stride * height;
  guint8 *pixels;
  VigilFrame *self;

  g_return_val_if_fail (width > 0 && width <= 16384, NULL);
  g_return_val_if_fail (height > 0 && height <= 16384, NULL);

  pixels = memory != NULL ? vigil_frame_memory_alloc (memory, size) : g_aligned_alloc (1, size, STRIDE_ALIGN);
  if (pixels == NULL)
    return NULL;

  self = g_new0 (VigilFrame, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->feed = feed;
  self->width = width;
  self->height = height;
  self->stride = stride;
  self->size = size;
  self->pixels = pixels;
  self->memory = memory != NULL ? vigil_frame_memory_ref (memory) : NULL;

  return self;
}

/**
 * vigil_frame_ref:
 *
 * Returns: (transfer full): @self. Thread: any.
 */
VigilFrame *
vigil_frame_ref (VigilFrame *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * vigil_frame_unref:
 *
 * With the last reference the frame goes back to its pool, if it has one and
 * the pool wants it, or is freed. Thread: any.
 */
void
vigil_frame_unref (VigilFrame *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->release != NULL)
    self->release (self);
  else
    vigil_frame_free (self);
}

/**
 * vigil_frame_free:
 *
 * Frees a frame nobody has a reference on: for a release function that does
 * not want to keep it. Thread: any.
 */
void
vigil_frame_free (VigilFrame *self)
{
  if (self->memory != NULL)
    vigil_frame_memory_release (self->memory, self->pixels);
  else
    g_aligned_free (self->pixels);
  g_clear_pointer (&self->memory, vigil_frame_memory_unref);
  g_free (self);
}
