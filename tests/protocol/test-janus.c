/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages and SDP of a Janus 1.1.2: what it says, what it is told, and what it must not say. */

#include <string.h>

#include "vigil-janus-message.h"
#include "vigil-janus-request.h"
#include "vigil-janus-sdp.h"

#define FINGERPRINT "10:85:B7:FE:C7:3B:DB:77:03:3E:C5:E3:9F:2D:CB:9E:DB:98:47:22:6C:02:E6:13:8D:73:52:0A:49:BB:7A:3F"

#define JOINED "{\"janus\":\"event\",\"session_id\":2942599191064053,\"transaction\":\"t4\",\"sender\":5928761342615885," \
  "\"plugindata\":{\"plugin\":\"janus.plugin.videoroom\",\"data\":{\"videoroom\":\"joined\",\"room\":1234,\"id\":3525681594582525," \
  "\"private_id\":3431974848,\"publishers\":[{\"id\":1,\"display\":\"0\",\"streams\":[{\"type\":\"video\",\"mindex\":0,\"mid\":\"0\",\"codec\":\"vp8\"}]}," \
  "{\"id\":2,\"streams\":[{\"type\":\"audio\",\"mindex\":0,\"mid\":\"0\",\"disabled\":true},{\"type\":\"video\",\"mindex\":1,\"mid\":\"1\",\"codec\":\"h264\",\"simulcast\":true}," \
  "{\"type\":\"audio\",\"mindex\":2,\"mid\":\"2\",\"codec\":\"opus\"},{\"type\":\"data\",\"mindex\":3,\"mid\":\"3\"},{\"type\":\"video\",\"mindex\":4,\"mid\":\"4\",\"codec\":\"vp9\"}]}," \
  "{\"id\":3}]}}}"

static VigilJanusMessage *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  VigilJanusMessage *message = vigil_janus_message_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return message;
}

static void
test_kinds (void)
{
  g_autoptr (VigilJanusMessage) ack = parse ("{\"janus\":\"ack\",\"session_id\":5,\"transaction\":\"t1\"}");
  g_autoptr (VigilJanusMessage) success = parse ("{\"janus\":\"success\",\"transaction\":\"t2\",\"data\":{\"id\":9007199254740991}}");
  g_autoptr (VigilJanusMessage) refused = parse ("{\"janus\":\"error\",\"transaction\":\"t3\",\"error\":{\"code\":458,\"reason\":\"No such session\"}}");
  g_autoptr (VigilJanusMessage) room = parse ("{\"janus\":\"event\",\"transaction\":\"t4\",\"sender\":7,\"plugindata\":{\"plugin\":\"p\",\"data\":{\"videoroom\":\"event\",\"error_code\":433,\"error\":\"Unauthorized (wrong pin)\"}}}");
  g_autoptr (VigilJanusMessage) hangup = parse ("{\"janus\":\"hangup\",\"sender\":7,\"reason\":\"ICE failed\"}");
  g_autoptr (VigilJanusMessage) later = parse ("{\"janus\":\"of a later day\",\"sender\":7}");
  g_autoptr (VigilJanusMessage) timeout = parse ("{\"janus\":\"timeout\",\"session_id\":5}");

  g_assert_cmpint (ack->kind, ==, VIGIL_JANUS_ACK);
  g_assert_cmpstr (ack->transaction, ==, "t1");
  g_assert_cmpint (success->kind, ==, VIGIL_JANUS_SUCCESS);
  g_assert_cmpint (success->id, ==, 9007199254740991);
  g_assert_cmpint (refused->kind, ==, VIGIL_JANUS_ERROR);
  g_assert_cmpint (refused->error_code, ==, VIGIL_JANUS_ERROR_NO_SUCH_SESSION);
  g_assert_cmpstr (refused->reason, ==, "No such session");
  g_assert_cmpint (room->kind, ==, VIGIL_JANUS_EVENT);
  g_assert_cmpint (room->error_code, ==, VIGIL_JANUS_ERROR_ROOM_UNAUTHORIZED);
  g_assert_cmpint (room->sender, ==, 7);
  g_assert_cmpint (hangup->kind, ==, VIGIL_JANUS_HANGUP);
  g_assert_cmpstr (hangup->reason, ==, "ICE failed");
  g_assert_cmpint (later->kind, ==, VIGIL_JANUS_OTHER);
  g_assert_cmpint (timeout->kind, ==, VIGIL_JANUS_TIMEOUT);
}

