/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stream of scores: so many a second in all, those that changed first, then in turn.
 * The hall's thread.
 */
#pragma once

#include "vigil-hall-exam.h"

G_BEGIN_DECLS

typedef struct _VigilHallScores VigilHallScores;

/**
 * @rate: scores a second in all; 0: none
 * @batch_ms: 0 sends each as a proctoring_score; else arrays every so often
 * @noise: ± points added to what is sent, for benchmarks
 */
VigilHallScores *vigil_hall_scores_new  (VigilHallExam *exam, double rate, guint batch_ms, double noise);
void             vigil_hall_scores_free (VigilHallScores *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallScores, vigil_hall_scores_free)

/** @candidate's score has changed: it goes before those whose turn it is. */
void vigil_hall_scores_mark (VigilHallScores *self, VigilHallCandidate *candidate);

/** Stops and starts the stream (a fault). */
void vigil_hall_scores_set_running (VigilHallScores *self, gboolean running);
void vigil_hall_scores_set_rate    (VigilHallScores *self, double rate);

/** How many scores were sent (to everybody, counted once). */
guint64 vigil_hall_scores_get_sent (VigilHallScores *self);

G_END_DECLS
