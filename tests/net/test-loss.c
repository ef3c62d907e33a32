/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rehearsal hall loses events and connections: every violation arrives all the same, counted against the hall. */

#include "net-test.h"
#include "vigil-event-order.h"
#include "vigil-hall-connection.h"
#include "vigil-metrics.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

typedef struct
{
  GSubprocess         *process;
  char                *url;
  char                *exam;
  VigilNetLimits       limits;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  VigilHallDirectory  *directory;
  VigilEventOrder     *order;
  GHashTable          *seen;     /* ids of violations */
  gint64               epoch, seq, last;
  guint                n_joined, n_holes, n_lost;
} Fixture;

/* Both losses within a connection and a connection that is cut, while a fifth of the candidates misbehave. */
static void
start_hall (Fixture *f)
{
  const char *argv[] = { g_getenv ("VIGIL_HALL"), "--candidates=400", "--publish=0", "--score-rate=200", "--activity=0.3", "--absent=0.1",
                         "--churn=0.5", "--events-interval=500", "--token=admin=" NET_TEST_TOKEN, "--fault=lose,n=25@4", "--fault=lose,n=1@5",
                         "--fault=drop@6", "--fault=lose,n=60@8", "--ready", "--quit-on-stdin-eof", NULL };

  f->process = net_test_start_hall (argv, &f->url, &f->exam);
}

static void
joined_cb (VigilHallFeed *feed, gint64 epoch, gint64 seq, Fixture *f)
{
  f->n_joined++;
  f->epoch = epoch;
  if (f->n_joined == 1)
    f->seq = f->last = seq;
  vigil_event_order_joined (f->order, epoch, seq);
}

static void
events_cb (VigilHallFeed *feed, GPtrArray *events, Fixture *f)
{
  for (guint i = 0; i < events->len; i++)
    vigil_event_order_take (f->order, g_ptr_array_index (events, i));
}

static void
event_cb (VigilEventOrder *order, VigilHallEvent *event, Fixture *f)
{
  if (event->seq >= 0)
    {
      f->n_holes += event->seq != f->last + 1;
      f->last = event->seq;
    }
  if (event->kind == VIGIL_HALL_EVENT_VIOLATION)
    g_hash_table_add (f->seen, g_strdup (event->violation->id));
}

static void
lost_cb (VigilEventOrder *order, gint64 seq, gboolean away, Fixture *f)
{
  f->n_lost++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  VigilHallFeed *feed;

  vigil_metrics_reset ();
  net_test_limits (&f->limits);
  f->limits.request_ms = f->limits.http_ms = f->limits.stall_ms = 10000 * NET_TEST_FACTOR;
  f->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  f->store = vigil_score_store_new (10000);
  f->policy = vigil_scoring_policy_new_default ();
  start_hall (f);
  f->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = f->url, .token = NET_TEST_TOKEN, .store = f->store,
                                                                           .policy = f->policy, .limits = &f->limits }, &error);
  g_assert_no_error (error);
  f->directory = vigil_hall_connection_get_directory (f->connection);
  f->order = vigil_event_order_new (f->directory);
  vigil_event_order_set_exam (f->order, f->exam);
  feed = vigil_hall_connection_get_feed (f->connection);
  g_signal_connect (feed, "joined", G_CALLBACK (joined_cb), f);
  g_signal_connect (feed, "events", G_CALLBACK (events_cb), f);
  g_signal_connect (f->order, "event", G_CALLBACK (event_cb), f);
  g_signal_connect (f->order, "lost", G_CALLBACK (lost_cb), f);
  vigil_hall_feed_join (feed, f->exam);
  net_test_wait (f->n_joined == 1, 10000);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vigil_event_order_set_exam (f->order, NULL);
  g_assert_finalize_object (f->connection);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  net_test_run_for (20);
  g_assert_finalize_object (f->order);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
  g_hash_table_unref (f->seen);
  g_subprocess_force_exit (f->process);
  g_subprocess_wait (f->process, NULL, NULL);
  g_object_unref (f->process);
  g_free (f->url);
  g_free (f->exam);
}

static gpointer
query (Fixture *f, VigilDirectoryQuery what, const VigilDirectoryArgs *args, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_hall_directory_query_async (f->directory, what, args, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 10000);
  return vigil_hall_directory_query_finish (f->directory, result, error);
}

static gint64
count_of (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
test_violations (Fixture *f, gconstpointer data)
{
  const VigilDirectoryArgs args = { .exam_id = f->exam, .limit = 20000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = query (f, VIGIL_DIRECTORY_FLAGS, &args, &error);
  g_autoptr (GPtrArray) after = NULL;
  guint n_new = 0;

  g_assert_no_error (error);
  /* What was there before us is not for the feed to say. */
  for (guint i = 0; i < before->len; i++)
    g_hash_table_add (f->seen, g_strdup (((VigilViolation *) g_ptr_array_index (before, i))->id));

  net_test_run_for (9000);
  net_test_wait (f->n_joined >= 2 && !vigil_event_order_is_healing (f->order), 5000);
  after = query (f, VIGIL_DIRECTORY_FLAGS, &args, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < after->len; i++)
    {
      const char *id = ((VigilViolation *) g_ptr_array_index (after, i))->id;

      net_test_wait (g_hash_table_contains (f->seen, id), 5000);
      n_new++;
    }
  g_test_message ("%u violations of %u, %" G_GINT64_FORMAT " events, %" G_GINT64_FORMAT " gaps, %" G_GINT64_FORMAT " healed", n_new - before->len,
                  after->len, f->last - f->seq, count_of ("vigil_feed_gaps"), count_of ("vigil_feed_gaps_healed"));
  g_assert_cmpuint (n_new, >, before->len);
  g_assert_cmpuint (f->n_holes, ==, 0);
  g_assert_cmpuint (f->n_lost, ==, 0);
  /* How many depends on how quickly a loaded machine got us here. */
  g_assert_cmpint (count_of ("vigil_feed_gaps"), >=, 1);
  g_assert_cmpint (count_of ("vigil_feed_gaps_healed"), ==, count_of ("vigil_feed_gaps"));
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilChanges) changes = NULL;
  VigilDirectoryArgs args = { .exam_id = f->exam, .after = "0", .epoch = f->epoch, .limit = 10 };

  net_test_wait (f->last >= 10, 10000);
  changes = query (f, VIGIL_DIRECTORY_CHANGES, &args, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (changes->events->len, ==, 10);
  g_assert_cmpint (changes->epoch, ==, f->epoch);
  g_assert_cmpint (((VigilHallEvent *) g_ptr_array_index (changes->events, 0))->seq, ==, 1);

  args.epoch--;
  g_assert_null (query (f, VIGIL_DIRECTORY_CHANGES, &args, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_FOUND);
}

#define ADD(name, func) g_test_add ("/loss/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  if (g_getenv ("VIGIL_HALL") == NULL)
    {
      g_printerr ("VIGIL_HALL does not name the hall's program\n");
      return 77;
    }

  ADD ("violations", test_violations);
  ADD ("gone", test_gone);
  return g_test_run ();
}
