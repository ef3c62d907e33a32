/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest capture over HTTP: its route, halls without it, and servers that lie, stall and send garbage. */
#include <string.h>

#include "net-hall.h"
#include "net-raw.h"
#include "net-test.h"
#include "vigil-hall-connection.h"
#include "vigil-metrics.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

#define ROUTE(student) "/api/v1/exams/ex/candidates/" student "/still"
#define LIST(student) "/api/v1/exams/ex/candidates/" student "/evidence"
#define PICTURE "\xff\xd8\xff\xe0 a picture, as far as anybody can tell from its first bytes"
#define HEADERS "Content-Type: image/jpeg\nETag: \"7\"\nCapture-At: 1763805571040"
#define NO_STILL "{\"error\":{\"code\":\"still.none\",\"message\":\"not yet\"}}"
#define NO_ROUTE "{\"error\":{\"code\":\"not_found\",\"message\":\"no such route\"}}"
#define MOST 1000

typedef struct
{
  NetHall             *hall;
  NetRaw              *raw;
  VigilNetLimits       limits;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  VigilStillSource    *source;
  guint                retry_ms;
} Fixture;

/* @data: the script of a raw server that is the hall; else a tame one is. */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;

  net_test_limits (&f->limits);
  f->store = vigil_score_store_new (10);
  f->policy = vigil_scoring_policy_new_default ();
  if (data != NULL)
    f->raw = net_raw_new ((void (*) (NetRawPeer *)) data, f);
  else
    f->hall = net_hall_new (NULL);
  address = data != NULL ? net_raw_dup_address (f->raw) : net_hall_dup_address (f->hall);
  f->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = address, .token = NET_TEST_TOKEN,
                                                                           .store = f->store, .policy = f->policy, .limits = &f->limits },
                                             &error);
  g_assert_no_error (error);
  f->source = vigil_hall_connection_get_stills (f->connection);
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
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
}

static VigilStillAnswer *
ask (Fixture *f, const char *student, const char *etag, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_still_source_fetch_async (f->source, &(VigilStillQuestion) { "ex", student, etag, MOST }, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  return vigil_still_source_fetch_finish (f->source, result, &f->retry_ms, error);
}

static VigilStillAnswer *
ask_well (Fixture *f, const char *student, const char *etag)
{
  g_autoptr (GError) error = NULL;
  VigilStillAnswer *answer = ask (f, student, etag, &error);

  g_assert_no_error (error);
  return answer;
}

static void
check_fails (Fixture *f, const char *etag, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ask (f, "s-1", etag, &error));
  g_test_message ("→ %s", error->message);
  g_assert_error (error, VIGIL_SESSION_ERROR, code);
}

static guint
count_asked (Fixture *f, const char *path)
{
  GPtrArray *asked = net_hall_get_asked (f->hall);
  guint n = 0;

  for (guint i = 0; i < asked->len; i++)
    n += g_str_has_prefix (((NetHallAsked *) g_ptr_array_index (asked, i))->path, path) ? 1 : 0;
  return n;
}

