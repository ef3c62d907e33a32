/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The feed and the SFU's signalling against a scripted hall: joining, resync, refusals, teardown. */
#include <string.h>

#include "net-hall.h"
#include "net-test.h"
#include "vigil-clock.h"
#include "vigil-hall-connection.h"
#include "vigil-metrics.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

#define EXAM "{\"examId\":\"ex-1\",\"quizId\":\"q\",\"title\":\"T\",\"state\":\"running\",\"startsAt\":null,\"endsAt\":null,\"candidates\":2,\"streaming\":1}"
#define JOIN "{\"ok\":true,\"serverTime\":%" G_GINT64_FORMAT ",\"epoch\":7,\"seq\":41,\"exam\":" EXAM "}"

#define CAPABILITIES \
  "{\"ok\":true,\"rtpCapabilities\":{\"codecs\":[" \
  "{\"kind\":\"audio\",\"mimeType\":\"audio/opus\",\"clockRate\":48000,\"channels\":2,\"preferredPayloadType\":100,\"parameters\":{},\"rtcpFeedback\":[]}," \
  "{\"kind\":\"video\",\"mimeType\":\"video/VP8\",\"clockRate\":90000,\"preferredPayloadType\":101,\"parameters\":{},\"rtcpFeedback\":[{\"type\":\"nack\",\"parameter\":\"\"}]}" \
  "],\"headerExtensions\":[]}}"

#define TRANSPORT \
  "{\"ok\":true,\"id\":\"t-1\",\"iceParameters\":{\"usernameFragment\":\"k2f9\",\"password\":\"1c6f0b9d2e7a48f5b3d0c1e2\",\"iceLite\":true}," \
  "\"iceCandidates\":[{\"foundation\":\"udpcandidate\",\"priority\":1076302079,\"ip\":\"127.0.0.1\",\"protocol\":\"udp\",\"port\":40012,\"type\":\"host\"}]," \
  "\"dtlsParameters\":{\"role\":\"auto\",\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":\"" FINGERPRINT "\"}]}}"
#define FINGERPRINT "82:5A:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD"

#define CONSUMER(producer) \
  "{\"ok\":true,\"id\":\"c-1\",\"producerId\":\"" producer "\",\"kind\":\"video\",\"type\":\"simple\",\"producerPaused\":false," \
  "\"rtpParameters\":{\"mid\":\"0\",\"codecs\":[{\"mimeType\":\"video/VP8\",\"payloadType\":101,\"clockRate\":90000,\"parameters\":{},\"rtcpFeedback\":[]}]," \
  "\"headerExtensions\":[],\"encodings\":[{\"ssrc\":417260042}],\"rtcp\":{\"cname\":\"x\",\"reducedSize\":true,\"mux\":true}}}"

#define ANSWER_SDP \
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n" \
  "m=video 9 UDP/TLS/RTP/SAVPF 101\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\n" \
  "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdef012345\r\na=setup:active\r\na=fingerprint:sha-256 " FINGERPRINT "\r\n" \
  "a=rtpmap:101 VP8/90000\r\n"

typedef struct
{
  NetHall             *hall;
  VigilNetLimits       limits;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  VigilHallFeed       *feed;
  VigilSfu            *sfu;
  GString             *log;        /* S + state, J joined, E + kinds */
  gint64               epoch, seq;
  guint                n_joined;
} Fixture;

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

static void
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

static void
drop_connection (Fixture *f)
{
  g_assert_finalize_object (f->connection);
  f->connection = NULL;
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
}

static void
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

static void
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

static void
join (Fixture *f)
{
  guint before = f->n_joined;

  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (f->n_joined == before + 1, 5000);
}

static const char *
last_request (Fixture *f, const char *name)
{
  GPtrArray *requests = net_hall_get_requests (f->hall);

  for (guint i = requests->len; i > 0; i--)
    if (g_str_has_prefix (g_ptr_array_index (requests, i - 1), name))
      return g_ptr_array_index (requests, i - 1);
  return NULL;
}

/* -- feed -- */

