/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether losses are a burst, and which group explains them best. docs/incidents.md has the rule in words. */

#include "vigil-loss-view.h"

#include <math.h>

/* Nobody loses anything less often than this, as far as we believe: losses of one candidate in a second. */
#define LEAST_USUAL (1.0 / 3600)
/* A group that is nearly the whole exam does not tell why it was this group. */
#define WHOLE_EXAM 0.9
/* An explanation must be so much better than one that comes before it. */
#define CLEARLY 1.05

/* What can take something away from its group, the likeliest first. An SFU worker takes neither a
 * face nor a browser away. */
static const VigilShared causes[VIGIL_N_LOST][VIGIL_N_GROUPINGS + 1] = {
  [VIGIL_LOST_FACE] = { VIGIL_SHARED_ROOM, VIGIL_SHARED_NETWORK, VIGIL_SHARED_EXAM },
  [VIGIL_LOST_VIDEO] = { VIGIL_SHARED_WORKER, VIGIL_SHARED_ROOM, VIGIL_SHARED_NETWORK, VIGIL_SHARED_EXAM },
  [VIGIL_LOST_HEARTBEAT] = { VIGIL_SHARED_ROOM, VIGIL_SHARED_NETWORK, VIGIL_SHARED_EXAM },
};

/* Chernoff's bound for a Poisson variable: it needs no table and errs to the quiet side. */
double
vigil_loss_get_surprise (guint  n,
                         double expected)
{
  if (n <= expected)
    return 0;

  return n * log (n / MAX (expected, 1e-9)) - n + expected;
}

static guint
get_hits (const VigilLossView *self,
          VigilLossWindow      window,
          VigilShared          shared,
          guint32              id)
{
  return vigil_loss_wheel_get_hits (self->wheel, window, shared, id);
}

guint
vigil_loss_view_get_size (const VigilLossView *self,
                          VigilShared          shared,
                          guint32              id)
{
  guint size = self->exam;

  if (shared != VIGIL_SHARED_EXAM)
    size = id < self->population[shared]->len ? g_array_index (self->population[shared], guint32, id) : 0;

  return MAX (size, get_hits (self, VIGIL_WINDOW_HOLD, shared, id));
}

/* Of one candidate in a window, judged by the candidates outside of a group. */
static double
get_elsewhere (const VigilLossView *self,
               guint                hits,
               guint                size)
{
  guint all = get_hits (self, VIGIL_WINDOW_BURST, VIGIL_SHARED_EXAM, 0);

  if (self->exam <= size || all <= hits)
    return 0;

  return MIN (1, (double) (all - hits) / (self->exam - size));
}

gboolean
vigil_loss_view_is_burst (const VigilLossView *self,
                          VigilShared          shared,
                          guint32              id)
{
  const VigilIncidentParams *params = self->params;
  guint hits = get_hits (self, VIGIL_WINDOW_BURST, shared, id);
  guint share = shared == VIGIL_SHARED_EXAM ? params->min_exam_share : params->min_share;
  double each;
  guint size;

  if (hits < params->min_members || (shared != VIGIL_SHARED_EXAM && id == 0))
    return FALSE;

  size = vigil_loss_view_get_size (self, shared, id);
  if (hits * 100.0 < share * (double) size ||
      (shared != VIGIL_SHARED_EXAM && size >= WHOLE_EXAM * self->exam))
    return FALSE;

  each = MAX (self->usual, LEAST_USUAL) * params->window_ms / 1000;
  if (shared != VIGIL_SHARED_EXAM)
    each = MAX (each, get_elsewhere (self, hits, size));
  return vigil_loss_get_surprise (hits, each * size) >= params->rarity * G_LN10;
}

double
vigil_loss_view_get_fit (const VigilLossView *self,
                         VigilShared          shared,
                         guint32              id)
{
  guint hits = get_hits (self, VIGIL_WINDOW_HOLD, shared, id);
  guint all = get_hits (self, VIGIL_WINDOW_HOLD, VIGIL_SHARED_EXAM, 0);

  return hits > 0 ? hits / (double) (vigil_loss_view_get_size (self, shared, id) + all - hits) : 0;
}

/* The best of the groups of one grouping. */
static void
look_through (const VigilLossView *self,
              VigilShared          shared,
              VigilExplanation    *best)
{
  guint n = shared == VIGIL_SHARED_EXAM ? 1 : self->population[shared]->len;

  for (guint32 id = shared == VIGIL_SHARED_EXAM ? 0 : 1; id < n; id++)
    {
      double fit;

      if (!vigil_loss_view_is_burst (self, shared, id))
        continue;

      fit = vigil_loss_view_get_fit (self, shared, id);
      if (fit > best->fit)
        *best = (VigilExplanation) { shared, id, fit };
    }
}

gboolean
vigil_loss_view_explain (const VigilLossView *self,
                         VigilExplanation    *best)
{
  *best = (VigilExplanation) { VIGIL_SHARED_EXAM, 0, 0 };

  for (guint i = 0; i <= VIGIL_N_GROUPINGS; i++)
    {
      VigilShared shared = causes[self->lost][i];
      VigilExplanation one = { shared, 0, 0 };

      look_through (self, shared, &one);
      if (one.fit > best->fit * CLEARLY)
        *best = one;
      if (shared == VIGIL_SHARED_EXAM)
        break;
    }

  return best->fit > 0;
}
