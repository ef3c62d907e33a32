/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A patrolled rehearsal with live video, watched over by a count that is not the ledger's: every live picture that a tile in
 * the window draws is read back, and whose it is says its pixels. For the benchmark and for the end-to-end test. */
#pragma once

#include "patrol-faults.h"
#include "patrol-watch.h"

G_BEGIN_DECLS

typedef struct
{
  guint       candidates;
  guint       seconds;      /* of patrol, after the wall has begun to play */
  int         warn_s;       /* "coverage-warn-seconds": nobody may be unseen for longer */
  int         hold_s;       /* "patrol-seconds" */
  guint       fault_s;      /* every so often the SFU dies or the connection breaks; 0: never */
  guint       seed;         /* not 0: faults of every kind, at random */
  guint       scroll_s;     /* every so often the wall is scrolled for ten seconds; 0: never */
  guint       touch_s;      /* every so often somebody works with the wall; 0: never */
  const char *video;        /* "320x180@10" */
  double      activity;     /* share of candidates who show something */
  gboolean    decide;       /* somebody at the queue decides about what they show */
  gboolean    loud;         /* says once a minute what the run costs */
  const char *folder;       /* (nullable): the proof is written here at the end */
} PatrolOptions;

typedef struct
{
  guint   drawn;            /* live pictures in the window */
  guint   wrong;            /* of somebody else */
  guint   unreadable;
  guint   seen;             /* candidates */
  guint   with_camera;      /* …of so many who had a camera at the end */
  double  longest_unseen_s; /* by our count, of all candidates */
  char   *longest_who;
  double  mean_unseen_s;    /* of each candidate's longest */
  double  ledger_longest_s; /* by the ledger */
  double  counted_s;        /* watched, of all candidates together */
  double  ledger_s;
  double  worst_diff_s;     /* of one candidate */
  guint   pages;
  guint   waits_cut;
  guint   pauses;
  guint   faults;
  guint   due_most;         /* how many the ledger said were due at once, most of all times */
  double  cpu_cores;
  double  pss_mb;
  guint   counts[PATROL_N_FAULTS]; /* of faults at random */
  double  stuck_s;          /* the longest that a tile was on its way to live video */
  char   *stuck_who;        /* nullable */
  double  slope_mb_h;       /* the client's anonymous memory, after a third of the time: what is bounded is full by then */
  double  helper_slope_mb_h; /* …and the decoding helper's, which has a megabyte for each video that plays at the moment */
  double  heap_slope_mb_h;  /* what was allocated and not freed, without the helper */
  guint   decided;          /* violations that somebody decided about */
  guint   undecided;        /* …that wait at the end */
  GArray *samples;          /* of PatrolSample */
} PatrolResult;

PatrolResult *patrol_run (const PatrolOptions *options);
void          patrol_result_free (PatrolResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PatrolResult, patrol_result_free)

G_END_DECLS
