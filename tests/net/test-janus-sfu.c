/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Janus as an SFU, against a server that is good, slow, dumb, lying and broken. */

#include <string.h>

#include "janus-fixture.h"

/* -- the good server -- */

static void
test_open (Fixture *fixture, gconstpointer data)
{
  g_autofree char *all = NULL;

  janus_connect_transport (fixture);
  g_assert_nonnull (strstr (fixture->offer->offer_sdp, "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"));
  /* One line for media/, six at the Janus, and none of them sends before somebody is resumed. */
  g_assert_null (strstr (strstr (fixture->offer->offer_sdp, "m=video") + 1, "m=video"));
  g_assert_cmpuint (fixture->fake->slots->len, ==, 6);
  for (guint i = 0; i < 6; i++)
    g_assert_null (fixture->fake->sending->pdata[i]);
  g_assert_cmpuint (janus_fake_last_size (fixture->fake, "configure"), ==, 6);
  all = janus_fake_dup_all (fixture->fake);
  g_assert_nonnull (strstr (all, "\"token\":\"" NET_TEST_TOKEN "\""));
  g_assert_nonnull (strstr (all, "\"autoupdate\":false"));
  g_assert_nonnull (strstr (all, "\"private_id\":99"));
  g_assert_cmpint (janus_metric ("vigil_janus_slots"), ==, 6);

  vigil_janus_sfu_close (VIGIL_JANUS_SFU (fixture->sfu));
  net_test_wait (janus_fake_count (fixture->fake, "destroy") == 1, 2000);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
}

/* What a Janus of before says late must fit nothing of the next one: not the same id, whichever adapter gave it. */
static void
test_ids (Fixture *fixture, gconstpointer data)
{
  Fixture other = { 0 };

  janus_connect_transport (fixture);
  janus_set_up (&other, NULL);
  janus_connect_transport (&other);
  g_assert_cmpstr (fixture->offer->id, !=, other.offer->id);
  janus_tear_down (&other, NULL);
}

/* What is asked within one turn goes in one request. */
static void
test_batches (Fixture *fixture, gconstpointer data)
{
  VigilConsumerInfo *infos[5];
  guint n;

  janus_connect_transport (fixture);
  for (guint i = 0; i < 5; i++)
    infos[i] = janus_consume_ok (fixture, i + 2);
  janus_fake_forget (fixture->fake);

  n = janus_control (fixture, VIGIL_SFU_RESUME, infos, 5, NULL);
  g_assert_cmpuint (n, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpstr (fixture->fake->slots->pdata[janus_mid_of (infos[i])], ==, infos[i]->producer_id);
      g_assert_nonnull (fixture->fake->sending->pdata[janus_mid_of (infos[i])]);
    }
  g_assert_cmpuint (janus_fake_count (fixture->fake, "switch") + janus_fake_count (fixture->fake, "configure"), <=, 2);
  g_assert_cmpuint (janus_fake_count (fixture->fake, "switch"), <=, 1);

  janus_fake_forget (fixture->fake);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_PAUSE, infos, 5, NULL), ==, 5);
  g_assert_cmpuint (janus_fake_count (fixture->fake, "configure"), ==, 1);
  g_assert_cmpuint (janus_fake_last_size (fixture->fake, "configure"), ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_null (fixture->fake->sending->pdata[janus_mid_of (infos[i])]);

  /* The same person goes on without a switch. */
  janus_fake_forget (fixture->fake);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, infos, 5, NULL), ==, 5);
  g_assert_cmpuint (janus_fake_count (fixture->fake, "switch"), ==, 0);
  g_assert_cmpuint (janus_fake_count (fixture->fake, "configure"), ==, 1);

  janus_fake_forget (fixture->fake);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_KEY_FRAME, infos, 2, NULL), ==, 2);
  g_assert_cmpuint (janus_fake_last_size (fixture->fake, "configure"), ==, 2);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_LAYER, infos, 2, NULL), ==, 2);
  janus_fake_forget (fixture->fake);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_CLOSE, infos, 5, NULL), ==, 5);
  g_assert_cmpuint (janus_fake_count (fixture->fake, "configure"), ==, 1);
  g_assert_cmpuint (janus_fake_last_size (fixture->fake, "configure"), ==, 5);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_CLOSE, infos, 5, NULL), ==, 5);
  janus_free_infos (infos, 5);
}

