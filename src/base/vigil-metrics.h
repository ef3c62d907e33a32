/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counters, gauges and histograms: every number that is a setting has one beside it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** One counter or gauge; lives for the length of the process. Reads and writes are atomic. */
typedef struct _VigilCounter VigilCounter;

typedef enum
{
  VIGIL_METRIC_COUNTER,   /* only ever grows */
  VIGIL_METRIC_GAUGE,     /* what is so now */
  VIGIL_METRIC_HISTOGRAM,
} VigilMetricKind;

/** A histogram of non-negative values with 32 buckets an octave; lives for the process. */
typedef struct _VigilHistogram VigilHistogram;

/**
 * vigil_metrics_counter:
 * @name: in OpenMetrics form, for instance "vigil_scores_received"
 * @help: one English sentence
 *
 * Returns: (transfer none): the counter of that name, made on first use. Thread: any; takes a
 * lock, so hold on to the answer (a static variable) on a hot path.
 */
VigilCounter *vigil_metrics_counter (const char *name, const char *help);

/** As vigil_metrics_counter(), for a number that goes up and down. */
VigilCounter *vigil_metrics_gauge (const char *name, const char *help);

void    vigil_counter_add (VigilCounter *counter, gint64 n);
void    vigil_counter_set (VigilCounter *counter, gint64 value);
gint64  vigil_counter_get (VigilCounter *counter);

/** As vigil_metrics_counter(), for a histogram; @unit is "ms" or "us" and part of the exported name. */
VigilHistogram *vigil_metrics_histogram (const char *name, const char *unit, const char *help);

/** Adds one observation. Allocates nothing. Thread: any. */
void    vigil_histogram_add (VigilHistogram *histogram, double value);

/** The value below which @p (0..1) of the observations lie; −1 without any. */
double  vigil_histogram_quantile (VigilHistogram *histogram, double p);
guint64 vigil_histogram_get_count (VigilHistogram *histogram);
double  vigil_histogram_get_max (VigilHistogram *histogram);
void    vigil_histogram_reset (VigilHistogram *histogram);

/** The sum of all observations. */
double  vigil_histogram_get_sum (VigilHistogram *histogram);

/** One metric as it is registered; the strings are borrowed for the call. */
typedef struct
{
  VigilMetricKind  kind;
  const char      *name;
  const char      *help;       /* may be empty */
  const char      *unit;       /* of a histogram; else "" */
  gint64           value;      /* of a counter or gauge */
  VigilHistogram  *histogram;  /* of a histogram */
} VigilMetric;

typedef void (*VigilMetricFunc) (const VigilMetric *metric, gpointer user_data);

/** Calls @func for every metric, in the order in which they were registered; it must not register any. */
void vigil_metrics_foreach (VigilMetricFunc func, gpointer user_data);

/** Sets every counter to 0 and empties every histogram; for tests and benchmarks. */
void vigil_metrics_reset (void);

G_END_DECLS
