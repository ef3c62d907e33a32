/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Socket.IO of the hall: joining, requests, broadcasts, limits, garbage, and what a close frees. */
#include "hall-console.h"

#include <string.h>

#define JOIN "{\"examId\":\"ex-rehearsal\"}"

static void
test_join (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) c = hall_console_join (f, "invigilator");
  g_autoptr(JsonNode) answer = NULL;
  g_autoptr(JsonNode) left = NULL;

  hall_console_assert_refused (c, "getRouterRtpCapabilities", "{}", "conflict");
  hall_console_assert_refused (c, "joinExam", "{\"examId\":\"other\"}", "not_found");
  answer = hall_console_request (c, "joinExam", JOIN);
  g_assert_true (hall_bool (answer, "ok"));
  g_assert_cmpint (hall_int (answer, "epoch"), >=, 1);
  g_assert_cmpint (hall_int (answer, "seq"), >=, 0);
  g_assert_cmpint (hall_int (answer, "exam.candidates"), ==, 20);
  left = hall_console_request (c, "leaveExam", "{}");
  g_assert_true (hall_bool (left, "ok"));
  hall_console_assert_refused (c, "getRouterRtpCapabilities", "{}", "conflict");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *nsp;
    const char *auth;
    const char *code;
  } table[] = {
    { "/", "{\"token\":\"nobody\"}", "auth.invalid" },
    { "/", "{}", "auth.invalid" },
    { "/", "{\"token\":7}", "auth.invalid" },
    { "/", "", "auth.invalid" },
    { "/elsewhere", "{\"token\":\"TOKEN\"}", "not_found" },
    { "/candidate", "{\"token\":\"TOKEN\"}", "auth.forbidden" },
  };
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr(HallConsole) c = hall_console_open (f);
      g_auto(GStrv) parts = g_strsplit (table[i].auth, "TOKEN", 2);
      g_autofree char *auth = g_strjoinv (vigil_hall_get_token (f->hall, "admin"), parts);
      g_autofree char *frame = g_str_equal (table[i].nsp, "/") ? g_strconcat ("40", auth, NULL)
                                                               : g_strconcat ("40", table[i].nsp, ",", auth, NULL);

      g_free (c->nsp);
      c->nsp = g_strdup (table[i].nsp);
      hall_console_send (c, frame);
      g_assert_true (hall_wait (&c->refused, 5000));
      g_assert_cmpstr (hall_string (c->refusal, "data.code"), ==, table[i].code);
      /* A second try on the same connection is allowed. */
      hall_console_send_join (c, "/", vigil_hall_get_token (f->hall, "admin"));
      g_assert_true (hall_wait (&c->joined, 5000));
    }
}

/* What is delivered to one is delivered to all, in the same order, without a gap. */
static void
test_broadcast (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  HallConsole *consoles[5];
  g_autoptr(JsonNode) done = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (consoles); i++)
    consoles[i] = hall_console_new (f, i % 2 ? "reviewer" : "invigilator");
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *order = g_strdup_printf ("{\"op\":\"%s\",\"studentId\":\"s-00001\"}", i % 2 ? "connect" : "disconnect");
      g_autoptr(JsonNode) ok = hall_control (f, order);
    }
  hall_run (200);
  for (guint i = 0; i < G_N_ELEMENTS (consoles); i++)
    {
      gint64 last = 0;

      g_assert_cmpuint (consoles[i]->events->len, ==, consoles[0]->events->len);
      g_assert_cmpuint (consoles[i]->events->len, ==, 20);
      for (guint e = 0; e < consoles[i]->events->len; e++)
        {
          JsonNode *event = g_ptr_array_index (consoles[i]->events, e);

          if (last > 0)
            g_assert_cmpint (hall_int (event, "1.seq"), ==, last + 1);
          last = hall_int (event, "1.seq");
          g_assert_true (json_node_equal (event, g_ptr_array_index (consoles[0]->events, e)));
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (consoles); i++)
    hall_console_free (consoles[i]);
}

