/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scripted hall in this process. */
#include "net-hall.h"

#include <string.h>

#include "vigil-sio-packet.h"

struct _NetHall
{
  SoupServer *server;
  guint16     port;
  gboolean    tls;
  char       *token;
  char       *refusal;
  GHashTable *answers;   /* path → Answer */
  GHashTable *acks;      /* request → JSON */
  GPtrArray  *asked;
  GPtrArray  *requests;
  GPtrArray  *sockets;   /* of SoupWebsocketConnection */
  guint       n_joined;
};

typedef struct
{
  guint   status;
  char   *headers;
  GBytes *body;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->headers);
  g_bytes_unref (answer->body);
  g_free (answer);
}

static void
asked_free (gpointer data)
{
  NetHallAsked *asked = data;

  g_free (asked->method);
  g_free (asked->path);
  g_free (asked->authorization);
  g_free (asked->if_match);
  g_free (asked->if_none_match);
  g_free (asked->idempotency_key);
  g_free (asked->body);
  g_free (asked);
}

static char *
dup_header (SoupServerMessage *message, const char *name)
{
  return g_strdup (soup_message_headers_get_one (soup_server_message_get_request_headers (message), name));
}

static void
remember (NetHall *self, SoupServerMessage *message, const char *path)
{
  NetHallAsked *asked = g_new0 (NetHallAsked, 1);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));

  asked->method = g_strdup (soup_server_message_get_method (message));
  asked->path = g_strconcat (path, query != NULL ? "?" : "", query, NULL);
  asked->authorization = dup_header (message, "Authorization");
  asked->if_match = dup_header (message, "If-Match");
  asked->if_none_match = dup_header (message, "If-None-Match");
  asked->idempotency_key = dup_header (message, "Idempotency-Key");
  asked->body = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_ptr_array_add (self->asked, asked);
}

static void
put_headers (SoupServerMessage *message, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *value = strstr (lines[i], ": ");

      *value = '\0';
      soup_message_headers_replace (soup_server_message_get_response_headers (message), lines[i], value + 2);
    }
}

static void
http_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  NetHall *self = user_data;
  Answer *answer = g_hash_table_lookup (self->answers, path);

  remember (self, message, path);
  /* libsoup's server keeps a connection that its client has left; the descriptors counted are ours. */
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection", "close");
  if (answer == NULL)
    {
      soup_server_message_set_status (message, 404, NULL);
      soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC,
                                        "{\"error\":{\"code\":\"not_found\",\"message\":\"no such thing\"}}", 56);
      return;
    }

  soup_server_message_set_status (message, answer->status, NULL);
  soup_server_message_set_response (message, "application/json; charset=utf-8", SOUP_MEMORY_COPY,
                                    g_bytes_get_data (answer->body, NULL), g_bytes_get_size (answer->body));
  if (answer->headers != NULL)
    put_headers (message, answer->headers);
}

static void
take_connect (NetHall *self, SoupWebsocketConnection *connection, const VigilSioPacket *packet)
{
  JsonObject *auth = packet->payload != NULL ? json_node_get_object (packet->payload) : NULL;
  const char *token = auth != NULL ? json_object_get_string_member_with_default (auth, "token", NULL) : NULL;

  if (self->refusal != NULL)
    {
      soup_websocket_connection_send_text (connection, self->refusal);
    }
  else if (g_strcmp0 (token, self->token) != 0)
    {
      soup_websocket_connection_send_text (connection, "44{\"message\":\"no\",\"data\":{\"code\":\"auth.invalid\",\"message\":\"unknown token\"}}");
    }
  else
    {
      self->n_joined++;
      soup_websocket_connection_send_text (connection, "40{\"sid\":\"x\"}");
    }
}

static void
take_request (NetHall *self, SoupWebsocketConnection *connection, const VigilSioPacket *packet)
{
  const char *name = vigil_sio_packet_get_event (packet);
  JsonNode *argument = vigil_sio_packet_get_argument (packet);
  g_autofree char *text = argument != NULL ? json_to_string (argument, FALSE) : g_strdup ("");
  const char *ack = g_hash_table_lookup (self->acks, name);

  g_ptr_array_add (self->requests, g_strconcat (name, " ", text, NULL));
  if (ack != NULL && packet->ack_id >= 0)
    {
      g_autofree char *frame = g_strdup_printf ("43%" G_GINT64_FORMAT "[%s]", packet->ack_id, ack);

      soup_websocket_connection_send_text (connection, frame);
    }
}

