/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Latest picture wins: a thousand frames behind a blocked main loop make one dispatch.
 *
 * The lock is held for pointer swaps only. A frame that is being replaced is
 * released outside of it, because its pool has a lock of its own.
 */
#include "vigil-frame-slot.h"

#include "vigil-frame-pool.h"
#include "vigil-main-post.h"
#include "vigil-metrics.h"

struct _VigilFrameSlot
{
  GObject parent_instance;

  /* immutable */
  guint64         feed;
  VigilFramePool *pool;
  VigilCounter   *published_counter;
  VigilCounter   *dropped_counter;
  VigilCounter   *refused_counter;

  /* with the lock */
  GMutex      lock;
  VigilFrame *latest;
  gboolean    latest_taken;
  gboolean    pending;
  guint       epoch;
  guint64     n_published;
  guint64     n_dropped;
  guint64     n_refused;

  /* atomic */
  gint wanted; /* width << 16 | height */
};

G_DEFINE_FINAL_TYPE (VigilFrameSlot, vigil_frame_slot, G_TYPE_OBJECT)

enum
{
  SIGNAL_FRAME,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
frame_posted_cb (gpointer target,
                 gpointer event)
{
  VigilFrameSlot *self = target;

  g_mutex_lock (&self->lock);
  self->pending = FALSE;
  g_mutex_unlock (&self->lock);

  g_signal_emit (self, signals[SIGNAL_FRAME], 0);
}

static gboolean
mark_pending_locked (VigilFrameSlot *self)
{
  if (self->pending)
    return FALSE;

  self->pending = TRUE;
  return TRUE;
}

static void
vigil_frame_slot_dispose (GObject *object)
{
  VigilFrameSlot *self = (VigilFrameSlot *) object;

  vigil_frame_pool_close (self->pool);
  g_clear_pointer (&self->latest, vigil_frame_unref);

  G_OBJECT_CLASS (vigil_frame_slot_parent_class)->dispose (object);
}

static void
vigil_frame_slot_finalize (GObject *object)
{
  VigilFrameSlot *self = (VigilFrameSlot *) object;

  vigil_frame_pool_unref (self->pool);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (vigil_frame_slot_parent_class)->finalize (object);
}

static void
vigil_frame_slot_class_init (VigilFrameSlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_frame_slot_dispose;
  object_class->finalize = vigil_frame_slot_finalize;

  /**
   * VigilFrameSlot::frame:
   *
   * A newer picture waits, or the picture was cleared. On the main thread; at
   * most one is pending whatever the frame rate.
   */
  signals[SIGNAL_FRAME] = g_signal_new ("frame", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_frame_slot_init (VigilFrameSlot *self)
{
  g_mutex_init (&self->lock);
  self->epoch = 1;
  self->published_counter = vigil_metrics_counter ("vigil_frames_published",
                                                   "Decoded pictures handed to a slot");
  self->dropped_counter = vigil_metrics_counter ("vigil_frames_unseen",
                                                 "Decoded pictures replaced before anybody took them");
  self->refused_counter = vigil_metrics_counter ("vigil_frames_refused",
                                                 "Decoded pictures refused because they belonged to another feed or time");
}

/**
 * vigil_frame_slot_new:
 * @feed: the feed whose frames are taken here
 *
 * Returns: (transfer full): an empty slot. Thread: any.
 */
VigilFrameSlot *
vigil_frame_slot_new (guint64 feed)
{
  return vigil_frame_slot_new_in (feed, NULL);
}

/**
 * vigil_frame_slot_new_in:
 * @feed: the feed whose frames are taken here
 * @memory: (nullable): where the pixels of its frames are
 *
 * Returns: (transfer full): an empty slot. Thread: any.
 */
VigilFrameSlot *
vigil_frame_slot_new_in (guint64           feed,
                         VigilFrameMemory *memory)
{
  VigilFrameSlot *self = g_object_new (VIGIL_TYPE_FRAME_SLOT, NULL);

  self->feed = feed;
  self->pool = vigil_frame_pool_new_in (feed, memory);

  return self;
}

/**
 * vigil_frame_slot_get_feed:
 *
 * Returns: the feed it was made for. Thread: any.
 */
guint64
vigil_frame_slot_get_feed (VigilFrameSlot *self)
{
  g_return_val_if_fail (VIGIL_IS_FRAME_SLOT (self), 0);

  return self->feed;
}

/**
 * vigil_frame_slot_acquire_frame:
 * @width: in pixels
 * @height: in pixels
 *
 * Returns: (transfer full) (nullable): a frame to fill and publish; %NULL if its memory is full. Thread: any.
 */
VigilFrame *
vigil_frame_slot_acquire_frame (VigilFrameSlot *self,
                                guint           width,
                                guint           height)
{
  VigilFrame *frame;

  g_return_val_if_fail (VIGIL_IS_FRAME_SLOT (self), NULL);

  frame = vigil_frame_pool_acquire (self->pool, width, height);
  if (frame == NULL)
    return NULL;

  g_mutex_lock (&self->lock);
  frame->epoch = self->epoch;
  frame->first = FALSE;
  g_mutex_unlock (&self->lock);

  return frame;
}

/**
 * vigil_frame_slot_publish:
 * @frame: (transfer full): the newer picture
 *
 * A frame of another feed, or one acquired before the last clear, is refused
 * and counted: showing one candidate's picture under another's name is the
 * worst this program could do. Thread: any.
 */
void
vigil_frame_slot_publish (VigilFrameSlot *self,
                          VigilFrame     *frame)
{
  VigilFrame *old = frame;
  gboolean refused;
  gboolean dropped = FALSE;
  gboolean first = FALSE;
  gboolean post = FALSE;

  g_return_if_fail (VIGIL_IS_FRAME_SLOT (self));
  g_return_if_fail (frame != NULL);

  g_mutex_lock (&self->lock);
  refused = frame->feed != self->feed || (frame->epoch != 0 && frame->epoch != self->epoch);
  if (refused)
    {
      self->n_refused++;
    }
  else
    {
      old = self->latest;
      first = old == NULL || frame->first;
      dropped = old != NULL && !self->latest_taken;
      self->n_dropped += dropped ? 1 : 0;
      self->n_published++;
      self->latest = frame;
      self->latest_taken = FALSE;
      post = mark_pending_locked (self);
    }
  g_mutex_unlock (&self->lock);

  g_clear_pointer (&old, vigil_frame_unref);
  vigil_counter_add (refused ? self->refused_counter : self->published_counter, 1);
  if (dropped)
    vigil_counter_add (self->dropped_counter, 1);

  /* The first is waited for by somebody, and told before its stream says that it plays; the others of all slots
   * take turns together. */
  if (post && first)
    vigil_main_post (NULL, self, NULL, 0, frame_posted_cb, NULL, NULL);
  else if (post)
    vigil_main_post_gathered (self, frame_posted_cb);
}

/**
 * vigil_frame_slot_dup_frame:
 *
 * Returns: (transfer full) (nullable): the newest picture, which stays in the
 * slot. Thread: any.
 */
VigilFrame *
vigil_frame_slot_dup_frame (VigilFrameSlot *self)
{
  VigilFrame *frame = NULL;

  g_return_val_if_fail (VIGIL_IS_FRAME_SLOT (self), NULL);

  g_mutex_lock (&self->lock);
  if (self->latest != NULL)
    {
      frame = vigil_frame_ref (self->latest);
      self->latest_taken = TRUE;
    }
  g_mutex_unlock (&self->lock);

  return frame;
}

/**
 * vigil_frame_slot_clear:
 *
 * Forgets the picture and whatever is being decoded right now. Thread: any.
 */
void
vigil_frame_slot_clear (VigilFrameSlot *self)
{
  VigilFrame *old;
  gboolean post;

  g_return_if_fail (VIGIL_IS_FRAME_SLOT (self));

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->latest);
  /* 0 stands for frames made elsewhere. */
  self->epoch = self->epoch == G_MAXUINT ? 1 : self->epoch + 1;
  post = mark_pending_locked (self);
  g_mutex_unlock (&self->lock);

  g_clear_pointer (&old, vigil_frame_unref);
  if (post)
    vigil_main_post (NULL, self, NULL, 0, frame_posted_cb, NULL, NULL);
}

/**
 * vigil_frame_slot_set_memory:
 * @memory: (nullable): where the pixels of frames are from now on
 */
void
vigil_frame_slot_set_memory (VigilFrameSlot   *self,
                             VigilFrameMemory *memory)
{
  vigil_frame_pool_set_memory (self->pool, memory);
}

/**
 * vigil_frame_slot_trim:
 *
 * Frees what is kept for frames to come; the latest picture stays. Thread: any.
 */
void
vigil_frame_slot_trim (VigilFrameSlot *self)
{
  g_return_if_fail (VIGIL_IS_FRAME_SLOT (self));

  vigil_frame_pool_trim (self->pool);
}

/**
 * vigil_frame_slot_set_wanted_size:
 * @width: device pixels, 0: nobody looks
 * @height: device pixels
 *
 * Thread: any.
 */
void
vigil_frame_slot_set_wanted_size (VigilFrameSlot *self,
                                  guint           width,
                                  guint           height)
{
  g_return_if_fail (VIGIL_IS_FRAME_SLOT (self));

  width = MIN (width, 0x7fff);
  height = MIN (height, 0xffff);
  g_atomic_int_set (&self->wanted, (gint) (width << 16 | height));
}

/**
 * vigil_frame_slot_get_wanted_size:
 * @width: (out): device pixels
 * @height: (out): device pixels
 *
 * Thread: any.
 */
void
vigil_frame_slot_get_wanted_size (VigilFrameSlot *self,
                                  guint          *width,
                                  guint          *height)
{
  guint wanted;

  g_return_if_fail (VIGIL_IS_FRAME_SLOT (self));

  wanted = (guint) g_atomic_int_get (&self->wanted);
  *width = wanted >> 16;
  *height = wanted & 0xffff;
}

static guint64
read_locked (VigilFrameSlot *self,
             const guint64  *field)
{
  guint64 value;

  g_mutex_lock (&self->lock);
  value = *field;
  g_mutex_unlock (&self->lock);

  return value;
}

/**
 * vigil_frame_slot_get_n_published:
 *
 * Returns: how many frames were taken in. Thread: any.
 */
guint64
vigil_frame_slot_get_n_published (VigilFrameSlot *self)
{
  return read_locked (self, &self->n_published);
}

/**
 * vigil_frame_slot_get_n_dropped:
 *
 * Returns: how many frames were replaced before anybody took them. Thread: any.
 */
guint64
vigil_frame_slot_get_n_dropped (VigilFrameSlot *self)
{
  return read_locked (self, &self->n_dropped);
}

/**
 * vigil_frame_slot_get_n_refused:
 *
 * Returns: how many frames were of another feed or from before a clear. Thread: any.
 */
guint64
vigil_frame_slot_get_n_refused (VigilFrameSlot *self)
{
  return read_locked (self, &self->n_refused);
}

/**
 * vigil_frame_slot_get_n_allocated:
 *
 * Returns: how many frames had to be allocated. Thread: any.
 */
guint64
vigil_frame_slot_get_n_allocated (VigilFrameSlot *self)
{
  return vigil_frame_pool_get_n_allocated (self->pool);
}
