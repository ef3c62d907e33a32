/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One bounded HTTP exchange at a time, over libsoup's asynchronous calls. */
#include "vigil-http.h"

#include <libsoup/soup.h>

#include "vigil-hall-address.h"
#include "vigil-location.h"
#include "vigil-net-error.h"
#include "vigil-net-metrics.h"
#include "vigil-retry-after.h"

#define PIECE (64 * 1024)

/* docs/protocol.md 1 */
#define MAX_TIME_MS ((G_GINT64_CONSTANT (1) << 53) - 1)

/* So many times as long as an exchange may take, it waits for those before it. */
#define TURNS 4

struct _VigilHttp
{
  GObject parent_instance;

  /* Main thread. */
  SoupSession    *session;
  SoupSession    *direct;      /* for this machine itself: never through a proxy */
  VigilNetLimits  limits;
  GPtrArray      *exchanges;   /* of those under way; not owned */
};

G_DEFINE_FINAL_TYPE (VigilHttp, vigil_http, G_TYPE_OBJECT)

/* One exchange; task data of its GTask. Main thread. */
typedef struct
{
  VigilHttp           *http;        /* borrowed: the task holds it */
  GPtrArray           *under_way;   /* the list that this one is in */
  SoupMessage         *message;
  GInputStream        *stream;
  GByteArray          *body;
  GCancellable        *cancellable; /* ours: of the caller or of a clock */
  GCancellable        *outer;       /* nullable: the caller's */
  gulong               outer_handler;
  char                *what;
  gsize                max_bytes;
  guint                redirects_left;
  guint                stall_ms;
  guint                total_ms;
  guint                stall_source;
  guint                total_source;
  const char          *late;        /* which clock ran out */
  gboolean             counting;    /* the clocks run: it is no longer in libsoup's queue */
  gboolean             begun;       /* this message has its connection, or one is being made for it */
  gboolean             aborted;
  GTlsCertificateFlags tls_errors;
  gint64               sent_us;
  gint64               rtt_us;
} Exchange;

void
vigil_http_answer_free (VigilHttpAnswer *self)
{
  g_free (self->etag);
  g_free (self->content_type);
  g_free (self->location);
  g_free (self->accept_patch);
  g_free (self->links);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

static void
stop_clocks (Exchange *exchange)
{
  g_clear_handle_id (&exchange->stall_source, g_source_remove);
  g_clear_handle_id (&exchange->total_source, g_source_remove);
  if (exchange->outer_handler != 0)
    g_signal_handler_disconnect (exchange->outer, exchange->outer_handler);
  exchange->outer_handler = 0;
}

static void
drop_message (Exchange *exchange)
{
  if (exchange->message != NULL)
    g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->stream);
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  stop_clocks (exchange);
  drop_message (exchange);
  g_ptr_array_remove_fast (exchange->under_way, exchange);
  g_ptr_array_unref (exchange->under_way);
  g_clear_pointer (&exchange->body, g_byte_array_unref);
  g_clear_object (&exchange->cancellable);
  g_clear_object (&exchange->outer);
  g_free (exchange->what);
  g_free (exchange);
}

/* -- the end -- */

static void
finish_error (GTask *task, GError *cause)
{
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) owned = cause;

  stop_clocks (exchange);
  /* A body that is not read to its end must not be drained later either. */
  g_cancellable_cancel (exchange->cancellable);
  vigil_counter_add (vigil_net_metrics ()->http_errors, 1);

  if (exchange->aborted)
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "%s: given up", exchange->what);
  else if (exchange->late != NULL)
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT, "%s: %s", exchange->what, exchange->late);
  else
    g_task_return_error (task, vigil_net_error_translate (owned, exchange->what, exchange->tls_errors));
}

static void G_GNUC_PRINTF (3, 4)
finish_with (GTask *task, VigilSessionError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  finish_error (task, g_error_new_valist (VIGIL_SESSION_ERROR, code, format, args));
  va_end (args);
}

static gint64
read_number (SoupMessageHeaders *headers, const char *name, gint64 max)
{
  const char *text = soup_message_headers_get_one (headers, name);
  gint64 value = 0;

  return text != NULL && g_ascii_string_to_signed (text, 10, 0, max, &value, NULL) ? value : 0;
}

static gint64
read_date (SoupMessageHeaders *headers, const char *name)
{
  const char *text = soup_message_headers_get_one (headers, name);
  g_autoptr (GDateTime) date = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  return date != NULL ? g_date_time_to_unix (date) * 1000 : 0;
}