static void
test_join (Fixture *f, gconstpointer data)
{
  join (f);
  g_assert_cmpstr (f->log->str, ==, "CcJ");
  g_assert_cmpint (f->epoch, ==, 7);
  g_assert_cmpint (f->seq, ==, 41);
  g_assert_cmpstr (last_request (f, "joinExam"), ==, "joinExam {\"examId\":\"ex-1\"}");
  g_assert_cmpfloat (vigil_hall_feed_get_rtt_ms (f->feed), >, 0);

  /* serverTime was 5,000 s ahead. */
  g_assert_cmpint (ABS (vigil_clock_hall_ms () - vigil_clock_wall_ms () - 5000000), <, 1500 * NET_TEST_FACTOR);

  vigil_hall_feed_leave (f->feed);
  net_test_run_for (100);
  g_assert_cmpstr (f->log->str, ==, "CcJ");
  g_assert_cmpint (vigil_hall_feed_get_state (f->feed), ==, VIGIL_LINK_OFFLINE);
  net_test_wait (net_hall_get_n_sockets (f->hall) == 0, 3000);
}

static void
test_token_stays_home (Fixture *f, gconstpointer data)
{
  NetHallAsked *asked;

  net_hall_answer (f->hall, "/api/v1", 200, "Content-Type: text/html", "<html>Welcome to nginx!</html>", -1);
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL);

  /* One question without a token, and no socket at all. */
  g_assert_cmpuint (net_hall_get_asked (f->hall)->len, ==, 1);
  asked = g_ptr_array_index (net_hall_get_asked (f->hall), 0);
  g_assert_null (asked->authorization);
  g_assert_cmpuint (net_hall_get_n_sockets (f->hall), ==, 0);
}

static void
check_not_a_hall (Fixture *f, guint status, const char *headers, const char *body)
{
  g_test_message ("%u %s", status, body);
  net_hall_answer (f->hall, "/api/v1", status, headers, body, -1);
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL);
}

static void
test_not_a_hall (Fixture *f, gconstpointer data)
{
  check_not_a_hall (f, 404, NULL, "{}");
  check_not_a_hall (f, 200, NULL, "");
  check_not_a_hall (f, 200, NULL, "[]");
  check_not_a_hall (f, 200, NULL, "{\"service\":\"other\",\"protocol\":1,\"hall\":\"x\"}");
  check_not_a_hall (f, 200, NULL, "{\"service\":\"vigil-hall\",\"protocol\":2,\"hall\":\"x\"}");
  check_not_a_hall (f, 200, NULL, "{\"service\":[\"vigil-hall\"],\"protocol\":1,\"hall\":\"x\"}");
  check_not_a_hall (f, 302, "Location: http://127.0.0.1:1/", "");
  check_not_a_hall (f, 401, NULL, "{}");
}

static void
test_down_at_first (Fixture *f, gconstpointer data)
{
  net_hall_answer (f->hall, "/api/v1", 503, NULL, "{}", -1);
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_RECONNECTING, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpint (vigil_hall_feed_get_retry_us (f->feed), >, 0);

  net_hall_answer (f->hall, "/api/v1", 200, NULL, "{\"service\":\"vigil-hall\",\"protocol\":1,\"hall\":\"Test\"}", -1);
  net_test_wait (f->n_joined == 1, 3000);
}

static void
test_resync (Fixture *f, gconstpointer data)
{
  join (f);
  for (guint i = 0; i < 3; i++)
    {
      guint before = f->n_joined;

      net_hall_drop (f->hall);
      net_test_wait (f->n_joined == before + 1, 3000);
    }
  g_assert_cmpstr (f->log->str, ==, "CcJRcJRcJRcJ");
  g_assert_cmpuint (net_hall_get_n_joined (f->hall), ==, 4);
}

