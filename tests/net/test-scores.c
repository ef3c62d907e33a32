/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores from the real socket.io server into the store: none lost, none twice, no batch too large. */
#include <string.h>
#include <sys/resource.h>

#include "net-test.h"
#include "vigil-hall-sink.h"
#include "vigil-metrics.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"
#include "vigil-sio-client.h"

typedef struct
{
  InteropPeer        *peer;
  guint16             port;
  VigilNetLimits      limits;
  VigilScoreStore    *store;
  VigilScoringPolicy *policy;
  VigilSioClient     *client;
} Fixture;

/* One server a parser. */
static InteropPeer *shared_peers[2];
static guint16      shared_ports[2];

static void
set_up (Fixture *f, gconstpointer data)
{
  gboolean msgpack = data != NULL;
  g_autofree char *url = NULL;
  g_autoptr (VigilHallSink) sink = NULL;

  if (shared_peers[msgpack] == NULL)
    shared_peers[msgpack] = net_test_start_sio (&shared_ports[msgpack], "--parser", msgpack ? "msgpack" : "json", NULL);
  f->peer = shared_peers[msgpack];
  f->port = shared_ports[msgpack];

  vigil_metrics_reset ();
  net_test_limits (&f->limits);
  f->store = vigil_score_store_new (60000);
  f->policy = vigil_scoring_policy_new_default ();
  url = g_strdup_printf ("ws://127.0.0.1:%u/socket.io/", f->port);
  sink = vigil_hall_sink_new (f->store, f->policy, NULL);
  f->client = vigil_sio_client_new (url, "/", VIGIL_SIO_SINK (sink), NULL, &f->limits);
  vigil_sio_client_set_msgpack (f->client, msgpack);
  vigil_sio_client_connect (f->client, "good");
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_CONNECTED, 5000);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->client);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
}

static gint64
count_of (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_utime.tv_sec + (double) usage.ru_stime.tv_sec
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* An allocation costs so much under sanitizers that the full rate would only measure them. */
#define SLOWER (NET_TEST_FACTOR > 1 ? 20 : 1)

static gint64
run_scores (Fixture *f, int rate, const char *rest, const char *what)
{
  g_autofree char *members = g_strdup_printf ("\"rate\":%d,%s", rate / SLOWER, rest);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = NULL;
  g_autoptr (JsonNode) done = NULL;
  double cpu = cpu_seconds ();
  gint64 from = g_get_monotonic_time ();
  gint64 sent;
  VigilHistogram *lag = vigil_metrics_histogram ("vigil_score_lag", "ms", "");

  answer = interop_peer_command (f->peer, "scores", members, &error);
  g_assert_no_error (error);
  done = interop_peer_wait (f->peer, "scores_done", 15000, &error);
  g_assert_no_error (error);
  sent = json_object_get_int_member (json_node_get_object (done), "sent");

  net_test_wait (count_of ("vigil_scores_received") >= sent, 5000);
  net_test_run_for (50);
  g_test_message ("%s: %" G_GINT64_FORMAT " sent, %" G_GINT64_FORMAT " in the store, %" G_GINT64_FORMAT " by the slow way, "
                  "%.3f cores, lag p50 %.1f p95 %.1f p99 %.1f ms, longest drain %.1f ms", what, sent,
                  count_of ("vigil_scores_received"), count_of ("vigil_scores_slow"),
                  (cpu_seconds () - cpu) * 1e6 / (double) (g_get_monotonic_time () - from),
                  vigil_histogram_quantile (lag, 0.5), vigil_histogram_quantile (lag, 0.95), vigil_histogram_quantile (lag, 0.99),
                  vigil_histogram_get_max (vigil_metrics_histogram ("vigil_socket_drain", "ms", "")));
  g_assert_cmpint (count_of ("vigil_scores_received"), ==, sent);
  g_assert_cmpint (count_of ("vigil_scores_slow"), ==, 0);
  g_assert_cmpint (count_of ("vigil_messages_malformed"), ==, 0);
  g_assert_cmpint (vigil_sio_client_get_state (f->client), ==, VIGIL_LINK_CONNECTED);
  return sent;
}

static void
test_singles (Fixture *f, gconstpointer data)
{
  gint64 sent = run_scores (f, 5000, "\"students\":4000,\"seconds\":1", "5,000/s");
  VigilScore score;

  g_assert_cmpint (sent, >=, 4900 / SLOWER);
  g_assert_cmpuint (vigil_score_store_get_n_handles (f->store), ==, MIN (4000, sent));
  vigil_score_store_read (f->store, vigil_score_store_lookup (f->store, "s00017", 6), &score);
  g_assert_cmpint (score.score, >=, 0);
  g_assert_cmpint (score.score, <=, 100);
  g_assert_cmpint (score.at_ms, >, G_GINT64_CONSTANT (1500000000000));
}

static void
test_many_singles (Fixture *f, gconstpointer data)
{
  run_scores (f, 20000, "\"students\":50000,\"seconds\":3", "20,000/s");
}

static void
test_batches (Fixture *f, gconstpointer data)
{
  /* 20,000 a second in batches of 200 ms: about 480 KB a message, four times libsoup's default limit. */
  run_scores (f, 20000, "\"batchMs\":200,\"students\":50000,\"seconds\":2", "20,000/s in 200 ms batches");
}

static void
test_one_large (Fixture *f, gconstpointer data)
{
  VigilSioPacket *packet = vigil_sio_packet_new (VIGIL_SIO_EVENT, "/");

  packet->payload = json_from_string ("[\"large\",10000]", NULL);
  vigil_sio_client_send (f->client, packet);
  net_test_wait (count_of ("vigil_scores_received") == 10000, 5000);

  /* One more than may be in a batch: refused whole, and the connection stays. */
  packet = vigil_sio_packet_new (VIGIL_SIO_EVENT, "/");
  packet->payload = json_from_string ("[\"large\",10001]", NULL);
  vigil_sio_client_send (f->client, packet);
  net_test_wait (count_of ("vigil_messages_malformed") == 1, 5000);
  g_assert_cmpint (count_of ("vigil_scores_received"), ==, 10000);
  g_assert_cmpint (vigil_sio_client_get_state (f->client), ==, VIGIL_LINK_CONNECTED);
}

static void
send_raw (Fixture *f, const char *data)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), data);
  g_autofree char *text = json_to_string (node, FALSE);
  g_autofree char *member = g_strconcat ("\"data\":", text, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = interop_peer_command (f->peer, "raw", member, &error);

  g_assert_no_error (error);
}