/* A slot changes hands only after it was stopped, that was confirmed, and it has rested. */
static void
test_rest (Fixture *fixture, gconstpointer data)
{
  VigilConsumerInfo *infos[6];
  g_autoptr (VigilConsumerInfo) next = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 closed_us;

  janus_connect_transport (fixture);
  for (guint i = 0; i < 6; i++)
    infos[i] = janus_consume_ok (fixture, i + 1);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, infos, 6, NULL), ==, 6);

  /* All are taken: that is said, and not waited for. */
  g_assert_null (janus_consume (fixture, "7/0", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_test_message ("%s", error->message);
  g_clear_error (&error);

  closed_us = g_get_monotonic_time ();
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_CLOSE, &infos[3], 1, NULL), ==, 1);
  vigil_sfu_consume_async (fixture->sfu, fixture->offer->id, "7/0", NULL, NULL, net_test_store_result_cb, &result);
  net_test_run_for (200);
  g_assert_null (result);
  net_test_wait (result != NULL, 2000);
  g_assert_cmpint (g_get_monotonic_time () - closed_us, >=, 300 * 1000);
  next = vigil_sfu_consume_finish (fixture->sfu, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (next->ssrc, ==, infos[3]->ssrc);
  /* Until it is resumed nothing is sent, whoever is behind it. */
  g_assert_null (fixture->fake->sending->pdata[janus_mid_of (next)]);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, &next, 1, NULL), ==, 1);
  g_assert_cmpstr (fixture->fake->slots->pdata[janus_mid_of (next)], ==, "7/0");
  janus_free_infos (infos, 6);
}

static void
test_no_producer (Fixture *fixture, gconstpointer data)
{
  VigilConsumerInfo *infos[4];
  g_autoptr (GError) error = NULL;
  guint n;

  janus_connect_transport (fixture);
  g_assert_null (janus_consume (fixture, "99/0", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER);
  g_clear_error (&error);
  g_assert_null (janus_consume (fixture, "1/7", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER);
  g_clear_error (&error);

  /* One goes while it is being asked for, and Janus has not said so yet: the others do not suffer. */
  for (guint i = 0; i < 4; i++)
    janus_fake_publish (fixture->fake, i + 20, "vp8");
  net_test_run_for (50);
  for (guint i = 0; i < 4; i++)
    infos[i] = janus_consume_ok (fixture, i + 20);
  g_hash_table_remove (fixture->fake->feeds, infos[2]->producer_id);
  n = janus_control (fixture, VIGIL_SFU_RESUME, infos, 4, &error);
  g_assert_cmpuint (n, ==, 3);
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
  janus_free_infos (infos, 4);
}

static void
test_leaving (Fixture *fixture, gconstpointer data)
{
  VigilConsumerInfo *infos[2];
  g_autofree char *expected = NULL;
  guint n_moved = 0;
  g_autoptr (GError) error = NULL;
  gint64 renegotiations = janus_metric ("vigil_janus_renegotiations");

  fixture->limits.janus_slots = 6;
  janus_connect_transport (fixture);
  infos[0] = janus_consume_ok (fixture, 1);
  infos[1] = janus_consume_ok (fixture, 2);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, infos, 2, NULL), ==, 2);

  janus_fake_leave (fixture->fake, 1);
  expected = g_strdup_printf ("%s:producer_closed ", infos[0]->id);
  net_test_wait (fixture->consumers_closed->len > 0, 2000);
  g_assert_cmpstr (fixture->consumers_closed->str, ==, expected);
  g_assert_null (janus_consume (fixture, "1/0", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER);

  /* The slot is empty at the Janus, and of no use: somebody is put there, which Janus wants agreed upon, and silenced. Media/
   * hears nothing of that. */
  net_test_wait (janus_fake_count (fixture->fake, "start") == 2, 2000);
  net_test_wait (fixture->fake->sending->pdata[janus_mid_of (infos[0])] == NULL, 2000);
  g_assert_cmpint (janus_metric ("vigil_janus_renegotiations"), ==, renegotiations + 1);
  g_assert_cmpstr (fixture->fake->slots->pdata[janus_mid_of (infos[0])], !=, "");

  /* All six can be had again, one of them under another SSRC. */
  janus_fake_publish (fixture->fake, 1, "vp8");
  net_test_run_for (50);
  for (guint i = 3; i < 8; i++)
    {
      g_autoptr (VigilConsumerInfo) info = janus_consume_ok (fixture, i);

      n_moved += info->ssrc >= 6000;
      g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, &info, 1, NULL), ==, 1);
      g_assert_cmpstr (fixture->fake->slots->pdata[janus_mid_of (info)], ==, info->producer_id);
    }
  g_assert_cmpuint (n_moved, ==, 1);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
  janus_free_infos (infos, 2);
}

