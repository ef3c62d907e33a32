/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One evidence frame, small, with the time it was captured. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-evidence-loader.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_EVIDENCE_THUMB (vigil_evidence_thumb_get_type ())
G_DECLARE_FINAL_TYPE (VigilEvidenceThumb, vigil_evidence_thumb, VIGIL, EVIDENCE_THUMB, GtkWidget)

/** Loads its picture when it is first mapped. Signal "enlarge" (): clicked or Return. */
GtkWidget         *vigil_evidence_thumb_new (VigilEvidenceLoader *loader, VigilEvidenceItem *item);
VigilEvidenceItem *vigil_evidence_thumb_get_item (VigilEvidenceThumb *self);

G_END_DECLS
