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
  Post *post;

  g_return_if_fail (G_IS_OBJECT (target));
  g_return_if_fail (func != NULL);

  source = g_idle_source_new ();
  post = g_new0 (Post, 1);
  g_weak_ref_init (&post->target, target);
  post->generation = generation;
  post->expected = expected;
  post->func = func;
  post->event = event;
  post->free_event = free_event;

  /* Not idle priority: a busy wall must not starve the news that a stream died. */
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "vigil-main-post");
  g_source_set_callback (source, post_run_cb, post, post_free);
  VIGIL_HAND_OVER (post);
  g_source_attach (source, context);
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