/* Nobody publishes yet: opening waits, and goes on by itself. Cancelled, it lets go of the Janus. */
static void
test_empty_room (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL, cancelled = NULL;
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (GError) error = NULL;

  g_hash_table_remove_all (fixture->fake->feeds);
  vigil_sfu_open_transport_async (fixture->sfu, NULL, net_test_store_result_cb, &result);
  net_test_run_for (300);
  g_assert_null (result);
  janus_fake_publish (fixture->fake, 3, "vp8");
  net_test_wait (result != NULL, 2000);
  offer = vigil_sfu_open_transport_finish (fixture->sfu, result, &error);
  g_assert_no_error (error);
  /* One who publishes fills all slots. */
  g_assert_cmpuint (fixture->fake->slots->len, ==, 6);

  g_hash_table_remove_all (fixture->fake->feeds);
  vigil_sfu_open_transport_async (fixture->sfu, cancellable, net_test_store_result_cb, &cancelled);
  net_test_run_for (200);
  g_assert_null (cancelled);
  g_cancellable_cancel (cancellable);
  net_test_wait (cancelled != NULL, 2000);
  g_assert_null (vigil_sfu_open_transport_finish (fixture->sfu, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  net_test_wait (janus_fake_count (fixture->fake, "destroy") == 2, 2000);
}

static void
test_codecs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  janus_connect_transport (fixture);
  janus_fake_publish (fixture->fake, 20, "h264");
  janus_fake_publish (fixture->fake, 21, "av1");
  net_test_run_for (50);
  /* The next transport will have slots for it. */
  g_assert_null (janus_consume (fixture, "20/0", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT);
  g_clear_error (&error);
  /* No transport ever will. */
  g_assert_null (janus_consume (fixture, "21/0", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CONFLICT);
  g_clear_error (&error);

  g_clear_pointer (&fixture->offer, vigil_transport_offer_free);
  fixture->limits.janus_slots = 40;
  vigil_janus_sfu_close (VIGIL_JANUS_SFU (fixture->sfu));
  g_object_unref (fixture->sfu);
  janus_make_sfu (fixture, fixture->fake->url, JANUS_FAKE_PIN);
  janus_connect_transport (fixture);
  {
    g_autoptr (VigilConsumerInfo) info = janus_consume (fixture, "20/0", &error);

    g_assert_no_error (error);
    g_assert_cmpstr (info->codec, ==, "H264");
    g_assert_cmpuint (info->payload_type, ==, 107);
  }
}

/* -- servers that are not good -- */

static gboolean
lie (JanusFake *fake, const char *word, JsonObject *request)
{
  if (!g_str_equal (word, "switch"))
    return FALSE;
  /* Says ok, and has put somebody else there. */
  janus_fake_answer (fake, request, "\"videoroom\":\"event\",\"switched\":\"ok\",\"streams\":["
                     "{\"type\":\"video\",\"mid\":\"0\",\"active\":true,\"send\":true,\"feed_id\":4,\"feed_mid\":\"0\"},"
                     "{\"type\":\"video\",\"mid\":\"1\",\"active\":true,\"send\":true,\"feed_id\":4,\"feed_mid\":\"0\"},"
                     "{\"type\":\"video\",\"mid\":\"2\",\"active\":true,\"send\":true,\"feed_id\":4,\"feed_mid\":\"0\"},"
                     "{\"type\":\"video\",\"mid\":\"3\",\"active\":true,\"send\":true,\"feed_id\":4,\"feed_mid\":\"0\"},"
                     "{\"type\":\"video\",\"mid\":\"4\",\"active\":true,\"send\":true,\"feed_id\":4,\"feed_mid\":\"0\"},"
                     "{\"type\":\"video\",\"mid\":\"5\",\"active\":true,\"send\":true,\"feed_id\":4,\"feed_mid\":\"0\"}]", "");
  return TRUE;
}

static void
test_lie (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VigilConsumerInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  gint64 mismatches = janus_metric ("vigil_janus_mismatches");

  for (guint i = 2; i <= 8; i++)
    janus_fake_leave (fixture->fake, i);
  janus_connect_transport (fixture);
  janus_fake_publish (fixture->fake, 5, "vp8");
  net_test_run_for (50);
  info = janus_consume_ok (fixture, 5);
  fixture->fake->fault = lie;
  fixture->fake->sending->pdata[janus_mid_of (info)] = fixture->fake;
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, &info, 1, &error), ==, 0);
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL);
  g_assert_cmpint (janus_metric ("vigil_janus_mismatches"), ==, mismatches + 1);
  /* And that slot is stopped at once. */
  net_test_wait (fixture->fake->sending->pdata[janus_mid_of (info)] == NULL, 2000);
}

