/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue's struct, for the files it is split into: the list and the time; what comes and goes. */
#pragma once

#include "vigil-metrics.h"
#include "vigil-triage-item-private.h"
#include "vigil-triage-queue.h"

G_BEGIN_DECLS

struct _VigilTriageQueue
{
  GObject           parent_instance;

  VigilTriageRules  rules;
  char             *user;
  VigilTriageFold   fold;
  gpointer          fold_data;

  GSequence        *items;    /* VigilTriageItem, owned */
  GHashTable       *by_id;    /* violation id (its own) → VigilTriageItem, borrowed */
  GHashTable       *by_student; /* student id, owned → GPtrArray of that one's items, borrowed; none without any */
  GHashTable       *groups;   /* incident number → VigilTriageItem, borrowed */
  GHashTable       *split;    /* numbers of incidents that an operator took apart */
  GHashTable       *claims;   /* student id → who, owned: claims may come before the violations */
  GHashTable       *beyond;   /* ids, owned, for which there was no room */
  GHashTable       *sending;  /* ids, owned, decided here and not confirmed */
  GHashTable       *named;    /* ids, owned, that the snapshot had so far; NULL: none is being read */
  gint64            now_ms;
  guint             n_frozen;
  guint             n_told;   /* length of the list as others know it, while frozen */
  guint             n_same_first, n_same_last; /* so many at its beginning and its end are the same */
  guint             touched : 1; /* while frozen: the list is another */
  guint             counted : 1; /* while frozen: the counts are */
  VigilCounter     *length;
  VigilCounter     *n_beyond;
};

enum
{
  VIGIL_TRIAGE_QUEUE_COUNTS_CHANGED,
  VIGIL_TRIAGE_QUEUE_ROOM,
  VIGIL_TRIAGE_QUEUE_N_SIGNALS
};

extern guint vigil_triage_queue_signals[VIGIL_TRIAGE_QUEUE_N_SIGNALS];

/* vigil-triage-queue.c */
/** @item: (transfer full). */
void     vigil_triage_queue_insert      (VigilTriageQueue *self, VigilTriageItem *item);
void     vigil_triage_queue_take_out    (VigilTriageQueue *self, VigilTriageItem *item);
/** Something of it is another: to where it belongs now, and tells. */
void     vigil_triage_queue_refresh     (VigilTriageQueue *self, VigilTriageItem *item);
void     vigil_triage_queue_apply_rules (VigilTriageQueue *self, VigilTriageItem *item);
void     vigil_triage_queue_tell_counts (VigilTriageQueue *self);
/** Items of a candidate, in no order; they stay whoever is told meanwhile. Returns: (transfer full). */
GPtrArray *vigil_triage_queue_dup_items_of (VigilTriageQueue *self, const char *student_id);

/* vigil-triage-queue-take.c */
/** Forgets whatever the rules do not want any more. */
void vigil_triage_queue_forget_unwanted (VigilTriageQueue *self);

G_END_DECLS
