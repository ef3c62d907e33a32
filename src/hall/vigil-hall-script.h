/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to happen to whom at which moment: the faults of many candidates, without a timer for each.
 * The hall's thread.
 */
#pragma once

#include "vigil-hall-private.h"

G_BEGIN_DECLS

/** @word: an interned string or %NULL, @number: whatever the moment needs. */
typedef void (*VigilHallMoment) (VigilHall *hall, VigilHallCandidate *candidate, const char *word, gint64 number);

VigilHallScript *vigil_hall_script_new  (VigilHall *hall);
void             vigil_hall_script_free (VigilHallScript *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallScript, vigil_hall_script_free)

/** Has @moment happen after @ms; those of the same moment in the order in which they were added. */
void vigil_hall_script_add (VigilHallScript *self, gint64 ms, VigilHallMoment moment, VigilHallCandidate *candidate,
                            const char *word, gint64 number);

/** A draw from 0 … @n − 1; @n 0 and 1 give 0. By the hall's seed. */
guint vigil_hall_script_draw (VigilHallScript *self, guint n);

G_END_DECLS