static gboolean
be_silent (JanusFake *fake, const char *word, JsonObject *request)
{
  return g_str_equal (word, "switch") || g_str_equal (word, "keepalive");
}

static void
test_stall (Fixture *fixture, gconstpointer data)
{
  VigilConsumerInfo *infos[2];
  g_autoptr (GError) error = NULL;
  gint64 timeouts = janus_metric ("vigil_janus_timeouts");

  janus_connect_transport (fixture);
  /* Whoever came later is behind no slot yet. */
  janus_fake_publish (fixture->fake, 30, "vp8");
  janus_fake_publish (fixture->fake, 31, "vp8");
  net_test_run_for (50);
  infos[0] = janus_consume_ok (fixture, 30);
  infos[1] = janus_consume_ok (fixture, 31);
  fixture->fake->fault = be_silent;
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, infos, 2, &error), ==, 0);
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 1);
  g_assert_cmpint (janus_metric ("vigil_janus_timeouts"), ==, timeouts + 1);
  g_assert_null (janus_consume (fixture, "1/0", NULL));

  /* Another transport is another life. */
  fixture->fake->fault = NULL;
  g_clear_pointer (&fixture->offer, vigil_transport_offer_free);
  janus_connect_transport (fixture);
  vigil_consumer_info_free (infos[0]);
  infos[0] = janus_consume_ok (fixture, 7);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, infos, 1, NULL), ==, 1);
  janus_free_infos (infos, 2);
}

static void
test_keepalive (Fixture *fixture, gconstpointer data)
{
  vigil_janus_sfu_close (VIGIL_JANUS_SFU (fixture->sfu));
  g_object_unref (fixture->sfu);
  fixture->limits.janus_keepalive_ms = 100;
  janus_make_sfu (fixture, fixture->fake->url, JANUS_FAKE_PIN);
  janus_connect_transport (fixture);
  net_test_wait (janus_fake_count (fixture->fake, "keepalive") >= 3, 2000);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
  /* A Janus that says nothing any more is gone, though its socket is open. */
  fixture->fake->fault = be_silent;
  net_test_wait (fixture->n_transport_closed == 1, 5000);
  g_test_message ("%s", fixture->transport_reason);
}

