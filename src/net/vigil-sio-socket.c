/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One Socket.IO connection: Engine.IO 4 and Socket.IO packets on a WebSocket. */
#include "vigil-sio-socket.h"

#include <string.h>

#include "vigil-eio-packet.h"
#include "vigil-net-error.h"
#include "vigil-net-metrics.h"
#include "vigil-sio-acks.h"
#include "vigil-sio-decoder.h"
#include "vigil-wire.h"

#define EIO_QUERY "EIO=4&transport=websocket"

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
  gboolean                  msgpack;
  VigilNetLimits            limits;
  const VigilSioSocketFuncs *funcs;
  gpointer                  user_data;
  Phase                     phase;
  VigilWire                *wire;
  VigilSioDecoder          *decoder;
  VigilSioAcks             *acks;
  GSource                  *connect_timer;
  GSource                  *watchdog;
  gint64                    max_payload;
  gint64                    silence_us;    /* ping interval and timeout together */
  gint64                    heard_us;
};

static void
socket_unref (VigilSioSocket *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_assert (self->wire == NULL && self->connect_timer == NULL && self->watchdog == NULL);
  vigil_sio_decoder_free (self->decoder);
  vigil_sio_acks_free (self->acks);
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

static void
send_packet (VigilSioSocket *self, VigilSioPacket *packet)
{
  if (self->msgpack)
    {
      g_autoptr (GBytes) bytes = vigil_sio_packet_to_msgpack (packet);

      vigil_wire_send_binary (self->wire, bytes);
    }
  else
    {
      g_autofree char *frame = vigil_sio_packet_encode (packet);

      vigil_wire_send_text (self->wire, frame);
    }
}

static void
tear_down (VigilSioSocket *self)
{
  VigilWire *wire = g_steal_pointer (&self->wire);
  g_autoptr (VigilSioPacket) packet = vigil_sio_packet_new (VIGIL_SIO_DISCONNECT, self->nsp);
  /* Without a namespace to leave, and in a hall of binary packets, the engine is told. */
  g_autofree char *goodbye = self->phase != PHASE_OPEN ? NULL : self->msgpack ? g_strdup ("1") : vigil_sio_packet_encode (packet);

  self->phase = PHASE_CLOSED;
  clear_source (&self->connect_timer);
  clear_source (&self->watchdog);
  vigil_sio_decoder_reset (self->decoder);
  if (wire != NULL)
    vigil_wire_close (wire, goodbye);
}

static void
fail (VigilSioSocket *self, GError *error)
{
  g_autoptr (GError) owned = error;
  g_autoptr (VigilSioSocket) keep = socket_ref (self);

  if (self->phase == PHASE_CLOSED)
    return;
  tear_down (self);
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
  g_autoptr (VigilSioPacket) connect = NULL;

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
  connect = vigil_sio_packet_new_connect (self->nsp, self->token);
  send_packet (self, connect);
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
      if (answer != NULL && vigil_sio_acks_take_late (self->acks, packet->ack_id))
        self->funcs->reply (self->user_data, 0, answer, NULL, -1, -1);
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
      vigil_wire_send_text (self->wire, "3");
      break;
    case VIGIL_EIO_CLOSE:
      fail_with (self, VIGIL_SESSION_ERROR_CLOSED, "the hall closed the connection");
      break;
    case VIGIL_EIO_MESSAGE:
      if (self->phase < PHASE_JOINING)
        fail_with (self, VIGIL_SESSION_ERROR_NOT_A_HALL, "what answers does not begin as Engine.IO does");
      else if (self->msgpack)
        fail_with (self, VIGIL_SESSION_ERROR_PROTOCOL, "the hall sends text where MessagePack is expected");
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

/* -- the WebSocket -- */

static void
opened_cb (gpointer user_data)
{
  VigilSioSocket *self = user_data;

  self->heard_us = g_get_monotonic_time ();
  self->phase = PHASE_OPENING;
}

static gboolean
early_cb (gpointer user_data, const char *text, gsize len, gint64 received_us)
{
  VigilSioSocket *self = user_data;
  g_autoptr (VigilSioSocket) keep = socket_ref (self);

  self->heard_us = received_us;
  return self->phase == PHASE_OPEN && !self->msgpack && !vigil_sio_decoder_is_pending (self->decoder) &&
         self->funcs->frame (self->user_data, text, len, received_us);
}

static void
text_cb (gpointer user_data, const char *text, gsize len)
{
  VigilSioSocket *self = user_data;
  g_autoptr (VigilSioSocket) keep = socket_ref (self);

  self->heard_us = g_get_monotonic_time ();
  if (self->phase != PHASE_OPEN || self->msgpack || vigil_sio_decoder_is_pending (self->decoder) ||
      !self->funcs->frame (self->user_data, text, len, self->heard_us))
    receive_text (self, text, len);
}

static gboolean
early_binary_cb (gpointer user_data, const guint8 *data, gsize len, gint64 received_us)
{
  VigilSioSocket *self = user_data;
  g_autoptr (VigilSioSocket) keep = socket_ref (self);

  self->heard_us = received_us;
  return self->msgpack && self->phase == PHASE_OPEN && self->funcs->packed (self->user_data, data, len, received_us);
}

static void
receive_packed (VigilSioSocket *self, GBytes *bytes)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilSioPacket) packet = NULL;

  if (self->phase < PHASE_JOINING)
    {
      fail_with (self, VIGIL_SESSION_ERROR_NOT_A_HALL, "what answers does not begin as Engine.IO does");
      return;
    }
  packet = vigil_sio_packet_from_msgpack (data, len, &error);
  if (packet == NULL)
    fail_malformed (self, error);
  else
    receive_packet (self, packet);
}

