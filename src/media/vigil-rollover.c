/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vigil-rollover.h"

/* A packet that is not authentic yet may say that the numbers began again only where they were about to. */
#define NEAR_END 4096

/**
 * vigil_rollover_keep:
 * @roc: the decrypter's count for a stream whose key is given back
 * @counted: whether @seq is known
 * @seq: of the newest authentic packet
 *
 * A count that is lower than the one before is of a stream of which nothing authentic came since.
 */
void
vigil_rollover_keep (VigilRollover *self,
                     guint32        roc,
                     gboolean       counted,
                     guint16        seq)
{
  self->asked = FALSE;
  if (self->kept && roc < self->roc)
    return;

  self->kept = TRUE;
  self->roc = roc;
  self->counted = counted;
  self->seq = seq;
}

/**
 * vigil_rollover_ask:
 * @seq: of a packet that needs the key again, authentic or not
 *
 * The first one since the key was given back decides.
 */
void
vigil_rollover_ask (VigilRollover *self,
                    guint16        seq)
{
  if (!self->kept || self->asked)
    return;

  self->asked = TRUE;
  self->guess = self->roc;
  if (self->counted && self->seq >= G_MAXUINT16 - NEAR_END && seq < NEAR_END)
    self->guess++;
  /* One that was overtaken by those with which the numbers began again. */
  else if (self->counted && self->roc > 0 && self->seq < NEAR_END && seq >= G_MAXUINT16 - NEAR_END)
    self->guess--;
}

/**
 * vigil_rollover_get:
 *
 * Returns: what to tell the decrypter with the key; 0 for a stream that it never knew
 */
guint32
vigil_rollover_get (const VigilRollover *self)
{
  if (!self->kept)
    return 0;
  return self->asked ? self->guess : self->roc;
}
