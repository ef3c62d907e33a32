/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real client in this process: the program's own window over its own object graph, for benchmarks
 * and end-to-end tests. Needs a display. */
#pragma once

#include "vigil-app-connector.h"
#include "vigil-window.h"

G_BEGIN_DECLS

typedef struct _BenchConsole BenchConsole;

/** Whether what is waited for has come. */
typedef gboolean (*BenchCondition) (BenchConsole *console, gpointer user_data);

/** Makes the application object and a window of that size; nothing is connected. */
BenchConsole  *bench_console_new (int width, int height);

/** Connects with a token, joins an exam and waits, at most @timeout_s, for the wall. */
gboolean       bench_console_connect (BenchConsole *self, const char *url, const char *token, const char *exam, double timeout_s);

/** Ends the access and the window; runs the main loop until what they held is gone or @timeout_s is over. */
void           bench_console_close (BenchConsole *self, double timeout_s);
void           bench_console_free  (BenchConsole *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchConsole, bench_console_free)

VigilWindow   *bench_console_get_window  (BenchConsole *self);
VigilSession  *bench_console_get_session (BenchConsole *self);
VigilSettings *bench_console_get_settings (BenchConsole *self);

/** Lets the main loop run. */
void           bench_console_run  (BenchConsole *self, double seconds);
/** Lets it run until @condition holds. Returns: whether it did before @timeout_s was over. */
gboolean       bench_console_wait (BenchConsole *self, BenchCondition condition, gpointer user_data, double timeout_s);
/** Until @tiles tiles (0: all that are on screen and stream) play. Returns: seconds it took, negative: it did not. */
double         bench_console_wait_playing (BenchConsole *self, guint tiles, double timeout_s);

/** Scrolls the wall up and down at @px_per_s, on the frame clock; 0 stops. */
void           bench_console_scroll (BenchConsole *self, double px_per_s);

/** When the last frame was drawn, monotonic; 0: none since the last bench_console_take_intervals(). */
gint64         bench_console_get_painted_us (BenchConsole *self);
/** Milliseconds between drawn frames since the last call: sorted doubles. (transfer full) */
GArray        *bench_console_take_intervals (BenchConsole *self);
/** A quantile of sorted doubles; −1 without any. */
double         bench_quantile (GArray *sorted, double p);

G_END_DECLS
