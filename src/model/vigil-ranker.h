/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is shown and in which order: the arithmetic of VigilRosterView. */
#pragma once

#include "vigil-room-table.h"
#include "vigil-roster-view.h"

G_BEGIN_DECLS

/**
 * VigilEntry:
 *
 * What stands in a position: a candidate's handle, maybe with VIGIL_ENTRY_EXEMPT (the filters would
 * hide it), or a section's card: VIGIL_ENTRY_CARD and the room's number.
 */
typedef guint32 VigilEntry;
#define VIGIL_ENTRY_CARD     0x80000000u
#define VIGIL_ENTRY_EXEMPT   0x40000000u
#define VIGIL_ENTRY_NUMBER   0x3fffffffu
#define VIGIL_ENTRY_CRITICAL (VIGIL_ENTRY_CARD | VIGIL_ENTRY_NUMBER) /* the card of those who are exempt */

/** The handle of whoever sits there; VIGIL_HANDLE_NONE for a card. */
#define VIGIL_ENTRY_HANDLE(entry) ((entry) & VIGIL_ENTRY_CARD ? VIGIL_HANDLE_NONE : (entry) & VIGIL_ENTRY_NUMBER)

typedef struct _VigilRanker VigilRanker;

/** A ranker of @roster, which must outlive it. */
VigilRanker *vigil_ranker_new  (VigilRoster *roster);
void         vigil_ranker_free (VigilRanker *self);

/** Whose bands the filter and the sections mean. Copied. */
void vigil_ranker_set_policy (VigilRanker *self, VigilScoringPolicy *policy);
/** Copies @filter (NULL: everybody). */
void                     vigil_ranker_set_filter (VigilRanker *self, const VigilRosterFilter *filter);
const VigilRosterFilter *vigil_ranker_get_filter (VigilRanker *self);
/** Whether the filter's answer depends on members that change (@fields), apart from scores. */
gboolean                 vigil_ranker_filter_looks_at (VigilRanker *self, VigilCandidateFields fields);

void vigil_ranker_set_hysteresis (VigilRanker *self, guint points);
void vigil_ranker_set_recent (VigilRanker *self, guint ms);
/** Whether the order by room has cards and can be folded. */
void     vigil_ranker_set_sections (VigilRanker *self, gboolean sections);
gboolean vigil_ranker_get_sections (VigilRanker *self);
/** Something of somebody changed that orders or rooms hang on. Returns: whether rooms have other
 *  numbers now, so that the cards of the last rank mean nothing. */
gboolean vigil_ranker_changed (VigilRanker *self, VigilHandle handle, VigilCandidateFields fields);

/** Whether a candidate of the roster passes the filter. */
gboolean vigil_ranker_matches (VigilRanker *self, VigilHandle handle);
/** Whether nothing may hide a candidate: it has a critical flag that nobody has attended to. */
gboolean vigil_ranker_is_critical (VigilRanker *self, VigilHandle handle);

/** Fills @entries (VigilEntry) with those who match, in @order, then those whom nothing may hide. */
void  vigil_ranker_rank (VigilRanker *self, VigilOrder order, GArray *entries);
/** Of the last rank: candidates who match, folded or not; those who are shown all the same. */
guint vigil_ranker_get_n_matching (VigilRanker *self);
guint vigil_ranker_get_n_exempt   (VigilRanker *self);
/** Somebody is shown without a rank. */
void  vigil_ranker_add_matching (VigilRanker *self);
void  vigil_ranker_add_exempt   (VigilRanker *self);

/** Sorts everybody by attention once; VIGIL_ORDER_STABLE is that from now on. */
void     vigil_ranker_commit (VigilRanker *self);
/** Puts back what was before the last commit; again puts it back again. Returns: whether there was one. */
gboolean vigil_ranker_undo_commit (VigilRanker *self);

/** Returns: (transfer full): element-type VigilRoom; see vigil_roster_view_dup_rooms(). */
GArray         *vigil_ranker_dup_rooms   (VigilRanker *self);
VigilRoomTable *vigil_ranker_get_rooms   (VigilRanker *self);
/** The section of a card. (transfer none) */
VigilSection   *vigil_ranker_get_section (VigilRanker *self, VigilEntry card);
/** Counts what the sections of the last rank hold. Returns: whether anything differs from before. */
gboolean        vigil_ranker_count_sections (VigilRanker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilRanker, vigil_ranker_free)

G_END_DECLS
