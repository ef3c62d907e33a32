/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hall and its HTTP client. */
#include "hall-fixture.h"

#include <stdarg.h>
#include <string.h>

void
hall_test_options (VigilHallOptions *options)
{
  vigil_hall_options_init (options);
  options->candidates = 20;
  options->score_rate = 0;
  options->publish = 0;
  options->width = 160;
  options->height = 90;
  options->rate = 5;
  options->activity = 0;
  options->churn = 0;
  options->absent = 0;
  options->control = TRUE;
  options->http_rate = 0;
  options->socket_rate = 0;
}

/* Takes @line. */
static void
take_ready_line (HallFixture *self, char *line)
{
  g_autofree char *owned = line;
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (line);
  self->ready = vigil_json_parse (line, strlen (line), &error);
  g_assert_no_error (error);
  self->url = g_strdup (hall_string (self->ready, "url"));
  self->exam = g_strdup (hall_string (self->ready, "exam"));
  self->session = soup_session_new_with_options ("max-conns-per-host", 64, "max-conns", 64, NULL);
}

HallFixture *
hall_fixture_new (const VigilHallOptions *options)
{
  HallFixture *self = g_new0 (HallFixture, 1);
  g_auto(VigilHallOptions) fallback = { 0 };
  g_autoptr(GError) error = NULL;

  if (!options)
    {
      hall_test_options (&fallback);
      options = &fallback;
    }
  self->hall = vigil_hall_new (options, &error);
  g_assert_no_error (error);
  g_assert_true (vigil_hall_start (self->hall, &error));
  g_assert_no_error (error);
  take_ready_line (self, vigil_hall_dup_ready_line (self->hall));
  return self;
}

HallFixture *
hall_fixture_spawn (const char *const *argv)
{
  HallFixture *self = g_new0 (HallFixture, 1);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr(GDataInputStream) lines = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) all = NULL;

  for (; *argv; argv++)
    g_strv_builder_add (builder, *argv);
  g_strv_builder_add_many (builder, "--ready", "--control", "--quit-on-stdin-eof", NULL);
  all = g_strv_builder_end (builder);
  self->process = g_subprocess_newv ((const char *const *) all, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                     &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  take_ready_line (self, g_data_input_stream_read_line (lines, NULL, NULL, &error));
  g_assert_no_error (error);
  return self;
}

const char *
hall_fixture_get_token (HallFixture *self, const char *role)
{
  g_autofree char *path = g_strdup_printf ("tokens.%s", role);

  return hall_string (self->ready, path);
}

void
hall_fixture_free (HallFixture *self)
{
  soup_session_abort (self->session);
  g_object_unref (self->session);
  if (self->hall)
    {
      vigil_hall_stop (self->hall);
      /* What is still being drawn on other threads comes back and finds nobody. */
      hall_run (50);
      g_assert_finalize_object (self->hall);
    }
  else
    {
      g_assert_true (g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL));
      g_assert_true (g_subprocess_wait_check (self->process, NULL, NULL));
      g_object_unref (self->process);
    }
  json_node_unref (self->ready);
  g_free (self->url);
  g_free (self->exam);
  g_free (self);
}

static gboolean
timeout_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

gboolean
hall_wait (const gboolean *done, guint ms)
{
  gboolean timed_out = FALSE;
  guint id = g_timeout_add (ms, timeout_cb, &timed_out);

  while (!*done && !timed_out)
    g_main_context_iteration (NULL, TRUE);
  if (!timed_out)
    g_source_remove (id);
  return *done;
}

void
hall_run (guint ms)
{
  gboolean never = FALSE;

  hall_wait (&never, ms);
}

void
hall_answer_free (HallAnswer *self)
{
  g_clear_pointer (&self->json, json_node_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->etag);
  g_free (self->retry);
  g_free (self);
}

typedef struct
{
  gboolean  done;
  GBytes   *bytes;
  GError   *error;
} Sent;

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sent *sent = user_data;

  sent->bytes = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &sent->error);
  sent->done = TRUE;
}