static void
finish_answer (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  VigilHttpAnswer *answer = g_new0 (VigilHttpAnswer, 1);

  stop_clocks (exchange);
  answer->status = soup_message_get_status (exchange->message);
  answer->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  answer->location = g_strdup (soup_message_headers_get_one (headers, "Location"));
  answer->accept_patch = g_strdup (soup_message_headers_get_list (headers, "Accept-Patch"));
  answer->links = g_strdup (soup_message_headers_get_list (headers, "Link"));
  answer->content_type = g_strdup (soup_message_headers_get_content_type (headers, NULL));
  answer->date_ms = read_date (headers, "Date");
  answer->modified_ms = read_date (headers, "Last-Modified");
  answer->captured_ms = read_number (headers, "Capture-At", MAX_TIME_MS);
  answer->retry_ms = vigil_retry_after_ms (soup_message_headers_get_one (headers, "Retry-After"), answer->date_ms);
  answer->sent_us = exchange->sent_us;
  answer->rtt_us = exchange->rtt_us;
  answer->body = g_byte_array_free_to_bytes (g_steal_pointer (&exchange->body));
  vigil_counter_add (vigil_net_metrics ()->http_bytes, g_bytes_get_size (answer->body));
  if (answer->status >= 400)
    vigil_counter_add (vigil_net_metrics ()->http_errors, 1);
  g_task_return_pointer (task, answer, (GDestroyNotify) vigil_http_answer_free);
}

/* -- clocks -- */

static gboolean
stall_cb (gpointer data)
{
  Exchange *exchange = data;

  exchange->stall_source = 0;
  exchange->late = "nothing came for too long";
  g_cancellable_cancel (exchange->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
total_cb (gpointer data)
{
  Exchange *exchange = data;

  exchange->total_source = 0;
  exchange->late = exchange->counting ? "it took too long" : "its turn did not come";
  g_cancellable_cancel (exchange->cancellable);
  return G_SOURCE_REMOVE;
}

static void
something_came (Exchange *exchange)
{
  g_clear_handle_id (&exchange->stall_source, g_source_remove);
  exchange->stall_source = g_timeout_add (exchange->stall_ms, stall_cb, exchange);
}

/* Only a few connections lead to one host: whoever has to wait for his is not late yet. */
static void
begun_cb (Exchange *exchange)
{
  if (exchange->begun)
    return;

  exchange->begun = TRUE;
  exchange->sent_us = g_get_monotonic_time ();
  something_came (exchange);
  if (exchange->counting)
    return;

  exchange->counting = TRUE;
  g_clear_handle_id (&exchange->total_source, g_source_remove);
  exchange->total_source = g_timeout_add (exchange->total_ms, total_cb, exchange);
}

/* -- the body -- */

/* libsoup takes a connection that ends for the end of the body, whatever was announced. */
static gboolean
is_cut_off (Exchange *exchange)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  guint status = soup_message_get_status (exchange->message);

  return status != SOUP_STATUS_NOT_MODIFIED && status != SOUP_STATUS_NO_CONTENT &&
         soup_message_get_method (exchange->message) != SOUP_METHOD_HEAD &&
         soup_message_headers_get_one (headers, "Content-Encoding") == NULL &&
         soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
         (goffset) exchange->body->len < soup_message_headers_get_content_length (headers);
}

static void
piece_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (piece == NULL)
    {
      finish_error (task, g_steal_pointer (&error));
      return;
    }
  if (g_bytes_get_size (piece) == 0)
    {
      if (is_cut_off (exchange))
        finish_with (task, VIGIL_SESSION_ERROR_NETWORK, "%s: broken off after %u bytes", exchange->what, exchange->body->len);
      else
        finish_answer (task);
      return;
    }
  if (exchange->body->len + g_bytes_get_size (piece) > exchange->max_bytes)
    {
      finish_with (task, VIGIL_SESSION_ERROR_TOO_LARGE, "%s: more than the %" G_GSIZE_FORMAT " bytes that may come",
                   exchange->what, exchange->max_bytes);
      return;
    }

  something_came (exchange);
  g_byte_array_append (exchange->body, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece));
  g_input_stream_read_bytes_async (exchange->stream, PIECE, G_PRIORITY_DEFAULT, exchange->cancellable, piece_cb,
                                   g_object_ref (task));
}

