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
  VigilFrame *self;

  g_return_val_if_fail (width > 0 && width <= 16384, NULL);
  g_return_val_if_fail (height > 0 && height <= 16384, NULL);

  self = g_new0 (VigilFrame, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->feed = feed;
  self->width = width;
  self->height = height;
  self->stride = (width * 4 + STRIDE_ALIGN - 1) / STRIDE_ALIGN * STRIDE_ALIGN;
  self->size = (gsize) self->stride * height;
  self->pixels = g_aligned_alloc (1, self->size, STRIDE_ALIGN);

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
  g_aligned_free (self->pixels);
  g_free (self);
}
