/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interventions: kept, applied to the candidate, announced, acknowledged. The hall's thread. */
#pragma once

#include "vigil-hall-private.h"

G_BEGIN_DECLS

/** What an invigilator wants done; borrows everything. */
typedef struct
{
  const char *kind;
  const char *text;    /* nullable */
  gint64      seconds; /* 0: none */
  const char *reason;  /* nullable */
  const char *by;
} VigilHallIntervention;

/** Does it. @row: (out): its number. Errors: CONFLICT where the candidate's state forbids it. */
gboolean vigil_hall_interventions_add (VigilHall                   *hall,
                                       VigilHallExam               *exam,
                                       VigilHallCandidate          *candidate,
                                       const VigilHallIntervention *intervention,
                                       gint64                      *row,
                                       GError                     **error);

/** Appends the intervention @row as the members of an open object; FALSE: there is none. */
gboolean vigil_hall_interventions_write (VigilHall *hall, gint64 row, gboolean with_by, GString *out);

/** Appends a page (newest first) to an open array. Returns: the row the next page begins after; 0: none. */
gint64 vigil_hall_interventions_write_page (VigilHall *hall, VigilHallExam *exam, const VigilHallCandidate *candidate,
                                            gint64 after_row, guint limit, GString *out);

/** The candidate's browser has it ("delivered") or the candidate has confirmed it. */
void     vigil_hall_interventions_delivered (VigilHall *hall, VigilHallExam *exam, gint64 row);
gboolean vigil_hall_interventions_acknowledge (VigilHall *hall, VigilHallExam *exam, const char *student_id,
                                               const char *id, GError **error);

G_END_DECLS
