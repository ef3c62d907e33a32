/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in which group, and how large the groups are. For VigilIncidentDetector. */
#pragma once

#include "vigil-incident-params.h"

G_BEGIN_DECLS

/** What is held of one candidate. */
typedef struct
{
  VigilIncidentGroups  groups;
  guint32              losses[VIGIL_N_LOST];  /* in the wheels; 0: none lately */
  guint16              slots[VIGIL_N_LOST];   /* the incident it lost it in, + 1; 0: none */
  guint32              back[VIGIL_N_LOST];    /* when it was found again last, ms after the crowd's base; 0: never */
  guint8               lost;                  /* bit per VigilLost */
  guint8               known : 1;
  guint8               counted : 1;           /* in the populations: connected, or was so lately */
  guint8               away : 1;              /* lost something lately, and no incident has it */
} VigilCrowdOne;

typedef struct
{
  GArray      *ones;                          /* VigilCrowdOne by handle */
  GArray      *population[VIGIL_N_GROUPINGS]; /* guint32 by group id */
  guint        exam;                          /* counted in all */
  guint        n_away;
  GPtrArray   *names[VIGIL_N_GROUPINGS];      /* by group id − 1 */
  GHashTable  *ids[VIGIL_N_GROUPINGS];        /* name, owned → id */
} VigilCrowd;

void vigil_crowd_init  (VigilCrowd *self);
void vigil_crowd_clear (VigilCrowd *self);

/** The id of a group's name; 0 for %NULL, an empty one, and where there are too many. */
guint32     vigil_crowd_intern   (VigilCrowd *self, VigilShared shared, const char *name);
const char *vigil_crowd_get_name (VigilCrowd *self, VigilShared shared, guint32 id); /* nullable */

/** Returns: (nullable): %NULL for somebody of whom nothing was said. Valid until the next ensure. */
VigilCrowdOne *vigil_crowd_find   (VigilCrowd *self, VigilHandle handle);
VigilCrowdOne *vigil_crowd_ensure (VigilCrowd *self, VigilHandle handle);

void vigil_crowd_set_groups  (VigilCrowd *self, VigilCrowdOne *one, const VigilIncidentGroups *groups);
void vigil_crowd_set_counted (VigilCrowd *self, VigilCrowdOne *one, gboolean counted);
void vigil_crowd_set_away    (VigilCrowd *self, VigilCrowdOne *one, gboolean away);

G_END_DECLS
