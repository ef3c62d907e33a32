/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SDP: 'o' and a JSON array [router, transport] → offer; 'c' and JSON → consumer; 'l' and a Link header → TURN servers; 'f' and
 * a fragment → ICE candidates; anything else → answer, ours and a WHEP's. */
#include "fuzz.h"
#include "vigil-ice-fragment.h"
#include "vigil-ice-servers.h"
#include "vigil-rtp-answer.h"
#include "vigil-rtp-capabilities.h"
#include "vigil-rtp-consumer.h"
#include "vigil-rtp-offer.h"
#include "vigil-whep-answer.h"

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *p = strstr (text, part); p; p = strstr (p + 1, part))
    n++;
  return n;
}

/* Printable ASCII in whole lines, and no more of a line than there are m-lines to have it. */
static void
check_offer (const char *sdp)
{
  guint media = count (sdp, "\r\nm=");
  guint lines = count (sdp, "\r\n");

  g_assert_cmpuint (media, >=, 1);
  g_assert_cmpuint (media, <=, VIGIL_N_CODECS);
  g_assert_true (g_str_has_suffix (sdp, "\r\n"));
  g_assert_cmpuint (count (sdp, "\n"), ==, lines);
  g_assert_cmpuint (count (sdp, "\r"), ==, lines);
  for (const char *p = sdp; *p; p++)
    g_assert_true (*p == '\r' || *p == '\n' || (*p >= 0x20 && *p < 0x7f));
  g_assert_cmpuint (count (sdp, "\r\na=setup:actpass\r\n"), ==, media);
  g_assert_cmpuint (count (sdp, "a=setup:"), ==, media);
  g_assert_cmpuint (count (sdp, "a=ice-ufrag:"), ==, media);
  g_assert_cmpuint (count (sdp, "a=ice-pwd:"), ==, media);
  g_assert_cmpuint (count (sdp, "a=fingerprint:"), ==, media);
  g_assert_cmpuint (count (sdp, "\r\na=sendonly\r\n"), ==, media);
  g_assert_cmpuint (count (sdp, "a=ssrc"), ==, 0);
}

static void
fuzz_offer (JsonNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = NULL;
  g_autoptr (JsonNode) capabilities = NULL;
  JsonArray *array;

  if (!node || !JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) != 2)
    return;
  array = json_node_get_array (node);
  capabilities = vigil_rtp_capabilities_build (json_array_get_element (array, 0), &error);
  if (!capabilities)
    fuzz_assert_error (&error);
  sdp = vigil_rtp_offer_build (json_array_get_element (array, 0), json_array_get_element (array, 1), &error);
  if (!sdp)
    {
      fuzz_assert_error (&error);
      return;
    }
  g_assert_nonnull (capabilities);
  check_offer (sdp);
}

static void
fuzz_consumer (JsonNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilRtpConsumer) consumer = node ? vigil_rtp_consumer_from_json (node, &error) : NULL;

  if (consumer)
    g_assert_true (consumer->codec && consumer->ssrc > 0 && consumer->ssrc != consumer->rtx_ssrc);
  else if (node)
    fuzz_assert_error (&error);
}

static void
fuzz_answer (const char *text, gsize len)
{
  g_autofree char *sdp = g_strndup (text, len);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilRtpAnswer) answer = vigil_rtp_answer_parse (sdp, &error);

  if (!answer)
    {
      fuzz_assert_error (&error);
      return;
    }
  g_assert_null (strpbrk (answer->ufrag, "\r\n \""));
  g_assert_null (strpbrk (answer->password, "\r\n \""));
  json_node_unref (vigil_rtp_answer_get_dtls_parameters (answer));
  json_node_unref (vigil_rtp_answer_get_ice_parameters (answer));
}

static void
fuzz_whep (const char *text, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilWhepAnswer) answer = vigil_whep_answer_parse (text, len, VIGIL_MEDIA_VIDEO, &error);
  g_autoptr (VigilWhepAnswer) sound = NULL;

  if (!answer)
    fuzz_assert_error (&error);
  else
    g_assert_true ((g_str_equal (answer->codec, "VP8") || g_str_equal (answer->codec, "H264")) && answer->payload_type < 128);
  g_clear_error (&error);
  sound = vigil_whep_answer_parse (text, len, VIGIL_MEDIA_AUDIO, &error);
  if (!sound)
    fuzz_assert_error (&error);
  else
    g_assert_true (!answer && g_str_equal (sound->codec, "OPUS") && sound->payload_type < 128);
}

/* What comes out is taken for addresses: printable, and one each. */
static void
fuzz_links (const char *text, gsize len)
{
  g_autofree char *value = g_strndup (text, len);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilIceServers) servers = vigil_ice_servers_from_link (value, &error);

  if (!servers)
    fuzz_assert_error (&error);
  for (guint i = 0; servers && servers->relays && servers->relays[i]; i++)
    for (const char *p = servers->relays[i]; *p; p++)
      g_assert_true (*p > 0x20 && *p < 0x7f && *p != '"');
}

/* What comes out is one line each, with an address and never a name. */
static void
fuzz_fragment (const char *text, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) candidates = vigil_ice_fragment_parse (text, len, "theirs", &error);

  if (!candidates)
    fuzz_assert_error (&error);
  for (guint i = 0; candidates && candidates[i]; i++)
    {
      g_auto (GStrv) words = g_strsplit (candidates[i], " ", 8);

      g_assert_true (i < 32 && g_str_has_prefix (candidates[i], "candidate:") && !strpbrk (candidates[i], "\r\n"));
      g_assert_true (g_strv_length (words) == 8 && g_hostname_is_ip_address (words[4]));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (JsonNode) node = NULL;

  fuzz_init ();
  if (size > 0 && (text[0] == 'o' || text[0] == 'c'))
    {
      node = vigil_json_parse (text + 1, size - 1, NULL);
      if (text[0] == 'o')
        fuzz_offer (node);
      else
        fuzz_consumer (node);
      return 0;
    }
  if (size > 0 && text[0] == 'l')
    {
      fuzz_links (text + 1, size - 1);
      return 0;
    }
  if (size > 0 && text[0] == 'f')
    {
      fuzz_fragment (text + 1, size - 1);
      return 0;
    }
  fuzz_answer (text, size);
  fuzz_whep (text, size);
  return 0;
}
