/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells trouble that many candidates share from what one of them does. docs/incidents.md has the rule. */
#pragma once

#include "vigil-incident.h"

G_BEGIN_DECLS

/** One candidate lost something, or has it back. */
typedef struct
{
  gint64       at_ms;      /* epoch ms by the hall's clock */
  VigilHandle  handle;
  VigilLost    lost;
  gboolean     recovered;
} VigilSign;

typedef struct _VigilIncidentDetector VigilIncidentDetector;

/** An incident opened, has other members than before, ended, or became part of another. Told from within
 *  vigil_incident_detector_advance(), once for each that changed. */
typedef void (*VigilIncidentFunc) (gpointer user_data, VigilIncident *incident);

/**
 * A pure function of what it is told: it reads no clock, does no I/O and knows no roster. The same
 * signs at the same times give the same incidents. Main thread.
 *
 * A sign costs a fixed number of steps. Memory is bounded by the number of candidates.
 */
VigilIncidentDetector *vigil_incident_detector_new  (VigilIncidentFunc func, gpointer user_data);
void                   vigil_incident_detector_free (VigilIncidentDetector *self);
/** Forgets everything (another exam); incidents are not told of. */
void vigil_incident_detector_reset      (VigilIncidentDetector *self);
/** Forgets what is in the windows; incidents go on. */
void vigil_incident_detector_set_params (VigilIncidentDetector *self, const VigilIncidentParams *params);

/** The id of a group. Returns: 0 (not known) for %NULL, an empty name, and where there are too many. */
guint32 vigil_incident_detector_intern (VigilIncidentDetector *self, VigilShared shared, const char *name);

/** Says where a candidate belongs. Somebody new has lost nothing, as long as nothing else is said. */
void vigil_incident_detector_set_member    (VigilIncidentDetector *self, VigilHandle handle, const VigilIncidentGroups *groups);
/** The candidate left the exam: it leaves its incidents too. */
void vigil_incident_detector_remove_member (VigilIncidentDetector *self, VigilHandle handle);

/** Says what a candidate has lost, as a fact and no sign: nobody knows when. Where it is not lost, it
 *  leaves its incident at @at_ms. */
void vigil_incident_detector_set_lost (VigilIncidentDetector *self, VigilHandle handle, VigilLost lost, gboolean is_lost, gint64 at_ms);
/** Whether it is lost as far as is known. */
gboolean vigil_incident_detector_is_lost (VigilIncidentDetector *self, VigilHandle handle, VigilLost lost);
/** Whether the candidate is a member of an incident on account of that, and not back yet. */
gboolean vigil_incident_detector_is_member (VigilIncidentDetector *self, VigilHandle handle, VigilLost lost);

/**
 * vigil_incident_detector_take:
 * @sign: later than the detector's time it counts as of then
 *
 * Returns: whether it was news: %FALSE for somebody unknown, one that was taken before, or one that
 * is older than what is known.
 */
gboolean vigil_incident_detector_take (VigilIncidentDetector *self, const VigilSign *sign);

/** It is @now_ms: moves the windows. For signs that come between two vigil_incident_detector_advance(). */
void vigil_incident_detector_set_time (VigilIncidentDetector *self, gint64 now_ms);
/** It is @now_ms: moves the windows, looks for incidents and tells what changed. A few times a second
 *  while signs come or vigil_incident_detector_is_busy(). */
void vigil_incident_detector_advance (VigilIncidentDetector *self, gint64 now_ms);
/** It is @now_ms, and nobody knows what happened before: nothing is learned from the time between. */
void vigil_incident_detector_resume  (VigilIncidentDetector *self, gint64 now_ms);
/** Whether something waits for vigil_incident_detector_advance() though no sign comes. */
gboolean vigil_incident_detector_is_busy (VigilIncidentDetector *self);

/** Losses of one candidate in an hour, as it usually is. */
double vigil_incident_detector_get_usual (VigilIncidentDetector *self, VigilLost lost);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilIncidentDetector, vigil_incident_detector_free)

G_END_DECLS
