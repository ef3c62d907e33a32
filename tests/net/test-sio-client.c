/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Socket.IO client against the real socket.io server. */
#include <signal.h>
#include <string.h>

#include "sio-fixture.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

/* Later than a request waits (net_test_limits()). */
#define SLOW_MS 700
/* Of pings: short, and not so short that a busy machine misses them. */
#define INTERVAL (NET_TEST_FACTOR > 1 ? "1500" : "300")

static void
test_handshake (Fixture *f, gconstpointer data)
{
  connect_good (f);
  g_assert_cmpstr (f->states->str, ==, "Cc");
  g_assert_null (vigil_sio_client_get_error (f->client));
  g_assert_cmpint (vigil_sio_client_get_retry_us (f->client), ==, 0);

  vigil_sio_client_disconnect (f->client);
  net_test_run_for (100);
  g_assert_cmpstr (f->states->str, ==, "Cc"); /* no signal comes after it */
  g_assert_cmpint (vigil_sio_client_get_state (f->client), ==, VIGIL_LINK_OFFLINE);
}

static void
check_refused (Fixture *f, const char *nsp, const char *token, int code)
{
  if (f->client != NULL)
    drop_client (f);
  make_client (f, nsp);
  vigil_sio_client_connect (f->client, token);
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_REFUSED, 5000);
  g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, code);
  g_assert_null (strstr (vigil_sio_client_get_error (f->client)->message, NET_TEST_TOKEN));
  net_test_run_for (300);
  g_assert_cmpint (vigil_sio_client_get_state (f->client), ==, VIGIL_LINK_REFUSED);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  check_refused (f, "/", NET_TEST_TOKEN, VIGIL_SESSION_ERROR_AUTH);
  check_refused (f, "/", "expired", VIGIL_SESSION_ERROR_EXPIRED);
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
  g_assert_cmpuint (net_test_log_length (), >, 0);
}

static void
test_refused_for_now (Fixture *f, gconstpointer data)
{
  command (f, "refuse_all", NULL);
  vigil_sio_client_connect (f->client, "good");
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_RECONNECTING, 5000);
  g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpint (vigil_sio_client_get_retry_us (f->client), >, 0);

  command (f, "accept_all", NULL);
  net_test_wait (f->n_connected == 1, 5000);
}

static void
test_namespaces (Fixture *f, gconstpointer data)
{
  check_refused (f, "/nowhere", "good", VIGIL_SESSION_ERROR_NOT_FOUND);
  check_refused (f, "/admin", "good", VIGIL_SESSION_ERROR_AUTH);

  drop_client (f);
  make_client (f, "/admin");
  vigil_sio_client_connect (f->client, "admin");
  net_test_wait (f->n_connected == 1, 5000);
  command (f, "emit", "\"event\":\"not_for_you\",\"args\":[1]");
  command (f, "emit", "\"nsp\":\"/admin\",\"event\":\"for_you\",\"args\":[2]");
  net_test_wait (find_heard (f, "for_you") != NULL, 3000);
  g_assert_null (find_heard (f, "not_for_you"));
}

static void
test_acks (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) echo = NULL;
  g_autoptr (JsonNode) refused = NULL;

  connect_good (f);
  echo = request (f, "echo", "{\"name\":\"Zoë \\u0000 \\\"x\\\"\",\"n\":[1,2.5,null,true]}", &error);
  g_assert_no_error (error);
  {
    g_autofree char *text = json_to_string (echo, FALSE);

    g_assert_cmpstr (text, ==, "{\"name\":\"Zoë \",\"n\":[1,2.5,null,true]}");
  }
  g_assert_cmpfloat (vigil_sio_client_get_rtt_ms (f->client), >, 0);
  g_assert_cmpfloat (vigil_sio_client_get_rtt_ms (f->client), <, 400 * NET_TEST_FACTOR);

  refused = request (f, "refuse", "{}", &error);
  g_assert_no_error (error);
  g_assert_false (json_object_get_boolean_member (json_node_get_object (refused), "ok"));
}

static void
test_many_acks (Fixture *f, gconstpointer data)
{
  GAsyncResult *results[200] = { NULL };

  connect_good (f);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (JsonNode) argument = json_node_init_int (json_node_alloc (), i);

      vigil_sio_client_request_async (f->client, "echo", argument, NULL, net_test_store_result_cb, &results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) answer = NULL;

      net_test_wait (results[i] != NULL, 5000);
      answer = vigil_sio_client_request_finish (f->client, results[i], NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (json_node_get_int (answer), ==, i);
      g_object_unref (results[i]);
    }
}

