/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WebSocket over libsoup: connecting, frames, letting go. */
#include "vigil-wire.h"

#include <libsoup/soup.h>
#include <string.h>

#include "vigil-hall-address.h"
#include "vigil-net-error.h"
#include "vigil-net-metrics.h"
#include "vigil-tap-stream.h"

#define GOODBYE_MS 500
/* The rest of the thread gets its turn at least this often, however fast the hall sends. */
#define MAX_DRAIN_US (100 * G_TIME_SPAN_MILLISECOND)
/* Larger messages are rare, and libsoup may as well put them together. */
#define MAX_EARLY (1024 * 1024)

struct _VigilWire
{
  /* All of it: network thread. */
  grefcount                ref_count;
  VigilNetThread          *thread;
  guint64                  max_message;
  const VigilWireFuncs    *funcs;
  gpointer                 user_data;
  SoupSession             *session;
  GCancellable            *cancellable;
  SoupWebsocketConnection *connection;
  VigilTapInput           *tap;          /* what the connection reads from */
  gint64                   received_us;  /* when the tap was filled last */
  GTlsCertificateFlags     tls_errors;
  GSource                 *drain_source; /* libsoup's, only compared */
  gint64                   drain_us;     /* when it was dispatched, or others had their turn */
  gboolean                 in_message;
  gboolean                 closed;
};

static VigilWire *
wire_ref (VigilWire *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

static void
wire_unref (VigilWire *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_assert (self->connection == NULL && self->tap == NULL);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  vigil_net_thread_release (self->thread);
  vigil_net_thread_unref (self->thread);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWire, wire_unref)

/* -- letting go -- */

static gboolean
drop_connection_cb (gpointer connection)
{
  return G_SOURCE_REMOVE; /* the source's destroy function lets go of it */
}

static void
drop_later (VigilWire *self, SoupWebsocketConnection *connection)
{
  g_autoptr (GSource) source = g_timeout_source_new (GOODBYE_MS);

  g_source_set_callback (source, drop_connection_cb, connection, g_object_unref);
  g_signal_connect_data (connection, "closed", G_CALLBACK (g_source_destroy), g_source_ref (source),
                         (GClosureNotify) (void (*) (void)) g_source_unref, G_CONNECT_SWAPPED);
  g_source_attach (source, vigil_net_thread_get_context (self->thread));
}

/* Where a loop runs inside a drain (let_others_in), libsoup is still in the middle of reading from it. */
static gboolean
drop_outside_cb (gpointer connection)
{
  return g_main_depth () > 1 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
drop_soon (VigilWire *self, SoupWebsocketConnection *connection)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, drop_outside_cb, connection, g_object_unref);
  g_source_attach (source, vigil_net_thread_get_context (self->thread));
}

static void
hold_thread (VigilWire *self, SoupWebsocketConnection *connection)
{
  vigil_net_thread_hold (self->thread);
  g_object_set_data_full (G_OBJECT (connection), "vigil-hold", self->thread, (GDestroyNotify) vigil_net_thread_release);
}

/* libsoup closes its stream with an asynchronous call that keeps the connection alive, so the
 * thread must go on until it is finalized: qdata goes away exactly then. */
static void
let_go (VigilWire *self, gboolean politely, const char *goodbye)
{
  SoupWebsocketConnection *connection = g_steal_pointer (&self->connection);

  /* In the middle of a drain libsoup would read on for as long as the other side sends, and nothing else of
   * this thread would run. */
  if (self->tap != NULL && self->in_message)
    vigil_tap_input_end (self->tap);
  else if (self->tap != NULL)
    vigil_tap_input_set_funcs (self->tap, NULL, NULL);
  g_clear_object (&self->tap);
  if (connection == NULL)
    return;

  g_signal_handlers_disconnect_by_data (connection, self);
  hold_thread (self, connection);

  /* Inside a drain that does not end, nobody would ever see the other side's goodbye. */
  if (!politely || self->in_message || soup_websocket_connection_get_state (connection) != SOUP_WEBSOCKET_STATE_OPEN)
    {
      drop_soon (self, connection);
      return;
    }
  if (goodbye != NULL)
    soup_websocket_connection_send_text (connection, goodbye);
  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  drop_later (self, connection);
}

static void
tear_down (VigilWire *self, gboolean politely, const char *goodbye)
{
  self->closed = TRUE;
  let_go (self, politely, goodbye);
  g_cancellable_cancel (self->cancellable);
}

