/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the proof of coverage into a folder: two tables and a chart. */
#pragma once

#include <gio/gio.h>

#include "vigil-coverage-report.h"

G_BEGIN_DECLS

/**
 * vigil_coverage_export_async:
 * @report: (transfer full)
 * @folder: anywhere GIO can write
 *
 * Writes "coverage-EXAM-TIME.csv", "…-intervals.csv" and "….svg" on another thread. Each is replaced as a whole: a failure
 * leaves no half file. Main thread.
 */
void  vigil_coverage_export_async  (VigilCoverageReport *report, GFile *folder, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (transfer full): the name of the first file; %NULL: G_IO_ERROR, with what could not be written. */
char *vigil_coverage_export_finish (GAsyncResult *result, GError **error);

G_END_DECLS
