/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many candidates who lost the same at the same time: trouble with one cause, nobody's conduct. */
#pragma once

#include "vigil-incident-params.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_INCIDENT (vigil_incident_get_type ())
G_DECLARE_FINAL_TYPE (VigilIncident, vigil_incident, VIGIL, INCIDENT, GObject)

/** One candidate of an incident. Times are epoch milliseconds on the hall's clock. */
typedef struct
{
  VigilHandle          handle;
  guint8               lost;             /* bit per VigilLost that is lost now; 0: it recovered or left */
  guint8               ever;             /* likewise, that was lost since the incident began */
  gint64               lost_at_ms;       /* the first of them */
  gint64               recovered_at_ms;  /* 0: not yet */
  VigilIncidentGroups  groups;           /* as they were then; ids of the detector */
} VigilIncidentMember;

/** Its number; the first of a session is 1, and none is used twice. */
guint       vigil_incident_get_id     (VigilIncident *self);
/** What was lost: the worst that at least half of the members lost. */
VigilLost   vigil_incident_get_lost   (VigilIncident *self);
/** The group that explains it. */
VigilShared vigil_incident_get_shared (VigilIncident *self);
/** That group's name. Returns: (nullable): %NULL for VIGIL_SHARED_EXAM. */
const char *vigil_incident_get_name   (VigilIncident *self);
/** What at least nine in ten members have in common besides: a room's members may be one worker's.
 *  Returns: (nullable): the name. */
const char *vigil_incident_get_in_common (VigilIncident *self, VigilShared shared);

/** When the first member lost it, epoch ms by the hall's clock. */
gint64      vigil_incident_get_since_ms (VigilIncident *self);
/** From the first to the last member's loss, ms. */
gint64      vigil_incident_get_span_ms  (VigilIncident *self);
/** When the last member recovered or left; 0: it goes on. */
gint64      vigil_incident_get_until_ms (VigilIncident *self);
/** How many members there ever were, and how many have not recovered. */
guint       vigil_incident_get_n_ever   (VigilIncident *self);
guint       vigil_incident_get_n_now    (VigilIncident *self);
/** How many the group had when it was found. */
guint       vigil_incident_get_group_size (VigilIncident *self);
/** The id of the larger incident that this one turned out to be a part of; 0: it stands for itself. */
guint       vigil_incident_get_merged_into (VigilIncident *self);

/** Everybody who ever belonged to it, in the order they came. (transfer none): valid until the next change. */
const VigilIncidentMember *vigil_incident_get_members (VigilIncident *self, guint *n);
/** Returns: (nullable): the member; valid until the next change. */
const VigilIncidentMember *vigil_incident_find_member (VigilIncident *self, VigilHandle handle);

/** Text nicks for logs, CSS classes and tests; never shown as they are. */
const char *vigil_lost_to_nick   (VigilLost lost);
const char *vigil_shared_to_nick (VigilShared shared);
/** "41 of 41 lost video in 3.0 s: room B, worker 2, all recovered": English, for logs. Returns: (transfer full) */
char       *vigil_incident_dup_summary (VigilIncident *self);

G_END_DECLS
