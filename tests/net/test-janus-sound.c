/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slots for sound: made when somebody first asks, quiet before anybody gets one, and no trouble to the pictures. */

#include <string.h>

#include "janus-fixture.h"

#define REST_MS 80
/* How much longer a slot rests that is for sound. */
#define SOUND_RESTS 4

/* A consume that is not waited for. */
typedef struct
{
  GAsyncResult *result;
  gint64        asked_us, answered_us;
} Asked;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asked *asked = user_data;

  asked->result = g_object_ref (result);
  asked->answered_us = g_get_monotonic_time ();
}

static void
ask (Fixture *fixture, const char *producer, Asked *asked)
{
  *asked = (Asked) { NULL, g_get_monotonic_time (), 0 };
  vigil_sfu_consume_async (fixture->sfu, fixture->offer->id, producer, NULL, NULL, answered_cb, asked);
}

/* Returns: (transfer full) (nullable) */
static VigilConsumerInfo *
wait_for (Fixture *fixture, Asked *asked, GError **error)
{
  VigilConsumerInfo *info;

  net_test_wait (asked->result != NULL, 5000);
  info = vigil_sfu_consume_finish (fixture->sfu, asked->result, error);
  g_clear_object (&asked->result);
  return info;
}

static VigilConsumerInfo *
listen_to (Fixture *fixture, const char *producer)
{
  g_autoptr (GError) error = NULL;
  VigilConsumerInfo *info = janus_consume (fixture, producer, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (info->producer_id, ==, producer);
  g_assert_cmpint (info->kind, ==, VIGIL_MEDIA_AUDIO);
  g_assert_cmpstr (info->codec, ==, "OPUS");
  g_assert_cmpuint (info->payload_type, ==, 111);
  g_assert_cmpuint (info->clock_rate, ==, 48000);
  return info;
}

static void
set_up_sound (Fixture *fixture, gconstpointer data)
{
  janus_set_up (fixture, data);
  g_object_unref (fixture->sfu);
  fixture->limits.janus_rest_ms = REST_MS;
  janus_make_sfu (fixture, fixture->fake->url, JANUS_FAKE_PIN);
  for (guint i = 1; i <= 4; i++)
    janus_fake_publish_sound (fixture->fake, i);
}

/* There is a line for sound in the one offer to media/, and no slot at the Janus before the first who asks. */
static void
test_first (Fixture *fixture, gconstpointer data)
{
  gint64 renegotiations = janus_metric ("vigil_janus_renegotiations");
  VigilConsumerInfo *video, *sound;
  VigilSfuAbilities abilities;
  Asked asked;

  vigil_sfu_get_abilities (fixture->sfu, &abilities);
  g_assert_true (abilities.has_sound);
  janus_connect_transport (fixture);
  g_assert_nonnull (strstr (fixture->offer->offer_sdp, "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"));
  g_assert_cmpuint (fixture->fake->slots->len, ==, 6);
  video = janus_consume_ok (fixture, 1);
  janus_fake_forget (fixture->fake);

  ask (fixture, "2/1", &asked);
  /* Pictures do not wait for it. */
  vigil_consumer_info_free (janus_consume_ok (fixture, 2));
  g_assert_null (asked.result);
  sound = wait_for (fixture, &asked, NULL);
  g_assert_nonnull (sound);
  g_assert_cmpuint (janus_fake_count (fixture->fake, "subscribe"), ==, 1);
  g_assert_cmpuint (janus_fake_last_size (fixture->fake, "subscribe"), ==, 3);
  g_assert_cmpuint (janus_fake_count (fixture->fake, "start"), ==, 1);
  g_assert_cmpuint (fixture->fake->slots->len, ==, 9);
  for (guint i = 6; i < 9; i++)
    g_assert_null (fixture->fake->sending->pdata[i]);
  g_assert_cmpuint (janus_mid_of (sound), >=, 6);
  g_assert_cmpint (asked.answered_us - asked.asked_us, >=, REST_MS * SOUND_RESTS * 1000);
  g_assert_cmpint (janus_metric ("vigil_janus_sound_slots"), ==, 3);
  g_assert_cmpint (janus_metric ("vigil_janus_slots"), ==, 9);
  g_assert_cmpint (janus_metric ("vigil_janus_renegotiations"), ==, renegotiations + 1);

  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, &sound, 1, NULL), ==, 1);
  g_assert_cmpstr (fixture->fake->slots->pdata[janus_mid_of (sound)], ==, "2/1");
  g_assert_nonnull (fixture->fake->sending->pdata[janus_mid_of (sound)]);
  /* The next one needs no more of them. */
  vigil_consumer_info_free (listen_to (fixture, "1/1"));
  g_assert_cmpuint (janus_fake_count (fixture->fake, "subscribe"), ==, 1);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
  vigil_consumer_info_free (video);
  vigil_consumer_info_free (sound);
}

