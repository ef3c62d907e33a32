/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Janus SFU and the server that it speaks with. */
#include "janus-fixture.h"

#define ANSWER_SDP "v=0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:active\r\n" \
  "a=fingerprint:sha-256 10:85:B7:FE:C7:3B:DB:77:03:3E:C5:E3:9F:2D:CB:9E:DB:98:47:22:6C:02:E6:13:8D:73:52:0A:49:BB:7A:3F\r\n"

gint64
janus_metric (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}

static void
transport_closed_cb (VigilSfu *sfu, const char *id, const char *reason, Fixture *fixture)
{
  fixture->n_transport_closed++;
  g_free (fixture->transport_reason);
  fixture->transport_reason = g_strdup (reason);
}

static void
consumer_closed_cb (VigilSfu *sfu, const char *id, const char *reason, Fixture *fixture)
{
  g_string_append_printf (fixture->consumers_closed, "%s:%s ", id, reason);
}

void
janus_make_sfu (Fixture *fixture, const char *url, const char *pin)
{
  g_autoptr (VigilSfuConfig) config = vigil_sfu_config_new (VIGIL_SFU_JANUS);

  config->url = g_strdup (url);
  config->room = g_strdup ("1234");
  config->pin = g_strdup (pin);
  config->token = g_strdup (NET_TEST_TOKEN);
  fixture->sfu = VIGIL_SFU (vigil_janus_sfu_new (config, NULL, &fixture->limits));
  g_signal_connect (fixture->sfu, "transport-closed", G_CALLBACK (transport_closed_cb), fixture);
  g_signal_connect (fixture->sfu, "consumer-closed", G_CALLBACK (consumer_closed_cb), fixture);
}

void
janus_set_up (Fixture *fixture, gconstpointer data)
{
  net_test_limits (&fixture->limits);
  fixture->limits.janus_slots = 6;
  fixture->limits.janus_sound_slots = 3;
  fixture->limits.janus_rest_ms = 300;
  fixture->fake = janus_fake_new ();
  fixture->consumers_closed = g_string_new (NULL);
  for (guint i = 1; i <= 8; i++)
    janus_fake_publish (fixture->fake, i, "vp8");
  janus_make_sfu (fixture, fixture->fake->url, JANUS_FAKE_PIN);
}

void
janus_tear_down (Fixture *fixture, gconstpointer data)
{
  vigil_janus_sfu_close (VIGIL_JANUS_SFU (fixture->sfu));
  net_test_run_for (50);
  g_assert_finalize_object (fixture->sfu);
  g_clear_pointer (&fixture->offer, vigil_transport_offer_free);
  janus_fake_free (fixture->fake);
  g_string_free (fixture->consumers_closed, TRUE);
  g_free (fixture->transport_reason);
}

/* -- asking and waiting -- */

VigilTransportOffer *
janus_open_transport (Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_open_transport_async (fixture->sfu, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  return vigil_sfu_open_transport_finish (fixture->sfu, result, error);
}

void
janus_connect_transport (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->offer = janus_open_transport (fixture, &error);
  g_assert_no_error (error);
  vigil_sfu_connect_transport_async (fixture->sfu, fixture->offer->id, ANSWER_SDP, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  g_assert_true (vigil_sfu_connect_transport_finish (fixture->sfu, result, &error));
  g_assert_no_error (error);
}

VigilConsumerInfo *
janus_consume (Fixture *fixture, const char *producer, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vigil_sfu_consume_async (fixture->sfu, fixture->offer->id, producer, NULL, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  return vigil_sfu_consume_finish (fixture->sfu, result, error);
}

VigilConsumerInfo *
janus_consume_ok (Fixture *fixture, guint feed)
{
  g_autofree char *producer = g_strdup_printf ("%u/0", feed);
  g_autoptr (GError) error = NULL;
  VigilConsumerInfo *info = janus_consume (fixture, producer, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (info->producer_id, ==, producer);
  g_assert_cmpstr (info->codec, ==, "VP8");
  g_assert_cmpuint (info->payload_type, ==, 96);
  g_assert_cmpuint (info->ssrc, >=, 5000);
  return info;
}

/* One verb on several consumers within one turn of the main loop. Returns: how many were done. */
guint
janus_control (Fixture *fixture, VigilSfuVerb verb, VigilConsumerInfo **infos, guint n, GError **error)
{
  GAsyncResult *results[16] = { NULL };
  guint n_done = 0;

  g_assert_cmpuint (n, <=, G_N_ELEMENTS (results));
  for (guint i = 0; i < n; i++)
    vigil_sfu_control_async (fixture->sfu, verb, infos[i]->id, 0, NULL, net_test_store_result_cb, &results[i]);
  for (guint i = 0; i < n; i++)
    {
      net_test_wait (results[i] != NULL, 5000);
      n_done += vigil_sfu_control_finish (fixture->sfu, results[i], error != NULL && *error == NULL ? error : NULL);
      g_object_unref (results[i]);
    }
  return n_done;
}

void
janus_free_infos (VigilConsumerInfo **infos, guint n)
{
  for (guint i = 0; i < n; i++)
    vigil_consumer_info_free (infos[i]);
}

guint
janus_mid_of (const VigilConsumerInfo *info)
{
  return info->ssrc % 1000;
}
