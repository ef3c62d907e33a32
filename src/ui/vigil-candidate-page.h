/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate: large video, score and why, violations with their evidence, actions. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-focus-card.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_CANDIDATE_PAGE (vigil_candidate_page_get_type ())
G_DECLARE_FINAL_TYPE (VigilCandidatePage, vigil_candidate_page, VIGIL, CANDIDATE_PAGE, GtkWidget)

/** Main thread only. Signal "back" (): Escape. What the role may not do is not there. */
GtkWidget  *vigil_candidate_page_new (VigilSession *session, VigilScoreSweeper *sweeper);

/** Shows a candidate; VIGIL_HANDLE_NONE lets go of the one shown (its stream, its focus). */
void        vigil_candidate_page_set_candidate (VigilCandidatePage *self, VigilHandle handle);
VigilHandle vigil_candidate_page_get_candidate (VigilCandidatePage *self);

/** The pictures and what can be done with them. (transfer none) */
VigilFocusCard *vigil_candidate_page_get_card (VigilCandidatePage *self);

/** How many violations and evidence frames are listed; for scripts. */
guint       vigil_candidate_page_get_n_violations (VigilCandidatePage *self);

/** Shows a violation of the open candidate, with the frame captured nearest to its moment large. */
void       vigil_candidate_page_show_violation (VigilCandidatePage *self, VigilViolation *violation);

G_END_DECLS
