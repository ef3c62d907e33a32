/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices that no score came from anybody: a wall that went quiet is not a wall that is calm. */
#pragma once

#include "vigil-roster.h"
#include "vigil-score-store.h"
#include "vigil-settings.h"

G_BEGIN_DECLS

/** What it depends on; monotonic µs. */
typedef struct
{
  gint64   newest_us;  /* when the feed last told a score; 0: never */
  gint64   joined_us;  /* since when the feed is up; 0: it is not */
  guint    connected;  /* candidates who are here */
  gboolean running;    /* the exam is */
  gint64   after_us;   /* how long is too long; 0: never */
} VigilQuietInputs;

/**
 * vigil_quiet_compute:
 *
 * Returns: for how many seconds no score has come, if that is trouble; else 0. It is none where no score came before,
 * where nobody is here, and where the feed was joined just now. Pure.
 */
int vigil_quiet_compute (const VigilQuietInputs *in, gint64 now_us);

#define VIGIL_TYPE_QUIET_WATCH (vigil_quiet_watch_get_type ())
G_DECLARE_FINAL_TYPE (VigilQuietWatch, vigil_quiet_watch, VIGIL, QUIET_WATCH, GObject)

/** Looks once a second while the feed is up. Main thread only. Signal "changed" (): it became quiet, or is no more. */
VigilQuietWatch *vigil_quiet_watch_new (VigilScoreStore *store, VigilRoster *roster, VigilSettings *settings);

/** The feed was joined. */
void vigil_quiet_watch_start (VigilQuietWatch *self);
/** It is gone, or was left: nothing is quiet that is not there. */
void vigil_quiet_watch_stop  (VigilQuietWatch *self);
/** Whether the exam is running; scores of one that has ended are not missed. */
void vigil_quiet_watch_set_running (VigilQuietWatch *self, gboolean running);

/** As vigil_quiet_compute() when it was last looked at. */
int vigil_quiet_watch_get_seconds (VigilQuietWatch *self);
/** Looks now; the timer calls this. */
void vigil_quiet_watch_look (VigilQuietWatch *self);

G_END_DECLS
