/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A long stretch of an exam with a connection that breaks again and again. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint  candidates;
  guint  rate;          /* scores a second */
  guint  publish;       /* candidates with a webcam */
  double seconds;
  double drop_s;        /* mean time between two disturbances */
  double violations_h;  /* about so many an hour */
  double warm_s;        /* memory is judged from here on */
  guint  sample;        /* candidates whose scores are looked at besides those on screen */
  guint  seed;
  gboolean loud;        /* a line a minute and at each disturbance */
} SoakOptions;

/** A reading, once a second. */
typedef struct
{
  float  at_s;
  float  pss_mb, rss_mb, anon_mb;
  float  heap_mb;       /* of it in use; what it has beyond are holes */
  float  cpu;           /* core, since the last */
  float  hall_pss_mb;
  float  scores_s;
  guint16 threads, fds;
  gboolean checking;    /* while the harness asked the hall or the client was coming back */
} SoakSample;

typedef enum
{
  SOAK_DROP,     /* the hall closes the connection */
  SOAK_ABRUPT,   /* it is reset */
  SOAK_SILENCED, /* nothing comes for some seconds, then it is reset: all of that is missing */
  SOAK_FREEZE,   /* nothing comes for some seconds, then all of it */
  SOAK_N_KINDS
} SoakKind;

typedef struct
{
  float    at_s;
  SoakKind kind;
  float    away_s;      /* from the end of the silence, if any, until connected and the roster read */
  float    fresh_s;     /* from then until nothing was stale */
} SoakBreak;

typedef struct
{
  GArray    *samples;   /* of SoakSample */
  GArray    *breaks;    /* of SoakBreak */
  GPtrArray *failures;  /* of char* */
  guint      checks, candidates, tiles, sampled;
  guint      violations, told, lost, invented, repeated;
  guint      decided, undone;         /* at the queue; of those, still open at the hall */
  guint      stale, unlike;
  double     slope_mb_h, growth_mb;   /* of anonymous PSS after warm_s; growth: last tenth against the first */
  double     heap_slope_mb_h;         /* of what is in use of the heap */
  double     reconnects, malformed, gaps, healed, gaps_lost, snapshots, scores;
} SoakResult;

const char *soak_kind_to_nick (SoakKind kind);

/** Runs it; the console and the hall are its own. Judges nothing of the memory. (transfer full) */
SoakResult *soak_run         (const SoakOptions *options);
void        soak_result_free (SoakResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SoakResult, soak_result_free)

G_END_DECLS
