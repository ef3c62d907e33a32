/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics over HTTP: who gets them, who does not, and ports that cannot be had. */
#include <libsoup/soup.h>
#include <stdio.h>
#include <string.h>

#include "net-test.h"
#include "vigil-metrics.h"
#include "vigil-metrics-server.h"

typedef struct
{
  VigilMetricsServer *server;
  guint               port;
} Fixture;

/* A port that was free a moment ago. */
static guint
find_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, &error);

  g_assert_no_error (error);
  g_socket_listener_close (listener);
  return port;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->server = vigil_metrics_server_new ();
  f->port = find_port ();
  g_assert_true (vigil_metrics_server_set_port (f->server, f->port, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (vigil_metrics_server_get_port (f->server), ==, f->port);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->server);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GString *text = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize len = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

  if (len == 0)
    {
      g_string_append_c (text, '\f'); /* the end */
      return;
    }
  g_string_append_len (text, data, (gssize) len);
  g_input_stream_read_bytes_async (G_INPUT_STREAM (source), 65536, G_PRIORITY_DEFAULT, NULL, read_cb, text);
}

/* Byte by byte as @request says, to @address. Returns: (transfer full): all that came back. */
static char *
talk_to (Fixture *f, const char *address, const char *request)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, address, (guint16) f->port, NULL, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), 65536, G_PRIORITY_DEFAULT, NULL, read_cb, text);
  net_test_wait (text->len > 0 && text->str[text->len - 1] == '\f', 5000);
  g_string_truncate (text, text->len - 1);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return g_string_free (text, FALSE);
}

static char *
ask (Fixture *f, const char *method, const char *path, const char *host)
{
  g_autofree char *host_line = host != NULL ? g_strdup_printf ("Host: %s\r\n", host) : g_strdup ("");
  g_autofree char *request = g_strdup_printf ("%s %s HTTP/1.1\r\n%sConnection: close\r\n\r\n", method, path, host_line);

  return talk_to (f, "127.0.0.1", request);
}

static void
test_get (Fixture *f, gconstpointer data)
{
  g_autofree char *host = g_strdup_printf ("localhost:%u", f->port);
  g_autofree char *text = NULL;

  vigil_counter_set (vigil_metrics_counter ("vigil_test_served", "Served."), 7);
  text = ask (f, "GET", "/metrics", host);
  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (text, "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"));
  g_assert_nonnull (strstr (text, "Cache-Control: no-store\r\n"));
  g_assert_nonnull (strstr (text, "# TYPE vigil_test_served counter\n# HELP vigil_test_served Served.\nvigil_test_served_total 7\n"));
  g_assert_true (g_str_has_suffix (text, "\n# EOF\n"));
  g_assert_null (strstr (text, "Access-Control"));
}

static void
test_head (Fixture *f, gconstpointer data)
{
  g_autofree char *text = ask (f, "HEAD", "/metrics", "127.0.0.1");

  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 200 "));
  g_assert_true (g_str_has_suffix (text, "\r\n\r\n"));
}

static void
test_who (Fixture *f, gconstpointer data)
{
  static const struct { const char *method, *path, *host, *status; } cases[] = {
    { "GET", "/metrics", "127.0.0.1", "200" },
    { "GET", "/metrics", "127.0.0.1:9", "200" },
    { "GET", "/metrics", "LocalHost", "200" },
    { "GET", "/metrics", "[::1]", "200" },
    { "GET", "/metrics", "[::1]:8080", "200" },
    { "GET", "/metrics?x=1", "localhost", "200" },
    { "GET", "/metrics", "evil.example", "403" },
    { "GET", "/metrics", "127.0.0.1.evil.example", "403" },
    { "GET", "/metrics", "localhost.evil.example:80", "403" },
    { "GET", "/metrics", "evil.example@127.0.0.1", "4" },
    { "GET", "/metrics", "127.0.0.1/x", "4" },
    { "GET", "/metrics", "192.168.1.5", "403" },
    { "GET", "/metrics", "[::1", "4" },
    { "GET", "/metrics", "", "4" },
    { "GET", "/metrics", NULL, "400" },
    { "GET", "/", "localhost", "404" },
    { "GET", "/metrics/", "localhost", "404" },
    { "GET", "/metrics/x", "localhost", "404" },
    { "GET", "/Metrics", "localhost", "404" },
    { "POST", "/metrics", "localhost", "405" },
    { "DELETE", "/metrics", "localhost", "405" },
    { "OPTIONS", "/metrics", "localhost", "405" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ask (f, cases[i].method, cases[i].path, cases[i].host);
      g_autofree char *start = g_strconcat ("HTTP/1.1 ", cases[i].status, NULL);

      g_test_message ("%s %s of “%s”: %.12s", cases[i].method, cases[i].path, cases[i].host, text);
      g_assert_true (g_str_has_prefix (text, start));
      if (cases[i].status[0] != '2')
        g_assert_null (strstr (text, "# TYPE"));
    }
}

/* How many sockets listen at the port, none of them on an address that others can reach. */
static guint
count_listening (Fixture *f, const char *file, const char *loopback)
{
  g_autofree char *expected = g_strdup_printf ("%s:%04X", loopback, f->port);
  g_autofree char *table = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  if (!g_file_get_contents (file, &table, NULL, NULL))
    return 0;
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char local[64], state[8];

      if (sscanf (lines[i], "%*s %63s %*s %7s", local, state) != 2 || !g_str_equal (state, "0A") ||
          !g_str_has_suffix (local, strchr (expected, ':')))
        continue;
      g_assert_cmpstr (local, ==, expected);
      n++;
    }
  return n;
}

static void
test_loopback_only (Fixture *f, gconstpointer data)
{
  guint four = count_listening (f, "/proc/net/tcp", "0100007F");
  guint six = count_listening (f, "/proc/net/tcp6", "00000000000000000000000001000000");

  g_test_message ("%u of IPv4, %u of IPv6", four, six);
  g_assert_cmpuint (four, ==, 1);
  g_assert_cmpuint (six, <=, 1);
}

static void
test_taken (Fixture *f, gconstpointer data)
{
  VigilMetricsServer *other = vigil_metrics_server_new ();
  g_autoptr (GError) error = NULL;
  guint free_port = find_port ();

  g_assert_false (vigil_metrics_server_set_port (other, f->port, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_cmpuint (vigil_metrics_server_get_port (other), ==, 0);
  g_clear_error (&error);

  g_assert_true (vigil_metrics_server_set_port (other, free_port, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (vigil_metrics_server_get_port (other), ==, free_port);

  /* It has one, and is told to take one that it cannot have: then it has none. */
  g_assert_false (vigil_metrics_server_set_port (other, f->port, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_cmpuint (vigil_metrics_server_get_port (other), ==, 0);
  g_assert_finalize_object (other);
}

static void
test_change (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint old = f->port;

  f->port = find_port ();
  g_assert_true (vigil_metrics_server_set_port (f->server, f->port, &error));
  g_assert_true (vigil_metrics_server_set_port (f->server, f->port, &error));
  text = ask (f, "GET", "/metrics", "localhost");
  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 200 "));
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) old, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_clear_error (&error);

  g_assert_true (vigil_metrics_server_set_port (f->server, 0, &error));
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) f->port, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_cmpuint (vigil_metrics_server_get_port (f->server), ==, 0);
}

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/metrics-server/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("get", test_get);
  ADD ("head", test_head);
  ADD ("who", test_who);
  ADD ("loopback-only", test_loopback_only);
  ADD ("taken", test_taken);
  ADD ("change", test_change);
  return g_test_run ();
}