/* A candidate that goes sends isStreaming: false, as false. */
static void
test_disconnect_delta (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;
  g_autoptr(JsonNode) gone = NULL;
  g_autoptr(JsonNode) back = NULL;
  JsonNode *update;
  guint mark;

  hall_test_options (&options);
  options.publish = -1;
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "invigilator");
  gone = hall_control (f, "{\"op\":\"disconnect\",\"studentId\":\"s-00002\"}");
  g_assert_nonnull (hall_console_wait_event (c, "producer_closed", "s-00002", 0, 2000));
  update = hall_console_wait_event (c, "session_update", "s-00002", 0, 2000);
  g_assert_nonnull (update);
  g_assert_false (hall_bool (update, "isStreaming"));
  g_assert_false (hall_bool (update, "connected"));
  g_assert_cmpint (hall_int (update, "leftAt"), >, 0);
  g_assert_null (hall_member (update, "name"));
  mark = c->events->len;
  back = hall_control (f, "{\"op\":\"connect\",\"studentId\":\"s-00002\"}");
  update = hall_console_wait_event (c, "session_update", "s-00002", mark, 2000);
  g_assert_true (hall_bool (update, "connected"));
  g_assert_true (hall_null (update, "leftAt"));
  g_assert_nonnull (hall_console_wait_event (c, "new_producer", "s-00002", mark, 2000));
}

/* Every request with every kind of wrong argument: refused, never believed, never fatal. */
static void
test_wrong_types (void)
{
  static const char *const requests[] = {
    "joinExam", "leaveExam", "getRouterRtpCapabilities", "createWebRtcTransport", "connectTransport",
    "closeTransport", "consume", "resumeConsumer", "pauseConsumer", "closeConsumer", "requestKeyFrame",
    "setConsumerPreferredLayers", "noSuchRequest", "", "__proto__",
  };
  static const char *const arguments[] = {
    "null", "7", "\"x\"", "[]", "[{}]", "true", "{}", "{\"examId\":null}", "{\"examId\":{}}", "{\"examId\":\"\"}",
    "{\"direction\":\"send\"}", "{\"direction\":7}", "{\"transportId\":7}", "{\"transportId\":\"x\"}",
    "{\"transportId\":\"x\",\"dtlsParameters\":[]}", "{\"transportId\":\"x\",\"dtlsParameters\":{}}",
    "{\"transportId\":\"x\",\"dtlsParameters\":{},\"iceParameters\":7}",
    "{\"transportId\":\"x\",\"dtlsParameters\":{},\"iceParameters\":{}}",
    "{\"transportId\":\"x\",\"producerId\":null,\"rtpCapabilities\":{},\"paused\":true}",
    "{\"transportId\":\"x\",\"producerId\":\"y\",\"rtpCapabilities\":[],\"paused\":true}",
    "{\"transportId\":\"x\",\"producerId\":\"y\",\"rtpCapabilities\":{},\"paused\":\"yes\"}",
    "{\"transportId\":\"x\",\"producerId\":\"y\",\"rtpCapabilities\":{},\"paused\":true}",
    "{\"consumerId\":[]}", "{\"consumerId\":\"x\"}", "{\"consumerId\":\"x\",\"spatialLayer\":\"high\"}",
    "{\"consumerId\":\"x\",\"spatialLayer\":-1}", "{\"consumerId\":\"x\",\"spatialLayer\":1}",
  };
  static const char *const fine[] = { "getRouterRtpCapabilities", "leaveExam", NULL };
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) c = hall_console_new (f, "admin");

  for (guint r = 0; r < G_N_ELEMENTS (requests); r++)
    for (guint a = 0; a < G_N_ELEMENTS (arguments); a++)
      {
        g_autoptr(JsonNode) answer = hall_console_request (c, requests[r], arguments[a]);
        gboolean object = arguments[a][0] == '{';

        if (object && g_strv_contains (fine, requests[r]))
          {
            if (g_str_equal (requests[r], "leaveExam"))
              json_node_unref (hall_console_request (c, "joinExam", JOIN));
            continue;
          }
        g_assert_false (hall_bool (answer, "ok"));
        g_assert_cmpstr (hall_string (answer, "error.code"), !=, "internal");
      }
  hall_console_assert_refused (c, "closeTransport", "{\"transportId\":\"x\"}", "sfu.no_such_transport");
  hall_console_assert_refused (c, "closeConsumer", "{\"consumerId\":\"x\"}", "sfu.no_such_consumer");
}