static void
test_route (Fixture *f, gconstpointer data)
{
  net_hall_answer (f->hall, ROUTE ("s-1"), 200, HEADERS, PICTURE, -1);
  {
    g_autoptr (VigilStillAnswer) answer = ask_well (f, "s-1", NULL);
    NetHallAsked *asked = net_hall_find_asked (f->hall, "GET", ROUTE ("s-1"));

    g_assert_cmpint (answer->outcome, ==, VIGIL_STILL_NEW);
    g_assert_cmpmem (g_bytes_get_data (answer->bytes, NULL), g_bytes_get_size (answer->bytes), PICTURE, strlen (PICTURE));
    g_assert_cmpstr (answer->etag, ==, "\"7\"");
    g_assert_cmpint (answer->at_ms, ==, 1763805571040);
    g_assert_cmpstr (asked->authorization, ==, "Bearer " NET_TEST_TOKEN);
    g_assert_null (asked->if_none_match);
  }
  net_hall_answer (f->hall, ROUTE ("s-1"), 304, "ETag: \"7\"", "", 0);
  {
    g_autoptr (VigilStillAnswer) answer = ask_well (f, "s-1", "\"7\"");

    g_assert_cmpint (answer->outcome, ==, VIGIL_STILL_SAME);
    g_assert_cmpstr (net_hall_find_asked (f->hall, "GET", ROUTE ("s-1"))->if_none_match, ==, "\"7\"");
  }
  net_hall_answer (f->hall, ROUTE ("s-1"), 404, "Content-Type: application/json", NO_STILL, -1);
  {
    g_autoptr (VigilStillAnswer) answer = ask_well (f, "s-1", NULL);

    g_assert_cmpint (answer->outcome, ==, VIGIL_STILL_NONE);
  }
  /* The candidate is not known any more: nothing is to be had, and the route is still there. */
  net_hall_answer (f->hall, ROUTE ("s-1"), 404, "Content-Type: application/json", NO_ROUTE, -1);
  {
    g_autoptr (VigilStillAnswer) answer = ask_well (f, "s-1", NULL);

    g_assert_cmpint (answer->outcome, ==, VIGIL_STILL_NONE);
  }
  g_assert_cmpuint (count_asked (f, LIST ("s-1")), ==, 0);
}

/* Whoever is asked for first may be somebody whom the hall does not know any more: that says nothing of the route. */
static void
test_first_unknown (Fixture *f, gconstpointer data)
{
  net_hall_answer (f->hall, ROUTE ("s-1"), 404, "Content-Type: application/json", NO_ROUTE, -1);
  net_hall_answer (f->hall, LIST ("s-1"), 404, "Content-Type: application/json", NO_ROUTE, -1);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (VigilStillAnswer) answer = NULL;
      g_autoptr (GError) error = NULL;

      vigil_still_source_fetch_async (f->source, &(VigilStillQuestion) { "ex", "s-1", NULL, MOST }, NULL, net_test_store_result_cb, &result);
      net_test_wait (result != NULL, 5000);
      answer = vigil_still_source_fetch_finish (f->source, result, &f->retry_ms, &error);
      g_assert_true (answer == NULL || answer->outcome == VIGIL_STILL_NONE);
    }
  g_assert_cmpuint (count_asked (f, ROUTE ("s-1")), ==, 5);

  net_hall_answer (f->hall, ROUTE ("s-2"), 200, HEADERS, PICTURE, -1);
  {
    g_autoptr (VigilStillAnswer) answer = ask_well (f, "s-2", NULL);

    g_assert_cmpint (answer->outcome, ==, VIGIL_STILL_NEW);
    g_assert_cmpint (answer->at_ms, ==, 1763805571040);
  }
  g_assert_cmpuint (count_asked (f, LIST ("s-2")), ==, 0);
}

