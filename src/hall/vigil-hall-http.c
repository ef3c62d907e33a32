/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a SoupServerMessage to a handler: route, body, token, role, rate, remembered answers. */
#include "vigil-hall-http.h"

#include <string.h>

#include "vigil-clock.h"
#include "vigil-hall-answers.h"
#include "vigil-hall-control.h"
#include "vigil-hall-error.h"

#define PREFIX "/api/v1"

/* docs/protocol.md 13. */
#define MAX_BODY (1024 * 1024)

/* What we still read of a body that is too long, so that the refusal reaches its sender. */
#define MAX_EXCESS (8 * 1024 * 1024)

#define TOO_LARGE_KEY "vigil-too-large"
#define SEEN_KEY "vigil-seen"

static const VigilHallRoute *const tables[] = {
  vigil_hall_exam_routes, vigil_hall_flag_routes, vigil_hall_evidence_routes,
  vigil_hall_bypass_routes, vigil_hall_claim_routes, vigil_hall_intervention_routes, vigil_hall_snapshot_routes,
  vigil_hall_browser_routes,
};

/* The decoded segments of @path that @pattern leaves open; NULL: another path. */
static GPtrArray *
match (const char *pattern, char **segments)
{
  g_auto(GStrv) parts = g_strsplit (pattern, "/", -1);
  g_autoptr(GPtrArray) args = g_ptr_array_new_with_free_func (g_free);
  guint i;

  for (i = 0; parts[i] && !g_str_equal (parts[i], "*"); i++)
    {
      if (!segments[i])
        return NULL;
      if (g_str_equal (parts[i], "?"))
        g_ptr_array_add (args, g_uri_unescape_string (segments[i], NULL));
      else if (!g_str_equal (parts[i], segments[i]))
        return NULL;
      if (args->len > 0 && !g_ptr_array_index (args, args->len - 1))
        return NULL;
    }
  if (parts[i])
    {
      g_autofree char *rest = g_strjoinv ("/", segments + i);

      g_ptr_array_add (args, g_uri_unescape_string (rest, NULL));
      return g_ptr_array_index (args, args->len - 1) ? g_steal_pointer (&args) : NULL;
    }
  return segments[i] ? NULL : g_steal_pointer (&args);
}

static const VigilHallRoute *
find_route (const char *method, const char *path, GPtrArray **args, GError **error)
{
  g_auto(GStrv) segments = g_strsplit (path, "/", -1);
  gboolean known = FALSE;

  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const VigilHallRoute *route = tables[t]; route->method; route++)
      {
        g_autoptr(GPtrArray) found = match (route->pattern, segments);

        if (!found)
          continue;
        known = TRUE;
        if (!g_str_equal (route->method, method))
          continue;
        *args = g_steal_pointer (&found);
        return route;
      }
  if (known)
    g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_METHOD, "%s is not possible here", method);
  else
    g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_NOT_FOUND, "no such route");
  return NULL;
}

static const char *
get_bearer (VigilHallRequest *request)
{
  const char *header = vigil_hall_request_get_header (request, "Authorization");

  return header && g_ascii_strncasecmp (header, "Bearer ", 7) == 0 ? header + 7 : NULL;
}

static gboolean
authorize (VigilHallRequest *request, const VigilHallRoute *route, GError **error)
{
  gint64 now = vigil_clock_wall_ms ();
  VigilHallIdentity *identity;

  if (route->roles == VIGIL_HALL_ANYBODY)
    return TRUE;
  identity = vigil_hall_tokens_check (request->hall->tokens, get_bearer (request), now, error);
  if (!identity)
    return FALSE;
  request->identity = vigil_hall_identity_ref (identity);
  if (!vigil_hall_identity_spend (identity, (guint) request->hall->options.http_rate, now, error))
    return FALSE;
  if (route->roles & (1u << identity->role))
    return TRUE;
  g_set_error (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_AUTH_FORBIDDEN, "a token of the role %s may not do this",
               vigil_hall_role_to_nick (identity->role));
  return FALSE;
}

static gboolean
parse_body (VigilHallRequest *request, const VigilHallRoute *route, GError **error)
{
  SoupMessageBody *body = soup_server_message_get_request_body (request->message);
  g_autoptr(GBytes) bytes = NULL;

  if (g_object_get_data (G_OBJECT (request->message), TOO_LARGE_KEY))
    {
      g_set_error_literal (error, VIGIL_HALL_ERROR, VIGIL_HALL_ERROR_TOO_LARGE, "the body is over 1 MiB");
      return FALSE;
    }
  if (!(route->flags & (VIGIL_HALL_ROUTE_JSON | VIGIL_HALL_ROUTE_JSON_OPTIONAL)))
    return TRUE;
  bytes = soup_message_body_flatten (body);
  if (g_bytes_get_size (bytes) == 0)
    return (route->flags & VIGIL_HALL_ROUTE_JSON_OPTIONAL) != 0 || vigil_hall_error_invalid (error, "body", "missing");
  request->body = vigil_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
  if (!request->body)
    return FALSE;
  return JSON_NODE_HOLDS_OBJECT (request->body) || vigil_hall_error_invalid (error, "body", "not an object");
}

