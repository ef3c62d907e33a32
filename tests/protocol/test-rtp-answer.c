/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SDP answer → connectTransport; consume's answer → SSRC. */
#include "protocol-test.h"
#include "rtp-fixtures.h"
#include "vigil-hall-request.h"
#include "vigil-rtp-answer.h"
#include "vigil-rtp-consumer.h"

#define UFRAG "a=ice-ufrag:mDn8\r\n"
#define PWD "a=ice-pwd:abcdefghijklmnopqrstuv\r\n"
#define PRINT "a=fingerprint:sha-256 " FINGERPRINT "\r\n"
#define SETUP "a=setup:active\r\n"
#define HEAD "v=0\r\no=- 5 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
#define MEDIA "m=video 9 UDP/TLS/RTP/SAVPF 101\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\n"
#define ALL UFRAG PWD PRINT SETUP

static void
test_good (void)
{
  static const char *const good[] = {
    HEAD MEDIA ALL, HEAD ALL MEDIA, HEAD MEDIA ALL MEDIA ALL,
    "v=0\na=ice-ufrag:mDn8\na=ice-pwd:abcdefghijklmnopqrstuv\na=fingerprint:SHA-256 " FINGERPRINT "\na=setup:active\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilRtpAnswer) answer = vigil_rtp_answer_parse (good[i], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (answer->ufrag, ==, "mDn8");
      g_assert_cmpstr (answer->password, ==, "abcdefghijklmnopqrstuv");
      g_assert_cmpstr (answer->fingerprint_algorithm, ==, "sha-256");
      g_assert_cmpstr (answer->fingerprint, ==, FINGERPRINT);
      g_assert_cmpstr (answer->role, ==, "client");
    }
}

