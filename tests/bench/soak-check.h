/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares what a session holds, and what its wall shows, with the hall. */
#pragma once

#include "soak-ledger.h"
#include "soak-truth.h"

G_BEGIN_DECLS

typedef struct
{
  guint  candidates;      /* compared with the hall */
  guint  tiles;           /* on screen, compared */
  guint  sampled;         /* scores looked at besides those of the tiles */
  guint  violations;      /* that the hall had created */
  guint  unlike;          /* candidates that stayed different from the hall's */
  guint  stale;           /* tiles and sampled scores that stayed old though the hall sends them */
  guint  lost;            /* violations, or repetitions of one, that never came */
  double fresh_s;         /* how long it took until nothing was stale */
  double equal_s;         /* how long it took until everybody was equal */
  char  *words;           /* nullable: what was wrong, for a person */
} SoakVerdict;

/** Compares everything, and what differs again and again for some seconds: both sides go on meanwhile.
 *  @sample candidates are looked at besides those on screen. */
void soak_check (BenchConsole *console, SoakTruth *truth, SoakLedger *ledger, guint sample, SoakVerdict *verdict);
void soak_verdict_clear (SoakVerdict *self);

G_END_DECLS
