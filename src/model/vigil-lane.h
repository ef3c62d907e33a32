/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The promotion lane: a GListModel of VigilSlots with those who rose most, beside a wall where nobody moves. */
#pragma once

#include "vigil-roster-view.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_LANE (vigil_lane_get_type ())
G_DECLARE_FINAL_TYPE (VigilLane, vigil_lane, VIGIL, LANE, GObject)

/**
 * Main thread only. A *riser* is on the wall, and its attention has grown by the rise that counts
 * since the wall was ranked last, or since it was first known if that was later. The lane holds those
 * of them who need attention most, as many as it has places for; who is in it leaves only when its
 * rise has shrunk by the hysteresis again or somebody is ahead of it by that much. Slots behave as
 * VigilRosterView's; nobody changes places while staying, except to close a gap.
 *
 * It is empty while the wall is in attention order: there it would show the wall's first row.
 */
VigilLane *vigil_lane_new (VigilRosterView *view);

/** Default yes. A setting. */
void  vigil_lane_set_enabled    (VigilLane *self, gboolean enabled);
/** Places, default 5: what fits into one row. */
void  vigil_lane_set_capacity   (VigilLane *self, guint capacity);
/** Points, default 25. A setting. */
void  vigil_lane_set_rise       (VigilLane *self, guint points);
/** Points, default 8. A setting. */
void  vigil_lane_set_hysteresis (VigilLane *self, guint points);
/** Milliseconds between looks, default 5000; 0: only vigil_lane_update(). A setting. */
void  vigil_lane_set_interval   (VigilLane *self, guint ms);

/** Looks now, also under a pointer. Returns: how many slots changed hands. */
guint vigil_lane_update (VigilLane *self);

G_END_DECLS
