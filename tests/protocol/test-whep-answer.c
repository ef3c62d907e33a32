/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of WHEP servers, as they are and as they should not be. */
#include <string.h>

#include "vigil-protocol-error.h"
#include "vigil-whep-answer.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define KEYS "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrSECRET\r\na=setup:active\r\n" \
  "a=fingerprint:sha-256 10:85:B7:FE:C7:3B:DB:77:03:3E:C5:E3:9F:2D:CB:9E:DB:98:47:22:6C:02:E6:13:8D:73:52:0A:49:BB:7A:3F\r\n"
#define VIDEO "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
#define VP8 "a=rtpmap:96 VP8/90000\r\n"
#define CANDIDATE "a=candidate:1 1 udp 1 127.0.0.1 1 typ host\r\n"

static void
test_good (void)
{
  static const struct { const char *text, *codec; guint payload; const char *other; } table[] = {
    { HEAD "m=video 9 X 96 97\r\n" VP8 "a=rtpmap:97 H264/90000\r\n" KEYS, "VP8", 96, "H264" },
    { HEAD "m=video 9 X 97 96\r\na=rtpmap:97 h264/90000\r\n" VP8 KEYS, "H264", 97, "VP8" },
    { HEAD "m=video 9 X 97 98 96\r\na=rtpmap:97 H264/90000\r\na=rtpmap:98 H264/90000\r\n" VP8 KEYS, "H264", 97, "VP8" },
    { HEAD "m=video 9 X 97 98\r\na=rtpmap:97 H264/90000\r\na=rtpmap:98 H264/90000\r\n" VP8 KEYS, "H264", 97 },
    { HEAD "m=video 9 X 96 97\r\n" VP8 "a=rtpmap:97 H264/48000\r\n" KEYS, "VP8", 96 },
    { HEAD "m=video 9 X 96 97\r\n" VP8 "a=rtpmap:999 H264/90000\r\na=rtpmap:97H264/90000\r\n" KEYS, "VP8", 96 },
    { HEAD VIDEO VP8 KEYS "a=sendonly\r\n", "VP8", 96 },
    { HEAD VIDEO VP8 KEYS, "VP8", 96 },
    { HEAD KEYS "m=video 9 UDP/TLS/RTP/SAVPF 97 98\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 h264/90000\r\na=rtpmap:98 rtx/90000\r\na=sendrecv\r\n", "H264", 97 },
    { "v=0\nm=video 9 UDP/TLS/RTP/SAVPF 96\na=rtpmap:96 VP8/90000\n" KEYS, "VP8", 96 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VigilWhepAnswer) answer = vigil_whep_answer_parse (table[i].text, strlen (table[i].text), VIGIL_MEDIA_VIDEO, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (answer->codec, ==, table[i].codec);
      g_assert_cmpuint (answer->payload_type, ==, table[i].payload);
      g_assert_cmpuint (answer->clock_rate, ==, 90000);
      g_assert_cmpstr (answer->other_codec, ==, table[i].other);
      g_assert_cmpstr (answer->ufrag, ==, "abcd");
    }
}

#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
#define OPUS "a=rtpmap:111 opus/48000/2\r\n"

/* Sound is answered with sound, and pictures with pictures. */
static void
test_sound (void)
{
  static const struct { const char *text; int code; const char *part; } bad[] = {
    { HEAD VIDEO VP8 KEYS, VIGIL_PROTOCOL_ERROR_FIELD, "no line for sound" },
    { HEAD AUDIO "a=rtpmap:111 PCMU/8000\r\n" KEYS, VIGIL_PROTOCOL_ERROR_FIELD, "a=rtpmap malformed" },
    { HEAD AUDIO "a=rtpmap:111 G722/48000\r\n" KEYS, VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "no Opus" },
    { HEAD "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n" OPUS KEYS, VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "refuses the line for sound" },
    { HEAD AUDIO OPUS KEYS VIDEO VP8, VIGIL_PROTOCOL_ERROR_FIELD, "more m-lines" },
  };
  static const char text[] = HEAD AUDIO OPUS KEYS "a=sendonly\r\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWhepAnswer) answer = vigil_whep_answer_parse (text, strlen (text), VIGIL_MEDIA_AUDIO, &error);

  g_assert_no_error (error);
  g_assert_cmpint (answer->kind, ==, VIGIL_MEDIA_AUDIO);
  g_assert_cmpstr (answer->codec, ==, "OPUS");
  g_assert_cmpuint (answer->payload_type, ==, 111);
  g_assert_cmpuint (answer->clock_rate, ==, 48000);
  g_assert_null (vigil_whep_answer_parse (text, strlen (text), VIGIL_MEDIA_VIDEO, &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_clear_error (&error);
      g_assert_null (vigil_whep_answer_parse (bad[i].text, strlen (bad[i].text), VIGIL_MEDIA_AUDIO, &error));
      g_assert_error (error, VIGIL_PROTOCOL_ERROR, bad[i].code);
      g_assert_nonnull (strstr (error->message, bad[i].part));
    }
  g_assert_cmpint (vigil_whep_offer_get_kind (text), ==, VIGIL_MEDIA_AUDIO);
  g_assert_cmpint (vigil_whep_offer_get_kind (HEAD VIDEO VP8), ==, VIGIL_MEDIA_VIDEO);
}

/* Nobody has said who begins: they do. */
static void
test_undecided (void)
{
  static const char text[] = HEAD VIDEO VP8 "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrSECRET\r\na=setup:actpass\r\n"
    "a=fingerprint:sha-256 10:85:B7:FE:C7:3B:DB:77:03:3E:C5:E3:9F:2D:CB:9E:DB:98:47:22:6C:02:E6:13:8D:73:52:0A:49:BB:7A:3F\r\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWhepAnswer) answer = vigil_whep_answer_parse (text, strlen (text), VIGIL_MEDIA_VIDEO, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (answer->sdp, "\r\na=setup:active\r\n"));
  g_assert_null (strstr (answer->sdp, "actpass"));
}

static void
assert_bad (const char *text, gsize len, int code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_whep_answer_parse (text, len, VIGIL_MEDIA_VIDEO, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, code);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (strstr (error->message, "SECRET"));
}

static void
test_bad (void)
{
  static const struct { const char *text; int code; const char *part; } table[] = {
    { "", VIGIL_PROTOCOL_ERROR_MALFORMED, "session description" },
    { "<html>", VIGIL_PROTOCOL_ERROR_MALFORMED, "session description" },
    { HEAD "\xc3\x28", VIGIL_PROTOCOL_ERROR_MALFORMED, "session description" },
    { HEAD KEYS, VIGIL_PROTOCOL_ERROR_FIELD, "no video" },
    { HEAD "m=audio 9 X 111\r\n" KEYS, VIGIL_PROTOCOL_ERROR_FIELD, "no video" },
    { HEAD VIDEO VIDEO VP8 KEYS, VIGIL_PROTOCOL_ERROR_FIELD, "more m-lines" },
    { HEAD "m=video 9 X\r\n" VP8 KEYS, VIGIL_PROTOCOL_ERROR_FIELD, "m-line" },
    { HEAD "m=video 9 X 300\r\n" VP8 KEYS, VIGIL_PROTOCOL_ERROR_FIELD, "m-line" },
    { HEAD "m=video 0 X 96\r\n" VP8 KEYS, VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "refuses" },
    { HEAD VIDEO VP8 KEYS "a=inactive\r\n", VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "not send" },
    { HEAD VIDEO VP8 KEYS "a=recvonly\r\n", VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "not send" },
    { HEAD VIDEO KEYS, VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "neither" },
    { HEAD VIDEO "a=rtpmap:96 AV1/90000\r\n" KEYS, VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "neither" },
    { HEAD VIDEO "a=rtpmap:96 VP8/48000\r\n" KEYS, VIGIL_PROTOCOL_ERROR_FIELD, "rtpmap" },
    { HEAD VIDEO VP8, VIGIL_PROTOCOL_ERROR_FIELD, "missing" },
    { HEAD "m=video 9 X 98 96\r\na=rtpmap:98 AV1/90000\r\n" VP8 KEYS, VIGIL_PROTOCOL_ERROR_UNSUPPORTED, "neither" },
    { HEAD "m=video 9 X 96 nonsense\r\n" VP8 KEYS, VIGIL_PROTOCOL_ERROR_FIELD, "m-line" },
    { HEAD VIDEO VP8 KEYS "a=ice-pwd:another-one-SECRET-x1\r\n", VIGIL_PROTOCOL_ERROR_FIELD, "ice-pwd" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_bad (table[i].text, strlen (table[i].text), table[i].code, table[i].part);
  assert_bad (HEAD "\0" VIDEO VP8 KEYS, sizeof (HEAD "\0" VIDEO VP8 KEYS) - 1, VIGIL_PROTOCOL_ERROR_MALFORMED, "session description");
}

/* Nobody is made to knock at a thousand doors. */
static void
test_limits (void)
{
  GString *text = g_string_new (HEAD VIDEO VP8 KEYS);

  for (guint i = 0; i < 33; i++)
    g_string_append (text, CANDIDATE);
  assert_bad (text->str, text->len, VIGIL_PROTOCOL_ERROR_LIMIT, "candidates");
  g_string_set_size (text, VIGIL_WHEP_MAX_SDP + 1);
  assert_bad (text->str, text->len, VIGIL_PROTOCOL_ERROR_MALFORMED, "session description");
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/whep-answer/good", test_good);
  g_test_add_func ("/whep-answer/sound", test_sound);
  g_test_add_func ("/whep-answer/undecided", test_undecided);
  g_test_add_func ("/whep-answer/bad", test_bad);
  g_test_add_func ("/whep-answer/limits", test_limits);
  return g_test_run ();
}
