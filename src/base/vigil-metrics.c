/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counters, gauges and histograms: every number that is a setting has one beside it. */
#include "vigil-metrics.h"

#include <math.h>

/* 32 buckets an octave keep a quantile within about 2 %. From 2^-7 to 2^33 covers 8 ns (in µs) to hours. */
#define PER_OCTAVE 32
#define LOWEST_EXPONENT (-7)
#define N_BUCKETS (40 * PER_OCTAVE)

struct _VigilCounter
{
  char            *name;
  char            *help;
  VigilMetricKind  kind;
  gint64           value; /* atomic */
};

struct _VigilHistogram
{
  char    *name;
  char    *unit;
  char    *help;
  GMutex   sum_lock;
  double   sum;               /* under sum_lock */
  double   max;               /* under sum_lock */
  guint64  count;             /* atomic */
  guint32  buckets[N_BUCKETS]; /* atomic */
};

static GMutex      registry_lock;
static GPtrArray  *counters;    /* under registry_lock; in order of registration */
static GPtrArray  *histograms;  /* under registry_lock */

/* Whoever only reads a metric asks for it without a help, perhaps before it is registered. */
static void
take_help (char **held, const char *help)
{
  if (**held != '\0' || *help == '\0')
    return;
  g_free (*held);
  *held = g_strdup (help);
}

static VigilCounter *
find_counter (const char *name, const char *help, VigilMetricKind kind)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&registry_lock);
  VigilCounter *counter;

  if (counters == NULL)
    counters = g_ptr_array_new ();
  for (guint i = 0; i < counters->len; i++)
    {
      counter = g_ptr_array_index (counters, i);
      if (g_str_equal (counter->name, name))
        {
          take_help (&counter->help, help);
          if (kind == VIGIL_METRIC_GAUGE)
            counter->kind = kind;
          return counter;
        }
    }

  counter = g_new0 (VigilCounter, 1);
  counter->name = g_strdup (name);
  counter->help = g_strdup (help);
  counter->kind = kind;
  g_ptr_array_add (counters, counter);
  return counter;
}

VigilCounter *
vigil_metrics_counter (const char *name, const char *help)
{
  return find_counter (name, help, VIGIL_METRIC_COUNTER);
}

VigilCounter *
vigil_metrics_gauge (const char *name, const char *help)
{
  return find_counter (name, help, VIGIL_METRIC_GAUGE);
}

void
vigil_counter_add (VigilCounter *counter, gint64 n)
{
  __atomic_fetch_add (&counter->value, n, __ATOMIC_RELAXED);
}

void
vigil_counter_set (VigilCounter *counter, gint64 value)
{
  __atomic_store_n (&counter->value, value, __ATOMIC_RELAXED);
}

gint64
vigil_counter_get (VigilCounter *counter)
{
  return __atomic_load_n (&counter->value, __ATOMIC_RELAXED);
}

VigilHistogram *
vigil_metrics_histogram (const char *name, const char *unit, const char *help)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&registry_lock);
  VigilHistogram *histogram;

  if (histograms == NULL)
    histograms = g_ptr_array_new ();
  for (guint i = 0; i < histograms->len; i++)
    {
      histogram = g_ptr_array_index (histograms, i);
      if (g_str_equal (histogram->name, name))
        {
          take_help (&histogram->help, help);
          return histogram;
        }
    }

  histogram = g_new0 (VigilHistogram, 1);
  histogram->name = g_strdup (name);
  histogram->unit = g_strdup (unit);
  histogram->help = g_strdup (help);
  g_mutex_init (&histogram->sum_lock);
  g_ptr_array_add (histograms, histogram);
  return histogram;
}

static guint
bucket_of (double value)
{
  int exponent;
  double mantissa;
  int index;

  if (!(value > 0))
    return 0;

  mantissa = frexp (value, &exponent); /* value = mantissa · 2^exponent, mantissa in 0.5 … 1 */
  index = (exponent - LOWEST_EXPONENT) * PER_OCTAVE + (int) ((mantissa - 0.5) * 2 * PER_OCTAVE);
  return (guint) CLAMP (index, 0, N_BUCKETS - 1);
}

/* The middle of a bucket. */
static double
value_of (guint bucket)
{
  int exponent = (int) (bucket / PER_OCTAVE) + LOWEST_EXPONENT;
  double mantissa = 0.5 + ((bucket % PER_OCTAVE) + 0.5) / (2.0 * PER_OCTAVE);

  return ldexp (mantissa, exponent);
}

void
vigil_histogram_add (VigilHistogram *histogram, double value)
{
  if (!isfinite (value))
    return;

  value = MAX (value, 0);
  __atomic_fetch_add (&histogram->buckets[bucket_of (value)], 1, __ATOMIC_RELAXED);
  __atomic_fetch_add (&histogram->count, 1, __ATOMIC_RELAXED);

  g_mutex_lock (&histogram->sum_lock);
  histogram->sum += value;
  histogram->max = MAX (histogram->max, value);
  g_mutex_unlock (&histogram->sum_lock);
}

double
vigil_histogram_quantile (VigilHistogram *histogram, double p)
{
  guint64 count = vigil_histogram_get_count (histogram);
  guint64 rank;
  guint64 seen = 0;

  if (count == 0)
    return -1;

  rank = (guint64) ceil (CLAMP (p, 0.0, 1.0) * (double) count);
  rank = MAX (rank, 1);
  for (guint i = 0; i < N_BUCKETS; i++)
    {
      seen += __atomic_load_n (&histogram->buckets[i], __ATOMIC_RELAXED);
      if (seen >= rank)
        return i == 0 ? 0 : MIN (value_of (i), vigil_histogram_get_max (histogram));
    }
  return vigil_histogram_get_max (histogram);
}

guint64
vigil_histogram_get_count (VigilHistogram *histogram)
{
  return __atomic_load_n (&histogram->count, __ATOMIC_RELAXED);
}

double
vigil_histogram_get_max (VigilHistogram *histogram)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&histogram->sum_lock);

  return histogram->max;
}

double
vigil_histogram_get_sum (VigilHistogram *histogram)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&histogram->sum_lock);

  return histogram->sum;
}

void
vigil_histogram_reset (VigilHistogram *histogram)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&histogram->sum_lock);

  for (guint i = 0; i < N_BUCKETS; i++)
    __atomic_store_n (&histogram->buckets[i], 0, __ATOMIC_RELAXED);
  __atomic_store_n (&histogram->count, 0, __ATOMIC_RELAXED);
  histogram->sum = 0;
  histogram->max = 0;
}

void
vigil_metrics_foreach (VigilMetricFunc func, gpointer user_data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&registry_lock);

  for (guint i = 0; counters != NULL && i < counters->len; i++)
    {
      VigilCounter *counter = g_ptr_array_index (counters, i);
      VigilMetric metric = { counter->kind, counter->name, counter->help, "", vigil_counter_get (counter), NULL };

      func (&metric, user_data);
    }
  for (guint i = 0; histograms != NULL && i < histograms->len; i++)
    {
      VigilHistogram *histogram = g_ptr_array_index (histograms, i);
      VigilMetric metric = { VIGIL_METRIC_HISTOGRAM, histogram->name, histogram->help, histogram->unit, 0, histogram };

      func (&metric, user_data);
    }
}

void
vigil_metrics_reset (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&registry_lock);

  for (guint i = 0; counters != NULL && i < counters->len; i++)
    vigil_counter_set (g_ptr_array_index (counters, i), 0);
  for (guint i = 0; histograms != NULL && i < histograms->len; i++)
    vigil_histogram_reset (g_ptr_array_index (histograms, i));
}
