/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate as large as there is room: webcam and shared screen side by side, and what can be done with them. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-tile.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FOCUS_CARD (vigil_focus_card_get_type ())
G_DECLARE_FINAL_TYPE (VigilFocusCard, vigil_focus_card, VIGIL, FOCUS_CARD, GtkWidget)

/**
 * @headed: with name, badge and state above it, as a group of its own that takes the focus; else only the pictures and
 *   what belongs to them, for a page that says the rest
 *
 * Main thread only. While it is mapped its candidate is focused (vigil_stream_controller_set_focused()).
 *
 * Signals, of one that is headed: "open" (): the candidate's page is asked for; "remove" ().
 */
GtkWidget  *vigil_focus_card_new (VigilSession *session, VigilScoreSweeper *sweeper, gboolean headed);

/** VIGIL_HANDLE_NONE lets go of whoever is shown. */
void        vigil_focus_card_set_candidate (VigilFocusCard *self, VigilHandle handle);
VigilHandle vigil_focus_card_get_candidate (VigilFocusCard *self);
/** The webcam's tile; its look says what there is to see. (transfer none) */
VigilTile  *vigil_focus_card_get_tile (VigilFocusCard *self);

/** Makes the other of webcam and screen the large one; nothing to do without a screen. */
void        vigil_focus_card_swap (VigilFocusCard *self);
/** Takes the large picture if it is live and asks for a note, else says why not. */
void        vigil_focus_card_take_snapshot (VigilFocusCard *self);

/** Listens to the microphone, or no longer. @together: without ending whoever else is heard. */
void        vigil_focus_card_listen (VigilFocusCard *self, gboolean together);

/** The roster said that something of the candidate changed. */
void        vigil_focus_card_refresh (VigilFocusCard *self);

G_END_DECLS
