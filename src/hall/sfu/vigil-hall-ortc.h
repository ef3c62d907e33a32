/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mediasoup's JSON shapes, and the SDP behind them. Pure; no I/O. */
#pragma once

#include <json-glib/json-glib.h>

#include "vigil-sim-look.h"

G_BEGIN_DECLS

/* What a mediasoup router with these two codecs would choose. */
#define VIGIL_HALL_ORTC_OPUS_PAYLOAD 100
#define VIGIL_HALL_ORTC_VP8_PAYLOAD 101

typedef enum
{
  VIGIL_HALL_KIND_AUDIO,
  VIGIL_HALL_KIND_VIDEO,
} VigilHallKind;

JsonObject *vigil_hall_ortc_dup_capabilities (void);
gboolean    vigil_hall_ortc_can_consume      (JsonObject     *capabilities,
                                              VigilHallKind   kind,
                                              GError        **error);
JsonObject *vigil_hall_ortc_consumer         (const char     *consumer_id,
                                              const char     *producer_id,
                                              VigilHallKind   kind,
                                              guint32         ssrc,
                                              const char     *cname,
                                              gboolean        paused);
JsonObject *vigil_hall_ortc_transport        (const char     *transport_id,
                                              const char     *offer_sdp,
                                              GPtrArray      *ice_candidates,
                                              GError        **error);
char       *vigil_hall_ortc_answer_sdp       (const char     *offer_sdp,
                                              JsonObject     *dtls_parameters,
                                              JsonObject     *ice_parameters,
                                              GError        **error);

G_END_DECLS
