/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much longer packets are on their way than of late at best: what waits in some queue of the network. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A plain value without a lock: its owner has one. Zeroed, it knows of no packet. */
typedef struct
{
  gboolean begun;
  guint32  timestamp;  /* of the last packet */
  gint64   ticks;      /* the same against the first packet's, without its wrap */
  gint64   since_us;   /* when @best was begun; monotonic */
  gint64   best_us;    /* the shortest way since then, against the first packet's */
  gint64   former_us;  /* …and in the time before */
} VigilTransit;

gint64 vigil_transit_note (VigilTransit *self,
                           guint32       timestamp,
                           guint         clock_rate,
                           gint64        now_us);

G_END_DECLS
