/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the stream budget's files share: what is remembered of a candidate, and the order. */
#pragma once

#include "vigil-stream-admission.h"
#include "vigil-stream-budget.h"

G_BEGIN_DECLS

/* Outermost first: what decides who goes before whom. */
typedef enum
{
  CLASS_FOCUSED,
  CLASS_PINNED,
  CLASS_CLAIMED,
  CLASS_FLAGGED,
  CLASS_VISIBLE,
  CLASS_CLAIMED_AWAY,  /* claimed and not on screen: from here on ready at best */
  CLASS_PATROL,
  CLASS_NEAR,
  CLASS_GRACE,
  CLASS_NONE,
} VigilBudgetClass;

/* Lists of candidates, nearest first, that are replaced as a whole. */
typedef enum
{
  LIST_NEAR,
  LIST_PATROL,
  LIST_DUE,
  N_LISTS
} VigilBudgetList;

#define NOT_LISTED G_MAXUINT

/* Screen and microphone of somebody who is opened, or was until the next decision; in the order in which they are let in. */
#define N_EXTRAS (VIGIL_N_SOURCES - 1)

typedef struct
{
  VigilStreamDecision  last[N_EXTRAS];
  VigilStreamCost      cost[N_EXTRAS];
} VigilBudgetExtras;

typedef struct
{
  VigilHandle          handle;
  guint                visible;      /* how many tiles show it */
  guint                places[N_LISTS]; /* in each list, or NOT_LISTED */
  guint                focused;      /* how many pages show it opened */
  guint                produced;     /* set of screen and microphone: 1 << VigilSource */
  guint                pinned : 1;
  guint                claimed : 1;
  guint                flagged : 1;
  guint                available : 1;
  guint                active : 1;   /* is in the array of those to decide about */
  gint64               left_us;      /* when nobody wanted it any more; 0: somebody does */
  VigilBudgetClass     class;        /* scratch of decide() */
  VigilStreamDecision  last;
  VigilStreamCost      cost;         /* all 0: never measured */
  VigilBudgetExtras   *extras;       /* NULL: not opened, and nothing is left of it */
} VigilBudgetEntry;

struct _VigilStreamBudget
{
  GObject            parent_instance;

  VigilStreamLimits     limits;
  GHashTable           *entries;         /* VigilHandle → Entry, owned */
  GPtrArray            *active;          /* Entry, borrowed */
  GArray               *lists[N_LISTS];  /* VigilHandle */
  VigilStreamAdmission  admission;       /* of the last decision */
  guint                 n_whys[VIGIL_N_WHYS]; /* in it, of whoever is wanted */
};

static inline gboolean
vigil_budget_entry_is_wanted (const VigilBudgetEntry *entry)
{
  return entry->visible > 0 || entry->pinned || entry->focused > 0 || entry->claimed ||
         entry->places[LIST_NEAR] != NOT_LISTED || entry->places[LIST_PATROL] != NOT_LISTED;
}

/** Nothing is remembered of somebody of whom nothing is left to say; @entry may be gone. */
void vigil_stream_budget_retire (VigilStreamBudget *self, VigilBudgetEntry *entry);

G_END_DECLS
