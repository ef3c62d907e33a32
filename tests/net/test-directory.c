/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is read from a hall over HTTP, and what hostile servers make of it. */
#include <string.h>

#include "net-hall.h"
#include "net-raw.h"
#include "net-test.h"
#include "vigil-clock.h"
#include "vigil-hall-connection.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

#define CANDIDATE(id) \
  "{\"studentId\":\"" id "\",\"name\":\"Name of " id "\",\"room\":\"B\",\"joinedAt\":1763802011000,\"lastSeenAt\":1763805599000," \
  "\"connected\":true,\"isStreaming\":true,\"score\":24,\"scoreAt\":1763805598120,\"flags\":[],\"openFlags\":2," \
  "\"producers\":[{\"producerId\":\"p-1\",\"source\":\"webcam\",\"kind\":\"video\"}],\"bypass\":null,\"claimedBy\":null,\"version\":3}"
#define EXAM(id) \
  "{\"examId\":\"" id "\",\"quizId\":\"q\",\"title\":\"T\",\"state\":\"running\",\"startsAt\":null,\"endsAt\":1763812800000,\"candidates\":2,\"streaming\":1}"

typedef struct
{
  NetHall             *hall;
  NetRaw              *raw;
  VigilNetLimits       limits;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  VigilHallDirectory  *directory;
} Fixture;

static void
make_connection (Fixture *f, const char *address)
{
  g_autoptr (GError) error = NULL;

  f->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = address, .token = NET_TEST_TOKEN,
                                                                           .store = f->store, .policy = f->policy, .limits = &f->limits },
                                             &error);
  g_assert_no_error (error);
  f->directory = vigil_hall_connection_get_directory (f->connection);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *address = NULL;

  net_test_limits (&f->limits);
  f->store = vigil_score_store_new (10);
  f->policy = vigil_scoring_policy_new_default ();
  if (data != NULL)
    {
      f->raw = net_raw_new ((void (*) (NetRawPeer *)) data, f);
      address = net_raw_dup_address (f->raw);
    }
  else
    {
      f->hall = net_hall_new (NULL);
      address = net_hall_dup_address (f->hall);
    }
  make_connection (f, address);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->connection);
  net_hall_free (f->hall);
  net_raw_free (f->raw);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
  vigil_clock_set_hall_offset_ms (0);
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
}

