/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network thread: its loop, its calls and its gathering pause. */
#include "vigil-net-thread.h"

#include "vigil-handover.h"

#define STOP_GRACE_MS 3000

struct _VigilNetThread
{
  /* Immutable. */
  GMainContext    *context;
  GThread         *thread;

  /* Atomic. */
  gatomicrefcount  ref_count;

  /* Under the lock. */
  GMutex           lock;
  GCond            called;
  guint64          n_calls;

  /* Network thread. */
  guint64          n_calls_seen;
  gint64           gather_us;
  gint64           stop_at_us;   /* 0: not stopping; else when to end in spite of holds */
  guint            holds;
};

typedef struct
{
  void         (*func) (gpointer data);
  gpointer       data;
  GDestroyNotify free_data;
} Call;

static gint n_alive; /* atomic */

int
vigil_net_thread_get_n_alive (void)
{
  return g_atomic_int_get (&n_alive);
}

VigilNetThread *
vigil_net_thread_ref (VigilNetThread *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_net_thread_unref (VigilNetThread *self)
{
  VIGIL_HAND_OVER (self);
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  VIGIL_TAKE_OVER (self);
  g_main_context_unref (self->context);
  g_thread_unref (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->called);
  g_free (self);
}

static void
lock (VigilNetThread *self)
{
  g_mutex_lock (&self->lock);
  VIGIL_TAKE_OVER (&self->lock);
}

static void
unlock (VigilNetThread *self)
{
  VIGIL_HAND_OVER (&self->lock);
  g_mutex_unlock (&self->lock);
}

static gboolean
is_finished (VigilNetThread *self)
{
  if (self->stop_at_us == 0)
    return FALSE;
  return self->holds == 0 || g_get_monotonic_time () >= self->stop_at_us;
}

static void
wait_for_more (VigilNetThread *self)
{
  gint64 until;

  lock (self);
  until = g_get_monotonic_time () + self->gather_us;
  while (self->gather_us > 0 && self->n_calls == self->n_calls_seen)
    {
      gboolean signalled;

      VIGIL_HAND_OVER (&self->lock);
      signalled = g_cond_wait_until (&self->called, &self->lock, until);
      VIGIL_TAKE_OVER (&self->lock);
      if (!signalled)
        break;
    }
  self->n_calls_seen = self->n_calls;
  self->gather_us = 0;
  unlock (self);
}

static gpointer
thread_main (gpointer data)
{
  VigilNetThread *self = data;

  lock (self); /* until self->thread is assigned */
  unlock (self);

  /* Owned for good: between two iterations somebody else's g_main_context_invoke() would otherwise
   * run our sources on its own thread. */
  g_main_context_acquire (self->context);
  g_main_context_push_thread_default (self->context);

  while (!is_finished (self))
    {
      g_main_context_iteration (self->context, TRUE);
      while (g_main_context_iteration (self->context, FALSE))
        ;
      wait_for_more (self);
    }

  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  g_main_context_release (self->context);
  vigil_net_thread_unref (self);
  g_atomic_int_dec_and_test (&n_alive);
  return NULL;
}

VigilNetThread *
vigil_net_thread_new (const char *name)
{
  VigilNetThread *self = g_new0 (VigilNetThread, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  g_cond_init (&self->called);
  self->context = g_main_context_new ();
  g_atomic_int_inc (&n_alive);

  vigil_net_thread_ref (self); /* the thread's own */
  lock (self);
  self->thread = g_thread_new (name, thread_main, self);
  unlock (self);
  return self;
}

static gboolean
call_cb (gpointer data)
{
  Call *call = data;

  VIGIL_TAKE_OVER (call);
  call->func (call->data);
  return G_SOURCE_REMOVE;
}

static void
call_free (gpointer data)
{
  Call *call = data;

  if (call->free_data != NULL)
    call->free_data (call->data);
  g_free (call);
}

void
vigil_net_thread_call (VigilNetThread *self, void (*func) (gpointer data), gpointer data, GDestroyNotify free_data)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Call *call = g_new (Call, 1);

  *call = (Call) { func, data, free_data };
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "vigil-net-call");
  g_source_set_callback (source, call_cb, call, call_free);
  VIGIL_HAND_OVER (call);
  g_source_attach (source, self->context);

  lock (self);
  self->n_calls++;
  g_cond_signal (&self->called);
  unlock (self);
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static void
stop_on_thread (gpointer data)
{
  VigilNetThread *self = data;
  g_autoptr (GSource) source = g_timeout_source_new (STOP_GRACE_MS);

  if (self->stop_at_us != 0)
    return;

  self->stop_at_us = g_get_monotonic_time () + STOP_GRACE_MS * G_TIME_SPAN_MILLISECOND;
  g_source_set_callback (source, wake_cb, NULL, NULL);
  g_source_attach (source, self->context);
}

void
vigil_net_thread_stop (VigilNetThread *self)
{
  vigil_net_thread_call (self, stop_on_thread, vigil_net_thread_ref (self), (GDestroyNotify) vigil_net_thread_unref);
}

GMainContext *
vigil_net_thread_get_context (VigilNetThread *self)
{
  return self->context;
}

gboolean
vigil_net_thread_is_current (VigilNetThread *self)
{
  return self->thread == g_thread_self ();
}

void
vigil_net_thread_hold (VigilNetThread *self)
{
  self->holds++;
}

void
vigil_net_thread_release (VigilNetThread *self)
{
  g_return_if_fail (self->holds > 0);
  self->holds--;
}

void
vigil_net_thread_gather (VigilNetThread *self, gint64 usec)
{
  self->gather_us = MAX (self->gather_us, usec);
}
