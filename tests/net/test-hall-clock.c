/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is believed of the hall's clock: exchanges one by one, and a hall over HTTP whose clock is wrong, whose ways are
 * unlike, and whose clock is set while we look. */
#include <libsoup/soup.h>

#include "net-test.h"
#include "vigil-clock-asker.h"
#include "vigil-clock.h"
#include "vigil-net-metrics.h"

#define WALL_MS G_GINT64_CONSTANT (1763805600000)
#define MONO_US G_GINT64_CONSTANT (1000000000)

/* -- one by one, with clocks that stand still -- */

/* The hall said that it was @ahead_ms ahead of what our clock shows now; the answer took @rtt_ms until now. */
static void
add (VigilHallClock *clock, gint64 ahead_ms, guint rtt_ms, guint resolution_ms)
{
  vigil_hall_clock_add (clock, vigil_clock_wall_ms () + ahead_ms, vigil_clock_monotonic_us () - rtt_ms * 1000, rtt_ms * 1000, resolution_ms);
}

static void
check (gint64 offset_ms, gint64 error_ms)
{
  g_assert_cmpint (vigil_clock_get_hall_offset_ms (), ==, offset_ms);
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), ==, error_ms);
  g_assert_cmpint (vigil_counter_get (vigil_net_metrics ()->clock_offset), ==, offset_ms);
  g_assert_cmpint (vigil_counter_get (vigil_net_metrics ()->clock_error), ==, error_ms);
}

static void
count_cb (gpointer n)
{
  (*(guint *) n)++;
}

static void
pass (gint64 us)
{
  static gint64 passed_us;

  passed_us = us == 0 ? 0 : passed_us + us;
  vigil_clock_freeze (MONO_US + passed_us, WALL_MS + passed_us / 1000);
}

static void
test_samples (void)
{
  guint n_jumps = 0;
  VigilHallClock clock = { .jumped = count_cb, .user_data = &n_jumps };

  pass (0);
  vigil_clock_forget_hall ();
  add (&clock, 5000, 100, 1);
  check (5050, 51); /* somewhere within the round trip, and each clock has a tick */
  add (&clock, 4990, 200, 1);
  check (5050, 51); /* a slower answer knows less */
  add (&clock, 5010, 20, 1);
  check (5020, 11);
  add (&clock, 90000, 1, 1000);
  check (5020, 11); /* a Date may be a proxy's */

  /* Two that only just agree know more than the faster of them. */
  add (&clock, 5028, 20, 1);
  check (5029, 2);
  g_assert_cmpuint (n_jumps, ==, 0);

  /* Nonsense. */
  vigil_hall_clock_add (&clock, 0, MONO_US - 1, 1, 1);
  vigil_hall_clock_add (&clock, -5, MONO_US - 1, 1, 1);
  vigil_hall_clock_add (&clock, G_MAXINT64, MONO_US - 1, 1, 1);
  vigil_hall_clock_add (&clock, WALL_MS, 0, -1, 1);
  vigil_hall_clock_add (&clock, WALL_MS, MONO_US, -1, 1);
  check (5029, 2);

  vigil_clock_freeze (-1, -1);
  vigil_clock_forget_hall ();
}

/* What was known ages: after ten minutes a bound is 120 ms wider, and a new answer counts again. */
static void
test_drift (void)
{
  guint n_jumps = 0;
  VigilHallClock clock = { .jumped = count_cb, .user_data = &n_jumps };

  pass (0);
  add (&clock, 3600000, 2, 1);
  check (3600001, 2);
  pass (10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), ==, 122);
  add (&clock, 3600080, 2, 1);
  check (3600081, 2);
  g_assert_cmpuint (n_jumps, ==, 0);

  vigil_clock_freeze (-1, -1);
  vigil_clock_forget_hall ();
}