/* A slot for sound rests longer; whoever waits for one is not in the way of a picture that waits for less. */
static void
test_rest (Fixture *fixture, gconstpointer data)
{
  const char *const names[] = { "1/1", "2/1", "3/1" };
  VigilConsumerInfo *sounds[3], *videos[6];
  g_autoptr (GError) error = NULL;
  Asked sound, video;
  gint64 closed_us;

  janus_connect_transport (fixture);
  for (guint i = 0; i < 3; i++)
    sounds[i] = listen_to (fixture, names[i]);
  for (guint i = 0; i < 6; i++)
    videos[i] = janus_consume_ok (fixture, i + 1);
  g_assert_null (janus_consume (fixture, "4/1", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "all 3 slots for sound"));
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, sounds, 3, NULL), ==, 3);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, videos, 6, NULL), ==, 6);

  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_CLOSE, sounds, 1, NULL), ==, 1);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_CLOSE, videos, 1, NULL), ==, 1);
  closed_us = g_get_monotonic_time ();
  ask (fixture, "4/1", &sound);
  ask (fixture, "7/0", &video);
  vigil_consumer_info_free (wait_for (fixture, &video, &error));
  g_assert_null (sound.result);
  vigil_consumer_info_free (wait_for (fixture, &sound, NULL));
  g_assert_cmpint (video.answered_us - closed_us, <, REST_MS * SOUND_RESTS * 1000);
  g_assert_cmpint (sound.answered_us - closed_us, >=, REST_MS * SOUND_RESTS * 1000 - 20000);
  janus_free_infos (sounds, 3);
  janus_free_infos (videos, 6);
}

/* Who had a microphone leaves: his slots are of use again when somebody else was put there, silently. */
static void
test_leaving (Fixture *fixture, gconstpointer data)
{
  g_autofree char *expected = NULL;
  VigilConsumerInfo *sound;
  guint mid;

  janus_connect_transport (fixture);
  sound = listen_to (fixture, "3/1");
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, &sound, 1, NULL), ==, 1);
  mid = janus_mid_of (sound);
  expected = g_strdup_printf ("%s:producer_closed ", sound->id);
  janus_fake_leave (fixture->fake, 3);
  net_test_wait (strstr (fixture->consumers_closed->str, expected) != NULL, 2000);
  net_test_wait (*(char *) fixture->fake->slots->pdata[mid] != '\0' && fixture->fake->sending->pdata[mid] == NULL, 4000);
  g_assert_true (g_str_has_suffix (fixture->fake->slots->pdata[mid], "/1"));
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
  vigil_consumer_info_free (sound);
}

static gboolean
refuse (JanusFake *fake, const char *word, JsonObject *request)
{
  if (!g_str_equal (word, "subscribe"))
    return FALSE;
  janus_fake_answer (fake, request, "\"videoroom\":\"event\",\"error_code\":428,\"error\":\"No such feed\"", "");
  return TRUE;
}

static gboolean
promise (JanusFake *fake, const char *word, JsonObject *request)
{
  if (!g_str_equal (word, "subscribe"))
    return FALSE;
  janus_fake_subscribe (fake, request, FALSE);
  return TRUE;
}

static gboolean
add_none (JanusFake *fake, const char *word, JsonObject *request)
{
  if (!g_str_equal (word, "subscribe"))
    return FALSE;
  json_object_set_array_member (json_object_get_object_member (request, "body"), "streams", json_array_new ());
  janus_fake_subscribe (fake, request, TRUE);
  return TRUE;
}

