/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who gets which slot of a Janus, and who none. */

#include <string.h>

#include "janus-fixture.h"
#include "vigil-janus-slots.h"

/* Whoever has a producer id keeps it, whoever else comes by that name. */
static void
test_namesake (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VigilConsumerInfo) info = NULL;
  gint64 hostile = janus_metric ("vigil_janus_hostile");

  janus_connect_transport (fixture);
  janus_fake_publish (fixture->fake, 30, "vp8");
  janus_fake_say (fixture->fake, "{\"janus\":\"event\",\"sender\":201,\"plugindata\":{\"data\":{\"videoroom\":\"event\",\"publishers\":["
                  "{\"id\":\"30\",\"streams\":[{\"type\":\"video\",\"mid\":\"0\",\"codec\":\"vp8\"}]},"
                  "{\"id\":\"9\",\"streams\":[{\"type\":\"video\",\"mid\":\"8/0\",\"codec\":\"vp8\"}]}]}}}");
  net_test_wait (janus_metric ("vigil_janus_hostile") == hostile + 2, 2000);
  info = janus_consume_ok (fixture, 30);
  /* The Janus is asked for the first one: that one's id is a number. */
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, &info, 1, NULL), ==, 1);
  g_assert_cmpstr (fixture->fake->slots->pdata[janus_mid_of (info)], ==, "30/0");
}

static void
reopen_with (Fixture *fixture, guint n_slots)
{
  vigil_janus_sfu_close (VIGIL_JANUS_SFU (fixture->sfu));
  g_object_unref (fixture->sfu);
  g_clear_pointer (&fixture->offer, vigil_transport_offer_free);
  fixture->limits.janus_slots = n_slots;
  janus_make_sfu (fixture, fixture->fake->url, JANUS_FAKE_PIN);
  janus_connect_transport (fixture);
}

/* One in a large room has another codec, wherever he stands in it. */
static void
test_rare_codec (Fixture *fixture, gconstpointer data)
{
  VigilConsumerInfo *infos[2];
  g_autoptr (GError) error = NULL;

  for (guint rare = 20; rare < 40; rare++)
    {
      g_autofree char *name = g_strdup_printf ("%u/0", rare);
      g_autoptr (VigilConsumerInfo) info = NULL;

      janus_fake_publish (fixture->fake, rare, "h264");
      reopen_with (fixture, 2);
      info = janus_consume (fixture, name, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (info->codec, ==, "H264");
      g_assert_cmpuint (fixture->fake->slots->len, ==, 2);
      infos[0] = janus_consume_ok (fixture, 1);
      vigil_consumer_info_free (infos[0]);
      janus_fake_leave (fixture->fake, rare);
    }

  /* Fewer slots than codecs: another transport is of no use, and is not asked for. */
  janus_fake_publish (fixture->fake, 20, "h264");
  reopen_with (fixture, 1);
  infos[0] = janus_consume (fixture, "1/0", &error);
  infos[1] = janus_consume (fixture, "20/0", error == NULL ? &error : NULL);
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE);
  g_assert_true ((infos[0] == NULL) != (infos[1] == NULL));
  vigil_consumer_info_free (infos[infos[0] == NULL]);
}

static void
ignore_consumer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilConsumerInfo) info = vigil_sfu_consume_finish (VIGIL_SFU (source), result, NULL);

  g_assert_nonnull (info);
}

static void
close_on_error_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilConsumerInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  info = vigil_sfu_consume_finish (VIGIL_SFU (source), result, &error);
  g_assert_null (info);
  if (g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT))
    vigil_janus_sfu_close (VIGIL_JANUS_SFU (source));
  else
    g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED);
  ++*(guint *) user_data;
}