static gboolean
check_announced_size (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (exchange->message);
  goffset length;

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return TRUE;

  length = soup_message_headers_get_content_length (headers);
  if (length <= (goffset) exchange->max_bytes)
    return TRUE;

  finish_with (task, VIGIL_SESSION_ERROR_TOO_LARGE, "%s: announced with %" G_GINT64_FORMAT " bytes",
               exchange->what, (gint64) length);
  return FALSE;
}

/* -- redirects -- */

static void send_message (GTask *task);

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static GUri *
resolve_redirect (Exchange *exchange, GError **error)
{
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (exchange->message), "Location");

  return vigil_location_resolve (soup_message_get_uri (exchange->message), location, exchange->what, error);
}

static void
follow (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) to = NULL;

  if (exchange->redirects_left-- == 1)
    {
      finish_with (task, VIGIL_SESSION_ERROR_PROTOCOL, "%s: redirected too often", exchange->what);
      return;
    }
  to = resolve_redirect (exchange, &error);
  if (to == NULL)
    {
      finish_error (task, g_steal_pointer (&error));
      return;
    }

  drop_message (exchange);
  exchange->message = soup_message_new_from_uri (SOUP_METHOD_GET, to);
  send_message (task);
}

/* -- the head -- */

static void
head_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (exchange->stream == NULL)
    {
      finish_error (task, g_steal_pointer (&error));
      return;
    }

  exchange->rtt_us = g_get_monotonic_time () - exchange->sent_us;
  vigil_histogram_add (vigil_net_metrics ()->http_rtt, exchange->rtt_us / 1000.0);
  if (exchange->redirects_left > 0 && is_redirect (soup_message_get_status (exchange->message)))
    {
      follow (task);
      return;
    }
  if (!check_announced_size (task))
    return;

  something_came (exchange);
  g_input_stream_read_bytes_async (exchange->stream, PIECE, G_PRIORITY_DEFAULT, exchange->cancellable, piece_cb,
                                   g_object_ref (task));
}

static gboolean
certificate_cb (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors, Exchange *exchange)
{
  exchange->tls_errors = errors;
  return FALSE;
}

/* Unencrypted http is for this machine only, and a proxy would carry it (and the token) elsewhere. */
static SoupSession *
choose_session (VigilHttp *self, SoupMessage *message)
{
  return vigil_host_is_loopback (g_uri_get_host (soup_message_get_uri (message))) ? self->direct : self->session;
}

static void
send_message (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  soup_message_add_flags (exchange->message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (exchange->message, "accept-certificate", G_CALLBACK (certificate_cb), exchange);
  g_signal_connect_swapped (exchange->message, "network-event", G_CALLBACK (begun_cb), exchange);
  g_signal_connect_swapped (exchange->message, "starting", G_CALLBACK (begun_cb), exchange);
  exchange->begun = FALSE;
  exchange->sent_us = g_get_monotonic_time ();
  g_clear_handle_id (&exchange->stall_source, g_source_remove);
  vigil_counter_add (vigil_net_metrics ()->http_requests, 1);
  soup_session_send_async (choose_session (exchange->http, exchange->message), exchange->message, G_PRIORITY_DEFAULT, exchange->cancellable,
                           head_cb, g_object_ref (task));
}

/* -- public -- */

static void
put_header (SoupMessageHeaders *headers, const char *name, const char *value)
{
  if (value != NULL)
    soup_message_headers_replace (headers, name, value);
}

static SoupMessage *
build_message (const VigilHttpRequest *request)
{
  g_autoptr (GUri) uri = g_uri_parse (request->url, SOUP_HTTP_URI_FLAGS, NULL);
  SoupMessage *message = uri != NULL && g_uri_get_host (uri) != NULL ? soup_message_new_from_uri (request->method, uri) : NULL;
  g_autofree char *bearer = request->token != NULL ? g_strconcat ("Bearer ", request->token, NULL) : NULL;
  SoupMessageHeaders *headers;

  if (message == NULL)
    return NULL;

  /* Else libsoup makes a connection for each POST: a handshake before every picture. */
  if (request->reuse)
    soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT);
  headers = soup_message_get_request_headers (message);
  put_header (headers, "Authorization", bearer);
  put_header (headers, "If-Match", request->if_match);
  put_header (headers, "If-None-Match", request->if_none_match);
  put_header (headers, "Idempotency-Key", request->idempotency_key);
  put_header (headers, "Accept", request->accept);
  if (request->body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (request->body, strlen (request->body));

      soup_message_set_request_body_from_bytes (message, request->content_type != NULL ? request->content_type
                                                                                      : "application/json; charset=utf-8", bytes);
    }
  return message;
}

