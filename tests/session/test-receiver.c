/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, losing and opening again of the receive transport; late answers. */

#include "vigil-fake-engine.h"
#include "vigil-fake-sfu.h"
#include "vigil-receiver.h"
#include "vigil-session-error.h"

typedef struct
{
  VigilFakeLog    *log;
  VigilSettings   *settings;
  VigilFakeSfu    *sfu;
  VigilFakeEngine *engine;
  VigilReceiver   *receiver;
} Fixture;

static void
lost_cb (VigilFakeLog *log,
         const char   *why)
{
  vigil_fake_log_add (log, "lost");
}

static void
ready_cb (VigilFakeLog *log)
{
  vigil_fake_log_add (log, "ready");
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->log = vigil_fake_log_new ();
  f->settings = vigil_settings_new ();
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RECONNECT_MIN, 50);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RECONNECT_MAX, 100);
  f->sfu = vigil_fake_sfu_new (f->log);
  f->engine = vigil_fake_engine_new (f->log);
  f->receiver = vigil_receiver_new (f->settings, VIGIL_SFU (f->sfu), VIGIL_MEDIA_ENGINE (f->engine));
  g_signal_connect_swapped (f->receiver, "lost", G_CALLBACK (lost_cb), f->log);
  g_signal_connect_swapped (f->receiver, "ready", G_CALLBACK (ready_cb), f->log);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  vigil_fake_sfu_release (f->sfu, "open");
  vigil_fake_sfu_release (f->sfu, "connect");
  vigil_fake_sfu_release (f->sfu, "control");
  vigil_fake_spin ();
  g_assert_finalize_object (f->receiver);
  g_assert_finalize_object (f->engine);
  g_assert_finalize_object (f->sfu);
  g_assert_finalize_object (f->settings);
  vigil_fake_log_unref (f->log);
}

static gboolean
is_connected (gpointer data)
{
  return vigil_receiver_is_ready (data) && vigil_receiver_get_state (data) == VIGIL_LINK_CONNECTED;
}

static void
test_opens (Fixture       *f,
            gconstpointer  data)
{
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_OFFLINE);
  vigil_receiver_start (f->receiver);
  vigil_receiver_start (f->receiver);
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_CONNECTING);
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "open, engine-open, connect t1, ready");
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_CONNECTED);
  g_assert_cmpstr (vigil_receiver_get_transport_id (f->receiver), ==, "t1");

  vigil_fake_log_clear (f->log);
  vigil_receiver_stop (f->receiver, "test");
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "lost, engine-close");
  g_assert_false (vigil_receiver_is_ready (f->receiver));
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_OFFLINE);
}

static void
test_lost_and_back (Fixture       *f,
                    gconstpointer  data)
{
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  vigil_fake_log_clear (f->log);

  vigil_media_engine_emit_transport_lost (VIGIL_MEDIA_ENGINE (f->engine), "no packets");
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_RECONNECTING);
  g_assert_cmpstr (vigil_receiver_get_error (f->receiver)->message, ==, "no packets");
  g_assert_cmpint (vigil_receiver_get_retry_us (f->receiver), >, 0);
  g_assert_true (vigil_fake_wait (is_connected, f->receiver, 2000));
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==,
                   "lost, engine-close, close-transport t1, open, engine-open, connect t2, ready");
  g_assert_null (vigil_receiver_get_error (f->receiver));
  g_assert_cmpint (vigil_receiver_get_retry_us (f->receiver), ==, 0);
}

static gboolean
is_ready (gpointer data)
{
  return vigil_receiver_is_ready (data);
}

/* Said to be lost until media has a way again, whatever the server says; and if it finds none, lost all the time. */
static void
test_lost_until_connected (Fixture       *f,
                           gconstpointer  data)
{
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  vigil_fake_engine_set_connects (f->engine, FALSE);
  for (guint i = 0; i < 3; i++)
    {
      vigil_media_engine_emit_transport_lost (VIGIL_MEDIA_ENGINE (f->engine), "ICE failed");
      g_assert_false (vigil_receiver_is_ready (f->receiver));
      g_assert_true (vigil_fake_wait (is_ready, f->receiver, 2000));
      vigil_fake_run (50);
      g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_RECONNECTING);
      g_assert_nonnull (vigil_receiver_get_error (f->receiver));
    }
  vigil_fake_engine_set_connects (f->engine, TRUE);
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_CONNECTED);
  g_assert_null (vigil_receiver_get_error (f->receiver));

  /* The first time it is just being made. */
  vigil_receiver_stop (f->receiver, "test");
  vigil_fake_engine_set_connects (f->engine, FALSE);
  vigil_receiver_start (f->receiver);
  vigil_fake_run (50);
  g_assert_true (vigil_receiver_is_ready (f->receiver));
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_CONNECTING);
}

