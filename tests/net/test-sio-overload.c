/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hall that is faster than this computer, on either of its two threads. */
#include "sio-fixture.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

static void
behind_cb (VigilSioClient *client, gboolean behind, gboolean *is_behind)
{
  *is_behind = behind;
}

/* A hall that sends faster than we can take it: libsoup reads on and on in one dispatch. */
static void
test_overload (Fixture *f, gconstpointer data)
{
  gboolean behind = FALSE;
  gint64 since;

  f->limits.behind_ms = 300;
  drop_client (f);
  make_client (f, "/");
  g_signal_connect (f->client, "behind-changed", G_CALLBACK (behind_cb), &behind);
  connect_good (f);
  g_atomic_int_set (&slow_us, 2000);
  command (f, "scores", "\"rate\":3000,\"seconds\":60");
  net_test_wait (behind, 3000);

  /* It says so, and it can be left all the same. */
  since = g_get_monotonic_time ();
  drop_client (f);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 3000);
  g_test_message ("ended after %.0f ms", (double) (g_get_monotonic_time () - since) / 1000);
  g_atomic_int_set (&slow_us, 0);
  command (f, "scores_stop", NULL);
}

/* The main loop is not run meanwhile: it is stalled. */
static void
stall_until_counted (const char *name, gint64 count)
{
  gint64 until = g_get_monotonic_time () + 10 * G_USEC_PER_SEC * NET_TEST_FACTOR;

  while (count_of (name) < count && g_get_monotonic_time () < until)
    g_usleep (1000);
  g_assert_cmpint (count_of (name), >=, count);
}

static guint
n_heard (Fixture *f)
{
  guint n = 0;

  for (guint i = 0; i < f->heard->len; i++)
    n += ((GPtrArray *) f->heard->pdata[i])->len;
  return n;
}

/* More events than may wait for a main thread that does not come: what was read is taken, whole and in order, and the rest
 * is asked for by joining anew. Nothing in between is dropped. */
static void
test_overflow (Fixture *f, gconstpointer data)
{
  gint64 overflows = count_of ("vigil_feed_overflows");
  gint64 next = 0;

  f->limits.max_waiting = 100;
  drop_client (f);
  make_client (f, "/");
  connect_good (f);
  g_ptr_array_set_size (f->heard, 0);
  emit (f, "[\"burst\",5000]");
  stall_until_counted ("vigil_feed_overflows", overflows + 1);
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_RECONNECTING, 3000);
  g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_test_message ("%u of 5000 events were taken before it was given up", n_heard (f));
  g_assert_cmpuint (n_heard (f), >, 100);
  g_assert_cmpuint (n_heard (f), <, 5000);
  for (guint i = 0; i < f->heard->len; i++)
    for (guint k = 0; k < ((GPtrArray *) f->heard->pdata[i])->len; k++)
      {
        Heard *heard = ((GPtrArray *) f->heard->pdata[i])->pdata[k];

        g_assert_cmpint (json_node_get_int (heard->argument), ==, next++);
      }
  net_test_wait (f->n_connected == 2, 3000);
  g_assert_cmpint (count_of ("vigil_events_waiting"), ==, 0);
}

/* A main thread that is late says so, and when it keeps up again. */
static void
test_main_lag (Fixture *f, gconstpointer data)
{
  gboolean behind = FALSE;
  gint64 batches;

  f->limits.behind_ms = 300;
  drop_client (f);
  make_client (f, "/");
  g_signal_connect (f->client, "behind-changed", G_CALLBACK (behind_cb), &behind);
  connect_good (f);
  batches = count_of ("vigil_event_batches");
  emit (f, "[\"burst\",3]");
  stall_until_counted ("vigil_event_batches", batches + 1);
  g_usleep (400 * 1000); /* what keeps it */
  net_test_wait (behind, 1000);
  net_test_wait (!behind, 3000);
  g_assert_cmpint (vigil_sio_client_get_state (f->client), ==, VIGIL_LINK_CONNECTED);
}

#define ADD(name, func) g_test_add ("/sio-overload/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  int status;

  net_test_init (&argc, &argv);
  if (!net_test_find_node ())
    return 77;

  ADD ("overload", test_overload);
  ADD ("overflow", test_overflow);
  ADD ("main-lag", test_main_lag);
  status = g_test_run ();
  g_clear_pointer (&shared_peer, interop_peer_stop);
  return status;
}
