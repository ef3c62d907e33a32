/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's side of one Socket.IO connection. */
#include "vigil-hall-socket.h"

#include <string.h>

#include "vigil-eio-packet.h"
#include "vigil-hall-error.h"
#include "vigil-hall-random.h"
#include "vigil-hall-writer.h"
#include "vigil-sio-decoder.h"

/* docs/protocol.md 13: one message of a client. */
#define MAX_PAYLOAD (1024 * 1024)

/* A client that sends so many times what it may is not a console any more. */
#define FLOOD_FACTOR 50

/* "/" and "/candidate" are all there are; a client cannot make us remember more. */
#define MAX_NAMESPACES 4

struct _VigilHallSocket
{
  GObject parent_instance;

  SoupWebsocketConnection *connection;
  VigilHallSocketLimits    limits;
  VigilSioDecoder         *decoder;
  char                    *sid;
  GHashTable              *joined;   /* namespaces */
  GSource                 *timer;    /* the next ping, or the wait for its pong */
  GSource                 *join_timer;
  GQueue                   held_out; /* of GBytes, while frozen */
  GQueue                   held_in;  /* of Held, while frozen */
  gboolean                 frozen;
  gint64                   second;   /* the second the two counts are of */
  guint                    packets;
  guint                    requests;
  gboolean                 closed;
};

/* A message that came while we were frozen. */
typedef struct
{
  int     type;
  GBytes *bytes;
} Held;

enum
{
  JOINED,
  REQUEST,
  LEFT,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VigilHallSocket, vigil_hall_socket, G_TYPE_OBJECT)

static void ping_later (VigilHallSocket *self);

static void
clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
set_timer (VigilHallSocket *self, GSource **source, guint ms, GSourceFunc func)
{
  clear_source (source);
  *source = g_timeout_source_new (ms);
  g_source_set_callback (*source, func, self, NULL);
  g_source_attach (*source, g_main_context_get_thread_default ());
}

static void
send_text (VigilHallSocket *self, const char *text)
{
  g_autoptr(GBytes) frame = g_bytes_new (text, strlen (text));

  vigil_hall_socket_send_frame (self, frame);
}

static void
held_free (gpointer data)
{
  Held *held = data;

  g_bytes_unref (held->bytes);
  g_free (held);
}

