/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Order is kept, the dead get no mail, old generations are dropped, nothing leaks. */
#include "vigil-main-post.h"

#define VIGIL_TYPE_BOX (vigil_box_get_type ())
G_DECLARE_FINAL_TYPE (VigilBox, vigil_box, VIGIL, BOX, GObject)

struct _VigilBox
{
  GObject parent_instance;
  gint    generation;
  guint   n;
  guint   last;
};

G_DEFINE_FINAL_TYPE (VigilBox, vigil_box, G_TYPE_OBJECT)

static void vigil_box_class_init (VigilBoxClass *klass) {}
static void vigil_box_init (VigilBox *self) {}

static gint n_freed; /* atomic */

static void
free_event (gpointer event)
{
  g_atomic_int_inc (&n_freed);
  g_free (event);
}

static guint *
number (guint n)
{
  guint *event = g_new (guint, 1);

  *event = n;
  return event;
}

static void
receive_cb (gpointer target, gpointer event)
{
  VigilBox *box = target;

  g_assert_true (g_main_context_is_owner (g_main_context_default ()));
  g_assert_cmpuint (*(guint *) event, ==, box->last + 1);
  box->last = *(guint *) event;
  box->n++;
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gpointer
poster (gpointer data)
{
  for (guint i = 1; i <= 1000; i++)
    vigil_main_post (NULL, data, NULL, 0, receive_cb, number (i), free_event);
  return NULL;
}

static void
test_order_across_threads (void)
{
  VigilBox *box = g_object_new (VIGIL_TYPE_BOX, NULL);
  GThread *thread;

  g_atomic_int_set (&n_freed, 0);
  thread = g_thread_new ("poster", poster, box);
  g_thread_join (thread);
  drain ();
  g_assert_cmpuint (box->n, ==, 1000);
  g_assert_cmpint (g_atomic_int_get (&n_freed), ==, 1000);
  g_assert_finalize_object (box);
}

static void
test_dead_target (void)
{
  VigilBox *box = g_object_new (VIGIL_TYPE_BOX, NULL);
  guint64 dropped = vigil_main_post_get_dropped ();

  g_atomic_int_set (&n_freed, 0);
  vigil_main_post (NULL, box, NULL, 0, receive_cb, number (1), free_event);
  g_assert_finalize_object (box);
  drain ();
  g_assert_cmpint (g_atomic_int_get (&n_freed), ==, 1);
  g_assert_cmpuint (vigil_main_post_get_dropped (), ==, dropped + 1);
}

static void
test_old_generation (void)
{
  VigilBox *box = g_object_new (VIGIL_TYPE_BOX, NULL);

  g_atomic_int_set (&n_freed, 0);
  vigil_main_post (NULL, box, &box->generation, 0, receive_cb, number (1), free_event);
  drain ();
  g_assert_cmpuint (box->n, ==, 1);

  vigil_main_post (NULL, box, &box->generation, 0, receive_cb, number (2), free_event);
  g_atomic_int_inc (&box->generation);
  drain ();
  g_assert_cmpuint (box->n, ==, 1);
  g_assert_cmpint (g_atomic_int_get (&n_freed), ==, 2);
  g_assert_finalize_object (box);
}

typedef struct
{
  VigilBox *box;
  gint      n_posted; /* atomic */
  gint      stop;     /* atomic */
} Stream;

static void
count_cb (gpointer target, gpointer event)
{
  VigilBox *box = target;

  g_assert_true (g_main_context_is_owner (g_main_context_default ()));
  g_assert_null (event);
  box->n++;
}

static gpointer
stream (gpointer data)
{
  Stream *self = data;

  while (!g_atomic_int_get (&self->stop))
    {
      vigil_main_post_gathered (self->box, count_cb);
      g_atomic_int_inc (&self->n_posted);
      g_usleep (1000);
    }
  return NULL;
}

static gboolean
stop_cb (gpointer data)
{
  g_atomic_int_set ((gint *) data, TRUE);
  return G_SOURCE_REMOVE;
}

/* Some 300 posts in 300 ms: all arrive, in about 20 turns of the loop. */
static void
test_gathered (void)
{
  Stream self = { .box = g_object_new (VIGIL_TYPE_BOX, NULL) };
  GThread *thread = g_thread_new ("stream", stream, &self);
  guint n_turns = 0, before = 0;
  gint64 end;

  g_timeout_add (300, stop_cb, &self.stop);
  while (!g_atomic_int_get (&self.stop))
    {
      g_main_context_iteration (NULL, TRUE);
      n_turns += self.box->n != before ? 1 : 0;
      before = self.box->n;
    }
  g_thread_join (thread);
  end = g_get_monotonic_time () + G_USEC_PER_SEC;
  while (self.box->n < (guint) self.n_posted && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);

  g_assert_cmpint (self.n_posted, >, 20);
  g_assert_cmpuint (self.box->n, ==, self.n_posted);
  g_assert_cmpuint (n_turns, <=, 300 / 16 + 2);
  g_assert_cmpuint (n_turns, >=, 3); /* it comes by itself */
  g_assert_finalize_object (self.box);
}

/* After a rest nothing is waited for, and a dead receiver gets nothing. */
static void
test_gathered_after_rest (void)
{
  VigilBox *box = g_object_new (VIGIL_TYPE_BOX, NULL);
  VigilBox *dead = g_object_new (VIGIL_TYPE_BOX, NULL);
  guint64 dropped = vigil_main_post_get_dropped ();

  g_usleep (50 * 1000);
  drain ();
  vigil_main_post_gathered (dead, count_cb);
  vigil_main_post_gathered (box, count_cb);
  g_assert_finalize_object (dead);
  drain ();
  g_assert_cmpuint (box->n, ==, 1);
  g_assert_cmpuint (vigil_main_post_get_dropped (), ==, dropped + 1);
  g_assert_finalize_object (box);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/main-post/order-across-threads", test_order_across_threads);
  g_test_add_func ("/main-post/dead-target", test_dead_target);
  g_test_add_func ("/main-post/old-generation", test_old_generation);
  g_test_add_func ("/main-post/gathered", test_gathered);
  g_test_add_func ("/main-post/gathered/after-rest", test_gathered_after_rest);
  return g_test_run ();
}
