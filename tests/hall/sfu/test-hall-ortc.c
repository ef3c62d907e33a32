/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's JSON and SDP, right and wrong; its packets, and its RTCP. */

#include <gst/rtp/rtp.h>
#include <string.h>

#include "vigil-hall-ortc.h"
#include "vigil-hall-packetizer.h"
#include "vigil-hall-sfu.h"

#define FINGERPRINT "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"

static const char offer[] =
  "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE audio0 video1\r\n"
  "m=audio 9 UDP/TLS/RTP/SAVPF 100\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
  "a=fingerprint:sha-256 " FINGERPRINT "\r\na=mid:audio0\r\na=rtpmap:100 OPUS/48000/2\r\n"
  "m=video 0 UDP/TLS/RTP/SAVPF 101\r\na=mid:video1\r\na=rtpmap:101 VP8/90000\r\n";

static JsonObject *
parse (const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  return json_object_ref (json_node_get_object (node));
}

static void
test_transport (void)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *candidate;
  JsonArray *list;

  g_ptr_array_add (lines, (char *) "candidate:1 1 UDP 2015363327 127.0.0.1 40123 typ host");
  g_ptr_array_add (lines, (char *) "candidate:2 1 TCP 1015021823 127.0.0.1 9 typ host tcptype active");
  g_ptr_array_add (lines, (char *) "nonsense");
  answer = vigil_hall_ortc_transport ("t", offer, lines, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (answer, "iceParameters"), "usernameFragment"), ==, "abcd");
  list = json_object_get_array_member (answer, "iceCandidates");
  g_assert_cmpuint (json_array_get_length (list), ==, 1);
  candidate = json_array_get_object_element (list, 0);
  g_assert_cmpint (json_object_get_int_member (candidate, "port"), ==, 40123);
  g_assert_cmpstr (json_object_get_string_member (candidate, "ip"), ==, "127.0.0.1");
  g_assert_null (vigil_hall_ortc_transport ("t", "v=0\r\n", lines, &error));
  g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_FAILED);
}

static void
test_answer (void)
{
  g_autoptr (JsonObject) dtls = parse ("{\"role\":\"client\",\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":\"" FINGERPRINT "\"}]}");
  g_autoptr (JsonObject) ice = parse ("{\"usernameFragment\":\"wxyz\",\"password\":\"abcdefghijklmnopqrstuv\"}");
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = vigil_hall_ortc_answer_sdp (offer, dtls, ice, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (sdp, "a=group:BUNDLE audio0 video1\r\n"));
  g_assert_nonnull (strstr (sdp, "m=audio 9 UDP/TLS/RTP/SAVPF 100\r\n"));
  g_assert_nonnull (strstr (sdp, "a=mid:video1\r\na=recvonly\r\n"));
  g_assert_nonnull (strstr (sdp, "a=setup:active\r\n"));
  g_assert_nonnull (strstr (sdp, "a=ice-ufrag:wxyz\r\n"));
}

/* Whatever a client sends, it gets an error and never a line of SDP. */
static void
test_bad_parameters (void)
{
  static const char *const bad_ice[] = {
    "{}", "{\"usernameFragment\":5,\"password\":[]}", "{\"usernameFragment\":\"ab\",\"password\":\"abcdefghijklmnopqrstuv\"}",
    "{\"usernameFragment\":\"abcd\",\"password\":\"short\"}",
    "{\"usernameFragment\":\"abcd\\r\\na=x:y\",\"password\":\"abcdefghijklmnopqrstuv\"}",
    "{\"usernameFragment\":null,\"password\":{}}",
  };
  static const char *const bad_dtls[] = {
    "{}", "{\"fingerprints\":{}}", "{\"fingerprints\":[1,null,[],{}]}",
    "{\"fingerprints\":[{\"algorithm\":\"sha-1\",\"value\":\"00\"}]}",
    "{\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":\"00:11\"}]}",
    "{\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":12}]}",
    "{\"role\":\"server\",\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":\"" FINGERPRINT "\"}]}",
  };
  g_autoptr (JsonObject) dtls = parse ("{\"role\":\"client\",\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":\"" FINGERPRINT "\"}]}");
  g_autoptr (JsonObject) ice = parse ("{\"usernameFragment\":\"wxyz\",\"password\":\"abcdefghijklmnopqrstuv\"}");

  for (guint i = 0; i < G_N_ELEMENTS (bad_ice); i++)
    {
      g_autoptr (JsonObject) bad = parse (bad_ice[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (vigil_hall_ortc_answer_sdp (offer, dtls, bad, &error));
      g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_INVALID);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad_dtls); i++)
    {
      g_autoptr (JsonObject) bad = parse (bad_dtls[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (vigil_hall_ortc_answer_sdp (offer, bad, ice, &error));
      g_assert_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_INVALID);
    }
  g_assert_null (vigil_hall_ortc_answer_sdp (offer, NULL, NULL, NULL));
}

