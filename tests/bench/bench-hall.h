/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vigil-hall in another process, for benchmarks and end-to-end tests. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

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

/**
 * bench_hall_start_program:
 * @argv: (array zero-terminated=1): another program that says it is ready as vigil-hall does
 */
BenchHall  *bench_hall_start_program (const char *const *argv, GError **error);

const char *bench_hall_get_url   (BenchHall *self);
const char *bench_hall_get_exam  (BenchHall *self);
/** Token of a role: "invigilator", "reviewer", "admin". */
const char *bench_hall_get_token (BenchHall *self, const char *role);

/** Posts a JSON text to the hall's control endpoint and waits for the answer. */
gboolean    bench_hall_control   (BenchHall *self, const char *json, GError **error);
/** The same. Returns: (transfer full) (nullable): the answer, an object. */
JsonNode   *bench_hall_ask       (BenchHall *self, const char *json, GError **error);
/** Of its process, for bench_process_read(). */
int         bench_hall_get_pid   (BenchHall *self);

void        bench_hall_stop      (BenchHall *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchHall, bench_hall_stop)

G_END_DECLS