static gboolean
is_key (const char *key)
{
  gsize len = 0;

  for (; key[len]; len++)
    if (!g_ascii_isgraph (key[len]))
      return FALSE;
  return len >= 1 && len <= 128;
}

/* TRUE with *replayed set: answered from memory. */
static gboolean
check_key (VigilHallRequest *request, const VigilHallRoute *route, gboolean *replayed, GError **error)
{
  const char *key = vigil_hall_request_get_header (request, "Idempotency-Key");

  *replayed = FALSE;
  if (!(route->flags & (VIGIL_HALL_ROUTE_KEY | VIGIL_HALL_ROUTE_KEY_REQUIRED)))
    return TRUE;
  if (!key && !(route->flags & VIGIL_HALL_ROUTE_KEY_REQUIRED))
    return TRUE;
  if (!key || !is_key (key))
    return vigil_hall_error_invalid (error, "Idempotency-Key", key ? "1 to 128 visible characters" : "missing");
  request->idempotency_key = g_strdup (key);
  return vigil_hall_answers_replay (request, replayed, error);
}

static void
handle (VigilHallRequest *request)
{
  g_autoptr(GPtrArray) args = NULL;
  g_autoptr(GError) error = NULL;
  gboolean replayed = FALSE;
  const VigilHallRoute *route = find_route (soup_server_message_get_method (request->message), request->path,
                                            &args, &error);

  request->args = g_steal_pointer (&args);
  if (route && authorize (request, route, &error) && parse_body (request, route, &error) &&
      check_key (request, route, &replayed, &error) && !replayed)
    route->handler (request, &error);
  if (error)
    vigil_hall_request_refuse (request, error);
}

static gboolean
handle_later_cb (gpointer user_data)
{
  VigilHallRequest *request = user_data;

  handle (request);
  vigil_hall_request_release (request);
  return G_SOURCE_REMOVE;
}

static VigilHallRequest *
request_new (VigilHall *hall, SoupServerMessage *message, const char *path, GHashTable *query)
{
  VigilHallRequest *self = g_new0 (VigilHallRequest, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->hall = g_object_ref (hall);
  self->message = g_object_ref (message);
  self->path = g_strdup (path);
  self->query = query ? g_hash_table_ref (query) : NULL;
  return self;
}

/* The path as it was sent: a %2F in a parameter is no separator. */
static char *
dup_raw_path (SoupServerMessage *message)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));

  if (!g_str_has_prefix (path, PREFIX))
    return g_strdup ("");
  path += strlen (PREFIX);
  return g_strdup (*path == '/' ? path + 1 : path);
}

static void
api_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  VigilHall *hall = user_data;
  g_autofree char *raw = dup_raw_path (message);
  g_autoptr(VigilHallRequest) request = request_new (hall, message, raw, query);

  if (hall->slow_http_ms == 0)
    {
      handle (request);
      return;
    }
  vigil_hall_request_hold (request);
  vigil_hall_later (hall, hall->slow_http_ms, handle_later_cb, vigil_hall_request_ref (request),
                    (GDestroyNotify) vigil_hall_request_unref);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  gsize seen = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (message), SEEN_KEY)) + g_bytes_get_size (chunk);

  g_object_set_data (G_OBJECT (message), SEEN_KEY, GSIZE_TO_POINTER (seen));
  if (seen <= MAX_BODY)
    return;
  g_object_set_data (G_OBJECT (message), TOO_LARGE_KEY, GINT_TO_POINTER (TRUE));
  soup_message_body_set_accumulate (body, FALSE);
  if (seen > MAX_BODY + MAX_EXCESS && soup_server_message_get_socket (message))
    g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
}

/* Before the body is read: what is too large is never kept. */
static void
early_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_content_length (headers) > MAX_BODY)
    {
      g_object_set_data (G_OBJECT (message), TOO_LARGE_KEY, GINT_TO_POINTER (TRUE));
      soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
    }
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), NULL);
}

static void
nothing_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  static const char body[] = "{\"error\":{\"code\":\"not_found\",\"message\":\"no such route\"}}";

  soup_server_message_set_status (message, 404, NULL);
  soup_server_message_set_response (message, "application/json; charset=utf-8", SOUP_MEMORY_STATIC,
                                    body, sizeof body - 1);
}

void
vigil_hall_http_add (VigilHall *hall)
{
  soup_server_add_early_handler (hall->server, NULL, early_cb, NULL, NULL);
  soup_server_add_handler (hall->server, NULL, nothing_cb, NULL, NULL);
  soup_server_add_early_handler (hall->server, PREFIX, early_cb, NULL, NULL);
  soup_server_add_handler (hall->server, PREFIX, api_cb, hall, NULL);
  if (hall->options.control)
    vigil_hall_control_add (hall);
}
