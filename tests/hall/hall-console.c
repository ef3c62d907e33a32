/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bare console. */
#include "hall-console.h"

#include <string.h>

#include "vigil-eio-packet.h"
#include "vigil-sio-packet.h"

static void
take_packet (HallConsole *self, const char *data, gsize len)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(VigilSioPacket) packet = vigil_sio_packet_parse (data, len, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (packet->nsp, ==, self->nsp);
  if (packet->type == VIGIL_SIO_CONNECT)
    self->joined = TRUE;
  else if (packet->type == VIGIL_SIO_CONNECT_ERROR)
    {
      self->refused = TRUE;
      self->refusal = json_node_ref (packet->payload);
    }
  else if (packet->type == VIGIL_SIO_DISCONNECT)
    self->left = TRUE;
  else if (packet->type == VIGIL_SIO_EVENT)
    g_ptr_array_add (self->events, json_node_ref (packet->payload));
  else if (packet->type == VIGIL_SIO_ACK)
    {
      g_hash_table_insert (self->acks, GINT_TO_POINTER ((int) packet->ack_id),
                           json_node_copy (vigil_sio_packet_get_argument (packet)));
      self->acked = packet->ack_id == self->next_ack;
    }
}

static void
message_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer user_data)
{
  HallConsole *self = user_data;
  VigilEioPacket packet;
  gsize len;
  const char *text = g_bytes_get_data (message, &len);

  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  if (self->deaf && g_str_has_prefix (text, "42"))
    return;
  g_assert_true (vigil_eio_packet_parse (text, len, &packet, NULL));
  if (packet.type == VIGIL_EIO_OPEN)
    {
      VigilEioHandshake handshake;

      g_assert_true (vigil_eio_handshake_parse (packet.data, packet.len, &handshake, NULL));
      self->sid = g_strdup (handshake.sid);
      vigil_eio_handshake_clear (&handshake);
      self->opened = TRUE;
    }
  else if (packet.type == VIGIL_EIO_PING)
    {
      self->pings++;
      if (!self->mute)
        soup_websocket_connection_send_text (connection, "3");
    }
  else if (packet.type == VIGIL_EIO_MESSAGE)
    take_packet (self, packet.data, packet.len);
}

static void
closed_cb (SoupWebsocketConnection *connection, gpointer user_data)
{
  ((HallConsole *) user_data)->closed = TRUE;
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HallConsole *self = user_data;
  g_autoptr(GError) error = NULL;

  self->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (!self->connection)
    {
      self->failed = self->opened = TRUE;
      return;
    }
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, 16 * 1024 * 1024);
  g_signal_connect (self->connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (closed_cb), self);
}

HallConsole *
hall_console_open (HallFixture *fixture)
{
  HallConsole *self = g_new0 (HallConsole, 1);
  g_autofree char *url = g_strconcat ("ws", fixture->url + strlen ("http"),
                                      "/socket.io/?EIO=4&transport=websocket", NULL);
  g_autoptr(SoupMessage) message = soup_message_new ("GET", url);

  self->fixture = fixture;
  self->nsp = g_strdup ("/");
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  self->acks = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, (GDestroyNotify) json_node_unref);
  soup_session_websocket_connect_async (fixture->session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL,
                                        connected_cb, self);
  g_assert_true (hall_wait (&self->opened, 10000));
  g_assert_false (self->failed);
  return self;
}

void
hall_console_send (HallConsole *self, const char *text)
{
  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (self->connection, text);
}

void
hall_console_send_join (HallConsole *self, const char *nsp, const char *token)
{
  g_autofree char *frame = vigil_sio_encode_connect (nsp, token);

  g_free (self->nsp);
  self->nsp = g_strdup (nsp);
  hall_console_send (self, frame);
}

HallConsole *
hall_console_join (HallFixture *fixture, const char *role)
{
  HallConsole *self = hall_console_open (fixture);

  hall_console_send_join (self, "/", hall_fixture_get_token (fixture, role));
  g_assert_true (hall_wait (&self->joined, 5000));
  return self;
}

HallConsole *
hall_console_new (HallFixture *fixture, const char *role)
{
  HallConsole *self = hall_console_join (fixture, role);
  g_autofree char *argument = g_strdup_printf ("{\"examId\":\"%s\"}", fixture->exam);
  g_autoptr(JsonNode) answer = hall_console_request (self, "joinExam", argument);

  g_assert_true (hall_bool (answer, "ok"));
  return self;
}

void
hall_console_free (HallConsole *self)
{
  if (self->connection)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    }
  g_clear_object (&self->connection);
  g_clear_pointer (&self->refusal, json_node_unref);
  g_ptr_array_unref (self->events);
  g_hash_table_unref (self->acks);
  g_free (self->sid);
  g_free (self->nsp);
  g_free (self);
}

JsonNode *
hall_console_request (HallConsole *self, const char *name, const char *argument)
{
  gint64 id = ++self->next_ack;
  g_autofree char *prefix = g_str_equal (self->nsp, "/") ? g_strdup ("42") : g_strdup_printf ("42%s,", self->nsp);
  g_autofree char *frame = g_strdup_printf ("%s%" G_GINT64_FORMAT "[\"%s\",%s]", prefix, id, name, argument);

  self->acked = FALSE;
  hall_console_send (self, frame);
  /* One request at a time: the next acknowledgement is its. */
  if (!hall_wait (&self->acked, 10000))
    g_error ("%s was not acknowledged", name);
  return json_node_ref (g_hash_table_lookup (self->acks, GINT_TO_POINTER ((int) id)));
}

void
hall_console_assert_refused (HallConsole *self, const char *name, const char *argument, const char *code)
{
  g_autoptr(JsonNode) answer = hall_console_request (self, name, argument);

  if (hall_bool (answer, "ok") || g_strcmp0 (hall_string (answer, "error.code"), code) != 0)
    {
      g_autofree char *text = json_to_string (answer, FALSE);

      g_error ("%s (%.200s): not %s but %s", name, argument, code, text);
    }
}

static JsonNode *
find_event (HallConsole *self, const char *name, const char *student_id, guint from)
{
  for (guint i = from; i < self->events->len; i++)
    {
      JsonNode *event = g_ptr_array_index (self->events, i);
      JsonNode *student = hall_member (event, "1.studentId");

      if (g_str_equal (hall_string (event, "0"), name) &&
          (!student_id || (student && g_str_equal (json_node_get_string (student), student_id))))
        return hall_member (event, "1");
    }
  return NULL;
}

JsonNode *
hall_console_wait_event (HallConsole *self, const char *name, const char *student_id, guint from, guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;
  JsonNode *event;

  while (!(event = find_event (self, name, student_id, from)) && g_get_monotonic_time () < until && !self->closed)
    hall_run (5);
  return event;
}

guint
hall_console_count (HallConsole *self, const char *name)
{
  guint n = 0;

  for (guint i = 0; i < self->events->len; i++)
    n += g_str_equal (hall_string (g_ptr_array_index (self->events, i), "0"), name) ? 1 : 0;
  return n;
}

gboolean
hall_console_wait_closed (HallConsole *self, guint ms)
{
  return hall_wait (&self->closed, ms);
}