/* What there is of times: the capture's own, that of the change, none. */
static void
test_times (Fixture *f, gconstpointer data)
{
  static const struct { const char *headers; gint64 at_ms; } table[] = {
    { "Content-Type: image/jpeg\nLast-Modified: Sat, 22 Nov 2025 09:59:31 GMT", 1763805571000 },
    { "Content-Type: image/jpeg\nLast-Modified: Sat, 22 Nov 2025 09:59:31 GMT\nCapture-At: 5", 5 },
    { "Content-Type: image/jpeg\nCapture-At: tomorrow", 0 },
    { "Content-Type: image/jpeg\nCapture-At: -5\nLast-Modified: yesterday", 0 },
    { "Content-Type: image/jpeg\nCapture-At: 99999999999999999999", 0 },
    { "Content-Type: image/jpeg", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (VigilStillAnswer) answer = NULL;

      g_test_message ("%s", table[i].headers);
      net_hall_answer (f->hall, ROUTE ("s-1"), 200, table[i].headers, PICTURE, -1);
      answer = ask_well (f, "s-1", NULL);
      g_assert_cmpint (answer->at_ms, ==, table[i].at_ms);
      g_assert_null (answer->etag);
    }
}

static void
test_not_a_picture (Fixture *f, gconstpointer data)
{
  static const struct { const char *headers, *body; int code; } table[] = {
    { "Content-Type: text/html", "<html>", VIGIL_SESSION_ERROR_PROTOCOL },
    { "Content-Type: text/html", PICTURE, VIGIL_SESSION_ERROR_PROTOCOL },
    { "Content-Type: application/json", "{\"items\":[]}", VIGIL_SESSION_ERROR_PROTOCOL },
    { "Content-Type: image/svg+xml", "<svg onload='alert(1)'/>", VIGIL_SESSION_ERROR_PROTOCOL },
    { "Content-Type: image/jpeg", "<html>", VIGIL_SESSION_ERROR_PROTOCOL },
    { "Content-Type: image/jpeg", "", VIGIL_SESSION_ERROR_PROTOCOL },
    { "Content-Type: image/jpeg", "\xff\xd8", VIGIL_SESSION_ERROR_PROTOCOL },
    { NULL, PICTURE, VIGIL_SESSION_ERROR_PROTOCOL },
  };
  gint64 refused = vigil_counter_get (vigil_metrics_counter ("vigil_stills_refused", ""));

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      net_hall_answer (f->hall, ROUTE ("s-1"), 200, table[i].headers, table[i].body, -1);
      check_fails (f, NULL, table[i].code);
    }
  g_assert_cmpint (vigil_counter_get (vigil_metrics_counter ("vigil_stills_refused", "")) - refused, ==, G_N_ELEMENTS (table));
}

static void
test_too_large (Fixture *f, gconstpointer data)
{
  g_autofree char *large = g_strnfill (MOST + 1, 'x');

  memcpy (large, "\xff\xd8\xff", 3);
  net_hall_answer (f->hall, ROUTE ("s-1"), 200, HEADERS, large, -1);
  check_fails (f, NULL, VIGIL_SESSION_ERROR_TOO_LARGE);
}

