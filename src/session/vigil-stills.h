/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest captures of whoever is on screen without live video: asked for sparingly, never of anybody else. */
#pragma once

#include "vigil-roster.h"
#include "vigil-settings.h"
#include "vigil-still-source.h"
#include "vigil-still.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_STILLS (vigil_stills_get_type ())
G_DECLARE_FINAL_TYPE (VigilStills, vigil_stills, VIGIL, STILLS, GObject)

/** Somebody on screen who wants the stills of one candidate; part of whoever that is. */
typedef struct _VigilStillWatch VigilStillWatch;
struct _VigilStillWatch
{
  /** A newer one came. @still: of the handle watched; borrowed. */
  void       (*func) (VigilStillWatch *watch, VigilStill *still);
  gpointer     target;
  VigilHandle  handle; /* the service's: NONE while nobody is watched */
};

#define VIGIL_STILL_WATCH_INIT(function, whose) { (function), (whose), VIGIL_HANDLE_NONE }

/**
 * Main thread only.
 *
 * Signals:
 *  - "auth-needed": the hall does not take our token any more
 *
 * Nobody is asked about who is not watched. At most one question a "still-refresh" for each, "stills-in-flight" and
 * "still-rate" of them together, and none before the next capture can be there where it is known how often the
 * hall gets one. Trouble of the hall pauses all of them, trouble with one candidate's capture that one.
 */
VigilStills *vigil_stills_new (VigilRoster *roster, VigilSettings *settings, VigilStillSource *source);

/** The hall can be asked. @capture_seconds: how often it has a capture of each; 0: it does not say. */
void vigil_stills_start (VigilStills *self, const char *exam_id, guint capture_seconds);
/** The exam says another interval than when it was joined. */
void vigil_stills_set_capture_seconds (VigilStills *self, guint capture_seconds);
/** It cannot: nothing is asked, and what is on its way is dropped. What is there stays, and ages. */
void vigil_stills_stop (VigilStills *self);
/** Another exam: nothing of anybody is kept. */
void vigil_stills_clear (VigilStills *self);
/** Whether stills are wanted at all; without, nothing is asked and nothing shown. */
void     vigil_stills_set_wanted (VigilStills *self, gboolean wanted);
gboolean vigil_stills_get_wanted (VigilStills *self);

/** Watches @handle, not asking before @wait_us have passed; what is known already is told before it returns. */
void vigil_stills_watch (VigilStills *self, VigilStillWatch *watch, VigilHandle handle, gint64 wait_us);
/** May be called twice. */
void vigil_stills_unwatch (VigilStills *self, VigilStillWatch *watch);
/** The newest still of @handle that is known. Returns: (transfer none) (nullable). */
VigilStill *vigil_stills_get (VigilStills *self, VigilHandle handle);

/** How often the hall has a capture of a candidate, as it says or as was seen, in µs; 0: not known. */
gint64 vigil_stills_get_interval_us (VigilStills *self);
/** The age from which on a still is old, in µs: by the setting, and no less than twice that interval. */
gint64 vigil_stills_get_stale_us (VigilStills *self);

typedef struct
{
  guint   watched;
  guint   shown;       /* of those, whoever a still is known of */
  guint   in_flight;
  gboolean paused;     /* the hall has trouble with them */
  guint64 asked, fresh, same, none, failed, bytes;
} VigilStillCounts;

void vigil_stills_get_counts (VigilStills *self, VigilStillCounts *counts);

G_END_DECLS
