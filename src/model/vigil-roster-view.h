/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GListModel of VigilSlots: which candidates are shown, and who sits where. */
#pragma once

#include <gio/gio.h>

#include "vigil-roster-filter.h"
#include "vigil-roster.h"
#include "vigil-scoring-policy.h"
#include "vigil-slot.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_ROSTER_VIEW (vigil_roster_view_get_type ())
G_DECLARE_FINAL_TYPE (VigilRosterView, vigil_roster_view, VIGIL, ROSTER_VIEW, GObject)

typedef enum
{
  VIGIL_ORDER_STABLE,    /* arrival, or as it was committed; nobody moves */
  VIGIL_ORDER_ATTENTION, /* score and open flags, with hysteresis */
  VIGIL_ORDER_NAME,
  VIGIL_ORDER_ARRIVAL,
  VIGIL_ORDER_ROOM,      /* by name in each, with a card at the head of each */
  VIGIL_ORDER_LAST_SEEN, /* who was not seen for longest first */
  VIGIL_N_ORDERS
} VigilOrder;

/** A room as the filters' menu lists it. */
typedef struct
{
  const char *name;       /* "": in no room; lives until the next rank */
  guint       candidates; /* present, whatever the filter */
  gboolean    wanted;     /* named in the filter */
} VigilRoom;

/**
 * Main thread only. GListModel of VigilSlot, made on demand and kept: slot n is the same object for
 * ever; items-changed is emitted only when the number of places changes, and then only
 * at the end of the list. A change of order or filter rebinds slots ("handle-changed").
 *
 * A place holds a candidate or a section's card. No filter and no fold hides a candidate who has a
 * critical flag that nobody has attended to: it stands at the end, in a section of its own, at once.
 *
 * Properties: "order", "n-matching" (also notified when the number of those who are exempt changes).
 * Signals: "ranked" (guint n_rebound): a rank was applied; "committed" (gboolean undone): the stable
 * order was committed anew, or that was taken back; before the rank that follows.
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

/** Whether a candidate is on the wall, or would be if its section were not folded. */
gboolean vigil_roster_view_shows (VigilRosterView *self, VigilHandle handle);

/** Handle in a position, VIGIL_HANDLE_NONE past the end and for a card. */
VigilHandle vigil_roster_view_get_handle (VigilRosterView *self, guint position);
/** The section whose card is in a position; NULL: none is. (transfer none) */
const VigilSection *vigil_roster_view_get_section (VigilRosterView *self, guint position);
/** Position of a handle, GTK_INVALID_LIST_POSITION-like G_MAXUINT if it is not shown. */
guint       vigil_roster_view_get_position (VigilRosterView *self, VigilHandle handle);
/** Position of the card above those whom the filters may not hide; G_MAXUINT without any. */
guint       vigil_roster_view_get_exempt_position (VigilRosterView *self);
guint       vigil_roster_view_get_n_matching (VigilRosterView *self);
guint       vigil_roster_view_get_n_exempt (VigilRosterView *self);

/** Sorts everybody by attention once and keeps that as the stable order; newcomers go to its end.
 *  Returns: how many slots changed hands. */
guint    vigil_roster_view_commit (VigilRosterView *self);
/** Puts back the stable order of before the last commit. Returns: whether there is one. */
gboolean vigil_roster_view_undo_commit (VigilRosterView *self);

/** Whether the order by room has cards that fold; default yes. A setting. */
void     vigil_roster_view_set_sections (VigilRosterView *self, gboolean sections);
gboolean vigil_roster_view_get_sections (VigilRosterView *self);
/** Folds a room to its card ("": those in no room), or unfolds it. */
void     vigil_roster_view_set_folded (VigilRosterView *self, const char *room, gboolean folded);
/** Folds exactly @rooms (NULL: none). */
void     vigil_roster_view_set_all_folded (VigilRosterView *self, const char *const *rooms);
/** The rooms that are folded. Returns: (transfer full). */
char   **vigil_roster_view_dup_folded (VigilRosterView *self);
/** Rooms with somebody in them or in the filter, sorted. Returns: (transfer full): element-type VigilRoom. */
GArray  *vigil_roster_view_dup_rooms (VigilRosterView *self);

/** Filters and ranks now. Returns: how many slots changed hands. */
guint vigil_roster_view_rank (VigilRosterView *self);

/** Ages up to this count as just seen in the order by last seen; default 30 s. A setting. */
void vigil_roster_view_set_recent (VigilRosterView *self, guint ms);

/** While held (pointer over the wall, a drag, a menu) the timer does not re-rank. Counted. */
void vigil_roster_view_hold    (VigilRosterView *self);
void vigil_roster_view_release (VigilRosterView *self);
gboolean vigil_roster_view_is_held (VigilRosterView *self);

/** Milliseconds between re-ranks in attention order; 0 stops the timer. A setting. */
void vigil_roster_view_set_rank_interval (VigilRosterView *self, guint ms);

/** Points by which a claim to attention has to change before it counts; default 8. A setting. */
void vigil_roster_view_set_hysteresis (VigilRosterView *self, guint points);

/** Sums of what the view is at: for tests and statistics. */
guint64 vigil_roster_view_get_n_rebinds (VigilRosterView *self);

G_END_DECLS
