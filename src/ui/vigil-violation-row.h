/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A violation in a list: what was seen, when, how often, and its evidence frames. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-evidence-loader.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_VIOLATION_ROW (vigil_violation_row_get_type ())
G_DECLARE_FINAL_TYPE (VigilViolationRow, vigil_violation_row, VIGIL, VIOLATION_ROW, GtkListBoxRow)

/** Signal "enlarge" (VigilEvidenceItem*). */
GtkWidget      *vigil_violation_row_new (VigilScoringPolicy *policy, VigilEvidenceLoader *loader);
/** Shows @violation, also when it has grown since. */
void            vigil_violation_row_set_violation (VigilViolationRow *self, VigilViolation *violation);
VigilViolation *vigil_violation_row_get_violation (VigilViolationRow *self);

G_END_DECLS
