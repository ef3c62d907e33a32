/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A wall on which a number of tiles are live, next to a bare decode of the same pictures in the same run. */
#pragma once

#include "bench-console.h"
#include "bench-hall.h"

G_BEGIN_DECLS

typedef struct
{
  guint tiles;         /* that play */
  guint width, height; /* of the video */
  guint rate;          /* pictures a second */
  guint tile_width;    /* 0: the usual */
  guint window_width, window_height;
  int   seconds;       /* of each measurement */
} BenchLive;

/** A hall in which @live's candidates publish, and a few do not yet. Aborts if there is none. */
BenchHall    *bench_live_start_hall (const BenchLive *live);
/** @ready: an operator has had time to choose a hall: the console's DTLS key is there. */
BenchConsole *bench_live_open       (const BenchLive *live, BenchHall *hall, gboolean ready);

/** How long until all play, and their first pictures. Right after bench_live_open(). */
void          bench_live_first  (const BenchLive *live, BenchConsole *console, const char *part);
/** CPU next to the bare decode, memory, threads. */
void          bench_live_cost   (const BenchLive *live, BenchConsole *console, const char *part);
/** Candidates who begin to publish one by one while the others play. */
void          bench_live_later  (BenchConsole *console, BenchHall *hall, const char *part);
/** All leave the screen and come back within their grace, a few times: the first picture after it. */
void          bench_live_resume (BenchConsole *console, const char *part);

G_END_DECLS
