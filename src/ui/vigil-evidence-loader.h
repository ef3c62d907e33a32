/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence frames as textures: fetched, decoded in a thread, kept in a bounded cache. */
#pragma once

#include <gdk/gdk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_EVIDENCE_LOADER (vigil_evidence_loader_get_type ())
G_DECLARE_FINAL_TYPE (VigilEvidenceLoader, vigil_evidence_loader, VIGIL, EVIDENCE_LOADER, GObject)

/** Main thread only. Keeps at most the setting evidence-cache of decoded pixels, least recently used go first. */
VigilEvidenceLoader *vigil_evidence_loader_new (VigilHallDirectory *directory, VigilSettings *settings);

/** @max_side: see vigil_evidence_decode(). Errors: VIGIL_SESSION_ERROR, VIGIL_EVIDENCE_ERROR. */
void        vigil_evidence_loader_load_async  (VigilEvidenceLoader *self, VigilEvidenceItem *item, int max_side, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (transfer full). */
GdkTexture *vigil_evidence_loader_load_finish (VigilEvidenceLoader *self, GAsyncResult *result, GError **error);

/** Bytes of pixels in the cache. */
gsize       vigil_evidence_loader_get_cached (VigilEvidenceLoader *self);

G_END_DECLS
