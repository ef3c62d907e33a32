/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Socket.IO packets to and from text:
 *   <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]
 */
#include <string.h>

#include "vigil-sio-packet.h"

#define MAX_NSP_LEN 256

static gboolean
malformed (const char *what, GError **error)
{
  g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_MALFORMED, "Socket.IO: %s", what);
  return FALSE;
}

/* Digits at *@p as a number up to @max; FALSE without a digit or beyond @max. */
static gboolean
read_number (const char **p, const char *end, gint64 max, gint64 *value)
{
  const char *from = *p;

  *value = 0;
  for (; *p < end && g_ascii_isdigit (**p); (*p)++)
    {
      *value = *value * 10 + (**p - '0');
      if (*value > max)
        return FALSE;
    }
  return *p > from;
}

static gboolean
is_binary (VigilSioType type)
{
  return type == VIGIL_SIO_BINARY_EVENT || type == VIGIL_SIO_BINARY_ACK;
}

static gboolean
read_attachments (VigilSioPacket *self, const char **p, const char *end, GError **error)
{
  gint64 n;

  if (!is_binary (self->type))
    return TRUE;
  if (!read_number (p, end, G_MAXINT32, &n) || *p == end || **p != '-')
    return malformed ("bad number of attachments", error);
  (*p)++;
  if (n > VIGIL_SIO_MAX_ATTACHMENTS)
    {
      g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_LIMIT,
                   "Socket.IO: %" G_GINT64_FORMAT " attachments", n);
      return FALSE;
    }
  self->n_attachments = (guint) n;
  return TRUE;
}

static gboolean
read_nsp (VigilSioPacket *self, const char **p, const char *end, GError **error)
{
  const char *from = *p;

  if (*p == end || **p != '/')
    return TRUE;
  while (*p < end && **p != ',')
    (*p)++;
  if (*p - from > MAX_NSP_LEN || !g_utf8_validate (from, *p - from, NULL))
    return malformed ("bad namespace", error);
  g_free (self->nsp);
  self->nsp = g_strndup (from, (gsize) (*p - from));
  if (*p < end)
    (*p)++;
  return TRUE;
}

static gboolean
read_ack_id (VigilSioPacket *self, const char **p, const char *end, GError **error)
{
  gint64 id;

  if (*p == end || !g_ascii_isdigit (**p))
    return TRUE;
  if (!read_number (p, end, VIGIL_JSON_MAX_INT, &id))
    return malformed ("ack id out of range", error);
  self->ack_id = id;
  return TRUE;
}

static gboolean
is_reserved (const char *event)
{
  static const char *const reserved[] = {
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", NULL
  };

  return g_strv_contains (reserved, event);
}

static gboolean
check_event (const VigilSioPacket *self, GError **error)
{
  JsonArray *array;
  JsonNode *name;

  if (!self->payload || !JSON_NODE_HOLDS_ARRAY (self->payload))
    return malformed ("an event without an array", error);
  array = json_node_get_array (self->payload);
  name = json_array_get_length (array) > 0 ? json_array_get_element (array, 0) : NULL;
  if (!name || json_node_get_value_type (name) != G_TYPE_STRING)
    return malformed ("an event without a name", error);
  if (is_reserved (json_node_get_string (name)))
    return malformed ("an event with a reserved name", error);
  return TRUE;
}

static gboolean
may_have_ack_id (VigilSioType type)
{
  return type == VIGIL_SIO_EVENT || type == VIGIL_SIO_ACK || is_binary (type);
}