static void
test_can_consume (void)
{
  static const char *const bad[] = { "{}", "{\"codecs\":3}", "{\"codecs\":[null,7,{},{\"mimeType\":5}]}", "{\"codecs\":[{\"mimeType\":\"video/H264\"}]}" };
  g_autoptr (JsonObject) ours = vigil_hall_ortc_dup_capabilities ();
  g_autoptr (JsonObject) shouted = parse ("{\"codecs\":[{\"mimeType\":\"VIDEO/vp8\"}]}");

  g_assert_true (vigil_hall_ortc_can_consume (ours, VIGIL_HALL_KIND_VIDEO, NULL));
  g_assert_true (vigil_hall_ortc_can_consume (ours, VIGIL_HALL_KIND_AUDIO, NULL));
  g_assert_true (vigil_hall_ortc_can_consume (shouted, VIGIL_HALL_KIND_VIDEO, NULL));
  g_assert_false (vigil_hall_ortc_can_consume (shouted, VIGIL_HALL_KIND_AUDIO, NULL));
  g_assert_false (vigil_hall_ortc_can_consume (NULL, VIGIL_HALL_KIND_VIDEO, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (JsonObject) object = parse (bad[i]);

      g_assert_false (vigil_hall_ortc_can_consume (object, VIGIL_HALL_KIND_VIDEO, NULL));
    }
}

/* Two clips one after the other, a resend, and a packet nobody remembers. */
static void
test_packets (void)
{
  static const VigilSimClipKey key = { 0, VIGIL_SIM_SOURCE_WEBCAM, VIGIL_SIM_BEHAVIOUR_PRESENT, 320, 180, 1 };
  g_autoptr (VigilSimClip) clip = vigil_sim_clip_new (&key);
  VigilHallPacketizer *packetizer = vigil_hall_packetizer_new (VIGIL_HALL_KIND_VIDEO, 0x12345678);
  g_autofree guint8 *data = g_malloc0 (3000);
  guint16 seq = 0, picture = 0;
  guint32 timestamp = 0;
  guint dropped = 0;

  vigil_sim_clip_append (clip, data, 3000, TRUE);
  vigil_sim_clip_append (clip, data, 100, FALSE);

  for (guint frame = 0; frame < 700; frame++)
    {
      g_autoptr (GstBufferList) list = vigil_hall_packetizer_frame (packetizer, vigil_sim_clip_get_frame (clip, frame % 2),
                                                                   1000000 + frame * 100000, frame, 0, &dropped);
      guint n = gst_buffer_list_length (list);

      g_assert_cmpuint (n, ==, frame % 2 ? 1 : 3);
      for (guint i = 0; i < n; i++)
        {
          GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
          const guint8 *payload;

          g_assert_true (gst_rtp_buffer_map (gst_buffer_list_get (list, i), GST_MAP_READ, &rtp));
          payload = gst_rtp_buffer_get_payload (&rtp);
          g_assert_cmphex (gst_rtp_buffer_get_ssrc (&rtp), ==, 0x12345678);
          g_assert_true (gst_rtp_buffer_get_marker (&rtp) == (i + 1 == n));
          g_assert_true (!!(payload[0] & 0x10) == (i == 0));
          if (frame > 0 || i > 0)
            g_assert_cmpuint (gst_rtp_buffer_get_seq (&rtp), ==, (guint16) (seq + 1));
          if (frame > 0 && i == 0)
            {
              g_assert_cmpuint (gst_rtp_buffer_get_timestamp (&rtp) - timestamp, ==, 9000);
              g_assert_cmpuint (GST_READ_UINT16_BE (payload + 2), ==, 0x8000 | ((picture + 1) & 0x7fff));
            }
          seq = gst_rtp_buffer_get_seq (&rtp);
          picture = GST_READ_UINT16_BE (payload + 2) & 0x7fff;
          timestamp = gst_rtp_buffer_get_timestamp (&rtp);
          gst_rtp_buffer_unmap (&rtp);
        }
    }

  {
    g_autoptr (GstBuffer) again = vigil_hall_packetizer_resend (packetizer, seq, 0);
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

    g_assert_true (gst_rtp_buffer_map (again, GST_MAP_READ, &rtp));
    g_assert_cmpuint (gst_rtp_buffer_get_seq (&rtp), ==, seq);
    g_assert_cmpuint (gst_rtp_buffer_get_timestamp (&rtp), ==, timestamp);
    g_assert_cmpuint (gst_rtp_buffer_get_payload_len (&rtp), ==, 104);
    gst_rtp_buffer_unmap (&rtp);
  }
  g_assert_null (vigil_hall_packetizer_resend (packetizer, seq + 1, 0));
  g_assert_null (vigil_hall_packetizer_resend (packetizer, seq - 600, 0));
  vigil_hall_packetizer_forget (packetizer);
  g_assert_null (vigil_hall_packetizer_resend (packetizer, seq, 0));
  vigil_hall_packetizer_free (packetizer);
}

typedef struct
{
  guint                 n;
  guint32               ssrc;
  VigilHallFeedbackKind kind;
  guint                 n_lost;
  guint16               lost[17];
} Asked;

static void
asked_cb (guint32                ssrc,
          VigilHallFeedbackKind  kind,
          const guint16         *lost,
          guint                  n_lost,
          gpointer               user_data)
{
  Asked *asked = user_data;

  asked->n++;
  asked->ssrc = ssrc;
  asked->kind = kind;
  asked->n_lost = n_lost;
  for (guint i = 0; i < n_lost; i++)
    asked->lost[i] = lost[i];
}

static GstBuffer *
bytes (const guint8 *data,
       gsize         size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_fill (buffer, 0, data, size);

  return buffer;
}

static void
test_feedback (void)
{
  static const guint8 fir[] = { 1, 2, 3, 4, 9, 0, 0, 0, 5, 6, 7, 8, 9, 0, 0, 0, 1, 1 };
  static const guint8 nack[] = { 0xff, 0xfe, 0x80, 0x03, 0x00 };
  g_autoptr (GstBuffer) fir_entries = bytes (fir, sizeof fir);
  g_autoptr (GstBuffer) nack_entries = bytes (nack, sizeof nack);
  Asked asked = { 0 };

  vigil_hall_rtcp_read_feedback (GST_RTCP_TYPE_PSFB, GST_RTCP_PSFB_TYPE_PLI, 7, NULL, asked_cb, &asked);
  g_assert_cmpuint (asked.n, ==, 1);
  g_assert_cmpuint (asked.ssrc, ==, 7);
  g_assert_cmpuint (asked.kind, ==, VIGIL_HALL_FEEDBACK_PLI);
  vigil_hall_rtcp_read_feedback (GST_RTCP_TYPE_PSFB, GST_RTCP_PSFB_TYPE_FIR, 0, fir_entries, asked_cb, &asked);
  g_assert_cmpuint (asked.n, ==, 3);
  g_assert_cmphex (asked.ssrc, ==, 0x05060708);
  g_assert_cmpuint (asked.kind, ==, VIGIL_HALL_FEEDBACK_FIR);
  vigil_hall_rtcp_read_feedback (GST_RTCP_TYPE_RTPFB, GST_RTCP_RTPFB_TYPE_NACK, 9, nack_entries, asked_cb, &asked);
  g_assert_cmpuint (asked.n, ==, 4);
  g_assert_cmpuint (asked.n_lost, ==, 4);
  g_assert_cmpuint (asked.lost[0], ==, 0xfffe);
  g_assert_cmpuint (asked.lost[1], ==, 0xffff);
  g_assert_cmpuint (asked.lost[2], ==, 0);
  g_assert_cmpuint (asked.lost[3], ==, 14);
  vigil_hall_rtcp_read_feedback (GST_RTCP_TYPE_RTPFB, 15, 9, nack_entries, asked_cb, &asked);
  vigil_hall_rtcp_read_feedback (GST_RTCP_TYPE_PSFB, GST_RTCP_PSFB_TYPE_FIR, 0, NULL, asked_cb, &asked);
  g_assert_cmpuint (asked.n, ==, 4);
}

static void
test_peek (void)
{
  static const guint8 report[] = { 0x80, 201, 0, 1, 0, 0, 0, 5 };
  static const guint8 report_bye[] = { 0x80, 201, 0, 1, 0, 0, 0, 5, 0x81, 203, 0, 1, 0, 0, 0, 5 };
  static const guint8 lying[] = { 0x80, 201, 0xff, 0xff, 0, 0, 0, 6, 0x81, 203, 0, 1 };
  const struct { const guint8 *data; gsize size; gboolean whole, bye; guint32 ssrc; } cases[] = {
    { report, sizeof report, TRUE, FALSE, 5 },
    { report_bye, sizeof report_bye, TRUE, TRUE, 5 },
    { lying, sizeof lying, TRUE, FALSE, 6 },
    { report, 7, FALSE, FALSE, 0 },
    { report, 0, FALSE, FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GstBuffer) compound = bytes (cases[i].data, cases[i].size);
      gboolean bye = FALSE;
      guint32 ssrc = 0;

      g_assert_true (vigil_hall_rtcp_peek (compound, &ssrc, &bye) == cases[i].whole);
      g_assert_true (bye == cases[i].bye);
      g_assert_cmpuint (ssrc, ==, cases[i].ssrc);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/hall/ortc/transport", test_transport);
  g_test_add_func ("/hall/ortc/answer", test_answer);
  g_test_add_func ("/hall/ortc/bad-parameters", test_bad_parameters);
  g_test_add_func ("/hall/ortc/can-consume", test_can_consume);
  g_test_add_func ("/hall/packetizer/packets", test_packets);
  g_test_add_func ("/hall/rtcp/feedback", test_feedback);
  g_test_add_func ("/hall/rtcp/peek", test_peek);

  return g_test_run ();
}
