/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counters of this layer, looked up once. Private to net/. */
#pragma once

#include "vigil-metrics.h"

G_BEGIN_DECLS

typedef struct
{
  VigilCounter *bytes_in;         /* of WebSocket messages */
  VigilCounter *bytes_out;
  VigilCounter *messages_in;
  VigilCounter *malformed;
  VigilCounter *unknown_events;
  VigilCounter *scores;
  VigilCounter *scores_slow;      /* that took the way through json-glib */
  VigilCounter *events;
  VigilCounter *batches;
  VigilCounter *connects;
  VigilCounter *reconnects;
  VigilCounter *requests;
  VigilCounter *rate_limited;
  VigilCounter *ack_timeouts;
  VigilCounter *acks_late;
  VigilCounter *http_requests;
  VigilCounter *http_errors;
  VigilCounter *http_bytes;
  VigilCounter *evidence_refused;
  VigilCounter *stills_refused;
  VigilCounter *feed_lag_ms;      /* a gauge */
  VigilCounter *clock_offset;     /* a gauge: the hall's clock minus ours, ms */
  VigilCounter *clock_error;      /* a gauge: by how much that can be wrong, ms */
  VigilCounter *clock_samples;
  VigilCounter *clock_jumps;
  VigilHistogram *score_lag;      /* ms, hall's time stamp to our store */
  VigilHistogram *ack_rtt;        /* ms */
  VigilHistogram *http_rtt;       /* ms */
  VigilCounter *waiting;          /* a gauge: events given to the main thread that it has not taken yet */
  VigilCounter *overflows;        /* connections given up because there were too many of those */
  VigilCounter *behind;           /* times that this machine could not keep up */
  VigilHistogram *main_lag;       /* ms from handing something to the main thread until it was taken */
  VigilHistogram *drain;          /* ms one drain of the socket took */
} VigilNetMetrics;

/** Made on first use; immutable pointers to atomic counters. Any thread. */
const VigilNetMetrics *vigil_net_metrics (void);

G_END_DECLS
