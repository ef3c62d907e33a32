/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Janus's offer, which has an m-line a slot, and the two texts that are made of it. */
#pragma once

#include "vigil-rtp-answer.h"
#include "vigil-types.h"

G_BEGIN_DECLS

/** One m-line: a slot that any feed of its codec can be put behind. */
typedef struct
{
  char       *mid;
  const char *media;        /* "video", "audio" */
  const char *codec;        /* nullable: none that we receive; else "VP8", "H264", "OPUS" */
  guint       payload_type;
  guint       clock_rate;
  guint32     ssrc;         /* of all packets in this slot, whoever is behind it; 0: none was named */
  gboolean    inactive;     /* nobody is behind it */
} VigilJanusSlot;

typedef struct
{
  GPtrArray *slots;      /* of VigilJanusSlot, as the m-lines stand */
  JsonNode  *transport;  /* ICE and DTLS, in mediasoup's form; a secret */
} VigilJanusOffer;

VigilMediaKind vigil_janus_slot_get_kind (const VigilJanusSlot *self);

/**
 * vigil_janus_offer_parse:
 * @sdp: the SDP of "attached" or "updated"
 *
 * Errors: VIGIL_PROTOCOL_ERROR_FIELD or _LIMIT, naming what and in which m-line; two slots of one SSRC are an error: one's
 * packets would be the other's picture. Thread: any. Returns: (transfer full)
 */
VigilJanusOffer *vigil_janus_offer_parse (const char *sdp, GError **error);
void             vigil_janus_offer_free (VigilJanusOffer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilJanusOffer, vigil_janus_offer_free)

/**
 * vigil_janus_offer_dup_static:
 *
 * @sound_type: the payload type of a line for sound, be there a slot for it or not: there may be some later; 0: no such line
 *
 * The offer for media/: one m-line a codec and no SSRCs, as of any other SFU, however many slots there are. It has
 * the line VIGIL_SDP_FEEDBACK_ALONE. A secret. Returns: (transfer full)
 */
char *vigil_janus_offer_dup_static (const VigilJanusOffer *self, guint sound_type, GError **error);

/** What Janus is answered: every m-line of its offer with the one transport of @answer. Returns: (transfer full): a secret. */
char *vigil_janus_offer_dup_answer (const VigilJanusOffer *self, const VigilRtpAnswer *answer);

/** Whether @other begins with the same slots for the same codecs; it may have more only where @may_grow. Janus gives a line that was empty another SSRC when somebody is
 *  behind it again: @may_move says of each slot whether that may be. The error names the first that differs. */
gboolean vigil_janus_offer_check_same (const VigilJanusOffer *self, const VigilJanusOffer *other, const gboolean *may_move, gboolean may_grow, GError **error);

/** What Janus 1.1 gives sound in Opus, whatever its publishers call it. */
#define VIGIL_JANUS_OPUS_TYPE 111

/** Of an offer to media/: feedback on a stream must come alone in its RTCP packet, behind a report on that stream. Janus
 *  1.1.2 takes a compound for its first stream's, and key frames and lost packets of the others would never come. */
#define VIGIL_SDP_FEEDBACK_ALONE "a=x-vigil-feedback:alone"

G_END_DECLS
