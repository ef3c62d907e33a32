/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of net/ share. */
#include "net-test.h"

#include <json-glib/json-glib.h>
#include <stdarg.h>
#include <string.h>

static GMutex     log_lock;
static GPtrArray *log_lines; /* under the lock */
static gboolean   drop_debug; /* set before any other thread exists */

/* The scripted hall is libsoup's server, and that warns of clients that leave at once. They are what is tested. */
static gboolean
is_of_server (const GLogField *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      return g_strcmp0 (fields[i].value, "libsoup") == 0;
  return FALSE;
}

static GLogWriterOutput
keep_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_autofree char *line = NULL;

  if (drop_debug && (level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) != 0)
    return G_LOG_WRITER_HANDLED;

  line = g_log_writer_format_fields (level, fields, n_fields, FALSE);

  g_mutex_lock (&log_lock);
  g_ptr_array_add (log_lines, g_strdup (line));
  g_mutex_unlock (&log_lock);

  /* Everything is kept, debug messages too; only what matters is shown. */
  if ((level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) != 0)
    return G_LOG_WRITER_HANDLED;
  g_log_writer_standard_streams (level, fields, n_fields, data);
  if ((level & G_LOG_LEVEL_WARNING) != 0 && !is_of_server (fields, n_fields))
    g_abort ();
  return G_LOG_WRITER_HANDLED;
}

void
net_test_init (int *argc, char ***argv)
{
  /* Only the writer sees debug messages, and only if they are not dropped before it. */
  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  log_lines = g_ptr_array_new_with_free_func (g_free);
  g_log_set_writer_func (keep_line, NULL, NULL);
  g_test_init (argc, argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL); /* warnings: see keep_line() */
}

/* GLib's own handler for tests writes every debug message into the TAP output. */
static void
only_what_matters (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  if ((level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) == 0)
    g_log_default_handler (domain, level, message, data);
}

void
net_test_drop_debug (void)
{
  drop_debug = TRUE;
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_log_set_default_handler (only_what_matters, NULL);
}

gboolean
net_test_log_has (const char *text)
{
  gboolean found = FALSE;

  g_mutex_lock (&log_lock);
  for (guint i = 0; i < log_lines->len && !found; i++)
    found = strstr (g_ptr_array_index (log_lines, i), text) != NULL;
  g_mutex_unlock (&log_lock);
  return found;
}

guint
net_test_log_length (void)
{
  guint n;

  g_mutex_lock (&log_lock);
  n = log_lines->len;
  g_mutex_unlock (&log_lock);
  return n;
}

void
net_test_limits (VigilNetLimits *limits)
{
  vigil_net_limits_init (limits, NULL);
  limits->request_ms = 400 * NET_TEST_FACTOR;
  limits->connect_ms = 3000 * NET_TEST_FACTOR;
  limits->http_ms = 1500 * NET_TEST_FACTOR;
  limits->stall_ms = 500 * NET_TEST_FACTOR;
  limits->fetch_ms = 1500 * NET_TEST_FACTOR;
  limits->reconnect_min_ms = 40;
  limits->reconnect_max_ms = 120;
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
net_test_iterate (void)
{
  guint tick = g_timeout_add (10, tick_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

void
net_test_run_for (guint ms)
{
  gint64 until = g_get_monotonic_time () + (gint64) ms * 1000;

  while (g_get_monotonic_time () < until)
    net_test_iterate ();
}

gboolean
net_test_find_node (void)
{
  g_autofree char *setup = interop_dup_path ("setup.sh");
  g_autofree char *node = g_find_program_in_path ("node");
  const char *argv[] = { setup, "--light", "--no-apt", NULL };
  g_autofree char *out = NULL;
  int status = 0;

  if (node == NULL || !g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, NULL) ||
      !g_spawn_check_wait_status (status, NULL))
    return FALSE;

  g_setenv ("VIGIL_INTEROP_DIR", g_strstrip (out), TRUE);
  return TRUE;
}

InteropPeer *
net_test_start_sio (guint16 *port, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *script = interop_dup_path ("sio-server.mjs");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) ready = NULL;
  InteropPeer *peer;
  const char *arg;
  va_list args;

  g_ptr_array_add (argv, (gpointer) "node");
  g_ptr_array_add (argv, script);
  va_start (args, port);
  while ((arg = va_arg (args, const char *)) != NULL)
    g_ptr_array_add (argv, (gpointer) arg);
  va_end (args);
  g_ptr_array_add (argv, NULL);

  peer = interop_peer_start ((const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  ready = interop_peer_wait (peer, "ready", 10000, &error);
  g_assert_no_error (error);
  *port = (guint16) json_object_get_int_member (json_node_get_object (ready), "port");
  return peer;
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

guint
net_test_count_threads (void)
{
  return count_entries ("/proc/self/task");
}

guint
net_test_count_fds (void)
{
  return count_entries ("/proc/self/fd");
}

void
net_test_store_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **slot = user_data;

  g_assert_null (*slot);
  *slot = g_object_ref (result);
}

GSubprocess *
net_test_start_hall (const char *const *argv, char **url, char **exam)
{
  GSubprocess *process;
  g_autoptr (GDataInputStream) out = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_autoptr (JsonNode) ready = NULL;

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  ready = json_from_string (line, &error);
  g_assert_no_error (error);
  *url = g_strdup (json_object_get_string_member (json_node_get_object (ready), "url"));
  *exam = g_strdup (json_object_get_string_member (json_node_get_object (ready), "exam"));
  return process;
}
