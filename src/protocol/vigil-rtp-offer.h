/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ORTC → SDP: one static remote offer for all consumers of a receive transport. */
#pragma once

#include "vigil-json.h"

G_BEGIN_DECLS

/**
 * vigil_rtp_offer_build:
 * @router_capabilities: rtpCapabilities of getRouterRtpCapabilities
 * @transport: the answer of createWebRtcTransport
 *
 * The offer that webrtcbin answers once: bundled, actpass, one sendonly m-line for each of opus,
 * VP8 and H264 (baseline, packetization mode 1) that the router has, payload types of the router,
 * no SSRCs, no header extensions, no rtx (a lost packet is sent again on its own SSRC). A consumer
 * is then only a new SSRC.
 *
 * Everything that gets into the text is checked against its own grammar, so no answer of a server
 * can add a line. Addresses must be addresses, not names.
 *
 * Errors: VIGIL_PROTOCOL_ERROR_FIELD naming the member, _UNSUPPORTED without a usable codec or
 * fingerprint. Thread: any. Returns: (transfer full): a secret, it holds the ICE password.
 */
char *vigil_rtp_offer_build (JsonNode *router_capabilities, JsonNode *transport, GError **error);

/** Id of a transport, from the answer of createWebRtcTransport. Returns: (transfer full). */
char *vigil_rtp_transport_dup_id (JsonNode *transport, GError **error);

G_END_DECLS