/* What is said out of turn: either passed over and counted, or the end, and in no case more than that. */
static void
test_garbage (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *text; gboolean ends; } said[] = {
    { "{\"janus\":\"event\",\"sender\":\"x\"}", FALSE },
    { "{\"janus\":7}", FALSE },
    { "{\"janus\":\"event\",\"sender\":201,\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"publishers\":{}}}}", FALSE },
    { "{\"janus\":\"event\",\"sender\":201,\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"publishers\":[{\"id\":[]}]}}}", FALSE },
    { "{\"janus\":\"event\",\"sender\":201,\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"publishers\":[{\"id\":9,\"metadata\":{\"a\":99999999999999999999},\"streams\":[]}]}}}", FALSE },
    { "{\"janus\":\"event\",\"sender\":201,\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"publishers\":[{\"id\":18446744073709551615,\"streams\":[]}]}}}", FALSE },
    { "{\"janus\":\"event\",\"sender\":201,\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}", FALSE },
    { "{\"janus\":\"success\",\"transaction\":\"nobody's\",\"data\":{\"id\":5}}", FALSE },
    { "{\"janus\":\"event\",\"sender\":1,\"plugindata\":{\"data\":{\"videoroom\":\"destroyed\"}}}", FALSE },
    { "{\"janus\":\"slowlink\",\"sender\":202,\"media\":\"video\",\"uplink\":true}", FALSE },
    { "{\"janus\":\"media\",\"sender\":202,\"receiving\":false}", FALSE },
    { "{\"janus\":\"webrtcup\",\"sender\":202}", FALSE },
    { "{\"janus\":\"hangup\",\"sender\":999,\"reason\":\"not ours\"}", FALSE },
    { "{\"janus\":\"hangup\",\"sender\":202,\"reason\":\"DTLS alert\"}", TRUE },
    { "{\"janus\":\"detached\",\"sender\":201}", TRUE },
    { "{\"janus\":\"timeout\",\"session_id\":100}", TRUE },
    { "{\"janus\":\"event\",\"sender\":201,\"plugindata\":{\"data\":{\"videoroom\":\"destroyed\",\"room\":1234}}}", TRUE },
    { "{\"janus\":\"event\",\"sender\":202,\"plugindata\":{\"data\":{\"videoroom\":\"updated\"}},\"jsep\":{\"type\":\"offer\",\"sdp\":\"v=0\"}}", TRUE },
    { "this is no JSON", TRUE },
    { "{\"janus\":\"event\"", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_autoptr (VigilConsumerInfo) info = NULL;
      guint closed = fixture->n_transport_closed;

      g_clear_pointer (&fixture->offer, vigil_transport_offer_free);
      janus_connect_transport (fixture);
      janus_fake_say (fixture->fake, "%s", said[i].text);
      if (said[i].ends)
        net_test_wait (fixture->n_transport_closed == closed + 1, 2000);
      else
        net_test_run_for (50);
      g_test_message ("%s: %s", said[i].text, said[i].ends ? fixture->transport_reason : "passed over");
      g_assert_cmpuint (fixture->n_transport_closed, ==, closed + said[i].ends);
      if (said[i].ends)
        continue;
      info = janus_consume_ok (fixture, 2);
      g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, &info, 1, NULL), ==, 1);
    }
  g_assert_cmpint (janus_metric ("vigil_janus_malformed"), >=, 6);
  g_assert_cmpint (janus_metric ("vigil_janus_slowlinks"), ==, 1);
}

static void
test_frames (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (5 * 1024 * 1024, ' ');
  guint8 bytes[] = { 1, 2, 3 };

  janus_connect_transport (fixture);
  soup_websocket_connection_send_binary (fixture->fake->socket, bytes, sizeof bytes);
  net_test_wait (fixture->n_transport_closed == 1, 2000);
  g_clear_pointer (&fixture->offer, vigil_transport_offer_free);

  janus_connect_transport (fixture);
  soup_websocket_connection_send_text (fixture->fake->socket, large);
  net_test_wait (fixture->n_transport_closed == 2, 3000);
  g_test_message ("%s", fixture->transport_reason);
  g_clear_pointer (&fixture->offer, vigil_transport_offer_free);

  janus_connect_transport (fixture);
  soup_websocket_connection_close (fixture->fake->socket, 1000, NULL);
  net_test_wait (fixture->n_transport_closed == 3, 2000);
  g_test_message ("%s", fixture->transport_reason);
}

