/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters that are on, as chips that can be taken off, and how many candidates are left. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FILTER_BAR (vigil_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (VigilFilterBar, vigil_filter_bar, VIGIL, FILTER_BAR, GtkWidget)

/** Follows the session's roster view by itself; hidden while there is nothing to say. */
GtkWidget *vigil_filter_bar_new (VigilSession *session, VigilRosterView *view);

G_END_DECLS
