/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session's struct, for the files it is split into: life, and what the hall tells. */
#pragma once

#include "vigil-bypass-watch.h"
#include "vigil-coverage-keeper.h"
#include "vigil-event-order.h"
#include "vigil-flag-reader.h"
#include "vigil-links.h"
#include "vigil-quiet-watch.h"
#include "vigil-roster-sync.h"
#include "vigil-triage.h"
#include "vigil-violation-log.h"
#include "vigil-session.h"

G_BEGIN_DECLS

/* All candidates together; what is older is read from the hall again. */
#define VIGIL_SESSION_MAX_VIOLATIONS 20000

struct _VigilSession
{
  GObject                parent_instance;

  VigilSessionParts      parts;       /* owns a reference on each */
  VigilRoster           *roster;
  VigilRosterView       *view;
  VigilStreamController *streams;
  VigilStills           *stills;
  VigilListening        *listening;
  VigilOutbox           *outbox;
  VigilEventOrder       *order;
  VigilFlagReader       *flags;
  VigilFlagReader       *escalated;   /* for whoever they are handed up to */
  VigilRosterSync       *sync;
  VigilLinks            *links;
  VigilQuietWatch       *quiet;
  VigilViolationLog     *violations;
  VigilTriage           *triage;
  VigilBypassWatch      *bypasses;
  VigilIncidentWatch    *incidents;
  VigilCoverageKeeper   *coverage;

  VigilExam             *exam;        /* %NULL: none is joined */
  VigilSessionInfo      *who;
  GCancellable          *cancellable; /* of questions about the joined exam */
  gboolean               up;          /* the feed is joined, so streams may run */
  gboolean               auth_asked;
  VigilRung              rung;        /* as was told */
  gboolean               has_video;
};

enum
{
  VIGIL_SESSION_SIGNAL_LINK_CHANGED,
  VIGIL_SESSION_SIGNAL_TROUBLE,
  VIGIL_SESSION_SIGNAL_VIOLATION,
  VIGIL_SESSION_SIGNAL_INTERVENTION,
  VIGIL_SESSION_SIGNAL_EXAM_CHANGED,
  VIGIL_SESSION_SIGNAL_RUNG_CHANGED,
  VIGIL_SESSION_SIGNAL_ROSTER_PROGRESS,
  VIGIL_SESSION_SIGNAL_AUTH_NEEDED,
  VIGIL_SESSION_N_SIGNALS
};

extern guint vigil_session_signals[VIGIL_SESSION_N_SIGNALS];

/* vigil-session.c */
/** The token is no good any more; said once until somebody signed in again. */
void vigil_session_need_auth (VigilSession *self);
/** The joined exam is another, or its state is. */
void vigil_session_read_exam_state (VigilSession *self);

/* vigil-session-pictures.c */
/** The exam, its SFU or what the operator wants to see is another. */
void vigil_session_update_rung (VigilSession *self);
/** The feed is joined: opens the SFU, if there is one, and asks for stills. */
void vigil_session_start_pictures (VigilSession *self);
void vigil_session_stop_pictures (VigilSession *self, const char *why);

/* vigil-session-events.c */
/** Reads the open flags, from the first page on. */
void vigil_session_read_flags (VigilSession *self);
/** For the readers: a flag that is open; one that was handed up. @violation: (nullable): that was all. */
void vigil_session_flag_read      (gpointer user_data, VigilViolation *violation);
void vigil_session_escalated_read (gpointer user_data, VigilViolation *violation);
/** Acts on what is not the roster's alone. The exam is joined. */
void vigil_session_take_event (VigilSession *self, VigilHallEvent *event);
/** @violation: borrowed; @live: it was just told, not read from the hall's list. */
void vigil_session_take_violation (VigilSession *self, VigilViolation *violation, gboolean live);
void vigil_session_take_verdict (VigilSession *self, const char *flag_id, VigilVerdict verdict, gint64 until_ms, gboolean counted);

G_END_DECLS
