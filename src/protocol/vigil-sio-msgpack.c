/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Socket.IO packets as socket.io-msgpack-parser has them: one map, binary, without attachments. */
#include <string.h>

#include "vigil-members.h"
#include "vigil-msgpack.h"
#include "vigil-sio-packet.h"

#define MAX_NSP_LEN 256

VigilSioPacket *
vigil_sio_packet_from_msgpack (const guint8 *data, gsize len, GError **error)
{
  g_autoptr (JsonNode) node = vigil_msgpack_parse (data, len, error);
  g_autoptr (VigilSioPacket) self = NULL;
  JsonNode *payload;
  const char *nsp;
  gint64 type;
  VigilMembers m;

  if (node == NULL || !vigil_members_init (&m, node, "Socket.IO packet", error))
    return NULL;
  type = vigil_members_get_int (&m, "type", VIGIL_MEMBER_REQUIRED, VIGIL_SIO_CONNECT, VIGIL_SIO_CONNECT_ERROR, 0);
  nsp = vigil_members_get_text (&m, "nsp", VIGIL_MEMBER_REQUIRED, MAX_NSP_LEN);
  if (!vigil_members_ok (&m))
    return NULL;

  self = vigil_sio_packet_new ((VigilSioType) type, nsp);
  self->ack_id = vigil_members_get_int (&m, "id", VIGIL_MEMBER_NULLABLE, 0, VIGIL_JSON_MAX_INT, -1);
  payload = json_object_get_member (m.object, "data");
  if (payload != NULL && !JSON_NODE_HOLDS_NULL (payload))
    self->payload = json_node_ref (payload);
  if (!vigil_members_ok (&m) || !vigil_sio_packet_check (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

GBytes *
vigil_sio_packet_to_msgpack (const VigilSioPacket *self)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  GByteArray *bytes = g_byte_array_new ();

  json_object_set_int_member (object, "type", self->type);
  json_object_set_string_member (object, "nsp", self->nsp);
  if (self->payload != NULL)
    json_object_set_member (object, "data", json_node_ref (self->payload));
  if (self->ack_id >= 0)
    json_object_set_int_member (object, "id", self->ack_id);
  json_node_take_object (node, object);
  vigil_msgpack_append (bytes, node);
  return g_byte_array_free_to_bytes (bytes);
}
