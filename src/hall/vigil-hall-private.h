/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hall's parts, for the files that make up the hall. All of it is the hall's thread's. */
#pragma once

#include <libsoup/soup.h>

#include "vigil-hall-evidence.h"
#include "vigil-hall-exam.h"
#include "vigil-hall-referee.h"
#include "vigil-hall-scores.h"
#include "vigil-hall-store.h"
#include "vigil-hall-tokens.h"
#include "vigil-hall.h"

G_BEGIN_DECLS

typedef struct _VigilHallSim VigilHallSim;
typedef struct _VigilHallMedia VigilHallMedia;
typedef struct _VigilHallConsole VigilHallConsole;
typedef struct _VigilHallLink VigilHallLink;
typedef struct _VigilHallClaims VigilHallClaims;
typedef struct _VigilHallScript VigilHallScript;
typedef struct _VigilHallStills VigilHallStills;

typedef enum
{
  VIGIL_HALL_PART_FEED,
  VIGIL_HALL_PART_SFU,
  VIGIL_HALL_PART_EVIDENCE,
  VIGIL_HALL_PART_COUNTING,
  VIGIL_HALL_PART_STORE,
  VIGIL_HALL_N_PARTS
} VigilHallPart;

typedef struct
{
  gboolean  degraded;
  char     *reason;
  gint64    since;
} VigilHallPartState;

struct _VigilHall
{
  GObject parent_instance;

  VigilHallOptions    options;      /* owned */
  SoupServer         *server;
  char               *url;
  char               *temp_dir;     /* removed in the end; NULL: nothing is temporary */
  VigilHallStore     *store;
  VigilHallTokens    *tokens;
  VigilScoringPolicy *policy;
  GPtrArray          *exams;        /* of VigilHallExam; the first is the running one */
  VigilHallExam      *exam;
  VigilHallReferee   *referee;
  VigilHallScores    *scores;
  VigilHallEvidence  *evidence;
  VigilHallMedia     *media;
  VigilHallSim       *sim;
  VigilHallStills    *stills;
  VigilHallClaims    *claims;
  VigilHallScript    *script;       /* faults to come */
  GPtrArray          *consoles;     /* of VigilHallConsole */
  GHashTable         *links;        /* studentId → VigilHallLink */
  GPtrArray          *timers;       /* of GSource: tick, expiries, faults to come */
  VigilHallPartState  parts[VIGIL_HALL_N_PARTS];
  guint               slow_http_ms; /* a fault */
  gboolean            frozen;       /* a fault: nothing leaves the sockets */
  gboolean            stopped;
};

/** @exam_id's exam. Errors: NOT_FOUND. Returns: (transfer none). */
VigilHallExam *vigil_hall_find_exam (VigilHall *self, const char *exam_id, GError **error);

/** Runs @func after @ms, once, unless the hall stops before. */
void vigil_hall_later (VigilHall *self, guint ms, GSourceFunc func, gpointer user_data, GDestroyNotify destroy);

/** Says that @part is in trouble, or not any more; tells everybody when that is news. */
void vigil_hall_set_part (VigilHall *self, VigilHallPart part, gboolean degraded, const char *reason);

/** The wire's name of @part. */
const char *vigil_hall_part_to_nick (VigilHallPart part);

/** The argument of a system event. Returns: (transfer full). */
char *vigil_hall_dup_system (VigilHall *self, VigilHallPart part);

/** The candidate's proctoring was switched: its browser and the consoles learn it. */
void vigil_hall_proctoring_changed (VigilHall *self, VigilHallExam *exam, VigilHallCandidate *candidate);

/** An events call of a candidate's browser, simulated or real: the one way to the referee. */
void vigil_hall_take_events (VigilHall                 *self,
                             VigilHallExam             *exam,
                             VigilHallCandidate        *candidate,
                             const VigilHallEventsCall *call,
                             VigilHallReceipt          *receipt);

/** Writes state, end and version of @candidate into the store. */
gboolean vigil_hall_keep_candidate (VigilHall *self, VigilHallExam *exam, VigilHallCandidate *candidate, GError **error);

G_END_DECLS
