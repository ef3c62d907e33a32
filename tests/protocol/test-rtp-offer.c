/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The static offer: what is in it, and that nothing a server says can add a line to it. */
#include "protocol-test.h"
#include "rtp-fixtures.h"
#include "vigil-rtp-capabilities.h"
#include "vigil-rtp-offer.h"

static char *
build (const char *router, const char *transport, GError **error)
{
  g_autoptr (JsonNode) router_node = json (router);
  g_autoptr (JsonNode) transport_node = json (transport);

  return vigil_rtp_offer_build (router_node, transport_node, error);
}

static guint
count (const char *text, const char *part)
{
  g_auto (GStrv) pieces = g_strsplit (text, part, -1);

  return g_strv_length (pieces) - 1;
}

static void
test_whole (void)
{
  static const char wanted[] =
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-lite\r\na=group:BUNDLE 0 1\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 100\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\n"
    "a=rtpmap:100 opus/48000/2\r\na=fmtp:100 useinbandfec=1\r\n"
    "a=ice-ufrag:k2f9hq0c\r\na=ice-pwd:1c6f0b9d2e7a48f5b3d0c1e2\r\n"
    "a=candidate:udpcandidate 1 udp 1076302079 127.0.0.1 40012 typ host\r\na=end-of-candidates\r\n"
    "a=fingerprint:sha-256 " FINGERPRINT "\r\na=setup:actpass\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 101\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sendonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\n"
    "a=rtpmap:101 VP8/90000\r\na=rtcp-fb:101 nack\r\na=rtcp-fb:101 nack pli\r\na=rtcp-fb:101 ccm fir\r\n"
    "a=ice-ufrag:k2f9hq0c\r\na=ice-pwd:1c6f0b9d2e7a48f5b3d0c1e2\r\n"
    "a=candidate:udpcandidate 1 udp 1076302079 127.0.0.1 40012 typ host\r\na=end-of-candidates\r\n"
    "a=fingerprint:sha-256 " FINGERPRINT "\r\na=setup:actpass\r\n";
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = build (ROUTER (VP8 "," OPUS "," RTX), TRANSPORT_GOOD, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (sdp, ==, wanted);
}

static void
test_codecs (void)
{
  static const struct { const char *router; guint lines, h264; } table[] = {
    { ROUTER (VP8), 1, 0 }, { ROUTER (OPUS), 1, 0 }, { ROUTER_ALL, 3, 1 },
    { ROUTER (VP8 "," H264 ("1", "42001f")), 2, 1 }, { ROUTER (VP8 "," H264 ("1", "42c01f")), 2, 1 },
    { ROUTER (VP8 "," H264 ("0", "42e01f")), 1, 0 }, { ROUTER (VP8 "," H264 ("1", "640032")), 1, 0 },
    { ROUTER (VP8 "," H264 ("'1'", "42e01f")), 2, 1 }, { ROUTER (VP8 "," VP8), 1, 0 },
    { ROUTER (VP8 ",{'kind':'video','mimeType':'video/AV1','clockRate':90000,'preferredPayloadType':35}"), 1, 0 },
    { ROUTER (VP8 ",{'kind':'audio','mimeType':'audio/opus','clockRate':16000,'preferredPayloadType':110}"), 1, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *sdp = build (table[i].router, TRANSPORT_GOOD, &error);

      g_test_message ("%u", i);
      g_assert_no_error (error);
      g_assert_cmpuint (count (sdp, "m="), ==, table[i].lines);
      g_assert_cmpuint (count (sdp, "H264/90000"), ==, table[i].h264);
      g_assert_cmpuint (count (sdp, "a=ssrc"), ==, 0);
      g_assert_cmpuint (count (sdp, "rtx"), ==, 0);
      g_assert_cmpuint (count (sdp, "a=sendonly"), ==, table[i].lines);
    }
}

static void
test_transport_variants (void)
{
  static const struct { const char *candidate, *line; } table[] = {
    { "{'foundation':'f','priority':1,'address':'10.0.0.1','protocol':'UDP','port':1,'type':'host'}", "a=candidate:f 1 udp 1 10.0.0.1 1 typ host\r\n" },
    { "{'foundation':'f','priority':4294967295,'ip':'2001:DB8::1','protocol':'udp','port':65535,'type':'host'}",
      "a=candidate:f 1 udp 4294967295 2001:db8::1 65535 typ host\r\n" },
    { "{'foundation':'f','priority':1,'ip':'10.0.0.1','protocol':'tcp','port':9,'type':'host','tcpType':'passive'}",
      "a=candidate:f 1 tcp 1 10.0.0.1 9 typ host tcptype passive\r\n" },
    { "{'foundation':'f','priority':1,'ip':'10.0.0.1','protocol':'udp','port':9,'type':'srflx'}",
      "a=candidate:f 1 udp 1 10.0.0.1 9 typ srflx raddr 0.0.0.0 rport 9\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *transport = g_strdup_printf (TRANSPORT ("{'usernameFragment':'abcd','password':'0123456789012345678901'}", "%s", DTLS_PARAMETERS), table[i].candidate);
      g_autoptr (GError) error = NULL;
      g_autofree char *sdp = build (ROUTER (VP8), transport, &error);

      g_assert_no_error (error);
      g_assert_nonnull (strstr (sdp, table[i].line));
      g_assert_null (strstr (sdp, "ice-lite"));
    }
}

static void
test_no_candidates (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = build (ROUTER (VP8), TRANSPORT (ICE_PARAMETERS, "", DTLS_PARAMETERS), &error);

  g_assert_no_error (error);
  g_assert_null (strstr (sdp, "a=candidate"));
}

#define WITH_CANDIDATE(c) TRANSPORT (ICE_PARAMETERS, c, DTLS_PARAMETERS)
#define WITH_ICE(i) TRANSPORT (i, ICE_CANDIDATE, DTLS_PARAMETERS)
#define WITH_DTLS(d) TRANSPORT (ICE_PARAMETERS, ICE_CANDIDATE, d)
#define PASSWORD "1c6f0b9d2e7a48f5b3d0c1e2"

static void
test_bad_transports (void)
{
  static const struct { const char *transport, *part; } bad[] = {
    { "[]", "transport" }, { "{}", "transport" }, { "{'id':'t'}", "iceParameters" },
    { "{'id':5,'iceParameters':{},'iceCandidates':[],'dtlsParameters':{}}", "id" },
    { "{'id':'a\\r\\nb','iceParameters':{},'iceCandidates':[],'dtlsParameters':{}}", "id" },
    { WITH_ICE ("{}"), "usernameFragment" }, { WITH_ICE ("{'usernameFragment':'abcd'}"), "password" },
    { WITH_ICE ("{'usernameFragment':'abc','password':'" PASSWORD "'}"), "usernameFragment" },
    { WITH_ICE ("{'usernameFragment':'abcd\\r\\na=evil','password':'" PASSWORD "'}"), "usernameFragment" },
    { WITH_ICE ("{'usernameFragment':'abcd\\n','password':'" PASSWORD "'}"), "usernameFragment" },
    { WITH_ICE ("{'usernameFragment':'ab cd','password':'" PASSWORD "'}"), "usernameFragment" },
    { WITH_ICE ("{'usernameFragment':'abcdé','password':'" PASSWORD "'}"), "usernameFragment" },
    { WITH_ICE ("{'usernameFragment':'abcd','password':'short'}"), "password" },
    { WITH_ICE ("{'usernameFragment':'abcd','password':'" PASSWORD "\\r\\na=setup:passive'}"), "password" },
    { WITH_ICE ("{'usernameFragment':'abcd','password':'" PASSWORD "','iceLite':'yes'}"), "iceLite" },
    { WITH_CANDIDATE ("{}"), "foundation" }, { WITH_CANDIDATE ("'candidate:1 1 udp'"), "iceCandidate" },
    { WITH_CANDIDATE ("{'foundation':'f\\r\\na=x','priority':1,'ip':'10.0.0.1','protocol':'udp','port':1,'type':'host'}"), "foundation" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':0,'ip':'10.0.0.1','protocol':'udp','port':1,'type':'host'}"), "priority" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':4294967296,'ip':'10.0.0.1','protocol':'udp','port':1,'type':'host'}"), "priority" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':1,'ip':'evil.example','protocol':'udp','port':1,'type':'host'}"), "ip" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':1,'ip':'10.0.0.1 1 typ host\\r\\na=x','protocol':'udp','port':1,'type':'host'}"), "ip" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':1,'ip':'','protocol':'udp','port':1,'type':'host'}"), "ip" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':1,'ip':'10.0.0.1','protocol':'sctp','port':1,'type':'host'}"), "protocol" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':1,'ip':'10.0.0.1','protocol':'udp','port':0,'type':'host'}"), "port" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':1,'ip':'10.0.0.1','protocol':'udp','port':65536,'type':'host'}"), "port" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':1,'ip':'10.0.0.1','protocol':'udp','port':'9','type':'host'}"), "port" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':1,'ip':'10.0.0.1','protocol':'udp','port':9,'type':'host generation 0'}"), "type" },
    { WITH_CANDIDATE ("{'foundation':'f','priority':1,'ip':'10.0.0.1','protocol':'tcp','port':9,'type':'host'}"), "tcpType" },
    { WITH_DTLS ("{}"), "fingerprints" }, { WITH_DTLS ("{'fingerprints':[]}"), "no fingerprint" },
    { WITH_DTLS ("{'fingerprints':[{'algorithm':'sha-1','value':'00'}]}"), "no fingerprint" },
    { WITH_DTLS ("{'fingerprints':[{'algorithm':'sha-256','value':'00'}]}"), "value" },
    { WITH_DTLS ("{'fingerprints':[{'algorithm':'sha-256','value':'" FINGERPRINT "\\r\\na=x'}]}"), "value" },
    { WITH_DTLS ("{'fingerprints':[{'algorithm':'sha-384','value':'" FINGERPRINT "'}]}"), "value" },
    { WITH_DTLS ("{'fingerprints':[{'algorithm':'sha-256\\r\\n','value':'" FINGERPRINT "'}]}"), "no fingerprint" },
    { WITH_DTLS ("{'fingerprints':['sha-256 " FINGERPRINT "']}"), "fingerprint" },
    { WITH_DTLS ("{'fingerprints':{}}"), "fingerprints" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      note (bad[i].transport);
      g_assert_null (build (ROUTER_ALL, bad[i].transport, &error));
      assert_protocol_error (&error, bad[i].part);
    }
}

