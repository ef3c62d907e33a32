/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far the list of candidates is read, with a way to stop that and to go on; floats over the wall. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_ROSTER_BAR (vigil_roster_bar_get_type ())
G_DECLARE_FINAL_TYPE (VigilRosterBar, vigil_roster_bar, VIGIL, ROSTER_BAR, GtkWidget)

/** Shows itself while a first reading goes on for more than one page, and while the list is incomplete. A list that is read
 *  again after a reconnect shows nothing: everybody is there. */
GtkWidget *vigil_roster_bar_new (VigilSession *session);

/** What it says, NULL: nothing; for tests. */
const char *vigil_roster_bar_get_text (VigilRosterBar *self);

G_END_DECLS