static gpointer
query (Fixture *f, VigilDirectoryQuery what, const VigilDirectoryArgs *args, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_hall_directory_query_async (f->directory, what, args, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  return vigil_hall_directory_query_finish (f->directory, result, error);
}

static void
check_query_fails (Fixture *f, VigilDirectoryQuery what, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (query (f, what, &(VigilDirectoryArgs) { .exam_id = "ex", .student_id = "s" }, &error));
  g_test_message ("→ %s", error->message);
  g_assert_error (error, VIGIL_SESSION_ERROR, code);
  g_assert_null (strstr (error->message, NET_TEST_TOKEN));
}

/* -- a good hall -- */

static void
test_session (Fixture *f, gconstpointer data)
{
  g_autofree char *body = g_strdup_printf ("{\"user\":\"m.ortiz\",\"role\":\"admin\",\"hall\":\"Northern\",\"serverTime\":%" G_GINT64_FORMAT ",\"expiresAt\":null}",
                                           g_get_real_time () / 1000 - 3600000);
  g_autoptr (VigilSessionInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  NetHallAsked *asked;

  net_hall_answer (f->hall, "/api/v1/session", 200, NULL, body, -1);
  info = query (f, VIGIL_DIRECTORY_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->user, ==, "m.ortiz");
  g_assert_cmpint (info->role, ==, VIGIL_ROLE_ADMIN);
  g_assert_cmpint (info->expires_at_ms, ==, 0);
  g_assert_cmpint (ABS (vigil_clock_hall_ms () - vigil_clock_wall_ms () + 3600000), <, 1500 * NET_TEST_FACTOR);

  /* First the question without the token, then the one with it. */
  asked = g_ptr_array_index (net_hall_get_asked (f->hall), 0);
  g_assert_cmpstr (asked->path, ==, "/api/v1");
  g_assert_null (asked->authorization);
  asked = g_ptr_array_index (net_hall_get_asked (f->hall), 1);
  g_assert_cmpstr (asked->authorization, ==, "Bearer " NET_TEST_TOKEN);
}

static void
test_exams (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) exams = NULL;
  g_autoptr (GError) error = NULL;

  net_hall_answer (f->hall, "/api/v1/exams", 200, NULL, "{\"items\":[" EXAM ("ex-1") "," EXAM ("ex-2") "],\"next\":null}", -1);
  exams = query (f, VIGIL_DIRECTORY_EXAMS, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (exams->len, ==, 2);
  g_assert_cmpstr (((VigilExam *) g_ptr_array_index (exams, 1))->id, ==, "ex-2");
}

static void
test_exam_pages (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) exams = NULL;
  g_autoptr (GError) error = NULL;

  /* The same page for ever: the list ends all the same. */
  net_hall_answer (f->hall, "/api/v1/exams", 200, NULL, "{\"items\":[" EXAM ("ex-1") "],\"next\":\"a b&c\"}", -1);
  exams = query (f, VIGIL_DIRECTORY_EXAMS, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (exams->len, ==, 20);
  g_assert_cmpstr (net_hall_find_asked (f->hall, "GET", "/api/v1/exams")->path, ==, "/api/v1/exams?after=a%20b%26c");
}

static void
test_roster (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilRosterPage) page = NULL;
  g_autoptr (GError) error = NULL;

  net_hall_answer (f->hall, "/api/v1/exams/ex 1%/candidates", 200, NULL,
                   "{\"items\":[" CANDIDATE ("s-1") "," CANDIDATE ("s-2") "],\"next\":\"n\",\"total\":50000,\"epoch\":7,\"seq\":12}", -1);
  page = query (f, VIGIL_DIRECTORY_CANDIDATES, &(VigilDirectoryArgs) { .exam_id = "ex 1%", .limit = 5000, .after = "x" }, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page->candidates->len, ==, 2);
  g_assert_cmpstr (page->next, ==, "n");
  g_assert_cmpuint (page->total, ==, 50000);
  g_assert_cmpint (page->epoch, ==, 7);
  g_assert_cmpint (page->seq, ==, 12);
  g_assert_cmpstr (((NetHallAsked *) g_ptr_array_index (net_hall_get_asked (f->hall), 1))->path, ==, "/api/v1/exams/ex 1%/candidates?after=x&limit=1000");
}

static void
test_candidate_and_config (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilCandidateInfo) info = NULL;
  g_autoptr (GPtrArray) config = NULL;
  g_autoptr (GError) error = NULL;

  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/s", 200, NULL, CANDIDATE ("s"), -1);
  info = query (f, VIGIL_DIRECTORY_CANDIDATE, &(VigilDirectoryArgs) { .exam_id = "ex", .student_id = "s" }, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->name, ==, "Name of s");

  net_hall_answer (f->hall, "/api/v1/exams/ex/config/s", 200, NULL,
                   "{\"examId\":\"ex\",\"studentId\":\"s\",\"version\":4,\"values\":{\"camera.required\":{\"value\":true,\"source\":\"test\"}}}", -1);
  config = query (f, VIGIL_DIRECTORY_CONFIG, &(VigilDirectoryArgs) { .exam_id = "ex", .student_id = "s" }, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->len, ==, 1);
  g_assert_cmpstr (((VigilConfigValue *) g_ptr_array_index (config, 0))->source, ==, "test");
}

