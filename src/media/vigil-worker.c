/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread and its queue as one thing. The queue is the only door in. */
#include "vigil-worker.h"

struct _VigilWorker
{
  gatomicrefcount ref_count;

  /* immutable */
  GAsyncQueue *jobs;
  GThread     *thread; /* to compare with, never joined */

  /* with the queue's lock */
  gboolean finishing;
};

typedef struct
{
  VigilWorkerFunc func; /* NULL: the thread ends */
  gpointer        data;
  GDestroyNotify  free_data;
} Job;

static gint n_live; /* atomic */

static void
job_free (gpointer data)
{
  Job *job = data;

  if (job->free_data != NULL)
    job->free_data (job->data);
  g_free (job);
}

static gpointer
thread_main (gpointer data)
{
  g_autoptr (VigilWorker) self = data;
  gboolean more = TRUE;

  while (more)
    {
      Job *job = g_async_queue_pop (self->jobs);

      more = job->func != NULL;
      if (more)
        job->func (job->data);
      job_free (job);
    }

  g_atomic_int_add (&n_live, -1);
  return NULL;
}

/**
 * vigil_worker_new:
 * @name: the thread's, at most 15 letters
 *
 * Returns: (transfer full): a worker whose thread waits for jobs. Thread: any.
 */
VigilWorker *
vigil_worker_new (const char *name)
{
  VigilWorker *self = g_new0 (VigilWorker, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->jobs = g_async_queue_new_full (job_free);
  g_atomic_int_inc (&n_live);

  /* Nothing is in the queue yet, so the thread cannot look at @thread before it is set. */
  self->thread = g_thread_new (name, thread_main, vigil_worker_ref (self));
  g_thread_unref (self->thread);

  return self;
}

/**
 * vigil_worker_ref:
 *
 * Returns: (transfer full): @self. Thread: any.
 */
VigilWorker *
vigil_worker_ref (VigilWorker *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * vigil_worker_unref:
 *
 * Call vigil_worker_finish() first: the thread has a reference of its own.
 * Thread: any.
 */
void
vigil_worker_unref (VigilWorker *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_async_queue_unref (self->jobs);
  g_free (self);
}

/**
 * vigil_worker_push:
 * @func: what to run
 * @data: its argument
 * @free_data: (nullable): frees @data, on whichever thread is done with it
 *
 * Returns: %FALSE if the worker was finished; @data is freed then. Never
 * blocks. Thread: any.
 */
gboolean
vigil_worker_push (VigilWorker     *self,
                   VigilWorkerFunc  func,
                   gpointer         data,
                   GDestroyNotify   free_data)
{
  Job *job = g_new0 (Job, 1);
  gboolean accepted;

  job->func = func;
  job->data = data;
  job->free_data = free_data;

  g_async_queue_lock (self->jobs);
  accepted = !self->finishing;
  if (accepted)
    g_async_queue_push_unlocked (self->jobs, job);
  g_async_queue_unlock (self->jobs);

  if (!accepted)
    job_free (job);
  return accepted;
}

/**
 * vigil_worker_finish:
 *
 * Takes no more jobs; the thread ends after those it has. Returns at once.
 * Thread: any.
 */
void
vigil_worker_finish (VigilWorker *self)
{
  g_async_queue_lock (self->jobs);
  if (!self->finishing)
    {
      self->finishing = TRUE;
      g_async_queue_push_unlocked (self->jobs, g_new0 (Job, 1));
    }
  g_async_queue_unlock (self->jobs);
}

/**
 * vigil_worker_is_current:
 *
 * Returns: whether the caller runs in a job of @self. Thread: any.
 */
gboolean
vigil_worker_is_current (VigilWorker *self)
{
  return g_thread_self () == self->thread;
}

/**
 * vigil_worker_get_n_live:
 *
 * Returns: how many worker threads exist in the process, for leak tests.
 */
guint
vigil_worker_get_n_live (void)
{
  return (guint) g_atomic_int_get (&n_live);
}
