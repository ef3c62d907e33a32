/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MessagePack to and from JSON nodes: what socket.io's msgpack parser puts on the wire. */
#pragma once

#include "vigil-json.h"

G_BEGIN_DECLS

/**
 * vigil_msgpack_parse:
 *
 * One value and nothing after it, with the limits that JSON from the wire has: at most VIGIL_JSON_MAX_DEPTH deep, strings
 * valid UTF-8 without NUL, integers within ±VIGIL_JSON_MAX_INT, other numbers finite, the names of members strings; of
 * duplicates the last one counts. "undefined" (an extension of JavaScript's encoder) reads as null. No length is believed
 * that the rest of @data could not hold; nothing is allocated for one.
 *
 * Errors: VIGIL_PROTOCOL_ERROR_MALFORMED (also for binary and other extensions) or _LIMIT, with the byte offset.
 * Thread: any. Returns: (transfer full): an immutable node.
 */
JsonNode *vigil_msgpack_parse (const guint8 *data, gsize len, GError **error);

/** Appends @node to @into. @node: at most VIGIL_JSON_MAX_DEPTH deep. Thread: any. */
void vigil_msgpack_append (GByteArray *into, JsonNode *node);

/* The pieces a reader that makes no nodes needs. Each moves *@p and says FALSE where something else stands there. */

gboolean vigil_msgpack_take_string (const guint8 **p, const guint8 *end, const char **text, gsize *len);
gboolean vigil_msgpack_take_map    (const guint8 **p, const guint8 *end, guint *n);
gboolean vigil_msgpack_take_array  (const guint8 **p, const guint8 *end, guint *n);
/** Any number, float or not. */
gboolean vigil_msgpack_take_number (const guint8 **p, const guint8 *end, double *value);
gboolean vigil_msgpack_take_nil    (const guint8 **p, const guint8 *end);

G_END_DECLS
