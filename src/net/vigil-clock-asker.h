/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the hall for its time: a few times at once, then now and then. Private to net/. */
#pragma once

#include "vigil-hall-api.h"

G_BEGIN_DECLS

/** Main thread. What comes back goes into the API's VigilHallClock; a question that fails is of no consequence. */
typedef struct _VigilClockAsker VigilClockAsker;

/** Asks limits->clock_burst times in a row, then every limits->clock_ms, until it is freed. */
VigilClockAsker *vigil_clock_asker_new  (VigilHallApi *api, const VigilNetLimits *limits);
/** Asks at once, unless a question is under way: there is reason to doubt what is believed. */
void             vigil_clock_asker_ask_now (VigilClockAsker *self);
void             vigil_clock_asker_free (VigilClockAsker *self);

G_END_DECLS
