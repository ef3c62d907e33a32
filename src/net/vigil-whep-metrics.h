/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counters of the signalling with a WHEP. Private to net/. */
#pragma once

#include "vigil-metrics.h"

G_BEGIN_DECLS

typedef struct
{
  VigilCounter   *posts, *deletes, *refusals, *malformed, *redirects, *waits, *orphans, *losses, *resources;
  VigilCounter   *patches, *patch_refusals, *patch_mismatches, *trickle_ends;
  VigilHistogram *answer;
} VigilWhepMetrics;

const VigilWhepMetrics *vigil_whep_metrics (void);

G_END_DECLS