/* A clock that was set is believed at once: no drift explains it. So is our own. */
static void
test_jump (void)
{
  guint n_jumps = 0;
  VigilHallClock clock = { .jumped = count_cb, .user_data = &n_jumps };
  gint64 before = vigil_counter_get (vigil_net_metrics ()->clock_jumps);

  pass (0);
  add (&clock, 0, 4, 1);
  pass (30 * G_USEC_PER_SEC);
  add (&clock, -7200000, 40, 1);
  check (-7199980, 21);
  g_assert_cmpuint (n_jumps, ==, 1);
  add (&clock, -7200000, 4, 1);
  check (-7199998, 3);
  g_assert_cmpuint (n_jumps, ==, 1);

  vigil_clock_freeze (MONO_US + 31 * G_USEC_PER_SEC, WALL_MS + 86400000);
  add (&clock, -7200000 - 86400000, 4, 1);
  check (-7199998 - 86400000, 3);
  g_assert_cmpuint (n_jumps, ==, 2);
  g_assert_cmpint (vigil_counter_get (vigil_net_metrics ()->clock_jumps) - before, ==, 2);

  vigil_clock_freeze (-1, -1);
  vigil_clock_forget_hall ();
}

/* A Date knows a second; the hall itself knows better, and after that nobody asks a Date. */
static void
test_date (void)
{
  guint n_jumps = 0;
  VigilHallClock clock = { .jumped = count_cb, .user_data = &n_jumps };

  pass (0);
  add (&clock, 2000, 10, 1000);
  check (2505, 506);
  add (&clock, 7000, 10, 1);
  check (7005, 6);
  add (&clock, 2000, 10, 1000);
  check (7005, 6);
  g_assert_cmpuint (n_jumps, ==, 0);

  vigil_clock_freeze (-1, -1);
  vigil_clock_forget_hall ();
}

/* -- a hall -- */

typedef struct
{
  SoupServer      *server;
  VigilHttp       *http;
  VigilHallApi    *api;
  VigilClockAsker *asker;
  VigilNetLimits   limits;
  gint64           ahead_ms;    /* how wrong the hall's clock is */
  guint            before_ms;   /* how long a question is on its way… */
  guint            after_ms;    /* …and an answer */
  guint            n_asked;
  guint            n_jumps;
} Fixture;

typedef struct
{
  Fixture           *f;
  SoupServerMessage *message;
} Pending;

static gboolean
send_cb (gpointer data)
{
  Pending *pending = data;

  soup_server_message_unpause (pending->message);
  g_object_unref (pending->message);
  g_free (pending);
  return G_SOURCE_REMOVE;
}

/* The moment at which the hall looks at its clock. */
static gboolean
stamp_cb (gpointer data)
{
  Pending *pending = data;
  gint64 now_ms = g_get_real_time () / 1000 + pending->f->ahead_ms;
  char *body = g_strdup_printf ("{\"user\":\"m\",\"role\":\"admin\",\"hall\":\"H\",\"serverTime\":%" G_GINT64_FORMAT ",\"expiresAt\":null}", now_ms);

  soup_server_message_set_status (pending->message, 200, NULL);
  soup_server_message_set_response (pending->message, "application/json", SOUP_MEMORY_TAKE, body, strlen (body));
  g_timeout_add (pending->f->after_ms, send_cb, pending);
  return G_SOURCE_REMOVE;
}

static void
session_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *f = user_data;
  Pending *pending = g_new0 (Pending, 1);

  f->n_asked++;
  pending->f = f;
  pending->message = g_object_ref (message);
  soup_server_message_pause (message);
  g_timeout_add (f->before_ms, stamp_cb, pending);
}

static void
hall_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  static const char body[] = "{\"service\":\"vigil-hall\",\"protocol\":1,\"hall\":\"H\"}";

  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, body, strlen (body));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (VigilHallAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  GSList *uris;

  net_test_limits (&f->limits);
  f->limits.clock_burst = 4;
  f->limits.clock_ms = 50;
  f->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (f->server, "/api/v1", hall_cb, f, NULL);
  soup_server_add_handler (f->server, "/api/v1/session", session_cb, f, NULL);
  soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (f->server);
  url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  address = vigil_hall_address_new (url, &error);
  g_assert_no_error (error);
  f->http = vigil_http_new (&f->limits, NULL);
  f->api = vigil_hall_api_new (address, NULL, f->http, &f->limits);
  vigil_hall_api_set_token (f->api, NET_TEST_TOKEN);
  vigil_hall_api_get_clock (f->api)->jumped = count_cb;
  vigil_hall_api_get_clock (f->api)->user_data = &f->n_jumps;
  vigil_clock_forget_hall ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->asker, vigil_clock_asker_free);
  vigil_http_abort (f->http);
  net_test_run_for (f->before_ms + f->after_ms + 20);
  g_object_unref (f->api);
  g_object_unref (f->http);
  soup_server_disconnect (f->server);
  g_object_unref (f->server);
  vigil_clock_forget_hall ();
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
}

