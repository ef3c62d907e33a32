/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds the incident detector from a session, and keeps what it found. */
#pragma once

#include "vigil-hall-event.h"
#include "vigil-incident.h"
#include "vigil-roster.h"
#include "vigil-scoring-policy.h"
#include "vigil-settings.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_INCIDENT_WATCH (vigil_incident_watch_get_type ())
G_DECLARE_FINAL_TYPE (VigilIncidentWatch, vigil_incident_watch, VIGIL, INCIDENT_WATCH, GObject)

/**
 * Main thread only. What the hall tells at this moment is a sign; what is learned by reading (the
 * roster, what was missed) is a fact of which nobody knows the time, and never a part of a burst.
 *
 * Signals:
 *  - "changed" (VigilIncident*): one opened, its members changed, it ended, or it turned out to be a part of
 *    another; at most four times a second for each
 */
VigilIncidentWatch *vigil_incident_watch_new (VigilRoster *roster, VigilScoringPolicy *policy, VigilSettings *settings);

/** Of VigilIncident, newest first: those that go on, and those that ended until they are dismissed. (transfer none) */
GListModel *vigil_incident_watch_get_incidents (VigilIncidentWatch *self);
/** Takes one that ended out of the list. Violations fold into it as before. */
void        vigil_incident_watch_dismiss (VigilIncidentWatch *self, VigilIncident *incident);

/**
 * vigil_incident_watch_find:
 * @type: of a violation; most belong to no incident whatever happens
 * @at_ms: the violation's time, by the hall's clock
 *
 * The incident that a candidate's violation is a part of: one that may cause its type, of which the
 * candidate is a member, and whose time for this member (not longer than until it recovered) it fell
 * into, give or take a setting.
 * Returns: (transfer none) (nullable): the newest of them.
 */
VigilIncident *vigil_incident_watch_find (VigilIncidentWatch *self, VigilHandle handle, const char *type, gint64 at_ms);

/* The session's side. */

/** The connection is there, and what happened before is not known; or it is gone. */
void vigil_incident_watch_set_live (VigilIncidentWatch *self, gboolean live);
/** Forgets everything (another exam). */
void vigil_incident_watch_clear (VigilIncidentWatch *self);
/** The hall told something that the roster has taken in and nobody heard of yet: call with the roster frozen.
 *  @lag_ms: how long ago, at most. */
void vigil_incident_watch_take_event (VigilIncidentWatch *self, const VigilHallEvent *event, gint64 lag_ms);
/** The hall told of a new violation. */
void vigil_incident_watch_take_violation (VigilIncidentWatch *self, const VigilViolation *violation);
/** The roster was read to its end: who is not in it has left. */
void vigil_incident_watch_roster_read (VigilIncidentWatch *self);

G_END_DECLS
