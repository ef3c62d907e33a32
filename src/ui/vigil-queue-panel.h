/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue beside the wall: what waits, oldest first. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_QUEUE_PANEL (vigil_queue_panel_get_type ())
G_DECLARE_FINAL_TYPE (VigilQueuePanel, vigil_queue_panel, VIGIL, QUEUE_PANEL, GtkWidget)

/** Main thread only. Signal "chosen" (VigilTriageItem*): to be attended to. Its buttons use "win.next". */
GtkWidget *vigil_queue_panel_new (VigilSession *session);

/** The focus goes to the list: to what is attended to, else to the first. */
void       vigil_queue_panel_focus (VigilQueuePanel *self);

G_END_DECLS
