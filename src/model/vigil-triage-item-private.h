/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The item's struct, for its queue. */
#pragma once

#include "vigil-triage-item.h"

G_BEGIN_DECLS

struct _VigilTriageItem
{
  GObject           parent_instance;

  GPtrArray        *violations;  /* VigilViolation, oldest first; one, unless it is an incident */
  guint             group;       /* 0: a violation */
  GObject          *subject;     /* of an incident */
  char             *claimed_by;
  gint64            at_ms;
  gint64            deadline_ms;
  gint64            until_ms;
  VigilTriageState  state;
  VigilDue          due;
  guint             n_sending;   /* of the violations, that were decided here and not confirmed */
  guint             sending : 1;
  guint             returned : 1;
  guint             escalated : 1;
  guint             over : 1;

  GSequenceIter    *place;       /* in the queue; NULL: in none */
};

VigilTriageItem *vigil_triage_item_new (VigilViolation *violation); /* @violation: (nullable) */
/** Puts a violation among its own, in order. */
void             vigil_triage_item_add (VigilTriageItem *self, VigilViolation *violation);
/** Returns: (transfer none) (nullable): %NULL if it holds none of that id. */
VigilViolation  *vigil_triage_item_find (VigilTriageItem *self, const char *id);
/** Takes one out, if it is there. */
void             vigil_triage_item_remove (VigilTriageItem *self, const char *id);
void             vigil_triage_item_changed (VigilTriageItem *self);

G_END_DECLS
