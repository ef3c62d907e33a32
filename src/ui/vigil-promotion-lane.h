/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of tiles above the wall: those who rose since it was ranked last. */
#pragma once

#include "vigil-lane.h"
#include "vigil-tile.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_PROMOTION_LANE (vigil_promotion_lane_get_type ())
G_DECLARE_FINAL_TYPE (VigilPromotionLane, vigil_promotion_lane, VIGIL, PROMOTION_LANE, GtkWidget)

/**
 * Main thread only. Takes no room while @lane is empty. Its tiles are the children of focusable cells,
 * as the wall's are. Signals:
 *  - "tile-added" (VigilTile): one that will be used from now on
 *  - "open" (guint handle): Return or a double click
 *  - "left": Down was pressed; the focus belongs on the wall
 */
GtkWidget *vigil_promotion_lane_new (VigilSession *session, VigilScoreSweeper *sweeper, VigilLane *lane);

/** Makes tiles as wide as those of a wall of so many columns. */
void       vigil_promotion_lane_set_columns (VigilPromotionLane *self, guint columns);

/** Whether a key ranks the wall anew, which the heading then says. */
void       vigil_promotion_lane_set_can_rank (VigilPromotionLane *self, gboolean can_rank);

/** The tiles that show somebody. (transfer none), element-type VigilTile. */
GPtrArray *vigil_promotion_lane_get_tiles (VigilPromotionLane *self);

/** Gives the first tile the focus. Returns: whether there is one. */
gboolean   vigil_promotion_lane_enter (VigilPromotionLane *self);

G_END_DECLS
