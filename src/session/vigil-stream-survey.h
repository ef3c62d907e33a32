/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Once a second: what live video costs, which layers it needs, and whether machine and network bear it. */
#pragma once

#include "vigil-consumer.h"
#include "vigil-hall-feed.h"
#include "vigil-load-probe.h"
#include "vigil-settings.h"
#include "vigil-stream-budget.h"
#include "vigil-stream-meter.h"
#include "vigil-stream.h"

G_BEGIN_DECLS

typedef struct _VigilStreamSurvey VigilStreamSurvey;

/**
 * Main thread only. Borrows everything, which outlives it.
 *
 * @tick: called with @owner once a second while it runs; it looks at every stream
 */
VigilStreamSurvey *vigil_stream_survey_new  (VigilSettings *settings, VigilMediaEngine *engine, VigilStreamBudget *budget,
                                             void (*tick) (gpointer owner), gpointer owner);
void               vigil_stream_survey_free (VigilStreamSurvey *self);

/** @feed: (nullable): whose answers say how late scores are; referenced. */
void vigil_stream_survey_set_feed (VigilStreamSurvey *self, VigilHallFeed *feed);

/** What asks how late this program is; whoever paints tells it of frames. (transfer none). */
VigilLoadProbe *vigil_stream_survey_get_probe (VigilStreamSurvey *self);

/** Runs while there is anything to look at, stills among it where they are all there is; nothing wakes up when there is not. */
void vigil_stream_survey_set_running (VigilStreamSurvey *self, gboolean running);

/** Between these two each stream that plays is looked at. Returns (end): whether a cost changed; where the
 *  ladder stands may have changed as well. */
void     vigil_stream_survey_begin (VigilStreamSurvey *self);
gboolean vigil_stream_survey_end   (VigilStreamSurvey *self);

/** One that plays: tells the budget what it costs and the server which layer is needed. */
void vigil_stream_survey_look (VigilStreamSurvey *self, VigilStream *stream, VigilStreamMeter *meter,
                               VigilConsumer *consumer, gboolean highest);

/** Where the ladder stands: what it bears goes into @limits. */
void               vigil_stream_survey_limit (VigilStreamSurvey *self, VigilStreamLimits *limits);
const VigilLadder *vigil_stream_survey_get_ladder (VigilStreamSurvey *self);
/** Monotonic µs since when less than all is borne; 0: all is. */
gint64             vigil_stream_survey_get_since_us (VigilStreamSurvey *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilStreamSurvey, vigil_stream_survey_free)

G_END_DECLS
