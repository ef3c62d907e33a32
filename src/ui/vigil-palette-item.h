/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of the command palette: a command that can run now, or a candidate. */
#pragma once

#include "vigil-commands.h"
#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_PALETTE_ITEM (vigil_palette_item_get_type ())
G_DECLARE_FINAL_TYPE (VigilPaletteItem, vigil_palette_item, VIGIL, PALETTE_ITEM, GObject)

/** Immutable. @active: the choice that is made at present, or a switch that is on. */
VigilPaletteItem   *vigil_palette_item_new_command (const VigilCommand *command, gboolean active);
/** Something that is in no table: @title and what is done. @target may be floating. */
VigilPaletteItem   *vigil_palette_item_new_action (const char *title, const char *action, GVariant *target, gboolean active);
VigilPaletteItem   *vigil_palette_item_new_candidate (const VigilCandidate *candidate);

/** What it does, as an action of the window. Returns: FALSE for a candidate. */
gboolean            vigil_palette_item_get_action (VigilPaletteItem *self, char **name, GVariant **target);
VigilHandle         vigil_palette_item_get_candidate (VigilPaletteItem *self); /* VIGIL_HANDLE_NONE: a command */
const char         *vigil_palette_item_get_title (VigilPaletteItem *self);
const char         *vigil_palette_item_get_detail (VigilPaletteItem *self);    /* nullable: a candidate's id */
gboolean            vigil_palette_item_get_active (VigilPaletteItem *self);
/** The first of a command's keys, as an accelerator. Returns: (transfer full) (nullable). */
char               *vigil_palette_item_dup_accelerator (VigilPaletteItem *self);
/** What a screen reader says: title, id or key, and whether it is chosen. Returns: (transfer full). */
char               *vigil_palette_item_describe (VigilPaletteItem *self);
/** Whether every one of @words (vigil_search_key_split()) is in the title. */
gboolean            vigil_palette_item_matches (VigilPaletteItem *self, char **words);

G_END_DECLS