gboolean
vigil_sio_packet_check (const VigilSioPacket *self, GError **error)
{
  if (self->ack_id >= 0 && !may_have_ack_id (self->type))
    return malformed ("an ack id where none can be", error);
  switch (self->type)
    {
    case VIGIL_SIO_EVENT:
    case VIGIL_SIO_BINARY_EVENT:
      return check_event (self, error);
    case VIGIL_SIO_ACK:
    case VIGIL_SIO_BINARY_ACK:
      if (self->ack_id < 0)
        return malformed ("an acknowledgement without an id", error);
      if (!self->payload || !JSON_NODE_HOLDS_ARRAY (self->payload))
        return malformed ("an acknowledgement without an array", error);
      return TRUE;
    case VIGIL_SIO_CONNECT:
      if (self->payload && !JSON_NODE_HOLDS_OBJECT (self->payload))
        return malformed ("a connect that is no object", error);
      return TRUE;
    case VIGIL_SIO_CONNECT_ERROR:
      if (!self->payload || !(JSON_NODE_HOLDS_OBJECT (self->payload) ||
                              json_node_get_value_type (self->payload) == G_TYPE_STRING))
        return malformed ("a connect error that says nothing", error);
      return TRUE;
    case VIGIL_SIO_DISCONNECT:
      return self->payload ? malformed ("a disconnect with a payload", error) : TRUE;
    default:
      g_assert_not_reached ();
    }
}

VigilSioPacket *
vigil_sio_packet_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (VigilSioPacket) self = NULL;
  const char *p = text;
  const char *end = text + len;

  if (len == 0 || *p < '0' || *p > '6')
    {
      malformed ("unknown packet type", error);
      return NULL;
    }
  self = vigil_sio_packet_new ((VigilSioType) (*p++ - '0'), NULL);
  if (!read_attachments (self, &p, end, error) ||
      !read_nsp (self, &p, end, error) ||
      !read_ack_id (self, &p, end, error))
    return NULL;
  if (p < end)
    {
      self->payload = vigil_json_parse (p, (gsize) (end - p), error);
      if (!self->payload)
        return NULL;
    }
  if (!vigil_sio_packet_check (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

char *
vigil_sio_packet_encode (const VigilSioPacket *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "4%d", (int) self->type);
  if (is_binary (self->type))
    g_string_append_printf (text, "%u-", self->attachments ? self->attachments->len : 0);
  if (strcmp (self->nsp, "/") != 0)
    g_string_append_printf (text, "%s,", self->nsp);
  if (self->ack_id >= 0)
    g_string_append_printf (text, "%" G_GINT64_FORMAT, self->ack_id);
  if (self->payload)
    {
      g_autofree char *json = vigil_json_to_string (self->payload);

      g_string_append (text, json);
    }
  return g_string_free (text, FALSE);
}

static JsonNode *
array_of (const char *event, JsonNode *argument)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  if (event)
    json_array_add_string_element (array, event);
  if (argument)
    json_array_add_element (array, json_node_ref (argument));
  json_node_take_array (node, array);
  return node;
}

VigilSioPacket *
vigil_sio_packet_new_event (const char *nsp, gint64 ack_id, const char *event, JsonNode *argument)
{
  VigilSioPacket *packet = vigil_sio_packet_new (VIGIL_SIO_EVENT, nsp);

  packet->ack_id = ack_id;
  packet->payload = array_of (event, argument);
  return packet;
}

char *
vigil_sio_encode_event (const char *nsp, gint64 ack_id, const char *event, JsonNode *argument)
{
  g_autoptr (VigilSioPacket) packet = vigil_sio_packet_new_event (nsp, ack_id, event, argument);

  return vigil_sio_packet_encode (packet);
}

char *
vigil_sio_encode_ack (const char *nsp, gint64 ack_id, JsonNode *argument)
{
  g_autoptr (VigilSioPacket) packet = vigil_sio_packet_new (VIGIL_SIO_ACK, nsp);

  packet->ack_id = ack_id;
  packet->payload = array_of (NULL, argument);
  return vigil_sio_packet_encode (packet);
}

VigilSioPacket *
vigil_sio_packet_new_connect (const char *nsp, const char *token)
{
  VigilSioPacket *packet = vigil_sio_packet_new (VIGIL_SIO_CONNECT, nsp);
  JsonObject *auth = json_object_new ();

  json_object_set_string_member (auth, "token", token);
  packet->payload = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (packet->payload, auth);
  return packet;
}

char *
vigil_sio_encode_connect (const char *nsp, const char *token)
{
  g_autoptr (VigilSioPacket) packet = vigil_sio_packet_new_connect (nsp, token);

  return vigil_sio_packet_encode (packet);
}
