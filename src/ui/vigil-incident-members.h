/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members of an incident as a list, made on demand: there may be 50,000. */
#pragma once

#include "vigil-incident.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_INCIDENT_MEMBERS (vigil_incident_members_get_type ())
G_DECLARE_FINAL_TYPE (VigilIncidentMembers, vigil_incident_members, VIGIL, INCIDENT_MEMBERS, GObject)

/** A GListModel of VigilSlot, in the order in which they came: members are added, never taken out. Main thread. */
VigilIncidentMembers *vigil_incident_members_new (VigilIncident *incident);
/** The incident has changed: there may be more. */
void                  vigil_incident_members_update (VigilIncidentMembers *self);

G_END_DECLS
