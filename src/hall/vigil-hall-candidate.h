/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate as the hall knows it. Plain data of the hall's thread; the exam owns it. */
#pragma once

#include <glib.h>

#include "vigil-types.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_HALL_STATE_WAITING,
  VIGIL_HALL_STATE_ACTIVE,
  VIGIL_HALL_STATE_PAUSED,
  VIGIL_HALL_STATE_FINISHED,
  VIGIL_HALL_STATE_TERMINATED,
} VigilHallState;

/** Members of the wire's candidate that a session_update can carry. */
typedef enum
{
  VIGIL_HALL_FIELD_NAME = 1 << 0,       /* with room, network and platform */
  VIGIL_HALL_FIELD_STATE = 1 << 1,
  VIGIL_HALL_FIELD_JOINED = 1 << 2,
  VIGIL_HALL_FIELD_SEEN = 1 << 3,
  VIGIL_HALL_FIELD_LEFT = 1 << 4,
  VIGIL_HALL_FIELD_ENDS = 1 << 5,
  VIGIL_HALL_FIELD_CONNECTED = 1 << 6,
  VIGIL_HALL_FIELD_STREAMING = 1 << 7,
  VIGIL_HALL_FIELD_SCORE = 1 << 8,      /* with scoreAt and flags */
  VIGIL_HALL_FIELD_OPEN_FLAGS = 1 << 9,
  VIGIL_HALL_FIELD_PRODUCERS = 1 << 10,
  VIGIL_HALL_FIELD_BYPASS = 1 << 11,
  VIGIL_HALL_FIELD_CLAIMED = 1 << 12,
  VIGIL_HALL_FIELD_HAND = 1 << 13,
  VIGIL_HALL_FIELD_VERSION = 1 << 14,
  VIGIL_HALL_FIELD_ALL = (1 << 15) - 1,
} VigilHallFields;

/** A violation inside its TTL: repeats go into it. */
typedef struct
{
  char   *type;
  char   *id;      /* of the violation */
  gint64  until;
} VigilHallWindow;

/** A violation that still counts in the score. */
typedef struct
{
  const char *type;   /* the catalogue's string */
  gint64      until;
} VigilHallCounted;

/** A bypass, active or not any more (docs/protocol.md 6.6). */
typedef struct
{
  gboolean   active;
  char      *reason;
  char      *category;
  char     **signals;    /* empty: all */
  gint64     expires_at; /* 0: until the exam ends */
  char      *bypassed_by;
  gint64     created_at;
  char      *revoked_by;
  gint64     revoked_at;
  gint64     version;
} VigilHallBypass;

typedef struct
{
  guint            index;
  char            *student_id;
  char            *name;
  const char      *room;
  const char      *network;      /* interned, as the next */
  const char      *worker;       /* of the SFU, that carries what it produces */
  const char      *platform;     /* static string or owned by platform_owned */
  char            *platform_owned;
  VigilHallState   state;
  gint64           joined_at;
  gint64           seen_at;
  gint64           left_at;
  gint64           ends_at;      /* 0: the exam's */
  gboolean         connected;
  gboolean         streaming;
  gboolean         hand_raised;
  guint            open_flags;
  guint            version;
  char            *claimed_by;
  VigilHallBypass *bypass;       /* the newest one, active or not */
  char            *producers[VIGIL_N_SOURCES]; /* ids, NULL where not produced */

  /* the referee's */
  int              score;        /* −1: none */
  gint64           score_at;
  GArray          *windows;      /* of VigilHallWindow, nullable */
  GArray          *counted;      /* of VigilHallCounted, nullable */
  gint64           next_decay;   /* when the score or the flags change by themselves; 0: never */

  /* the score stream's: one message without its last digits */
  char            *score_prefix; /* {"studentId":"…","quizId":"…","score": */
  char            *score_flags;  /* ,"flags":[…],"timestamp": */
  gboolean         score_dirty;
} VigilHallCandidate;

VigilHallCandidate *vigil_hall_candidate_new  (guint index, const char *student_id, const char *name);
void                vigil_hall_candidate_free (VigilHallCandidate *self);

VigilHallBypass *vigil_hall_bypass_new  (void);
void             vigil_hall_bypass_free (VigilHallBypass *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallBypass, vigil_hall_bypass_free)

/** The windows, made on first use. Returns: (transfer none). */
GArray *vigil_hall_candidate_ensure_windows (VigilHallCandidate *self);

/** The active bypass. Returns: (transfer none) (nullable). */
const VigilHallBypass *vigil_hall_candidate_get_bypass (const VigilHallCandidate *self);

/** Whether an active bypass covers @signal ("camera", …). */
gboolean vigil_hall_candidate_is_bypassed (const VigilHallCandidate *self, const char *signal);

/** Whether the browser is to run proctoring at all: no bypass of the camera or of everything. */
gboolean vigil_hall_candidate_is_proctored (const VigilHallCandidate *self);

const char *vigil_hall_state_to_nick (VigilHallState state);

/** Appends the members @fields (without studentId) of @self to an open object. */
void vigil_hall_candidate_write_fields (const VigilHallCandidate *self, GString *out, VigilHallFields fields);

/** Appends @self as an object. */
void vigil_hall_candidate_write (const VigilHallCandidate *self, GString *out, const char *name);

/** Appends the types inside their TTL as an array. */
void vigil_hall_candidate_write_flags (const VigilHallCandidate *self, GString *out, const char *name);

/** Appends @bypass of @student_id as an object. */
void vigil_hall_bypass_write (const VigilHallBypass *bypass, const char *student_id, GString *out, const char *name);

G_END_DECLS
