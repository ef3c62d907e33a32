/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was really watched, and when: seconds in which a candidate was decoded and on screen. */
#pragma once

#include "vigil-roster.h"
#include "vigil-spans.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_COVERAGE (vigil_coverage_get_type ())
G_DECLARE_FINAL_TYPE (VigilCoverage, vigil_coverage, VIGIL, COVERAGE, GObject)

/**
 * VigilCoverage:
 *
 * The coverage ledger of one exam at one console. Whoever draws live pictures tells it from when to
 * when; it costs nothing for those whom nobody tells of. Two tiles that show one candidate count once.
 *
 * Of a candidate with a camera it knows since when nobody looked: from the end of the last look, or from the
 * moment the candidate could first be seen (there, connected, camera on). Those stand in one list by that
 * time. Who is watched goes to its end, so it is never sorted. While the camera is off nobody is missed, and that
 * nobody sees them is no gap of ours; but the time since the last look goes on, so that no camera begins anew
 * by being switched off and on.
 *
 * Times are the boot clock's (vigil_clock_boot_us()), which no correction of a clock moves and which goes on while
 * the machine sleeps. Main thread only; no timer and no I/O: call vigil_coverage_tick() once a second.
 *
 * Signals:
 *  - "due-changed": another number of candidates was not seen for too long
 */
VigilCoverage *vigil_coverage_new (VigilRoster *roster);

/** After how many seconds it is too long; at most @kept intervals a candidate. Settings. */
void vigil_coverage_set_limits (VigilCoverage *self, guint warn_seconds, guint kept);
guint vigil_coverage_get_warn_seconds (VigilCoverage *self);

/** Whether the exam runs; before and after it nobody has to be seen: looks count, gaps begin with the exam. Default: no. */
void vigil_coverage_set_running (VigilCoverage *self, gboolean running);

/**
 * vigil_coverage_note:
 * @from_us, @to_us: boot clock: from the first to the last live picture that was drawn
 *
 * A candidate was watched. May be said again for times that were told already, also by another tile.
 */
void vigil_coverage_note (VigilCoverage *self, VigilHandle handle, gint64 from_us, gint64 to_us);

/** A look from an earlier life of this console, in epoch ms of the hall; the sums take it in, "not seen since" does not. */
void vigil_coverage_restore (VigilCoverage *self, VigilHandle handle, gint64 from_ms, gint64 to_ms);

/** Notices who was not seen for too long by now. */
void vigil_coverage_tick (VigilCoverage *self);

/** Another exam: forgets everybody, as the roster does. */
void vigil_coverage_clear (VigilCoverage *self);

/** What is known of one candidate. Epoch ms are the hall's as its clock is known now. */
typedef struct
{
  gint64 watched_ms;     /* decoded and on screen, in all */
  gint64 camera_ms;      /* could have been seen: the camera was on, as the hall said */
  gint64 longest_gap_ms; /* of that, the longest without a look, the present one included */
  gint64 first_ms;       /* epoch ms of the first look; 0: never */
  gint64 last_ms;        /* epoch ms of the end of the last one */
  gint64 unseen_ms;      /* since when nobody looked; −1: cannot be seen now */
  guint  n_intervals;
  guint  n_dropped;      /* intervals, the oldest, that are in the sums alone */
} VigilCoverageSums;

void vigil_coverage_get_sums (VigilCoverage *self, VigilHandle handle, VigilCoverageSums *sums);

/** How long nobody has looked; −1: cannot be seen now (no camera, or gone). */
gint64 vigil_coverage_get_unseen_ms (VigilCoverage *self, VigilHandle handle);

/** Its intervals in epoch ms of the hall, the oldest first: from, to, from, to, … Returns: (transfer full): as many
 *  pairs as the sums say; %NULL: none. */
gint64 *vigil_coverage_dup_intervals (VigilCoverage *self, VigilHandle handle);

/** How many were not seen for too long, as of the last tick. */
guint vigil_coverage_get_n_due (VigilCoverage *self);

/** Walks those who can be seen, whom nobody looked at for longest first. @handle: the one before;
 *  VIGIL_HANDLE_NONE: begin. Returns: VIGIL_HANDLE_NONE at the end. */
VigilHandle vigil_coverage_next_unseen (VigilCoverage *self, VigilHandle handle);

/** For whoever keeps them: what was noted since the last call. @func gets each candidate's new piece in epoch ms. */
typedef void (*VigilCoverageFunc) (VigilHandle handle, gint64 from_ms, gint64 to_ms, gpointer user_data);
void vigil_coverage_take_news (VigilCoverage *self, VigilCoverageFunc func, gpointer user_data);

G_END_DECLS