static void
test_bad_ids (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (query (f, VIGIL_DIRECTORY_CANDIDATES, &(VigilDirectoryArgs) { .exam_id = ".." }, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID);
  g_assert_cmpuint (net_hall_get_asked (f->hall)->len, ==, 0);
}

/* -- a hall that refuses -- */

static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const struct { guint status; const char *body; int code; } cases[] = {
    { 401, "{\"error\":{\"code\":\"auth.invalid\",\"message\":\"unknown\"}}", VIGIL_SESSION_ERROR_AUTH },
    { 401, "{\"error\":{\"code\":\"auth.expired\",\"message\":\"old\"}}", VIGIL_SESSION_ERROR_EXPIRED },
    { 401, "<html>", VIGIL_SESSION_ERROR_AUTH },
    { 403, "{\"error\":{\"code\":\"auth.forbidden\",\"message\":\"no\"}}", VIGIL_SESSION_ERROR_FORBIDDEN },
    { 404, "{}", VIGIL_SESSION_ERROR_NOT_FOUND },
    { 409, "{\"error\":{\"code\":\"conflict\",\"message\":\"ended\"}}", VIGIL_SESSION_ERROR_CONFLICT },
    { 410, "", VIGIL_SESSION_ERROR_NOT_FOUND },
    { 413, "", VIGIL_SESSION_ERROR_TOO_LARGE },
    { 429, "{\"error\":{\"code\":\"rate_limited\",\"message\":\"slow\"}}", VIGIL_SESSION_ERROR_UNAVAILABLE },
    { 500, "oops", VIGIL_SESSION_ERROR_UNAVAILABLE },
    { 502, "<html>Bad gateway</html>", VIGIL_SESSION_ERROR_UNAVAILABLE },
    { 503, "{\"error\":{\"code\":\"unavailable\",\"message\":\"db\"}}", VIGIL_SESSION_ERROR_UNAVAILABLE },
    { 400, "{\"error\":{\"code\":[],\"message\":1}}", VIGIL_SESSION_ERROR_INVALID },
    { 500, "{\"error\":{\"code\":\"auth.invalid\",\"message\":\"" NET_TEST_TOKEN "\"}}", VIGIL_SESSION_ERROR_AUTH },
    { 302, "", VIGIL_SESSION_ERROR_PROTOCOL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      net_hall_answer (f->hall, "/api/v1/session", cases[i].status, cases[i].status == 302 ? "Location: https://elsewhere.example/" : NULL,
                       cases[i].body, -1);
      check_query_fails (f, VIGIL_DIRECTORY_SESSION, cases[i].code);
    }
}

static void
test_malformed (Fixture *f, gconstpointer data)
{
  static const char *const bodies[] = {
    "", "null", "[]", "{", "{}", "{\"items\":{}}", "{\"items\":[1],\"next\":null,\"total\":1,\"epoch\":1,\"seq\":1}",
    "{\"items\":[{\"studentId\":7}],\"next\":null,\"total\":1,\"epoch\":1,\"seq\":1}",
    "{\"items\":[" CANDIDATE ("s-1") ",{}],\"next\":null,\"total\":1,\"epoch\":1,\"seq\":1}",
    "{\"items\":[" CANDIDATE ("s-1") "],\"next\":5,\"total\":1,\"epoch\":1,\"seq\":1}",
    "{\"items\":[],\"next\":null,\"total\":\"many\",\"epoch\":1,\"seq\":1}",
    "{\"items\":[],\"next\":null,\"total\":1e400,\"epoch\":1,\"seq\":1}",
    "\xff\xfe\x00", "{\"items\":[],\"next\":null} trailing", "/* comment */ {}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GError) error = NULL;

      net_hall_answer (f->hall, "/api/v1/exams/ex/candidates", 200, NULL, bodies[i], -1);
      g_assert_null (query (f, VIGIL_DIRECTORY_CANDIDATES, &(VigilDirectoryArgs) { .exam_id = "ex" }, &error));
      {
        g_autofree char *escaped = g_strescape (bodies[i], NULL);

        g_test_message ("%.60s → %s", escaped, error->message);
      }
      g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);
    }
}

static void
test_deep (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) body = g_string_new (NULL);

  for (guint i = 0; i < 200000; i++)
    g_string_append_c (body, '[');
  net_hall_answer (f->hall, "/api/v1/session", 200, NULL, body->str, -1);
  check_query_fails (f, VIGIL_DIRECTORY_SESSION, VIGIL_SESSION_ERROR_PROTOCOL);
}

