/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proof of coverage as a picture: who was watched when. */
#pragma once

#include "vigil-coverage-report.h"

G_BEGIN_DECLS

/** Up to so many candidates have a row each; of more several share one. */
#define VIGIL_COVERAGE_CHART_ROWS 400

/**
 * An SVG with time from left to right. Up to VIGIL_COVERAGE_CHART_ROWS candidates: a row each, with the name, bars where they
 * were watched, and a dashed line where nobody looked for longer than the setting. With more each row is several
 * candidates beside each other in the order of the report, the darker the more of them were seen in that stretch of time. Any
 * thread.
 */
gboolean vigil_coverage_chart_write (const VigilCoverageReport *report, VigilWriteFunc write, gpointer user_data, GError **error);

G_END_DECLS