static void
test_feeds (void)
{
  g_autoptr (VigilJanusMessage) message = parse (JOINED);
  g_autoptr (GPtrArray) publishers = NULL;
  guint n_skipped;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) feeds = vigil_janus_feeds_from_data (message->data, &publishers, &n_skipped, &error);
  const VigilJanusFeed *feed;

  g_assert_no_error (error);
  g_assert_cmpstr (vigil_janus_get_word (message->data), ==, "joined");
  g_assert_cmpint (vigil_janus_get_private_id (message->data), ==, 3431974848);
  g_assert_cmpuint (publishers->len, ==, 3);
  g_assert_cmpuint (feeds->len, ==, 4);
  feed = feeds->pdata[0];
  g_assert_cmpstr (feed->producer_id, ==, "1/0");
  g_assert_cmpstr (feed->codec, ==, "VP8");
  g_assert_false (feed->id.is_text);
  feed = feeds->pdata[1];
  g_assert_cmpstr (feed->producer_id, ==, "2/1");
  g_assert_cmpstr (feed->codec, ==, "H264");
  g_assert_true (feed->simulcast);
  feed = feeds->pdata[2];
  g_assert_cmpstr (feed->producer_id, ==, "2/2");
  g_assert_cmpint (feed->kind, ==, VIGIL_MEDIA_AUDIO);
  feed = feeds->pdata[3];
  g_assert_cmpstr (feed->producer_id, ==, "2/4");
  g_assert_null (feed->codec);
}

static void
test_string_ids (void)
{
  g_autoptr (VigilJanusMessage) message = parse ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"publishers\":"
                                                 "[{\"id\":\"s-1/x\",\"streams\":[{\"type\":\"video\",\"mid\":\"v\",\"codec\":\"VP8\"}]}]}}}");
  g_autoptr (VigilJanusMessage) gone = parse ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"unpublished\":\"s-1/x\"}}}");
  g_autoptr (VigilJanusMessage) ours = parse ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"leaving\":\"ok\"}}}");
  g_autoptr (VigilJanusMessage) number = parse ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"leaving\":3}}}");
  g_autoptr (GPtrArray) publishers = NULL;
  guint n_skipped;
  g_autoptr (GPtrArray) feeds = vigil_janus_feeds_from_data (message->data, &publishers, &n_skipped, NULL);
  g_autofree char *who = vigil_janus_dup_gone (gone->data);
  g_autofree char *nobody = vigil_janus_dup_gone (ours->data);
  g_autofree char *third = vigil_janus_dup_gone (number->data);

  g_assert_cmpuint (feeds->len, ==, 1);
  g_assert_cmpstr (((VigilJanusFeed *) feeds->pdata[0])->producer_id, ==, "s-1/x/v");
  g_assert_true (((VigilJanusFeed *) feeds->pdata[0])->id.is_text);
  g_assert_cmpstr (who, ==, "s-1/x");
  g_assert_null (nobody);
  g_assert_cmpstr (third, ==, "3");
}

static void
test_slot_states (void)
{
  g_autoptr (VigilJanusMessage) message = parse ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"switched\":\"ok\",\"streams\":["
                                                 "{\"type\":\"video\",\"active\":true,\"mid\":\"0\",\"send\":true,\"feed_id\":3,\"feed_mid\":\"2\"},"
                                                 "{\"type\":\"video\",\"active\":false,\"mid\":\"1\",\"send\":false}]}}}");
  guint n_skipped;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slots = vigil_janus_slots_from_data (message->data, &n_skipped, &error);
  const VigilJanusSlotState *slot;

  g_assert_no_error (error);
  g_assert_true (vigil_janus_is_ok (message->data, "switched"));
  g_assert_false (vigil_janus_is_ok (message->data, "configured"));
  g_assert_cmpuint (slots->len, ==, 2);
  slot = slots->pdata[0];
  g_assert_true (slot->active && slot->send);
  g_assert_cmpstr (slot->producer_id, ==, "3/2");
  slot = slots->pdata[1];
  g_assert_false (slot->active || slot->send);
  g_assert_null (slot->producer_id);
}