static void
test_ack_timeout (Fixture *f, gconstpointer data)
{
  gint64 timeouts = count_of ("vigil_ack_timeouts");
  gint64 late = count_of ("vigil_acks_unexpected");
  g_autoptr (GError) error = NULL;

  f->limits.request_ms = 400;
  drop_client (f);
  make_client (f, "/");
  connect_good (f);
  g_assert_null (request (f, "never", "{}", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT);
  g_clear_error (&error);
  g_assert_null (request (f, "slow", G_STRINGIFY (SLOW_MS), &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT);
  g_assert_cmpint (count_of ("vigil_ack_timeouts"), ==, timeouts + 2);

  net_test_wait (count_of ("vigil_acks_unexpected") == late + 1, 2000);
  g_assert_cmpstr (f->states->str, ==, "Cc");
}

static void
test_ack_twice (Fixture *f, gconstpointer data)
{
  gint64 late = count_of ("vigil_acks_unexpected");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = NULL;

  connect_good (f);
  answer = request (f, "twice", "{}", &error);
  g_assert_no_error (error);
  net_test_wait (count_of ("vigil_acks_unexpected") == late + 1, 2000);
  g_assert_cmpstr (f->states->str, ==, "Cc");
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (JsonNode) argument = json_node_init_int (json_node_alloc (), 300);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  connect_good (f);
  vigil_sio_client_request_async (f->client, "slow", argument, cancellable, net_test_store_result_cb, &result);
  net_test_run_for (20);
  g_cancellable_cancel (cancellable);
  net_test_wait (result != NULL, 200);
  g_assert_null (vigil_sio_client_request_finish (f->client, result, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_answer_to_server (Fixture *f, gconstpointer data)
{
  VigilSioPacket *packet;
  Heard *asked;

  connect_good (f);
  emit (f, "[\"ask\",{\"what\":7}]");
  net_test_wait ((asked = find_heard (f, "asked")) != NULL, 3000);
  g_assert_cmpint (asked->ack_id, >=, 0);

  packet = vigil_sio_packet_new (VIGIL_SIO_ACK, "/");
  packet->ack_id = asked->ack_id;
  packet->payload = json_from_string ("[{\"so\":\"this\"}]", NULL);
  vigil_sio_client_send (f->client, packet);
  net_test_wait (find_heard (f, "answered") != NULL, 3000);
  {
    g_autofree char *text = json_to_string (find_heard (f, "answered")->argument, FALSE);

    g_assert_cmpstr (text, ==, "[{\"so\":\"this\"}]");
  }
}

static void
test_binary (Fixture *f, gconstpointer data)
{
  VigilSioPacket *packet;
  Heard *heard;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint8 *raw = g_malloc (300000);

  connect_good (f);
  emit (f, "[\"binary\",300000]");
  net_test_wait ((heard = find_heard (f, "binary")) != NULL, 3000);
  g_assert_cmpuint (heard->attachments->len, ==, 2);
  g_assert_cmpuint (g_bytes_get_size (g_ptr_array_index (heard->attachments, 0)), ==, 300000);
  g_assert_cmpmem (g_bytes_get_data (g_ptr_array_index (heard->attachments, 1), NULL), 4, "\1\2\3\4", 4);

  for (guint i = 0; i < 300000; i++)
    raw[i] = (guint8) (i * 31 + (i >> 8));
  bytes = g_bytes_new (raw, 300000);
  packet = vigil_sio_packet_new (VIGIL_SIO_BINARY_EVENT, "/");
  packet->payload = json_from_string ("[\"echo_event\",{\"file\":{\"_placeholder\":true,\"num\":0}}]", NULL);
  packet->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  packet->n_attachments = 1;
  g_ptr_array_add (packet->attachments, g_bytes_ref (bytes));
  vigil_sio_client_send (f->client, packet);
  net_test_wait ((heard = find_heard (f, "echoed")) != NULL, 3000);
  g_assert_cmpuint (heard->attachments->len, ==, 1);
  g_assert_true (g_bytes_equal (g_ptr_array_index (heard->attachments, 0), bytes));
}

static void
test_kicked (Fixture *f, gconstpointer data)
{
  static const char *const ways[] = { "[\"kick\"]", "[\"kick_close\"]", "[\"kill\"]" };
  static const int codes[] = { VIGIL_SESSION_ERROR_CLOSED, VIGIL_SESSION_ERROR_CLOSED, VIGIL_SESSION_ERROR_NETWORK };

  connect_good (f);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      guint before = f->n_connected;

      emit (f, ways[i]);
      net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_RECONNECTING, 3000);
      g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, codes[i]);
      net_test_wait (f->n_connected == before + 1, 3000);
      g_assert_null (vigil_sio_client_get_error (f->client));
    }
  g_assert_cmpstr (f->states->str, ==, "CcRcRcRc");
}

typedef struct
{
  VigilSioClient *client;
  GError         *error;
  VigilLinkState  state_then;
} Lost;

static void
lost_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Lost *lost = user_data;

  g_assert_null (vigil_sio_client_request_finish (lost->client, result, NULL, NULL, &lost->error));
}

static void
test_pending_fail (Fixture *f, gconstpointer data)
{
  Lost lost[20] = { 0 };

  f->limits.request_ms = 10000;
  drop_client (f);
  make_client (f, "/");
  connect_good (f);
  for (guint i = 0; i < G_N_ELEMENTS (lost); i++)
    {
      lost[i].client = f->client;
      vigil_sio_client_request_async (f->client, "never", NULL, NULL, lost_cb, &lost[i]);
    }
  emit (f, "[\"kill\"]");
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_RECONNECTING, 3000);
  net_test_run_for (20);
  for (guint i = 0; i < G_N_ELEMENTS (lost); i++)
    {
      g_assert_error (lost[i].error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
      g_clear_error (&lost[i].error);
    }

  /* And nothing can be asked meanwhile. */
  {
    g_autoptr (GError) error = NULL;

    vigil_sio_client_disconnect (f->client);
    g_assert_null (request (f, "echo", "{}", &error));
    g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
  }
}

static void
test_frozen (Fixture *f, gconstpointer data)
{
  gint64 since;

  connect_good (f);
  net_test_run_for (1000 * (NET_TEST_FACTOR > 1 ? 4 : 1)); /* it lives through some pings */
  g_assert_cmpstr (f->states->str, ==, "Cc");

  since = g_get_monotonic_time ();
  kill (interop_peer_get_pid (f->peer), SIGSTOP);
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_RECONNECTING, 3000);
  g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT);
  g_assert_cmpint ((g_get_monotonic_time () - since) / 1000, >=, 200);
  kill (interop_peer_get_pid (f->peer), SIGCONT);
  net_test_wait (f->n_connected == 2, 8000);
}

