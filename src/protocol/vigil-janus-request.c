/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builders of requests to a Janus. */
#include "vigil-janus-request.h"

static JsonNode *
take (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

static JsonObject *
new_body (const char *request)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "request", request);
  return object;
}

static void
set_id (JsonObject *object, const char *name, const VigilJanusId *id)
{
  if (id->is_text)
    json_object_set_string_member (object, name, id->text);
  else
    json_object_set_int_member (object, name, g_ascii_strtoll (id->text, NULL, 10));
}

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text)
    json_object_set_string_member (object, name, text);
}

static void
set_number (JsonObject *object, const char *name, gint64 number)
{
  if (number != 0)
    json_object_set_int_member (object, name, number);
}

static JsonObject *
new_jsep (const char *sdp)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", "answer");
  json_object_set_string_member (object, "sdp", sdp);
  /* All that there is: our side is found by its connectivity checks. */
  json_object_set_boolean_member (object, "trickle", FALSE);
  return object;
}

char *
vigil_janus_request_new (const char *verb, const char *transaction, VigilJanusAddress to, const char *token,
                         JsonNode *body, const char *answer_sdp)
{
  JsonObject *object = json_object_new ();
  g_autoptr (JsonNode) node = take (object);

  json_object_set_string_member (object, "janus", verb);
  json_object_set_string_member (object, "transaction", transaction);
  set_number (object, "session_id", to.session);
  set_number (object, "handle_id", to.handle);
  set_text (object, "token", token);
  if (g_str_equal (verb, "attach"))
    json_object_set_string_member (object, "plugin", "janus.plugin.videoroom");
  if (body)
    json_object_set_member (object, "body", json_node_ref (body));
  if (answer_sdp)
    json_object_set_object_member (object, "jsep", new_jsep (answer_sdp));
  return vigil_json_to_string (node);
}

static JsonObject *
new_join (const VigilSfuConfig *config, const char *ptype)
{
  const VigilJanusId room = { config->room, config->room_is_text };
  JsonObject *object = new_body ("join");

  json_object_set_string_member (object, "ptype", ptype);
  set_id (object, "room", &room);
  set_text (object, "pin", config->pin);
  set_text (object, "token", config->token);
  return object;
}

JsonNode *
vigil_janus_body_join_room (const VigilSfuConfig *config)
{
  return take (new_join (config, "publisher"));
}

static void
set_feeds (JsonObject *object, GPtrArray *feeds)
{
  JsonArray *streams = json_array_new ();

  for (guint i = 0; i < feeds->len; i++)
    {
      const VigilJanusFeed *feed = feeds->pdata[i];
      JsonObject *stream = json_object_new ();

      set_id (stream, "feed", &feed->id);
      json_object_set_string_member (stream, "mid", feed->mid);
      json_array_add_object_element (streams, stream);
    }
  json_object_set_array_member (object, "streams", streams);
}

JsonNode *
vigil_janus_body_join_slots (const VigilSfuConfig *config, gint64 private_id, GPtrArray *feeds)
{
  JsonObject *object = new_join (config, "subscriber");

  set_number (object, "private_id", private_id);
  /* Who leaves must not cost a negotiation: his slot is given to somebody else. */
  json_object_set_boolean_member (object, "autoupdate", FALSE);
  set_feeds (object, feeds);
  return take (object);
}

JsonNode *
vigil_janus_body_subscribe (GPtrArray *feeds)
{
  JsonObject *object = new_body ("subscribe");

  set_feeds (object, feeds);
  return take (object);
}

gboolean
vigil_janus_body_wants_offer (JsonNode *body)
{
  return g_str_equal (json_object_get_string_member (json_node_get_object (body), "request"), "subscribe");
}

typedef void (*FillStream) (JsonObject *stream, const VigilJanusSlotOrder *order);

static JsonNode *
new_orders (const char *request, GArray *orders, FillStream fill)
{
  JsonObject *object = new_body (request);
  JsonArray *streams = json_array_new ();

  for (guint i = 0; i < orders->len; i++)
    {
      JsonObject *stream = json_object_new ();

      fill (stream, &g_array_index (orders, VigilJanusSlotOrder, i));
      json_array_add_object_element (streams, stream);
    }
  json_object_set_array_member (object, "streams", streams);
  return take (object);
}

static void
fill_send (JsonObject *stream, const VigilJanusSlotOrder *order)
{
  json_object_set_string_member (stream, "mid", order->mid);
  json_object_set_boolean_member (stream, "send", order->send);
}

JsonNode *
vigil_janus_body_send (GArray *orders)
{
  return new_orders ("configure", orders, fill_send);
}

static void
fill_substream (JsonObject *stream, const VigilJanusSlotOrder *order)
{
  json_object_set_string_member (stream, "mid", order->mid);
  json_object_set_int_member (stream, "substream", order->substream);
}

JsonNode *
vigil_janus_body_substream (GArray *orders)
{
  return new_orders ("configure", orders, fill_substream);
}

static void
fill_switch (JsonObject *stream, const VigilJanusSlotOrder *order)
{
  set_id (stream, "feed", order->feed);
  json_object_set_string_member (stream, "mid", order->feed_mid);
  json_object_set_string_member (stream, "sub_mid", order->mid);
}

JsonNode *
vigil_janus_body_switch (GArray *orders)
{
  return new_orders ("switch", orders, fill_switch);
}

JsonNode *
vigil_janus_body_start (void)
{
  return take (new_body ("start"));
}
