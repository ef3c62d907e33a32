/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is live, warm or cold, and why. A pure function of what is on screen; no I/O, no timers. */
#pragma once

#include "vigil-stream-limits.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_STREAM_BUDGET (vigil_stream_budget_get_type ())
G_DECLARE_FINAL_TYPE (VigilStreamBudget, vigil_stream_budget, VIGIL, STREAM_BUDGET, GObject)

/** What the budget decided for one feed of a candidate. */
typedef struct
{
  VigilHandle      handle;
  VigilStreamMode  mode;
  VigilModeReason  why;
  VigilSource      source;
} VigilStreamDecision;

/**
 * Main thread only.
 *
 * Inputs are states, not events: call the setters whenever something changed, then
 * vigil_stream_budget_decide() once.
 */
VigilStreamBudget *vigil_stream_budget_new (void);

void vigil_stream_budget_set_limits (VigilStreamBudget *self, const VigilStreamLimits *limits);
const VigilStreamLimits *vigil_stream_budget_get_limits (VigilStreamBudget *self);

/** A tile of @handle became visible (mapped) or not. Counted: two tiles may show one candidate. */
void vigil_stream_budget_set_visible (VigilStreamBudget *self, VigilHandle handle, gboolean visible, gint64 now_us);
/** Candidates just past the edges of the visible range, nearest first; replaces the former list. */
void vigil_stream_budget_set_near (VigilStreamBudget *self, const VigilHandle *handles, guint n);
/** Candidates whom patrol comes to next; replaces the former list. */
void vigil_stream_budget_set_patrol (VigilStreamBudget *self, const VigilHandle *handles, guint n);
/** Who on screen was not seen for longest: they go before others on screen, in this order. Replaces the former list. */
void vigil_stream_budget_set_due (VigilStreamBudget *self, const VigilHandle *handles, guint n);
void vigil_stream_budget_set_pinned  (VigilStreamBudget *self, VigilHandle handle, gboolean pinned);
/** Somebody is opened, or no longer. Counted, as set_visible. */
void vigil_stream_budget_set_focused (VigilStreamBudget *self, VigilHandle handle, gboolean focused);
gboolean vigil_stream_budget_is_focused (VigilStreamBudget *self, VigilHandle handle);
void vigil_stream_budget_set_flagged (VigilStreamBudget *self, VigilHandle handle, gboolean flagged);
/** This operator has something of @handle in the queue. */
void vigil_stream_budget_set_claimed (VigilStreamBudget *self, VigilHandle handle, gboolean claimed);
/** What the webcam of @handle was measured to cost; kept until the candidate is forgotten. */
void vigil_stream_budget_set_cost (VigilStreamBudget *self, VigilHandle handle, const VigilStreamCost *cost);
/** The same for any feed; of screen and microphone kept while the candidate is focused. */
void vigil_stream_budget_set_source_cost (VigilStreamBudget *self, VigilHandle handle, VigilSource source, const VigilStreamCost *cost);
/** Only candidates that produce video can be live or warm. */
void vigil_stream_budget_set_available (VigilStreamBudget *self, VigilHandle handle, gboolean available);
/** The same for a screen or a microphone. */
void vigil_stream_budget_set_produced (VigilStreamBudget *self, VigilHandle handle, VigilSource source, gboolean produced);
void vigil_stream_budget_clear (VigilStreamBudget *self);
/** Nobody is pinned, flagged or available any more (another exam); what is on screen stays so. */
void vigil_stream_budget_forget_facts (VigilStreamBudget *self);

/**
 * vigil_stream_budget_decide:
 * @changed: (element-type VigilStreamDecision): is emptied and filled with what differs from
 *   the last decision (also where only the reason differs)
 *
 * Priority: focused > screens and microphones of the focused > pinned > claimed > flagged and visible > visible > claimed off screen > patrol > near > grace.
 * Bounded by the limits, strictly in this order: whom a ceiling stops nobody overtakes; among equals who is due goes first, then who is live stays
 * so, up to a tenth above a ceiling of costs.
 * Returns: monotonic µs at which to decide again although nothing changed (the next grace to
 * end, or the next stream that may begin), or 0.
 */
gint64 vigil_stream_budget_decide (VigilStreamBudget *self, gint64 now_us, GArray *changed);

/** What was decided last for a feed of @handle. */
void vigil_stream_budget_get (VigilStreamBudget *self, VigilHandle handle, VigilSource source, VigilStreamDecision *decision);
/** How many webcams and screens; sound is not counted. */
void vigil_stream_budget_get_counts (VigilStreamBudget *self, guint *live, guint *warm);
/** Of how many the last decision gave this reason; off screen and not streaming are not counted. */
guint vigil_stream_budget_count_reason (VigilStreamBudget *self, VigilModeReason why);
/** What is live costs together by the last decision, whoever was not measured yet as the others. */
void vigil_stream_budget_get_use (VigilStreamBudget *self, VigilStreamCost *used);

G_END_DECLS
