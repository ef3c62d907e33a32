/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A made-up exam whose candidates lose and find things at made-up times, and what a detector says of it. */
#pragma once

#include "vigil-incident-detector.h"

G_BEGIN_DECLS

/** Any moment: the detector knows no other clock. */
#define EXAM_BEGIN_MS G_GINT64_CONSTANT (1763805600000)

typedef struct
{
  VigilIncidentDetector *detector;
  GPtrArray             *incidents;  /* VigilIncident, by id − 1 */
  GArray                *script;     /* VigilSign, not played yet */
  guint                  n;
  guint                  room_size;
  guint                  n_workers;
  gint64                 now_ms;
  gint64                 ticked_ms;
  guint                  n_told;
  guint                  n_news;     /* signs that were news */
} Exam;

/** @n candidates: rooms of @room_size ("A", "B", …), the first half of the rooms on network north, the
 *  others on south, workers "1" … in turn. 0: nobody knows. Ten quiet minutes have passed. */
Exam *exam_new       (guint n, guint room_size, guint n_workers);
/** The same, and it has just begun. */
Exam *exam_new_fresh (guint n, guint room_size, guint n_workers);
void  exam_free      (Exam *exam);

/** Says that a candidate loses something, or has it back, @at_ms after now. */
void exam_lose    (Exam *exam, VigilHandle handle, VigilLost lost, gint64 at_ms);
void exam_recover (Exam *exam, VigilHandle handle, VigilLost lost, gint64 at_ms);

/** Plays what was said, in its order, or with @shuffle (a seed) within three seconds of its time; then @and_ms more. */
void exam_play          (Exam *exam, gint64 and_ms);
void exam_play_shuffled (Exam *exam, guint32 seed, gint64 and_ms);

/** The incidents so far that are no part of another, one summary each, joined by " | "; "nothing". */
char *exam_dup_said (Exam *exam);
/** Prints the row of the table, and checks that it said @expected. */
void  exam_expect (Exam *exam, const char *what, const char *expected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exam, exam_free)

G_END_DECLS
