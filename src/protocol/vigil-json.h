/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON from the wire: checked strictly first, then parsed by json-glib. */
#pragma once

#include <json-glib/json-glib.h>

#include "vigil-protocol-error.h"

G_BEGIN_DECLS

/** Deepest nesting taken from the wire (docs/protocol.md, Limits). */
#define VIGIL_JSON_MAX_DEPTH 32

/** Largest integer that JavaScript and we agree on. */
#define VIGIL_JSON_MAX_INT G_GINT64_CONSTANT (9007199254740991)

/**
 * vigil_json_check:
 * @text: @len bytes, not necessarily terminated
 *
 * Whether @text is one JSON value after RFC 8259 that json-glib can be trusted with: valid UTF-8,
 * at most VIGIL_JSON_MAX_DEPTH deep, no NUL and no lone surrogate in a string, every integer within
 * ±VIGIL_JSON_MAX_INT and every other number finite. Recurses never, allocates nothing.
 *
 * json-glib on its own takes comments, wraps huge integers round and recurses as deep as it is told.
 * Thread: any. Errors: VIGIL_PROTOCOL_ERROR_MALFORMED or _LIMIT, with the byte offset.
 */
gboolean vigil_json_check (const char *text, gsize len, GError **error);

/**
 * vigil_json_parse:
 *
 * vigil_json_check() and then json-glib. Of duplicate members the last one counts.
 * Thread: any. Returns: (transfer full): an immutable node, or %NULL with @error set.
 */
JsonNode *vigil_json_parse (const char *text, gsize len, GError **error);

/** One line of JSON. Floats that need an exponent must not be in @node: json-glib writes them
 *  wrongly ("1e+71.0"). Returns: (transfer full). Thread: any. */
char *vigil_json_to_string (JsonNode *node);

G_END_DECLS
