/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counters of the signalling with a Janus, looked up once. Private to net/. */
#pragma once

#include "vigil-metrics.h"

G_BEGIN_DECLS

typedef struct
{
  VigilCounter   *requests;
  VigilCounter   *messages;
  VigilCounter   *malformed;
  VigilCounter   *hostile;        /* publishers and streams passed over for what stood in them */
  VigilCounter   *unexpected;     /* answers to nothing that was asked */
  VigilCounter   *refusals;
  VigilCounter   *timeouts;
  VigilCounter   *losses;         /* links that ended by themselves */
  VigilCounter   *slowlinks;
  VigilCounter   *switches;       /* slots that changed hands… */
  VigilCounter   *switch_requests; /* …and requests for that */
  VigilCounter   *configures;
  VigilCounter   *mismatches;     /* slots behind which stood somebody else than was asked for */
  VigilCounter   *renegotiations;
  VigilCounter   *slots;          /* gauges */
  VigilCounter   *slots_taken;
  VigilCounter   *sound_slots;    /* gauge: those of them that are for sound */
  VigilCounter   *waits;          /* feeds that had to wait for a slot to be quiet */
  VigilCounter   *full;           /* feeds refused because every slot was taken */
  VigilHistogram *answer;         /* ms */
} VigilJanusMetrics;

/** Made on first use; immutable pointers to atomic counters. Any thread. */
const VigilJanusMetrics *vigil_janus_metrics (void);

G_END_DECLS
