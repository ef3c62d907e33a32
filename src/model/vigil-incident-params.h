/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words and the numbers of the incident detector. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

/** What a candidate may lose, the lesser first. */
typedef enum
{
  VIGIL_LOST_FACE,       /* nobody in the picture */
  VIGIL_LOST_VIDEO,      /* no picture */
  VIGIL_LOST_HEARTBEAT,  /* the browser is not connected */
  VIGIL_N_LOST
} VigilLost;

/** What the members of an incident have in common. */
typedef enum
{
  VIGIL_SHARED_WORKER,   /* the SFU worker that carries their webcams */
  VIGIL_SHARED_ROOM,
  VIGIL_SHARED_NETWORK,
  VIGIL_SHARED_EXAM,     /* nothing but the exam */
  VIGIL_N_SHARED
} VigilShared;

/** The groups that are part of an exam: all but the exam itself. */
#define VIGIL_N_GROUPINGS VIGIL_SHARED_EXAM

/** A candidate's groups: ids of vigil_incident_detector_intern(), by VigilShared; 0: not known. */
typedef struct
{
  guint32 id[VIGIL_N_GROUPINGS];
} VigilIncidentGroups;

/** What the rule in docs/incidents.md is made of. Each is a setting. */
typedef struct
{
  guint window_ms;        /* a burst is what falls into this */
  guint settle_ms;        /* quiet for so long before it is said what a burst is; at most three times that */
  guint hold_ms;          /* how long an incident takes more of the same in, and stays when empty */
  guint min_members;      /* losses in the window, at least */
  guint min_share;        /* percent of the group that lost it in the window, at least */
  guint min_exam_share;   /* likewise of the whole exam, where no group explains it */
  guint rarity;           /* so many by chance at most once in 10^rarity windows */
  guint break_ms;         /* the long window: a break, or the end of an exam */
  guint break_share;      /* percent of the exam who are away at the end of the long window, at least */
} VigilIncidentParams;

#define VIGIL_INCIDENT_PARAMS_DEFAULT ((VigilIncidentParams) { \
    .window_ms = 10000, .settle_ms = 1000, .hold_ms = 30000, .min_members = 5, .min_share = 20, \
    .min_exam_share = 5, .rarity = 7, .break_ms = 300000, .break_share = 60 })

G_END_DECLS
