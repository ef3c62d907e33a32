/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A WHEP server's answer to our offer of one video line. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** An answer is no longer than this, in bytes. */
#define VIGIL_WHEP_MAX_SDP (64 * 1024)

/** What will come. */
typedef struct
{
  char  *sdp;           /* for the media layer; a secret */
  char  *codec;         /* "VP8" or "H264" */
  guint  payload_type;
  guint  clock_rate;
} VigilWhepAnswer;

/**
 * vigil_whep_answer_parse:
 * @sdp: as it came
 * @len: in bytes
 *
 * Also checks what the media layer and ICE will need of it. A server that leaves it open who begins DTLS (actpass, as a Janus
 * 1.1.2 says of its mountpoints) is taken to begin: that one does. Errors: VIGIL_PROTOCOL_ERROR naming the line; _UNSUPPORTED
 * for an answer that is right and of no use. No value of it is in them: some are secrets. Thread: any.
 */
VigilWhepAnswer *vigil_whep_answer_parse (const char *sdp, gsize len, GError **error);
void             vigil_whep_answer_free (VigilWhepAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWhepAnswer, vigil_whep_answer_free)

G_END_DECLS