/* The Janus adds none: he hears why, the pictures play on, and the next who asks makes it try again. */
static void
test_refused (Fixture *fixture, gconstpointer fault)
{
  int code = fault == refuse ? VIGIL_SESSION_ERROR_UNAVAILABLE : VIGIL_SESSION_ERROR_TIMEOUT;
  VigilConsumerInfo *info;
  g_autoptr (GError) error = NULL;

  janus_connect_transport (fixture);
  fixture->fake->fault = fault;
  g_assert_null (janus_consume (fixture, "1/1", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, code);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
  vigil_consumer_info_free (janus_consume_ok (fixture, 1));
  if (fault != refuse)
    return;

  fixture->fake->fault = NULL;
  info = listen_to (fixture, "1/1");
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
  vigil_consumer_info_free (info);
}

/* Its offer comes later, by itself: another one was under way. */
static void
test_later (Fixture *fixture, gconstpointer data)
{
  Asked asked;

  janus_connect_transport (fixture);
  fixture->fake->fault = promise;
  ask (fixture, "1/1", &asked);
  net_test_wait (fixture->fake->slots->len == 9, 2000);
  janus_fake_offer (fixture->fake);
  vigil_consumer_info_free (wait_for (fixture, &asked, NULL));
  g_assert_cmpint (janus_metric ("vigil_janus_sound_slots"), ==, 3);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
}

/* So late that nobody waits any more: it is what the next one wants, and nobody's videos are lost for it. */
static void
test_too_late (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Asked asked;

  janus_connect_transport (fixture);
  fixture->fake->fault = promise;
  g_assert_null (janus_consume (fixture, "1/1", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT);
  fixture->fake->fault = NULL;
  ask (fixture, "2/1", &asked);
  net_test_run_for (20);
  janus_fake_offer (fixture->fake);
  vigil_consumer_info_free (wait_for (fixture, &asked, NULL));
  g_assert_cmpuint (janus_fake_count (fixture->fake, "subscribe"), ==, 1);
  g_assert_cmpint (janus_metric ("vigil_janus_sound_slots"), ==, 3);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
}

/* More slots than were asked for by anybody are none of ours. */
static void
test_unasked (Fixture *fixture, gconstpointer data)
{
  janus_connect_transport (fixture);
  g_ptr_array_add (fixture->fake->slots, g_strdup ("1/1"));
  g_ptr_array_add (fixture->fake->sending, NULL);
  g_ptr_array_add (fixture->fake->ssrcs, GUINT_TO_POINTER (5006));
  janus_fake_offer (fixture->fake);
  net_test_wait (fixture->n_transport_closed == 1, 2000);
  g_assert_nonnull (strstr (fixture->transport_reason, "another number of them"));
}

/* One that numbers sound otherwise is believed, by the next transport. */
static void
test_other_type (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  VigilConsumerInfo *info;

  janus_connect_transport (fixture);
  fixture->fake->opus_type = 109;
  g_assert_null (janus_consume (fixture, "1/1", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT);
  g_assert_cmpuint (fixture->n_transport_closed, ==, 1);

  g_clear_pointer (&fixture->offer, vigil_transport_offer_free);
  janus_connect_transport (fixture);
  g_assert_nonnull (strstr (fixture->offer->offer_sdp, "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n"));
  info = janus_consume (fixture, "1/1", NULL);
  g_assert_nonnull (info);
  g_assert_cmpuint (info->payload_type, ==, 109);
  vigil_consumer_info_free (info);
}

/* The setting says that there is none. */
static void
test_off (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  VigilSfuAbilities abilities;

  g_object_unref (fixture->sfu);
  fixture->limits.janus_sound_slots = 0;
  janus_make_sfu (fixture, fixture->fake->url, JANUS_FAKE_PIN);
  vigil_sfu_get_abilities (fixture->sfu, &abilities);
  g_assert_false (abilities.has_sound);
  janus_connect_transport (fixture);
  g_assert_null (strstr (fixture->offer->offer_sdp, "m=audio"));
  g_assert_null (janus_consume (fixture, "1/1", &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CONFLICT);
  g_assert_cmpuint (janus_fake_count (fixture->fake, "subscribe"), ==, 0);
}

#define ADD(name, function, data) g_test_add ("/net/janus-sound/" name, Fixture, data, set_up_sound, function, janus_tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  ADD ("first", test_first, NULL);
  ADD ("rest", test_rest, NULL);
  ADD ("leaving", test_leaving, NULL);
  ADD ("refused", test_refused, refuse);
  ADD ("no-offer", test_refused, promise);
  ADD ("no-more", test_refused, add_none);
  ADD ("later", test_later, NULL);
  ADD ("too-late", test_too_late, NULL);
  ADD ("unasked", test_unasked, NULL);
  ADD ("other-type", test_other_type, NULL);
  ADD ("off", test_off, NULL);
  return g_test_run ();
}
