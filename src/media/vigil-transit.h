/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much longer packets are on their way than of late at best: what waits in some queue of the network. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The shortest way of one to two windows, against the first packet's. */
typedef struct
{
  gint64 since_us;   /* when @best_us was begun; monotonic */
  gint64 best_us;
  gint64 former_us;  /* of the window before */
} VigilTransitBest;

/** A plain value without a lock: its owner has one. Zeroed, it knows of no packet. */
typedef struct
{
  gboolean         begun;
  guint32          timestamp;  /* of the last packet */
  gint64           ticks;      /* the same against the first packet's, without its wrap */
  VigilTransitBest of_late;
  VigilTransitBest of_long;
  gint64           behind_us;  /* by how much longer the last packet was on its way than the quickest of the last ten to twenty minutes; ten at most */
} VigilTransit;

gint64 vigil_transit_note (VigilTransit *self,
                           guint32       timestamp,
                           guint         clock_rate,
                           gint64        now_us);

G_END_DECLS