/* Frames that are not Socket.IO end that connection and no other. */
static void
test_garbage (void)
{
  static const char *const frames[] = {
    "", "9", "x", "4", "49", "4x", "42", "42{", "42[", "42[]", "42[7]", "42{}", "42null", "42[\"x\"", "42\xff[\"x\"]",
    "40{", "40[]", "451-[\"x\",{\"_placeholder\":true,\"num\":0}]", "4599-[\"x\"]", "45-[\"x\"]",
    "4299999999999999999999[\"x\",{}]", "42[\"x\",[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    "42/,[\"x\"]", "42/candidate,1[\"raiseHand\",{}]", "43[]", "431[{\"ok\":true}]", "44{}", "46[\"x\"]", "1", "6",
    "0{\"sid\":\"x\"}", "5", "2probe",
  };
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) bystander = hall_console_new (f, "reviewer");
  guint closed = 0;

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr(HallConsole) c = hall_console_new (f, "admin");

      if (g_utf8_validate (frames[i], -1, NULL))
        hall_console_send (c, frames[i]);
      else
        soup_websocket_connection_send_binary (c->connection, frames[i], strlen (frames[i]));
      closed += hall_console_wait_closed (c, 30) ? 1 : 0;
    }
  g_assert_cmpuint (closed, >, 10);
  {
    g_autoptr(HallConsole) c = hall_console_new (f, "admin");
    guint8 noise[4096];

    /* An attachment nobody announced. */
    for (guint i = 0; i < sizeof noise; i++)
      noise[i] = (guint8) (i * 7);
    soup_websocket_connection_send_binary (c->connection, noise, sizeof noise);
    g_assert_true (hall_console_wait_closed (c, 2000));
  }
  {
    g_autoptr(HallConsole) c = hall_console_new (f, "admin");
    g_autofree char *huge = g_strnfill (2 * 1024 * 1024, 'x');

    hall_console_send (c, huge);
    g_assert_true (hall_console_wait_closed (c, 5000));
  }
  {
    g_autoptr(JsonNode) answer = hall_console_request (bystander, "joinExam", JOIN);

    g_assert_true (hall_bool (answer, "ok"));
    g_assert_false (bystander->closed);
  }
}

/* Binary events with attachments are put together and answered like any unknown request. */
static void
test_binary (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) c = hall_console_new (f, "admin");
  JsonNode *answer = NULL;

  hall_console_send (c, "451-99[\"upload\",{\"data\":{\"_placeholder\":true,\"num\":0}}]");
  soup_websocket_connection_send_binary (c->connection, "abc", 3);
  for (guint i = 0; i < 200 && !answer; i++)
    {
      hall_run (5);
      answer = g_hash_table_lookup (c->acks, GINT_TO_POINTER (99));
    }
  g_assert_nonnull (answer);
  g_assert_cmpstr (hall_string (answer, "error.code"), ==, "invalid");
  g_assert_false (c->closed);
}

/* Acknowledgements nobody asked for are dropped; requests beyond the limit are refused; far beyond
 * it the connection ends. */
