/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Janus session: transactions and their ends. */
#include "vigil-janus-link.h"

#include <libsoup/soup.h>
#include <string.h>

#include "vigil-hall-address.h"
#include "vigil-janus-metrics.h"
#include "vigil-net-error.h"
#include "vigil-redact.h"

#define WHAT "the Janus"
#define PROTOCOL "janus-protocol"

/* An offer of 500 slots, or a room of 10,000 publishers. Parsed at once, so not more than a picture's worth of time. */
#define MAX_MESSAGE (4 * 1024 * 1024)
#define GOODBYE_MS 500

struct _VigilJanusLink
{
  GObject parent_instance;

  VigilSfuConfig          *config;
  GTlsDatabase            *trust;       /* nullable */
  VigilNetLimits           limits;
  SoupSession             *soup;
  SoupWebsocketConnection *connection;
  GCancellable            *cancellable;
  GTlsCertificateFlags     tls_errors;
  GHashTable              *pending;     /* transaction → Pending */
  guint                    last;
  gint64                   session;
  guint                    keepalive;
  gboolean                 closed;
};

G_DEFINE_FINAL_TYPE (VigilJanusLink, vigil_janus_link, G_TYPE_OBJECT)

enum
{
  EVENT,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* A request that is on its way. */
typedef struct
{
  VigilJanusLink *self;
  GTask          *task;
  gboolean        ack_is_answer;
  gboolean        offer_is_answer;
  guint           timer;
  gint64          sent_us;
} Pending;

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_clear_handle_id (&pending->timer, g_source_remove);
  g_clear_object (&pending->task);
  g_free (pending);
}

static void
fail_pending (VigilJanusLink *self, const GError *error)
{
  g_autoptr (GHashTable) pending = g_steal_pointer (&self->pending);
  GHashTableIter iter;
  gpointer value;

  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pending_free);
  g_hash_table_iter_init (&iter, pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_task_return_error (((Pending *) value)->task, g_error_copy (error));
}

/* -- the end -- */

static gboolean
drop_cb (gpointer connection)
{
  return G_SOURCE_REMOVE; /* the source's destroy function lets go of it */
}

static void
let_go (VigilJanusLink *self, gboolean politely)
{
  SoupWebsocketConnection *connection = g_steal_pointer (&self->connection);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->keepalive, g_source_remove);
  if (connection == NULL)
    return;

  g_signal_handlers_disconnect_by_data (connection, self);
  if (politely && soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
    {
      VigilJanusAddress to = { self->session, 0 };
      g_autofree char *goodbye = vigil_janus_request_new ("destroy", "bye", to, self->config->token, NULL, NULL);

      /* Frees what it keeps for us at once, instead of after a minute. */
      if (self->session != 0)
        soup_websocket_connection_send_text (connection, goodbye);
      soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    }
  /* We may be in one of its callbacks; and the last frames want to be written. */
  g_timeout_add_full (G_PRIORITY_DEFAULT, GOODBYE_MS, drop_cb, connection, g_object_unref);
}

static void
fail (VigilJanusLink *self, GError *error)
{
  g_autoptr (VigilJanusLink) keep = g_object_ref (self);
  g_autoptr (GError) owned = error;

  if (self->closed)
    return;
  self->closed = TRUE;
  vigil_counter_add (vigil_janus_metrics ()->losses, 1);
  g_message ("%s", owned->message);
  let_go (self, FALSE);
  fail_pending (self, owned);
  g_signal_emit (self, signals[CLOSED], 0, owned);
}

static void G_GNUC_PRINTF (3, 4)
fail_with (VigilJanusLink *self, VigilSessionError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  fail (self, g_error_new_valist (VIGIL_SESSION_ERROR, code, format, args));
  va_end (args);
}

void
vigil_janus_link_close (VigilJanusLink *self)
{
  g_autoptr (GError) error = NULL;

  if (self->closed)
    return;
  self->closed = TRUE;
  let_go (self, TRUE);
  error = g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, WHAT ": closed");
  fail_pending (self, error);
}

/* -- answers -- */

