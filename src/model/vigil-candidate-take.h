/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes what was said of a candidate into the row, for VigilRoster. */
#pragma once

#include "vigil-candidate.h"

G_BEGIN_DECLS

/* Each returns the VigilCandidateFields that differ now: 0 where the same was said again. Main thread. */

guint vigil_take_text (char **held, const char *text, guint field);
/** As vigil_take_text(), for what thousands have in common: one copy for all of them. */
guint vigil_take_shared (char **held, const char *text, guint field);
guint vigil_take_time (gint64 *held, gint64 time_ms, guint field);

/** Frees what @candidate holds, not itself. */
void  vigil_candidate_clear (VigilCandidate *candidate);
/** @name: (nullable): what is not known is called by its id. */
guint vigil_candidate_take_name (VigilCandidate *candidate, const char *name);
/** The name of @info, with the keys made beforehand if there are any. */
guint vigil_candidate_take_info_name (VigilCandidate *candidate, const VigilCandidateInfo *info);
/** @bypass: (nullable): one that is not active is none. */
guint vigil_candidate_take_bypass (VigilCandidate *candidate, VigilBypass *bypass);
guint vigil_candidate_take_presence (VigilCandidate *candidate, const VigilCandidateInfo *info);
guint vigil_candidate_take_flags (VigilCandidate *candidate, guint open_flags, VigilBand worst);

G_END_DECLS
