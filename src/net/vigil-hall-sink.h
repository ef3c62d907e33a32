/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores into the store, everything else into VigilHallEvents. Private to net/. */
#pragma once

#include "vigil-profile.h"
#include "vigil-score-store.h"
#include "vigil-scoring-policy.h"
#include "vigil-sio-sink.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_HALL_SINK (vigil_hall_sink_get_type ())
G_DECLARE_FINAL_TYPE (VigilHallSink, vigil_hall_sink, VIGIL, HALL_SINK, GObject)

/**
 * vigil_hall_sink_new:
 * @profile: (nullable)
 *
 * A VigilSioSink whose items are VigilHallEvents. Made on any thread, called on the network thread.
 *
 * Signal "clock-doubted" (), on the main thread and at most every five seconds: from one score to the next they have become
 * so much older or younger that a clock must have been set.
 */
VigilHallSink *vigil_hall_sink_new (VigilScoreStore *store, VigilScoringPolicy *policy, VigilProfile *profile);

G_END_DECLS