/* Nobody gets another's producer id by what it calls its stream. */
static void
test_slash (void)
{
  g_autoptr (VigilJanusMessage) message = parse ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"publishers\":["
                                                 "{\"id\":\"1/2\",\"streams\":[{\"type\":\"video\",\"mid\":\"0\",\"codec\":\"vp8\"}]},"
                                                 "{\"id\":\"1\",\"streams\":[{\"type\":\"video\",\"mid\":\"2/0\",\"codec\":\"vp8\"},"
                                                 "{\"type\":\"video\",\"mid\":\"3\",\"codec\":\"vp8\"}]}],"
                                                 "\"streams\":[{\"mid\":\"0\",\"active\":true,\"feed_id\":\"1\",\"feed_mid\":\"2/0\"},"
                                                 "{\"mid\":\"1\",\"active\":true,\"feed_id\":\"1/2\",\"feed_mid\":\"0\"}]}}}");
  g_autoptr (GPtrArray) publishers = NULL;
  guint n_skipped, n_slots_skipped;
  g_autoptr (GPtrArray) feeds = vigil_janus_feeds_from_data (message->data, &publishers, &n_skipped, NULL);
  g_autoptr (GPtrArray) slots = vigil_janus_slots_from_data (message->data, &n_slots_skipped, NULL);

  g_assert_cmpuint (feeds->len, ==, 2);
  g_assert_cmpuint (n_skipped, ==, 1);
  g_assert_cmpstr (((VigilJanusFeed *) feeds->pdata[0])->producer_id, ==, "1/2/0");
  g_assert_cmpstr (((VigilJanusFeed *) feeds->pdata[0])->id.text, ==, "1/2");
  g_assert_cmpstr (((VigilJanusFeed *) feeds->pdata[1])->producer_id, ==, "1/3");
  g_assert_cmpuint (slots->len, ==, 2);
  g_assert_cmpuint (n_slots_skipped, ==, 1);
  g_assert_null (((VigilJanusSlotState *) slots->pdata[0])->producer_id);
  g_assert_cmpstr (((VigilJanusSlotState *) slots->pdata[1])->producer_id, ==, "1/2/0");
}

/* Each of these is refused, and what is wrong is named. */
static void
test_bad_messages (void)
{
  static const struct { const char *text, *named; } bad[] = {
    { "", "" },
    { "janus", "" },
    { "[1]", "janus message" },
    { "{}", "janus" },
    { "{\"janus\":7}", "janus" },
    { "{\"janus\":\"ack\",\"transaction\":{}}", "transaction" },
    { "{\"janus\":\"event\",\"sender\":\"7\"}", "sender" },
    { "{\"janus\":\"event\",\"sender\":-1}", "sender" },
    { "{\"janus\":\"success\",\"data\":[]}", "data" },
    { "{\"janus\":\"success\",\"data\":{\"id\":\"5\"}}", "id" },
    { "{\"janus\":\"error\",\"error\":{\"code\":\"x\"}}", "code" },
    { "{\"janus\":\"event\",\"plugindata\":{}}", "data" },
    { "{\"janus\":\"event\",\"plugindata\":{\"data\":{\"error_code\":\"433\"}}}", "error_code" },
    { "{\"janus\":\"event\",\"jsep\":{\"type\":\"offer\"}}", "sdp" },
    { "{\"janus\":\"event\",\"jsep\":{\"type\":\"answer\",\"sdp\":\"v=0\"}}", "type" },
    { "{\"janus\":\"event\",\"jsep\":\"v=0\"}", "jsep" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilJanusMessage) message = vigil_janus_message_parse (bad[i].text, strlen (bad[i].text), &error);

      g_test_message ("%s: %s", bad[i].text, error != NULL ? error->message : "taken");
      g_assert_null (message);
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, bad[i].named));
    }
}

