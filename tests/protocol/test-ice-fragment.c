/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fragments of an SDP: ours as RFC 8840 has them, and a server's, whatever is in them. */
#include <string.h>

#include "vigil-ice-fragment.h"
#include "vigil-protocol-error.h"

#define OFFER "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE video0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n" \
  "c=IN IP4 0.0.0.0\r\na=mid:video0\r\na=ice-ufrag:ours\r\na=ice-pwd:our-SECRET\r\na=candidate:0 1 UDP 1 10.0.0.1 5 typ host\r\n"
#define HOST "candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host"
#define RELAY "candidate:2 1 UDP 92217087 2001:db8::1 3478 typ relay raddr 192.0.2.1 rport 61764"

static void
test_build (void)
{
  const char *const candidates[] = { RELAY, "nothing", "candidate:3 1 udp 1 10.0.0.1 5 typ host\r\na=setup:passive", HOST, NULL };
  const char *const none[] = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = vigil_ice_fragment_build (OFFER, candidates, TRUE, &error);
  g_autofree char *end = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==,
                   "a=group:BUNDLE video0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:video0\r\na=ice-ufrag:ours\r\na=ice-pwd:our-SECRET\r\n"
                   "a=" RELAY "\r\na=" HOST "\r\na=end-of-candidates\r\n");
  end = vigil_ice_fragment_build (OFFER, none, FALSE, &error);
  g_assert_null (strstr (end, "candidate"));

  g_assert_null (vigil_ice_fragment_build ("v=0\r\nm=video 9 RTP/AVP 0\r\na=mid:0\r\na=ice-pwd:our-SECRET\r\n", none, FALSE, &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD);
  g_assert_nonnull (strstr (error->message, "ice-ufrag"));
  g_assert_null (strstr (error->message, "SECRET"));
}

static guint
count (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) found = vigil_ice_fragment_parse (text, strlen (text), "theirs", &error);

  g_assert_no_error (error);
  return g_strv_length (found);
}

static void
test_parse (void)
{
  const char *text = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=ice-ufrag:theirs\r\na=" HOST "\r\na=" RELAY "\r\na=end-of-candidates\r\n";
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) found = vigil_ice_fragment_parse (text, strlen (text), "theirs", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (found), ==, 2);
  g_assert_cmpstr (found[0], ==, HOST);
  g_assert_cmpstr (found[1], ==, RELAY);

  g_assert_cmpuint (count (""), ==, 0);
  g_assert_cmpuint (count ("a=" HOST "\na=" HOST), ==, 2);
  /* A name would be looked up, another component is none of ours, and port 0 is nobody's. */
  g_assert_cmpuint (count ("a=candidate:1 1 udp 1 whoever.example.net 9 typ host\r\n"), ==, 0);
  g_assert_cmpuint (count ("a=candidate:1 2 udp 1 192.0.2.1 9 typ host\r\n"), ==, 0);
  g_assert_cmpuint (count ("a=candidate:1 1 udp 1 192.0.2.1 0 typ host\r\n"), ==, 0);
  g_assert_cmpuint (count ("a=candidate:1 1 sctp 1 192.0.2.1 9 typ host\r\n"), ==, 0);
}

static void
test_bad (void)
{
  static const char *const table[] = {
    "a=ice-ufrag:another\r\na=" HOST "\r\n", "a=candidate:\r\n", "a=candidate:1 1 udp 1 192.0.2.1 9\r\n",
    "a=candidate:1 1 udp 1 192.0.2.1 65536 typ host\r\n", "a=candidate:1 0 udp 1 192.0.2.1 9 typ host\r\n",
    "a=candidate:1 1 udp -1 192.0.2.1 9 typ host\r\n", "a=candidate:1 1 udp 1 192.0.2.1 9 typo host\r\n", "\xff\xfe",
  };
  GString *many = g_string_new (NULL);
  g_autofree char *large = g_strnfill (VIGIL_ICE_FRAGMENT_MAX + 1, 'a');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) failure = NULL;

      if (vigil_ice_fragment_parse (table[i], strlen (table[i]), "theirs", &failure) != NULL)
        g_error ("accepted: %s", table[i]);
      g_assert_true (failure != NULL && failure->domain == VIGIL_PROTOCOL_ERROR);
      g_assert_null (strstr (failure->message, "192.0.2.1"));
    }
  for (guint i = 0; i < 33; i++)
    g_string_append (many, "a=" HOST "\r\n");
  g_assert_null (vigil_ice_fragment_parse (many->str, many->len, "theirs", &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (vigil_ice_fragment_parse (large, strlen (large), "theirs", &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (vigil_ice_fragment_parse ("a\0b", 3, "theirs", &error));
  g_assert_error (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_MALFORMED);
  g_string_free (many, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ice-fragment/build", test_build);
  g_test_add_func ("/ice-fragment/parse", test_parse);
  g_test_add_func ("/ice-fragment/bad", test_bad);
  return g_test_run ();
}
