/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GThreadPool that owns what is queued in it and can outlive its owner's last reference. */
#include "vigil-decode-pool.h"

struct _VigilDecodePool
{
  gatomicrefcount  ref_count;
  GThreadPool     *threads;
  VigilDecodeFunc  func;
};

static void
run_cb (gpointer data,
        gpointer user_data)
{
  VigilDecodePool *self = user_data;
  g_autoptr (GObject) object = data;

  self->func (object);
}

static gpointer
free_threads_cb (gpointer data)
{
  VigilDecodePool *self = data;

  g_thread_pool_free (self->threads, FALSE, TRUE);
  g_free (self);

  return NULL;
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
  self->func = func;
  self->threads = g_thread_pool_new (run_cb, self, (int) n_threads, TRUE, NULL);

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
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * vigil_decode_pool_unref:
 *
 * With the last reference the threads end after the work that is queued. The
 * last one may go on a thread of the pool or on the main thread, and neither
 * may wait for them, so a thread of its own does.
 */
void
vigil_decode_pool_unref (VigilDecodePool *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_thread_unref (g_thread_new ("vigil-pool-end", free_threads_cb, self));
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
  g_thread_pool_push (self->threads, g_object_ref (object), NULL);
}

/**
 * vigil_decode_pool_replace_thread:
 *
 * Adds a thread in place of one that is stuck.
 */
void
vigil_decode_pool_replace_thread (VigilDecodePool *self)
{
  g_thread_pool_set_max_threads (self->threads, g_thread_pool_get_max_threads (self->threads) + 1, NULL);
}
