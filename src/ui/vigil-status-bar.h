/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bar that always tells the truth: feed, SFU, evidence, how many, how fresh. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_STATUS_BAR (vigil_status_bar_get_type ())
G_DECLARE_FINAL_TYPE (VigilStatusBar, vigil_status_bar, VIGIL, STATUS_BAR, GtkWidget)

/** Follows the session by itself. */
GtkWidget *vigil_status_bar_new (VigilSession *session);

G_END_DECLS
