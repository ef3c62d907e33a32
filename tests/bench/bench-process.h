/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process costs, read from /proc. Linux only, as Vigil is. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A reading; subtract two for a rate. */
typedef struct
{
  double cpu_s;       /* user + system seconds since the process began */
  double at_s;        /* monotonic seconds of the reading */
  guint  threads;
  guint  fds;
  double rss_mb;
  double pss_mb;      /* from smaps_rollup; 0 where the kernel has none */
  double anon_mb;     /* of that what is of no file: other processes that share our libraries do not change it */
  double helper_pss_mb; /* of pss_mb, of the processes that decode for us */
  double helper_anon_mb; /* of anon_mb, of the same */
} BenchProcess;

/** Reads a process; @pid 0 is the calling one together with those that decode for it. PSS takes milliseconds: not for hot loops. */
void bench_process_read (BenchProcess *reading, int pid);

/** As that of @pid 0, time and CPU alone: reading the rest takes some 10 ms of this process. */
void bench_process_read_cpu (BenchProcess *reading);

/** What this process has allocated and not freed, in all arenas; 0 where the C library does not say. */
double bench_process_heap_mb (void);

/** CPU seconds of this process's threads whose name is @name (the main thread has the program's). */
typedef struct
{
  double user_s;
  double system_s;
} BenchThread;

void bench_process_read_thread (BenchThread *reading, const char *name);

/** Cores used between two readings. */
double bench_process_cores (const BenchProcess *from, const BenchProcess *to);

/** A line through points by least squares. Zeroed, it has none. */
typedef struct
{
  double n, x, y, xx, xy;
} BenchSlope;

void   bench_slope_add (BenchSlope *self, double x, double y);
/** How steep it is; of too few points, or all at one place, it is not a number. */
double bench_slope_get (const BenchSlope *self);

G_END_DECLS