static void
test_connect_request (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilRtpAnswer) answer = vigil_rtp_answer_parse (HEAD MEDIA ALL, &error);
  g_autoptr (JsonNode) dtls = vigil_rtp_answer_get_dtls_parameters (answer);
  g_autoptr (JsonNode) ice = vigil_rtp_answer_get_ice_parameters (answer);
  g_autoptr (JsonNode) request = vigil_request_connect_transport ("t-1", dtls, ice);
  g_autofree char *text = vigil_json_to_string (request);
  g_autofree char *wanted = quoted ("{'transportId':'t-1','dtlsParameters':{'role':'client','fingerprints':[{'algorithm':'sha-256','value':'" FINGERPRINT "'}]},"
                                    "'iceParameters':{'usernameFragment':'mDn8','password':'abcdefghijklmnopqrstuv'}}");

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_bad (void)
{
  static const struct { const char *sdp, *part; } bad[] = {
    { "", "missing" }, { HEAD, "missing" }, { HEAD MEDIA UFRAG PWD PRINT, "missing" }, { HEAD MEDIA UFRAG PWD SETUP, "missing" },
    { HEAD MEDIA PWD PRINT SETUP, "missing" }, { HEAD MEDIA UFRAG PRINT SETUP, "missing" },
    { HEAD "a=ice-ufrag:x\r\n", "ice-ufrag" }, { HEAD "a=ice-ufrag:\r\n", "ice-ufrag" }, { HEAD "a=ice-pwd:short\r\n", "ice-pwd" },
    { HEAD "a=fingerprint:sha-256\r\n", "fingerprint" }, { HEAD "a=fingerprint:sha-256 00:11\r\n", "fingerprint" },
    { HEAD "a=fingerprint:md5 " FINGERPRINT "\r\n", "fingerprint" }, { HEAD "a=fingerprint:sha-256 " FINGERPRINT " x\r\n", "fingerprint" },
    { HEAD "a=setup:actpass\r\n", "setup" }, { HEAD "a=setup:holdconn\r\n", "setup" },
    { HEAD MEDIA ALL MEDIA "a=setup:passive\r\n", "differs" }, { HEAD MEDIA ALL MEDIA "a=ice-ufrag:other\r\n", "differs" },
    { HEAD MEDIA ALL MEDIA "a=ice-pwd:zzzzzzzzzzzzzzzzzzzzzz\r\n", "differs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      note (bad[i].sdp);
      g_assert_null (vigil_rtp_answer_parse (bad[i].sdp, &error));
      assert_protocol_error (&error, bad[i].part);
    }
}

static void
test_too_long (void)
{
  g_autofree char *sdp = g_strnfill (300000, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_rtp_answer_parse (sdp, &error));
  assert_protocol_error (&error, "too long");
}

#define CODEC "{'mimeType':'video/VP8','payloadType':101,'clockRate':90000,'parameters':{},'rtcpFeedback':[]}"
#define RTP(codecs, encodings) "{'mid':'0','codecs':[" codecs "],'headerExtensions':[],'encodings':[" encodings "],'rtcp':{}}"
#define CONSUMER(kind, type, rtp) "{'ok':true,'id':'c-1','producerId':'p-1','kind':'" kind "','type':'" type "','producerPaused':true,'rtpParameters':" rtp "}"

static void
test_consumer (void)
{
  g_autoptr (JsonNode) node = json (CONSUMER ("video", "simulcast", RTP (CODEC, "{'ssrc':4294967295,'rtx':{'ssrc':7}}")));
  g_autoptr (JsonNode) audio = json (CONSUMER ("audio", "simple", RTP ("{'mimeType':'audio/OPUS','payloadType':100,'clockRate':48000}", "{'ssrc':5}")));
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilRtpConsumer) consumer = vigil_rtp_consumer_from_json (node, &error);
  g_autoptr (VigilRtpConsumer) voice = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (consumer->id, ==, "c-1");
  g_assert_cmpstr (consumer->producer_id, ==, "p-1");
  g_assert_cmpint (consumer->kind, ==, VIGIL_MEDIA_VIDEO);
  g_assert_cmpstr (consumer->codec, ==, "VP8");
  g_assert_cmpuint (consumer->payload_type, ==, 101);
  g_assert_cmpuint (consumer->ssrc, ==, G_MAXUINT32);
  g_assert_cmpuint (consumer->rtx_ssrc, ==, 7);
  g_assert_true (consumer->producer_paused);
  g_assert_true (consumer->simulcast);
  voice = vigil_rtp_consumer_from_json (audio, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (voice->codec, ==, "OPUS");
  g_assert_cmpuint (voice->rtx_ssrc, ==, 0);
  g_assert_false (voice->simulcast);
}

static void
test_layers (void)
{
  static const struct { const char *type, *encoding; guint n; } table[] = {
    { "simulcast", "{'ssrc':1,'scalabilityMode':'L3T3'}", 3 }, { "simulcast", "{'ssrc':1,'scalabilityMode':'S2T1'}", 2 },
    { "svc", "{'ssrc':1,'scalabilityMode':'L3T3_KEY'}", 3 }, { "simple", "{'ssrc':1,'scalabilityMode':'L3T3'}", 1 },
    { "simulcast", "{'ssrc':1}", 1 }, { "simulcast", "{'ssrc':1,'scalabilityMode':null}", 1 },
    { "simulcast", "{'ssrc':1,'scalabilityMode':'L99T3'}", 1 }, { "simulcast", "{'ssrc':1,'scalabilityMode':'L0T1'}", 1 },
    { "simulcast", "{'ssrc':1,'scalabilityMode':'L3'}", 1 }, { "simulcast", "{'ssrc':1,'scalabilityMode':'3T3'}", 1 },
    { "simulcast", "{'ssrc':1,'scalabilityMode':'L-2T1'}", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf (CONSUMER ("video", "%s", RTP (CODEC, "%s")), table[i].type, table[i].encoding);
      g_autoptr (JsonNode) node = json (text);
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilRtpConsumer) consumer = vigil_rtp_consumer_from_json (node, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (consumer->n_layers, ==, table[i].n);
    }
}

static void
test_bad_consumers (void)
{
  static const struct { const char *text, *part; } bad[] = {
    { "[]", "consumer" }, { "{}", "id" }, { "{'id':'c','producerId':'p','kind':'video','type':'simple'}", "rtpParameters" },
    { CONSUMER ("video", "simulcast", RTP (CODEC, "{'ssrc':1,'scalabilityMode':3}")), "scalabilityMode" },
    { CONSUMER ("data", "simple", RTP (CODEC, "{'ssrc':1}")), "kind" },
    { CONSUMER ("video", "simple", "[]"), "rtpParameters" }, { CONSUMER ("video", "simple", "{}"), "codecs" },
    { CONSUMER ("video", "simple", RTP ("", "{'ssrc':1}")), "codecs" }, { CONSUMER ("video", "simple", RTP (CODEC, "")), "encodings" },
    { CONSUMER ("video", "simple", RTP (CODEC, "{}")), "ssrc" }, { CONSUMER ("video", "simple", RTP (CODEC, "{'ssrc':0}")), "ssrc" },
    { CONSUMER ("video", "simple", RTP (CODEC, "{'ssrc':-1}")), "ssrc" }, { CONSUMER ("video", "simple", RTP (CODEC, "{'ssrc':4294967296}")), "ssrc" },
    { CONSUMER ("video", "simple", RTP (CODEC, "{'ssrc':1.5}")), "ssrc" }, { CONSUMER ("video", "simple", RTP (CODEC, "{'ssrc':'1'}")), "ssrc" },
    { CONSUMER ("video", "simple", RTP (CODEC, "{'ssrc':1,'rtx':{}}")), "rtx" }, { CONSUMER ("video", "simple", RTP (CODEC, "{'ssrc':1,'rtx':{'ssrc':1}}")), "rtx" },
    { CONSUMER ("video", "simple", RTP (CODEC, "{'ssrc':1,'rtx':5}")), "rtx" },
    { CONSUMER ("audio", "simple", RTP (CODEC, "{'ssrc':1}")), "mimeType" },
    { CONSUMER ("video", "simple", RTP ("{'mimeType':'video/VP9','payloadType':101,'clockRate':90000}", "{'ssrc':1}")), "VP9" },
    { CONSUMER ("video", "simple", RTP ("{'mimeType':'video/VP8','payloadType':128,'clockRate':90000}", "{'ssrc':1}")), "payloadType" },
    { CONSUMER ("video", "simple", RTP ("{'mimeType':'video/VP8','payloadType':101,'clockRate':0}", "{'ssrc':1}")), "clockRate" },
    { CONSUMER ("video", "simple", RTP ("{'mimeType':'video/VP8','payloadType':101,'clockRate':8000}", "{'ssrc':1}")), "VP8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (JsonNode) node = json (bad[i].text);
      g_autoptr (GError) error = NULL;

      note (bad[i].text);
      g_assert_null (vigil_rtp_consumer_from_json (node, &error));
      assert_protocol_error (&error, bad[i].part);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp-answer/good", test_good);
  g_test_add_func ("/rtp-answer/connect-request", test_connect_request);
  g_test_add_func ("/rtp-answer/bad", test_bad);
  g_test_add_func ("/rtp-answer/too-long", test_too_long);
  g_test_add_func ("/rtp-consumer/good", test_consumer);
  g_test_add_func ("/rtp-consumer/layers", test_layers);
  g_test_add_func ("/rtp-consumer/bad", test_bad_consumers);
  return g_test_run ();
}
