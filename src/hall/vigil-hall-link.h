/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The signalling of a candidate's real browser: the namespace "/candidate". The hall's thread.
 *
 * The hall's own simulated candidates do without; a candidate with a link is left alone by the
 * simulation until the link is gone.
 */
#pragma once

#include "vigil-hall-private.h"
#include "vigil-hall-socket.h"

G_BEGIN_DECLS

/** Replaces an older link of the same candidate. Errors: NOT_FOUND. Returns: (transfer full). */
VigilHallLink *vigil_hall_link_new  (VigilHall *hall, VigilHallSocket *socket, VigilHallIdentity *identity, GError **error);
void           vigil_hall_link_free (VigilHallLink *self);

/** TRUE: acknowledged. */
gboolean vigil_hall_link_request (VigilHallLink *self, const char *name, JsonNode *argument, gint64 ack_id, GError **error);

/** The link of @candidate. Returns: (transfer none) (nullable). */
VigilHallLink *vigil_hall_link_find (VigilHall *hall, const VigilHallCandidate *candidate);

/** Sends intervention @row to the candidate's browser; FALSE if it has none here. */
gboolean vigil_hall_link_tell_intervention (VigilHall *hall, const VigilHallCandidate *candidate, gint64 row);

/** Tells the browser that proctoring is on or off. */
void vigil_hall_link_tell_proctoring (VigilHall *hall, const VigilHallCandidate *candidate);

G_END_DECLS
