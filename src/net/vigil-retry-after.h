/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a server asks to be left alone (RFC 9110, 10.2.3). Private to net/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Nobody is believed for longer: who asks for a day is asked again sooner. */
#define VIGIL_RETRY_AFTER_MAX_MS (60 * 1000)

/**
 * vigil_retry_after_ms:
 * @text: (nullable): the header's value: seconds, or an HTTP date in any of its three forms
 * @now_ms: what the server's clock says, from its Date header; 0: it does not say, and ours counts. Epoch
 *
 * A date is compared with the clock that it was made by: ours may be hours off.
 *
 * Returns: milliseconds, %VIGIL_RETRY_AFTER_MAX_MS at most; 0 for a time that is over, and for what is neither. Thread: any.
 */
guint vigil_retry_after_ms (const char *text, gint64 now_ms);

G_END_DECLS
