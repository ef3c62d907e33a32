/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest capture of each candidate, as a browser would have uploaded it a moment ago. The hall's thread. */
#pragma once

#include "vigil-hall-http.h"

G_BEGIN_DECLS

VigilHallStills *vigil_hall_stills_new  (VigilHall *hall);
/** Nobody who still waits is answered: the hall stops. */
void             vigil_hall_stills_free (VigilHallStills *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallStills, vigil_hall_stills_free)

/**
 * Answers @request with the newest capture of @candidate, 304 if its ETag is the one asked with; first takes
 * one if the last is older than the interval. Errors: STILL_NONE, UNAVAILABLE.
 */
gboolean vigil_hall_stills_answer (VigilHallStills *self, VigilHallRequest *request, VigilHallExam *exam,
                                   VigilHallCandidate *candidate, GError **error);

G_END_DECLS
