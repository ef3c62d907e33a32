/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event of the hall, from its name and argument. */
#pragma once

#include "vigil-hall-event.h"
#include "vigil-json.h"

G_BEGIN_DECLS

/**
 * vigil_hall_message_parse:
 * @event: the name, in the words of docs/protocol.md (after the profile)
 * @argument: (nullable): its argument, likewise
 *
 * Score events are not among them; see VigilScoreScanner.
 *
 * Errors: VIGIL_PROTOCOL_ERROR_UNKNOWN for an event that is not in the protocol (to be ignored),
 * _FIELD naming event and member. Thread: any. Returns: (transfer full).
 */
VigilHallEvent *vigil_hall_message_parse (const char *event, JsonNode *argument, GError **error);

/**
 * vigil_hall_message_parse_position:
 *
 * What is left of an event that vigil_hall_message_parse() refused: without its number the next one would look as
 * if something were missing. Returns: (transfer full) (nullable): a VIGIL_HALL_EVENT_OTHER; %NULL if it has no number.
 */
VigilHallEvent *vigil_hall_message_parse_position (JsonNode *argument);

G_END_DECLS
