/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rooms of an exam with their counts, several of which may be chosen as a filter. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-roster-view.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_ROOM_MENU (vigil_room_menu_get_type ())
G_DECLARE_FINAL_TYPE (VigilRoomMenu, vigil_room_menu, VIGIL, ROOM_MENU, GtkPopover)

/** A popover without a view; its parent is who shows it. */
GtkWidget *vigil_room_menu_new (void);

/** Lists the rooms of @view as they are now and pops up. */
void vigil_room_menu_show (VigilRoomMenu *self, VigilRosterView *view);

G_END_DECLS
