/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates, bypasses, violations and evidence from JSON. */
#pragma once

#include "vigil-candidate.h"
#include "vigil-json.h"
#include "vigil-violation.h"

G_BEGIN_DECLS

/**
 * vigil_candidate_info_from_json:
 * @node: a candidate object of docs/protocol.md
 * @is_delta: a session_update: only studentId is required and what is absent stays out of "fields"
 *
 * Thread: any. Errors: VIGIL_PROTOCOL_ERROR_FIELD naming the member. Returns: (transfer full).
 */
VigilCandidateInfo *vigil_candidate_info_from_json (JsonNode *node, gboolean is_delta, GError **error);

/** A bypass object. Its version becomes the etag, in quotes. Returns: (transfer full). Thread: any. */
VigilBypass *vigil_bypass_from_json (JsonNode *node, GError **error);

/**
 * A violation object. Evidence keys become items with key, kind and time but no URL; keys that are
 * not of the layout are kept as kind "camera" with the violation's time, so that nothing is hidden.
 * Returns: (transfer full). Thread: any.
 */
VigilViolation *vigil_violation_from_json (JsonNode *node, GError **error);

/**
 * An evidence item. A URL that is neither absolute http(s) nor a path of the hall is refused.
 * Returns: (transfer full). Thread: any.
 */
VigilEvidenceItem *vigil_evidence_item_from_json (JsonNode *node, GError **error);

G_END_DECLS
