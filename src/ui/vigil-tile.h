/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate on the wall: a single widget that draws itself. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-frame-slot.h"
#include "vigil-score-sweeper.h"
#include "vigil-session.h"
#include "vigil-tile-look.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_TILE (vigil_tile_get_type ())
G_DECLARE_FINAL_TYPE (VigilTile, vigil_tile, VIGIL, TILE, GtkWidget)

/**
 * Main thread only. While it is mapped it holds its candidate's stream, is counted as visible by the
 * stream controller and shows scores from @sweeper; unmapped it costs nothing but its memory.
 *
 * The right person: a frame is taken only from the picture of the stream whose handle is the slot's
 * present one and only if it carries that stream's feed number; everything is forgotten at the
 * moment the slot changes hands, and checked again while drawing.
 *
 * Actions: "tile.open", "tile.pin", "tile.menu". Signals:
 *  - "open" (), "menu-requested" (double x, double y), "mapped-changed" ()
 */
GtkWidget *vigil_tile_new (VigilSession *session, VigilScoreSweeper *sweeper);

/** Shows whoever sits in @slot, now and after it changes hands; %NULL empties the tile. */
void        vigil_tile_set_slot   (VigilTile *self, VigilSlot *slot);
VigilSlot  *vigil_tile_get_slot   (VigilTile *self);
VigilHandle vigil_tile_get_handle (VigilTile *self);

/** On a second wall: whose filters explain why somebody is shown; else the session's do. */
void        vigil_tile_set_view   (VigilTile *self, VigilRosterView *view);

/** Only the picture, filling the widget, without card, name and badge: the large video of a page. */
void        vigil_tile_set_plain  (VigilTile *self, gboolean plain);

/** Reads the candidate again; the roster said that something of it changed. */
void        vigil_tile_refresh (VigilTile *self);
/** Once a second while mapped: ages and countdowns. Redraws only if a figure changed. */
void        vigil_tile_tick (VigilTile *self);
/** It was moved, maybe under an edge: what is out of sight is not watched from there on. */
void        vigil_tile_look_again (VigilTile *self);
/** Moves the spinner on, if there is one. Returns: whether there is. */
gboolean    vigil_tile_spin (VigilTile *self, double turn);

/** Draws ahead what it will show when it is scrolled in; nothing to do where that was done or is not due, and
 *  nothing that could be done for a tile that never had a size.
 *  Takes some 0.3 ms. Returns: whether it did. */
gboolean    vigil_tile_prepare (VigilTile *self);
/** It is not going to be scrolled in after all: lets go of what was drawn ahead. */
void        vigil_tile_unprepare (VigilTile *self);

/** The picture that is shown, if it is live video. @slot: (out) (optional) (transfer full): where it comes from.
 *  Returns: (transfer full) (nullable). */
VigilFrame *vigil_tile_dup_live_frame (VigilTile *self, VigilFrameSlot **slot);

/** What it shows now. (transfer none) */
const VigilTileLook *vigil_tile_get_look (VigilTile *self);

/** Seen by tests at the end of each drawing: whose tile, which frame (or NULL), and why
 *  ("live", "stale", "last", "none"). */
typedef void (*VigilTileDrawProbe) (VigilTile *tile, const char *candidate_id, VigilFrame *frame, const char *why, gpointer user_data);
void        vigil_tile_set_draw_probe (VigilTileDrawProbe probe, gpointer user_data);

G_END_DECLS
