/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engine.IO 4 framing. */
#include "vigil-eio-packet.h"

#include <string.h>

#include "vigil-json.h"
#include "vigil-members.h"

#define MAX_INTERVAL_MS 3600000
#define DEFAULT_MAX_PAYLOAD 1000000 /* Engine.IO's own default for servers that do not say */

gboolean
vigil_eio_packet_parse (const char *frame, gsize len, VigilEioPacket *packet, GError **error)
{
  if (len == 0)
    {
      g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_MALFORMED, "Engine.IO: empty frame");
      return FALSE;
    }
  if (frame[0] < '0' || frame[0] > '6')
    {
      g_set_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_MALFORMED,
                   "Engine.IO: unknown packet type 0x%02x", (guchar) frame[0]);
      return FALSE;
    }
  packet->type = (VigilEioType) (frame[0] - '0');
  packet->data = frame + 1;
  packet->len = len - 1;
  return TRUE;
}

char *
vigil_eio_packet_build (VigilEioType type, const char *data)
{
  return g_strdup_printf ("%d%s", (int) type, data ? data : "");
}

gboolean
vigil_eio_handshake_parse (const char *data, gsize len, VigilEioHandshake *handshake, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  VigilMembers m;

  memset (handshake, 0, sizeof *handshake);
  node = vigil_json_parse (data, len, error);
  if (!node || !vigil_members_init (&m, node, "Engine.IO open", error))
    return FALSE;
  handshake->sid = g_strdup (vigil_members_get_id (&m, "sid", VIGIL_MEMBER_REQUIRED));
  handshake->ping_interval_ms = (guint) vigil_members_get_int (&m, "pingInterval", VIGIL_MEMBER_REQUIRED, 1, MAX_INTERVAL_MS, 0);
  handshake->ping_timeout_ms = (guint) vigil_members_get_int (&m, "pingTimeout", VIGIL_MEMBER_REQUIRED, 1, MAX_INTERVAL_MS, 0);
  handshake->max_payload = vigil_members_get_int (&m, "maxPayload", 0, 1, VIGIL_JSON_MAX_INT, DEFAULT_MAX_PAYLOAD);
  if (vigil_members_ok (&m))
    return TRUE;
  vigil_eio_handshake_clear (handshake);
  return FALSE;
}

char *
vigil_eio_handshake_build (const VigilEioHandshake *handshake)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "sid", handshake->sid);
  json_object_set_array_member (object, "upgrades", json_array_new ());
  json_object_set_int_member (object, "pingInterval", handshake->ping_interval_ms);
  json_object_set_int_member (object, "pingTimeout", handshake->ping_timeout_ms);
  json_object_set_int_member (object, "maxPayload", handshake->max_payload);
  json_node_take_object (node, object);
  return vigil_json_to_string (node);
}

void
vigil_eio_handshake_clear (VigilEioHandshake *handshake)
{
  g_free (handshake->sid);
  memset (handshake, 0, sizeof *handshake);
}
