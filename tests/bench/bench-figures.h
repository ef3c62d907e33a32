/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of a run: printed as they come, kept for a JSON file. One set a process. */
#pragma once

#include "bench-console.h"
#include "bench-process.h"

G_BEGIN_DECLS

/** "@part_@what", or "@what" alone where @part is %NULL. */
void     bench_note         (const char *part, const char *what, double value, const char *unit);
/** Memory, threads and descriptors. */
void     bench_note_process (const char *part, const BenchProcess *now);
/** p50 and p95 of a histogram of the program. */
void     bench_note_quantiles (const char *part, const char *what, const char *metric);
/** Takes in what another process wrote. Returns: whether it could be read. */
gboolean bench_figures_load (const char *file, const char *prefix);
void     bench_figures_save (const char *file);

/** CPU, memory and threads over @seconds. */
void     bench_measure        (BenchConsole *console, const char *part, int seconds);
/** The same while the wall scrolls, with the intervals between its frames. */
void     bench_measure_scroll (BenchConsole *console, const char *part, int seconds, double px_per_s);

G_END_DECLS
