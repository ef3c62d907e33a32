/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vigil-hall in another process, for benchmarks and end-to-end tests. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BenchHall BenchHall;

/**
 * bench_hall_start:
 * @args: (array zero-terminated=1): options of vigil-hall besides --ready, --port and --control
 *
 * Starts the program named by VIGIL_HALL (or the build folder's) on a free port and waits, at most a
 * minute, for its ready line. It ends with this process at the latest: it quits when its stdin closes.
 */
BenchHall  *bench_hall_start (const char *const *args, GError **error);

const char *bench_hall_get_url   (BenchHall *self);
const char *bench_hall_get_exam  (BenchHall *self);
/** Token of a role: "invigilator", "reviewer", "admin". */
const char *bench_hall_get_token (BenchHall *self, const char *role);

/** Posts a JSON text to the hall's control endpoint and waits for the answer. */
gboolean    bench_hall_control   (BenchHall *self, const char *json, GError **error);

void        bench_hall_stop      (BenchHall *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchHall, bench_hall_stop)

G_END_DECLS
