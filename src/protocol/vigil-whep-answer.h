/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WHEP server's answer to our offer of one line. */
#pragma once

#include <glib.h>

#include "vigil-types.h"

G_BEGIN_DECLS

/** An answer is no longer than this, in bytes. */
#define VIGIL_WHEP_MAX_SDP (64 * 1024)

/** What will come. */
typedef struct
{
  char  *sdp;           /* for the media layer; a secret */
  VigilMediaKind kind;
  char  *codec;         /* "VP8" or "H264": what the server prefers (RFC 3264, 6.1); of sound "OPUS" */
  char  *other_codec;   /* nullable: the other one, which it has kept as well; either may come, and at any time */
  guint  payload_type;  /* of @codec */
  guint  clock_rate;
  char  *ufrag;         /* the server's */
} VigilWhepAnswer;

/**
 * vigil_whep_answer_parse:
 * @sdp: as it came
 * @len: in bytes
 * @kind: what was offered
 *
 * Also checks what the media layer and ICE will need of it. A server that leaves it open who begins DTLS (actpass, as a Janus
 * 1.1.2 says of its mountpoints) is taken to begin: that one does. Errors: VIGIL_PROTOCOL_ERROR naming the line; _UNSUPPORTED
 * for an answer that is right and of no use. No value of it is in them: some are secrets. Thread: any.
 */
VigilWhepAnswer *vigil_whep_answer_parse (const char *sdp, gsize len, VigilMediaKind kind, GError **error);
void             vigil_whep_answer_free (VigilWhepAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWhepAnswer, vigil_whep_answer_free)

/** What @offer_sdp, which is our own, has a line for. Thread: any. */
VigilMediaKind vigil_whep_offer_get_kind (const char *offer_sdp);

G_END_DECLS
