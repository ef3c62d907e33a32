/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether losses are a burst, and which group explains them best. Pure. For VigilIncidentDetector. */
#pragma once

#include "vigil-loss-wheel.h"

G_BEGIN_DECLS

/** Everything the rule looks at, for one kind of loss. Borrows it all. */
typedef struct
{
  const VigilIncidentParams *params;
  VigilLost                  lost;
  VigilLossWheel            *wheel;
  const GArray              *population[VIGIL_N_GROUPINGS]; /* of guint32 by group id */
  guint                      exam;                          /* candidates in the exam who could lose it */
  double                     usual;                         /* losses of one candidate in a second, as it usually is */
} VigilLossView;

typedef struct
{
  VigilShared  shared;
  guint32      id;
  double       fit;   /* vigil_loss_view_get_fit() */
} VigilExplanation;

/** How many there are in a group; never fewer than lost it lately. */
guint    vigil_loss_view_get_size (const VigilLossView *self, VigilShared shared, guint32 id);

/**
 * vigil_loss_view_is_burst:
 *
 * Whether a group lost it at once: enough of them, a large enough share of the group, and more than
 * chance brings, by what is usual and by what happens in the rest of the exam at the same time.
 */
gboolean vigil_loss_view_is_burst (const VigilLossView *self, VigilShared shared, guint32 id);

/** How well a group and those who lost it in the hold window are the same people: 0..1. */
double   vigil_loss_view_get_fit (const VigilLossView *self, VigilShared shared, guint32 id);

/** The burst that explains most. Returns: %FALSE: there is none. */
gboolean vigil_loss_view_explain (const VigilLossView *self, VigilExplanation *best);

/** How unlikely @n losses are where @expected are expected: −ln of a bound on the chance of so many or more. */
double   vigil_loss_get_surprise (guint n, double expected);

G_END_DECLS
