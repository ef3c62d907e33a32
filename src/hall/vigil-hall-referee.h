/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The referee: folds repeats within their TTL together, sums the score, lets it decay.
 *
 * A violation stays in its candidate's score for score-window times its type's TTL. The
 * hall's thread.
 */
#pragma once

#include "vigil-hall-exam.h"
#include "vigil-hall-store.h"
#include "vigil-scoring-policy.h"

G_BEGIN_DECLS

typedef struct _VigilHallReferee VigilHallReferee;

/** What a browser says it saw. */
typedef struct
{
  const char        *type;
  gint64             at;       /* on the browser's clock */
  const char *const *evidence; /* nullable: keys that it has uploaded */
} VigilHallReport;

/** One events call. */
typedef struct
{
  const char            *batch;     /* nullable: not remembered */
  gint64                 at;        /* the browser's clock now */
  const VigilHallReport *reports;
  guint                  n_reports;
} VigilHallEventsCall;

typedef struct
{
  guint accepted;
  guint deduplicated;
} VigilHallReceipt;

typedef struct
{
  /* The score or the flags of @candidate have changed. */
  void (*score_changed) (VigilHallExam *exam, VigilHallCandidate *candidate, gpointer user_data);
  /* A violation was counted for the first time: evidence is wanted. */
  void (*counted) (VigilHallExam *exam, VigilHallCandidate *candidate, const char *id, const char *type,
                   gint64 at, gpointer user_data);
  gpointer user_data;
} VigilHallRefereeHooks;

VigilHallReferee *vigil_hall_referee_new  (VigilHallStore              *store,
                                           VigilScoringPolicy          *policy,
                                           guint                        score_window,
                                           const VigilHallRefereeHooks *hooks);
void              vigil_hall_referee_free (VigilHallReferee *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallReferee, vigil_hall_referee_free)

/** Takes one events call of @candidate at @now (the hall's clock). */
void vigil_hall_referee_take (VigilHallReferee          *self,
                              VigilHallExam             *exam,
                              VigilHallCandidate        *candidate,
                              const VigilHallEventsCall *call,
                              gint64                     now,
                              VigilHallReceipt          *receipt);

/** Counts a violation of @candidate at @at, whatever is inside its TTL: for scenarios. FALSE: a bypass
 *  silences it, or nothing is being counted. */
gboolean vigil_hall_referee_force (VigilHallReferee   *self,
                                   VigilHallExam      *exam,
                                   VigilHallCandidate *candidate,
                                   const char         *type,
                                   gint64              at,
                                   gint64              now);

/** How many violations were counted, repeats not among them. */
guint64 vigil_hall_referee_get_n_counted (VigilHallReferee *self);

/** Lets what has passed by @now go; calls score_changed for each candidate it changes. */
void vigil_hall_referee_tick (VigilHallReferee *self, VigilHallExam *exam, gint64 now);

/** A bypass takes the account of @candidate away. */
void vigil_hall_referee_forget (VigilHallReferee *self, VigilHallExam *exam, VigilHallCandidate *candidate, gint64 now);

/** Whether violations are being counted (a fault of the referee's cache says no). */
void     vigil_hall_referee_set_counting (VigilHallReferee *self, gboolean counting);
gboolean vigil_hall_referee_get_counting (VigilHallReferee *self);

G_END_DECLS
