/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One exam: its candidates, its sequence of deltas, and who listens to them. The hall's thread. */
#pragma once

#include "vigil-hall-candidate.h"

G_BEGIN_DECLS

typedef struct _VigilHallExam VigilHallExam;

/** Gets a complete Socket.IO frame, shared by all listeners. */
typedef void (*VigilHallSink) (GBytes *frame, gpointer user_data);

typedef struct
{
  const char        *exam_id;
  const char        *quiz_id;
  const char        *title;
  const char        *state;     /* "scheduled", "running", "ended" */
  gint64             starts_at;
  gint64             ends_at;
  const char *const *rooms;     /* NULL-terminated, static */
  int                captures;  /* seconds */
  gboolean           no_sfu;
} VigilHallExamInfo;

VigilHallExam *vigil_hall_exam_new  (const VigilHallExamInfo *info);
void           vigil_hall_exam_free (VigilHallExam *self);

const char         *vigil_hall_exam_get_id      (VigilHallExam *self);
const char         *vigil_hall_exam_get_quiz_id (VigilHallExam *self);
gint64              vigil_hall_exam_get_ends_at (VigilHallExam *self);
gboolean            vigil_hall_exam_is_running  (VigilHallExam *self);
/** Assigns the state and says so (exam_update). @state: static. */
void                vigil_hall_exam_set_state   (VigilHallExam *self, const char *state);
gint64              vigil_hall_exam_get_epoch   (VigilHallExam *self);
gint64              vigil_hall_exam_get_seq     (VigilHallExam *self);

/** Begins a new life of the sequence: what a hall that lost its state does. */
void                vigil_hall_exam_set_epoch   (VigilHallExam *self, gint64 epoch);

/** Leaves @n numbers out, as if their events were lost. */
void                vigil_hall_exam_skip        (VigilHallExam *self, guint n);

/** The next @n sequenced events happen, and no console hears of them. */
void                vigil_hall_exam_lose        (VigilHallExam *self, guint n);
/** Appends at most @limit events after @after, each as an array of name and argument. Returns: FALSE if it cannot
 *  tell any more what happened since. */
gboolean            vigil_hall_exam_write_changes (VigilHallExam *self, gint64 epoch, gint64 after, guint limit, GString *out);

/** Adds @candidate. @candidate: (transfer full). */
void                vigil_hall_exam_add_candidate (VigilHallExam *self, VigilHallCandidate *candidate);
guint               vigil_hall_exam_get_n_candidates (VigilHallExam *self);
VigilHallCandidate *vigil_hall_exam_get_candidate (VigilHallExam *self, guint index);
/** Returns: (transfer none) (nullable). */
VigilHallCandidate *vigil_hall_exam_lookup        (VigilHallExam *self, const char *student_id);

/** Appends the exam as an object. */
void vigil_hall_exam_write (VigilHallExam *self, GString *out, const char *name);

/** The end of @candidate: its own, or the exam's. */
gint64 vigil_hall_exam_get_end_of (VigilHallExam *self, const VigilHallCandidate *candidate);

void     vigil_hall_exam_subscribe       (VigilHallExam *self, VigilHallSink sink, gpointer user_data);
void     vigil_hall_exam_unsubscribe     (VigilHallExam *self, VigilHallSink sink, gpointer user_data);
gboolean vigil_hall_exam_has_subscribers (VigilHallExam *self);

/** Sends @frame to all who listen. */
void vigil_hall_exam_broadcast (VigilHallExam *self, GBytes *frame);

/** A frame with an event that has no sequence number; @members is the argument's JSON. */
void vigil_hall_exam_tell (VigilHallExam *self, const char *event, const char *argument);

/** Opens a sequenced event whose members the caller appends; ended by vigil_hall_exam_commit(). */
GString *vigil_hall_exam_begin  (VigilHallExam *self, const char *event);
void     vigil_hall_exam_commit (VigilHallExam *self);

/** A session_update with @fields of @candidate. */
void vigil_hall_exam_update (VigilHallExam *self, const VigilHallCandidate *candidate, VigilHallFields fields);

G_END_DECLS