static void
test_bad_data (void)
{
  static const char *const feeds[] = {
    "[]", "{\"publishers\":{}}", "{\"publishers\":1}",
  };
  static const char *const slots[] = {
    "{}", "{\"streams\":1}", "{\"streams\":[{}]}", "{\"streams\":[{\"mid\":1}]}",
    "{\"streams\":[{\"mid\":\"0\",\"active\":\"yes\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (feeds) + G_N_ELEMENTS (slots); i++)
    {
      gboolean is_feed = i < G_N_ELEMENTS (feeds);
      const char *text = is_feed ? feeds[i] : slots[i - G_N_ELEMENTS (feeds)];
      g_autoptr (JsonNode) node = vigil_json_parse (text, strlen (text), NULL);
      g_autoptr (GPtrArray) publishers = NULL;
      guint n_skipped;
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) read = is_feed ? vigil_janus_feeds_from_data (node, &publishers, &n_skipped, &error)
                                           : vigil_janus_slots_from_data (node, &n_skipped, &error);

      g_test_message ("%s: %s", text, error != NULL ? error->message : "taken");
      g_assert_null (read);
      g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD);
    }
}

/* One who calls himself something odd is passed over; the others are read, in front of him and behind. */
static void
test_odd_publishers (void)
{
  static const char *const odd[] = {
    "1", "{}", "{\"id\":true}", "{\"id\":null}", "{\"id\":1.5,\"streams\":[]}", "{\"id\":\"\"}", "{\"id\":\"a\\u0007\"}", "{\"id\":-1}",
    "{\"id\":9007199254740992}", "{\"id\":18446744073709551615,\"streams\":[{\"type\":\"video\",\"mid\":\"0\"}]}", "{\"id\":1e999}",
    "{\"id\":11111111111111111111111111111111111111111111111111111111111111111111111111111111}",
    "{\"id\":\"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\"}",
    "{\"id\":5,\"streams\":7}", "{\"id\":5,\"streams\":[7]}", "{\"id\":5,\"streams\":[{\"type\":\"video\"}]}", "{\"id\":5,\"streams\":[{\"type\":3,\"mid\":\"0\"}]}",
    "{\"id\":5,\"streams\":[{\"type\":\"video\",\"mid\":\"a\\u0007\"}]}", "{\"id\":5,\"streams\":[{\"type\":\"video\",\"mid\":99999999999999999999}]}",
    "{\"id\":5,\"streams\":[{\"type\":\"video\",\"mid\":\"01234567890123456789012345678901234567890123456789012345678901234\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"publishers\":["
                                               "{\"id\":1,\"streams\":[{\"type\":\"video\",\"mid\":\"0\"}]},%s,"
                                               "{\"id\":9007199254740991,\"streams\":[{\"type\":\"video\",\"mid\":\"0\"}]}]}}}", odd[i]);
      g_autofree char *lean = vigil_janus_text_dup_lean (text, strlen (text));
      g_autoptr (VigilJanusMessage) message = parse (lean);
      g_autoptr (GPtrArray) publishers = NULL;
      guint n_skipped;
      g_autoptr (GPtrArray) feeds = vigil_janus_feeds_from_data (message->data, &publishers, &n_skipped, NULL);

      g_test_message ("%s", odd[i]);
      g_assert_nonnull (feeds);
      g_assert_cmpuint (n_skipped, ==, 1);
      g_assert_cmpuint (feeds->len, ==, 2);
      g_assert_cmpstr (((VigilJanusFeed *) feeds->pdata[0])->producer_id, ==, "1/0");
      g_assert_cmpstr (((VigilJanusFeed *) feeds->pdata[1])->producer_id, ==, "9007199254740991/0");
    }
}

static void
test_odd_behind (void)
{
  static const char *const odd[] = {
    "\"feed_id\":{},\"feed_mid\":\"0\"", "\"feed_id\":18446744073709551615,\"feed_mid\":\"0\"", "\"feed_id\":1,\"feed_mid\":\"a\\u0007\"",
    "\"feed_id\":1,\"feed_mid\":5",
  };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"streams\":[{\"mid\":\"0\",\"active\":true,%s},"
                                               "{\"mid\":\"1\",\"active\":true,\"feed_id\":2,\"feed_mid\":\"0\"}]}}}", odd[i]);
      g_autofree char *lean = vigil_janus_text_dup_lean (text, strlen (text));
      g_autoptr (VigilJanusMessage) message = parse (lean);
      guint n_skipped;
      g_autoptr (GPtrArray) slots = vigil_janus_slots_from_data (message->data, &n_skipped, NULL);

      g_assert_cmpuint (n_skipped, ==, 1);
      g_assert_cmpuint (slots->len, ==, 2);
      g_assert_null (((VigilJanusSlotState *) slots->pdata[0])->producer_id);
      g_assert_cmpstr (((VigilJanusSlotState *) slots->pdata[1])->producer_id, ==, "2/0");
    }
}

