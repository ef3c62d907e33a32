/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall: a grid of tiles over the roster view's fixed slots. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-score-sweeper.h"
#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_WALL (vigil_wall_get_type ())
G_DECLARE_FINAL_TYPE (VigilWall, vigil_wall, VIGIL, WALL, GtkWidget)

/**
 * Main thread only. Signals:
 *  - "open" (guint handle): Return, double click, or the menu
 *  - "focus-requested", "bypass-requested", "revoke-requested", "message-requested", "warn-requested" (guint handle): from the menu
 *  - "committed" (guint n_moved): the stable order was ranked anew by the operator
 *  - "selected-changed": another candidate is selected, or nobody
 *  - "patrol-changed": patrol began or ended
 *
 * Actions (on the widget, for menus and keys): "wall.zoom-in", "wall.zoom-out", "wall.zoom-reset",
 * "wall.rank", "wall.undo-rank", "wall.clear-filters", "wall.fold-all", "wall.unfold-all", "wall.show-critical", "wall.end-patrol".
 */
GtkWidget   *vigil_wall_new (VigilSession *session, VigilScoreSweeper *sweeper);

/** A second wall over the same roster, with filters, order and folded rooms of its own. It has no patrol, and what it has past its
 *  edges is not kept ready: both are the first wall's. */
GtkWidget   *vigil_wall_new_second (VigilSession *session, VigilScoreSweeper *sweeper, VigilRosterView *view);

/** Who is on it, in which order. (transfer none) */
VigilRosterView *vigil_wall_get_view (VigilWall *self);

/** How many tiles are on screen, how many of those show live video, and how many should by what the
 *  hall says of their cameras. */
void         vigil_wall_count (VigilWall *self, guint *mapped, guint *playing, guint *expected);

/** Selects a candidate, scrolls to it and gives it the focus. Returns: whether it is on the wall. */
gboolean     vigil_wall_reveal (VigilWall *self, VigilHandle handle);

/** Selected candidate, or VIGIL_HANDLE_NONE. */
VigilHandle  vigil_wall_get_selected (VigilWall *self);
/** Whom a key means: who has the focus, else who is selected, else VIGIL_HANDLE_NONE. */
VigilHandle  vigil_wall_get_current (VigilWall *self);

/** Changes the severity filter; VIGIL_BAND_LOW shows everybody. */
void         vigil_wall_set_at_least (VigilWall *self, VigilBand band);

/** Shows one page after the other, those first whom nobody looked at for longest. Pauses while somebody works with the wall. */
void         vigil_wall_set_patrolling (VigilWall *self, gboolean patrolling);
gboolean     vigil_wall_is_patrolling (VigilWall *self);
/** Somebody does something that patrol should not disturb. */
void         vigil_wall_touch (VigilWall *self);

/** For scripts and benchmarks: the scrolled area. (transfer none) */
GtkAdjustment *vigil_wall_get_vadjustment (VigilWall *self);

G_END_DECLS
