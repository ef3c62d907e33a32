/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies under the WHEP adapter: where it sends nothing, whose turn it is, and what is still sent when the program is quit. */
#include "net-test.h"

#include <string.h>

#include "vigil-location.h"
#include "vigil-metrics.h"
#include "vigil-retry-after.h"
#include "vigil-session-error.h"
#include "vigil-whep-post.h"
#include "vigil-whep-sfu.h"
#include "whep-fake.h"

#define SLOW_MS 100

#define OFFER "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\na=ice-pwd:our-own-secret-that-nobody-sees\r\n"

static gboolean
answer_late_cb (gpointer message)
{
  soup_server_message_unpause (message);
  return G_SOURCE_REMOVE;
}

static gboolean
slow_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  soup_server_message_set_status (message, 204, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "86400");
  soup_server_message_pause (message);
  g_timeout_add_full (G_PRIORITY_DEFAULT, SLOW_MS, answer_late_cb, g_object_ref (message), g_object_unref);
  return TRUE;
}

/* Whoever waits for a connection is not late: the clocks begin with his turn. And nobody is believed for a day. */
static void
test_turns (void)
{
  WhepFake *fake = whep_fake_new ();
  GAsyncResult *results[24] = { NULL };
  g_autoptr (VigilHttp) http = NULL;
  VigilNetLimits limits;
  VigilHttpRequest request = { .method = "GET", .url = fake->url, .what = "it", .max_bytes = 10 };

  net_test_limits (&limits);
  request.total_ms = limits.http_ms;
  limits.http_connections = 1;
  fake->fault = slow_fault;
  http = vigil_http_new (&limits, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    vigil_http_send_async (http, &request, NULL, net_test_store_result_cb, &results[i]);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilHttpAnswer) answer = NULL;

      net_test_wait (results[i] != NULL, 10000);
      answer = vigil_http_send_finish (http, results[i], &error);
      g_assert_no_error (error);
      g_assert_cmpuint (answer->retry_ms, ==, 60000);
      g_assert_cmpint (answer->rtt_us, <, 10 * SLOW_MS * 1000 * NET_TEST_FACTOR);
      g_clear_object (&results[i]);
    }
  whep_fake_free (fake);
}

/* One that takes the connection and never says a word of TLS is late all the same. */
static void
test_mute (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/", port);
  g_autoptr (VigilHttp) http = NULL;
  VigilNetLimits limits;
  VigilHttpRequest request = { .method = "GET", .url = url, .what = "it", .max_bytes = 10 };
  g_autoptr (GAsyncResult) result = NULL;
  gint64 began = g_get_monotonic_time ();

  g_assert_no_error (error);
  net_test_limits (&limits);
  request.total_ms = limits.http_ms;
  http = vigil_http_new (&limits, NULL);
  vigil_http_send_async (http, &request, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 10000);
  g_assert_null (vigil_http_send_finish (http, result, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 2000 * limits.http_ms);
}

static void
activate_cb (GApplication *application, WhepFake *fake)
{
  VigilNetLimits limits;
  g_autoptr (VigilHttp) http = NULL;

  net_test_limits (&limits);
  http = vigil_http_new (&limits, NULL);
  for (guint i = 0; i < 24; i++)
    vigil_whep_delete (http, &limits, fake->url, NET_TEST_TOKEN);
}

static gboolean
mute_fault (WhepFake *fake, SoupServerMessage *message, const char *path)
{
  soup_server_message_pause (message);
  return TRUE;
}

/* Who quits takes his resources along; a server that does not answer keeps him for a moment only. */
static void
test_quit (void)
{
  for (guint mute = 0; mute < 2; mute++)
    {
      g_autoptr (GApplication) application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
      WhepFake *fake = whep_fake_new ();
      gint64 began = g_get_monotonic_time ();

      g_application_set_default (application);
      fake->fault = mute ? mute_fault : slow_fault; /* what is ready at once GLib still does */
      g_signal_connect (application, "activate", G_CALLBACK (activate_cb), fake);
      g_assert_cmpint (g_application_run (application, 0, NULL), ==, 0);
      if (!mute)
        g_assert_cmpuint (whep_fake_count (fake, "DELETE"), ==, 24);
      g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_USEC_PER_SEC * NET_TEST_FACTOR);
      g_application_set_default (NULL);
      if (mute)
        net_test_wait (vigil_counter_get (vigil_metrics_counter ("vigil_whep_orphans", "")) == 24, 20000);
      net_test_run_for (50);
      whep_fake_free (fake);
    }
}

static gboolean
is_wanted (gpointer user_data)
{
  return TRUE;
}

/* Neither the token nor our ICE password goes anywhere in clear, wherever the exam says that the server is. */
static void
test_in_clear (void)
{
  g_autoptr (VigilSfuConfig) config = vigil_sfu_config_new (VIGIL_SFU_WHEP);
  g_autoptr (VigilSfu) sfu = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GError) error = NULL;
  VigilNetLimits limits;
  g_autoptr (VigilHttp) http = NULL;
  const char *const tokens[] = { NET_TEST_TOKEN, NULL };

  net_test_limits (&limits);
  config->url = g_strdup ("http://192.0.2.7/whep/");
  config->token = g_strdup (NET_TEST_TOKEN);
  sfu = VIGIL_SFU (vigil_whep_sfu_new (config, NULL, &limits));
  vigil_sfu_open_transport_async (sfu, NULL, net_test_store_result_cb, &opened);
  net_test_wait (opened != NULL, 5000);
  g_assert_null (vigil_sfu_open_transport_finish (sfu, opened, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS);
  g_assert_nonnull (strstr (error->message, "use https"));

  http = vigil_http_new (&limits, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;

      g_clear_error (&error);
      vigil_whep_post_async (http, &limits, "http://192.0.2.7/whep/1", tokens[i], OFFER, is_wanted, net_test_store_result_cb, &result);
      net_test_wait (result != NULL, 5000);
      g_assert_null (vigil_whep_post_finish (http, result, NULL, &error));
      g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS);
    }
}