static gboolean
pong_missed_cb (gpointer user_data)
{
  VigilHallSocket *self = user_data;

  if (self->frozen)
    {
      ping_later (self);
      return G_SOURCE_REMOVE;
    }
  g_debug ("%s: no pong, closing", self->sid);
  vigil_hall_socket_close (self, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
ping_cb (gpointer user_data)
{
  VigilHallSocket *self = user_data;

  if (self->frozen)
    {
      ping_later (self);
      return G_SOURCE_REMOVE;
    }
  send_text (self, "2");
  set_timer (self, &self->timer, self->limits.ping_timeout_ms, pong_missed_cb);
  return G_SOURCE_REMOVE;
}

static void
ping_later (VigilHallSocket *self)
{
  set_timer (self, &self->timer, self->limits.ping_interval_ms, ping_cb);
}

static gboolean
not_joined_cb (gpointer user_data)
{
  VigilHallSocket *self = user_data;

  g_debug ("%s: joined nothing, closing", self->sid);
  vigil_hall_socket_close (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
await_join (VigilHallSocket *self)
{
  if (!self->join_timer)
    set_timer (self, &self->join_timer, self->limits.join_timeout_ms, not_joined_cb);
}

static char *
dup_prefix (char type, const char *nsp)
{
  return g_str_equal (nsp, "/") ? g_strdup_printf ("4%c", type) : g_strdup_printf ("4%c%s,", type, nsp);
}

/* {"token": …} of a CONNECT; anything else is no token at all. */
static const char *
get_token (VigilSioPacket *packet)
{
  JsonObject *auth = packet->payload && JSON_NODE_HOLDS_OBJECT (packet->payload)
                     ? json_node_get_object (packet->payload) : NULL;
  JsonNode *token = auth ? json_object_get_member (auth, "token") : NULL;

  if (!token || !JSON_NODE_HOLDS_VALUE (token) || json_node_get_value_type (token) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (token);
}

static void
take_connect (VigilHallSocket *self, VigilSioPacket *packet)
{
  if (g_hash_table_contains (self->joined, packet->nsp))
    return;
  g_signal_emit (self, signals[JOINED], 0, packet->nsp, get_token (packet));
}

static void
take_event (VigilHallSocket *self, VigilSioPacket *packet)
{
  g_autoptr(GError) error = NULL;

  if (packet->ack_id < 0 || !g_hash_table_contains (self->joined, packet->nsp))
    return;
  if (self->limits.requests_per_second > 0 && ++self->requests > self->limits.requests_per_second)
    {
      vigil_hall_error_rate_limited (&error, 1000);
      vigil_hall_socket_ack_error (self, packet->nsp, packet->ack_id, error);
      return;
    }
  g_signal_emit (self, signals[REQUEST], 0, packet->nsp, vigil_sio_packet_get_event (packet),
                 vigil_sio_packet_get_argument (packet), packet->ack_id);
}

static void
take_packet (VigilHallSocket *self, VigilSioPacket *packet)
{
  switch (packet->type)
    {
    case VIGIL_SIO_CONNECT:
      take_connect (self, packet);
      break;

    case VIGIL_SIO_DISCONNECT:
      if (g_hash_table_remove (self->joined, packet->nsp))
        {
          g_signal_emit (self, signals[LEFT], 0, packet->nsp);
          if (g_hash_table_size (self->joined) == 0 && !self->closed)
            await_join (self);
        }
      break;

    case VIGIL_SIO_EVENT:
    case VIGIL_SIO_BINARY_EVENT:
      take_event (self, packet);
      break;

    case VIGIL_SIO_ACK:
    case VIGIL_SIO_BINARY_ACK:
    case VIGIL_SIO_CONNECT_ERROR:
      /* We ask nothing, so there is nothing to acknowledge. */
      break;
    }
}

static void
violate (VigilHallSocket *self, const GError *error)
{
  g_debug ("%s: %s", self->sid, error->message);
  vigil_hall_socket_close (self, FALSE);
}

static gboolean
take_message (VigilHallSocket *self, const char *data, gsize len)
{
  g_autoptr(VigilSioPacket) packet = NULL;
  g_autoptr(GError) error = NULL;

  if (!vigil_sio_decoder_text (self->decoder, data, len, &packet, &error))
    violate (self, error);
  else if (packet)
    take_packet (self, packet);
  return !error;
}

static void
take_text (VigilHallSocket *self, const char *text, gsize len)
{
  g_autoptr(GError) error = NULL;
  VigilEioPacket packet;

  if (!vigil_eio_packet_parse (text, len, &packet, &error))
    {
      violate (self, error);
      return;
    }
  if (packet.type == VIGIL_EIO_PONG)
    ping_later (self);
  else if (packet.type == VIGIL_EIO_MESSAGE)
    take_message (self, packet.data, packet.len);
  else if (packet.type == VIGIL_EIO_CLOSE)
    vigil_hall_socket_close (self, FALSE);
}

static void
take_binary (VigilHallSocket *self, GBytes *bytes)
{
  g_autoptr(VigilSioPacket) packet = NULL;
  g_autoptr(GError) error = NULL;

  if (!vigil_sio_decoder_binary (self->decoder, bytes, &packet, &error))
    violate (self, error);
  else if (packet)
    take_packet (self, packet);
}

/* FALSE for a flood, which ends the connection. */
static gboolean
count_packet (VigilHallSocket *self)
{
  gint64 second = g_get_monotonic_time () / G_USEC_PER_SEC;

  if (second != self->second)
    {
      self->second = second;
      self->packets = 0;
      self->requests = 0;
    }
  self->packets++;
  return self->limits.requests_per_second == 0 ||
         self->packets <= self->limits.requests_per_second * FLOOD_FACTOR;
}

static void
take (VigilHallSocket *self, int type, GBytes *message)
{
  gsize len;
  const char *data = g_bytes_get_data (message, &len);

  if (self->closed)
    return;
  if (!count_packet (self))
    {
      g_debug ("%s: a flood, closing", self->sid);
      vigil_hall_socket_close (self, TRUE);
    }
  else if (type == SOUP_WEBSOCKET_DATA_TEXT)
    take_text (self, data, len);
  else
    take_binary (self, message);
}

static void
message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer user_data)
{
  g_autoptr(VigilHallSocket) self = g_object_ref (VIGIL_HALL_SOCKET (user_data));
  Held *held;

  if (!self->frozen)
    {
      take (self, type, message);
      return;
    }
  held = g_new0 (Held, 1);
  held->type = type;
  held->bytes = g_bytes_ref (message);
  g_queue_push_tail (&self->held_in, held);
}

static void
become_closed (VigilHallSocket *self)
{
  g_autoptr(VigilHallSocket) keep = g_object_ref (self);

  if (self->closed)
    return;
  self->closed = TRUE;
  clear_source (&self->timer);
  clear_source (&self->join_timer);
  g_hash_table_remove_all (self->joined);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
closed_cb (SoupWebsocketConnection *connection, gpointer user_data)
{
  become_closed (VIGIL_HALL_SOCKET (user_data));
}

static void
error_cb (SoupWebsocketConnection *connection, GError *error, gpointer user_data)
{
  VigilHallSocket *self = user_data;

  g_debug ("%s: %s", self->sid, error->message);
}

static void
vigil_hall_socket_dispose (GObject *object)
{
  VigilHallSocket *self = VIGIL_HALL_SOCKET (object);

  self->closed = TRUE;
  clear_source (&self->timer);
  clear_source (&self->join_timer);
  if (self->connection)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (vigil_hall_socket_parent_class)->dispose (object);
}

static void
vigil_hall_socket_finalize (GObject *object)
{
  VigilHallSocket *self = VIGIL_HALL_SOCKET (object);

  g_clear_pointer (&self->decoder, vigil_sio_decoder_free);
  g_queue_clear_full (&self->held_in, held_free);
  g_queue_clear_full (&self->held_out, (GDestroyNotify) g_bytes_unref);
  g_hash_table_unref (self->joined);
  g_free (self->sid);
  G_OBJECT_CLASS (vigil_hall_socket_parent_class)->finalize (object);
}

static void
vigil_hall_socket_class_init (VigilHallSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_hall_socket_dispose;
  object_class->finalize = vigil_hall_socket_finalize;
  signals[JOINED] = g_signal_new ("joined", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[REQUEST] = g_signal_new ("request", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_STRING, JSON_TYPE_NODE, G_TYPE_INT64);
  signals[LEFT] = g_signal_new ("left", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
vigil_hall_socket_init (VigilHallSocket *self)
{
  self->joined = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->decoder = vigil_sio_decoder_new (MAX_PAYLOAD);
  self->sid = vigil_hall_random_hex (10);
}

static void
send_open (VigilHallSocket *self)
{
  VigilEioHandshake handshake = {
    .sid = self->sid,
    .ping_interval_ms = self->limits.ping_interval_ms,
    .ping_timeout_ms = self->limits.ping_timeout_ms,
    .max_payload = MAX_PAYLOAD,
  };
  g_autofree char *data = vigil_eio_handshake_build (&handshake);
  g_autofree char *frame = vigil_eio_packet_build (VIGIL_EIO_OPEN, data);

  send_text (self, frame);
}

VigilHallSocket *
vigil_hall_socket_new (SoupWebsocketConnection *connection, const VigilHallSocketLimits *limits)
{
  VigilHallSocket *self = g_object_new (VIGIL_TYPE_HALL_SOCKET, NULL);

  self->connection = g_object_ref (connection);
  self->limits = *limits;
  soup_websocket_connection_set_max_incoming_payload_size (connection, MAX_PAYLOAD);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "error", G_CALLBACK (error_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), self);
  send_open (self);
  ping_later (self);
  await_join (self);
  return self;
}

const char *
vigil_hall_socket_get_sid (VigilHallSocket *self)
{
  return self->sid;
}

gboolean
vigil_hall_socket_is_open (VigilHallSocket *self)
{
  return !self->closed && self->connection &&
         soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

gboolean
vigil_hall_socket_has_joined (VigilHallSocket *self, const char *nsp)
{
  return g_hash_table_contains (self->joined, nsp);
}

void
vigil_hall_socket_accept (VigilHallSocket *self, const char *nsp)
{
  g_autofree char *prefix = dup_prefix ('0', nsp);
  g_autofree char *id = vigil_hall_random_hex (10);
  g_autofree char *frame = g_strdup_printf ("%s{\"sid\":\"%s\"}", prefix, id);

  if (self->closed || g_hash_table_size (self->joined) >= MAX_NAMESPACES)
    return;
  g_hash_table_add (self->joined, g_strdup (nsp));
  clear_source (&self->join_timer);
  send_text (self, frame);
}

void
vigil_hall_socket_refuse (VigilHallSocket *self, const char *nsp, const GError *error)
{
  g_autofree char *prefix = dup_prefix ('4', nsp);
  g_autoptr(GString) frame = g_string_new (prefix);

  g_string_append_c (frame, '{');
  vigil_hall_write_string (frame, "message", error->message);
  vigil_hall_write_begin_object (frame, "data");
  vigil_hall_write_string (frame, "code", vigil_hall_error_get_code (error));
  g_string_append (frame, "}}");
  send_text (self, frame->str);
}

void
vigil_hall_socket_send_frame (VigilHallSocket *self, GBytes *frame)
{
  if (!vigil_hall_socket_is_open (self))
    return;
  if (self->frozen)
    g_queue_push_tail (&self->held_out, g_bytes_ref (frame));
  else
    soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_TEXT, frame);
}

void
vigil_hall_socket_send_event (VigilHallSocket *self, const char *nsp, const char *event, const char *argument)
{
  g_autofree char *prefix = dup_prefix ('2', nsp);
  g_autofree char *frame = g_strdup_printf ("%s[\"%s\",%s]", prefix, event, argument);

  send_text (self, frame);
}

void
vigil_hall_socket_set_frozen (VigilHallSocket *self, gboolean frozen)
{
  g_autoptr(VigilHallSocket) keep = g_object_ref (self);
  gpointer item;

  self->frozen = frozen;
  while (!self->frozen && (item = g_queue_pop_head (&self->held_out)))
    {
      vigil_hall_socket_send_frame (self, item);
      g_bytes_unref (item);
    }
  while (!self->frozen && (item = g_queue_pop_head (&self->held_in)))
    {
      take (self, ((Held *) item)->type, ((Held *) item)->bytes);
      held_free (item);
    }
}

static void
send_ack (VigilHallSocket *self, const char *nsp, gint64 ack_id, const char *body)
{
  g_autofree char *prefix = dup_prefix ('3', nsp);
  g_autofree char *frame = g_strdup_printf ("%s%" G_GINT64_FORMAT "[%s]", prefix, ack_id, body);

  send_text (self, frame);
}

void
vigil_hall_socket_ack (VigilHallSocket *self, const char *nsp, gint64 ack_id, const char *members)
{
  g_autofree char *body = g_strdup_printf ("{\"ok\":true%s%s}", members && *members ? "," : "", members ? members : "");

  send_ack (self, nsp, ack_id, body);
}

void
vigil_hall_socket_ack_error (VigilHallSocket *self, const char *nsp, gint64 ack_id, const GError *error)
{
  g_autoptr(GString) body = g_string_new ("{\"ok\":false");

  vigil_hall_error_write (body, "error", error);
  g_string_append_c (body, '}');
  send_ack (self, nsp, ack_id, body->str);
}

void
vigil_hall_socket_disconnect (VigilHallSocket *self, const char *nsp)
{
  g_autofree char *frame = dup_prefix ('1', nsp);

  if (!g_hash_table_remove (self->joined, nsp))
    return;
  send_text (self, frame);
  g_signal_emit (self, signals[LEFT], 0, nsp);
  if (!self->closed)
    await_join (self);
}

void
vigil_hall_socket_close (VigilHallSocket *self, gboolean abrupt)
{
  g_autoptr(VigilHallSocket) keep = g_object_ref (self);

  if (self->closed)
    return;
  if (abrupt)
    g_io_stream_close_async (soup_websocket_connection_get_io_stream (self->connection), G_PRIORITY_DEFAULT,
                             NULL, NULL, NULL);
  else if (vigil_hall_socket_is_open (self))
    soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  become_closed (self);
}