static gboolean
refuse (JanusFake *fake, const char *word, JsonObject *request)
{
  if (!g_str_equal (word, "create"))
    return FALSE;
  janus_fake_say (fake, "{\"janus\":\"error\",\"transaction\":\"%s\",\"error\":{\"code\":403,\"reason\":\"no such token %s\"}}",
                  json_object_get_string_member (request, "transaction"), NET_TEST_TOKEN);
  return TRUE;
}

static gboolean
confuse (JanusFake *fake, const char *word, JsonObject *request)
{
  if (!g_str_equal (word, "join"))
    return FALSE;
  janus_fake_answer (fake, request, "\"videoroom\":\"attached\",\"streams\":[]", "");
  return TRUE;
}

static void
check_refused (Fixture *fixture, const char *url, const char *pin, JanusFakeFault fault, VigilSessionError code)
{
  g_autoptr (GError) error = NULL;

  vigil_janus_sfu_close (VIGIL_JANUS_SFU (fixture->sfu));
  g_object_unref (fixture->sfu);
  janus_make_sfu (fixture, url, pin);
  fixture->fake->fault = fault;
  g_assert_null (janus_open_transport (fixture, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, VIGIL_SESSION_ERROR, (gint) code);
  g_assert_null (strstr (error->message, pin));
  g_assert_null (strstr (error->message, NET_TEST_TOKEN));
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
}

/* What keeps a transport from being opened, each in its own words; and the server's echo of a secret in nobody's. */
static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_strndup (fixture->fake->url, strlen (fixture->fake->url) - strlen ("janus"));
  g_autofree char *no_protocol = g_strconcat (other, "other", NULL);
  g_autofree char *nothing = g_strconcat (other, "nothing", NULL);

  check_refused (fixture, fixture->fake->url, "another-pin-nobody-may-see", NULL, VIGIL_SESSION_ERROR_FORBIDDEN);
  check_refused (fixture, fixture->fake->url, JANUS_FAKE_PIN, refuse, VIGIL_SESSION_ERROR_FORBIDDEN);
  check_refused (fixture, fixture->fake->url, JANUS_FAKE_PIN, confuse, VIGIL_SESSION_ERROR_PROTOCOL);
  check_refused (fixture, no_protocol, JANUS_FAKE_PIN, NULL, VIGIL_SESSION_ERROR_PROTOCOL);
  check_refused (fixture, nothing, JANUS_FAKE_PIN, NULL, VIGIL_SESSION_ERROR_PROTOCOL);
  check_refused (fixture, "ws://127.0.0.1:1/", JANUS_FAKE_PIN, NULL, VIGIL_SESSION_ERROR_NETWORK);
  /* The pin would be readable on the way to another machine. */
  check_refused (fixture, "ws://192.0.2.1/", JANUS_FAKE_PIN, NULL, VIGIL_SESSION_ERROR_TLS);
  g_assert_cmpuint (net_test_log_length (), >, 20);
}

static void
test_secrets (void)
{
  g_assert_cmpuint (net_test_log_length (), >, 20);
  g_assert_false (net_test_log_has (JANUS_FAKE_PIN));
  g_assert_false (net_test_log_has ("another-pin-nobody-may-see"));
  g_assert_false (net_test_log_has (NET_TEST_TOKEN));
  g_assert_false (net_test_log_has ("FUvHO6txrVEGNs5kdbqZEM"));
}

#define ADD(name, function) g_test_add ("/net/janus-sfu/" name, Fixture, NULL, janus_set_up, function, janus_tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  ADD ("open", test_open);
  ADD ("batches", test_batches);
  ADD ("rest", test_rest);
  ADD ("no-producer", test_no_producer);
  ADD ("leaving", test_leaving);
  ADD ("ids", test_ids);
  ADD ("empty-room", test_empty_room);
  ADD ("codecs", test_codecs);
  ADD ("lie", test_lie);
  ADD ("stall", test_stall);
  ADD ("keepalive", test_keepalive);
  ADD ("garbage", test_garbage);
  ADD ("frames", test_frames);
  ADD ("refusals", test_refusals);
  g_test_add_func ("/net/janus-sfu/secrets", test_secrets);
  return g_test_run ();
}
