/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is read of an offer, and what is refused. */
#include <gst/gst.h>
#include <string.h>

#include "vigil-media-error.h"
#include "vigil-offer.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n"
#define SECRETS "a=ice-ufrag:abcd\r\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\r\na=fingerprint:sha-256 00:11\r\n"
#define VIDEO "m=video 7 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 127.0.0.1\r\na=mid:0\r\na=sendonly\r\na=rtpmap:96 VP8/90000\r\n"
#define CANDIDATE(address) "a=candidate:1 1 udp 2130706431 " address " 40000 typ host\r\n"

static void
test_loopback (void)
{
  static const struct { const char *candidates; const char *expected; } cases[] = {
    { CANDIDATE ("127.0.0.1"), "127.0.0.1" },
    { CANDIDATE ("127.0.0.1") CANDIDATE ("127.0.0.1"), "127.0.0.1" },
    { CANDIDATE ("127.0.0.1") CANDIDATE ("::1"), "127.0.0.1 ::1" },
    { CANDIDATE ("192.0.2.1"), NULL },
    /* Naming loopback would leave only loopback. */
    { CANDIDATE ("127.0.0.1") CANDIDATE ("192.0.2.1"), NULL },
    { CANDIDATE ("hall.example"), NULL },
    { "a=candidate:1 1 udp\r\n", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sdp = g_strconcat (HEAD, VIDEO, SECRETS, cases[i].candidates, NULL);
      g_autoptr (GError) error = NULL;
      GstSDPMessage *offer = vigil_offer_parse (sdp, &error);
      g_auto (GStrv) addresses = NULL;
      g_autofree char *joined = NULL;

      g_assert_no_error (error);
      addresses = vigil_offer_dup_loopback (offer);
      joined = addresses != NULL ? g_strjoinv (" ", addresses) : NULL;
      g_assert_cmpstr (joined, ==, cases[i].expected);
      gst_sdp_message_free (offer);
    }
}

static void
test_tcp (void)
{
  static const struct { const char *candidates; gboolean tcp; } table[] = {
    { "", FALSE }, { "a=candidate:1 1 udp 1 127.0.0.1 7 typ host\r\n", FALSE },
    { "a=candidate:1 1 udp 2 127.0.0.1 7 typ host\r\na=candidate:2 1 TCP 1 127.0.0.1 7 typ host tcptype passive\r\n", TRUE },
    { "a=candidate:1 1 tcp\r\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *sdp = g_strconcat (HEAD, VIDEO, SECRETS, table[i].candidates, NULL);
      GstSDPMessage *offer = vigil_offer_parse (sdp, NULL);

      g_assert_cmpint (vigil_offer_has_tcp (offer), ==, table[i].tcp);
      gst_sdp_message_free (offer);
    }
}

static void
test_refused (void)
{
  static const char *const offers[] = {
    "",
    "hello",
    "v=1\r\n",
    HEAD,
    HEAD VIDEO,
    HEAD SECRETS,
    HEAD "m=video 7 UDP/TLS/RTP/SAVPF 96\r\na=sendonly\r\n" SECRETS,
    HEAD "m=text 7 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n" SECRETS,
    HEAD VIDEO "a=ice-ufrag:abcd\r\na=fingerprint:sha-256 00:11\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", offers[i]);
      g_assert_null (vigil_offer_parse (offers[i], &error));
      g_assert_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER);
      /* The password must not get into a log by way of a message. */
      g_assert_null (strstr (error->message, "aaaaaaaa"));
    }
}

static void
test_too_much (void)
{
  g_autoptr (GString) sdp = g_string_new (HEAD SECRETS);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 17; i++)
    g_string_append (sdp, VIDEO);
  g_assert_null (vigil_offer_parse (sdp->str, &error));
  g_assert_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER);

  g_clear_error (&error);
  g_string_set_size (sdp, 0);
  g_string_append (sdp, HEAD SECRETS VIDEO "a=x:");
  for (guint i = 0; i < 70000; i++)
    g_string_append_c (sdp, 'x');
  g_assert_null (vigil_offer_parse (sdp->str, &error));
  g_assert_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_OFFER);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/media/offer/loopback", test_loopback);
  g_test_add_func ("/media/offer/tcp", test_tcp);
  g_test_add_func ("/media/offer/refused", test_refused);
  g_test_add_func ("/media/offer/too-much", test_too_much);

  return g_test_run ();
}