static void
test_floods (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) acks = NULL;
  g_autoptr(HallConsole) requests = NULL;
  guint limited = 0;

  hall_test_options (&options);
  options.socket_rate = 20;
  f = hall_fixture_new (&options);
  requests = hall_console_new (f, "reviewer");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *frame = g_strdup_printf ("42%u[\"getRouterRtpCapabilities\",{}]", 1000 + i);

      hall_console_send (requests, frame);
    }
  hall_run (700);
  for (guint i = 0; i < 100; i++)
    {
      JsonNode *answer = g_hash_table_lookup (requests->acks, GINT_TO_POINTER ((int) (1000 + i)));

      g_assert_nonnull (answer);
      if (!hall_bool (answer, "ok"))
        {
          g_assert_cmpstr (hall_string (answer, "error.code"), ==, "rate_limited");
          g_assert_cmpint (hall_int (answer, "error.details.retryAfterMs"), >, 0);
          limited++;
        }
    }
  g_assert_cmpuint (limited, >=, 50);
  acks = hall_console_new (f, "admin");
  for (guint i = 0; i < 500; i++)
    hall_console_send (acks, "431[{\"ok\":true}]");
  hall_run (100);
  g_assert_false (acks->closed);
  for (guint i = 0; i < 4000; i++)
    hall_console_send (acks, "431[{\"ok\":true}]");
  g_assert_true (hall_console_wait_closed (acks, 5000));
}

/* A TCP connection that has sent @text and reads nothing. */
static GSocket *
send_raw (HallFixture *f, const char *text, gsize len)
{
  g_autoptr(GUri) uri = g_uri_parse (f->url, G_URI_FLAGS_NONE, NULL);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", (guint) g_uri_get_port (uri));
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  gsize sent = 0;

  g_assert_true (g_socket_connect (socket, address, NULL, NULL));
  g_socket_set_blocking (socket, FALSE);
  for (guint tries = 0; sent < len && tries < 200; tries++)
    {
      gssize n = g_socket_send (socket, text + sent, len - sent, NULL, NULL);

      sent += n > 0 ? (gsize) n : 0;
      if (sent < len)
        hall_run (5);
    }
  return socket;
}

/* What the hall answers at first; waited for. Returns: (transfer full). */
static char *
read_raw (GSocket *socket)
{
  char buffer[64] = "";

  for (guint tries = 0; tries < 2000; tries++)
    {
      gssize n = g_socket_receive (socket, buffer, sizeof buffer - 1, NULL, NULL);

      if (n >= 0)
        {
          buffer[n] = '\0';
          break;
        }
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
  return g_strdup (buffer);
}

static const char upgrade[] =
  "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/* 10,000 connections, opened and dropped: none is kept. */
static void
test_many_opens (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(JsonNode) counts = NULL;

  for (guint i = 0; i < 10000 / 100; i++)
    {
      GSocket *batch[100];

      for (guint n = 0; n < G_N_ELEMENTS (batch); n++)
        batch[n] = send_raw (f, upgrade, strlen (upgrade));
      for (guint n = 0; n < G_N_ELEMENTS (batch); n++)
        {
          g_autofree char *answer = read_raw (batch[n]);

          g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 101"));
          g_socket_close (batch[n], NULL);
          g_object_unref (batch[n]);
        }
    }
  hall_run (300);
  counts = hall_control (f, "{\"op\":\"counts\"}");
  g_assert_cmpint (hall_int (counts, "connections"), ==, 0);
}

/* Bytes that are not HTTP, or not quite, or not WebSocket after the handshake. */
static void
test_raw (void)
{
  static const char *const texts[] = {
    "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /api/v1 HTTP/1.1\r\n\r\n", "GET /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
    "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    "GET /api/v1/%00%ff%2e%2e/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /api/v1/evidence/%2e%2e%2f%2e%2e%2fetc/passwd?expires=1&signature=x HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  };
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GRand) random = g_rand_new_with_seed (7);
  g_autofree char *header = g_strnfill (1024 * 1024, 'h');
  g_autofree char *huge = g_strdup_printf ("GET /api/v1 HTTP/1.1\r\nHost: x\r\nX-H: %s\r\n\r\n", header);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_ptr_array_add (sockets, send_raw (f, texts[i], strlen (texts[i])));
  g_ptr_array_add (sockets, send_raw (f, huge, strlen (huge)));
  for (guint i = 0; i < 200; i++)
    {
      GString *noise = g_string_new (i % 2 ? upgrade : "");

      for (guint n = g_rand_int_range (random, 1, 300); n > 0; n--)
        g_string_append_c (noise, (char) g_rand_int_range (random, 0, 256));
      g_ptr_array_add (sockets, send_raw (f, noise->str, noise->len));
      g_string_free (noise, TRUE);
    }
  hall_run (300);
  {
    g_autoptr(HallAnswer) alive = hall_http (f, "admin", "GET", "/session", NULL, NULL);
    g_autoptr(HallConsole) c = hall_console_new (f, "reviewer");

    g_assert_cmpuint (alive->status, ==, 200);
    g_assert_false (c->closed);
  }
}

