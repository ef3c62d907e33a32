/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of one evidence object, and whether they are what they should be. Private to net/. */
#pragma once

#include "vigil-hall-api.h"
#include "vigil-violation.h"

G_BEGIN_DECLS

/**
 * vigil_evidence_fetch_async:
 * @item: where it is and what it should be; without a URL the hall is asked for one first
 * @max_bytes: more than this is not read
 *
 * Sends no token anywhere. Follows a few redirects, to encrypted places only. An address that has
 * expired (403) is asked for again, once. Size, sha256 and the kind of file are checked.
 * Thread: main. Errors: VIGIL_SESSION_ERROR.
 */
void    vigil_evidence_fetch_async  (VigilHallApi *api, VigilHttp *http, VigilHallAddress *address, const VigilNetLimits *limits,
                                     VigilEvidenceItem *item, gsize max_bytes, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
GBytes *vigil_evidence_fetch_finish (VigilHallApi *api, GAsyncResult *result, GError **error);

/** Whether @bytes begins like a file of @kind ("camera", "screen", "audio"; others: anything). Any thread. */
gboolean vigil_evidence_looks_like (const char *kind, GBytes *bytes);

G_END_DECLS
