/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GListModel of VigilSlots: which candidates are shown, and who sits where. */
#pragma once

#include <gio/gio.h>

#include "vigil-roster.h"
#include "vigil-scoring-policy.h"
#include "vigil-slot.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_ROSTER_VIEW (vigil_roster_view_get_type ())
G_DECLARE_FINAL_TYPE (VigilRosterView, vigil_roster_view, VIGIL, ROSTER_VIEW, GObject)

typedef enum
{
  VIGIL_ORDER_STABLE,    /* arrival; nobody moves */
  VIGIL_ORDER_ATTENTION, /* score and open flags, with hysteresis */
  VIGIL_ORDER_NAME,
  VIGIL_ORDER_ARRIVAL,
} VigilOrder;

typedef struct
{
  char      *search;            /* casefolded by the view; NULL or "": everybody */
  char      *room;              /* NULL: every room */
  VigilBand  at_least;          /* by current score; VIGIL_BAND_LOW: everybody */
  gboolean   streaming_only;
  gboolean   flagged_only;
} VigilRosterFilter;

/**
 * Main thread only. GListModel of VigilSlot, made on demand and kept: slot n is the same object for
 * ever; items-changed is emitted only when the number of matching candidates changes, and then only
 * at the end of the list. A change of order or filter rebinds slots ("handle-changed").
 *
 * Properties: "order", "n-matching".
 * Signal: "ranked" (guint n_rebound): a rank was applied.
 */
VigilRosterView *vigil_roster_view_new (VigilRoster *roster);

VigilRoster *vigil_roster_view_get_roster (VigilRosterView *self);

/** Whose bands the filter's @at_least means; without one it is the built-in policy. */
void vigil_roster_view_set_policy (VigilRosterView *self, VigilScoringPolicy *policy);

void       vigil_roster_view_set_order (VigilRosterView *self, VigilOrder order);
VigilOrder vigil_roster_view_get_order (VigilRosterView *self);

/** Copies @filter and applies it at once. */
void                     vigil_roster_view_set_filter (VigilRosterView *self, const VigilRosterFilter *filter);
const VigilRosterFilter *vigil_roster_view_get_filter (VigilRosterView *self);

/** Handle in a position, VIGIL_HANDLE_NONE past the end. */
VigilHandle vigil_roster_view_get_handle (VigilRosterView *self, guint position);
/** Position of a handle, GTK_INVALID_LIST_POSITION-like G_MAXUINT if it is not shown. */
guint       vigil_roster_view_get_position (VigilRosterView *self, VigilHandle handle);
guint       vigil_roster_view_get_n_matching (VigilRosterView *self);

/** Filters and ranks now. Returns: how many slots changed hands. */
guint vigil_roster_view_rank (VigilRosterView *self);

/** While held (pointer over the wall, a drag, a menu) the timer does not re-rank. Counted. */
void vigil_roster_view_hold    (VigilRosterView *self);
void vigil_roster_view_release (VigilRosterView *self);

/** Milliseconds between re-ranks in attention order; 0 stops the timer. A setting. */
void vigil_roster_view_set_rank_interval (VigilRosterView *self, guint ms);

/** Points by which a claim to attention has to change before it counts; default 8. A setting. */
void vigil_roster_view_set_hysteresis (VigilRosterView *self, guint points);

/** Sums of what the view is at: for tests and statistics. */
guint64 vigil_roster_view_get_n_rebinds (VigilRosterView *self);

G_END_DECLS