static void
test_mute (Fixture *f, gconstpointer data)
{
  connect_good (f);
  command (f, "mute", NULL);
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_RECONNECTING, 3000);
  g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT);
  net_test_wait (f->n_connected == 2, 3000);
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  g_autofree char *port = g_strdup_printf ("%u", f->port);

  connect_good (f);
  vigil_sio_client_settle (f->client);
  interop_peer_stop (f->peer);
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_RECONNECTING, 3000);
  net_test_run_for (400);
  g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NETWORK);
  f->peer = net_test_start_sio (&f->port, "--port", port, NULL);
  net_test_wait (f->n_connected == 2, 5000);
}

static void
test_reconnect_now (Fixture *f, gconstpointer data)
{
  f->limits.reconnect_min_ms = f->limits.reconnect_max_ms = 60000;
  drop_client (f);
  make_client (f, "/");
  connect_good (f);
  emit (f, "[\"kick\"]");
  net_test_wait (vigil_sio_client_get_retry_us (f->client) != 0, 3000);
  g_assert_cmpint (vigil_sio_client_get_retry_us (f->client), >, g_get_monotonic_time () + 20 * G_USEC_PER_SEC);
  vigil_sio_client_reconnect_now (f->client);
  g_assert_cmpint (vigil_sio_client_get_retry_us (f->client), ==, 0);
  net_test_wait (f->n_connected == 2, 3000);
}

static void
test_too_large (Fixture *f, gconstpointer data)
{
  f->limits.max_message = 64 * 1024;
  drop_client (f);
  make_client (f, "/");
  connect_good (f);
  emit (f, "[\"large\",5000]");
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_RECONNECTING, 3000);
  g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TOO_LARGE);
}