/* Whoever waited hears that there is no transport for it, and closes the present one within that very call. */
static void
test_closed_while_served (Fixture *fixture, gconstpointer data)
{
  VigilConsumerInfo *infos[6];
  guint n_answered = 0;

  janus_connect_transport (fixture);
  janus_fake_publish (fixture->fake, 20, "h264");
  net_test_run_for (50);
  for (guint i = 0; i < 6; i++)
    infos[i] = janus_consume_ok (fixture, i + 1);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, infos, 6, NULL), ==, 6);
  g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_CLOSE, infos, 1, NULL), ==, 1);

  /* The first rests for a slot; the others wait behind it. */
  vigil_sfu_consume_async (fixture->sfu, fixture->offer->id, "7/0", NULL, NULL, ignore_consumer_cb, NULL);
  vigil_sfu_consume_async (fixture->sfu, fixture->offer->id, "20/0", NULL, NULL, close_on_error_cb, &n_answered);
  vigil_sfu_consume_async (fixture->sfu, fixture->offer->id, "8/0", NULL, NULL, close_on_error_cb, &n_answered);
  g_assert_cmpuint (n_answered, ==, 0);
  net_test_wait (n_answered == 2, 3000);
  janus_free_infos (infos, 6);
}

/* Whoever is behind a slot leaves while it is kept for somebody else, who was not put there yet. */
static void
test_left_behind (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (VigilConsumerInfo) info = NULL, again = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autofree char *expected = NULL;
      guint before;

      g_string_truncate (fixture->consumers_closed, 0);
      g_clear_pointer (&fixture->offer, vigil_transport_offer_free);
      janus_connect_transport (fixture);
      janus_fake_publish (fixture->fake, 30 + i, "vp8");
      net_test_run_for (50);
      info = janus_consume_ok (fixture, 30 + i);
      before = (guint) atoi (fixture->fake->slots->pdata[janus_mid_of (info)]);
      g_assert_cmpuint (before, <, 30);
      janus_fake_leave (fixture->fake, before);
      /* The second time somebody is resumed before it is heard here. */
      if (i == 1)
        vigil_sfu_control_async (fixture->sfu, VIGIL_SFU_RESUME, info->id, 0, NULL, net_test_store_result_cb, &result);
      net_test_wait (fixture->consumers_closed->len > 0, 2000);
      expected = g_strdup_printf ("%s:slot_lost ", info->id);
      g_assert_cmpstr (fixture->consumers_closed->str, ==, expected);

      again = janus_consume_ok (fixture, 30 + i);
      g_assert_cmpuint (janus_control (fixture, VIGIL_SFU_RESUME, &again, 1, NULL), ==, 1);
      g_assert_cmpstr (fixture->fake->slots->pdata[janus_mid_of (again)], ==, again->producer_id);
      net_test_run_for (500);
      g_assert_cmpuint (fixture->n_transport_closed, ==, 0);
      if (i == 1)
        g_assert_nonnull (result);
    }
}

#define FINGERPRINT "10:85:B7:FE:C7:3B:DB:77:03:3E:C5:E3:9F:2D:CB:9E:DB:98:47:22:6C:02:E6:13:8D:73:52:0A:49:BB:7A:3F"
#define SLOT_LINES "a=ice-ufrag:za3i\r\na=ice-pwd:FUvHO6txrVEGNs5kdbqZEM\r\n"
#define SLOT(mid, ssrc, direction) "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:" mid "\r\na=" direction "\r\n" SLOT_LINES \
  "a=rtpmap:96 VP8/90000\r\na=ssrc:" ssrc " cname:janus\r\n"
#define HEAD "v=0\r\nt=0 0\r\na=fingerprint:sha-256 " FINGERPRINT "\r\n"

static VigilJanusOffer *
parse_offer (const char *sdp)
{
  g_autoptr (GError) error = NULL;
  VigilJanusOffer *offer = vigil_janus_offer_parse (sdp, &error);

  g_assert_no_error (error);
  return offer;
}