static void
test_pings (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) answers = NULL;
  g_autoptr(HallConsole) silent = NULL;

  hall_test_options (&options);
  options.ping_interval_ms = 200;
  options.ping_timeout_ms = 200;
  f = hall_fixture_new (&options);
  answers = hall_console_new (f, "reviewer");
  silent = hall_console_new (f, "admin");
  silent->mute = TRUE;
  g_assert_true (hall_console_wait_closed (silent, 3000));
  hall_run (500);
  g_assert_false (answers->closed);
  g_assert_cmpuint (answers->pings, >=, 2);
}

static void
test_session_expired (void)
{
  char *tokens[] = { (char *) "admin=short@2", NULL };
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;
  g_autoptr(HallConsole) other = NULL;

  hall_test_options (&options);
  options.tokens = g_strdupv (tokens);
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "admin");
  other = hall_console_new (f, "reviewer");
  g_assert_nonnull (hall_console_wait_event (c, "session_expired", NULL, 0, 5000));
  g_assert_true (hall_wait (&c->left, 2000));
  g_assert_false (other->left);
  hall_console_send_join (c, "/", "short");
  g_assert_true (hall_wait (&c->refused, 2000));
  g_assert_cmpstr (hall_string (c->refusal, "data.code"), ==, "auth.expired");
}

/* Transports and consumers go with their console, before the next one is let in. */
static void
test_close_frees (void)
{
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  HallConsole *c;
  g_autoptr(JsonNode) before = NULL;
  g_autoptr(JsonNode) after = NULL;

  hall_test_options (&options);
  options.publish = -1;
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "admin");
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr(JsonNode) made = hall_console_request (c, "createWebRtcTransport", "{\"direction\":\"recv\"}");

      g_assert_true (hall_bool (made, "ok"));
      g_assert_cmpuint (strlen (hall_string (made, "iceParameters.password")), >=, 22);
      g_assert_nonnull (hall_member (made, "iceCandidates.0.ip"));
      g_assert_nonnull (hall_member (made, "dtlsParameters.fingerprints.0.value"));
    }
  hall_console_assert_refused (c, "createWebRtcTransport", "{\"direction\":\"recv\"}", "rate_limited");
  before = hall_control (f, "{\"op\":\"counts\"}");
  g_assert_cmpint (hall_int (before, "transports"), ==, 4);
  g_io_stream_close (soup_websocket_connection_get_io_stream (c->connection), NULL, NULL);
  hall_console_free (c);
  c = hall_console_new (f, "admin");
  after = hall_control (f, "{\"op\":\"counts\"}");
  g_assert_cmpint (hall_int (after, "transports"), ==, 0);
  g_assert_cmpint (hall_int (after, "connections"), ==, 1);
  hall_console_free (c);
}

