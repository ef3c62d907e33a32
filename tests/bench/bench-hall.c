/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vigil-hall in another process, for benchmarks and end-to-end tests. */
#include "bench-hall.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <stdlib.h>

#define READY_TIMEOUT_S 60

struct _BenchHall
{
  GSubprocess *process;
  JsonNode    *ready;
  SoupSession *http;
  char        *control_url;
};

static char *
find_program (void)
{
  const char *named = g_getenv ("VIGIL_HALL");
  const char *build = g_getenv ("VIGIL_BUILD_ROOT");

  if (named != NULL)
    return g_strdup (named);
  return g_build_filename (build != NULL ? build : ".", "src", "hall", "vigil-hall", NULL);
}

static const char *
member (BenchHall *self, const char *name)
{
  return json_object_get_string_member_with_default (json_node_get_object (self->ready), name, "");
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **line = user_data;
  char *text = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  *line = text != NULL ? text : g_strdup ("");
}

/* The line is read with a context of its own, so that nothing of the caller's runs meanwhile. */
static char *
read_ready_line (GSubprocess *process)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gint64 deadline = g_get_monotonic_time () + READY_TIMEOUT_S * G_USEC_PER_SEC;
  char *line = NULL;

  g_main_context_push_thread_default (context);
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  g_data_input_stream_read_line_async (out, G_PRIORITY_DEFAULT, cancellable, line_cb, &line);
  while (line == NULL)
    {
      if (g_get_monotonic_time () > deadline)
        g_cancellable_cancel (cancellable);
      if (!g_main_context_iteration (context, FALSE))
        g_usleep (2000);
    }
  g_main_context_pop_thread_default (context);
  return line;
}

BenchHall *
bench_hall_start_program (const char *const *argv, GError **error)
{
  g_autoptr (BenchHall) self = g_new0 (BenchHall, 1);
  g_autofree char *line = NULL;

  self->process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);
  if (self->process == NULL)
    return NULL;

  line = read_ready_line (self->process);
  self->ready = json_from_string (line, NULL);
  if (self->ready == NULL || !JSON_NODE_HOLDS_OBJECT (self->ready))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s did not say that it is ready: «%s»", argv[0], line);
      return NULL;
    }
  self->http = soup_session_new ();
  soup_session_set_timeout (self->http, 20);
  self->control_url = g_strconcat (member (self, "url"), "/control", NULL);
  return g_steal_pointer (&self);
}

BenchHall *
bench_hall_start (const char *const *args, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program = find_program ();

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (gpointer) "--port=0");
  g_ptr_array_add (argv, (gpointer) "--ready");
  g_ptr_array_add (argv, (gpointer) "--control");
  g_ptr_array_add (argv, (gpointer) "--quit-on-stdin-eof");
  for (; args != NULL && *args != NULL; args++)
    g_ptr_array_add (argv, (gpointer) *args);
  g_ptr_array_add (argv, NULL);
  return bench_hall_start_program ((const char *const *) argv->pdata, error);
}

const char *
bench_hall_get_url (BenchHall *self)
{
  return member (self, "url");
}

const char *
bench_hall_get_exam (BenchHall *self)
{
  return member (self, "exam");
}

const char *
bench_hall_get_token (BenchHall *self, const char *role)
{
  JsonObject *tokens = json_object_get_object_member (json_node_get_object (self->ready), "tokens");

  return tokens != NULL ? json_object_get_string_member_with_default (tokens, role, "") : "";
}

JsonNode *
bench_hall_ask (BenchHall *self, const char *json, GError **error)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_POST, self->control_url);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  g_autoptr (GBytes) answer = NULL;
  g_autofree char *text = NULL;

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  answer = soup_session_send_and_read (self->http, message, NULL, error);
  if (answer == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "control %s: %u %s", json, soup_message_get_status (message), text);
      return NULL;
    }
  return json_from_string (text, error);
}

gboolean
bench_hall_control (BenchHall *self, const char *json, GError **error)
{
  g_autoptr (JsonNode) answer = bench_hall_ask (self, json, error);

  return answer != NULL;
}

int
bench_hall_get_pid (BenchHall *self)
{
  const char *id = g_subprocess_get_identifier (self->process);

  return id != NULL ? atoi (id) : -1;
}

void
bench_hall_stop (BenchHall *self)
{
  if (self == NULL)
    return;
  if (self->process != NULL)
    {
      g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
      g_subprocess_send_signal (self->process, 15);
      g_subprocess_wait (self->process, NULL, NULL);
    }
  g_clear_object (&self->process);
  g_clear_object (&self->http);
  g_clear_pointer (&self->ready, json_node_unref);
  g_free (self->control_url);
  g_free (self);
}
