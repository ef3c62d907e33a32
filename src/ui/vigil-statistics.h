/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program is doing, in figures (F12). */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_STATISTICS (vigil_statistics_get_type ())
G_DECLARE_FINAL_TYPE (VigilStatistics, vigil_statistics, VIGIL, STATISTICS, GtkWidget)

/** Reads its figures once a second while it is mapped. */
GtkWidget *vigil_statistics_new (void);
void       vigil_statistics_set_session (VigilStatistics *self, VigilSession *session);

G_END_DECLS
