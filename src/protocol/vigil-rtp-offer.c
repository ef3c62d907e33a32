/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The static remote offer. Its strings were checked where they were read. */
#include "vigil-rtp-offer.h"

#include <string.h>

#include "vigil-rtp-capabilities.h"
#include "vigil-rtp-transport.h"

static void
append_bundle (GString *sdp, guint n)
{
  g_string_append (sdp, "a=group:BUNDLE");
  for (guint i = 0; i < n; i++)
    g_string_append_printf (sdp, " %u", i);
  g_string_append (sdp, "\r\n");
}

static void
append_rtpmap (GString *sdp, VigilCodec codec, const VigilRouterCodec *router)
{
  static const char *const names[VIGIL_N_CODECS] = { "opus/48000/2", "VP8/90000", "H264/90000" };
  guint pt = router->payload_type;

  g_string_append_printf (sdp, "a=rtpmap:%u %s\r\n", pt, names[codec]);
  if (router->fmtp)
    g_string_append_printf (sdp, "a=fmtp:%u %s\r\n", pt, router->fmtp);
  if (vigil_codec_is_audio (codec))
    return;
  g_string_append_printf (sdp, "a=rtcp-fb:%u nack\r\n", pt);
  g_string_append_printf (sdp, "a=rtcp-fb:%u nack pli\r\n", pt);
  g_string_append_printf (sdp, "a=rtcp-fb:%u ccm fir\r\n", pt);
}

static void
append_transport (GString *sdp, const VigilRtpTransport *transport)
{
  g_string_append_printf (sdp, "a=ice-ufrag:%s\r\n", transport->ufrag);
  g_string_append_printf (sdp, "a=ice-pwd:%s\r\n", transport->password);
  for (guint i = 0; i < transport->candidates->len; i++)
    g_string_append_printf (sdp, "a=%s\r\n", (char *) g_ptr_array_index (transport->candidates, i));
  g_string_append (sdp, "a=end-of-candidates\r\n");
  g_string_append_printf (sdp, "a=fingerprint:%s %s\r\n", transport->fingerprint_algorithm, transport->fingerprint);
  g_string_append (sdp, "a=setup:actpass\r\n");
}

static void
append_media (GString *sdp, guint mid, VigilCodec codec, const VigilRouterCodec *router, const VigilRtpTransport *transport)
{
  g_string_append_printf (sdp, "m=%s 9 UDP/TLS/RTP/SAVPF %u\r\n",
                          vigil_codec_is_audio (codec) ? "audio" : "video", router->payload_type);
  g_string_append (sdp, "c=IN IP4 0.0.0.0\r\n");
  g_string_append_printf (sdp, "a=mid:%u\r\n", mid);
  g_string_append (sdp, "a=sendonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\n");
  append_rtpmap (sdp, codec, router);
  append_transport (sdp, transport);
}

char *
vigil_rtp_offer_build (JsonNode *router_capabilities, JsonNode *transport_node, GError **error)
{
  g_auto (VigilRouterCodecs) codecs = { 0 };
  g_autoptr (VigilRtpTransport) transport = NULL;
  GString *sdp;
  guint n = 0;

  if (!vigil_router_codecs_read (router_capabilities, &codecs, error))
    return NULL;
  transport = vigil_rtp_transport_from_json (transport_node, error);
  if (!transport)
    return NULL;
  for (guint i = 0; i < VIGIL_N_CODECS; i++)
    n += codecs.codecs[i].present;
  sdp = g_string_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
  if (transport->ice_lite)
    g_string_append (sdp, "a=ice-lite\r\n");
  append_bundle (sdp, n);
  n = 0;
  /* One codec a line: webrtcbin answers only the first payload type of a line. */
  for (guint i = 0; i < VIGIL_N_CODECS; i++)
    if (codecs.codecs[i].present)
      append_media (sdp, n++, (VigilCodec) i, &codecs.codecs[i], transport);
  return g_string_free (sdp, FALSE);
}

char *
vigil_rtp_transport_dup_id (JsonNode *transport_node, GError **error)
{
  g_autoptr (VigilRtpTransport) transport = vigil_rtp_transport_from_json (transport_node, error);

  return transport ? g_steal_pointer (&transport->id) : NULL;
}
