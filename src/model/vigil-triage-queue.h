/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must be attended to, in the order in which to attend to it. */
#pragma once

#include <gio/gio.h>

#include "vigil-triage-item.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_TRIAGE_QUEUE (vigil_triage_queue_get_type ())
G_DECLARE_FINAL_TYPE (VigilTriageQueue, vigil_triage_queue, VIGIL, TRIAGE_QUEUE, GObject)

/** What is queued and how long it may wait; settings. */
typedef struct
{
  VigilBand threshold;                  /* least severity that is queued */
  guint     deadline_ms[VIGIL_N_BANDS];
  guint     max_items;                  /* what comes beyond is counted and asked for again, never forgotten */
  gboolean  keep_escalated;             /* flags handed up are for us */
} VigilTriageRules;

typedef struct
{
  guint  waiting;      /* nobody has them; with ours */
  guint  over;         /* of those, past their deadline */
  guint  mine;
  guint  colleagues;
  guint  snoozed;
  guint  incidents;
  guint  beyond;       /* open at the hall and not here for want of room */
  gint64 next_until_ms; /* when the first snoozed one comes back; 0: none */
} VigilTriageCounts;

/** The incident that explains a violation; 0: none does. */
typedef guint (*VigilTriageFold) (const VigilViolation *violation, gpointer user_data);

/**
 * Main thread only; no clock of its own: vigil_triage_queue_advance() tells it the time. A GListModel of VigilTriageItem:
 * incidents that go on, then what waits and what is ours, oldest first, then what colleagues have, then
 * what is snoozed. Nothing leaves it but by a verdict, or when the hall's own list no longer has it.
 *
 * Signals:
 *  - "counts-changed"
 *  - "room": there is room again after some were counted as beyond: read the open flags once more
 */
VigilTriageQueue *vigil_triage_queue_new (void);

void vigil_triage_queue_set_rules (VigilTriageQueue *self, const VigilTriageRules *rules);
/** Who "mine" is. @user: (nullable). */
void vigil_triage_queue_set_user  (VigilTriageQueue *self, const char *user);
void vigil_triage_queue_set_fold  (VigilTriageQueue *self, VigilTriageFold fold, gpointer user_data);

/** What the hall says of a violation now: it comes, changes or goes. */
void vigil_triage_queue_take (VigilTriageQueue *self, VigilViolation *violation);
/** A verdict without the rest; of one that is not here it says nothing. @until_ms: of a snoozed one. */
void vigil_triage_queue_set_verdict (VigilTriageQueue *self, const char *id, VigilVerdict verdict, gint64 until_ms);
/** Who claims a candidate now. @who: (nullable). */
void vigil_triage_queue_set_claimed (VigilTriageQueue *self, const char *student_id, const char *who);
/** It was decided here and is on its way to the hall; or was refused, and waits again. */
void vigil_triage_queue_set_sending (VigilTriageQueue *self, const char *id, gboolean sending);

gboolean vigil_triage_queue_is_sending (VigilTriageQueue *self, const char *id);
/** Something about a candidate changed that the queue does not know of: its items say "changed". */
void vigil_triage_queue_touch (VigilTriageQueue *self, const char *student_id);

/** Snapshot of the hall's open flags: what is not taken between begin and end is open no more. */
void vigil_triage_queue_begin_snapshot (VigilTriageQueue *self);
void vigil_triage_queue_end_snapshot   (VigilTriageQueue *self);

/**
 * vigil_triage_queue_put_incident:
 * @group: its number, not 0
 * @subject: what it is, for whoever shows it
 *
 * An incident came, changed, or is @over; violations that it explains move into it.
 */
void vigil_triage_queue_put_incident (VigilTriageQueue *self, guint group, gint64 at_ms, GObject *subject, gboolean over);
/** Takes an incident out; what it still holds waits by itself. */
void vigil_triage_queue_split_incident (VigilTriageQueue *self, guint group);

/** The time on the hall's clock: deadlines pass, snoozed ones come back. */
void vigil_triage_queue_advance (VigilTriageQueue *self, gint64 now_ms);
/** Forgets everything (another exam). */
void vigil_triage_queue_clear (VigilTriageQueue *self);

/** Between them the list is told to have changed once. */
void vigil_triage_queue_freeze (VigilTriageQueue *self);
void vigil_triage_queue_thaw   (VigilTriageQueue *self);

/** By violation. Returns: (transfer none) (nullable). */
VigilTriageItem *vigil_triage_queue_lookup (VigilTriageQueue *self, const char *id);
/** By incident. Returns: (transfer none) (nullable). */
VigilTriageItem *vigil_triage_queue_lookup_incident (VigilTriageQueue *self, guint group);
/** The next to attend to after @after (nullable: from the start), going round; never a colleague's, a snoozed one or
 *  one that is being sent. Returns: (transfer none) (nullable). */
VigilTriageItem *vigil_triage_queue_get_next (VigilTriageQueue *self, VigilTriageItem *after);
/** The oldest of a candidate's that still waits for a verdict from here. Returns: (transfer none) (nullable). */
VigilTriageItem *vigil_triage_queue_find_open (VigilTriageQueue *self, const char *student_id);
/** Where an item stands; G_MAXUINT: nowhere. */
guint            vigil_triage_queue_get_position (VigilTriageQueue *self, VigilTriageItem *item);
void             vigil_triage_queue_get_counts (VigilTriageQueue *self, VigilTriageCounts *counts);

G_END_DECLS
