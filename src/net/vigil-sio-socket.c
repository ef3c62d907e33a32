/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One Socket.IO connection over libsoup's WebSocket: Engine.IO 4, transport websocket, no extensions. */
#include "vigil-sio-socket.h"

#include <libsoup/soup.h>
#include <string.h>

#include "vigil-eio-packet.h"
#include "vigil-net-error.h"
#include "vigil-net-metrics.h"
#include "vigil-sio-acks.h"
#include "vigil-sio-decoder.h"

#define EIO_QUERY "EIO=4&transport=websocket"
#define GOODBYE_MS 500

typedef enum
{
  PHASE_CONNECTING, /* TCP, TLS, HTTP upgrade */
  PHASE_OPENING,    /* waits for Engine.IO's open packet */
  PHASE_JOINING,    /* waits for the namespace */
  PHASE_OPEN,
  PHASE_CLOSED,
} Phase;

static const char *const phase_words[] = {
  "connecting", "waiting for Engine.IO", "waiting for the namespace", "connected", "closed",
};

struct _VigilSioSocket
{
  /* All of it: network thread. */
  grefcount                 ref_count;
  VigilNetThread           *thread;
  char                     *nsp;
  char                     *token;
  VigilNetLimits            limits;
  const VigilSioSocketFuncs *funcs;
  gpointer                  user_data;
  Phase                     phase;
  SoupSession              *session;
  GCancellable             *cancellable;
  SoupWebsocketConnection  *connection;
  VigilSioDecoder          *decoder;
  VigilSioAcks             *acks;
  GSource                  *connect_timer;
  GSource                  *watchdog;
  GTlsCertificateFlags      tls_errors;
  gint64                    max_payload;
  gint64                    silence_us;    /* ping interval and timeout together */
  gint64                    heard_us;
};

static void
socket_unref (VigilSioSocket *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_assert (self->connection == NULL && self->connect_timer == NULL && self->watchdog == NULL);
  vigil_sio_decoder_free (self->decoder);
  vigil_sio_acks_free (self->acks);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  g_free (self->nsp);
  g_free (self->token);
  vigil_net_thread_release (self->thread);
  vigil_net_thread_unref (self->thread);
  g_free (self);
}

static VigilSioSocket *
socket_ref (VigilSioSocket *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSioSocket, socket_unref)

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
drop_connection_cb (gpointer connection)
{
  return G_SOURCE_REMOVE; /* the source's destroy function lets go of it */
}

/* libsoup closes its stream with an asynchronous call that keeps the connection alive, so the
 * thread must go on until it is finalized: qdata goes away exactly then. */
static void
let_go (VigilSioSocket *self, gboolean goodbye)
{
  SoupWebsocketConnection *connection = g_steal_pointer (&self->connection);
  g_autoptr (GSource) source = NULL;

  if (connection == NULL)
    return;

  g_signal_handlers_disconnect_by_data (connection, self);
  vigil_net_thread_hold (self->thread);
  g_object_set_data_full (G_OBJECT (connection), "vigil-hold", self->thread, (GDestroyNotify) vigil_net_thread_release);

  if (!goodbye || soup_websocket_connection_get_state (connection) != SOUP_WEBSOCKET_STATE_OPEN)
    {
      g_object_unref (connection);
      return;
    }

  if (self->phase == PHASE_OPEN)
    {
      g_autoptr (VigilSioPacket) packet = vigil_sio_packet_new (VIGIL_SIO_DISCONNECT, self->nsp);
      g_autofree char *frame = vigil_sio_packet_encode (packet);

      soup_websocket_connection_send_text (connection, frame);
    }
  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);

  source = g_timeout_source_new (GOODBYE_MS);
  g_source_set_callback (source, drop_connection_cb, connection, g_object_unref);
  g_signal_connect_data (connection, "closed", G_CALLBACK (g_source_destroy), g_source_ref (source),
                         (GClosureNotify) (void (*) (void)) g_source_unref, G_CONNECT_SWAPPED);
  g_source_attach (source, vigil_net_thread_get_context (self->thread));
}

static void
tear_down (VigilSioSocket *self, gboolean goodbye)
{
  let_go (self, goodbye);
  self->phase = PHASE_CLOSED;
  g_cancellable_cancel (self->cancellable);
  clear_source (&self->connect_timer);
  clear_source (&self->watchdog);
  vigil_sio_decoder_reset (self->decoder);
}

static void
fail (VigilSioSocket *self, GError *error)
{
  g_autoptr (GError) owned = error;
  g_autoptr (VigilSioSocket) keep = socket_ref (self);

  if (self->phase == PHASE_CLOSED)
    return;
  tear_down (self, FALSE);
  self->funcs->closed (self->user_data, owned);
}