static void
test_events_in_order (Fixture *f, gconstpointer data)
{
  join (f);
  g_string_truncate (f->log, 0);
  net_hall_send (f->hall, "42[\"new_producer\",{\"epoch\":7,\"seq\":42,\"producerId\":\"p-1\",\"studentId\":\"s-1\",\"source\":\"webcam\",\"kind\":\"video\"}]");
  net_hall_send (f->hall, "42[\"session_update\",{\"epoch\":7,\"seq\":43,\"studentId\":\"s-1\",\"isStreaming\":false}]");
  net_hall_send (f->hall, "42[\"something_new\",{\"a\":1}]");
  net_hall_send (f->hall, "42[\"session_update\",{\"epoch\":7,\"seq\":44,\"studentId\":17}]");
  net_hall_send (f->hall, "42[\"proctoring_score\",{\"studentId\":\"s-1\",\"quizId\":\"q\",\"score\":24,\"flags\":[\"gaze_away\"],\"timestamp\":1763805598120}]");
  net_hall_send (f->hall, "42[\"system\",{\"part\":\"sfu\",\"degraded\":true,\"reason\":\"x\",\"since\":1}]");
  net_test_wait (strstr (f->log->str, "system") != NULL, 3000);
  {
    g_auto (GStrv) kinds = g_strsplit (f->log->str, ">", -1);

    /* Four and the empty rest: of what is malformed its number, of what is unknown and has none nothing. */
    g_assert_cmpuint (g_strv_length (kinds), ==, 5);
    g_assert_cmpstr (kinds[2], ==, "<other");
  }
  {
    VigilScore score;

    vigil_score_store_read (f->store, vigil_score_store_lookup (f->store, "s-1", 3), &score);
    g_assert_cmpint (score.score, ==, 24);
    g_assert_cmpuint (score.flags, ==, vigil_scoring_policy_get_flag (f->policy, "gaze_away", -1));
  }
  g_assert_cmpint (vigil_hall_feed_get_state (f->feed), ==, VIGIL_LINK_CONNECTED);
}

static void
test_wrong_token (Fixture *f, gconstpointer data)
{
  vigil_hall_connection_set_token (f->connection, "wrong-" NET_TEST_TOKEN);
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_AUTH);

  /* Sign in again: the same object, the wall stays. */
  vigil_hall_connection_set_token (f->connection, NET_TEST_TOKEN);
  join (f);
  g_assert_cmpstr (f->log->str, ==, "CXCcJ");
}

static void
test_expires (Fixture *f, gconstpointer data)
{
  join (f);
  net_hall_send (f->hall, "42[\"session_expired\",{}]");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_EXPIRED);
  g_assert_nonnull (strstr (f->log->str, "expired"));
  net_test_run_for (300);
  g_assert_cmpint (vigil_hall_feed_get_state (f->feed), ==, VIGIL_LINK_REFUSED);
}

static void
test_join_refused (Fixture *f, gconstpointer data)
{
  net_hall_ack (f->hall, "joinExam", "{\"ok\":false,\"error\":{\"code\":\"not_found\",\"message\":\"no such exam\"}}");
  vigil_hall_feed_join (f->feed, "ex-1");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_FOUND);

  net_hall_ack (f->hall, "joinExam", "{\"ok\":true,\"serverTime\":\"now\"}");
  vigil_hall_feed_reconnect_now (f->feed);
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_RECONNECTING, 3000);
  g_assert_error (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);

  net_hall_ack (f->hall, "joinExam", NULL); /* never answers */
  net_test_wait (g_error_matches (vigil_hall_feed_get_error (f->feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT), 5000);
}

static void
test_another_exam (Fixture *f, gconstpointer data)
{
  join (f);
  vigil_hall_feed_join (f->feed, "ex-2");
  net_test_wait (f->n_joined == 2, 3000);
  g_assert_cmpstr (last_request (f, "joinExam"), ==, "joinExam {\"examId\":\"ex-2\"}");
  net_test_wait (net_hall_get_n_sockets (f->hall) == 1, 3000);
}

static void
leave_cb (VigilHallFeed *feed, gpointer arg, Fixture *f)
{
  vigil_hall_feed_leave (feed);
}

static void
test_leave_in_signal (Fixture *f, gconstpointer data)
{
  join (f);
  g_signal_connect (f->feed, "events", G_CALLBACK (leave_cb), f);
  net_hall_send (f->hall, "42[\"session_expired\",{}]");
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_OFFLINE, 3000);
  g_assert_cmpstr (f->log->str + 3, ==, "<session_expired>");
}

