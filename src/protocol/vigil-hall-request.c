/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builders of request arguments; each returns one JSON object. */
#include "vigil-hall-request.h"

static JsonNode *
take (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

static JsonNode *
one_string (const char *name, const char *value)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, name, value);
  return take (object);
}

static void
set_text (JsonObject *object, const char *name, const char *value)
{
  if (value)
    json_object_set_string_member (object, name, value);
}

JsonNode *
vigil_request_empty (void)
{
  return take (json_object_new ());
}

JsonNode *
vigil_request_join_exam (const char *exam_id)
{
  return one_string ("examId", exam_id);
}

JsonNode *
vigil_request_create_transport (void)
{
  return one_string ("direction", "recv");
}

JsonNode *
vigil_request_connect_transport (const char *transport_id, JsonNode *dtls_parameters, JsonNode *ice_parameters)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "transportId", transport_id);
  json_object_set_member (object, "dtlsParameters", json_node_ref (dtls_parameters));
  if (ice_parameters)
    json_object_set_member (object, "iceParameters", json_node_ref (ice_parameters));
  return take (object);
}

JsonNode *
vigil_request_close_transport (const char *transport_id)
{
  return one_string ("transportId", transport_id);
}

JsonNode *
vigil_request_consume (const char *transport_id, const char *producer_id, JsonNode *rtp_capabilities)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "transportId", transport_id);
  json_object_set_string_member (object, "producerId", producer_id);
  json_object_set_member (object, "rtpCapabilities", json_node_ref (rtp_capabilities));
  json_object_set_boolean_member (object, "paused", TRUE);
  return take (object);
}

JsonNode *
vigil_request_consumer (const char *consumer_id)
{
  return one_string ("consumerId", consumer_id);
}

JsonNode *
vigil_request_preferred_layers (const char *consumer_id, int spatial_layer, int temporal_layer)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "consumerId", consumer_id);
  json_object_set_int_member (object, "spatialLayer", spatial_layer);
  if (temporal_layer >= 0)
    json_object_set_int_member (object, "temporalLayer", temporal_layer);
  return take (object);
}

JsonNode *
vigil_request_bypass (const char *reason, const char *category, const char *const *signals, gint64 expires_at_ms)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; signals && signals[i]; i++)
    json_array_add_string_element (array, signals[i]);
  json_object_set_string_member (object, "reason", reason);
  json_object_set_string_member (object, "category", category);
  json_object_set_array_member (object, "signals", array);
  if (expires_at_ms > 0)
    json_object_set_int_member (object, "expiresAt", expires_at_ms);
  else
    json_object_set_null_member (object, "expiresAt");
  return take (object);
}

JsonNode *
vigil_request_revoke (const char *reason)
{
  JsonObject *object = json_object_new ();

  set_text (object, "reason", reason);
  return take (object);
}

JsonNode *
vigil_request_verdict (VigilVerdict verdict, const char *note, gint64 until_ms)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "verdict", vigil_verdict_to_nick (verdict));
  set_text (object, "note", note);
  if (until_ms > 0)
    json_object_set_int_member (object, "until", until_ms);
  return take (object);
}

JsonNode *
vigil_request_intervention (const char *kind, const char *text, const char *reason, guint seconds)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "kind", kind);
  set_text (object, "text", text);
  set_text (object, "reason", reason);
  if (seconds > 0)
    json_object_set_int_member (object, "seconds", seconds);
  return take (object);
}

JsonNode *
vigil_request_snapshot (VigilSource source, gint64 at_ms, const char *note, const char *content_type, const char *data)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "source", vigil_source_to_nick (source));
  json_object_set_int_member (object, "at", at_ms);
  set_text (object, "note", note);
  json_object_set_string_member (object, "contentType", content_type);
  json_object_set_string_member (object, "data", data);
  return take (object);
}