/* Nothing newer than what we do not have. */
static void
test_304_without_a_picture (Fixture *f, gconstpointer data)
{
  net_hall_answer (f->hall, ROUTE ("s-1"), 304, "ETag: \"7\"", "", 0);
  check_fails (f, NULL, VIGIL_SESSION_ERROR_PROTOCOL);
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const struct { guint status; const char *headers, *body; int code; guint retry_ms; } table[] = {
    { 429, "Retry-After: 3", "{\"error\":{\"code\":\"rate_limited\",\"message\":\"m\"}}", VIGIL_SESSION_ERROR_UNAVAILABLE, 3000 },
    { 503, "Retry-After: 7", "<html>a proxy's page</html>", VIGIL_SESSION_ERROR_UNAVAILABLE, 7000 },
    { 503, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", "", VIGIL_SESSION_ERROR_UNAVAILABLE, 0 },
    { 503, "Retry-After: -1", "", VIGIL_SESSION_ERROR_UNAVAILABLE, 0 },
    { 502, NULL, "", VIGIL_SESSION_ERROR_UNAVAILABLE, 0 },
    { 500, NULL, "\xff\xfe", VIGIL_SESSION_ERROR_UNAVAILABLE, 0 },
    { 401, NULL, "{\"error\":{\"code\":\"auth.expired\",\"message\":\"m\"}}", VIGIL_SESSION_ERROR_EXPIRED, 0 },
    { 403, NULL, "", VIGIL_SESSION_ERROR_FORBIDDEN, 0 },
    { 302, "Location: http://127.0.0.1:1/elsewhere", "", VIGIL_SESSION_ERROR_PROTOCOL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%u", table[i].status);
      net_hall_answer (f->hall, ROUTE ("s-1"), table[i].status, table[i].headers, table[i].body, -1);
      check_fails (f, NULL, table[i].code);
      g_assert_cmpuint (f->retry_ms, ==, table[i].retry_ms);
    }
  /* Trouble says nothing of whether there is a route. */
  g_assert_cmpuint (count_asked (f, LIST ("s-1")), ==, 0);
}

static char *
make_page_of (const char *student, const char *kind, const char *name, const char *url)
{
  return g_strdup_printf ("{\"items\":[{\"key\":\"20251122/ex/%s/%s/%s.jpg\",\"kind\":\"%s\",\"at\":1763805571040,\"size\":%u,"
                          "\"sha256\":null,\"url\":\"%s\",\"urlExpiresAt\":1763805999000}],\"next\":null}",
                          student, kind, name, kind, (guint) strlen (PICTURE), url);
}

static char *
make_page (const char *name, const char *url)
{
  return make_page_of ("s-1", "camera", name, url);
}

#define CAPTURE "1763805571040_9b1f0c52-55aa-4f0e-9d53-0f6c2b8a7d11"

/* An older hall: one probe for all, then the list; its key stands for the ETag. */
static void
test_without_route (Fixture *f, gconstpointer data)
{
  g_autofree char *reference = make_page ("base_truth_1763805571040", "/object");
  GAsyncResult *results[6] = { NULL };
  g_autofree char *key = NULL;

  net_hall_answer (f->hall, "/object", 200, "Content-Type: image/jpeg", PICTURE, -1);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autofree char *student = g_strdup_printf ("s-%u", i + 1);
      g_autofree char *list = g_strdup_printf ("/api/v1/exams/ex/candidates/%s/evidence", student);
      g_autofree char *page = make_page_of (student, "camera", CAPTURE, "/object?signature=x");

      net_hall_answer (f->hall, list, 200, "Content-Type: application/json", page, -1);
      vigil_still_source_fetch_async (f->source, &(VigilStillQuestion) { "ex", student, NULL, MOST }, NULL, net_test_store_result_cb, &results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (VigilStillAnswer) answer = NULL;
      g_autoptr (GError) error = NULL;

      net_test_wait (results[i] != NULL, 5000);
      answer = vigil_still_source_fetch_finish (f->source, results[i], &f->retry_ms, &error);
      g_assert_no_error (error);
      g_assert_cmpint (answer->outcome, ==, VIGIL_STILL_NEW);
      g_assert_cmpint (answer->at_ms, ==, 1763805571040);
      g_assert_cmpuint (g_bytes_get_size (answer->bytes), ==, strlen (PICTURE));
      g_free (key);
      key = g_strdup (answer->etag);
      g_object_unref (results[i]);
    }
  g_assert_cmpstr (key, ==, "20251122/ex/s-6/camera/" CAPTURE ".jpg");
  g_free (key);
  key = g_strdup ("20251122/ex/s-1/camera/" CAPTURE ".jpg");
  for (guint i = 1, n = 0; i <= 6; i++)
    {
      g_autofree char *route = g_strdup_printf ("/api/v1/exams/ex/candidates/s-%u/still", i);

      n += count_asked (f, route);
      if (i == 6)
        g_assert_cmpuint (n, ==, 3); /* then it is known */
    }
  g_assert_nonnull (strstr (net_hall_find_asked (f->hall, "GET", LIST ("s-1"))->path, "kind=camera&limit=1"));
  g_assert_null (net_hall_find_asked (f->hall, "GET", "/object")->authorization);

  {
    g_autoptr (VigilStillAnswer) same = ask_well (f, "s-1", key);
    g_autoptr (VigilStillAnswer) none = NULL;

    g_assert_cmpint (same->outcome, ==, VIGIL_STILL_SAME);
    g_assert_cmpuint (count_asked (f, "/object"), ==, 6);
    net_hall_answer (f->hall, LIST ("s-1"), 200, "Content-Type: application/json", reference, -1);
    none = ask_well (f, "s-1", NULL);
    g_assert_cmpint (none->outcome, ==, VIGIL_STILL_NONE);
  }

  /* A new connection may be to a newer hall. */
  vigil_still_source_forget (f->source);
  net_hall_answer (f->hall, ROUTE ("s-1"), 200, HEADERS, PICTURE, -1);
  {
    g_autoptr (VigilStillAnswer) answer = ask_well (f, "s-1", NULL);

    g_assert_cmpstr (answer->etag, ==, "\"7\"");
  }
}

static void
test_bad_lists (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = { "[]", "{}", "{\"items\":[5],\"next\":null}", "{\"items\":[{\"key\":\"k\"}],\"next\":null}", "<html>", "" };
  g_autofree char *elsewhere = make_page (CAPTURE, "file:///etc/passwd");
  g_autofree char *other = make_page (CAPTURE, "/html");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      net_hall_answer (f->hall, LIST ("s-1"), 200, "Content-Type: application/json", bad[i], -1);
      check_fails (f, NULL, VIGIL_SESSION_ERROR_PROTOCOL);
    }
  net_hall_answer (f->hall, LIST ("s-1"), 200, "Content-Type: application/json", elsewhere, -1);
  check_fails (f, NULL, VIGIL_SESSION_ERROR_PROTOCOL);
  net_hall_answer (f->hall, LIST ("s-1"), 200, "Content-Type: application/json", other, -1);
  net_hall_answer (f->hall, "/html", 200, "Content-Type: image/jpeg", "<html>", -1);
  check_fails (f, NULL, VIGIL_SESSION_ERROR_PROTOCOL);
  net_hall_answer (f->hall, LIST ("s-1"), 200, "Content-Type: application/json", "{\"items\":[],\"next\":null}", -1);
  {
    g_autoptr (VigilStillAnswer) none = ask_well (f, "s-1", NULL);

    g_assert_cmpint (none->outcome, ==, VIGIL_STILL_NONE);
  }
}

/* A hall that does not heed whom it is asked about, or a cache before it. */
static void
test_of_somebody_else (Fixture *f, gconstpointer data)
{
  g_autofree char *other = make_page_of ("s-2", "camera", CAPTURE, "/object");
  g_autofree char *screen = make_page_of ("s-1", "screen", CAPTURE, "/object");

  net_hall_answer (f->hall, "/object", 200, "Content-Type: image/jpeg", PICTURE, -1);
  net_hall_answer (f->hall, LIST ("s-1"), 200, "Content-Type: application/json", other, -1);
  check_fails (f, NULL, VIGIL_SESSION_ERROR_PROTOCOL);
  net_hall_answer (f->hall, LIST ("s-1"), 200, "Content-Type: application/json", screen, -1);
  check_fails (f, NULL, VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_cmpuint (count_asked (f, "/object"), ==, 0);
}

static void
test_bad_ids (Fixture *f, gconstpointer data)
{
  static const char *const ids[] = { "", ".", ".." };
  GPtrArray *asked;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ask (f, ids[i], NULL, &error));
      g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_INVALID);
    }
  net_hall_answer (f->hall, "/api/v1/exams/ex/candidates/a/b?c/still", 200, HEADERS, PICTURE, -1);
  {
    g_autoptr (VigilStillAnswer) none = ask (f, "a/b?c", NULL, NULL);
  }
  asked = net_hall_get_asked (f->hall);
  for (guint i = 0; i < asked->len; i++)
    g_assert_false (g_str_has_suffix (((NetHallAsked *) g_ptr_array_index (asked, i))->path, "/a/b"));
}