/* What a candidate says of itself must not make the room unreadable for everybody. */
static void
test_metadata (void)
{
  static const struct { const char *text, *lean; } texts[] = {
    { "{\"a\":1}", "{\"a\":1}" },
    { "{\"metadata\":{\"x\":[1,{\"y\":\"}\"}]},\"b\":2}", "{\"metadata\":null,\"b\":2}" },
    { "{\"metadata\" : \"q\\\"}\" ,\"b\":2}", "{\"metadata\":null ,\"b\":2}" },
    { "[{\"metadata\":12345678901234567890}]", "[{\"metadata\":null}]" },
    { "{\"display\":\"metadata\",\"b\":\"\\\"metadata\\\":1\"}", "{\"display\":\"metadata\",\"b\":\"\\\"metadata\\\":1\"}" },
    { "{\"metadata\":{", "{\"metadata\":null" },
    { "{\"metadata\":\"", "{\"metadata\":null" },
    { "{\"metadata\"", "{\"metadata\"" },
    { "\"\\", "\"\\" },
    { "}]", "}]" },
  };
  g_autoptr (GString) deep = g_string_new ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"publishers\":[{\"id\":1,\"metadata\":");
  g_autofree char *lean = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *got = vigil_janus_text_dup_lean (texts[i].text, strlen (texts[i].text));

      g_assert_cmpstr (got, ==, texts[i].lean);
    }

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, ']');
  g_string_append (deep, "}]}}}");
  lean = vigil_janus_text_dup_lean (deep->str, deep->len);
  {
    g_autoptr (VigilJanusMessage) message = parse (lean);

    g_assert_nonnull (message->data);
  }
}

/* -- what it is told -- */

static void
test_requests (void)
{
  g_autoptr (VigilSfuConfig) config = vigil_sfu_config_new (VIGIL_SFU_JANUS);
  g_autoptr (VigilJanusMessage) message = parse (JOINED);
  g_autoptr (GPtrArray) publishers = NULL;
  guint n_skipped;
  g_autoptr (GPtrArray) feeds = vigil_janus_feeds_from_data (message->data, &publishers, &n_skipped, NULL);
  const VigilJanusFeed *feed = feeds->pdata[1];
  const VigilJanusSlotOrder orders[] = { { "0", TRUE, 0, &feed->id, feed->mid }, { "7", FALSE, 2, &feed->id, feed->mid } };
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof orders[0]);
  VigilJanusAddress nowhere = { 0, 0 }, to = { 5, 7 };
  g_autoptr (JsonNode) join = NULL, slots = NULL, more = NULL, send = NULL, layer = NULL, change = NULL, start = NULL;
  g_autofree char *create = vigil_janus_request_new ("create", "t1", nowhere, NULL, NULL, NULL);
  g_autofree char *attach = vigil_janus_request_new ("attach", "t2", (VigilJanusAddress) { 5, 0 }, "tok", NULL, NULL);
  g_autofree char *joined = NULL, *subscribed = NULL, *added = NULL, *sent = NULL, *layered = NULL, *changed = NULL, *started = NULL;

  config->room = g_strdup ("1234");
  config->pin = g_strdup ("p\"n");
  g_array_append_vals (list, orders, 2);
  join = vigil_janus_body_join_room (config);
  joined = vigil_json_to_string (join);
  slots = vigil_janus_body_join_slots (config, 99, feeds);
  subscribed = vigil_json_to_string (slots);
  more = vigil_janus_body_subscribe (feeds);
  added = vigil_json_to_string (more);
  g_assert_true (vigil_janus_body_wants_offer (more));
  g_assert_false (vigil_janus_body_wants_offer (slots));
  send = vigil_janus_body_send (list);
  sent = vigil_json_to_string (send);
  layer = vigil_janus_body_substream (list);
  layered = vigil_json_to_string (layer);
  change = vigil_janus_body_switch (list);
  changed = vigil_json_to_string (change);
  start = vigil_janus_body_start ();
  started = vigil_janus_request_new ("message", "t9", to, NULL, start, "v=0\r\n");

  g_assert_cmpstr (create, ==, "{\"janus\":\"create\",\"transaction\":\"t1\"}");
  g_assert_cmpstr (attach, ==, "{\"janus\":\"attach\",\"transaction\":\"t2\",\"session_id\":5,\"token\":\"tok\",\"plugin\":\"janus.plugin.videoroom\"}");
  g_assert_cmpstr (joined, ==, "{\"request\":\"join\",\"ptype\":\"publisher\",\"room\":1234,\"pin\":\"p\\\"n\"}");
  g_assert_nonnull (strstr (subscribed, "\"ptype\":\"subscriber\""));
  g_assert_nonnull (strstr (subscribed, "\"private_id\":99,\"autoupdate\":false,\"streams\":[{\"feed\":1,\"mid\":\"0\"},{\"feed\":2,\"mid\":\"1\"}"));
  g_assert_true (g_str_has_prefix (added, "{\"request\":\"subscribe\",\"streams\":[{\"feed\":1,\"mid\":\"0\"},{\"feed\":2,\"mid\":\"1\"}"));
  g_assert_cmpstr (sent, ==, "{\"request\":\"configure\",\"streams\":[{\"mid\":\"0\",\"send\":true},{\"mid\":\"7\",\"send\":false}]}");
  g_assert_cmpstr (layered, ==, "{\"request\":\"configure\",\"streams\":[{\"mid\":\"0\",\"substream\":0},{\"mid\":\"7\",\"substream\":2}]}");
  g_assert_cmpstr (changed, ==, "{\"request\":\"switch\",\"streams\":[{\"feed\":2,\"mid\":\"1\",\"sub_mid\":\"0\"},{\"feed\":2,\"mid\":\"1\",\"sub_mid\":\"7\"}]}");
  g_assert_cmpstr (started, ==, "{\"janus\":\"message\",\"transaction\":\"t9\",\"session_id\":5,\"handle_id\":7,\"body\":{\"request\":\"start\"},"
                                "\"jsep\":{\"type\":\"answer\",\"sdp\":\"v=0\\r\\n\",\"trickle\":false}}");
}

