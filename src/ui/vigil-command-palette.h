/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl+K: all that can be done now, and everybody who is here, found by typing. */
#pragma once

#include <adwaita.h>

#include "vigil-palette-item.h"
#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_COMMAND_PALETTE (vigil_command_palette_get_type ())
G_DECLARE_FINAL_TYPE (VigilCommandPalette, vigil_command_palette, VIGIL, COMMAND_PALETTE, AdwWindow)

/**
 * Lists the commands whose actions @parent (an action group) or its application has and that are enabled, and
 * once something is typed also candidates of @session (nullable) by name or id. Main thread only. It closes itself
 * when something was chosen; a command then runs on @parent.
 *
 * Signal: "candidate" (guint handle): a candidate was chosen.
 */
GtkWidget *vigil_command_palette_new (GtkWindow *parent, VigilSession *session);

/** Lists @item (transfer full) behind the commands. */
void       vigil_command_palette_add (VigilCommandPalette *self, VigilPaletteItem *item);

G_END_DECLS
