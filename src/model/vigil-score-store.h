/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores by handle: written by the network thread, swept by the main thread once per frame. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SCORE_STORE (vigil_score_store_get_type ())
G_DECLARE_FINAL_TYPE (VigilScoreStore, vigil_score_store, VIGIL, SCORE_STORE, GObject)

/** What is known of one candidate's score. A plain copy. */
typedef struct
{
  gint16   score;        /* 0..100; −1: none yet */
  gint16   previous;     /* the score before this one; −1: none */
  guint32  flags;        /* bit set of the violation types that are on now (scoring policy's order) */
  gint64   at_ms;        /* capture time by the hall's clock, epoch ms */
  gint64   received_us;  /* monotonic, when the bytes were read */
  gboolean read;         /* from the roster, not told by the feed: says nothing of how fast the feed is */
} VigilScore;

/**
 * vigil_score_get_age_us:
 * @now_us: monotonic
 * @hall_ms: the hall's time now; 0: not known
 *
 * How old what @score says is: since its capture by the hall's clock, and never less than since it arrived, whatever
 * its time stamp claims. −1: there is no score.
 */
gint64 vigil_score_get_age_us (const VigilScore *score, gint64 now_us, gint64 hall_ms);

/**
 * vigil_score_store_new:
 * @capacity: the most candidates it will hold (a setting); memory is about 48 bytes each,
 *   allocated once so that no reader ever sees an array move
 */
VigilScoreStore *vigil_score_store_new (guint capacity);

/**
 * vigil_score_store_intern:
 * @id: a studentId of @len bytes, not necessarily terminated
 *
 * The handle of that candidate, given out on first sight. Thread: any (a lock; 40 ns when known).
 * Returns: VIGIL_HANDLE_NONE when the store is full (counted as vigil_scores_dropped_full).
 */
VigilHandle vigil_score_store_intern (VigilScoreStore *self, const char *id, gsize len);

/** The handle, or VIGIL_HANDLE_NONE if never seen. Thread: any. */
VigilHandle vigil_score_store_lookup (VigilScoreStore *self, const char *id, gsize len);

/** The id behind a handle. Returns: (nullable): lives as long as the store. Thread: any. */
const char *vigil_score_store_get_id (VigilScoreStore *self, VigilHandle handle);

/**
 * vigil_score_store_write:
 * @score: 0..100, −1 for "missing"; anything else is clamped and counted
 * @at_ms: capture time; older than what is held is ignored and counted (reordered message)
 *
 * Publishes a score and sets the handle's dirty bit. Allocates nothing.
 * Thread: any; several writers (the network thread's scores, the main thread's roster rows) and
 * readers may run meanwhile.
 * Returns: whether it was taken.
 */
gboolean vigil_score_store_write (VigilScoreStore *self,
                                  VigilHandle      handle,
                                  int              score,
                                  guint32          flags,
                                  gint64           at_ms,
                                  gint64           received_us);

/** As vigil_score_store_write(), for a score that was read with the roster. */
gboolean vigil_score_store_write_read (VigilScoreStore *self,
                                       VigilHandle      handle,
                                       int              score,
                                       guint32          flags,
                                       gint64           at_ms,
                                       gint64           received_us);

/**
 * vigil_score_store_clamp_times:
 * @now_ms: what the hall's clock shows
 *
 * The hall's clock was set back: what was held from its future is as if captured now, else every score until then would
 * count as an old one and be refused. Thread: any.
 */
void vigil_score_store_clamp_times (VigilScoreStore *self, gint64 now_ms);

/** Copies what is known; a consistent copy even while a write is going on. Thread: any. */
void vigil_score_store_read (VigilScoreStore *self, VigilHandle handle, VigilScore *score);

/**
 * VigilScoreStoreDirtyFunc: called for one handle whose score changed since the last sweep.
 */
typedef void (*VigilScoreStoreDirtyFunc) (VigilHandle handle, gpointer user_data);

/**
 * vigil_score_store_sweep:
 *
 * Takes the dirty set and calls @func for each handle in it that is mapped (see
 * vigil_score_store_set_mapped()); the bits of the others are just cleared.
 * Thread: main. Allocates nothing. Returns: how many handles were dirty in all.
 */
guint vigil_score_store_sweep (VigilScoreStore          *self,
                               VigilScoreStoreDirtyFunc  func,
                               gpointer                  user_data);

/** Called when a shown score or its flags changed and no sweep is due yet. Thread: the writer's; must not block or
 *  call the store. */
typedef void (*VigilScoreStoreWake) (gpointer user_data);

/**
 * vigil_score_store_set_wake:
 * @func: (nullable): replaces the last; after this returns the last is not called any more
 *
 * At most one call between two sweeps, however many scores come, and none for candidates nobody
 * looks at, and none for a score that says again what is known (the next sweep has it): a wall at rest costs
 * the main thread nothing. A change just before this call wakes
 * nobody: sweep once afterwards. Thread: main.
 */
void vigil_score_store_set_wake (VigilScoreStore     *self,
                                 VigilScoreStoreWake  func,
                                 gpointer             user_data);

/** Says that a tile showing @handle is on screen (counted: a candidate may be in two places). Main. */
void vigil_score_store_set_mapped (VigilScoreStore *self, VigilHandle handle, gboolean mapped);

/** Forgets every score (another exam begins); handles and what is mapped stay. Thread: main. */
void vigil_score_store_reset (VigilScoreStore *self);

guint vigil_score_store_get_capacity (VigilScoreStore *self);

/** Handles given out so far. Thread: any. */
guint vigil_score_store_get_n_handles (VigilScoreStore *self);

/** A count that grows with every write; a cheap "did anything move". Thread: any. */
guint64 vigil_score_store_get_serial (VigilScoreStore *self);

/** Newest capture time of all, epoch ms; 0 before the first. Thread: any. */
gint64 vigil_score_store_get_newest_ms (VigilScoreStore *self);

/** Monotonic µs of the newest write; 0 before the first. Thread: any. */
gint64 vigil_score_store_get_newest_received_us (VigilScoreStore *self);

/** As vigil_score_store_get_newest_received_us(), of scores that the feed brought; those of the roster do not count. */
gint64 vigil_score_store_get_newest_told_us (VigilScoreStore *self);

G_END_DECLS
