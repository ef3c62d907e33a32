/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The detector's struct, for the files it is split into: what happens, and what comes of it. */
#pragma once

#include "vigil-incident-book.h"
#include "vigil-incident-detector.h"
#include "vigil-loss-view.h"

G_BEGIN_DECLS

struct _VigilIncidentDetector
{
  VigilIncidentParams  params;
  VigilIncidentFunc    func;
  gpointer             user_data;

  VigilCrowd           crowd;
  VigilIncidentBook    book;
  VigilLossWheel      *wheels[VIGIL_N_LOST];

  double               usual[VIGIL_N_LOST];   /* losses of one candidate in a second */
  double               learned_s;
  guint                n_usual[VIGIL_N_LOST]; /* left the burst window in this step, of no incident */

  gint64               now_ms;                /* 0: not said yet */
  gint64               base_ms;               /* of VigilCrowdOne.back */
  gint64               due_ms[VIGIL_N_LOST];  /* since when there may be a burst; 0: no */
  gint64               last_ms[VIGIL_N_LOST]; /* when the last loss came */
  gboolean             break_due;
};

/* vigil-incident-detector.c */
/** Takes a loss that no incident has into one. */
void vigil_incident_detector_join (VigilIncidentDetector *self, VigilIncident *incident, VigilLost lost, VigilLoss *loss);

/* vigil-incident-finder.c */
void     vigil_incident_detector_get_view        (VigilIncidentDetector *self, VigilLost lost, VigilLossView *view);
/** Tells bursts apart, opens incidents for them and merges those that are parts of one. */
void     vigil_incident_detector_look_for_bursts (VigilIncidentDetector *self, VigilLost lost);
/** Whether nearly everybody is away, whose going no incident explains. */
gboolean vigil_incident_detector_is_break        (VigilIncidentDetector *self);
void     vigil_incident_detector_look_for_break  (VigilIncidentDetector *self);

G_END_DECLS
