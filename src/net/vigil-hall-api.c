/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hall's HTTP interface. */
#include "vigil-hall-api.h"

#include <string.h>

#include "vigil-hall-answer.h"
#include "vigil-net-error.h"

#define MAX_PROBE (64 * 1024)

/* Of what an operator sends only a snapshot is larger, in bytes. */
#define LARGE_BODY 65536

struct _VigilHallApi
{
  GObject parent_instance;

  /* Immutable. */
  VigilHallAddress *address;
  VigilProfile     *profile;
  VigilHttp        *http;
  VigilNetLimits    limits;

  /* Main thread. */
  char             *token;
  gboolean          is_hall;
  VigilHallClock    clock;
};

G_DEFINE_FINAL_TYPE (VigilHallApi, vigil_hall_api, G_TYPE_OBJECT)

/* Task data of a call. Immutable once the worker has it; results are read after it is done. */
typedef struct
{
  char              *method;
  char              *url;
  char              *body;
  char              *if_match;
  char              *if_none_match;
  char              *idempotency_key;
  const char        *what;
  VigilApiParseFunc  parse;
  VigilApiReadFunc   read;
  gsize              max_bytes;
  GDestroyNotify     free_result;
  gboolean           lenient;
  VigilProfile      *profile;
  VigilHttpAnswer   *answer;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->method);
  g_free (call->url);
  g_free (call->body);
  g_free (call->if_match);
  g_free (call->if_none_match);
  g_free (call->idempotency_key);
  g_clear_object (&call->profile);
  g_clear_pointer (&call->answer, vigil_http_answer_free);
  g_free (call);
}

char *
vigil_hall_api_escape (const char *id)
{
  if (id == NULL || *id == '\0' || g_str_equal (id, ".") || g_str_equal (id, ".."))
    return NULL;
  return g_uri_escape_string (id, NULL, FALSE);
}

static char *
build_url (VigilHallApi *self, const char *path)
{
  g_autofree char *full = g_strconcat (vigil_profile_get_api_prefix (self->profile), path, NULL);

  return vigil_hall_address_build_url (self->address, full);
}

static void
read_clock (VigilHallApi *self, const VigilHttpAnswer *answer)
{
  vigil_hall_clock_add (&self->clock, answer->date_ms, answer->sent_us, answer->rtt_us, 1000);
}

/* -- is it a hall? -- */

static gboolean
check_hall (VigilHttpAnswer *answer, VigilProfile *profile, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) decoded = NULL;
  gsize len;
  const char *text = g_bytes_get_data (answer->body, &len);

  if (answer->status >= 500 || answer->status == 429)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "the hall answers with HTTP %u", answer->status);
      return FALSE;
    }
  if (answer->status == 200)
    node = vigil_json_parse (text, len, NULL);
  if (node == NULL)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL,
                   "the address answers (HTTP %u), and is not a hall", answer->status);
      return FALSE;
    }

  decoded = vigil_profile_decode (profile, node);
  {
    g_autoptr (GError) cause = NULL;

    if (vigil_hall_answer_check_hall (decoded, NULL, &cause))
      return TRUE;
    /* Also one of another version: there is nothing to be had from it. */
    g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL, cause->message);
    return FALSE;
  }
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilHallApi *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilHttpAnswer) answer = vigil_http_send_finish (VIGIL_HTTP (source), result, &error);

  if (answer == NULL || !check_hall (answer, self->profile, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  read_clock (self, answer);
  self->is_hall = TRUE;
  g_task_return_boolean (task, TRUE);
}

void
vigil_hall_api_probe_async (VigilHallApi *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *url = build_url (self, "");
  const VigilHttpRequest request = {
    .method = "GET",
    .url = url,
    .what = "asking whether this is a hall",
    .max_bytes = MAX_PROBE,
    .total_ms = self->limits.http_ms,
  };

  g_task_set_source_tag (task, vigil_hall_api_probe_async);
  if (self->is_hall)
    g_task_return_boolean (task, TRUE);
  else
    vigil_http_send_async (self->http, &request, cancellable, probed_cb, g_object_ref (task));
}

gboolean
vigil_hall_api_probe_finish (VigilHallApi *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- the worker -- */

static gboolean
is_good (const Call *call)
{
  return call->answer->status >= 200 && call->answer->status < 300;
}

static gpointer
parse_answer (Call *call, GError **error)
{
  gsize len;
  const char *text = g_bytes_get_data (call->answer->body, &len);
  gboolean good = is_good (call);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) decoded = NULL;

  if (call->read == NULL && good && call->parse == NULL)
    return GINT_TO_POINTER (TRUE);
  if (call->read != NULL && call->answer->status < 400)
    return call->read (call->answer, NULL, error);

  /* A refusal may come from a proxy and be HTML; its status says enough. */
  node = vigil_json_parse (text, len, good ? error : NULL);
  if (node == NULL && good)
    return NULL;

  decoded = node != NULL ? vigil_profile_decode (call->profile, node) : NULL;
  if (call->read != NULL)
    return call->read (call->answer, decoded, error);
  if (good)
    return call->parse (decoded, error);

  vigil_hall_answer_set_error (decoded, call->answer->status, error);
  return NULL;
}

static void
parse_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Call *call = task_data;
  g_autoptr (GError) error = NULL;
  gpointer result = parse_answer (call, &error);

  if (result == NULL && call->lenient && is_good (call))
    {
      /* It is done all the same, and saying otherwise would make somebody do it twice. */
      g_message ("%s: done, but the hall's answer makes no sense: %s", call->what, error->message);
      g_task_return_pointer (task, NULL, NULL);
    }
  else if (result == NULL)
    g_task_return_error (task, vigil_net_error_translate (error, call->what, 0));
  else
    g_task_return_pointer (task, result, call->parse != NULL || call->read != NULL ? call->free_result : NULL);
}

