/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole connection against a scripted hall. */
#include "feed-fixture.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-net-thread.h"

static void
state_cb (VigilHallFeed *feed, Fixture *f)
{
  g_string_append_c (f->log, "OCcdRX"[vigil_hall_feed_get_state (feed)]);
}

static void
joined_cb (VigilHallFeed *feed, gint64 epoch, gint64 seq, Fixture *f)
{
  g_string_append_c (f->log, 'J');
  f->epoch = epoch;
  f->seq = seq;
  f->n_joined++;
}

static void
events_cb (VigilHallFeed *feed, GPtrArray *events, Fixture *f)
{
  for (guint i = 0; i < events->len; i++)
    g_string_append_printf (f->log, "<%s>", vigil_hall_event_kind_to_nick (((VigilHallEvent *) g_ptr_array_index (events, i))->kind));
}

void
make_connection (Fixture *f, const char *token, const char *profile)
{
  g_autofree char *address = net_hall_dup_address (f->hall);
  g_autoptr (GError) error = NULL;

  f->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = address, .token = token, .profile = profile,
                                                                           .store = f->store, .policy = f->policy, .limits = &f->limits },
                                             &error);
  g_assert_no_error (error);
  f->feed = vigil_hall_connection_get_feed (f->connection);
  f->sfu = vigil_hall_connection_get_sfu (f->connection);
  g_signal_connect (f->feed, "state-changed", G_CALLBACK (state_cb), f);
  g_signal_connect (f->feed, "joined", G_CALLBACK (joined_cb), f);
  g_signal_connect (f->feed, "events", G_CALLBACK (events_cb), f);
}

void
drop_connection (Fixture *f)
{
  g_assert_finalize_object (f->connection);
  f->connection = NULL;
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
}

void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *join = g_strdup_printf (JOIN, g_get_real_time () / 1000 + 5000000);

  net_test_limits (&f->limits);
  f->log = g_string_new (NULL);
  f->store = vigil_score_store_new (100);
  f->policy = vigil_scoring_policy_new_default ();
  f->hall = net_hall_new (NULL);
  net_hall_set_token (f->hall, NET_TEST_TOKEN);
  net_hall_ack (f->hall, "joinExam", join);
  net_hall_ack (f->hall, "getRouterRtpCapabilities", CAPABILITIES);
  net_hall_ack (f->hall, "createWebRtcTransport", TRANSPORT);
  net_hall_ack (f->hall, "connectTransport", "{\"ok\":true}");
  net_hall_ack (f->hall, "consume", CONSUMER ("p-1"));
  net_hall_ack (f->hall, "closeConsumer", "{\"ok\":false,\"error\":{\"code\":\"sfu.no_such_consumer\",\"message\":\"gone\"}}");
  net_hall_ack (f->hall, "resumeConsumer", "{\"ok\":true}");
  make_connection (f, NET_TEST_TOKEN, NULL);
}

void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->connection != NULL)
    drop_connection (f);
  net_hall_free (f->hall);
  g_string_free (f->log, TRUE);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
  vigil_clock_set_hall_offset_ms (0);
}

void
join (Fixture *f)
{
  guint before = f->n_joined;

  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (f->n_joined == before + 1, 5000);
}

const char *
last_request (Fixture *f, const char *name)
{
  GPtrArray *requests = net_hall_get_requests (f->hall);

  for (guint i = requests->len; i > 0; i--)
    if (g_str_has_prefix (g_ptr_array_index (requests, i - 1), name))
      return g_ptr_array_index (requests, i - 1);
  return NULL;
}

/* -- feed -- */

VigilTransportOffer *
open_transport (Fixture *f, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_open_transport_async (f->sfu, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 3000);
  return vigil_sfu_open_transport_finish (f->sfu, result, error);
}

VigilConsumerInfo *
consume (Fixture *f, const char *producer, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_consume_async (f->sfu, "t-1", producer, NULL, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 3000);
  return vigil_sfu_consume_finish (f->sfu, result, error);
}