static void
test_garbage_frames (Fixture *f, gconstpointer data)
{
  static const char *const frames[] = {
    "\"data\":\"\"", "\"data\":\"9\"", "\"data\":\"4\"", "\"data\":\"42\"", "\"data\":\"42[\"", "\"data\":\"42{}\"",
    "\"data\":\"49[]\"", "\"data\":\"4599-[]\"", "\"data\":\"0{}\"", "\"data\":\"42[1]\"",
    "\"data\":\"42[\\\"a\\\",NaN]\"", "\"data\":\"451-[\\\"a\\\",{\\\"_placeholder\\\":true,\\\"num\\\":0}]\"",
  };

  connect_good (f);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      guint before = f->n_connected;

      command (f, "raw", frames[i]);
      if (i == G_N_ELEMENTS (frames) - 1)
        command (f, "raw", "\"data\":\"42[\\\"text in the middle of attachments\\\"]\"");
      net_test_wait (f->n_connected == before + 1, 3000);
    }
  command (f, "raw_binary", "\"base64\":\"AAECAw==\"");
  net_test_wait (f->n_connected == 2 + G_N_ELEMENTS (frames), 3000);
}

static void
test_not_socketio (Fixture *f, gconstpointer data)
{
  interop_peer_stop (f->peer);
  f->peer = net_test_start_sio (&f->port, "--no-websocket", NULL);
  drop_client (f);
  make_client (f, "/");
  vigil_sio_client_connect (f->client, "good");
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL);
}

/* Dispose in every phase; threads and descriptors stay where they were. */
static void
test_teardown (Fixture *f, gconstpointer data)
{
  guint threads = 0, fds = 0;

  for (guint i = 0; i < 200; i++)
    {
      GAsyncResult *result = NULL;

      drop_client (f);
      make_client (f, "/");
      f->n_connected = 0;
      vigil_sio_client_connect (f->client, "good");
      if (i % 4 == 1)
        net_test_run_for (i % 7);
      if (i % 4 >= 2)
        net_test_wait (f->n_connected == 1, 3000);
      if (i % 4 == 3)
        vigil_sio_client_request_async (f->client, "never", NULL, NULL, net_test_store_result_cb, &result);
      vigil_sio_client_disconnect (f->client);
      if (i % 4 == 3)
        {
          net_test_wait (result != NULL, 1000);
          g_clear_object (&result);
        }
      if (i == 20 || i == 199)
        {
          drop_client (f);
          net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
          net_test_run_for (300);
          if (i == 20)
            {
              threads = net_test_count_threads ();
              fds = net_test_count_fds ();
            }
          make_client (f, "/");
        }
    }

  drop_client (f);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  net_test_run_for (300);
  g_test_message ("threads %u → %u, descriptors %u → %u", threads, net_test_count_threads (), fds, net_test_count_fds ());
  g_assert_cmpuint (net_test_count_threads (), <=, threads + 2); /* GLib's worker pools breathe */
  g_assert_cmpuint (net_test_count_fds (), <=, fds);
}

#define ADD(name, func, interval) g_test_add ("/sio-client/" name, Fixture, interval, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  if (!net_test_find_node ())
    return 77;

  ADD ("handshake", test_handshake, NULL);
  ADD ("refused", test_refused, NULL);
  ADD ("refused-for-now", test_refused_for_now, NULL);
  ADD ("namespaces", test_namespaces, NULL);
  ADD ("acks", test_acks, NULL);
  ADD ("many-acks", test_many_acks, NULL);
  ADD ("ack-timeout", test_ack_timeout, NULL);
  ADD ("ack-twice", test_ack_twice, NULL);
  ADD ("cancel", test_cancel, NULL);
  ADD ("answer-to-server", test_answer_to_server, NULL);
  ADD ("binary", test_binary, NULL);
  ADD ("kicked", test_kicked, NULL);
  ADD ("pending-fail", test_pending_fail, NULL);
  ADD ("frozen", test_frozen, INTERVAL);
  ADD ("mute", test_mute, INTERVAL);
  ADD ("restart", test_restart, "25000");
  ADD ("reconnect-now", test_reconnect_now, NULL);
  ADD ("too-large", test_too_large, NULL);
  ADD ("msgpack/handshake", test_handshake, "msgpack");
  ADD ("msgpack/refused", test_refused, "msgpack");
  ADD ("msgpack/namespaces", test_namespaces, "msgpack");
  ADD ("msgpack/acks", test_acks, "msgpack");
  ADD ("msgpack/many-acks", test_many_acks, "msgpack");
  ADD ("msgpack/answer-to-server", test_answer_to_server, "msgpack");
  ADD ("msgpack/kicked", test_kicked, "msgpack");
  ADD ("msgpack/teardown", test_teardown, "msgpack");
  ADD ("garbage-frames", test_garbage_frames, NULL);
  ADD ("not-socketio", test_not_socketio, "25000");
  ADD ("teardown", test_teardown, NULL);
  {
    int status = g_test_run ();

    g_clear_pointer (&shared_peer, interop_peer_stop);
    return status;
  }
}
