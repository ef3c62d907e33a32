/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vigil-metrics.h"

#include <math.h>

static void
test_counter (void)
{
  VigilCounter *counter = vigil_metrics_counter ("vigil_test_things", "Things.");

  g_assert_true (counter == vigil_metrics_counter ("vigil_test_things", "Things."));
  vigil_counter_set (counter, 5);
  vigil_counter_add (counter, -2);
  g_assert_cmpint (vigil_counter_get (counter), ==, 3);
}

static void
test_quantiles (void)
{
  VigilHistogram *histogram = vigil_metrics_histogram ("vigil_test_uniform", "ms", "Uniform.");

  g_assert_cmpfloat (vigil_histogram_quantile (histogram, 0.5), ==, -1);
  for (guint i = 1; i <= 1000; i++)
    vigil_histogram_add (histogram, i);
  g_assert_cmpfloat_with_epsilon (vigil_histogram_quantile (histogram, 0.50), 500, 500 * 0.03);
  g_assert_cmpfloat_with_epsilon (vigil_histogram_quantile (histogram, 0.95), 950, 950 * 0.03);
  g_assert_cmpfloat_with_epsilon (vigil_histogram_quantile (histogram, 0.99), 990, 990 * 0.03);
  g_assert_cmpfloat (vigil_histogram_quantile (histogram, 1.0), <=, 1000);
  g_assert_cmpfloat (vigil_histogram_get_max (histogram), ==, 1000);

  vigil_histogram_reset (histogram);
  g_assert_cmpuint (vigil_histogram_get_count (histogram), ==, 0);
}

static void
test_extremes (void)
{
  VigilHistogram *histogram = vigil_metrics_histogram ("vigil_test_extremes", "us", "Extremes.");

  vigil_histogram_add (histogram, NAN);
  vigil_histogram_add (histogram, INFINITY);
  g_assert_cmpuint (vigil_histogram_get_count (histogram), ==, 0);
  vigil_histogram_add (histogram, -1);
  vigil_histogram_add (histogram, 0);
  vigil_histogram_add (histogram, 1e300);
  vigil_histogram_add (histogram, 1e-300);
  g_assert_cmpuint (vigil_histogram_get_count (histogram), ==, 4);
}

static void
foreach_cb (const VigilMetric *metric, gpointer user_data)
{
  if (g_str_equal (metric->name, user_data))
    {
      g_assert_cmpint (metric->kind, ==, VIGIL_METRIC_GAUGE);
      g_assert_cmpstr (metric->help, ==, "Now.");
      g_assert_cmpint (metric->value, ==, 3);
    }
}

/* Who only reads a metric may come before who registers it. */
static void
test_registered_late (void)
{
  VigilCounter *counter = vigil_metrics_counter ("vigil_test_late", "");

  g_assert_true (counter == vigil_metrics_gauge ("vigil_test_late", "Now."));
  vigil_counter_set (counter, 3);
  g_assert_true (counter == vigil_metrics_counter ("vigil_test_late", ""));
  vigil_metrics_foreach (foreach_cb, (gpointer) "vigil_test_late");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/counter", test_counter);
  g_test_add_func ("/metrics/quantiles", test_quantiles);
  g_test_add_func ("/metrics/extremes", test_extremes);
  g_test_add_func ("/metrics/registered-late", test_registered_late);
  return g_test_run ();
}
