/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a hall has a capture of a candidate, and when to ask for the next. A plain value. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VIGIL_STILL_BEAT_SEEN 15

typedef struct
{
  gint64 stated_us;                   /* as the hall says; 0: it does not */
  gint64 learned_us;                  /* as was seen; 0: not often enough */
  gint64 seen[VIGIL_STILL_BEAT_SEEN]; /* distances between two captures, µs */
  guint  n;                           /* ever noted */
} VigilStillBeat;

/** @seconds 0: not said. */
void   vigil_still_beat_set_stated (VigilStillBeat *self, guint seconds);
/** Two captures of a candidate, by the hall's clock, 0: not known. @looked: it was looked for another between the two, and
 *  there was none: without that the distance says how often we ask, and counts only if it is shorter than what was believed. */
void   vigil_still_beat_note (VigilStillBeat *self, gint64 former_ms, gint64 next_ms, gboolean looked);
/** µs between two captures; 0: not known. */
gint64 vigil_still_beat_get_us (const VigilStillBeat *self);
void   vigil_still_beat_forget (VigilStillBeat *self);

/**
 * vigil_still_beat_plan_us:
 * @refresh_us: never sooner than this after the last question
 * @age_us: of the still at hand; −1: there is none
 * @quiet: answers in a row without a newer one
 * @early: to look between two captures whether there is one after all
 *
 * Returns: µs from the last question until the next.
 */
gint64 vigil_still_beat_plan_us (const VigilStillBeat *self, gint64 refresh_us, gint64 age_us, guint quiet, gboolean early);

G_END_DECLS