static HallAnswer *
send (HallFixture *self, SoupMessage *message)
{
  HallAnswer *answer = g_new0 (HallAnswer, 1);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  Sent sent = { 0 };

  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, sent_cb, &sent);
  g_assert_true (hall_wait (&sent.done, 20000));
  g_assert_no_error (sent.error);
  answer->status = soup_message_get_status (message);
  answer->bytes = sent.bytes;
  answer->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  answer->retry = g_strdup (soup_message_headers_get_one (headers, "Retry-After"));
  answer->captured_at = g_ascii_strtoll (soup_message_headers_get_one (headers, "Capture-At") ?: "0", NULL, 10);
  answer->replayed = soup_message_headers_get_one (headers, "Idempotency-Replayed") != NULL;
  if (g_strcmp0 (soup_message_headers_get_content_type (headers, NULL), "application/json") == 0)
    {
      g_autoptr(GError) error = NULL;

      answer->json = vigil_json_parse (g_bytes_get_data (sent.bytes, NULL), g_bytes_get_size (sent.bytes), &error);
      g_assert_no_error (error);
    }
  return answer;
}

static SoupMessage *
make (HallFixture *self, const char *token, const char *method, const char *path, const char *body,
      const char *content_type)
{
  g_autofree char *url = path[0] == '!' ? g_strconcat (self->url, path + 1, NULL)
                                        : g_strconcat (self->url, "/api/v1", path, NULL);
  SoupMessage *message = soup_message_new (method, url);

  g_assert_nonnull (message);
  if (token)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
    }
  if (body)
    {
      g_autoptr(GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, content_type, bytes);
    }
  return message;
}

HallAnswer *
hall_http (HallFixture *self, const char *role, const char *method, const char *path, const char *body, ...)
{
  g_autoptr(SoupMessage) message = make (self, role ? hall_fixture_get_token (self, role) : NULL, method, path,
                                         body, "application/json");
  const char *name;
  va_list args;

  va_start (args, body);
  while ((name = va_arg (args, const char *)))
    soup_message_headers_append (soup_message_get_request_headers (message), name, va_arg (args, const char *));
  va_end (args);
  return send (self, message);
}

HallAnswer *
hall_http_token (HallFixture *self, const char *token, const char *method, const char *path,
                 const char *body, const char *content_type)
{
  g_autoptr(SoupMessage) message = make (self, token, method, path, body, content_type);

  return send (self, message);
}

JsonNode *
hall_control (HallFixture *self, const char *json)
{
  g_autoptr(HallAnswer) answer = hall_http (self, NULL, "POST", "!/control", json, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  return g_steal_pointer (&answer->json);
}

JsonNode *
hall_member (JsonNode *node, const char *path)
{
  g_auto(GStrv) parts = g_strsplit (path, ".", -1);

  for (guint i = 0; node && parts[i]; i++)
    if (JSON_NODE_HOLDS_OBJECT (node))
      node = json_object_get_member (json_node_get_object (node), parts[i]);
    else if (JSON_NODE_HOLDS_ARRAY (node))
      {
        JsonArray *array = json_node_get_array (node);
        guint index = (guint) g_ascii_strtoull (parts[i], NULL, 10);

        node = index < json_array_get_length (array) ? json_array_get_element (array, index) : NULL;
      }
    else
      node = NULL;
  return node;
}

static JsonNode *
need (JsonNode *node, const char *path)
{
  JsonNode *member = hall_member (node, path);

  if (!member)
    {
      g_autofree char *text = node ? json_to_string (node, FALSE) : NULL;

      g_error ("no member %s in %.500s", path, text ? text : "nothing");
    }
  return member;
}

const char *
hall_string (JsonNode *node, const char *path)
{
  return json_node_get_string (need (node, path));
}

gint64
hall_int (JsonNode *node, const char *path)
{
  return json_node_get_int (need (node, path));
}

gboolean
hall_bool (JsonNode *node, const char *path)
{
  return json_node_get_boolean (need (node, path));
}

gboolean
hall_null (JsonNode *node, const char *path)
{
  return JSON_NODE_HOLDS_NULL (need (node, path));
}

void
hall_assert_refused (HallAnswer *answer, guint status, const char *code, const char *field)
{
  g_assert_cmpuint (answer->status, ==, status);
  g_assert_nonnull (answer->json);
  g_assert_cmpstr (hall_string (answer->json, "error.code"), ==, code);
  g_assert_cmpuint (strlen (hall_string (answer->json, "error.message")), >, 0);
  if (field)
    g_assert_cmpstr (hall_string (answer->json, "error.details.field"), ==, field);
}
