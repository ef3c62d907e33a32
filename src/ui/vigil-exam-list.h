/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exams of a hall. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_EXAM_LIST (vigil_exam_list_get_type ())
G_DECLARE_FINAL_TYPE (VigilExamList, vigil_exam_list, VIGIL, EXAM_LIST, GtkWidget)

/** Signal "chosen" (gpointer VigilExam, transfer none). */
GtkWidget *vigil_exam_list_new (void);

/** Reads the exams. @exam_id: (nullable): chosen at once if it is there; if @only, a single running
 *  exam is chosen at once too. */
void vigil_exam_list_load (VigilExamList *self, VigilHallDirectory *directory, const char *exam_id, gboolean only);

G_END_DECLS
