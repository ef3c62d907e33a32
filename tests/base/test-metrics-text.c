/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenMetrics text. With "--print" it prints some, for a reader that is not ours. */
#include "vigil-metrics-text.h"

#include <locale.h>
#include <string.h>

static void
fill (void)
{
  VigilHistogram *latency = vigil_metrics_histogram ("vigil_text_latency", "ms", "How long.");

  vigil_metrics_reset ();
  vigil_counter_set (vigil_metrics_counter ("vigil_text_things", "Things \"so\" called.\nOf C:\\."), 42);
  vigil_counter_set (vigil_metrics_gauge ("vigil_text_level", "Level."), -7);
  vigil_metrics_counter ("vigil_text_unnamed", "");
  vigil_metrics_counter ("vigil text {bad} name", "Left out.");
  vigil_metrics_histogram ("vigil_text_empty", "us", "Never seen.");
  for (guint i = 1; i <= 1000; i++)
    vigil_histogram_add (latency, i / 4.0);
  vigil_histogram_add (vigil_metrics_histogram ("vigil_text_huge", "us", "Large."), 1e300);
}

static char *
text_of (const char *name, VigilMetricKind kind, gint64 value)
{
  VigilMetric metric = { kind, name, "Help.", "", value, NULL };
  GString *text = g_string_new (NULL);

  vigil_metrics_text_append (text, &metric);
  return g_string_free (text, FALSE);
}

static void
test_kinds (void)
{
  g_autofree char *counter = text_of ("vigil_a", VIGIL_METRIC_COUNTER, 5);
  g_autofree char *gauge = text_of ("vigil_b", VIGIL_METRIC_GAUGE, -5);
  g_autofree char *empty = text_of ("", VIGIL_METRIC_GAUGE, 1);
  g_autofree char *digit = text_of ("9a", VIGIL_METRIC_GAUGE, 1);
  g_autofree char *foreign = text_of ("vigil_ä", VIGIL_METRIC_COUNTER, 1);

  g_assert_cmpstr (counter, ==, "# TYPE vigil_a counter\n# HELP vigil_a Help.\nvigil_a_total 5\n");
  g_assert_cmpstr (gauge, ==, "# TYPE vigil_b gauge\n# HELP vigil_b Help.\nvigil_b -5\n");
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpstr (digit, ==, "");
  g_assert_cmpstr (foreign, ==, "");
}

static void
test_whole (void)
{
  g_autofree char *text = NULL;

  fill ();
  text = vigil_metrics_text ();
  g_assert_nonnull (strstr (text, "# HELP vigil_text_things Things \\\"so\\\" called.\\nOf C:\\\\.\nvigil_text_things_total 42\n"));
  g_assert_nonnull (strstr (text, "# TYPE vigil_text_unnamed counter\nvigil_text_unnamed_total 0\n"));
  g_assert_nonnull (strstr (text, "# TYPE vigil_text_latency_ms summary\n# UNIT vigil_text_latency_ms ms\n"));
  g_assert_nonnull (strstr (text, "vigil_text_latency_ms{quantile=\"0.99\"} "));
  g_assert_nonnull (strstr (text, "vigil_text_latency_ms_sum 125125\nvigil_text_latency_ms_count 1000\n"));
  g_assert_nonnull (strstr (text, "vigil_text_empty_us_sum 0\nvigil_text_empty_us_count 0\n"));
  g_assert_null (strstr (text, "vigil_text_empty_us{"));
  g_assert_null (strstr (text, "bad"));
  g_assert_true (g_str_has_suffix (text, "\n# EOF\n"));
  g_assert_null (strstr (text, "\n\n"));
}

/* A number must not look like this machine's language. */
static void
test_language (void)
{
  g_autofree char *text = NULL, *same = NULL;

  fill ();
  text = vigil_metrics_text ();
  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL && setlocale (LC_NUMERIC, "de_DE") == NULL)
    g_test_skip ("no locale with a decimal comma");
  same = vigil_metrics_text ();
  setlocale (LC_NUMERIC, "C");
  g_assert_cmpstr (same, ==, text);
}

int
main (int argc, char **argv)
{
  if (argc > 1 && g_str_equal (argv[1], "--print"))
    {
      g_autofree char *text = NULL;

      fill ();
      text = vigil_metrics_text ();
      g_print ("%s", text);
      return 0;
    }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics-text/kinds", test_kinds);
  g_test_add_func ("/metrics-text/whole", test_whole);
  g_test_add_func ("/metrics-text/language", test_language);
  return g_test_run ();
}
