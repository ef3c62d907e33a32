/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All candidates of an exam, by handle. The truth of who is there; order and filters are VigilRosterView's. */
#pragma once

#include "vigil-candidate.h"
#include "vigil-score-store.h"
#include "vigil-scoring-policy.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_ROSTER (vigil_roster_get_type ())
G_DECLARE_FINAL_TYPE (VigilRoster, vigil_roster, VIGIL, ROSTER, GObject)

/**
 * Main thread only.
 *
 * Signals:
 *  - "candidate-changed" (guint handle, guint fields): some members of one candidate changed
 *    (VigilCandidateFields); emitted after the change, never for a change to the same value
 *    and for somebody new with every member that was said
 *  - "membership-changed": candidates were added or left; at most once per vigil_roster_thaw(),
 *    before the "candidate-changed" of the same change
 */
VigilRoster *vigil_roster_new (VigilScoreStore *store);

VigilScoreStore *vigil_roster_get_store (VigilRoster *self);
/** What the flags of a row are called. Without one they are not taken. */
void             vigil_roster_set_policy (VigilRoster *self, VigilScoringPolicy *policy);

/** Applies a roster row or a delta. A delta for an unknown candidate makes it known.
 *  A score in @info goes to the store. Returns: the handle, or VIGIL_HANDLE_NONE when full. */
VigilHandle vigil_roster_apply (VigilRoster *self, const VigilCandidateInfo *info);

/** Brackets many changes: signals are held back and "membership-changed" comes once. */
void vigil_roster_freeze (VigilRoster *self);
void vigil_roster_thaw   (VigilRoster *self);

/** Snapshot boundary: everybody not applied between begin and end is marked as gone. */
void vigil_roster_begin_snapshot (VigilRoster *self);
void vigil_roster_end_snapshot   (VigilRoster *self);

/** Forgets everybody (another exam). Handles stay interned in the store. */
void vigil_roster_clear (VigilRoster *self);

/** Raised by each vigil_roster_clear(): an arrival or a handle of before means nothing now. */
guint vigil_roster_get_generation (VigilRoster *self);

const VigilCandidate *vigil_roster_get    (VigilRoster *self, VigilHandle handle); /* nullable */
const VigilCandidate *vigil_roster_lookup (VigilRoster *self, const char *id);     /* nullable */
/** The candidate and source behind a producer id. Returns: VIGIL_HANDLE_NONE if unknown. */
VigilHandle vigil_roster_lookup_producer (VigilRoster *self, const char *producer_id, VigilSource *source);

/** Sets or clears (NULL) what a candidate produces. */
void vigil_roster_set_producer (VigilRoster *self, VigilHandle handle, VigilSource source, const char *producer_id);
/** Clears every producer id: the SFU that gave them is gone. */
void vigil_roster_clear_producers (VigilRoster *self);
/** Says which SFU worker carries the webcam (NULL: not known). It stays known when the producer is
 *  closed: who asks what a crowd of closed producers has in common asks afterwards. */
void vigil_roster_set_worker (VigilRoster *self, VigilHandle handle, const char *worker);
void vigil_roster_set_bypass (VigilRoster *self, VigilHandle handle, VigilBypass *bypass);
void vigil_roster_set_pinned (VigilRoster *self, VigilHandle handle, gboolean pinned);
void vigil_roster_set_open_flags (VigilRoster *self, VigilHandle handle, guint open_flags, VigilBand worst);
void vigil_roster_set_claimed_by (VigilRoster *self, VigilHandle handle, const char *who);

/** Handles in order of arrival, also of those who are gone (present is 0). Returns: (transfer none): valid until the next change. */
const VigilHandle *vigil_roster_get_handles (VigilRoster *self, guint *n);

/**
 * VigilRosterFacts:
 *
 * What filters and orders ask of every candidate, packed: looking at 50,000 of these touches a
 * fraction of the memory that their rows take.
 */
typedef struct
{
  const char *search_key;     /* the row's own; NULL: no row */
  guint64     letters;        /* of it: what is not in here is not in there */
  guint8      present : 1;
  guint8      is_streaming : 1;
  guint8      flagged : 1;
  guint8      hand_raised : 1;
  guint8      worst_open : 2; /* VigilBand */
} VigilRosterFacts;

/** Facts by handle, for every handle of vigil_roster_get_handles(). Returns: (transfer none): valid
 *  until the next change. */
const VigilRosterFacts *vigil_roster_get_facts (VigilRoster *self);

typedef struct
{
  guint candidates;   /* present */
  guint streaming;
  guint connected;
  guint flagged;      /* with unattended flags */
  guint bypassed;
} VigilRosterCounts;

void vigil_roster_get_counts (VigilRoster *self, VigilRosterCounts *counts);

G_END_DECLS