static void
fail (VigilWire *self, GError *error)
{
  g_autoptr (GError) owned = error;
  g_autoptr (VigilWire) keep = wire_ref (self);

  if (self->closed)
    return;
  tear_down (self, FALSE, NULL);
  self->funcs->closed (self->user_data, owned);
}

/* -- frames -- */

/* libsoup reads in one dispatch for as long as there is something to read. Where that is for ever, because
 * the hall sends faster than we can take it, calls and timers would never come: they are let in here. Its
 * own input source is not among them, it takes that away while it reads. */
static void
let_others_in (VigilWire *self)
{
  GSource *source = g_main_current_source ();
  gint64 now_us = g_get_monotonic_time ();

  if (source != self->drain_source)
    {
      self->drain_source = source;
      self->drain_us = now_us;
    }
  if (now_us - self->drain_us < MAX_DRAIN_US)
    return;

  self->in_message = TRUE;
  for (guint i = 0; i < 16 && g_main_context_iteration (vigil_net_thread_get_context (self->thread), FALSE); i++)
    ;
  self->in_message = FALSE;
  self->drain_us = g_get_monotonic_time ();
}

static void
count_message (gsize len)
{
  vigil_counter_add (vigil_net_metrics ()->messages_in, 1);
  vigil_counter_add (vigil_net_metrics ()->bytes_in, (gint64) len);
}

static void
filled_cb (gpointer user_data)
{
  VigilWire *self = user_data;
  g_autoptr (VigilWire) keep = wire_ref (self);

  self->received_us = g_get_monotonic_time ();
  let_others_in (self);
}

static gboolean
early_cb (gpointer user_data, const char *text, gsize len)
{
  VigilWire *self = user_data;
  g_autoptr (VigilWire) keep = wire_ref (self);
  gboolean taken = self->funcs->early (self->user_data, text, len, self->received_us);

  if (taken)
    count_message (len);
  return taken;
}

static gboolean
early_binary_cb (gpointer user_data, const char *data, gsize len)
{
  VigilWire *self = user_data;
  g_autoptr (VigilWire) keep = wire_ref (self);
  gboolean taken = self->funcs->early_binary (self->user_data, (const guint8 *) data, len, self->received_us);

  if (taken)
    count_message (len);
  return taken;
}

static const VigilTapFuncs tap_funcs = { filled_cb, early_cb, early_binary_cb };

static void
message_cb (SoupWebsocketConnection *connection, int type, GBytes *bytes, VigilWire *self)
{
  g_autoptr (VigilWire) keep = wire_ref (self);
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);

  count_message (len);
  let_others_in (self);
  if (self->closed)
    return;
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    self->funcs->text (self->user_data, data, len);
  else
    self->funcs->binary (self->user_data, bytes);
}

static void
soup_error_cb (SoupWebsocketConnection *connection, GError *error, VigilWire *self)
{
  /* libsoup would now wait for the other side to close: there is nothing more to be had from it. */
  fail (self, vigil_net_error_translate (error, "the connection broke off", 0));
}

static void
soup_closed_cb (SoupWebsocketConnection *connection, VigilWire *self)
{
  gushort code = soup_websocket_connection_get_close_code (connection);

  if (code != 0)
    fail (self, g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "the hall closed the connection (WebSocket %u)", code));
  else
    fail (self, g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NETWORK, "the connection broke off"));
}

/* -- connecting -- */

static gboolean
certificate_cb (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors, VigilWire *self)
{
  self->tls_errors = errors;
  return FALSE;
}

static GError *
explain_upgrade (VigilWire *self, SoupMessage *message, const GError *cause)
{
  guint status = soup_message_get_status (message);

  if (self->tls_errors != 0 || cause->domain != SOUP_WEBSOCKET_ERROR)
    return vigil_net_error_translate (cause, "cannot connect to the hall", self->tls_errors);

  switch (status)
    {
    case 401:
    case 403:
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return g_error_new (VIGIL_SESSION_ERROR, vigil_net_error_code_from_status (status),
                          "the hall refused the connection with HTTP %u", status);
    default:
      return g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_A_HALL,
                          "what answers is not a hall: HTTP %u instead of a WebSocket", status);
    }
}

/* libsoup costs some 5 µs a message, whatever is in it. So it is given another stream to read from, which hands
 * us the scores first. @plain has not read anything yet: we are called from where it was made. It would close its
 * stream when it goes, but a stream that is marked as busy cannot be closed. */
