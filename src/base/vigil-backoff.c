/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exponential backoff with jitter. */
#include "vigil-backoff.h"

void
vigil_backoff_init (VigilBackoff *self, guint min_ms, guint max_ms)
{
  self->min_ms = MAX (min_ms, 1);
  self->max_ms = MAX (max_ms, self->min_ms);
  self->attempt = 0;
}

guint
vigil_backoff_next (VigilBackoff *self)
{
  guint64 step = self->min_ms;
  guint half;

  /* 31 doublings are past any sane maximum; more would overflow. */
  step <<= MIN (self->attempt, 31);
  step = MIN (step, self->max_ms);
  if (self->attempt < G_MAXUINT)
    self->attempt++;

  /* Hundreds of consoles lose one hall at the same moment: they must not all come back at once. */
  half = (guint) step / 2;
  return half + (guint) g_random_int_range (0, (gint32) MIN (step - half, G_MAXINT32 - 1) + 1);
}

void
vigil_backoff_reset (VigilBackoff *self)
{
  self->attempt = 0;
}
