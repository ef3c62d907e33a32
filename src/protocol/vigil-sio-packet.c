/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Socket.IO packets: the value and what can be asked of it. Text is vigil-sio-codec.c's. */
#include "vigil-sio-packet.h"

VigilSioPacket *
vigil_sio_packet_new (VigilSioType type, const char *nsp)
{
  VigilSioPacket *self = g_new0 (VigilSioPacket, 1);

  self->type = type;
  self->nsp = g_strdup (nsp ? nsp : "/");
  self->ack_id = -1;
  return self;
}

void
vigil_sio_packet_free (VigilSioPacket *self)
{
  if (!self)
    return;
  g_free (self->nsp);
  g_clear_pointer (&self->payload, json_node_unref);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_free (self);
}

static JsonNode *
get_element (const VigilSioPacket *self, guint index)
{
  JsonArray *array;

  if (!self->payload || !JSON_NODE_HOLDS_ARRAY (self->payload))
    return NULL;
  array = json_node_get_array (self->payload);
  return index < json_array_get_length (array) ? json_array_get_element (array, index) : NULL;
}

const char *
vigil_sio_packet_get_event (const VigilSioPacket *self)
{
  JsonNode *name;

  if (self->type != VIGIL_SIO_EVENT && self->type != VIGIL_SIO_BINARY_EVENT)
    return NULL;
  name = get_element (self, 0);
  return name ? json_node_get_string (name) : NULL;
}

JsonNode *
vigil_sio_packet_get_argument (const VigilSioPacket *self)
{
  switch (self->type)
    {
    case VIGIL_SIO_EVENT:
    case VIGIL_SIO_BINARY_EVENT:
      return get_element (self, 1);
    case VIGIL_SIO_ACK:
    case VIGIL_SIO_BINARY_ACK:
      return get_element (self, 0);
    case VIGIL_SIO_CONNECT:
    case VIGIL_SIO_CONNECT_ERROR:
    case VIGIL_SIO_DISCONNECT:
    default:
      return self->payload;
    }
}

static gboolean
is_placeholder (JsonNode *node, JsonNode **num)
{
  JsonObject *object;
  JsonNode *mark;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  object = json_node_get_object (node);
  mark = json_object_get_member (object, "_placeholder");
  *num = json_object_get_member (object, "num");
  return mark && json_node_get_value_type (mark) == G_TYPE_BOOLEAN && json_node_get_boolean (mark);
}

GBytes *
vigil_sio_packet_get_attachment (const VigilSioPacket *self, JsonNode *node)
{
  JsonNode *num;
  gint64 index;

  if (!is_placeholder (node, &num) || !num || json_node_get_value_type (num) != G_TYPE_INT64)
    return NULL;
  index = json_node_get_int (num);
  if (index < 0 || !self->attachments || index >= (gint64) self->attachments->len)
    return NULL;
  return g_ptr_array_index (self->attachments, (guint) index);
}

/* Recursion is bounded: parsed payloads are at most VIGIL_JSON_MAX_DEPTH deep. */
static gboolean
check_node (const VigilSioPacket *self, JsonNode *node, GError **error)
{
  gboolean ok = TRUE;
  JsonNode *num;

  if (is_placeholder (node, &num))
    {
      ok = vigil_sio_packet_get_attachment (self, node) != NULL;
      if (!ok)
        g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_MALFORMED,
                     "Socket.IO: a placeholder names no attachment");
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (GList) members = json_object_get_values (json_node_get_object (node));

      for (GList *l = members; l && ok; l = l->next)
        ok = check_node (self, l->data, error);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array) && ok; i++)
        ok = check_node (self, json_array_get_element (array, i), error);
    }
  return ok;
}

gboolean
vigil_sio_packet_check_placeholders (const VigilSioPacket *self, GError **error)
{
  return !self->payload || check_node (self, self->payload, error);
}