static void G_GNUC_PRINTF (3, 4)
fail_with (VigilSioSocket *self, VigilSessionError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  fail (self, g_error_new_valist (VIGIL_SESSION_ERROR, code, format, args));
  va_end (args);
}

static void
fail_malformed (VigilSioSocket *self, const GError *cause)
{
  vigil_counter_add (vigil_net_metrics ()->malformed, 1);
  fail (self, vigil_net_error_translate (cause, "the hall's feed", 0));
}

static gboolean
send_text (VigilSioSocket *self, const char *text)
{
  if (self->connection == NULL || soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return FALSE;

  vigil_counter_add (vigil_net_metrics ()->bytes_out, strlen (text));
  soup_websocket_connection_send_text (self->connection, text);
  return TRUE;
}

/* -- the server's heartbeat -- */

static void start_watchdog (VigilSioSocket *self, gint64 usec);

static gboolean
watchdog_cb (gpointer data)
{
  VigilSioSocket *self = data;
  gint64 left_us = self->heard_us + self->silence_us - g_get_monotonic_time ();

  if (left_us > 0)
    start_watchdog (self, left_us);
  else
    fail_with (self, VIGIL_SESSION_ERROR_TIMEOUT, "the hall has been silent for %.1f s", self->silence_us / 1e6);
  return G_SOURCE_REMOVE;
}

static void
start_watchdog (VigilSioSocket *self, gint64 usec)
{
  clear_source (&self->watchdog);
  self->watchdog = g_timeout_source_new (usec / 1000 + 1);
  /* Below I/O: a thread that was stopped for long reads what waits for it before it judges. */
  g_source_set_priority (self->watchdog, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_callback (self->watchdog, watchdog_cb, self, NULL);
  g_source_attach (self->watchdog, vigil_net_thread_get_context (self->thread));
}

/* -- Engine.IO -- */

static void
receive_handshake (VigilSioSocket *self, const VigilEioPacket *packet)
{
  g_auto (VigilEioHandshake) handshake = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *connect = NULL;

  if (self->phase != PHASE_OPENING)
    {
      fail_with (self, VIGIL_SESSION_ERROR_PROTOCOL, "the hall opened Engine.IO twice");
      return;
    }
  if (!vigil_eio_handshake_parse (packet->data, packet->len, &handshake, &error))
    {
      vigil_counter_add (vigil_net_metrics ()->malformed, 1);
      fail_with (self, VIGIL_SESSION_ERROR_NOT_A_HALL, "what answers is not Engine.IO: %s", error->message);
      return;
    }

  self->silence_us = ((gint64) handshake.ping_interval_ms + handshake.ping_timeout_ms) * 1000;
  self->max_payload = handshake.max_payload;
  self->phase = PHASE_JOINING;
  start_watchdog (self, self->silence_us);
  connect = vigil_sio_encode_connect (self->nsp, self->token);
  send_text (self, connect);
}

/* -- Socket.IO -- */

static void
receive_connect (VigilSioSocket *self)
{
  if (self->phase != PHASE_JOINING)
    return;

  self->phase = PHASE_OPEN;
  clear_source (&self->connect_timer);
  self->funcs->opened (self->user_data);
}

static void
receive_ack (VigilSioSocket *self, VigilSioPacket *packet)
{
  JsonNode *answer = vigil_sio_packet_get_argument (packet);
  guint64 serial;
  gint64 sent_us, rtt_us;

  if (!vigil_sio_acks_take (self->acks, packet->ack_id, &serial, &sent_us))
    {
      vigil_counter_add (vigil_net_metrics ()->acks_late, 1);
      return;
    }

  rtt_us = g_get_monotonic_time () - sent_us;
  vigil_histogram_add (vigil_net_metrics ()->ack_rtt, rtt_us / 1000.0);
  if (answer == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL,
                                                      "the hall answered with nothing");

      self->funcs->reply (self->user_data, serial, NULL, error, sent_us, rtt_us);
      return;
    }
  self->funcs->reply (self->user_data, serial, answer, NULL, sent_us, rtt_us);
}

static void
receive_packet (VigilSioSocket *self, VigilSioPacket *packet)
{
  if (g_strcmp0 (packet->nsp, self->nsp) != 0)
    return;

  switch (packet->type)
    {
    case VIGIL_SIO_CONNECT:
      receive_connect (self);
      break;
    case VIGIL_SIO_CONNECT_ERROR:
      fail (self, vigil_net_error_from_refusal (packet->payload));
      break;
    case VIGIL_SIO_DISCONNECT:
      fail_with (self, VIGIL_SESSION_ERROR_CLOSED, "the hall closed the connection");
      break;
    case VIGIL_SIO_EVENT:
    case VIGIL_SIO_BINARY_EVENT:
      if (self->phase == PHASE_OPEN)
        self->funcs->event (self->user_data, packet, self->heard_us);
      break;
    case VIGIL_SIO_ACK:
    case VIGIL_SIO_BINARY_ACK:
      receive_ack (self, packet);
      break;
    default:
      break;
    }
}

static void
receive_text (VigilSioSocket *self, const char *text, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilSioPacket) packet = NULL;
  VigilEioPacket eio;

  if (!vigil_eio_packet_parse (text, len, &eio, &error))
    {
      fail_malformed (self, error);
      return;
    }

  switch (eio.type)
    {
    case VIGIL_EIO_OPEN:
      receive_handshake (self, &eio);
      break;
    case VIGIL_EIO_PING:
      send_text (self, "3");
      break;
    case VIGIL_EIO_CLOSE:
      fail_with (self, VIGIL_SESSION_ERROR_CLOSED, "the hall closed the connection");
      break;
    case VIGIL_EIO_MESSAGE:
      if (self->phase < PHASE_JOINING)
        fail_with (self, VIGIL_SESSION_ERROR_NOT_A_HALL, "what answers does not begin as Engine.IO does");
      else if (!vigil_sio_decoder_text (self->decoder, eio.data, eio.len, &packet, &error))
        fail_malformed (self, error);
      else if (packet != NULL)
        receive_packet (self, packet);
      break;
    case VIGIL_EIO_PONG:
    case VIGIL_EIO_UPGRADE:
    case VIGIL_EIO_NOOP:
    default:
      break;
    }
}

