/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is live, warm or cold, and why. A pure function of what is on screen; no I/O, no timers. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_STREAM_BUDGET (vigil_stream_budget_get_type ())
G_DECLARE_FINAL_TYPE (VigilStreamBudget, vigil_stream_budget, VIGIL, STREAM_BUDGET, GObject)

typedef struct
{
  guint max_live;       /* hard ceiling on live streams, default 48 */
  guint max_warm;       /* ceiling on warm streams, default 36 */
  guint warm_margin;    /* positions past either edge of the visible range, default 12 */
  guint grace_ms;       /* how long an off-screen consumer is kept, default 45,000 */
} VigilStreamLimits;

/** What the budget decided for one candidate. */
typedef struct
{
  VigilHandle      handle;
  VigilStreamMode  mode;
  VigilModeReason  why;
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
void vigil_stream_budget_set_pinned  (VigilStreamBudget *self, VigilHandle handle, gboolean pinned);
void vigil_stream_budget_set_focused (VigilStreamBudget *self, VigilHandle handle, gboolean focused);
void vigil_stream_budget_set_flagged (VigilStreamBudget *self, VigilHandle handle, gboolean flagged);
/** Only candidates that produce video can be live or warm. */
void vigil_stream_budget_set_available (VigilStreamBudget *self, VigilHandle handle, gboolean available);
void vigil_stream_budget_clear (VigilStreamBudget *self);
/** Nobody is pinned, flagged or available any more (another exam); what is on screen stays so. */
void vigil_stream_budget_forget_facts (VigilStreamBudget *self);

/**
 * vigil_stream_budget_decide:
 * @changed: (element-type VigilStreamDecision): is emptied and filled with what differs from
 *   the last decision (also where only the reason differs)
 *
 * Priority: focused > pinned > flagged and visible > visible > near > grace. Bounded by the limits.
 * Returns: monotonic µs at which to decide again although nothing changed (the next grace to
 * end), or 0.
 */
gint64 vigil_stream_budget_decide (VigilStreamBudget *self, gint64 now_us, GArray *changed);

void vigil_stream_budget_get (VigilStreamBudget *self, VigilHandle handle, VigilStreamDecision *decision);
void vigil_stream_budget_get_counts (VigilStreamBudget *self, guint *live, guint *warm);

G_END_DECLS
