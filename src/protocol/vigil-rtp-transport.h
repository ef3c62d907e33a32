/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server's WebRTC transport: ICE and DTLS parameters, checked character by character. */
#pragma once

#include <gio/gio.h>

#include "vigil-json.h"

G_BEGIN_DECLS

/** All strings are safe to put into SDP. */
typedef struct
{
  char      *id;
  char      *ufrag;
  char      *password;              /* a secret */
  gboolean   ice_lite;
  GPtrArray *candidates;            /* of char*: "candidate:… typ host", without "a=" */
  char      *fingerprint_algorithm; /* "sha-256" */
  char      *fingerprint;           /* "82:5A:…", upper case */
} VigilRtpTransport;

/** The answer of createWebRtcTransport. Errors name the member. Returns: (transfer full). Thread: any. */
VigilRtpTransport *vigil_rtp_transport_from_json (JsonNode *node, GError **error);
void               vigil_rtp_transport_free (VigilRtpTransport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilRtpTransport, vigil_rtp_transport_free)

/** Whether @text is 4..256 (ufrag) or 22..256 (password) ICE characters. */
gboolean vigil_ice_is_ufrag (const char *text);
gboolean vigil_ice_is_password (const char *text);
/** Whether @value is colon-separated hex of the length of @algorithm (sha-256, sha-384, sha-512). */
gboolean vigil_dtls_is_fingerprint (const char *algorithm, const char *value);

G_END_DECLS
