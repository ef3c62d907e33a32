/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the stream controller's files share. */
#pragma once

#include "vigil-metrics.h"
#include "vigil-stream-controller.h"
#include "vigil-stream-driver.h"
#include "vigil-stream-facts.h"
#include "vigil-stream-survey.h"

G_BEGIN_DECLS

typedef struct
{
  VigilStreamController *controller;
  VigilHandle            handle;
  VigilSource            source;
  VigilStream           *stream;   /* a reference only while held */
  VigilStreamDriver     *driver;
  gboolean               held;     /* its mode is not cold */
  VigilStreamMeter       meter;
} VigilStreamEntry;

struct _VigilStreamController
{
  GObject             parent_instance;

  VigilStreamShared   shared;      /* owns a reference on each of its objects */
  VigilStreamBudget  *budget;
  VigilStreamFacts   *facts;
  VigilStreamSurvey  *survey;
  GHashTable         *entries;     /* handle and source → Entry, owned */
  GPtrArray          *consumers;   /* VigilConsumer, those closing included */
  GArray             *decisions;   /* scratch */
  guint               roster_generation;
  VigilSfuAbilities   abilities;   /* as the limits go by them */
  gboolean            patrolled;   /* a patrol goes round */
  VigilRung           rung;        /* at best, as the operator wants it */
  gboolean            shows;       /* pictures, of whatever kind */

  guint               work;        /* one turn from now */
  guint               grace_timer;
  gboolean            decide;      /* the next work begins with a decision */

  VigilCounter       *live_gauge;
  VigilCounter       *warm_gauge;
};

/** Returns: (nullable): of a feed that has a stream or had one a moment ago. */
VigilStreamEntry *vigil_stream_controller_find_entry (VigilStreamController *self, VigilHandle handle, VigilSource source);

/* vigil-stream-controller-limits.c */
/** Bounds @limits, which are the settings', to what the present SFU can do and to what a patrol needs. */
void vigil_stream_controller_narrow (VigilStreamController *self, VigilStreamLimits *limits);
/** Looks at what is shown as long as there is something that could be too much. */
void vigil_stream_controller_run_survey (VigilStreamController *self);

G_END_DECLS
