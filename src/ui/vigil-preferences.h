/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of the design, within their ranges. */
#pragma once

#include <adwaita.h>

#include "vigil-settings.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_PREFERENCES (vigil_preferences_get_type ())
G_DECLARE_FINAL_TYPE (VigilPreferences, vigil_preferences, VIGIL, PREFERENCES, AdwPreferencesWindow)

GtkWidget *vigil_preferences_new (GtkWindow *parent, VigilSettings *settings);

G_END_DECLS
