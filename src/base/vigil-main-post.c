/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one door from streaming and network threads to the main loop. */
#include "vigil-main-post.h"

#include "vigil-handover.h"

typedef struct
{
  GWeakRef           target;
  const gint        *generation;
  gint               expected;
  VigilMainPostFunc  func;
  gpointer           event;
  GDestroyNotify     free_event;
} Post;

/* What may wait a little and is run together. */
typedef struct
{
  GSource    source;

  /* with the lock */
  GMutex     lock;
  GPtrArray *posts;
  gboolean   armed;       /* the main loop comes by itself */
  gint64     last_run_us;
} Gatherer;

/* A turn of the main loop, and the wake-up before it, cost more than most of what is posted. */
#define GATHER_US (16 * 1000)

static GThread *main_thread;      /* written once, before any other thread exists */
static gsize    n_dropped;        /* atomic */

static void
post_free (gpointer data)
{
  Post *post = data;

  if (post->event != NULL && post->free_event != NULL)
    post->free_event (post->event);
  g_weak_ref_clear (&post->target);
  g_free (post);
}

static gboolean
post_run_cb (gpointer data)
{
  Post *post = data;
  g_autoptr (GObject) target = NULL;

  VIGIL_TAKE_OVER (post);
  target = g_weak_ref_get (&post->target);

  /* The generation lives inside the target, so it may be read only while the target is held. */
  if (target == NULL ||
      (post->generation != NULL && g_atomic_int_get (post->generation) != post->expected))
    {
      g_atomic_pointer_add (&n_dropped, 1);
      return G_SOURCE_REMOVE;
    }

  post->func (target, post->event);
  return G_SOURCE_REMOVE;
}

static Post *
post_new (gpointer           target,
          const gint        *generation,
          gint               expected,
          VigilMainPostFunc  func,
          gpointer           event,
          GDestroyNotify     free_event)
{
  Post *post = g_new0 (Post, 1);

  g_weak_ref_init (&post->target, target);
  post->generation = generation;
  post->expected = expected;
  post->func = func;
  post->event = event;
  post->free_event = free_event;
  VIGIL_HAND_OVER (post);

  return post;
}

void
vigil_main_post (GMainContext      *context,
                 gpointer           target,
                 const gint        *generation,
                 gint               expected,
                 VigilMainPostFunc  func,
                 gpointer           event,
                 GDestroyNotify     free_event)
{
  g_autoptr (GSource) source = NULL;

  g_return_if_fail (G_IS_OBJECT (target));
  g_return_if_fail (func != NULL);

  source = g_idle_source_new ();
  /* Not idle priority: a busy wall must not starve the news that a stream died. */
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "vigil-main-post");
  g_source_set_callback (source, post_run_cb, post_new (target, generation, expected, func, event, free_event), post_free);
  g_source_attach (source, context);
}

/* Comes once more after the last post, finds nothing and rests: while posts keep coming nobody has to wake the loop. */
static gboolean
gatherer_dispatch (GSource     *source,
                   GSourceFunc  callback,
                   gpointer     user_data)
{
  Gatherer *self = (Gatherer *) source;
  g_autoptr (GPtrArray) posts = NULL;

  g_mutex_lock (&self->lock);
  posts = self->posts;
  self->posts = g_ptr_array_new_with_free_func (post_free);
  self->armed = posts->len > 0;
  if (self->armed)
    self->last_run_us = g_get_monotonic_time ();
  g_source_set_ready_time (source, self->armed ? self->last_run_us + GATHER_US : -1);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < posts->len; i++)
    post_run_cb (posts->pdata[i]);
  return G_SOURCE_CONTINUE;
}

static gpointer
make_gatherer_cb (gpointer data)
{
  static GSourceFuncs funcs = { .dispatch = gatherer_dispatch };
  GSource *source = g_source_new (&funcs, sizeof (Gatherer));
  Gatherer *self = (Gatherer *) source;

  g_mutex_init (&self->lock);
  self->posts = g_ptr_array_new_with_free_func (post_free);
  g_source_set_static_name (source, "vigil-main-post-gathered");
  g_source_set_ready_time (source, -1);
  g_source_attach (source, NULL);

  return self;
}

void
vigil_main_post_gathered (gpointer          target,
                          VigilMainPostFunc func)
{
  static GOnce once = G_ONCE_INIT;
  Gatherer *self = g_once (&once, make_gatherer_cb, NULL);

  g_return_if_fail (G_IS_OBJECT (target));
  g_return_if_fail (func != NULL);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->posts, post_new (target, NULL, 0, func, NULL, NULL));
  if (!self->armed)
    {
      self->armed = TRUE;
      g_source_set_ready_time (&self->source, self->last_run_us + GATHER_US);
    }
  g_mutex_unlock (&self->lock);
}

guint64
vigil_main_post_get_dropped (void)
{
  return (gsize) g_atomic_pointer_get (&n_dropped);
}

void
vigil_set_main_thread (void)
{
  if (main_thread == NULL)
    main_thread = g_thread_self ();
}

gboolean
vigil_is_main_thread (void)
{
  return main_thread != NULL && main_thread == g_thread_self ();
}