/* A consumer of a closing producer is closed before the producer is said to be. */
static void
test_consume (void)
{
  static const char capabilities[] =
    "{\"codecs\":[{\"mimeType\":\"video/VP8\",\"kind\":\"video\",\"clockRate\":90000,\"preferredPayloadType\":101,"
    "\"parameters\":{},\"rtcpFeedback\":[]}],\"headerExtensions\":[]}";
  g_auto(VigilHallOptions) options = { 0 };
  g_autoptr(HallFixture) f = NULL;
  g_autoptr(HallConsole) c = NULL;
  g_autoptr(JsonNode) transport = NULL;
  g_autoptr(JsonNode) consumer = NULL;
  g_autoptr(JsonNode) done = NULL;
  g_autoptr(HallAnswer) candidate = NULL;
  g_autofree char *path = NULL;
  g_autofree char *consume = NULL;
  g_autofree char *missing = NULL;
  const char *producer;

  hall_test_options (&options);
  options.publish = -1;
  f = hall_fixture_new (&options);
  c = hall_console_new (f, "invigilator");
  path = g_strdup_printf ("/exams/%s/candidates/s-00003", f->exam);
  candidate = hall_http (f, "invigilator", "GET", path, NULL, NULL);
  producer = hall_string (candidate->json, "producers.0.producerId");
  transport = hall_console_request (c, "createWebRtcTransport", "{\"direction\":\"recv\"}");
  missing = g_strdup_printf ("{\"transportId\":\"%s\",\"producerId\":\"nobody\",\"rtpCapabilities\":%s,\"paused\":true}",
                             hall_string (transport, "id"), capabilities);
  consume = g_strdup_printf ("{\"transportId\":\"%s\",\"producerId\":\"%s\",\"rtpCapabilities\":%s,\"paused\":true}",
                             hall_string (transport, "id"), producer, capabilities);
  hall_console_assert_refused (c, "consume", missing, "sfu.no_such_producer");
  consumer = hall_console_request (c, "consume", consume);
  g_assert_true (hall_bool (consumer, "ok"));
  g_assert_cmpstr (hall_string (consumer, "kind"), ==, "video");
  g_assert_cmpstr (hall_string (consumer, "producerId"), ==, producer);
  g_assert_cmpint (hall_int (consumer, "rtpParameters.encodings.0.ssrc"), >, 0);
  done = hall_control (f, "{\"op\":\"unproduce\",\"studentId\":\"s-00003\"}");
  g_assert_nonnull (hall_console_wait_event (c, "producer_closed", "s-00003", 0, 2000));
  g_assert_cmpstr (hall_string (g_ptr_array_index (c->events, 0), "0"), ==, "consumer_closed");
  g_assert_cmpstr (hall_string (g_ptr_array_index (c->events, 0), "1.consumerId"), ==, hall_string (consumer, "id"));
  hall_console_assert_refused (c, "consume", consume, "sfu.no_such_producer");
}

/* A real browser's signalling: it replaces the simulated one, and is replaced by a second one. */
static void
test_candidate (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) watcher = hall_console_new (f, "invigilator");
  g_autoptr(HallConsole) first = hall_console_open (f);
  g_autoptr(HallConsole) second = hall_console_open (f);
  g_autoptr(JsonNode) given = hall_control (f, "{\"op\":\"candidate-token\",\"studentId\":\"s-00004\"}");
  g_autoptr(JsonNode) joined = NULL;
  g_autoptr(JsonNode) raised = NULL;
  g_autoptr(JsonNode) acknowledged = NULL;
  g_autoptr(HallAnswer) sent = NULL;
  g_autofree char *path = g_strdup_printf ("/exams/%s/candidates/s-00004/interventions", f->exam);
  g_autofree char *argument = NULL;
  JsonNode *warning;

  hall_console_send_join (first, "/candidate", hall_string (given, "token"));
  g_assert_true (hall_wait (&first->joined, 2000));
  hall_console_assert_refused (first, "raiseHand", "{\"raised\":true}", "conflict");
  joined = hall_console_request (first, "joinAsCandidate", "{\"platform\":\"Test 1\"}");
  g_assert_cmpstr (hall_string (joined, "studentId"), ==, "s-00004");
  g_assert_cmpstr (hall_string (joined, "proctoring"), ==, "on");
  hall_console_assert_refused (first, "raiseHand", "{\"raised\":1}", "invalid");
  hall_console_assert_refused (first, "produce", "{}", "sfu.unavailable");
  raised = hall_console_request (first, "raiseHand", "{\"raised\":true}");
  g_assert_true (hall_bool (raised, "ok"));
  sent = hall_http (f, "invigilator", "POST", path, "{\"kind\":\"warn\",\"text\":\"Hello\"}", "Idempotency-Key", "1", NULL);
  g_assert_cmpuint (sent->status, ==, 201);
  warning = hall_console_wait_event (first, "intervention", "s-00004", 0, 2000);
  g_assert_nonnull (warning);
  g_assert_null (hall_member (warning, "by"));
  argument = g_strdup_printf ("{\"interventionId\":\"%s\"}", hall_string (warning, "id"));
  acknowledged = hall_console_request (first, "acknowledge", argument);
  g_assert_true (hall_bool (acknowledged, "ok"));
  hall_console_assert_refused (first, "acknowledge", "{\"interventionId\":\"i-999\"}", "not_found");
  hall_run (100);
  /* sent, delivered, acknowledged */
  g_assert_cmpuint (hall_console_count (watcher, "intervention"), ==, 3);
  g_assert_false (hall_null (g_ptr_array_index (watcher->events, watcher->events->len - 1), "1.acknowledgedAt"));
  hall_console_send_join (second, "/candidate", hall_string (given, "token"));
  g_assert_true (hall_wait (&second->joined, 2000));
  g_assert_true (hall_wait (&first->left, 2000));
}

