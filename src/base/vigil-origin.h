/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether two URLs lead to the same server: the only place for the token of either. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * vigil_origin_is_same:
 * @a: (nullable): an absolute URL
 * @b: (nullable): another
 *
 * The same scheme, host and port (RFC 6454), a default port being the one that is not written; and the same user in both, if any.
 *
 * Returns: %FALSE as well if one of them is none. Thread: any.
 */
gboolean vigil_origin_is_same (const char *a, const char *b);

G_END_DECLS
