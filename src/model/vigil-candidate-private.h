/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the roster does with its candidates. Main thread. */
#pragma once

#include "vigil-candidate.h"

G_BEGIN_DECLS

/** Frees what @candidate holds, not itself. */
void  vigil_candidate_clear (VigilCandidate *candidate);
/** Takes the name of @info with its keys, made here where they were not made beforehand.
 *  Returns: VIGIL_FIELD_NAME if that is news, else 0. */
guint vigil_candidate_take_name (VigilCandidate *candidate, const VigilCandidateInfo *info);
/** Nobody said its name yet: its id. */
void  vigil_candidate_set_default_name (VigilCandidate *candidate);

G_END_DECLS