static void
test_too_many_candidates (void)
{
  g_autoptr (GString) list = g_string_new (ICE_CANDIDATE);
  g_autofree char *transport = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 32; i++)
    g_string_append (list, "," ICE_CANDIDATE);
  transport = g_strdup_printf (WITH_CANDIDATE ("%s"), list->str);
  g_assert_null (build (ROUTER_ALL, transport, &error));
  assert_protocol_error (&error, "iceCandidates");
}

static void
test_bad_routers (void)
{
  static const struct { const char *router, *part; } bad[] = {
    { "[]", "rtpCapabilities" }, { "{}", "codecs" }, { "{'codecs':{}}", "codecs" }, { "{'codecs':[]}", "none of" },
    { "{'codecs':[5]}", "router codec" }, { "{'codecs':[{}]}", "mimeType" }, { ROUTER (RTX), "none of" },
    { ROUTER ("{'mimeType':'video/VP8','clockRate':90000}"), "preferredPayloadType" },
    { ROUTER ("{'mimeType':'video/VP8','clockRate':90000,'preferredPayloadType':128}"), "preferredPayloadType" },
    { ROUTER ("{'mimeType':'video/VP8','clockRate':90000,'preferredPayloadType':-1}"), "preferredPayloadType" },
    { ROUTER ("{'mimeType':'video/VP8','clockRate':90000,'preferredPayloadType':72}"), "preferredPayloadType" },
    { ROUTER ("{'mimeType':'video/VP8','clockRate':90000,'preferredPayloadType':0}"), "preferredPayloadType" },
    { ROUTER ("{'mimeType':'video/VP8','clockRate':'90000','preferredPayloadType':101}"), "clockRate" },
    { ROUTER ("{'mimeType':'video/VP8','clockRate':90000,'preferredPayloadType':101,'parameters':[]}"), "parameters" },
    { ROUTER ("{'mimeType':'video/VP8','clockRate':44100,'preferredPayloadType':101}"), "none of" },
    { ROUTER ("{'mimeType':'audio/opus','clockRate':48000,'preferredPayloadType':100,'parameters':{'useinbandfec':'1\\r\\na=x'}}"), "parameters" },
    { ROUTER ("{'mimeType':'audio/opus','clockRate':48000,'preferredPayloadType':100,'parameters':{'minptime':{}}}"), "parameters" },
    { ROUTER ("{'mimeType':'audio/opus','clockRate':48000,'preferredPayloadType':100,'parameters':{'minptime':''}}"), "parameters" },
    { ROUTER (OPUS ",{'mimeType':'video/VP8','clockRate':90000,'preferredPayloadType':100}"), "used twice" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      note (bad[i].router);
      g_assert_null (build (bad[i].router, TRANSPORT_GOOD, &error));
      assert_protocol_error (&error, bad[i].part);
    }
}

static void
test_capabilities (void)
{
  g_autoptr (JsonNode) router = json (ROUTER_ALL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = vigil_rtp_capabilities_build (router, &error);
  g_autofree char *text = NULL;
  JsonArray *codecs;

  g_assert_no_error (error);
  codecs = json_object_get_array_member (json_node_get_object (node), "codecs");
  g_assert_cmpuint (json_array_get_length (codecs), ==, 3);
  text = vigil_json_to_string (node);
  g_assert_null (strstr (text, "transport-cc"));
  g_assert_null (strstr (text, "goog-remb"));
  g_assert_null (strstr (text, "rtx"));
  g_assert_cmpuint (count (text, "\"pli\""), ==, 2);
  g_assert_cmpuint (count (text, "\"fir\""), ==, 2);
  g_assert_nonnull (strstr (text, "\"headerExtensions\":[]"));
  g_assert_nonnull (strstr (text, "\"channels\":2"));
}

static void
test_id (void)
{
  g_autoptr (JsonNode) node = json (TRANSPORT_GOOD);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = vigil_rtp_transport_dup_id (node, &error);

  g_assert_cmpstr (id, ==, "t-1");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp-offer/whole", test_whole);
  g_test_add_func ("/rtp-offer/codecs", test_codecs);
  g_test_add_func ("/rtp-offer/transport-variants", test_transport_variants);
  g_test_add_func ("/rtp-offer/no-candidates", test_no_candidates);
  g_test_add_func ("/rtp-offer/bad-transports", test_bad_transports);
  g_test_add_func ("/rtp-offer/too-many-candidates", test_too_many_candidates);
  g_test_add_func ("/rtp-offer/bad-routers", test_bad_routers);
  g_test_add_func ("/rtp-offer/capabilities", test_capabilities);
  g_test_add_func ("/rtp-offer/id", test_id);
  return g_test_run ();
}
