/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of 24 feeds come 360 times a second, each at its own moment, and waking a thread costs as much as a good
 * part of decoding one. So a thread that has no more to do looks once more after a moment before it sleeps until it is
 * woken, and meanwhile nobody wakes anybody. One rests like that, never two. What it finds it does one after the other;
 * should it be stuck with the first, those who sleep look after the rest. */
#include "vigil-decode-pool.h"

/* A wall is painted every 50 ms: nobody sees a picture come this much later. */
#define REST_US 5000

/* A thread that works may never come back: what was left to it waits no longer than this. */
#define LOOK_US (250 * 1000)

/* So many jobs end a rest: the first pictures of a page. */
#define BACKLOG 4u

struct _VigilDecodePool
{
  gatomicrefcount ref_count; /* one for the owner's references, one for each thread */

  /* immutable */
  VigilDecodeFunc func;
  guint           n_threads;

  /* atomic */
  gint n_owners;

  GMutex lock;
  GCond  work;    /* for those who sleep */
  GCond  rested;  /* for the one who rests */

  /* with the lock */
  GQueue     jobs;
  GPtrArray *running; /* borrowed: what the threads are at */
  GPtrArray *stuck;   /* borrowed: those of them whose thread was replaced */
  guint    n_sleeping;
  gboolean resting;
  gboolean ending;
};

static void
drop (VigilDecodePool *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_queue_clear_full (&self->jobs, g_object_unref);
  g_ptr_array_unref (self->running);
  g_ptr_array_unref (self->stuck);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->work);
  g_cond_clear (&self->rested);
  g_free (self);
}

static void
rest_locked (VigilDecodePool *self)
{
  gint64 end = g_get_monotonic_time () + REST_US;

  self->resting = TRUE;
  while (self->jobs.length < BACKLOG && !self->ending && g_cond_wait_until (&self->rested, &self->lock, end))
    ;
  self->resting = FALSE;
}

static void
sleep_locked (VigilDecodePool *self)
{
  self->n_sleeping++;
  while (self->jobs.length == 0 && !self->ending)
    g_cond_wait_until (&self->work, &self->lock, g_get_monotonic_time () + LOOK_US);
  self->n_sleeping--;
}

/* Returns NULL at the end, when all that was queued is done. */
static GObject *
take (VigilDecodePool *self,
      gboolean         worked)
{
  GObject *job;

  g_mutex_lock (&self->lock);
  if (self->jobs.length == 0 && worked && !self->resting)
    rest_locked (self);
  if (self->jobs.length == 0)
    sleep_locked (self);
  job = g_queue_pop_head (&self->jobs);
  if (job != NULL)
    g_ptr_array_add (self->running, job);
  g_mutex_unlock (&self->lock);

  return job;
}

/* Returns whether there is another thread in place of this one by now. */
static gboolean
note_end (VigilDecodePool *self,
          GObject         *job)
{
  gboolean replaced;

  g_mutex_lock (&self->lock);
  g_ptr_array_remove_fast (self->running, job);
  replaced = g_ptr_array_remove_fast (self->stuck, job);
  g_mutex_unlock (&self->lock);

  return replaced;
}

static gpointer
run (gpointer data)
{
  VigilDecodePool *self = data;
  gboolean worked = FALSE, replaced = FALSE;
  GObject *job;

  while (!replaced && (job = take (self, worked)) != NULL)
    {
      self->func (job);
      replaced = note_end (self, job);
      g_object_unref (job);
      worked = TRUE;
    }
  drop (self);

  return NULL;
}

static void
add_thread (VigilDecodePool *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  g_thread_unref (g_thread_new ("vigil-decode", run, self));
}

/**
 * vigil_decode_pool_new:
 * @n_threads: at least 2, or one slow feed would hold up all others; 0: one per core, 2 to 4
 * @func: what to do with an object that was pushed
 *
 * Returns: (transfer full): a pool with its threads running
 */
VigilDecodePool *
vigil_decode_pool_new (guint           n_threads,
                       VigilDecodeFunc func)
{
  VigilDecodePool *self = g_new0 (VigilDecodePool, 1);

  if (n_threads == 0)
    n_threads = CLAMP (g_get_num_processors (), 2, 4);

  g_atomic_ref_count_init (&self->ref_count);
  self->n_owners = 1;
  self->func = func;
  self->n_threads = n_threads;
  self->running = g_ptr_array_new ();
  self->stuck = g_ptr_array_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->work);
  g_cond_init (&self->rested);
  for (guint i = 0; i < n_threads; i++)
    add_thread (self);

  return self;
}

/**
 * vigil_decode_pool_ref:
 *
 * Returns: (transfer full): @self
 */
VigilDecodePool *
vigil_decode_pool_ref (VigilDecodePool *self)
{
  g_atomic_int_inc (&self->n_owners);
  return self;
}

/**
 * vigil_decode_pool_unref:
 *
 * With the last reference the threads end after the work that is queued. Nobody
 * waits for them: the last one may go on a thread of the pool or on the main
 * thread.
 */
void
vigil_decode_pool_unref (VigilDecodePool *self)
{
  if (!g_atomic_int_dec_and_test (&self->n_owners))
    return;

  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  g_cond_broadcast (&self->work);
  g_cond_broadcast (&self->rested);
  g_mutex_unlock (&self->lock);
  drop (self);
}

/**
 * vigil_decode_pool_push:
 * @object: (transfer none): a GObject; a reference is held until its turn is over
 *
 * Never blocks.
 */
void
vigil_decode_pool_push (VigilDecodePool *self,
                        gpointer         object)
{
  GCond *wake = NULL;

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->jobs, g_object_ref (object));
  if (self->resting)
    wake = self->jobs.length == BACKLOG ? &self->rested : NULL;
  else if (self->n_sleeping > 0)
    wake = &self->work;
  g_mutex_unlock (&self->lock);

  /* Outside of the lock, which the woken would else wait for at once. The caller holds a reference. */
  if (wake != NULL)
    g_cond_signal (wake);
}

/**
 * vigil_decode_pool_replace_thread:
 * @object: (transfer none): what a thread is stuck with
 *
 * Adds a thread in place of that one, which ends should it ever come back. Does nothing if it is back already.
 */
void
vigil_decode_pool_replace_thread (VigilDecodePool *self,
                                  gpointer         object)
{
  gboolean stuck;

  g_mutex_lock (&self->lock);
  stuck = g_ptr_array_find (self->running, object, NULL) && !g_ptr_array_find (self->stuck, object, NULL);
  if (stuck)
    g_ptr_array_add (self->stuck, object);
  g_mutex_unlock (&self->lock);

  if (stuck)
    add_thread (self);
}

/**
 * vigil_decode_pool_get_n_threads:
 *
 * Returns: how many it was made with
 */
guint
vigil_decode_pool_get_n_threads (VigilDecodePool *self)
{
  return self->n_threads;
}