/* Where each consumer is a connection of its own the first that opens shows that it is back. */
static void
test_lost_until_consumed (Fixture       *f,
                          gconstpointer  data)
{
  const VigilSfuAbilities abilities = { .own_connections = TRUE };

  vigil_fake_sfu_set_abilities (f->sfu, &abilities);
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_CONNECTED);
  vigil_receiver_lost (f->receiver, NULL, "no answer");
  g_assert_true (vigil_fake_wait (is_ready, f->receiver, 2000));
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_RECONNECTING);
  vigil_receiver_note_consumer (f->receiver);
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_CONNECTED);
}

/* Nobody wants a video, or nobody sends: the server is there all the same. */
static void
test_lost_until_answered (Fixture       *f,
                          gconstpointer  data)
{
  const VigilSfuAbilities abilities = { .own_connections = TRUE };

  vigil_fake_sfu_set_abilities (f->sfu, &abilities);
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  vigil_receiver_lost (f->receiver, NULL, "no answer");
  vigil_receiver_note_server (f->receiver);
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_RECONNECTING);
  g_assert_true (vigil_fake_wait (is_ready, f->receiver, 2000));
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_RECONNECTING);
  vigil_receiver_note_server (f->receiver);
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_CONNECTED);
}

static void
test_other_transport (Fixture       *f,
                      gconstpointer  data)
{
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  vigil_receiver_lost (f->receiver, "t0", "an old one");
  g_assert_true (vigil_receiver_is_ready (f->receiver));
  vigil_receiver_lost (f->receiver, "t1", "worker died");
  g_assert_false (vigil_receiver_is_ready (f->receiver));
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_RECONNECTING);
}

static void
test_failures_are_retried (Fixture       *f,
                           gconstpointer  data)
{
  static const char *const kinds[] = { "open", "connect" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      vigil_fake_sfu_fail (f->sfu, kinds[i], VIGIL_SESSION_ERROR_UNAVAILABLE);
      vigil_receiver_start (f->receiver);
      vigil_fake_run (200);
      g_assert_false (vigil_receiver_is_ready (f->receiver));
      g_assert_error (vigil_receiver_get_error (f->receiver), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
      g_assert_cmpuint (vigil_fake_log_count (f->log, "open"), >=, 2);

      vigil_fake_sfu_fail (f->sfu, kinds[i], -1);
      g_assert_true (vigil_fake_wait (is_connected, f->receiver, 2000));
      vigil_receiver_stop (f->receiver, "test");
      vigil_fake_log_clear (f->log);
    }
}

/* The answer to a question of before a stop must not open anything. */
static void
test_late_offer_after_stop (Fixture       *f,
                            gconstpointer  data)
{
  vigil_fake_sfu_hold (f->sfu, "open");
  vigil_receiver_start (f->receiver);
  vigil_receiver_stop (f->receiver, "test");
  vigil_fake_log_clear (f->log);
  vigil_fake_sfu_release (f->sfu, "open");
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_OFFLINE);
}

/* Nor may it be taken for the answer to the question of after. */
static void
test_late_offer_of_before (Fixture       *f,
                           gconstpointer  data)
{
  vigil_fake_sfu_hold (f->sfu, "open");
  vigil_receiver_start (f->receiver);
  vigil_receiver_stop (f->receiver, "test");
  vigil_receiver_start (f->receiver);
  g_assert_cmpuint (vigil_fake_sfu_get_n_held (f->sfu, "open"), ==, 2);
  vigil_fake_log_clear (f->log);
  vigil_fake_sfu_release (f->sfu, "open");
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "close-transport t1, engine-open, connect t2, ready");
  g_assert_cmpstr (vigil_receiver_get_transport_id (f->receiver), ==, "t2");
}

