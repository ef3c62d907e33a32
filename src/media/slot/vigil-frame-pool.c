/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps a feed's frames and their pixels between uses, so that a running tile allocates nothing. */
#include "vigil-frame-pool.h"

/* One is being drawn, one waits in the slot, one is being filled. */
#define MAX_SPARE 3

struct _VigilFramePool
{
  gatomicrefcount ref_count;

  /* immutable */
  guint64 feed;

  /* with the lock */
  GMutex            lock;
  VigilFrameMemory *memory; /* nullable */
  VigilFrame *spare[MAX_SPARE];
  guint       n_spare;
  guint       width;
  guint       height;
  guint64     n_allocated;
  gboolean    closed;
};

static guint
take_all_locked (VigilFramePool *self,
                 VigilFrame     *taken[MAX_SPARE])
{
  guint n = self->n_spare;

  for (guint i = 0; i < n; i++)
    taken[i] = self->spare[i];
  self->n_spare = 0;

  return n;
}

static void
free_all (VigilFrame *frames[MAX_SPARE],
          guint       n)
{
  for (guint i = 0; i < n; i++)
    vigil_frame_free (frames[i]);
}

static void
release_cb (gpointer data)
{
  VigilFrame *frame = data;
  VigilFramePool *self = frame->release_data;
  gboolean kept = FALSE;

  g_mutex_lock (&self->lock);
  if (!self->closed && self->n_spare < MAX_SPARE && frame->memory == self->memory &&
      frame->width == self->width && frame->height == self->height)
    {
      self->spare[self->n_spare++] = frame;
      kept = TRUE;
    }
  g_mutex_unlock (&self->lock);

  if (!kept)
    vigil_frame_free (frame);
  vigil_frame_pool_unref (self);
}

/**
 * vigil_frame_pool_new:
 * @feed: the feed that all its frames belong to
 *
 * Returns: (transfer full): an empty pool.
 */
VigilFramePool *
vigil_frame_pool_new (guint64 feed)
{
  return vigil_frame_pool_new_in (feed, NULL);
}

/**
 * vigil_frame_pool_new_in:
 * @feed: the feed that all its frames belong to
 * @memory: (nullable): where their pixels are
 *
 * Returns: (transfer full): an empty pool.
 */
VigilFramePool *
vigil_frame_pool_new_in (guint64           feed,
                         VigilFrameMemory *memory)
{
  VigilFramePool *self = g_new0 (VigilFramePool, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->feed = feed;
  self->memory = memory != NULL ? vigil_frame_memory_ref (memory) : NULL;

  return self;
}

/**
 * vigil_frame_pool_ref:
 *
 * Returns: (transfer full): @self
 */
VigilFramePool *
vigil_frame_pool_ref (VigilFramePool *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * vigil_frame_pool_unref:
 */
void
vigil_frame_pool_unref (VigilFramePool *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  free_all (self->spare, self->n_spare);
  g_clear_pointer (&self->memory, vigil_frame_memory_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * vigil_frame_pool_acquire:
 * @width: in pixels
 * @height: in pixels
 *
 * Spare frames of another size are freed: a tile has one size at a time.
 *
 * Returns: (transfer full) (nullable): a frame of that size, its pixels undefined; %NULL if its memory is full.
 */
VigilFrame *
vigil_frame_pool_acquire (VigilFramePool *self,
                          guint           width,
                          guint           height)
{
  g_autoptr (VigilFrameMemory) memory = NULL;
  VigilFrame *stale[MAX_SPARE];
  VigilFrame *frame = NULL;
  guint n_stale = 0;

  g_mutex_lock (&self->lock);
  if (self->width != width || self->height != height)
    {
      n_stale = take_all_locked (self, stale);
      self->width = width;
      self->height = height;
    }
  if (self->n_spare > 0)
    frame = self->spare[--self->n_spare];
  else
    self->n_allocated++;
  memory = frame == NULL && self->memory != NULL ? vigil_frame_memory_ref (self->memory) : NULL;
  g_mutex_unlock (&self->lock);

  free_all (stale, n_stale);

  if (frame != NULL)
    g_atomic_ref_count_init (&frame->ref_count);
  else
    frame = vigil_frame_new_in (memory, self->feed, width, height);
  if (frame == NULL)
    return NULL;

  frame->release = release_cb;
  frame->release_data = vigil_frame_pool_ref (self);

  return frame;
}

/**
 * vigil_frame_pool_set_memory:
 * @memory: (nullable): where the pixels of frames are from now on
 *
 * What is out stays where it is, and is not kept when it comes back.
 */
void
vigil_frame_pool_set_memory (VigilFramePool   *self,
                             VigilFrameMemory *memory)
{
  g_autoptr (VigilFrameMemory) old = NULL;
  VigilFrame *stale[MAX_SPARE];
  guint n_stale;

  g_mutex_lock (&self->lock);
  n_stale = take_all_locked (self, stale);
  old = g_steal_pointer (&self->memory);
  self->memory = memory != NULL ? vigil_frame_memory_ref (memory) : NULL;
  g_mutex_unlock (&self->lock);

  free_all (stale, n_stale);
}

/**
 * vigil_frame_pool_trim:
 *
 * Frees what is spare. What comes back later is kept as before.
 */
void
vigil_frame_pool_trim (VigilFramePool *self)
{
  VigilFrame *stale[MAX_SPARE];
  guint n_stale;

  g_mutex_lock (&self->lock);
  n_stale = take_all_locked (self, stale);
  g_mutex_unlock (&self->lock);

  free_all (stale, n_stale);
}

/**
 * vigil_frame_pool_close:
 *
 * Frees what is spare and keeps nothing that comes back.
 */
void
vigil_frame_pool_close (VigilFramePool *self)
{
  VigilFrame *stale[MAX_SPARE];
  guint n_stale;

  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  n_stale = take_all_locked (self, stale);
  g_mutex_unlock (&self->lock);

  free_all (stale, n_stale);
}

/**
 * vigil_frame_pool_get_n_allocated:
 *
 * Returns: how many frames were allocated so far.
 */
guint64
vigil_frame_pool_get_n_allocated (VigilFramePool *self)
{
  guint64 n;

  g_mutex_lock (&self->lock);
  n = self->n_allocated;
  g_mutex_unlock (&self->lock);

  return n;
}