static void
test_too_large (Fixture *f, gconstpointer data)
{
  g_autofree char *body = g_strnfill (300000, ' ');

  f->limits.max_answer = 256 * 1024;
  g_assert_finalize_object (f->connection);
  {
    g_autofree char *address = net_hall_dup_address (f->hall);

    make_connection (f, address);
  }
  net_hall_answer (f->hall, "/api/v1/session", 200, NULL, body, -1);
  check_query_fails (f, VIGIL_DIRECTORY_SESSION, VIGIL_SESSION_ERROR_TOO_LARGE);
}

/* -- raw servers -- */

static void
lying_long (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"user\":", -1);
}

static void
test_lying_long (Fixture *f, gconstpointer data)
{
  check_query_fails (f, VIGIL_DIRECTORY_SESSION, VIGIL_SESSION_ERROR_NETWORK);
}

static void
lying_short (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"user\":\"x\",\"role\":\"admin\"}", -1);
}

static void
test_lying_short (Fixture *f, gconstpointer data)
{
  check_query_fails (f, VIGIL_DIRECTORY_SESSION, VIGIL_SESSION_ERROR_PROTOCOL);
}

static void
huge_announced (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    {
      net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{", -1);
      net_raw_sleep (peer, 3000);
    }
}

static void
test_huge_announced (Fixture *f, gconstpointer data)
{
  check_query_fails (f, VIGIL_DIRECTORY_SESSION, VIGIL_SESSION_ERROR_TOO_LARGE);
}

static void
endless (NetRawPeer *peer)
{
  g_autofree char *piece = g_strnfill (65536, ' ');

  if (net_raw_be_a_hall (peer))
    return;
  net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n", -1);
  while (net_raw_write (peer, piece, 65536))
    ;
}

static void
test_endless (Fixture *f, gconstpointer data)
{
  check_query_fails (f, VIGIL_DIRECTORY_SESSION, VIGIL_SESSION_ERROR_TOO_LARGE);
}

static void
stall_in_head (NetRawPeer *peer)
{
  net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-", -1);
  net_raw_sleep (peer, 10000 * NET_TEST_FACTOR);
}

static void
stall_in_body (NetRawPeer *peer)
{
  if (net_raw_be_a_hall (peer))
    return;
  net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"us", -1);
  net_raw_sleep (peer, 10000 * NET_TEST_FACTOR);
}

static void
drip (NetRawPeer *peer)
{
  if (net_raw_be_a_hall (peer))
    return;
  net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", -1);
  while (net_raw_sleep (peer, 50) && net_raw_write (peer, " ", 1))
    ;
}

static void
test_timeout (Fixture *f, gconstpointer data)
{
  gint64 since = g_get_monotonic_time ();

  check_query_fails (f, VIGIL_DIRECTORY_SESSION, VIGIL_SESSION_ERROR_TIMEOUT);
  g_assert_cmpint ((g_get_monotonic_time () - since) / 1000, <, 4000 * NET_TEST_FACTOR);
}

static void
not_http (NetRawPeer *peer)
{
  net_raw_write (peer, "SSH-2.0-OpenSSH_9.2p1 Debian\r\n", -1);
}

static void
hang_up (NetRawPeer *peer)
{
}

static void
test_no_answer (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (query (f, VIGIL_DIRECTORY_SESSION, NULL, &error));
  g_test_message ("→ %s", error->message);
  g_assert_true (g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL) ||
                 g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NETWORK));
}

static void
test_nobody_there (Fixture *f, gconstpointer data)
{
  net_hall_free (g_steal_pointer (&f->hall));
  check_query_fails (f, VIGIL_DIRECTORY_SESSION, VIGIL_SESSION_ERROR_NETWORK);
}

static GBytes *bomb; /* 48 MiB of spaces; made once, before any thread */

