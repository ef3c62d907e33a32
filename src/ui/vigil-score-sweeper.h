/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes new scores from the store to whoever shows them, and paces redraws for video: what comes
 * within one turn is painted together, and nothing runs while nothing changes. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-score-store.h"

G_BEGIN_DECLS

typedef struct _VigilScoreViewer VigilScoreViewer;

/** A score of @handle came. Must not allocate; usually keeps the score and queues a redraw.
 *  Returns: whether there is anything new to see. */
typedef gboolean (*VigilScoreViewerFunc) (VigilScoreViewer *viewer, const VigilScore *score);

/** Embedded in whatever shows one candidate's score. Zeroed before first use. */
struct _VigilScoreViewer
{
  VigilScoreViewerFunc  func;
  gpointer              target;
  VigilHandle           handle; /* set by vigil_score_sweeper_add() */
  VigilScoreViewer     *next;
};

#define VIGIL_TYPE_SCORE_SWEEPER (vigil_score_sweeper_get_type ())
G_DECLARE_FINAL_TYPE (VigilScoreSweeper, vigil_score_sweeper, VIGIL, SCORE_SWEEPER, GObject)

/**
 * vigil_score_sweeper_new:
 * One for each store: a sweep takes the changes out of it.
 *
 * @clock: the widget whose frame clock the sweeps follow; outlives the sweeper
 *
 * The store wakes it when a shown score changed; one sweep runs in the update phase of the next frame:
 * one call per changed and shown candidate however many messages came, none for the others. Main
 * thread only.
 */
VigilScoreSweeper *vigil_score_sweeper_new (VigilScoreStore *store, GtkWidget *clock);

/** @viewer shows @handle and is on screen; it must be removed before it goes away. */
void vigil_score_sweeper_add    (VigilScoreSweeper *self, VigilScoreViewer *viewer, VigilHandle handle);
void vigil_score_sweeper_remove (VigilScoreSweeper *self, VigilScoreViewer *viewer);

/** How long a picture waits for those of other tiles at most, ms (50); up to four tiles never wait longer than 16. */
void vigil_score_sweeper_set_pace (VigilScoreSweeper *self, guint ms);

/** @widget has a new picture: it is redrawn together with all others at the next turn. */
void vigil_score_sweeper_queue_draw  (VigilScoreSweeper *self, GtkWidget *widget);
/** @widget leaves the screen. */
void vigil_score_sweeper_cancel_draw (VigilScoreSweeper *self, GtkWidget *widget);

/** Sweeps now; the frame clock calls this, and once a second the wall: a score that is as before wakes nobody, but is
 *  young again. Returns: how many viewers have something new to show. */
guint vigil_score_sweeper_sweep (VigilScoreSweeper *self);

G_END_DECLS