/* -- SDP -- */

static void
append_slot (GString *sdp, guint mid, const char *pts, const char *rtpmap, guint ssrc, const char *more)
{
  g_string_append_printf (sdp, "m=video 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 127.0.0.1\r\na=sendonly\r\na=mid:%u\r\na=rtcp-mux\r\n"
                          "a=ice-ufrag:za3i\r\na=ice-pwd:FUvHO6txrVEGNs5kdbqZEM\r\na=ice-options:trickle\r\na=setup:actpass\r\n"
                          "a=rtpmap:%s\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=ssrc-group:FID %u %u\r\na=msid:janus janus%u\r\n"
                          "a=ssrc:%u cname:janus\r\na=ssrc:%u cname:janus\r\n"
                          "a=candidate:1 1 udp 2015363327 10.99.0.1 23722 typ host\r\na=end-of-candidates\r\n%s",
                          pts, mid, rtpmap, ssrc, ssrc + 1, mid, ssrc, ssrc + 1, more);
}

static char *
make_offer (void)
{
  GString *sdp = g_string_new ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=VideoRoom 1234\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\n"
                               "a=fingerprint:sha-256 " FINGERPRINT "\r\na=msid-semantic: WMS *\r\n");

  append_slot (sdp, 0, "96 97", "96 VP8/90000", 1000, "");
  append_slot (sdp, 1, "96 97", "96 VP8/90000", 2000, "a=inactive\r\n");
  append_slot (sdp, 2, "107", "107 H264/90000", 3000, "");
  return g_string_free (sdp, FALSE);
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, part)) != NULL; at += strlen (part))
    n++;
  return n;
}