/* -- servers that do not keep to HTTP -- */

static void
short_body (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 500\r\nConnection: close\r\n\r\n" PICTURE, -1);
}

static void
endless (NetRawPeer *peer)
{
  g_autofree char *piece = g_strnfill (65536, 'x');

  if (net_raw_be_a_hall (peer))
    return;
  net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n", -1);
  while (net_raw_write (peer, "10000\r\n", -1) && net_raw_write (peer, piece, 65536) && net_raw_write (peer, "\r\n", 2))
    ;
}

static void
huge_promise (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 99999999999\r\n\r\n\xff\xd8\xff", -1);
}

static void
stall (NetRawPeer *peer)
{
  if (net_raw_be_a_hall (peer))
    return;
  net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 100\r\n\r\n\xff\xd8\xff", -1);
  net_raw_sleep (peer, 10000 * NET_TEST_FACTOR);
}

static void
silence (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_sleep (peer, 10000 * NET_TEST_FACTOR);
}

static void
drip (NetRawPeer *peer)
{
  if (net_raw_be_a_hall (peer))
    return;
  net_raw_write (peer, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 900\r\n\r\n\xff\xd8\xff", -1);
  while (net_raw_sleep (peer, 100 * NET_TEST_FACTOR) && net_raw_write (peer, "x", 1))
    ;
}

static void
garbage (NetRawPeer *peer)
{
  if (!net_raw_be_a_hall (peer))
    net_raw_write (peer, "\x16\x03\x01\x02 this was never HTTP\r\n\r\n", -1);
}

static void
hang_up (NetRawPeer *peer)
{
  net_raw_be_a_hall (peer);
}

static void
test_short (Fixture *f, gconstpointer data)
{
  check_fails (f, NULL, VIGIL_SESSION_ERROR_NETWORK);
}

static void
test_oversized (Fixture *f, gconstpointer data)
{
  check_fails (f, NULL, VIGIL_SESSION_ERROR_TOO_LARGE);
}

static void
test_late (Fixture *f, gconstpointer data)
{
  check_fails (f, NULL, VIGIL_SESSION_ERROR_TIMEOUT);
}

static void
test_any_error (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ask (f, "s-1", NULL, &error));
  g_test_message ("→ %s", error->message);
  g_assert_true (error->domain == VIGIL_SESSION_ERROR);
}

