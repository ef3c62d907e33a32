/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line across the window, there only while something is wrong with us. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-incident.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_INCIDENT_BANNER (vigil_incident_banner_get_type ())
G_DECLARE_FINAL_TYPE (VigilIncidentBanner, vigil_incident_banner, VIGIL, INCIDENT_BANNER, GtkWidget)

/** Follows the session by itself. Signal "sign-in" (): the button of an expired token was pressed. */
GtkWidget *vigil_incident_banner_new (void);
/** %NULL: nothing to watch. */
void       vigil_incident_banner_set_session (VigilIncidentBanner *self, VigilSession *session);
/** The hall wants a new token, or has got one. */
void       vigil_incident_banner_set_needs_token (VigilIncidentBanner *self, gboolean needs_token);

G_END_DECLS