/* Seconds and dates in all their forms, by the server's clock; and nobody is believed for longer than a minute. */
static void
test_retry_after (void)
{
  const gint64 now_ms = G_GINT64_CONSTANT (784111777000); /* Sun, 06 Nov 1994 08:49:37 GMT */
  const struct { const char *text; guint ms; } cases[] = {
    { "7", 7000 }, { " 7 ", 7000 }, { "0", 0 }, { "60", 60000 }, { "61", 60000 }, { "86400", 60000 },
    { "99999999999999999999999", 60000 }, { "-5", 0 }, { "+5", 0 }, { "5.5", 0 }, { "", 0 }, { "soon", 0 },
    { "Sun, 06 Nov 1994 08:49:47 GMT", 10000 }, { "Sunday, 06-Nov-94 08:49:47 GMT", 10000 }, { "Sun Nov  6 08:49:47 1994", 10000 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", 0 }, { "Sun, 06 Nov 1994 08:49:36 GMT", 0 }, { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
    { "Sun, 06 Nov 1994 18:49:37 GMT", 60000 }, { "Fri, 31 Dec 9999 23:59:59 GMT", 60000 }, { "Sun, 99 Nov 1994 08:49:47 GMT", 0 },
  };
  g_autoptr (GDateTime) soon = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (vigil_retry_after_ms (NULL, now_ms), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (vigil_retry_after_ms (cases[i].text, now_ms) != cases[i].ms)
        g_test_message ("of “%s”", cases[i].text);
      g_assert_cmpuint (vigil_retry_after_ms (cases[i].text, now_ms), ==, cases[i].ms);
    }

  /* A server that does not say what its clock says. */
  soon = g_date_time_new_from_unix_utc (g_get_real_time () / G_USEC_PER_SEC + 20);
  text = soup_date_time_to_string (soon, SOUP_DATE_HTTP);
  g_assert_cmpuint (vigil_retry_after_ms (text, 0), >, 15000);
  g_assert_cmpuint (vigil_retry_after_ms (text, 0), <=, 20000);
}

/* Where an answer may lead: on to the same place or another, never into the clear, and to nobody who is not named plainly. */
static void
test_locations (void)
{
  static const struct { const char *from, *location, *to; int code; } table[] = {
    { "https://a.example/x/y?q", "z", "https://a.example/x/z" }, { "https://a.example/x/y", "/z", "https://a.example/z" },
    { "https://a.example/x", "//b.example/z", "https://b.example/z" }, { "https://a.example/x", "https://b.example:8443/z", "https://b.example:8443/z" },
    { "http://127.0.0.1:1/x", "https://b.example/z", "https://b.example/z" }, { "http://127.0.0.1:1/x", "http://localhost:2/z", "http://localhost:2/z" },
    { "https://a.example/x", "http://a.example/x", NULL, VIGIL_SESSION_ERROR_TLS },
    { "https://a.example/x", "http://127.0.0.1/x", NULL, VIGIL_SESSION_ERROR_TLS },
    { "http://127.0.0.1:1/x", "http://b.example/x", NULL, VIGIL_SESSION_ERROR_TLS },
    { "https://a.example/x", "https://user@a.example/x", NULL, VIGIL_SESSION_ERROR_PROTOCOL },
    { "https://a.example/x", "https://a.example@b.example/x", NULL, VIGIL_SESSION_ERROR_PROTOCOL },
    { "https://a.example/x", "https:///x", NULL, VIGIL_SESSION_ERROR_ADDRESS },
    { "https://a.example/x", "javascript:alert(1)", NULL, VIGIL_SESSION_ERROR_PROTOCOL },
    { "http://127.0.0.1:1/x", "file:///etc/passwd", NULL, VIGIL_SESSION_ERROR_ADDRESS },
    { "http://127.0.0.1:1/x", "ftp://127.0.0.1/x", NULL, VIGIL_SESSION_ERROR_ADDRESS },
    { "https://a.example/x", "https://a.example:99999/x", NULL, VIGIL_SESSION_ERROR_PROTOCOL },
    { "https://a.example/x", NULL, NULL, VIGIL_SESSION_ERROR_PROTOCOL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GUri) from = g_uri_parse (table[i].from, SOUP_HTTP_URI_FLAGS, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GUri) to = vigil_location_resolve (from, table[i].location, "it", &error);
      g_autofree char *text = to != NULL ? g_uri_to_string (to) : NULL;

      g_assert_cmpstr (text, ==, table[i].to);
      if (to != NULL)
        continue;
      g_test_message ("%s: %s", table[i].location, error->message);
      g_assert_error (error, VIGIL_SESSION_ERROR, table[i].code);
    }
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  g_test_add_func ("/net/whep-http/turns", test_turns);
  g_test_add_func ("/net/whep-http/mute", test_mute);
  g_test_add_func ("/net/whep-http/in-clear", test_in_clear);
  g_test_add_func ("/net/whep-http/quit", test_quit);
  g_test_add_func ("/net/whep-http/retry-after", test_retry_after);
  g_test_add_func ("/net/whep-http/locations", test_locations);
  return g_test_run ();
}
