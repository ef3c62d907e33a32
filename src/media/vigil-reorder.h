/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts one stream's packets in order, knows what is missing, and for how long. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A key frame of a shared screen has some 300 packets. Divides 65,536: sequence numbers wrap. */
#define VIGIL_REORDER_MAX 512u

typedef struct
{
  GstBuffer *buffer;     /* NULL: missing */
  gint64     noticed_us; /* when it was found missing; monotonic */
  gint64     asked_us;   /* when it was asked for last; 0: not yet */
  gboolean   given_up;   /* it was not waited for any longer */
} VigilReorderSlot;

/** A plain value without a lock: its owner has one. Zeroed, it is empty. */
typedef struct
{
  VigilReorderSlot ring[VIGIL_REORDER_MAX];
  gboolean         begun;
  guint16          next;     /* goes out next */
  guint16          end;      /* one after the highest that came */
  guint            n_odd;    /* packets in a row that were not taken */
  guint16          odd_next; /* what would follow the last of them */
  gint64           repair_us; /* how long missing packets took to come, of late the longest; 0: none came */
} VigilReorder;

typedef enum
{
  VIGIL_REORDER_TAKEN,
  VIGIL_REORDER_LATE,    /* dropped: gone by, or there already */
  VIGIL_REORDER_FAR_OFF, /* dropped: unless its successor follows, a stray */
  VIGIL_REORDER_FULL,    /* not taken and still the caller's: first what is held must go, holes or not */
} VigilReorderVerdict;

VigilReorderVerdict vigil_reorder_push  (VigilReorder *self,
                                         GstBuffer    *packet,
                                         guint16       seq,
                                         gint64        now_us);
GstBuffer          *vigil_reorder_pop   (VigilReorder *self,
                                         gint64        now_us,
                                         gint64        hold_us,
                                         guint        *n_given_up);
guint               vigil_reorder_ask   (VigilReorder *self,
                                         gint64        now_us,
                                         gint64        again_us,
                                         guint16      *seqs,
                                         guint         max);
gint64              vigil_reorder_get_hold (const VigilReorder *self,
                                            gint64              least_us,
                                            gint64              most_us);
gboolean            vigil_reorder_is_waiting (const VigilReorder *self);
void                vigil_reorder_clear (VigilReorder *self);

G_END_DECLS
