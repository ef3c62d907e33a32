/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a long run costs as it goes on, and whether a tile waits for its video for ever. */
#pragma once

#include "bench-console.h"

G_BEGIN_DECLS

/** A reading, every five seconds. */
typedef struct
{
  double at_s;
  double anon_mb, pss_mb, rss_mb;
  double helper_anon_mb; /* of anon_mb, of the decoding helper */
  double own_anon_mb;    /* …and without it */
  double heap_mb;        /* allocated and not freed, without the helper */
  guint  threads, fds;
} PatrolSample;

typedef struct _PatrolWatch PatrolWatch;

/** Looks once a second, on the main loop, until it is freed. @loud: says once a minute what it reads. */
PatrolWatch *patrol_watch_new  (BenchConsole *console, gboolean loud);
void         patrol_watch_free (PatrolWatch *self);

/** (element-type PatrolSample) (transfer none) */
GArray      *patrol_watch_get_samples (PatrolWatch *self);
/** For how many seconds somebody's tile was on its way to live video without getting there or giving up, the longest of all;
 *  whose: (out) (nullable) (transfer none). */
double       patrol_watch_get_stuck   (PatrolWatch *self, const char **who);
/** Of what lies at @offset in a sample, a double in MB, from @warm_s on: least squares, MB an hour. */
double       patrol_watch_get_slope   (PatrolWatch *self, gsize offset, double warm_s);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PatrolWatch, patrol_watch_free)

G_END_DECLS