static void
binary_cb (gpointer user_data, GBytes *bytes)
{
  VigilSioSocket *self = user_data;
  g_autoptr (VigilSioSocket) keep = socket_ref (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilSioPacket) packet = NULL;

  self->heard_us = g_get_monotonic_time ();
  if (self->msgpack)
    {
      receive_packed (self, bytes);
      return;
    }
  if (!vigil_sio_decoder_binary (self->decoder, bytes, &packet, &error))
    fail_malformed (self, error);
  else if (packet != NULL)
    receive_packet (self, packet);
}

static void
closed_cb (gpointer user_data, const GError *error)
{
  fail (user_data, g_error_copy (error));
}

static const VigilWireFuncs wire_funcs = { opened_cb, early_cb, early_binary_cb, text_cb, binary_cb, closed_cb };

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

VigilSioSocket *
vigil_sio_socket_open (VigilNetThread             *thread,
                       const VigilSioSocketConfig *config,
                       const VigilSioSocketFuncs  *funcs,
                       gpointer                    user_data)
{
  VigilSioSocket *self;
  g_autofree char *url = g_strconcat (config->url, "?" EIO_QUERY, NULL);

  self = g_new0 (VigilSioSocket, 1);
  g_ref_count_init (&self->ref_count);
  self->thread = vigil_net_thread_ref (thread);
  vigil_net_thread_hold (thread);
  self->nsp = g_strdup (config->nsp);
  self->token = g_strdup (config->token);
  self->msgpack = config->msgpack;
  self->limits = config->limits;
  self->funcs = funcs;
  self->user_data = user_data;
  self->decoder = vigil_sio_decoder_new (config->limits.max_message);
  self->acks = vigil_sio_acks_new (vigil_net_thread_get_context (thread), ack_timeout_cb, self);

  self->connect_timer = g_timeout_source_new (config->limits.connect_ms);
  g_source_set_callback (self->connect_timer, connect_timeout_cb, self, NULL);
  g_source_attach (self->connect_timer, vigil_net_thread_get_context (thread));

  self->wire = vigil_wire_open (thread, url, config->trust, &config->limits, &wire_funcs, self);
  return self;
}

void
vigil_sio_socket_close (VigilSioSocket *self)
{
  if (self->phase != PHASE_CLOSED)
    tear_down (self);
  socket_unref (self);
}

static gboolean
check_sendable (VigilSioSocket *self, gsize size, GError **error)
{
  if (self->phase != PHASE_OPEN || !vigil_wire_is_open (self->wire))
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "not connected to the hall");
      return FALSE;
    }
  if (self->max_payload > 0 && size > (gsize) self->max_payload)
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TOO_LARGE,
                           "the request is larger than the hall takes");
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_and_send (VigilSioSocket *self, VigilSioPacket *packet, GError **error)
{
  g_autoptr (GBytes) bytes = self->msgpack ? vigil_sio_packet_to_msgpack (packet) : NULL;
  g_autofree char *frame = self->msgpack ? NULL : vigil_sio_packet_encode (packet);

  if (!check_sendable (self, bytes != NULL ? g_bytes_get_size (bytes) : strlen (frame), error))
    return FALSE;
  if (bytes != NULL)
    vigil_wire_send_binary (self->wire, bytes);
  else
    vigil_wire_send_text (self->wire, frame);
  return TRUE;
}

void
vigil_sio_socket_request (VigilSioSocket *self, guint64 serial, const char *event, JsonNode *argument, guint timeout_ms)
{
  gint64 id = vigil_sio_acks_add (self->acks, serial, timeout_ms);
  g_autoptr (VigilSioPacket) packet = vigil_sio_packet_new_event (self->nsp, id, event, argument);
  g_autoptr (GError) error = NULL;

  if (check_and_send (self, packet, &error))
    {
      vigil_counter_add (vigil_net_metrics ()->requests, 1);
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
  if (!check_and_send (self, packet, error))
    return FALSE;

  for (guint i = 0; packet->attachments != NULL && i < packet->attachments->len; i++)
    vigil_wire_send_binary (self->wire, g_ptr_array_index (packet->attachments, i));
  return TRUE;
}

guint
vigil_sio_socket_get_n_pending (VigilSioSocket *self)
{
  return vigil_sio_acks_get_n (self->acks);
}