static void
make_bomb (void)
{
  g_autoptr (GConverter) gzip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) out = g_converter_output_stream_new (memory, gzip);
  g_autofree char *spaces = g_malloc (1024 * 1024);

  memset (spaces, ' ', 1024 * 1024);
  for (guint i = 0; i < 48; i++)
    g_output_stream_write_all (out, spaces, 1024 * 1024, NULL, NULL, NULL);
  g_output_stream_close (out, NULL, NULL);
  bomb = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
  g_assert_cmpuint (g_bytes_get_size (bomb), <, 1024 * 1024);
}

static void
gzip_bomb (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_answer (peer, 200, "Content-Encoding: gzip\r\nContent-Type: application/json\r\n",
                    g_bytes_get_data (bomb, NULL), (gssize) g_bytes_get_size (bomb));
}

static void
test_gzip_bomb (Fixture *f, gconstpointer data)
{
  check_query_fails (f, VIGIL_DIRECTORY_SESSION, VIGIL_SESSION_ERROR_TOO_LARGE);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  vigil_hall_directory_query_async (f->directory, VIGIL_DIRECTORY_SESSION, NULL, cancellable, net_test_store_result_cb, &result);
  net_test_run_for (50);
  g_cancellable_cancel (cancellable);
  net_test_wait (result != NULL, 300);
  g_assert_null (vigil_hall_directory_query_finish (f->directory, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_dispose_while_pending (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (VigilHallDirectory) directory = g_object_ref (f->directory);
  g_autoptr (GError) error = NULL;
  g_autofree char *address = net_raw_dup_address (f->raw);

  vigil_hall_directory_query_async (directory, VIGIL_DIRECTORY_SESSION, NULL, NULL, net_test_store_result_cb, &result);
  net_test_run_for (50);
  g_object_run_dispose (G_OBJECT (f->connection));
  g_object_unref (f->connection);
  net_test_wait (result != NULL, 300);
  g_assert_null (vigil_hall_directory_query_finish (directory, result, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
  make_connection (f, address);
}

/* -- a WebSocket that is none -- */

static void
http_on_upgrade (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_answer (peer, 200, NULL, "hello", -1);
}

static void
garbage_upgrade (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_write (peer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm90IHJpZ2h0\r\n\r\n", -1);
}

static void
redirecting_upgrade (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_answer (peer, 302, "Location: /socket.io/\r\n", "", -1);
}

static void
test_upgrade_refused (Fixture *f, gconstpointer data)
{
  VigilHallFeed *feed = vigil_hall_connection_get_feed (f->connection);

  vigil_hall_feed_join (feed, "ex");
  net_test_wait (vigil_hall_feed_get_state (feed) == VIGIL_LINK_REFUSED, 3000);
  g_test_message ("→ %s", vigil_hall_feed_get_error (feed)->message);
  g_assert_error (vigil_hall_feed_get_error (feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL);
}

static void
upgrade_then (NetRawPeer *peer, const void *bytes, gssize len)
{
  const char *key = strstr (peer->head, "Sec-WebSocket-Key: ");
  g_autofree char *nonce = NULL;
  g_autoptr (GChecksum) sha1 = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *accept = NULL;
  g_autofree char *head = NULL;
  guint8 digest[20];
  gsize size = sizeof digest;

  g_assert_nonnull (key);
  key += strlen ("Sec-WebSocket-Key: ");
  nonce = g_strndup (key, strcspn (key, "\r"));
  g_checksum_update (sha1, (const guchar *) nonce, -1);
  g_checksum_update (sha1, (const guchar *) "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
  g_checksum_get_digest (sha1, digest, &size);
  accept = g_base64_encode (digest, size);
  head = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
  net_raw_write (peer, head, -1);
  net_raw_write (peer, bytes, len);
  net_raw_sleep (peer, 2000 * NET_TEST_FACTOR);
}

static void
huge_frame (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    upgrade_then (peer, "\x81\x7f\x00\x00\x00\x7f\xff\xff\xff\xff" "0{", 12);
}

static void
masked_frame (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    upgrade_then (peer, "\x81\x82\x01\x02\x03\x04\x00\x00", 8);
}

static void
bad_utf8_frame (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    upgrade_then (peer, "\x81\x03" "0\xff\xfe", 5);
}

static void
silent_socket (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    upgrade_then (peer, "", 0);
}

static void
not_engineio (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    upgrade_then (peer, "\x81\x0d{\"hello\":123}", 15);
}

static void
bad_handshake (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    upgrade_then (peer, "\x81\x13" "0{\"pingInterval\":-1}", 21);
}

typedef struct
{
  void (*script) (NetRawPeer *peer);
  int   code;
} SocketCase;

static void
test_bad_sockets (void)
{
  static const SocketCase cases[] = {
    { huge_frame, VIGIL_SESSION_ERROR_TOO_LARGE },
    { masked_frame, VIGIL_SESSION_ERROR_PROTOCOL },
    { bad_utf8_frame, VIGIL_SESSION_ERROR_PROTOCOL },
    { silent_socket, VIGIL_SESSION_ERROR_TIMEOUT },
    { not_engineio, VIGIL_SESSION_ERROR_PROTOCOL },
    { bad_handshake, VIGIL_SESSION_ERROR_NOT_A_HALL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture f = { 0 };
      VigilHallFeed *feed;

      set_up (&f, (gconstpointer) cases[i].script);
      f.limits.connect_ms = 400 * NET_TEST_FACTOR;
      g_assert_finalize_object (f.connection);
      {
        g_autofree char *address = net_raw_dup_address (f.raw);

        make_connection (&f, address);
      }
      feed = vigil_hall_connection_get_feed (f.connection);
      vigil_hall_feed_join (feed, "ex");
      net_test_wait (vigil_hall_feed_get_error (feed) != NULL, 3000);
      g_test_message ("%u → %s", i, vigil_hall_feed_get_error (feed)->message);
      g_assert_error (vigil_hall_feed_get_error (feed), VIGIL_SESSION_ERROR, cases[i].code);
      tear_down (&f, NULL);
    }
}

#define ADD(name, func) g_test_add ("/directory/" name, Fixture, NULL, set_up, func, tear_down)
#define ADD_RAW(name, script, func) g_test_add ("/directory/" name, Fixture, (gconstpointer) script, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  make_bomb ();
  ADD ("session", test_session);
  ADD ("exams", test_exams);
  ADD ("exam-pages", test_exam_pages);
  ADD ("roster", test_roster);
  ADD ("candidate-and-config", test_candidate_and_config);
  ADD ("bad-ids", test_bad_ids);
  ADD ("refusals", test_refusals);
  ADD ("malformed", test_malformed);
  ADD ("deep", test_deep);
  ADD ("too-large", test_too_large);
  ADD_RAW ("lying-long", lying_long, test_lying_long);
  ADD_RAW ("lying-short", lying_short, test_lying_short);
  ADD_RAW ("huge-announced", huge_announced, test_huge_announced);
  ADD_RAW ("endless", endless, test_endless);
  ADD_RAW ("gzip-bomb", gzip_bomb, test_gzip_bomb);
  ADD_RAW ("stall-in-head", stall_in_head, test_timeout);
  ADD_RAW ("stall-in-body", stall_in_body, test_timeout);
  ADD_RAW ("drip", drip, test_timeout);
  ADD_RAW ("not-http", not_http, test_no_answer);
  ADD_RAW ("hang-up", hang_up, test_no_answer);
  ADD ("nobody-there", test_nobody_there);
  ADD_RAW ("cancel", stall_in_body, test_cancel);
  ADD_RAW ("dispose-while-pending", stall_in_body, test_dispose_while_pending);
  ADD_RAW ("http-on-upgrade", http_on_upgrade, test_upgrade_refused);
  ADD_RAW ("garbage-upgrade", garbage_upgrade, test_upgrade_refused);
  ADD_RAW ("redirecting-upgrade", redirecting_upgrade, test_upgrade_refused);
  g_test_add_func ("/directory/bad-sockets", test_bad_sockets);
  return g_test_run ();
}