/* -- a call -- */

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilHallApi *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->answer = vigil_http_send_finish (VIGIL_HTTP (source), result, &error);
  if (call->answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  read_clock (self, call->answer);
  if (call->answer->status >= 300 && call->answer->status < 400 && !(call->read != NULL && call->answer->status == 304))
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                             "%s: the hall wants to send us elsewhere (HTTP %u)", call->what, call->answer->status);
  else
    g_task_run_in_thread (task, parse_in_thread);
}

static void
call_now (GTask *task)
{
  VigilHallApi *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  /* A snapshot is up to a megabyte, and an uplink may be slow. */
  gboolean is_large = call->body != NULL && strlen (call->body) > LARGE_BODY;
  const VigilHttpRequest request = {
    .method = call->method,
    .url = call->url,
    .token = self->token,
    .body = call->body,
    .if_match = call->if_match,
    .if_none_match = call->if_none_match,
    .idempotency_key = call->idempotency_key,
    .what = call->what,
    .max_bytes = call->max_bytes > 0 ? call->max_bytes : self->limits.max_answer,
    .total_ms = is_large ? self->limits.fetch_ms : self->limits.http_ms,
  };

  vigil_http_send_async (self->http, &request, g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static void
probed_before_call_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (vigil_hall_api_probe_finish (VIGIL_HALL_API (source), result, &error))
    call_now (task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
vigil_hall_api_call_async (VigilHallApi *self, const VigilApiCall *call, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Call *copy = g_new0 (Call, 1);

  g_return_if_fail (VIGIL_IS_HALL_API (self));

  g_task_set_source_tag (task, vigil_hall_api_call_async);
  g_task_set_task_data (task, copy, call_free);
  copy->method = g_strdup (call->method);
  copy->url = build_url (self, call->path);
  copy->if_match = g_strdup (call->if_match);
  copy->if_none_match = g_strdup (call->if_none_match);
  copy->idempotency_key = g_strdup (call->idempotency_key);
  copy->what = call->what;
  copy->parse = call->parse;
  copy->read = call->read;
  copy->max_bytes = call->max_bytes;
  copy->free_result = call->free_result;
  copy->lenient = call->lenient;
  copy->profile = self->profile != NULL ? g_object_ref (self->profile) : NULL;
  if (call->body != NULL)
    {
      g_autoptr (JsonNode) wire = vigil_profile_encode (self->profile, call->body, FALSE);

      copy->body = vigil_json_to_string (wire);
    }

  if (self->is_hall)
    call_now (task);
  else
    vigil_hall_api_probe_async (self, cancellable, probed_before_call_cb, g_object_ref (task));
}

gpointer
vigil_hall_api_call_finish (VigilHallApi *self, GAsyncResult *result, char **etag, VigilApiTiming *timing, GError **error)
{
  Call *call;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  call = g_task_get_task_data (G_TASK (result));
  if (etag != NULL)
    *etag = call->answer != NULL ? g_strdup (call->answer->etag) : NULL;
  if (timing != NULL)
    *timing = call->answer != NULL ? (VigilApiTiming) { call->answer->sent_us, call->answer->rtt_us, call->answer->retry_ms }
                                   : (VigilApiTiming) { 0 };
  return g_task_propagate_pointer (G_TASK (result), error);
}

VigilHallClock *
vigil_hall_api_get_clock (VigilHallApi *self)
{
  return &self->clock;
}

void
vigil_hall_api_set_token (VigilHallApi *self, const char *token)
{
  g_free (self->token);
  self->token = g_strdup (token);
}

VigilHallApi *
vigil_hall_api_new (VigilHallAddress *address, VigilProfile *profile, VigilHttp *http, const VigilNetLimits *limits)
{
  VigilHallApi *self = g_object_new (VIGIL_TYPE_HALL_API, NULL);

  self->address = vigil_hall_address_ref (address);
  self->profile = profile != NULL ? g_object_ref (profile) : NULL;
  self->http = g_object_ref (http);
  self->limits = *limits;
  return self;
}

static void
vigil_hall_api_finalize (GObject *object)
{
  VigilHallApi *self = VIGIL_HALL_API (object);

  g_clear_pointer (&self->address, vigil_hall_address_unref);
  g_clear_object (&self->profile);
  g_clear_object (&self->http);
  g_free (self->token);

  G_OBJECT_CLASS (vigil_hall_api_parent_class)->finalize (object);
}

static void
vigil_hall_api_class_init (VigilHallApiClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_hall_api_finalize;
}

static void
vigil_hall_api_init (VigilHallApi *self)
{
}
