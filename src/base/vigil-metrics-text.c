/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics as OpenMetrics text. */
#include "vigil-metrics-text.h"

static gboolean
is_name (const char *name)
{
  if (!g_ascii_isalpha (*name) && *name != '_')
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_')
      return FALSE;
  return TRUE;
}

static void
append_escaped (GString *text, const char *help)
{
  for (const char *p = help; *p != '\0'; p++)
    if (*p == '\n')
      g_string_append (text, "\\n");
    else if (*p == '\\' || *p == '"')
      g_string_append_printf (text, "\\%c", *p);
    else
      g_string_append_c (text, *p);
}

static void
append_head (GString *text, const char *name, const char *type, const char *unit, const char *help)
{
  g_string_append_printf (text, "# TYPE %s %s\n", name, type);
  if (*unit != '\0')
    g_string_append_printf (text, "# UNIT %s %s\n", name, unit);
  if (*help == '\0')
    return;
  g_string_append_printf (text, "# HELP %s ", name);
  append_escaped (text, help);
  g_string_append_c (text, '\n');
}

/* printf() would write a comma where the language has one. */
static void
append_number (GString *text, const char *format, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, "%s\n", g_ascii_formatd (number, sizeof number, format, value));
}

static void
append_summary (GString *text, const VigilMetric *metric)
{
  static const struct { const char *label; double p; } quantiles[] = { { "0.5", 0.5 }, { "0.95", 0.95 }, { "0.99", 0.99 } };
  guint64 count = vigil_histogram_get_count (metric->histogram);
  g_autofree char *name = g_strconcat (metric->name, "_", metric->unit, NULL);

  append_head (text, name, "summary", metric->unit, metric->help);
  for (gsize i = 0; count > 0 && i < G_N_ELEMENTS (quantiles); i++)
    {
      g_string_append_printf (text, "%s{quantile=\"%s\"} ", name, quantiles[i].label);
      append_number (text, "%.6g", vigil_histogram_quantile (metric->histogram, quantiles[i].p));
    }
  g_string_append_printf (text, "%s_sum ", name);
  append_number (text, "%.15g", vigil_histogram_get_sum (metric->histogram));
  g_string_append_printf (text, "%s_count %" G_GUINT64_FORMAT "\n", name, count);
}

void
vigil_metrics_text_append (GString *text, const VigilMetric *metric)
{
  if (!is_name (metric->name))
    return;

  switch (metric->kind)
    {
    case VIGIL_METRIC_COUNTER:
      append_head (text, metric->name, "counter", "", metric->help);
      g_string_append_printf (text, "%s_total %" G_GINT64_FORMAT "\n", metric->name, metric->value);
      break;
    case VIGIL_METRIC_GAUGE:
      append_head (text, metric->name, "gauge", "", metric->help);
      g_string_append_printf (text, "%s %" G_GINT64_FORMAT "\n", metric->name, metric->value);
      break;
    case VIGIL_METRIC_HISTOGRAM:
      append_summary (text, metric);
      break;
    default:
      break;
    }
}

static void
append_cb (const VigilMetric *metric, gpointer user_data)
{
  vigil_metrics_text_append (user_data, metric);
}

char *
vigil_metrics_text (void)
{
  GString *text = g_string_new (NULL);

  vigil_metrics_foreach (append_cb, text);
  g_string_append (text, "# EOF\n");
  return g_string_free (text, FALSE);
}