static void
outer_cancelled_cb (GCancellable *outer, Exchange *exchange)
{
  g_cancellable_cancel (exchange->cancellable);
}

void
vigil_http_send_async (VigilHttp *self, const VigilHttpRequest *request, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  Exchange *exchange = g_new0 (Exchange, 1);

  g_return_if_fail (VIGIL_IS_HTTP (self));

  g_task_set_source_tag (task, vigil_http_send_async);
  g_task_set_task_data (task, exchange, exchange_free);
  exchange->http = self;
  exchange->under_way = g_ptr_array_ref (self->exchanges);
  g_ptr_array_add (self->exchanges, exchange);
  exchange->what = g_strdup (request->what);
  exchange->body = g_byte_array_new ();
  exchange->cancellable = g_cancellable_new ();
  exchange->max_bytes = request->max_bytes;
  exchange->redirects_left = request->max_redirects > 0 ? request->max_redirects + 1 : 0;
  exchange->stall_ms = self->limits.stall_ms;
  if (g_task_return_error_if_cancelled (task))
    return;

  exchange->message = build_message (request);
  if (exchange->message == NULL)
    {
      finish_with (task, VIGIL_SESSION_ERROR_ADDRESS, "%s: not an address", exchange->what);
      return;
    }
  if (!vigil_uri_is_safe (soup_message_get_uri (exchange->message), &error))
    {
      g_prefix_error (&error, "%s: ", exchange->what);
      finish_error (task, g_steal_pointer (&error));
      return;
    }
  if (cancellable != NULL)
    {
      exchange->outer = g_object_ref (cancellable);
      exchange->outer_handler = g_signal_connect (cancellable, "cancelled", G_CALLBACK (outer_cancelled_cb), exchange);
    }
  exchange->total_ms = request->total_ms;
  exchange->total_source = g_timeout_add (TURNS * request->total_ms, total_cb, exchange);
  send_message (task);
}

VigilHttpAnswer *
vigil_http_send_finish (VigilHttp *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
vigil_http_abort (VigilHttp *self)
{
  for (guint i = 0; i < self->exchanges->len; i++)
    {
      Exchange *exchange = g_ptr_array_index (self->exchanges, i);

      exchange->aborted = TRUE;
      g_cancellable_cancel (exchange->cancellable);
    }
}

static SoupSession *
create_session (guint connections)
{
  /* Our own clocks do the timing; libsoup's would be added to them. */
  return soup_session_new_with_options ("user-agent", "Vigil/" VIGIL_VERSION, "timeout", 0, "idle-timeout", 30,
                                        "max-conns-per-host", (int) connections, "max-conns", (int) connections + 10, NULL);
}

VigilHttp *
vigil_http_new (const VigilNetLimits *limits, GTlsDatabase *trust)
{
  VigilHttp *self = g_object_new (VIGIL_TYPE_HTTP, NULL);

  self->limits = *limits;
  self->session = create_session (limits->http_connections);
  self->direct = create_session (limits->http_connections);
  soup_session_set_proxy_resolver (self->direct, NULL);
  if (trust != NULL)
    {
      soup_session_set_tls_database (self->session, trust);
      soup_session_set_tls_database (self->direct, trust);
    }
  return self;
}

static void
vigil_http_dispose (GObject *object)
{
  VigilHttp *self = VIGIL_HTTP (object);

  if (self->session != NULL)
    soup_session_abort (self->session);
  if (self->direct != NULL)
    soup_session_abort (self->direct);
  g_clear_object (&self->session);
  g_clear_object (&self->direct);

  G_OBJECT_CLASS (vigil_http_parent_class)->dispose (object);
}

static void
vigil_http_finalize (GObject *object)
{
  g_clear_pointer (&VIGIL_HTTP (object)->exchanges, g_ptr_array_unref);

  G_OBJECT_CLASS (vigil_http_parent_class)->finalize (object);
}

static void
vigil_http_class_init (VigilHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_http_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_http_finalize;
}

static void
vigil_http_init (VigilHttp *self)
{
  self->exchanges = g_ptr_array_new ();
}