/* The tile that asked is gone, and so is whoever waited behind the probe. */
static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[3] = { NULL };

  for (guint i = 0; i < 3; i++)
    vigil_still_source_fetch_async (f->source, &(VigilStillQuestion) { "ex", "s-1", NULL, MOST }, cancellable, net_test_store_result_cb, &results[i]);
  net_test_run_for (50);
  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      net_test_wait (results[i] != NULL, 2000);
      g_assert_null (vigil_still_source_fetch_finish (f->source, results[i], &f->retry_ms, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_object_unref (results[i]);
    }
}

int
main (int argc, char *argv[])
{
  net_test_init (&argc, &argv);
#define ADD(name, script, func) g_test_add ("/net-stills/" name, Fixture, script, set_up, func, tear_down)
  ADD ("route", NULL, test_route);
  ADD ("first-unknown", NULL, test_first_unknown);
  ADD ("times", NULL, test_times);
  ADD ("not-a-picture", NULL, test_not_a_picture);
  ADD ("too-large", NULL, test_too_large);
  ADD ("304-without-a-picture", NULL, test_304_without_a_picture);
  ADD ("refusals", NULL, test_refusals);
  ADD ("without-route", NULL, test_without_route);
  ADD ("bad-lists", NULL, test_bad_lists);
  ADD ("of-somebody-else", NULL, test_of_somebody_else);
  ADD ("bad-ids", NULL, test_bad_ids);
  ADD ("short", short_body, test_short);
  ADD ("endless", endless, test_oversized);
  ADD ("huge-promise", huge_promise, test_oversized);
  ADD ("stall", stall, test_late);
  ADD ("silence", silence, test_late);
  ADD ("drip", drip, test_late);
  ADD ("garbage", garbage, test_any_error);
  ADD ("hang-up", hang_up, test_any_error);
  ADD ("cancelled", silence, test_cancelled);
  return g_test_run ();
}