static void
test_unusual (Fixture *f, gconstpointer data)
{
  VigilScore score;

  /* Legal and not what JSON.stringify writes: goes the slow way and arrives all the same. */
  send_raw (f, "42[\"proctoring_score\", {\"studentId\":\"caf\\u00e9\",\"quizId\":\"q\",\"score\":1e1,\"timestamp\":1763805598120}]");
  net_test_wait (count_of ("vigil_scores_received") == 1, 3000);
  g_assert_cmpint (count_of ("vigil_scores_slow"), ==, 1);
  vigil_score_store_read (f->store, vigil_score_store_lookup (f->store, "café", 5), &score);
  g_assert_cmpint (score.score, ==, 10);

  /* Wrong: dropped, counted, and nothing of the batch is applied. */
  send_raw (f, "42[\"proctoring_scores\",[{\"studentId\":\"a\",\"quizId\":\"q\",\"score\":1,\"timestamp\":1763805598120},"
               "{\"studentId\":\"b\",\"quizId\":\"q\",\"score\":\"1\",\"timestamp\":1763805598120}]]");
  net_test_wait (count_of ("vigil_messages_malformed") == 1, 3000);
  g_assert_cmpuint (vigil_score_store_lookup (f->store, "a", 1), ==, VIGIL_HANDLE_NONE);
  g_assert_cmpint (count_of ("vigil_scores_received"), ==, 1);
  g_assert_cmpint (vigil_sio_client_get_state (f->client), ==, VIGIL_LINK_CONNECTED);
}

static void
run_after_trouble (Fixture *f)
{
  gint64 before = count_of ("vigil_scores_received");
  VigilSioPacket *packet = vigil_sio_packet_new (VIGIL_SIO_EVENT, "/");

  packet->payload = json_from_string ("[\"large\",10]", NULL);
  vigil_sio_client_send (f->client, packet);
  net_test_wait (count_of ("vigil_scores_received") == before + 10, 5000);
}

static void
send_raw_binary (Fixture *f, const void *bytes, gsize len)
{
  g_autofree char *text = g_base64_encode (bytes, len);
  g_autofree char *member = g_strdup_printf ("\"base64\":\"%s\"", text);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = interop_peer_command (f->peer, "raw_binary", member, &error);

  g_assert_no_error (error);
}

/* Frames that lie, after which the connection is made anew and scores come again. */
static void
test_hostile_frames (Fixture *f, gconstpointer data)
{
#define FRAME(bytes) { bytes, sizeof bytes - 1 }
  static const struct { const char *bytes; gsize len; } frames[] = {
    FRAME ("\xdf\xff\xff\xff\xff"), FRAME ("\x81\xa4type"), FRAME ("\xc1"), FRAME ("\x83\xa4type\x02\xa3nsp\xa1/\xa4" "data\xdd\xff\xff\xff\xff"),
    FRAME ("\x80"), FRAME ("\x83\xa4type\x02\xa3nsp\xa1/\xa4" "data\x91\x01"), FRAME ("\x81\x01\x02"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      gint64 connects = count_of ("vigil_connects");

      send_raw_binary (f, frames[i].bytes, frames[i].len);
      net_test_wait (count_of ("vigil_messages_malformed") == (gint64) i + 1, 3000);
      net_test_wait (count_of ("vigil_connects") == connects + 1, 5000);
      vigil_sio_client_settle (f->client);
    }
  send_raw (f, "42[\"proctoring_score\",{}]");
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_RECONNECTING, 3000);
  g_assert_error (vigil_sio_client_get_error (f->client), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);
  net_test_wait (vigil_sio_client_get_state (f->client) == VIGIL_LINK_CONNECTED, 5000);
  run_after_trouble (f);
}

#define ADD(name, func) g_test_add ("/scores/" name, Fixture, NULL, set_up, func, tear_down)
#define ADD_MSGPACK(name, func) g_test_add ("/scores/msgpack/" name, Fixture, "msgpack", set_up, func, tear_down)

int
main (int argc, char **argv)
{
  int status;

  net_test_init (&argc, &argv);
  net_test_drop_debug ();
  if (!net_test_find_node ())
    return 77;

  ADD ("singles", test_singles);
  ADD ("many-singles", test_many_singles);
  ADD ("batches", test_batches);
  ADD ("one-large", test_one_large);
  ADD ("unusual", test_unusual);
  ADD_MSGPACK ("singles", test_singles);
  ADD_MSGPACK ("many-singles", test_many_singles);
  ADD_MSGPACK ("batches", test_batches);
  ADD_MSGPACK ("one-large", test_one_large);
  ADD_MSGPACK ("hostile-frames", test_hostile_frames);
  status = g_test_run ();
  for (guint i = 0; i < G_N_ELEMENTS (shared_peers); i++)
    g_clear_pointer (&shared_peers[i], interop_peer_stop);
  return status;
}