static guint
count_scores (Fixture *f)
{
  guint n = 0;

  for (VigilHandle handle = 0; handle < vigil_score_store_get_n_handles (f->store); handle++)
    {
      VigilScore score;

      vigil_score_store_read (f->store, handle, &score);
      n += score.score >= 0;
    }
  return n;
}

/* Once the exam is left its store may be emptied: nothing of it may come in after that. */
static void
test_nothing_after_leave (Fixture *f, gconstpointer data)
{
  for (guint round = 0; round < 5; round++)
    {
      join (f);
      for (guint i = 0; i < 100; i++)
        {
          g_autofree char *frame = g_strdup_printf ("42[\"proctoring_score\",{\"studentId\":\"s%u\",\"quizId\":\"q\",\"score\":24,"
                                                    "\"flags\":[],\"timestamp\":1763805598120}]", i);

          net_hall_send (f->hall, frame);
        }
      net_test_wait (count_scores (f) > 0, 3000);
      vigil_hall_feed_leave (f->feed);
      vigil_score_store_reset (f->store);
      net_test_run_for (50);
      g_assert_cmpuint (count_scores (f), ==, 0);
    }
}

static void
test_probe_rtt (Fixture *f, gconstpointer data)
{
  f->limits.probe_ms = 50;
  drop_connection (f);
  make_connection (f, NET_TEST_TOKEN, NULL);
  join (f);
  net_test_wait (last_request (f, "getRouterRtpCapabilities") != NULL, 3000);
}

static void
test_profile (Fixture *f, gconstpointer data)
{
  static const char profile[] =
    "{\"id\":\"x\",\"title\":\"X\",\"events\":{\"proctoring_score\":\"score-update\",\"new_producer\":\"new-producer\"},"
    "\"requests\":{\"joinExam\":\"join-exam\"},\"paramsWrapper\":\"params\",\"fields\":{\"studentId\":\"student_id\"},\"scoreInverted\":true}";
  g_autofree char *answer = g_strdup_printf (JOIN, g_get_real_time () / 1000);
  VigilScore score;

  drop_connection (f);
  make_connection (f, NET_TEST_TOKEN, profile);
  net_hall_ack (f->hall, "join-exam", answer);
  join (f);
  g_assert_cmpstr (last_request (f, "join-exam"), ==, "join-exam {\"params\":{\"examId\":\"ex-1\"}}");

  net_hall_send (f->hall, "42[\"score-update\",{\"params\":{\"student_id\":\"s-9\",\"quizId\":\"q\",\"score\":90,\"flags\":[],\"timestamp\":1763805598120}}]");
  net_hall_send (f->hall, "42[\"new-producer\",{\"params\":{\"epoch\":7,\"seq\":42,\"producerId\":\"p-1\",\"student_id\":\"s-9\",\"source\":\"webcam\",\"kind\":\"video\"}}]");
  net_test_wait (strchr (f->log->str, '<') != NULL, 3000);
  vigil_score_store_read (f->store, vigil_score_store_lookup (f->store, "s-9", 3), &score);
  g_assert_cmpint (score.score, ==, 10);
}

static void
test_bad_profile (void)
{
  g_autoptr (VigilScoreStore) store = vigil_score_store_new (1);
  g_autoptr (VigilScoringPolicy) policy = vigil_scoring_policy_new_default ();
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = "localhost", .profile = "{\"id\":1}", .store = store, .policy = policy }, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID);
}

/* -- SFU -- */

static VigilTransportOffer *
open_transport (Fixture *f, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_open_transport_async (f->sfu, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 3000);
  return vigil_sfu_open_transport_finish (f->sfu, result, error);
}

static VigilConsumerInfo *
consume (Fixture *f, const char *producer, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_consume_async (f->sfu, "t-1", producer, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 3000);
  return vigil_sfu_consume_finish (f->sfu, result, error);
}

static gboolean
control (Fixture *f, VigilSfuVerb verb, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_control_async (f->sfu, verb, "c-1", 1, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 3000);
  return vigil_sfu_control_finish (f->sfu, result, error);
}

