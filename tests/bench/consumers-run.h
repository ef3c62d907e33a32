/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fixed script scrolls through a wall of live candidates; how many consumers there are is sampled all the while. */
#pragma once

#include "bench-console.h"
#include "bench-hall.h"

G_BEGIN_DECLS

typedef struct
{
  double at_s;
  guint  consumers;   /* at the server, as the client knows it */
  guint  live;        /* as the budget decided */
  guint  warm;
} ConsumersSample;

typedef struct
{
  guint   candidates;
  guint   ceiling;        /* live and warm together */
  guint   first, last;    /* consumers at rest at the top of the wall, before and after the script */
  guint   hall_last;      /* as the hall counts them after it */
  guint   peak;
  guint64 consumes;       /* asked for by the script */
  gint64  put_off;        /* requests that the hall found too many */
  GArray *samples;        /* ConsumersSample */
} ConsumersRun;

/** Starts a hall of @candidates who all send video, runs the script of @seconds per part in a window of 1280 × 800.
 *  @rate: requests a second that the hall bears */
ConsumersRun *consumers_run      (guint candidates, double seconds, guint rate);
void          consumers_run_free (ConsumersRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ConsumersRun, consumers_run_free)

G_END_DECLS
