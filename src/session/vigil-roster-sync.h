/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the roster equal to the hall's: a snapshot by pages, the deltas on top, again when one is missing. */
#pragma once

#include "vigil-hall-directory.h"
#include "vigil-hall-event.h"
#include "vigil-roster.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_ROSTER_SYNC (vigil_roster_sync_get_type ())
G_DECLARE_FINAL_TYPE (VigilRosterSync, vigil_roster_sync, VIGIL, ROSTER_SYNC, GObject)

/** How far the roster is read. */
typedef enum
{
  VIGIL_ROSTER_NOT_READ,   /* nothing is joined */
  VIGIL_ROSTER_READING,    /* for the first time */
  VIGIL_ROSTER_READ_AGAIN, /* everybody is known, and looked at once more */
  VIGIL_ROSTER_PAUSED,     /* the operator said so: the rest is missing */
  VIGIL_ROSTER_CUT_SHORT,  /* it cannot be read: the rest is missing */
  VIGIL_ROSTER_COMPLETE,
} VigilRosterReading;

/**
 * Main thread only. The rules are those of docs/protocol.md, section 10.
 *
 * Signals:
 *  - "progress" (guint loaded, guint total): while a snapshot is read; loaded == total at its end, less when paused
 *  - "failed" (GError*): the roster cannot be read now; it is tried again
 */
VigilRosterSync *vigil_roster_sync_new (VigilRoster *roster, VigilHallDirectory *directory);

/** Which exam it is about; forgets the position in the former one. */
void     vigil_roster_sync_set_exam (VigilRosterSync *self, const char *exam_id);

/** A new connection joined at @epoch, @seq: reads the snapshot. */
void     vigil_roster_sync_joined (VigilRosterSync *self, gint64 epoch, gint64 seq);
/** The connection is gone: stops reading. What is known stays. */
void     vigil_roster_sync_stop (VigilRosterSync *self);
/** Events up to @seq will not come any more; whoever calls knows whether the roster has to be read for it. */
void     vigil_roster_sync_skip_to (VigilRosterSync *self, gint64 seq);
/** Something may have been missed: reads the snapshot again soon. */
void     vigil_roster_sync_request (VigilRosterSync *self, const char *why);

/** Stops after the pages that are here; deltas go on. Nothing happens unless pages are being read. A reconnect to the
 *  same epoch leaves it paused; an event that is lost for good has the roster read from its beginning. */
void     vigil_roster_sync_pause (VigilRosterSync *self);
/** Reads the rest. */
void     vigil_roster_sync_resume (VigilRosterSync *self);
/** @loaded, @total: (out): rows of this reading; total 0: not known. */
VigilRosterReading vigil_roster_sync_get_reading (VigilRosterSync *self, guint *loaded, guint *total);

/** Takes note of an event's position and applies what it says of the roster. Returns: %FALSE for one
 *  that was seen before and is to be ignored altogether. */
gboolean vigil_roster_sync_take (VigilRosterSync *self, VigilHallEvent *event);

/** Whether the hall itself counts open flags in its updates, so that nobody else has to. */
gboolean vigil_roster_sync_hall_counts_flags (VigilRosterSync *self);
gboolean vigil_roster_sync_is_loading (VigilRosterSync *self);

/** Whether the last reading came to its end; FALSE while one runs, and after one that failed half-way. */
gboolean vigil_roster_sync_is_complete (VigilRosterSync *self);

G_END_DECLS