static void
test_system (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) early = hall_console_new (f, "invigilator");
  g_autoptr(JsonNode) done = hall_control (f, "{\"op\":\"system\",\"part\":\"counting\",\"reason\":\"cache down\"}");
  g_autoptr(HallConsole) late = hall_console_new (f, "reviewer");
  JsonNode *told = hall_console_wait_event (early, "system", NULL, 0, 2000);
  JsonNode *told_late = hall_console_wait_event (late, "system", NULL, 0, 2000);

  g_assert_cmpstr (hall_string (told, "part"), ==, "counting");
  g_assert_true (hall_bool (told, "degraded"));
  g_assert_cmpint (hall_int (told, "since"), >, 0);
  g_assert_true (json_node_equal (told, told_late));
}

static void
test_exam_ends (void)
{
  g_autoptr(HallFixture) f = hall_fixture_new (NULL);
  g_autoptr(HallConsole) c = hall_console_new (f, "invigilator");
  g_autoptr(JsonNode) done = hall_control (f, "{\"op\":\"exam\",\"state\":\"ended\"}");
  g_autofree char *path = g_strdup_printf ("/exams/%s/candidates/s-00001/interventions", f->exam);
  g_autoptr(HallAnswer) late = hall_http (f, "admin", "POST", path, "{\"kind\":\"warn\",\"text\":\"x\"}",
                                          "Idempotency-Key", "1", NULL);
  JsonNode *update = hall_console_wait_event (c, "exam_update", NULL, 0, 2000);

  g_assert_cmpstr (hall_string (update, "state"), ==, "ended");
  g_assert_cmpint (hall_int (update, "seq"), >, 0);
  hall_assert_refused (late, 409, "conflict", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hall/socket/join", test_join);
  g_test_add_func ("/hall/socket/refused", test_refused);
  g_test_add_func ("/hall/socket/broadcast", test_broadcast);
  g_test_add_func ("/hall/socket/disconnect-delta", test_disconnect_delta);
  g_test_add_func ("/hall/socket/wrong-types", test_wrong_types);
  g_test_add_func ("/hall/socket/garbage", test_garbage);
  g_test_add_func ("/hall/socket/binary", test_binary);
  g_test_add_func ("/hall/socket/floods", test_floods);
  g_test_add_func ("/hall/socket/many-opens", test_many_opens);
  g_test_add_func ("/hall/socket/raw", test_raw);
  g_test_add_func ("/hall/socket/pings", test_pings);
  g_test_add_func ("/hall/socket/session-expired", test_session_expired);
  g_test_add_func ("/hall/socket/close-frees", test_close_frees);
  g_test_add_func ("/hall/socket/consume", test_consume);
  g_test_add_func ("/hall/socket/candidate", test_candidate);
  g_test_add_func ("/hall/socket/system", test_system);
  g_test_add_func ("/hall/socket/exam-ends", test_exam_ends);
  return g_test_run ();
}
