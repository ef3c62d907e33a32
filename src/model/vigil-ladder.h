/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much live video the machine and the network bear: down fast, up slowly. No timers, no I/O. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

/** One second, as it was. */
typedef struct
{
  guint  live;         /* streams that were live */
  guint  lossy;        /* of those, streams that lost more than "max_loss" by themselves */
  guint  queued;       /* …and streams whose packets waited for longer than "max_queue_ms" on their way */
  gboolean drains;     /* most of those for noticeably less than a second before: soon it is over */
  double queue_ms;     /* by how much longer than at best their packets were on their way, on average */
  double loop_late_ms; /* by how much the main loop came late, on average */
  double wait_ms;      /* what a picture waited for a decoder, on average */
  double loss;         /* share of packets that never came, 0..1 */
  double feed_ms;      /* what the hall's last answer over the feed took; 0: not known */
  double frame_late_ms; /* by how much a window's frames came late, on average; 0: none can be seen */
} VigilLoad;

/** What stands against more. */
typedef enum
{
  VIGIL_LOAD_NONE,
  VIGIL_LOAD_MACHINE,  /* main loop, frames or decoders are late */
  VIGIL_LOAD_NETWORK,  /* packets are lost, or wait in a queue; or stills hold up the scores */
} VigilLoadCause;

typedef struct
{
  VigilRung top;       /* what is shown at best anyway: STILL in a hall without video, or where the operator wants no more */
  guint max_live;      /* the ceiling that is there anyway */
  guint max_loop_ms;   /* a later main loop is too much, default 80; 0: not looked at */
  guint max_frame_ms;  /* later frames are too much, default 120; 0: not looked at */
  guint max_wait_ms;   /* a longer wait is too much, default 120; 0: not looked at */
  guint max_loss;      /* more lost packets are too many, in thousandths, default 80; 0: not looked at */
  guint max_queue_ms;  /* packets that are on their way by so much longer than at best are too many, default 500; 0: not looked at */
  guint max_feed_ms;   /* among stills: a later answer of the hall is too much, default 3000; 0: not looked at */
  guint patience_s;    /* it has to be too much for so many seconds on end, default 5 */
  guint recovery_s;    /* and fine for so many before more is tried, default 10 */
} VigilLadderParams;

/** Where it stands; starts as all 0 (everything is borne). Owned by whoever steps it. */
typedef struct
{
  guint          live;         /* streams that are borne; 0: as many as there may be */
  VigilRung      rung;         /* STILL: not even one is; SCORE: stills are not either */
  VigilLoadCause cause;        /* why it is not higher; NONE at the top */

  guint          bad_s;        /* seconds that were too much since one was fine; one less for each in which a queue drained */
  guint          good_s;       /* seconds on end that were fine */
  guint          failed_at;    /* as many were too much last; 0: it is not known that so many are */
  guint          wait_s;       /* how long it has to be fine before so many are tried again; doubles when they fail */
  double         queue_from_ms; /* what packets waited in the first of those bad seconds */
  guint          settle_s;     /* so long what arrives was sent before fewer played */
  guint          since_up_s;   /* since what was too much is tried again; 0: it is not */
} VigilLadder;

/**
 * Takes the last second in. Too much for long enough takes a quarter of what is live away (more where a queue in the network
 * grows fast: by that it is known how much the line carries), and again as long as it stays too much, down to stills, and if
 * it still is, to scores alone; being fine gives back a tenth at a time. What was too much before is tried again only after
 * longer, and after twice as long each time it fails within half a minute, up to five minutes.
 *
 * It judges only what video can be to blame for: a handful of streams at least, or as many as it let play; and the network
 * only where most of them lose or queue. One candidate's bad line is that one's. Stills are to blame for a late main loop and
 * late frames, which show them, and for scores that come late behind them.
 *
 * Returns: whether @self->live, @self->rung or @self->cause changed.
 */
gboolean vigil_ladder_step (VigilLadder *self, const VigilLoad *load, const VigilLadderParams *params);

G_END_DECLS