/* Where somebody was put to mend a slot, his packets may have come: it is not like one that nobody ever had. */
static void
test_mended (void)
{
  g_autoptr (VigilJanusSlots) slots = vigil_janus_slots_new (parse_offer (HEAD SLOT ("0", "5000", "inactive") SLOT ("1", "5001", "sendonly")));
  g_autoptr (GError) error = NULL;
  VigilJanusSeat *seat = NULL;
  gint64 when_us;

  vigil_janus_slots_get (slots, 0)->used = vigil_janus_slots_get (slots, 1)->used = TRUE;
  vigil_janus_slots_take_offer (slots, parse_offer (HEAD SLOT ("0", "6000", "sendonly") SLOT ("1", "5001", "sendonly")), FALSE, &error);
  g_assert_no_error (error);
  vigil_janus_slots_get (slots, 0)->free_us = 20;
  vigil_janus_slots_get (slots, 1)->free_us = 10;

  g_assert_cmpint (vigil_janus_slots_take (slots, "VP8", "7/0", "c1", 30, &seat, &when_us), ==, VIGIL_JANUS_SEAT_GIVEN);
  g_assert_cmpuint (seat->slot->ssrc, ==, 5001);
  g_assert_cmpint (vigil_janus_slots_take (slots, "VP8", "8/0", "c2", 30, &seat, &when_us), ==, VIGIL_JANUS_SEAT_GIVEN);
  g_assert_cmpuint (seat->slot->ssrc, ==, 6000);
  g_assert_true (seat->used);
}

/* A line that nobody is behind says next to nothing, and is the same line when somebody is there again. */
static void
test_cut_down (void)
{
  static const char *const cut[] = { "m=video 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=inactive\r\n", "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=inactive\r\n" };
  g_autoptr (VigilRtpAnswer) answer = vigil_rtp_answer_parse (SLOT_LINES "a=fingerprint:sha-256 " FINGERPRINT "\r\na=setup:active\r\n", NULL);

  g_assert_nonnull (answer);
  for (guint i = 0; i < G_N_ELEMENTS (cut); i++)
    {
      g_autoptr (VigilJanusSlots) slots = vigil_janus_slots_new (parse_offer (HEAD SLOT ("0", "5000", "sendonly") SLOT ("1", "5001", "sendonly")));
      g_autofree char *sdp = g_strconcat (HEAD, cut[i], SLOT ("1", "5001", "sendonly"), NULL);
      g_autofree char *answer_sdp = NULL;
      g_autoptr (GError) error = NULL;
      const VigilJanusSeat *seat;

      vigil_janus_slots_take_offer (slots, parse_offer (sdp), FALSE, &error);
      g_assert_no_error (error);
      seat = vigil_janus_slots_get (slots, 0);
      g_assert_false (seat->negotiated);
      g_assert_cmpstr (seat->slot->media, ==, "video");
      g_assert_cmpuint (seat->slot->payload_type, ==, 96);
      g_assert_cmpuint (seat->slot->clock_rate, ==, 90000);
      answer_sdp = vigil_janus_offer_dup_answer (vigil_janus_slots_get_offer (slots), answer);
      g_assert_nonnull (strstr (answer_sdp, "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=inactive\r\n"));
      g_assert_null (strstr (answer_sdp, "VP8/0"));

      vigil_janus_slots_take_offer (slots, parse_offer (HEAD SLOT ("0", "6000", "sendonly") SLOT ("1", "5001", "sendonly")), FALSE, &error);
      g_assert_no_error (error);
      g_assert_true (vigil_janus_slots_get (slots, 0)->negotiated);
      g_assert_cmpuint (vigil_janus_slots_get (slots, 0)->slot->ssrc, ==, 6000);
    }
}

#define ADD(name, function) g_test_add ("/net/janus-slots/" name, Fixture, NULL, janus_set_up, function, janus_tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  g_test_add_func ("/net/janus-slots/mended", test_mended);
  g_test_add_func ("/net/janus-slots/cut-down", test_cut_down);
  ADD ("namesake", test_namesake);
  ADD ("rare-codec", test_rare_codec);
  ADD ("left-behind", test_left_behind);
  ADD ("closed-while-served", test_closed_while_served);
  return g_test_run ();
}
