/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the detector does to an incident. */
#pragma once

#include "vigil-incident.h"

G_BEGIN_DECLS

struct _VigilIncident
{
  GObject      parent_instance;

  guint        id;
  VigilLost    lost;
  VigilShared  shared;
  guint32      group;                       /* id of the detector; 0 for VIGIL_SHARED_EXAM */
  char        *names[VIGIL_N_GROUPINGS];    /* %NULL: not in common */
  gint64       first_ms;
  gint64       last_ms;
  gint64       until_ms;
  guint        group_size;
  guint        merged_into;
  GArray      *members;                     /* VigilIncidentMember */
  GHashTable  *places;                      /* VigilHandle → index in members, + 1 */
  guint        n_now;
  guint        n_ever[VIGIL_N_LOST];        /* members who lost it */

  /* The detector's own. */
  guint8       kinds;                       /* bit per VigilLost that burst in this group */
  guint        slot;
  gint64       opened_ms;
  gint64       round;                       /* when it explained something last, detector's time */
  gint64       burst_ms;                    /* when its group was last seen to burst */
  gint64       empty_ms;                    /* when the last member recovered */
  guint        n_named;                     /* members of when its names were found */
  gboolean     dirty;
};

VigilIncident *vigil_incident_new (guint id, VigilShared shared, guint32 group);

/** Somebody lost something. A member who is there already has lost one thing more. */
void     vigil_incident_join    (VigilIncident *self, VigilHandle handle, const VigilIncidentGroups *groups, VigilLost lost, gint64 at_ms);
/** A member has it back. Returns: whether it has left the incident with that. */
gboolean vigil_incident_recover (VigilIncident *self, VigilHandle handle, VigilLost lost, gint64 at_ms);

/** What nine in ten members have in common in @shared; 0: nothing. */
guint32  vigil_incident_find_common (VigilIncident *self, VigilShared shared);
void     vigil_incident_set_name    (VigilIncident *self, VigilShared shared, const char *name);

G_END_DECLS
