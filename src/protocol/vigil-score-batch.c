/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A growing array of score updates. */
#include "vigil-score-batch.h"

void
vigil_score_batch_reset (VigilScoreBatch *self)
{
  self->n_updates = 0;
  g_clear_pointer (&self->owner, json_node_unref);
}

void
vigil_score_batch_clear (VigilScoreBatch *self)
{
  vigil_score_batch_reset (self);
  g_clear_pointer (&self->updates, g_free);
  self->n_allocated = 0;
}

VigilScoreUpdate *
vigil_score_batch_add (VigilScoreBatch *self)
{
  VigilScoreUpdate *update;

  if (self->n_updates == VIGIL_SCORE_BATCH_MAX)
    return NULL;
  if (self->n_updates == self->n_allocated)
    {
      self->n_allocated = self->n_allocated ? self->n_allocated * 2 : 64;
      self->updates = g_renew (VigilScoreUpdate, self->updates, self->n_allocated);
    }
  update = &self->updates[self->n_updates++];
  *update = (VigilScoreUpdate) { 0 };
  return update;
}
