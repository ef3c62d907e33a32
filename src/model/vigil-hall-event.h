/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hall announces, typed. protocol/ makes these from bytes, session/ applies them. */
#pragma once

#include "vigil-candidate.h"
#include "vigil-violation.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_HALL_EVENT_SESSION_UPDATE,   /* candidate */
  VIGIL_HALL_EVENT_VIOLATION,        /* violation */
  VIGIL_HALL_EVENT_NEW_PRODUCER,     /* student_id, producer_id, source, worker */
  VIGIL_HALL_EVENT_PRODUCER_CLOSED,  /* producer_id; student_id and source where the wire has them */
  VIGIL_HALL_EVENT_CONSUMER_CLOSED,  /* consumer_id, reason */
  VIGIL_HALL_EVENT_CONSUMER_LAYERS,  /* consumer_id, spatial_layer (−1 none) */
  VIGIL_HALL_EVENT_SYSTEM,           /* part, degraded, reason, since_ms (0: not said) */
  VIGIL_HALL_EVENT_BYPASS_CHANGED,   /* student_id, bypass (NULL: revoked) */
  VIGIL_HALL_EVENT_INTERVENTION,     /* student_id, part = kind, reason = text, actor */
  VIGIL_HALL_EVENT_FLAG_CHANGED,     /* violation id in flag_id, verdict, until_ms, actor, open_flags */
  VIGIL_HALL_EVENT_SFU_RESTARTED,    /* part = transport id, reason: every consumer of it is void */
  VIGIL_HALL_EVENT_CONSUMER_PAUSED,  /* consumer_id: its producer sends nothing for now */
  VIGIL_HALL_EVENT_CONSUMER_RESUMED, /* consumer_id */
  VIGIL_HALL_EVENT_EXAM_UPDATE,      /* part = exam id, reason = its new state (nullable): read it again */
  VIGIL_HALL_EVENT_OTHER,            /* something we do not know: only its position counts */
  VIGIL_HALL_EVENT_SESSION_EXPIRED,  /* the token ran out; the hall closes the connection next */
} VigilHallEventKind;

/** Immutable once posted, reference counted; any thread. Members not named by the kind are NULL/0. */
typedef struct
{
  gatomicrefcount      ref_count;
  VigilHallEventKind   kind;
  gint64               seq;          /* position in the exam's event stream; −1: not sequenced */
  gint64               epoch;        /* which life of the stream seq belongs to; 0: not sequenced */
  VigilCandidateInfo  *candidate;
  VigilViolation      *violation;
  VigilBypass         *bypass;
  char                *student_id;
  char                *producer_id;
  char                *consumer_id;
  char                *flag_id;
  char                *part;
  char                *reason;
  char                *actor;
  char                *worker;       /* NEW_PRODUCER: the SFU worker that carries it, if worker_said */
  VigilSource          source;
  gboolean             source_known;
  gboolean             worker_said;  /* NULL in worker then means that nobody knows */
  VigilVerdict         verdict;
  gint64               until_ms;     /* FLAG_CHANGED: of a snoozed one, epoch ms */
  gboolean             degraded;
  gint64               since_ms;     /* by the hall's clock */
  int                  spatial_layer;
  int                  open_flags;   /* FLAG_CHANGED: the candidate's count after it; −1 not said */
} VigilHallEvent;

VigilHallEvent *vigil_hall_event_new (VigilHallEventKind kind);
VigilHallEvent *vigil_hall_event_ref (VigilHallEvent *self);
void            vigil_hall_event_unref (VigilHallEvent *self);
const char     *vigil_hall_event_kind_to_nick (VigilHallEventKind kind);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallEvent, vigil_hall_event_unref)

G_END_DECLS