static void
receive_binary (VigilSioSocket *self, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilSioPacket) packet = NULL;

  if (!vigil_sio_decoder_binary (self->decoder, bytes, &packet, &error))
    fail_malformed (self, error);
  else if (packet != NULL)
    receive_packet (self, packet);
}

/* -- the WebSocket -- */

static void
message_cb (SoupWebsocketConnection *connection, int type, GBytes *bytes, VigilSioSocket *self)
{
  g_autoptr (VigilSioSocket) keep = socket_ref (self);
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);

  self->heard_us = g_get_monotonic_time ();
  vigil_counter_add (vigil_net_metrics ()->messages_in, 1);
  vigil_counter_add (vigil_net_metrics ()->bytes_in, len);

  if (type != SOUP_WEBSOCKET_DATA_TEXT)
    receive_binary (self, bytes);
  else if (self->phase != PHASE_OPEN || vigil_sio_decoder_is_pending (self->decoder) ||
           !self->funcs->frame (self->user_data, data, len, self->heard_us))
    receive_text (self, data, len);
}

static void
soup_error_cb (SoupWebsocketConnection *connection, GError *error, VigilSioSocket *self)
{
  /* libsoup would now wait for the other side to close: there is nothing more to be had from it. */
  fail (self, vigil_net_error_translate (error, "the connection broke off", 0));
}

static void
soup_closed_cb (SoupWebsocketConnection *connection, VigilSioSocket *self)
{
  gushort code = soup_websocket_connection_get_close_code (connection);

  if (code != 0)
    fail_with (self, VIGIL_SESSION_ERROR_CLOSED, "the hall closed the connection (WebSocket %u)", code);
  else
    fail_with (self, VIGIL_SESSION_ERROR_NETWORK, "the connection broke off");
}

static gboolean
certificate_cb (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors, VigilSioSocket *self)
{
  self->tls_errors = errors;
  return FALSE;
}

static GError *
explain_upgrade (VigilSioSocket *self, SoupMessage *message, const GError *cause)
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

static void
adopt (VigilSioSocket *self, SoupWebsocketConnection *connection)
{
  self->connection = connection;
  self->heard_us = g_get_monotonic_time ();
  self->phase = PHASE_OPENING;

  if (soup_websocket_connection_get_extensions (connection) != NULL)
    {
      fail_with (self, VIGIL_SESSION_ERROR_PROTOCOL, "the hall insists on a WebSocket extension");
      return;
    }

  soup_websocket_connection_set_max_incoming_payload_size (connection, self->limits.max_message);
  /* Fragments of one message add up; libsoup bounds the sum since 3.8 (and Debian's security updates). */
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (connection), "max-total-message-size") != NULL)
    g_object_set (connection, "max-total-message-size", (guint64) self->limits.max_message, NULL);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "error", G_CALLBACK (soup_error_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (soup_closed_cb), self);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilSioSocket) self = user_data;
  g_autoptr (GError) error = NULL;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  SoupWebsocketConnection *connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (message != NULL)
    g_signal_handlers_disconnect_by_data (message, self);

  if (self->phase == PHASE_CLOSED)
    {
      self->connection = connection;
      let_go (self, FALSE);
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

static gboolean
connect_timeout_cb (gpointer data)
{
  VigilSioSocket *self = data;

  fail_with (self, VIGIL_SESSION_ERROR_TIMEOUT, "no connection after %.1f s (%s)", self->limits.connect_ms / 1e3,
             phase_words[self->phase]);
  return G_SOURCE_REMOVE;
}

static void
ack_timeout_cb (gpointer user_data, guint64 serial, gint64 sent_us)
{
  VigilSioSocket *self = user_data;
  g_autoptr (GError) error = g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT,
                                                  "the hall did not answer in time");

  vigil_counter_add (vigil_net_metrics ()->ack_timeouts, 1);
  if (self->phase != PHASE_CLOSED)
    self->funcs->reply (self->user_data, serial, NULL, error, sent_us, -1);
}

