/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics as OpenMetrics text. Pure: nothing but bytes comes out. */
#pragma once

#include "vigil-metrics.h"

G_BEGIN_DECLS

/** What the text is, for whoever serves it. */
#define VIGIL_METRICS_TEXT_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

/**
 * vigil_metrics_text:
 *
 * All metrics as OpenMetrics 1.0 text, ended by "# EOF". A counter's sample is its name with "_total"; a histogram
 * is a summary named with its unit, whose quantiles 0.5, 0.95 and 0.99 are since the program began. A name that the
 * grammar does not allow is left out. Returns: (transfer full). Thread: any.
 */
char *vigil_metrics_text (void);

/** One metric's family appended to @text. */
void vigil_metrics_text_append (GString *text, const VigilMetric *metric);

G_END_DECLS
