/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What consume answered: for the media side, a consumer is an SSRC and a payload type. */
#pragma once

#include "vigil-json.h"
#include "vigil-types.h"

G_BEGIN_DECLS

typedef struct
{
  char           *id;
  char           *producer_id;
  VigilMediaKind  kind;
  const char     *codec;          /* static: "VP8", "H264", "OPUS" */
  guint           payload_type;
  guint           clock_rate;
  guint32         ssrc;
  guint32         rtx_ssrc;       /* 0: none */
  gboolean        producer_paused;
  gboolean        simulcast;      /* simulcast or svc: layers can be chosen */
  guint           n_layers;       /* spatial ones to choose from; 1: there is no choice, or nobody said how many */
} VigilRtpConsumer;

/**
 * vigil_rtp_consumer_from_json:
 * @node: the acknowledgement of consume, already checked to be ok
 *
 * Errors: VIGIL_PROTOCOL_ERROR_FIELD naming the member, _UNSUPPORTED for a codec that is not ours.
 * Returns: (transfer full). Thread: any.
 */
VigilRtpConsumer *vigil_rtp_consumer_from_json (JsonNode *node, GError **error);
void              vigil_rtp_consumer_free (VigilRtpConsumer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilRtpConsumer, vigil_rtp_consumer_free)

G_END_DECLS