static SoupSession *
create_session (GTlsDatabase *trust)
{
  SoupSession *session = soup_session_new ();

  /* An accepted permessage-deflate costs ten times the CPU for small messages. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  if (trust != NULL)
    soup_session_set_tls_database (session, trust);
  return session;
}

VigilSioSocket *
vigil_sio_socket_open (VigilNetThread             *thread,
                       const VigilSioSocketConfig *config,
                       const VigilSioSocketFuncs  *funcs,
                       gpointer                    user_data)
{
  VigilSioSocket *self;
  g_autoptr (SoupMessage) message = NULL;
  g_autofree char *url = g_strconcat (config->url, "?" EIO_QUERY, NULL);

  self = g_new0 (VigilSioSocket, 1);
  g_ref_count_init (&self->ref_count);
  self->thread = vigil_net_thread_ref (thread);
  vigil_net_thread_hold (thread);
  self->nsp = g_strdup (config->nsp);
  self->token = g_strdup (config->token);
  self->limits = config->limits;
  self->funcs = funcs;
  self->user_data = user_data;
  self->session = create_session (config->trust);
  self->cancellable = g_cancellable_new ();
  self->decoder = vigil_sio_decoder_new (config->limits.max_message);

  self->acks = vigil_sio_acks_new (vigil_net_thread_get_context (thread), ack_timeout_cb, self);
  message = soup_message_new (SOUP_METHOD_GET, url);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (certificate_cb), self);

  self->connect_timer = g_timeout_source_new (config->limits.connect_ms);
  g_source_set_callback (self->connect_timer, connect_timeout_cb, self, NULL);
  g_source_attach (self->connect_timer, vigil_net_thread_get_context (thread));

  soup_session_websocket_connect_async (self->session, message, NULL, NULL, G_PRIORITY_DEFAULT, self->cancellable,
                                        connected_cb, socket_ref (self));
  return self;
}

void
vigil_sio_socket_close (VigilSioSocket *self)
{
  if (self->phase != PHASE_CLOSED)
    tear_down (self, TRUE);
  socket_unref (self);
}

static gboolean
check_sendable (VigilSioSocket *self, const char *frame, GError **error)
{
  if (self->phase != PHASE_OPEN ||
      soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "not connected to the hall");
      return FALSE;
    }
  if (self->max_payload > 0 && strlen (frame) > (gsize) self->max_payload)
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TOO_LARGE,
                           "the request is larger than the hall takes");
      return FALSE;
    }
  return TRUE;
}

void
vigil_sio_socket_request (VigilSioSocket *self, guint64 serial, const char *event, JsonNode *argument, guint timeout_ms)
{
  gint64 id = vigil_sio_acks_add (self->acks, serial, timeout_ms);
  g_autofree char *frame = vigil_sio_encode_event (self->nsp, id, event, argument);
  g_autoptr (GError) error = NULL;

  if (check_sendable (self, frame, &error))
    {
      vigil_counter_add (vigil_net_metrics ()->requests, 1);
      send_text (self, frame);
      return;
    }

  vigil_sio_acks_forget (self->acks, serial);
  self->funcs->reply (self->user_data, serial, NULL, error, -1, -1);
}

void
vigil_sio_socket_forget (VigilSioSocket *self, guint64 serial)
{
  vigil_sio_acks_forget (self->acks, serial);
}

gboolean
vigil_sio_socket_send (VigilSioSocket *self, VigilSioPacket *packet, GError **error)
{
  g_autofree char *frame = vigil_sio_packet_encode (packet);

  if (!check_sendable (self, frame, error))
    return FALSE;

  send_text (self, frame);
  for (guint i = 0; packet->attachments != NULL && i < packet->attachments->len; i++)
    {
      GBytes *bytes = g_ptr_array_index (packet->attachments, i);

      vigil_counter_add (vigil_net_metrics ()->bytes_out, g_bytes_get_size (bytes));
      soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_BINARY, bytes);
    }
  return TRUE;
}

guint
vigil_sio_socket_get_n_pending (VigilSioSocket *self)
{
  return vigil_sio_acks_get_n (self->acks);
}
