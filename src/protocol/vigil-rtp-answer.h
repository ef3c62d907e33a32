/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SDP → ORTC: what connectTransport needs from our own answer. */
#pragma once

#include "vigil-json.h"

G_BEGIN_DECLS

/** All of it is checked; the same for every m-line, or the answer is refused. */
typedef struct
{
  char *ufrag;
  char *password;              /* a secret */
  char *fingerprint_algorithm;
  char *fingerprint;
  char *role;                  /* "client" (a=setup:active) or "server" (passive) */
} VigilRtpAnswer;

/** Errors: VIGIL_PROTOCOL_ERROR_FIELD naming the attribute. Returns: (transfer full). Thread: any. */
VigilRtpAnswer *vigil_rtp_answer_parse (const char *sdp, GError **error);
void            vigil_rtp_answer_free (VigilRtpAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilRtpAnswer, vigil_rtp_answer_free)

/** {role, fingerprints: [{algorithm, value}]}. Returns: (transfer full). */
JsonNode *vigil_rtp_answer_get_dtls_parameters (const VigilRtpAnswer *self);
/** {usernameFragment, password}. Returns: (transfer full): a secret. */
JsonNode *vigil_rtp_answer_get_ice_parameters (const VigilRtpAnswer *self);

G_END_DECLS