/* Consumers are asked for right behind connectTransport, not after its answer. */
static void
test_ready_before_connected (Fixture       *f,
                             gconstpointer  data)
{
  vigil_fake_sfu_hold (f->sfu, "connect");
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "open, engine-open, connect t1, ready");
  g_assert_true (vigil_receiver_is_ready (f->receiver));
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_CONNECTING);

  vigil_fake_sfu_release (f->sfu, "connect");
  vigil_fake_spin ();
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_CONNECTED);
  g_assert_cmpuint (vigil_fake_log_count (f->log, "ready"), ==, 1);
}

static void
test_refused_connect (Fixture       *f,
                      gconstpointer  data)
{
  vigil_fake_sfu_fail (f->sfu, "connect", VIGIL_SESSION_ERROR_UNAVAILABLE);
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==,
                   "open, engine-open, connect t1, ready, lost, engine-close, close-transport t1");
  g_assert_false (vigil_receiver_is_ready (f->receiver));
}

static void
test_late_connect (Fixture       *f,
                   gconstpointer  data)
{
  vigil_fake_sfu_hold (f->sfu, "connect");
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  vigil_receiver_stop (f->receiver, "test");
  vigil_fake_log_clear (f->log);
  vigil_fake_sfu_release (f->sfu, "connect");
  vigil_fake_spin ();
  g_assert_cmpstr (vigil_fake_log_get (f->log), ==, "");
  g_assert_false (vigil_receiver_is_ready (f->receiver));
  g_assert_cmpint (vigil_receiver_get_state (f->receiver), ==, VIGIL_LINK_OFFLINE);
}

static void
test_retry_now (Fixture       *f,
                gconstpointer  data)
{
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RECONNECT_MAX, 600000);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RECONNECT_MIN, 60000);
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  vigil_receiver_lost (f->receiver, NULL, "test");
  vigil_receiver_retry_now (f->receiver);
  vigil_fake_spin ();
  g_assert_true (vigil_receiver_is_ready (f->receiver));
}

static gint64
delay_after_a_while (Fixture *f)
{
  gint64 now;

  vigil_fake_run (10200); /* settled */
  now = g_get_monotonic_time ();
  vigil_receiver_lost (f->receiver, NULL, "test");
  now = vigil_receiver_get_retry_us (f->receiver) - now;
  vigil_receiver_retry_now (f->receiver);
  vigil_fake_spin ();
  return now;
}

/* A server that says that it is there and serves nothing is not asked again and again in short intervals. */
static void
test_unproven (Fixture       *f,
               gconstpointer  data)
{
  const VigilSfuAbilities abilities = { .own_connections = TRUE };
  gint64 first;

  if (!g_test_slow ())
    {
      g_test_skip ("half a minute long: -m slow");
      return;
    }
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RECONNECT_MIN, 1000);
  vigil_settings_set_int (f->settings, VIGIL_SETTING_RECONNECT_MAX, 64000);
  vigil_fake_sfu_set_abilities (f->sfu, &abilities);
  vigil_receiver_start (f->receiver);
  vigil_fake_spin ();
  for (guint i = 0; i < 5; i++)
    {
      vigil_receiver_lost (f->receiver, NULL, "test");
      vigil_receiver_retry_now (f->receiver);
      vigil_fake_spin ();
    }
  first = delay_after_a_while (f);
  g_test_message ("after a while of nothing: %" G_GINT64_FORMAT " ms", first / 1000);
  g_assert_cmpint (first, >, 4 * G_USEC_PER_SEC);

  vigil_receiver_note_consumer (f->receiver);
  first = delay_after_a_while (f);
  g_test_message ("after a while with a picture: %" G_GINT64_FORMAT " ms", first / 1000);
  g_assert_cmpint (first, <=, 2 * G_USEC_PER_SEC);
}

#define ADD(name, func) g_test_add ("/session/receiver/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("opens", test_opens);
  ADD ("lost-and-back", test_lost_and_back);
  ADD ("lost-until-connected", test_lost_until_connected);
  ADD ("lost-until-consumed", test_lost_until_consumed);
  ADD ("lost-until-answered", test_lost_until_answered);
  ADD ("other-transport", test_other_transport);
  ADD ("failures-are-retried", test_failures_are_retried);
  ADD ("late-offer-after-stop", test_late_offer_after_stop);
  ADD ("late-offer-of-before", test_late_offer_of_before);
  ADD ("ready-before-connected", test_ready_before_connected);
  ADD ("refused-connect", test_refused_connect);
  ADD ("late-connect", test_late_connect);
  ADD ("retry-now", test_retry_now);
  ADD ("unproven", test_unproven);
  return g_test_run ();
}
