/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The snapshots that operators took of a candidate, with their notes. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-evidence-loader.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SNAPSHOT_LIST (vigil_snapshot_list_get_type ())
G_DECLARE_FINAL_TYPE (VigilSnapshotList, vigil_snapshot_list, VIGIL, SNAPSHOT_LIST, GtkWidget)

/** Main thread only. Not visible while there are none. Signal "enlarge" (VigilEvidenceItem *item). */
GtkWidget *vigil_snapshot_list_new (VigilSession *session, VigilEvidenceLoader *loader);

/** Reads those of a candidate, and again when one of them was taken from here; NULL: empties it. */
void       vigil_snapshot_list_set_student (VigilSnapshotList *self, const char *student_id);

/** "Snapshot by m.ortiz at 10:21. Not live": what stands above one that is shown large. Returns: (transfer full). */
char      *vigil_snapshot_list_caption (const VigilEvidenceItem *item);

G_END_DECLS
