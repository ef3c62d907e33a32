/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says calmly that we have not seen somebody for too long, and leads there. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_COVERAGE_BUTTON (vigil_coverage_button_get_type ())
G_DECLARE_FINAL_TYPE (VigilCoverageButton, vigil_coverage_button, VIGIL, COVERAGE_BUTTON, GtkWidget)

/**
 * Hidden while everybody was seen. Main thread only. Signal "show-candidate" (guint handle): one of those in its list
 * was chosen.
 */
GtkWidget  *vigil_coverage_button_new (VigilSession *session);

/** What it says, NULL: nothing; for tests. */
const char *vigil_coverage_button_get_text (VigilCoverageButton *self);

G_END_DECLS
