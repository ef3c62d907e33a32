/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults on demand: POST /control, and --fault. For tests and rehearsed incidents; loopback only. */
#pragma once

#include <json-glib/json-glib.h>

#include "vigil-hall-private.h"

G_BEGIN_DECLS

/** Serves POST /control on the hall's server. */
void vigil_hall_control_add (VigilHall *hall);

/**
 * vigil_hall_control_apply:
 * @arguments: {"op", …}
 * @out: members of the answer are appended
 *
 * Does it at once. Errors: INVALID, NOT_FOUND.
 */
gboolean vigil_hall_control_apply (VigilHall *hall, JsonNode *arguments, GString *out, GError **error);

/** A line for each order there is. Returns: (transfer full). */
char *vigil_hall_control_dup_help (void);

/** "op,key=value,…" as an object. Returns: (transfer full). */
JsonNode *vigil_hall_control_parse_spec (const char *spec);

G_END_DECLS
