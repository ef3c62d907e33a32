/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network thread: order, gathering, ending. */
#include "net-test.h"
#include "vigil-net-thread.h"

static gint next; /* atomic */

static void
in_order (gpointer data)
{
  g_assert_cmpint (g_atomic_int_add (&next, 1), ==, GPOINTER_TO_INT (data));
}

static void
test_order (void)
{
  g_autoptr (VigilNetThread) thread = vigil_net_thread_new ("test");

  g_assert_false (vigil_net_thread_is_current (thread));
  for (int i = 0; i < 1000; i++)
    vigil_net_thread_call (thread, in_order, GINT_TO_POINTER (i), NULL);
  vigil_net_thread_stop (thread);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 3000);
  g_assert_cmpint (g_atomic_int_get (&next), ==, 1000); /* what was called before the end is done */
}

typedef struct
{
  VigilNetThread *thread;
  gint            n;         /* atomic */
  gint64          at_us[3];
} Gathering;

static void
gather_call (gpointer data)
{
  Gathering *g = data;

  g_assert_true (vigil_net_thread_is_current (g->thread));
  g->at_us[g_atomic_int_get (&g->n)] = g_get_monotonic_time ();
  if (g_atomic_int_add (&g->n, 1) == 0)
    vigil_net_thread_gather (g->thread, 2 * G_USEC_PER_SEC);
}

static void
test_gather_is_interrupted (void)
{
  Gathering g = { vigil_net_thread_new ("test") };
  gint64 since;

  vigil_net_thread_call (g.thread, gather_call, &g, NULL);
  net_test_wait (g_atomic_int_get (&g.n) == 1, 1000);
  net_test_run_for (50);
  since = g_get_monotonic_time ();
  vigil_net_thread_call (g.thread, gather_call, &g, NULL);
  net_test_wait (g_atomic_int_get (&g.n) == 2, 1000);
  g_assert_cmpint (g_get_monotonic_time () - since, <, G_USEC_PER_SEC);

  vigil_net_thread_stop (g.thread);
  vigil_net_thread_unref (g.thread);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 1000);
}

static gboolean
tick_cb (gpointer data)
{
  Gathering *g = data;

  vigil_net_thread_gather (g->thread, 50000);
  return g_atomic_int_add (&g->n, 1) < 200;
}

static void
start_ticks (gpointer data)
{
  Gathering *g = data;
  g_autoptr (GSource) source = g_timeout_source_new (1);

  g_source_set_callback (source, tick_cb, g, NULL);
  g_source_attach (source, vigil_net_thread_get_context (g->thread));
}

static void
test_gather_waits (void)
{
  Gathering g = { vigil_net_thread_new ("test") };

  /* A timer of 1 ms, and 50 ms of gathering after each turn. */
  vigil_net_thread_call (g.thread, start_ticks, &g, NULL);
  net_test_run_for (500);
  g_assert_cmpint (g_atomic_int_get (&g.n), >=, 2);
  g_assert_cmpint (g_atomic_int_get (&g.n), <=, 12);
  vigil_net_thread_stop (g.thread);
  vigil_net_thread_unref (g.thread);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 2000);
}

static void
hold_call (gpointer data)
{
  vigil_net_thread_hold (data);
}

static void
release_call (gpointer data)
{
  vigil_net_thread_release (data);
}

static void
test_hold (void)
{
  g_autoptr (VigilNetThread) thread = vigil_net_thread_new ("test");

  vigil_net_thread_call (thread, hold_call, thread, NULL);
  vigil_net_thread_stop (thread);
  net_test_run_for (100);
  g_assert_cmpint (vigil_net_thread_get_n_alive (), ==, 1);
  vigil_net_thread_call (thread, release_call, thread, NULL);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 1000);
}

static void
free_cb (gpointer data)
{
  g_atomic_int_inc ((gint *) data);
}

static void
never_call (gpointer data)
{
  g_assert_not_reached ();
}

static void
test_call_after_end (void)
{
  VigilNetThread *thread = vigil_net_thread_new ("test");
  gint freed = 0;

  vigil_net_thread_stop (thread);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 1000);
  vigil_net_thread_call (thread, never_call, &freed, free_cb);
  vigil_net_thread_unref (thread);
  g_assert_cmpint (freed, ==, 1);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  g_test_add_func ("/net-thread/order", test_order);
  g_test_add_func ("/net-thread/gather-is-interrupted", test_gather_is_interrupted);
  g_test_add_func ("/net-thread/gather-waits", test_gather_waits);
  g_test_add_func ("/net-thread/hold", test_hold);
  g_test_add_func ("/net-thread/call-after-end", test_call_after_end);
  return g_test_run ();
}
