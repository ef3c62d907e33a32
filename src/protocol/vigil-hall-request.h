/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments of requests and bodies of HTTP calls. */
#pragma once

#include "vigil-json.h"
#include "vigil-violation.h"

G_BEGIN_DECLS

/* All of these: Returns: (transfer full): an object. Thread: any. Strings are copied. */

/** {} */
JsonNode *vigil_request_empty (void);
/** joinExam */
JsonNode *vigil_request_join_exam (const char *exam_id);
/** createWebRtcTransport {direction: "recv"} */
JsonNode *vigil_request_create_transport (void);
/**
 * connectTransport
 * @dtls_parameters: (transfer none): as vigil_rtp_answer_get_dtls_parameters() gives it
 * @ice_parameters: (transfer none) (nullable): likewise
 */
JsonNode *vigil_request_connect_transport (const char *transport_id, JsonNode *dtls_parameters, JsonNode *ice_parameters);
/** closeTransport */
JsonNode *vigil_request_close_transport (const char *transport_id);
/** consume, always paused. @rtp_capabilities: (transfer none): ours. */
JsonNode *vigil_request_consume (const char *transport_id, const char *producer_id, JsonNode *rtp_capabilities);
/** resumeConsumer, pauseConsumer, closeConsumer, requestKeyFrame */
JsonNode *vigil_request_consumer (const char *consumer_id);
/** setConsumerPreferredLayers; @temporal_layer −1: not said. */
JsonNode *vigil_request_preferred_layers (const char *consumer_id, int spatial_layer, int temporal_layer);

/** Body of PUT …/bypasses/{sid}; @expires_at_ms 0: until the exam ends. @signals: (nullable). */
JsonNode *vigil_request_bypass (const char *reason, const char *category, const char *const *signals, gint64 expires_at_ms);
/** Body of DELETE …/bypasses/{sid}; @reason: (nullable). */
JsonNode *vigil_request_revoke (const char *reason);
/** Body of PUT /flags/{id}/verdict; @note: (nullable); @until_ms: with a snooze (VIGIL_VERDICT_OPEN), else 0. */
JsonNode *vigil_request_verdict (VigilVerdict verdict, const char *note, gint64 until_ms);
/** Body of POST …/interventions; @text and @reason: (nullable); @seconds 0: none. */
JsonNode *vigil_request_intervention (const char *kind, const char *text, const char *reason, guint seconds);
/** Body of POST …/snapshots; @note: (nullable); @data: the picture's file in base64. */
JsonNode *vigil_request_snapshot (VigilSource source, gint64 at_ms, const char *note, const char *content_type, const char *data);

G_END_DECLS