static void
test_sfu (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (VigilConsumerInfo) consumer = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  join (f);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (offer->id, ==, "t-1");
  g_assert_nonnull (strstr (offer->offer_sdp, "a=ice-pwd:1c6f0b9d2e7a48f5b3d0c1e2"));
  g_assert_nonnull (strstr (offer->offer_sdp, "VP8/90000"));

  vigil_sfu_connect_transport_async (f->sfu, "t-1", ANSWER_SDP, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 3000);
  g_assert_true (vigil_sfu_connect_transport_finish (f->sfu, result, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (last_request (f, "connectTransport"), "\"role\":\"client\""));
  g_assert_nonnull (strstr (last_request (f, "connectTransport"), "\"usernameFragment\":\"abcd\""));

  consumer = consume (f, "p-1", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (consumer->id, ==, "c-1");
  g_assert_cmpstr (consumer->codec, ==, "VP8");
  g_assert_cmpuint (consumer->ssrc, ==, 417260042);
  g_assert_cmpuint (consumer->payload_type, ==, 101);
  g_assert_nonnull (strstr (last_request (f, "consume"), "\"paused\":true"));

  g_assert_true (control (f, VIGIL_SFU_RESUME, &error));
  g_assert_true (control (f, VIGIL_SFU_CLOSE, &error)); /* already gone: as good as closed */
  g_assert_no_error (error);

  /* A second transport of this connection does not ask for the router again. */
  vigil_transport_offer_free (offer);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  {
    GPtrArray *requests = net_hall_get_requests (f->hall);
    guint n = 0;

    for (guint i = 0; i < requests->len; i++)
      n += g_str_has_prefix (g_ptr_array_index (requests, i), "getRouterRtpCapabilities");
    g_assert_cmpuint (n, ==, 1);
  }
}

static void
check_consume_fails (Fixture *f, const char *ack, int code)
{
  g_autoptr (GError) error = NULL;

  net_hall_ack (f->hall, "consume", ack);
  g_assert_null (consume (f, "p-1", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, code);
}

static void
test_sfu_refusals (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;

  g_assert_null (open_transport (f, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
  g_clear_error (&error);

  join (f);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  check_consume_fails (f, "{\"ok\":false,\"error\":{\"code\":\"sfu.no_such_producer\",\"message\":\"no\"}}", VIGIL_SESSION_ERROR_NO_PRODUCER);
  check_consume_fails (f, "{\"ok\":false,\"error\":{\"code\":\"sfu.unavailable\",\"message\":\"no\"}}", VIGIL_SESSION_ERROR_UNAVAILABLE);
  check_consume_fails (f, "{\"ok\":false,\"error\":{\"code\":\"brand.new\",\"message\":\"no\"}}", VIGIL_SESSION_ERROR_UNAVAILABLE);
  check_consume_fails (f, "{\"ok\":false}", VIGIL_SESSION_ERROR_PROTOCOL);
  check_consume_fails (f, "{\"ok\":true}", VIGIL_SESSION_ERROR_PROTOCOL);
  check_consume_fails (f, "true", VIGIL_SESSION_ERROR_PROTOCOL);
  check_consume_fails (f, "{\"ok\":false,\"error\":{\"code\":\"sfu.no_such_transport\",\"message\":\"no\"}}", VIGIL_SESSION_ERROR_NO_TRANSPORT);
  check_consume_fails (f, NULL, VIGIL_SESSION_ERROR_TIMEOUT);

  /* Somebody else's producer: refused here, and given back there. */
  check_consume_fails (f, CONSUMER ("p-2"), VIGIL_SESSION_ERROR_PROTOCOL);
  net_test_wait (last_request (f, "closeConsumer") != NULL, 3000);

  net_hall_ack (f->hall, "createWebRtcTransport", "{\"ok\":true,\"id\":\"t\"}");
  g_assert_null (open_transport (f, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);
}

static guint
count_requests (Fixture *f, const char *request)
{
  GPtrArray *requests = net_hall_get_requests (f->hall);
  guint n = 0;

  for (guint i = 0; i < requests->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (requests, i), request);
  return n;
}

#define TOO_SOON(ms) "{\"ok\":false,\"error\":{\"code\":\"rate_limited\",\"message\":\"slow down\",\"details\":{\"retryAfterMs\":" ms "}}}"

static gboolean
relent_cb (gpointer user_data)
{
  net_hall_ack (user_data, "closeConsumer", "{\"ok\":true}");
  return G_SOURCE_REMOVE;
}

/* Too soon is not no: it is asked again, when the hall says, until it is done or the connection goes. */
static void
test_too_soon (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  gint64 before = vigil_counter_get (vigil_metrics_counter ("vigil_requests_rate_limited", ""));
  gint64 began;

  join (f);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  net_hall_ack (f->hall, "closeConsumer", TOO_SOON ("200"));
  g_timeout_add (100, relent_cb, f->hall);
  began = g_get_monotonic_time ();
  g_assert_true (control (f, VIGIL_SFU_CLOSE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 190000);
  g_assert_cmpuint (count_requests (f, "closeConsumer"), ==, 2);
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_requests_rate_limited", "")) - before, ==, 1);

  /* One that never relents is told so in the end. */
  net_hall_ack (f->hall, "closeConsumer", TOO_SOON ("0"));
  net_hall_ack (f->hall, "pauseConsumer", TOO_SOON ("50"));
  g_assert_false (control (f, VIGIL_SFU_PAUSE, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_cmpuint (count_requests (f, "pauseConsumer"), ==, 8);
  g_clear_error (&error);

  /* And the connection may go while one waits. */
  vigil_sfu_control_async (f->sfu, VIGIL_SFU_CLOSE, "c-1", 0, NULL, net_test_store_result_cb, &result);
  net_test_run_for (100);
  vigil_hall_feed_leave (f->feed);
  net_test_wait (result != NULL, 5000);
  g_assert_false (vigil_sfu_control_finish (f->sfu, result, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
}

/* An answer that comes after we gave up: the consumer is there, and only we can end it. */
static void
test_late_consumer (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autofree char *frame = NULL;
  guint id = 0;

  join (f);
  offer = open_transport (f, &error);
  g_assert_no_error (error);
  check_consume_fails (f, NULL, VIGIL_SESSION_ERROR_TIMEOUT);
  /* Ids count from 0, one for each request. */
  while (!g_str_has_prefix (g_ptr_array_index (net_hall_get_requests (f->hall), id), "consume"))
    id++;
  frame = g_strdup_printf ("43%u[" CONSUMER ("p-1") "]", id);
  net_hall_send (f->hall, frame);
  net_test_wait (count_requests (f, "closeConsumer") == 1, 3000);
  g_assert_nonnull (strstr (last_request (f, "closeConsumer"), "\"c-1\""));

  /* Said twice, or about nothing we asked: none of our business. */
  net_hall_send (f->hall, frame);
  net_hall_send (f->hall, "43999[" CONSUMER ("p-1") "]");
  net_test_run_for (100);
  g_assert_cmpuint (count_requests (f, "closeConsumer"), ==, 1);
}

static void
test_sfu_dies (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  join (f);
  offer = open_transport (f, &error);
  net_hall_ack (f->hall, "consume", NULL);
  vigil_sfu_consume_async (f->sfu, "t-1", "p-1", NULL, net_test_store_result_cb, &result);
  net_test_run_for (30);
  net_hall_drop (f->hall);
  net_test_wait (result != NULL, 3000);
  g_assert_null (vigil_sfu_consume_finish (f->sfu, result, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
  g_clear_error (&error);

  /* The next connection may have another router. */
  net_test_wait (f->n_joined == 2, 3000);
  g_assert_null (consume (f, "p-1", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
}

/* -- secrets and teardown -- */

static void
test_no_token_in_log (Fixture *f, gconstpointer data)
{
  join (f);
  net_hall_drop (f->hall);
  net_test_wait (f->n_joined == 2, 3000);
  net_hall_refuse (f->hall, "44{\"message\":\"bad token " NET_TEST_TOKEN "\",\"data\":{\"code\":\"auth.invalid\",\"message\":\"bad token " NET_TEST_TOKEN "\"}}");
  net_hall_drop (f->hall);
  net_test_wait (vigil_hall_feed_get_state (f->feed) == VIGIL_LINK_REFUSED, 3000);

  /* A hall that repeats the token in its refusal does not get it into our log or onto our screen. */
  g_assert_null (strstr (vigil_hall_feed_get_error (f->feed)->message, NET_TEST_TOKEN));
  g_assert_cmpuint (net_test_log_length (), >, 20);
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
  g_assert_false (net_test_log_has ("1c6f0b9d2e7a48f5b3d0c1e2")); /* the ICE password of an earlier test */

  for (guint i = 0; i < net_hall_get_asked (f->hall)->len; i++)
    g_assert_null (strstr (((NetHallAsked *) g_ptr_array_index (net_hall_get_asked (f->hall), i))->path, NET_TEST_TOKEN));
}

static void
test_teardown (Fixture *f, gconstpointer data)
{
  guint threads = 0, fds = 0;

  for (guint i = 0; i < 200; i++)
    {
      VigilHallDirectory *directory = vigil_hall_connection_get_directory (f->connection);
      g_autoptr (GAsyncResult) query = NULL;
      g_autoptr (GAsyncResult) asked = NULL;
      guint before = f->n_joined;

      vigil_hall_feed_join (f->feed, "ex-1");
      if (i % 5 == 1)
        net_test_run_for (i % 11);
      if (i % 5 >= 2)
        net_test_wait (f->n_joined == before + 1, 3000);
      if (i % 5 >= 3)
        vigil_hall_directory_query_async (directory, VIGIL_DIRECTORY_EXAMS, NULL, NULL, net_test_store_result_cb, &query);
      if (i % 5 == 4)
        vigil_sfu_open_transport_async (f->sfu, NULL, net_test_store_result_cb, &asked);

      /* What is pending keeps its part alive for the moment that it takes to fail. */
      g_object_run_dispose (G_OBJECT (f->connection));
      g_clear_object (&f->connection);
      if (i % 5 >= 3)
        net_test_wait (query != NULL, 2000);
      if (i % 5 == 4)
        net_test_wait (asked != NULL, 2000);
      g_clear_object (&query);
      g_clear_object (&asked);

      if (i == 30 || i == 199)
        {
          net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
          net_test_run_for (300);
          net_test_wait (net_hall_get_n_sockets (f->hall) == 0, 3000);
        }
      if (i == 30)
        {
          threads = net_test_count_threads ();
          fds = net_test_count_fds ();
        }
      if (i < 199)
        make_connection (f, NET_TEST_TOKEN, NULL);
    }

  g_test_message ("threads %u → %u, descriptors %u → %u", threads, net_test_count_threads (), fds, net_test_count_fds ());
  g_assert_cmpuint (net_test_count_threads (), <=, threads + 2); /* GLib's worker pools breathe */
  g_assert_cmpuint (net_test_count_fds (), <=, fds);
}

#define ADD(name, func) g_test_add ("/feed/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  ADD ("join", test_join);
  ADD ("token-stays-home", test_token_stays_home);
  ADD ("not-a-hall", test_not_a_hall);
  ADD ("down-at-first", test_down_at_first);
  ADD ("resync", test_resync);
  ADD ("events-in-order", test_events_in_order);
  ADD ("wrong-token", test_wrong_token);
  ADD ("expires", test_expires);
  ADD ("join-refused", test_join_refused);
  ADD ("another-exam", test_another_exam);
  ADD ("leave-in-signal", test_leave_in_signal);
  ADD ("nothing-after-leave", test_nothing_after_leave);
  ADD ("probe-rtt", test_probe_rtt);
  ADD ("profile", test_profile);
  g_test_add_func ("/feed/bad-profile", test_bad_profile);
  ADD ("sfu", test_sfu);
  ADD ("sfu-refusals", test_sfu_refusals);
  ADD ("too-soon", test_too_soon);
  ADD ("late-consumer", test_late_consumer);
  ADD ("sfu-dies", test_sfu_dies);
  ADD ("no-token-in-log", test_no_token_in_log);
  ADD ("teardown", test_teardown);
  return g_test_run ();
}
