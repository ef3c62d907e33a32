/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One incident: what befell whom, who is back, and what to do with the violations that it explains. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_INCIDENT_PAGE (vigil_incident_page_get_type ())
G_DECLARE_FINAL_TYPE (VigilIncidentPage, vigil_incident_page, VIGIL, INCIDENT_PAGE, GtkWidget)

/** Main thread only. Signals "open" (guint handle): a member; "back" (): Escape. Its buttons are "win.dismiss" and "win.split". */
GtkWidget       *vigil_incident_page_new (VigilSession *session);

/** @item: (nullable): an incident of the queue. */
void             vigil_incident_page_set_item (VigilIncidentPage *self, VigilTriageItem *item);
VigilTriageItem *vigil_incident_page_get_item (VigilIncidentPage *self);

G_END_DECLS
