/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The roster view's struct, for the files it is split into: ranks, sections. */
#pragma once

#include "vigil-metrics.h"
#include "vigil-ranker.h"

G_BEGIN_DECLS

struct _VigilRosterView
{
  GObject              parent_instance;

  VigilRoster         *roster;
  VigilScoringPolicy  *policy;
  VigilRanker         *ranker;
  VigilOrder           order;

  GArray              *ranked;      /* VigilEntry by position */
  GArray              *spare;       /* the one the next rank is made in */
  GArray              *positions;   /* guint by handle: position + 1, 0 not shown */
  GPtrArray           *slots;       /* VigilSlot by position; %NULL: nobody asked for it yet */
  guint                generation;  /* of the roster that was ranked */
  guint                n_arrived;   /* of the roster's handles: ranked or looked at */
  guint                n_matching;  /* as it was notified last */
  guint                n_exempt;
  guint                exempt_card; /* position + 1; 0: nobody is exempt */

  guint                interval_ms;
  guint                timer;
  guint                soon;        /* one rank, a moment from now */
  guint                counting;    /* the sections' counts, while there are any */
  guint                n_holds;
  guint                stale : 1;   /* something changed that the next rank must look at */
  guint                ranking : 1;
  guint                again : 1;   /* a rank was asked for in the middle of one */
  guint64              serial;      /* of the store when it was ranked */
  gint64               ranked_us;
  guint64              n_rebinds;
  VigilCounter        *rebinds;
  VigilCounter        *commits;
  VigilHistogram      *duration;
};

/* vigil-roster-view-sections.c */
/** After a rank: counts what the sections hold, and again once a second while there are any. */
void vigil_roster_view_count_sections (VigilRosterView *self);

G_END_DECLS