static void
test_offer (void)
{
  g_autofree char *sdp = make_offer ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusOffer) offer = vigil_janus_offer_parse (sdp, &error);
  g_autofree char *fixed = NULL, *with_sound = NULL, *answer_sdp = NULL;
  g_autoptr (VigilRtpAnswer) answer = NULL;
  const VigilJanusSlot *slot;

  g_assert_no_error (error);
  g_assert_cmpuint (offer->slots->len, ==, 3);
  slot = offer->slots->pdata[1];
  g_assert_cmpstr (slot->mid, ==, "1");
  g_assert_cmpuint (slot->ssrc, ==, 2000);
  g_assert_cmpstr (slot->codec, ==, "VP8");
  g_assert_cmpuint (slot->payload_type, ==, 96);
  g_assert_true (slot->inactive);
  slot = offer->slots->pdata[2];
  g_assert_cmpstr (slot->codec, ==, "H264");
  g_assert_cmpuint (slot->payload_type, ==, 107);

  /* For media/: a line a codec, whatever the number of slots. */
  fixed = vigil_janus_offer_dup_static (offer, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (fixed, "m=video"), ==, 2);
  g_assert_cmpuint (count (fixed, "a=ssrc"), ==, 0);
  g_assert_cmpuint (count (fixed, "rtx"), ==, 0);
  g_assert_cmpuint (count (fixed, "extmap"), ==, 0);
  g_assert_cmpuint (count (fixed, VIGIL_SDP_FEEDBACK_ALONE "\r\n"), ==, 1);
  g_assert_nonnull (strstr (fixed, "a=candidate:1 1 udp 2015363327 10.99.0.1 23722 typ host"));

  /* And one for sound, where there may be some later. */
  g_assert_cmpuint (count (fixed, "m=audio"), ==, 0);
  with_sound = vigil_janus_offer_dup_static (offer, VIGIL_JANUS_OPUS_TYPE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (with_sound, "m=video"), ==, 2);
  g_assert_cmpuint (count (with_sound, "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"), ==, 1);
  g_assert_nonnull (strstr (with_sound, "a=rtpmap:111 opus/48000/2\r\n"));

  /* For Janus: every line of its own. */
  answer = vigil_rtp_answer_parse ("a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=fingerprint:sha-256 " FINGERPRINT "\r\na=setup:active\r\n", &error);
  g_assert_no_error (error);
  answer_sdp = vigil_janus_offer_dup_answer (offer, answer);
  g_assert_cmpuint (count (answer_sdp, "m=video"), ==, 3);
  g_assert_cmpuint (count (answer_sdp, "a=recvonly"), ==, 2);
  g_assert_cmpuint (count (answer_sdp, "a=inactive"), ==, 1);
  g_assert_cmpuint (count (answer_sdp, "a=ice-ufrag:abcd"), ==, 3);
  g_assert_cmpuint (count (answer_sdp, "a=setup:active"), ==, 3);
  g_assert_nonnull (strstr (answer_sdp, "a=group:BUNDLE 0 1 2\r\n"));
  g_assert_nonnull (strstr (answer_sdp, "m=video 9 UDP/TLS/RTP/SAVPF 107\r\n"));
}

