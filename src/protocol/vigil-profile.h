/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection profile: what another hall calls the things of docs/protocol.md. */
#pragma once

#include "vigil-json.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_PROFILE (vigil_profile_get_type ())
G_DECLARE_FINAL_TYPE (VigilProfile, vigil_profile, VIGIL, PROFILE, GObject)

/**
 * vigil_profile_new_from_data:
 * @json: a profile (data/profiles/), @len bytes
 *
 * Errors: VIGIL_PROTOCOL_ERROR naming the member: unknown members, two names mapped to one, names
 * that could not stand in a message. Returns: (transfer full): immutable; any thread.
 */
VigilProfile *vigil_profile_new_from_data (const char *json, gsize len, GError **error);

/** The profile that changes nothing. Returns: (transfer full). */
VigilProfile *vigil_profile_new_default (void);

/* Everywhere below a %NULL profile is the default one. */

const char *vigil_profile_get_id (VigilProfile *self);
const char *vigil_profile_get_title (VigilProfile *self);
/** "/api/v1"; begins with a slash and does not end with one. */
const char *vigil_profile_get_api_prefix (VigilProfile *self);
/** "/socket.io/"; begins and ends with a slash. */
const char *vigil_profile_get_socket_path (VigilProfile *self);
/** The member that holds the argument of requests and events; %NULL: none. */
const char *vigil_profile_get_wrapper (VigilProfile *self);
/** Whether socket.io has the msgpack parser there. */
gboolean vigil_profile_is_msgpack (VigilProfile *self);
/** Whether 100 is clean on the wire. */
gboolean vigil_profile_is_score_inverted (VigilProfile *self);

/** The wire's name; @name itself where the profile has none. Borrowed from the profile or @name. */
const char *vigil_profile_event_to_wire (VigilProfile *self, const char *name);
const char *vigil_profile_event_from_wire (VigilProfile *self, const char *name);
const char *vigil_profile_request_to_wire (VigilProfile *self, const char *name);
const char *vigil_profile_request_from_wire (VigilProfile *self, const char *name);
const char *vigil_profile_field_to_wire (VigilProfile *self, const char *name);
const char *vigil_profile_field_from_wire (VigilProfile *self, const char *name);

/**
 * vigil_profile_decode:
 * @node: (nullable): an event's argument, an acknowledgement or an HTTP answer, as it came
 *
 * The same in the words of docs/protocol.md: unwrapped (where the wrapper is there), fields renamed
 * at every depth, every "score" turned over if the profile says so. Costs nothing where the
 * profile changes nothing. Thread: any. Returns: (transfer full) (nullable).
 */
JsonNode *vigil_profile_decode (VigilProfile *self, JsonNode *node);

/** The way back, for the argument of a request. @wrap: also put it into the wrapper. Returns: (transfer full). */
JsonNode *vigil_profile_encode (VigilProfile *self, JsonNode *node, gboolean wrap);

G_END_DECLS
