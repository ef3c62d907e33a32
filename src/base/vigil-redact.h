/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes secrets out of anything that is about to be logged or shown. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * vigil_redact:
 * @text: (nullable): any text: a URL, JSON, SDP, a header
 *
 * Returns: (transfer full): @text with bearer tokens, "token" members, signatures of presigned
 * URLs (any query value), ICE passwords, DTLS fingerprints and JWT-looking words replaced by "•••".
 * Thread: any.
 */
char *vigil_redact (const char *text);

G_END_DECLS
