/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One operator in one exam of one hall: roster, scores, streams, actions. What ui/ works with. */
#pragma once

#include "vigil-coverage.h"
#include "vigil-hall-directory.h"
#include "vigil-hall-feed.h"
#include "vigil-incident-watch.h"
#include "vigil-listening.h"
#include "vigil-outbox.h"
#include "vigil-roster-sync.h"
#include "vigil-roster-view.h"
#include "vigil-scoring-policy.h"
#include "vigil-session-error.h"
#include "vigil-stills.h"
#include "vigil-stream-controller.h"
#include "vigil-triage.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SESSION (vigil_session_get_type ())
G_DECLARE_FINAL_TYPE (VigilSession, vigil_session, VIGIL, SESSION, GObject)

/** Everything it is built from; all are (transfer none) and referenced. */
typedef struct
{
  VigilSettings      *settings;
  VigilScoringPolicy *policy;
  VigilScoreStore    *store;
  VigilHallFeed      *feed;
  VigilHallDirectory *directory;
  VigilActions       *actions;
  VigilSfu           *sfu;
  VigilMediaEngine   *engine;
  VigilStillSource   *stills;    /* nullable: nobody is asked for any */
} VigilSessionParts;

/**
 * Main thread only.
 *
 * Signals:
 *  - "link-changed": feed, SFU or evidence state (the status bar)
 *  - "trouble" (const char *part, gboolean degraded, const char *reason): trouble of ours or the hall's
 *  - "violation" (VigilViolation*): a new violation, or one whose count or verdict changed
 *  - "intervention" (VigilHallEvent*): what another console did
 *  - "exam-changed": its title, state or times; read vigil_session_get_exam()
 *  - "rung-changed": vigil_session_get_rung() or vigil_session_has_video()
 *  - "roster-progress" (guint loaded, guint total): while the roster is read; loaded == total at the end, less when paused
 *  - "auth-needed": the token expired or was refused; vigil_session_join() again after signing in
 */
VigilSession *vigil_session_new (const VigilSessionParts *parts);

/** Joins an exam: feed, roster by pages, streams. The same exam again keeps the wall as it is. */
void vigil_session_join (VigilSession *self, const VigilExam *exam, const VigilSessionInfo *who);
/** Leaves; everything live is torn down before it returns. */
void vigil_session_leave (VigilSession *self);

const VigilExam       *vigil_session_get_exam (VigilSession *self);    /* nullable: none is joined */
const char            *vigil_session_get_exam_id (VigilSession *self); /* nullable */
const char            *vigil_session_get_exam_title (VigilSession *self);
const VigilSessionInfo *vigil_session_get_who (VigilSession *self);
gboolean               vigil_session_may (VigilSession *self, VigilActionKind kind);
VigilSettings         *vigil_session_get_settings (VigilSession *self);
VigilScoringPolicy    *vigil_session_get_policy (VigilSession *self);
VigilScoreStore       *vigil_session_get_store (VigilSession *self);
VigilRoster           *vigil_session_get_roster (VigilSession *self);
VigilRosterView       *vigil_session_get_view (VigilSession *self);
VigilStreamController *vigil_session_get_streams (VigilSession *self);
VigilStills           *vigil_session_get_stills (VigilSession *self);
/** Whom this operator listens to. */
VigilListening        *vigil_session_get_listening (VigilSession *self);
/** Whether there can be live video in the joined exam: its hall has an SFU that we know. */
gboolean               vigil_session_has_video (VigilSession *self);
/** What is shown at best: what the operator wants, and no more than there can be. */
VigilRung              vigil_session_get_rung (VigilSession *self);
/** Whether that is scores alone because this computer or its network bear no more at present. */
gboolean               vigil_session_is_overloaded (VigilSession *self);
VigilOutbox           *vigil_session_get_outbox (VigilSession *self);
VigilTriage           *vigil_session_get_triage (VigilSession *self);
VigilHallDirectory    *vigil_session_get_directory (VigilSession *self);
VigilHallFeed         *vigil_session_get_feed (VigilSession *self);
VigilIncidentWatch    *vigil_session_get_incident_watch (VigilSession *self);
/** Who was really watched from here; of the joined exam. */
VigilCoverage         *vigil_session_get_coverage (VigilSession *self);

/** A part of the hall and how it is. */
typedef struct
{
  VigilLinkState  state;
  char           *reason;     /* nullable; English */
  gint64          since_us;   /* monotonic: in this state since */
  gint64          retry_us;   /* monotonic of the next try; 0: none */
} VigilLinkStatus;

typedef enum { VIGIL_PART_FEED, VIGIL_PART_SFU, VIGIL_PART_EVIDENCE, VIGIL_N_PARTS } VigilPart;

/** Copies nothing: (transfer none), valid until the next "link-changed". */
const VigilLinkStatus *vigil_session_get_link (VigilSession *self, VigilPart part);

/** Degradations the hall announced ("system" events) that are still on: (element-type VigilHallEvent). */
GPtrArray *vigil_session_get_degradations (VigilSession *self);
/** Since when the hall's part of that name is degraded, monotonic µs; 0: it is not. */
gint64     vigil_session_get_degraded_since_us (VigilSession *self, const char *part);

/** For how many seconds no score has come from anybody, though the feed is up and scores should come; else 0.
 *  "link-changed" tells when it begins and ends. */
int vigil_session_get_quiet_seconds (VigilSession *self);

/** Violations of a candidate known so far, newest first; of VigilViolation; (transfer container). */
GPtrArray *vigil_session_dup_violations (VigilSession *self, const char *student_id);
/** Reads a candidate's violations from the hall; "violation" is emitted for new ones. */
void       vigil_session_load_violations (VigilSession *self, const char *student_id);

/** Bypass, verdict, intervention through the outbox; (transfer none) item, NULL if the role may not. */
VigilOutboxItem *vigil_session_submit (VigilSession *self, VigilAction *action);

/** Skips the waiting of every connection of ours. */
void vigil_session_reconnect_now (VigilSession *self);

/** Stops reading the roster and keeps what is there; reads the rest. "roster-progress" tells of both. */
void vigil_session_pause_roster (VigilSession *self);
void vigil_session_resume_roster (VigilSession *self);
/** How far the roster is read. @loaded, @total: (out): rows; total 0: not known. */
VigilRosterReading vigil_session_get_roster_reading (VigilSession *self, guint *loaded, guint *total);
/** Whether the roster is being read. */
gboolean vigil_session_is_loading (VigilSession *self);

G_END_DECLS