/* The truth is within what is claimed, whatever the ways were like. */
static void
assert_honest (Fixture *f)
{
  gint64 off_ms = vigil_clock_get_hall_offset_ms () - f->ahead_ms;
  gint64 error_ms = vigil_clock_get_hall_error_ms ();

  g_test_message ("off by %" G_GINT64_FORMAT " ms, claimed ±%" G_GINT64_FORMAT " ms, after %u questions", off_ms, error_ms, f->n_asked);
  g_assert_cmpint (error_ms, >=, 0);
  g_assert_cmpint (ABS (off_ms), <=, error_ms);
}

static void
start (Fixture *f, guint n)
{
  f->asker = vigil_clock_asker_new (f->api, &f->limits);
  net_test_wait (f->n_asked >= n, 10000);
  net_test_run_for (f->before_ms + f->after_ms + 50);
}

static void
test_hours (Fixture *f, gconstpointer data)
{
  f->ahead_ms = 5 * 3600000 + 123;
  start (f, 5);
  assert_honest (f);
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), <, 200 * NET_TEST_FACTOR);
  g_assert_cmpint (ABS (vigil_clock_hall_ms () - (g_get_real_time () / 1000 + f->ahead_ms)), <=, vigil_clock_get_hall_error_ms () + 1);
}

static void
test_slow_question (Fixture *f, gconstpointer data)
{
  f->ahead_ms = -3600000;
  f->before_ms = 150;
  start (f, 4);
  assert_honest (f);
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), >=, 75); /* whoever only looks at half of the way claims less */
}

static void
test_slow_answer (Fixture *f, gconstpointer data)
{
  f->ahead_ms = 3600000;
  f->after_ms = 150;
  start (f, 4);
  assert_honest (f);
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), >=, 75);

  /* Once the other way is the slow one, what both allow is small. */
  f->before_ms = 150;
  f->after_ms = 0;
  f->n_asked = 0;
  net_test_wait (f->n_asked >= 3, 10000);
  net_test_run_for (250);
  assert_honest (f);
  g_assert_cmpint (vigil_clock_get_hall_error_ms (), <, 75);
  g_assert_cmpuint (f->n_jumps, ==, 0);
}

/* Followed with the next question: within the interval, here 50 ms. */
static void
test_set_while_looking (Fixture *f, gconstpointer data)
{
  start (f, 5);
  assert_honest (f);
  for (guint i = 0; i < 2; i++)
    {
      f->ahead_ms = i == 0 ? -7200000 : 86400000;
      net_test_wait (f->n_jumps == i + 1, 5000);
      assert_honest (f);
    }
}

/* The asker goes while its question is under way: what comes back then counts for nobody. */
static void
test_freed_while_asking (Fixture *f, gconstpointer data)
{
  f->after_ms = 100;
  f->asker = vigil_clock_asker_new (f->api, &f->limits);
  net_test_wait (f->n_asked == 1, 5000);
  g_clear_pointer (&f->asker, vigil_clock_asker_free);
  net_test_run_for (200);
  g_assert_cmpuint (f->n_asked, ==, 1);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  g_test_add_func ("/hall-clock/samples", test_samples);
  g_test_add_func ("/hall-clock/drift", test_drift);
  g_test_add_func ("/hall-clock/jump", test_jump);
  g_test_add_func ("/hall-clock/date", test_date);
#define ADD(name, func) g_test_add ("/hall-clock/asker/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("hours", test_hours);
  ADD ("slow-question", test_slow_question);
  ADD ("slow-answer", test_slow_answer);
  ADD ("set-while-looking", test_set_while_looking);
  ADD ("freed-while-asking", test_freed_while_asking);
  return g_test_run ();
}