/* A server may say anything, also what it was told in confidence. */
static char *
clean_reason (VigilJanusLink *self, const char *reason)
{
  g_autofree char *redacted = vigil_redact (reason);
  GString *text = g_string_new (redacted != NULL ? redacted : "no reason given");

  if (self->config->pin != NULL && *self->config->pin != '\0')
    g_string_replace (text, self->config->pin, "•••", 0);
  if (self->config->token != NULL && *self->config->token != '\0')
    g_string_replace (text, self->config->token, "•••", 0);
  if (text->len > 300)
    g_string_truncate (text, 300);
  {
    g_autofree char *raw = g_string_free (text, FALSE);

    return g_utf8_make_valid (raw, -1);
  }
}

static VigilSessionError
code_of (int code)
{
  switch (code)
    {
    case VIGIL_JANUS_ERROR_UNAUTHORIZED:
    case VIGIL_JANUS_ERROR_ROOM_UNAUTHORIZED:
      return VIGIL_SESSION_ERROR_FORBIDDEN;
    case VIGIL_JANUS_ERROR_NO_SUCH_ROOM:
      return VIGIL_SESSION_ERROR_NOT_FOUND;
    case VIGIL_JANUS_ERROR_NO_SUCH_FEED:
      return VIGIL_SESSION_ERROR_NO_PRODUCER;
    case VIGIL_JANUS_ERROR_NO_SUCH_SESSION:
    case VIGIL_JANUS_ERROR_NO_SUCH_HANDLE:
      return VIGIL_SESSION_ERROR_NO_TRANSPORT;
    default:
      return VIGIL_SESSION_ERROR_UNAVAILABLE;
    }
}

static void
finish_request (VigilJanusLink *self, VigilJanusMessage *message)
{
  gpointer key = NULL, value = NULL;
  Pending *pending;

  if (!g_hash_table_steal_extended (self->pending, message->transaction, &key, &value))
    {
      vigil_counter_add (vigil_janus_metrics ()->unexpected, 1);
      vigil_janus_message_free (message);
      return;
    }
  g_free (key);
  pending = value;
  vigil_histogram_add (vigil_janus_metrics ()->answer, (g_get_monotonic_time () - pending->sent_us) / 1000.0);
  if (message->error_code == 0)
    {
      g_task_return_pointer (pending->task, message, (GDestroyNotify) vigil_janus_message_free);
    }
  else
    {
      g_autofree char *reason = clean_reason (self, message->reason);

      vigil_counter_add (vigil_janus_metrics ()->refusals, 1);
      g_task_return_new_error (pending->task, VIGIL_SESSION_ERROR, (gint) code_of (message->error_code), "%s refuses (%d): %s",
                               WHAT, message->error_code, reason);
      vigil_janus_message_free (message);
    }
  pending_free (pending);
}

static gboolean
is_for_asker (VigilJanusLink *self, const VigilJanusMessage *message)
{
  Pending *pending;

  if (message->transaction == NULL)
    return FALSE;
  pending = g_hash_table_lookup (self->pending, message->transaction);
  if (message->kind == VIGIL_JANUS_ACK)
    return pending == NULL || pending->ack_is_answer;
  /* A new offer comes under the transaction of what made it necessary, and that one's answer behind it; but for what asks for
   * nothing else. */
  return message->offer_sdp == NULL || !g_str_equal (vigil_janus_get_word (message->data), "updated") ||
         (pending != NULL && pending->offer_is_answer);
}

static void
take_message (VigilJanusLink *self, const char *text, gsize len)
{
  g_autofree char *lean = vigil_janus_text_dup_lean (text, len);
  g_autoptr (GError) cause = NULL;
  g_autoptr (VigilJanusMessage) message = vigil_janus_message_parse (lean, strlen (lean), &cause);

  vigil_counter_add (vigil_janus_metrics ()->messages, 1);
  if (message == NULL)
    {
      /* What waits for it will end the link; what nobody waits for may have been written by a candidate. Text that is not
       * JSON at all was not: a Janus writes that itself. */
      vigil_counter_add (vigil_janus_metrics ()->malformed, 1);
      g_message ("%s said something that makes no sense: %s", WHAT, cause->message);
      if (!g_error_matches (cause, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD) &&
          !g_error_matches (cause, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_LIMIT))
        fail (self, vigil_net_error_translate (cause, WHAT, 0));
      return;
    }

  if (is_for_asker (self, message))
    finish_request (self, g_steal_pointer (&message));
  else if (message->kind == VIGIL_JANUS_TIMEOUT)
    fail_with (self, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s has ended the session", WHAT);
  else if (message->kind != VIGIL_JANUS_ACK)
    g_signal_emit (self, signals[EVENT], 0, message);
}

static void
message_cb (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *bytes, VigilJanusLink *self)
{
  g_autoptr (VigilJanusLink) keep = g_object_ref (self);
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);

  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    {
      take_message (self, text, len);
      return;
    }
  vigil_counter_add (vigil_janus_metrics ()->malformed, 1);
  fail_with (self, VIGIL_SESSION_ERROR_PROTOCOL, "%s sent a binary message", WHAT);
}

