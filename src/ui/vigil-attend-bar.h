/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a candidate waits in the queue, and what can be decided about it. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_ATTEND_BAR (vigil_attend_bar_get_type ())
G_DECLARE_FINAL_TYPE (VigilAttendBar, vigil_attend_bar, VIGIL, ATTEND_BAR, GtkWidget)

/** Main thread only. Hidden while nothing of its candidate waits. Its buttons are "win.confirm" and the like.
 *  Signal "attend" (VigilTriageItem*): the operator wants to look after it. */
GtkWidget *vigil_attend_bar_new (VigilSession *session);

/** @student_id: (nullable). */
void       vigil_attend_bar_set_student (VigilAttendBar *self, const char *student_id);

G_END_DECLS