static SoupWebsocketConnection *
put_tap (VigilWire *self, SoupWebsocketConnection *plain)
{
  g_autoptr (SoupWebsocketConnection) connection = plain;
  g_autoptr (GIOStream) base = g_object_ref (soup_websocket_connection_get_io_stream (plain));
  g_autoptr (GIOStream) stream = NULL;

  if (!g_io_stream_set_pending (base, NULL))
    return g_steal_pointer (&connection);

  stream = vigil_tap_stream_new (base, MIN (MAX_EARLY, self->max_message));
  self->tap = g_object_ref (vigil_tap_stream_get_tap (VIGIL_TAP_STREAM (stream)));
  hold_thread (self, plain);
  g_object_run_dispose (G_OBJECT (plain));
  g_io_stream_clear_pending (base);
  vigil_tap_input_set_funcs (self->tap, &tap_funcs, self);
  return soup_websocket_connection_new (stream, soup_websocket_connection_get_uri (plain), SOUP_WEBSOCKET_CONNECTION_CLIENT,
                                        soup_websocket_connection_get_origin (plain),
                                        soup_websocket_connection_get_protocol (plain), NULL);
}

static void
adopt (VigilWire *self, SoupWebsocketConnection *connection)
{
  self->connection = connection;
  if (soup_websocket_connection_get_extensions (connection) != NULL)
    {
      fail (self, g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, "the hall insists on a WebSocket extension"));
      return;
    }

  self->connection = connection = put_tap (self, connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, self->max_message);
  /* Fragments of one message add up; libsoup bounds the sum since 3.8 (and where that was ported back). */
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (connection), "max-total-message-size") != NULL)
    g_object_set (connection, "max-total-message-size", self->max_message, NULL);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "error", G_CALLBACK (soup_error_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (soup_closed_cb), self);
  self->funcs->opened (self->user_data);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilWire) self = user_data;
  g_autoptr (GError) error = NULL;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  SoupWebsocketConnection *connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (message != NULL)
    g_signal_handlers_disconnect_by_data (message, self);

  if (self->closed)
    {
      self->connection = connection;
      let_go (self, FALSE, NULL);
    }
  else if (connection == NULL)
    {
      fail (self, explain_upgrade (self, message, error));
    }
  else
    {
      adopt (self, connection);
    }
}

static SoupSession *
create_session (SoupMessage *message, GTlsDatabase *trust)
{
  SoupSession *session = soup_session_new ();

  /* Unencrypted ws is for this machine only, and a proxy would carry it elsewhere. */
  if (vigil_host_is_loopback (g_uri_get_host (soup_message_get_uri (message))))
    soup_session_set_proxy_resolver (session, NULL);

  /* An accepted permessage-deflate costs ten times the CPU for small messages. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  if (trust != NULL)
    soup_session_set_tls_database (session, trust);
  return session;
}

VigilWire *
vigil_wire_open (VigilNetThread *thread, const char *url, GTlsDatabase *trust, const VigilNetLimits *limits,
                 const VigilWireFuncs *funcs, gpointer user_data)
{
  VigilWire *self = g_new0 (VigilWire, 1);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);

  g_ref_count_init (&self->ref_count);
  self->thread = vigil_net_thread_ref (thread);
  vigil_net_thread_hold (thread);
  self->max_message = limits->max_message;
  self->funcs = funcs;
  self->user_data = user_data;
  self->session = create_session (message, trust);
  self->cancellable = g_cancellable_new ();

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (certificate_cb), self);
  soup_session_websocket_connect_async (self->session, message, NULL, NULL, G_PRIORITY_DEFAULT, self->cancellable,
                                        connected_cb, wire_ref (self));
  return self;
}

void
vigil_wire_close (VigilWire *self, const char *goodbye)
{
  if (!self->closed)
    tear_down (self, TRUE, goodbye);
  wire_unref (self);
}

gboolean
vigil_wire_is_open (VigilWire *self)
{
  return self->connection != NULL && soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

void
vigil_wire_send_text (VigilWire *self, const char *text)
{
  if (!vigil_wire_is_open (self))
    return;

  vigil_counter_add (vigil_net_metrics ()->bytes_out, (gint64) strlen (text));
  soup_websocket_connection_send_text (self->connection, text);
}

void
vigil_wire_send_binary (VigilWire *self, GBytes *bytes)
{
  if (!vigil_wire_is_open (self))
    return;

  vigil_counter_add (vigil_net_metrics ()->bytes_out, (gint64) g_bytes_get_size (bytes));
  soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_BINARY, bytes);
}