static void
soup_error_cb (SoupWebsocketConnection *connection, GError *error, VigilJanusLink *self)
{
  fail (self, vigil_net_error_translate (error, WHAT, 0));
}

static void
soup_closed_cb (SoupWebsocketConnection *connection, VigilJanusLink *self)
{
  fail_with (self, VIGIL_SESSION_ERROR_NETWORK, "%s closed the connection", WHAT);
}

/* -- requests -- */

static gboolean
late_cb (gpointer user_data)
{
  Pending *pending = user_data;

  pending->timer = 0;
  vigil_counter_add (vigil_janus_metrics ()->timeouts, 1);
  fail_with (pending->self, VIGIL_SESSION_ERROR_TIMEOUT, "%s did not answer within %u s", WHAT, pending->self->limits.request_ms / 1000);
  return G_SOURCE_REMOVE;
}

static void
send (VigilJanusLink *self, GTask *task, const char *verb, gint64 handle, JsonNode *body, const char *answer_sdp)
{
  VigilJanusAddress to = { self->session, handle };
  g_autofree char *transaction = g_strdup_printf ("v%u", ++self->last);
  g_autofree char *text = NULL;
  Pending *pending;

  if (self->closed || self->connection == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "%s: not connected", WHAT);
      return;
    }

  text = vigil_janus_request_new (verb, transaction, to, self->config->token, body, answer_sdp);
  pending = g_new0 (Pending, 1);
  pending->self = self;
  pending->task = g_object_ref (task);
  pending->ack_is_answer = g_str_equal (verb, "keepalive");
  pending->offer_is_answer = body != NULL && vigil_janus_body_wants_offer (body);
  pending->sent_us = g_get_monotonic_time ();
  /* Below I/O: after a long sleep what has come is read before it is judged. */
  pending->timer = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, self->limits.request_ms, late_cb, pending, NULL);
  g_hash_table_insert (self->pending, g_steal_pointer (&transaction), pending);
  vigil_counter_add (vigil_janus_metrics ()->requests, 1);
  soup_websocket_connection_send_text (self->connection, text);
}

void
vigil_janus_link_request_async (VigilJanusLink *self, const char *verb, gint64 handle, JsonNode *body, const char *answer_sdp,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (JsonNode) owned = body;

  g_task_set_source_tag (task, vigil_janus_link_request_async);
  send (self, task, verb, handle, body, answer_sdp);
}

VigilJanusMessage *
vigil_janus_link_request_finish (VigilJanusLink *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
keepalive_cb (gpointer user_data)
{
  vigil_janus_link_request_async (user_data, "keepalive", 0, NULL, NULL, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

/* -- opening -- */

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VigilJanusLink *self = VIGIL_JANUS_LINK (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusMessage) message = vigil_janus_link_request_finish (self, result, &error);

  if (message != NULL && message->id == 0)
    g_set_error_literal (&error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, WHAT ": a session without an id");
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->session = message->id;
  self->keepalive = g_timeout_add (self->limits.janus_keepalive_ms, keepalive_cb, self);
  g_task_return_boolean (task, TRUE);
}

static void
adopt (VigilJanusLink *self, SoupWebsocketConnection *connection)
{
  self->connection = connection;
  soup_websocket_connection_set_max_incoming_payload_size (connection, MAX_MESSAGE);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (connection), "max-total-message-size") != NULL)
    g_object_set (connection, "max-total-message-size", (guint64) MAX_MESSAGE, NULL);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "error", G_CALLBACK (soup_error_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (soup_closed_cb), self);
}

