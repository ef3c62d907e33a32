/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a candidate needs looking at, and the order that it makes.
 *
 * Attention is a small number, so it is sorted by counting: 10,000 candidates in well under a
 * millisecond. The number that is sorted by follows the true one only when they are a few points
 * apart, so that scores that tremble move nobody. */

#include "vigil-attention.h"

struct _VigilAttention
{
  VigilRoster *roster;      /* borrowed */
  guint        hysteresis;
  guint        generation;  /* of the roster that held is about */
  GArray      *held;        /* guint8 by handle: attention + 1 as it is sorted by, 0 not yet */
  GArray      *exact;       /* the same of this moment */
};

VigilAttention *
vigil_attention_new (VigilRoster *roster)
{
  VigilAttention *self = g_new0 (VigilAttention, 1);

  G_STATIC_ASSERT (VIGIL_ATTENTION_MAX < 255);
  self->roster = roster;
  self->hysteresis = 8;
  self->held = g_array_new (FALSE, TRUE, sizeof (guint8));
  self->exact = g_array_new (FALSE, TRUE, sizeof (guint8));
  return self;
}

void
vigil_attention_free (VigilAttention *self)
{
  g_array_unref (self->held);
  g_array_unref (self->exact);
  g_free (self);
}

void
vigil_attention_set_hysteresis (VigilAttention *self,
                                guint           points)
{
  self->hysteresis = points;
}

guint
vigil_attention_of (VigilRoster *roster,
                    VigilHandle  handle)
{
  const VigilRosterFacts *facts = &vigil_roster_get_facts (roster)[handle];
  VigilScore score;
  guint attention;

  vigil_score_store_read (vigil_roster_get_store (roster), handle, &score);
  attention = MAX (score.score, 0);
  if (facts->flagged)
    attention += VIGIL_ATTENTION_FLAG + VIGIL_ATTENTION_BAND * facts->worst_open;
  if (facts->hand_raised)
    attention += VIGIL_ATTENTION_HAND;

  return attention;
}

static void
prepare (VigilAttention *self)
{
  guint n = vigil_score_store_get_n_handles (vigil_roster_get_store (self->roster));

  if (self->generation != vigil_roster_get_generation (self->roster))
    {
      self->generation = vigil_roster_get_generation (self->roster);
      g_array_set_size (self->held, 0);
    }
  if (self->held->len < n)
    g_array_set_size (self->held, n);
  if (self->exact->len < n)
    g_array_set_size (self->exact, n);
}

static guint
note (VigilAttention *self,
      VigilHandle     handle,
      gboolean        exact)
{
  guint8 *kept = &g_array_index (exact ? self->exact : self->held, guint8, handle);
  guint attention = vigil_attention_of (self->roster, handle);

  if (exact || *kept == 0 || ABS ((int) attention - (*kept - 1)) >= (int) self->hysteresis)
    *kept = attention + 1;

  return *kept - 1;
}

void
vigil_attention_sort (VigilAttention    *self,
                      const VigilHandle *handles,
                      guint              n,
                      gboolean           exact,
                      GArray            *sorted)
{
  guint start[VIGIL_ATTENTION_MAX + 2] = { 0 };
  const guint8 *kept;

  prepare (self);
  g_array_set_size (sorted, n);
  kept = (const guint8 *) (exact ? self->exact : self->held)->data;

  /* start[b] is where those with attention MAX − b begin. */
  for (guint i = 0; i < n; i++)
    start[VIGIL_ATTENTION_MAX - note (self, handles[i], exact) + 1]++;
  for (guint b = 1; b <= VIGIL_ATTENTION_MAX + 1; b++)
    start[b] += start[b - 1];
  for (guint i = 0; i < n; i++)
    g_array_index (sorted, VigilHandle, start[VIGIL_ATTENTION_MAX - (kept[handles[i]] - 1)]++) = handles[i];
}