static void
test_same_slots (void)
{
  const gboolean four[] = { FALSE, FALSE, FALSE, FALSE }, fixed[] = { FALSE, FALSE, FALSE }, free_second[] = { FALSE, TRUE, FALSE };
  g_autofree char *sdp = make_offer ();
  g_auto (GStrv) other_ssrc = g_strsplit (sdp, "a=ssrc:2000 ", 2);
  g_autofree char *moved_sdp = g_strjoinv ("a=ssrc:2222 ", other_ssrc);
  g_auto (GStrv) active = g_strsplit (sdp, "a=inactive\r\n", 2);
  g_autofree char *active_sdp = g_strjoinv ("", active);
  g_autoptr (VigilJanusOffer) offer = vigil_janus_offer_parse (sdp, NULL);
  g_autoptr (VigilJanusOffer) moved = vigil_janus_offer_parse (moved_sdp, NULL);
  g_autoptr (VigilJanusOffer) again = vigil_janus_offer_parse (active_sdp, NULL);
  g_autofree char *grown_sdp = g_strconcat (sdp, "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:9\r\na=sendonly\r\n"
                                            "a=rtpmap:111 opus/48000/2\r\na=ssrc:9000 cname:janus\r\n", NULL);
  g_autoptr (VigilJanusOffer) grown = vigil_janus_offer_parse (grown_sdp, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (vigil_janus_offer_check_same (offer, offer, fixed, FALSE, NULL));
  g_assert_true (vigil_janus_offer_check_same (offer, again, fixed, FALSE, NULL));
  /* A slot that moved to another SSRC is not the slot we know. */
  g_assert_false (vigil_janus_offer_check_same (offer, moved, fixed, FALSE, &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD);
  g_assert_nonnull (strstr (error->message, "m-line 2: another SSRC"));
  /* Unless nobody was behind it. */
  g_assert_true (vigil_janus_offer_check_same (offer, moved, free_second, FALSE, NULL));

  /* More slots are others unless they were asked for, and fewer always. */
  g_clear_error (&error);
  g_assert_false (vigil_janus_offer_check_same (offer, grown, fixed, FALSE, &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD);
  g_assert_true (vigil_janus_offer_check_same (offer, grown, fixed, TRUE, NULL));
  g_assert_cmpint (vigil_janus_slot_get_kind (grown->slots->pdata[3]), ==, VIGIL_MEDIA_AUDIO);
  g_assert_false (vigil_janus_offer_check_same (grown, offer, four, TRUE, NULL));
}

static void
test_bad_offers (void)
{
  static const struct { const char *from, *to, *named; } bad[] = {
    { "a=ssrc:3000 ", "a=ssrc:1000 ", "SSRC" },
    { "a=mid:2", "a=mid:0", "mid" },
    { "a=mid:2", "a=mid:2\x01", "mid" },
    { "m=video 9 UDP/TLS/RTP/SAVPF 107", "m=application 9 x y", "m-line 3" },
    { "m=video 9 UDP/TLS/RTP/SAVPF 107", "m=video 9 UDP/TLS/RTP/SAVPF 300", "payload type" },
    { "a=ssrc:1000 ", "a=ssrc:0 ", "a=ssrc" },
    { "a=ssrc:1000 ", "a=ssrc:99999999999 ", "a=ssrc" },
    { "a=rtpmap:96 VP8/90000", "a=rtpmap:96", "a=rtpmap" },
    { "a=ice-pwd:FUvHO6txrVEGNs5kdbqZEM", "a=ice-pwd:short", "a=ice-pwd" },
    { "a=ice-ufrag:za3i", "a=ice-ufrag:z\"3i", "a=ice-ufrag" },
    { "a=fingerprint:sha-256 10", "a=fingerprint:sha-256 1z", "value" },
    { "a=fingerprint:sha-256", "a=fingerprint:md5", "dtlsParameters" },
    { "a=candidate:1 1 udp 2015363327 10.99.0.1 23722 typ host", "a=candidate:1 1 udp", "a=candidate" },
    { "a=candidate:1 1 udp 2015363327", "a=candidate:1 1 udp -5", "a=candidate" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *sdp = make_offer ();
      g_auto (GStrv) parts = g_strsplit (sdp, bad[i].from, 2);
      g_autofree char *changed = g_strjoinv (bad[i].to, parts);
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilJanusOffer) offer = vigil_janus_offer_parse (changed, &error);

      g_test_message ("%s: %s", bad[i].to, error != NULL ? error->message : "taken");
      g_assert_cmpuint (g_strv_length (parts), ==, 2);
      g_assert_null (offer);
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, bad[i].named));
      /* What is wrong is named and never quoted. */
      g_assert_null (strstr (error->message, "FUvHO6"));
    }
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (vigil_janus_offer_parse ("", &error));
    g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/janus/kinds", test_kinds);
  g_test_add_func ("/protocol/janus/feeds", test_feeds);
  g_test_add_func ("/protocol/janus/string-ids", test_string_ids);
  g_test_add_func ("/protocol/janus/slot-states", test_slot_states);
  g_test_add_func ("/protocol/janus/slash", test_slash);
  g_test_add_func ("/protocol/janus/bad-messages", test_bad_messages);
  g_test_add_func ("/protocol/janus/bad-data", test_bad_data);
  g_test_add_func ("/protocol/janus/odd-publishers", test_odd_publishers);
  g_test_add_func ("/protocol/janus/odd-behind", test_odd_behind);
  g_test_add_func ("/protocol/janus/metadata", test_metadata);
  g_test_add_func ("/protocol/janus/requests", test_requests);
  g_test_add_func ("/protocol/janus/offer", test_offer);
  g_test_add_func ("/protocol/janus/same-slots", test_same_slots);
  g_test_add_func ("/protocol/janus/bad-offers", test_bad_offers);
  return g_test_run ();
}