static GError *
explain_upgrade (VigilJanusLink *self, SoupMessage *message, const GError *cause)
{
  guint status = message != NULL ? soup_message_get_status (message) : 0;

  if (status >= 100 && status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    return g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, "%s: HTTP %u instead of a WebSocket", WHAT, status);
  return vigil_net_error_translate (cause, WHAT, self->tls_errors);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilJanusLink *self = g_task_get_source_object (task);
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (message != NULL)
    g_signal_handlers_disconnect_by_data (message, self);
  if (self->closed)
    {
      g_clear_object (&connection);
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "%s: closed", WHAT);
      return;
    }
  if (connection == NULL)
    {
      self->closed = TRUE;
      g_task_return_error (task, explain_upgrade (self, message, error));
      return;
    }

  adopt (self, connection);
  if (g_strcmp0 (soup_websocket_connection_get_protocol (connection), PROTOCOL) != 0)
    {
      vigil_janus_link_close (self);
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, "%s: what answers does not speak its protocol", WHAT);
      return;
    }
  vigil_janus_link_request_async (self, "create", 0, NULL, NULL, created_cb, g_steal_pointer (&task));
}

static gboolean
certificate_cb (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors, VigilJanusLink *self)
{
  self->tls_errors = errors;
  return FALSE;
}

/* The pin and what is seen are nobody else's business. */
static gboolean
check_address (const VigilSfuConfig *config, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (config->url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL)
    {
      g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ADDRESS, "%s: its address cannot be read", WHAT);
      return FALSE;
    }
  if (g_str_equal (g_uri_get_scheme (uri), "wss") || vigil_host_is_loopback (g_uri_get_host (uri)))
    return TRUE;
  g_set_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS, "%s is on another machine and not encrypted (ws: instead of wss:)", WHAT);
  return FALSE;
}

void
vigil_janus_link_open_async (VigilJanusLink *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  static const char *const protocols[] = { PROTOCOL, NULL };
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (SoupMessage) message = NULL;
  GError *error = NULL;

  g_return_if_fail (self->soup == NULL);

  g_task_set_source_tag (task, vigil_janus_link_open_async);
  if (!check_address (self->config, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  message = soup_message_new (SOUP_METHOD_GET, self->config->url);
  self->soup = soup_session_new ();
  soup_session_set_timeout (self->soup, (self->limits.connect_ms + 999) / 1000);
  soup_session_remove_feature_by_type (self->soup, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  if (vigil_host_is_loopback (g_uri_get_host (soup_message_get_uri (message))))
    soup_session_set_proxy_resolver (self->soup, NULL);
  if (self->trust != NULL)
    soup_session_set_tls_database (self->soup, self->trust);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (certificate_cb), self);
  soup_session_websocket_connect_async (self->soup, message, NULL, (char **) protocols, G_PRIORITY_DEFAULT, self->cancellable,
                                        connected_cb, g_steal_pointer (&task));
}

gboolean
vigil_janus_link_open_finish (VigilJanusLink *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

VigilJanusLink *
vigil_janus_link_new (const VigilSfuConfig *config, GTlsDatabase *trust, const VigilNetLimits *limits)
{
  VigilJanusLink *self = g_object_new (VIGIL_TYPE_JANUS_LINK, NULL);

  self->config = vigil_sfu_config_ref ((VigilSfuConfig *) config);
  self->trust = trust != NULL ? g_object_ref (trust) : NULL;
  self->limits = *limits;
  return self;
}

static void
vigil_janus_link_dispose (GObject *object)
{
  VigilJanusLink *self = VIGIL_JANUS_LINK (object);

  vigil_janus_link_close (self);
  g_clear_object (&self->soup);
  g_clear_object (&self->trust);

  G_OBJECT_CLASS (vigil_janus_link_parent_class)->dispose (object);
}

static void
vigil_janus_link_finalize (GObject *object)
{
  VigilJanusLink *self = VIGIL_JANUS_LINK (object);

  g_assert (self->connection == NULL && self->keepalive == 0);
  g_hash_table_unref (self->pending);
  g_clear_object (&self->cancellable);
  vigil_sfu_config_unref (self->config);

  G_OBJECT_CLASS (vigil_janus_link_parent_class)->finalize (object);
}

static void
vigil_janus_link_class_init (VigilJanusLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = vigil_janus_link_dispose;
  object_class->finalize = vigil_janus_link_finalize;

  signals[EVENT] = g_signal_new ("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CLOSED] = g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
vigil_janus_link_init (VigilJanusLink *self)
{
  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pending_free);
  self->cancellable = g_cancellable_new ();
}