static void
message_cb (SoupWebsocketConnection *connection, int type, GBytes *bytes, NetHall *self)
{
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  g_autoptr (VigilSioPacket) packet = NULL;

  if (type != SOUP_WEBSOCKET_DATA_TEXT || len < 2 || text[0] != '4')
    return;

  packet = vigil_sio_packet_parse (text + 1, len - 1, NULL);
  g_assert_nonnull (packet);
  if (packet->type == VIGIL_SIO_CONNECT)
    take_connect (self, connection, packet);
  else if (packet->type == VIGIL_SIO_EVENT)
    take_request (self, connection, packet);
}

static void
closed_cb (SoupWebsocketConnection *connection, NetHall *self)
{
  g_ptr_array_remove_fast (self->sockets, connection);
}

static void
socket_cb (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *connection, gpointer user_data)
{
  NetHall *self = user_data;

  g_ptr_array_add (self->sockets, g_object_ref (connection));
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), self);
  soup_websocket_connection_send_text (connection, "0{\"sid\":\"s\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1048576}");
}

NetHall *
net_hall_new (GTlsCertificate *certificate)
{
  NetHall *self = g_new0 (NetHall, 1);
  g_autoptr (GError) error = NULL;
  g_autoslist (GUri) uris = NULL;

  self->server = soup_server_new ("server-header", "test", NULL);
  self->tls = certificate != NULL;
  if (certificate != NULL)
    soup_server_set_tls_certificate (self->server, certificate);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, answer_free);
  self->acks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->asked = g_ptr_array_new_with_free_func (asked_free);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);

  soup_server_add_handler (self->server, NULL, http_cb, self, NULL);
  soup_server_add_websocket_handler (self->server, "/socket.io", NULL, NULL, socket_cb, self, NULL);
  soup_server_listen_local (self->server, 0, (certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0) | SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->port = (guint16) g_uri_get_port (uris->data);

  net_hall_answer (self, "/api/v1", 200, NULL, "{\"service\":\"vigil-hall\",\"protocol\":1,\"hall\":\"Test\"}", -1);
  return self;
}

void
net_hall_free (NetHall *self)
{
  if (self == NULL)
    return;

  net_hall_drop (self);
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->acks);
  g_ptr_array_unref (self->asked);
  g_ptr_array_unref (self->requests);
  g_ptr_array_unref (self->sockets);
  g_free (self->token);
  g_free (self->refusal);
  g_free (self);
}

guint16
net_hall_get_port (NetHall *self)
{
  return self->port;
}

char *
net_hall_dup_address (NetHall *self)
{
  return g_strdup_printf ("%s://127.0.0.1:%u", self->tls ? "https" : "http", self->port);
}

void
net_hall_answer (NetHall *self, const char *path, guint status, const char *headers, const char *body, gssize len)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->status = status;
  answer->headers = g_strdup (headers);
  answer->body = g_bytes_new (body, len < 0 ? strlen (body) : (gsize) len);
  g_hash_table_insert (self->answers, g_strdup (path), answer);
}

GPtrArray *
net_hall_get_asked (NetHall *self)
{
  return self->asked;
}

NetHallAsked *
net_hall_find_asked (NetHall *self, const char *method, const char *path)
{
  for (guint i = self->asked->len; i > 0; i--)
    {
      NetHallAsked *asked = g_ptr_array_index (self->asked, i - 1);
      gsize len = strcspn (asked->path, "?");

      if (g_str_equal (asked->method, method) && strlen (path) == len && strncmp (asked->path, path, len) == 0)
        return asked;
    }
  return NULL;
}

void
net_hall_set_token (NetHall *self, const char *token)
{
  g_free (self->token);
  self->token = g_strdup (token);
}

void
net_hall_ack (NetHall *self, const char *request, const char *json)
{
  if (json != NULL)
    g_hash_table_insert (self->acks, g_strdup (request), g_strdup (json));
  else
    g_hash_table_remove (self->acks, request);
}

void
net_hall_refuse (NetHall *self, const char *frame)
{
  g_free (self->refusal);
  self->refusal = g_strdup (frame);
}

void
net_hall_send (NetHall *self, const char *frame)
{
  for (guint i = 0; i < self->sockets->len; i++)
    {
      SoupWebsocketConnection *connection = g_ptr_array_index (self->sockets, i);

      if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_send_text (connection, frame);
    }
}

void
net_hall_drop (NetHall *self)
{
  g_autoptr (GPtrArray) dropped = g_steal_pointer (&self->sockets);

  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < dropped->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (dropped, i), self);
}

GPtrArray *
net_hall_get_requests (NetHall *self)
{
  return self->requests;
}

guint
net_hall_get_n_sockets (NetHall *self)
{
  return self->sockets->len;
}

guint
net_hall_get_n_joined (NetHall *self)
{
  return self->n_joined;
}
