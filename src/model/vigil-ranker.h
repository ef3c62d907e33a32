/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is shown and in which order: the arithmetic of VigilRosterView. */
#pragma once

#include "vigil-roster-view.h"

G_BEGIN_DECLS

typedef struct _VigilRanker VigilRanker;

/** A ranker of @roster, which must outlive it. */
VigilRanker *vigil_ranker_new  (VigilRoster *roster);
void         vigil_ranker_free (VigilRanker *self);

/** Copies @filter (NULL: everybody). @policy gives the bands their scores. */
void                     vigil_ranker_set_filter (VigilRanker *self, const VigilRosterFilter *filter, VigilScoringPolicy *policy);
const VigilRosterFilter *vigil_ranker_get_filter (VigilRanker *self);
/** Whether the filter's answer depends on members that change (@fields), apart from scores. */
gboolean                 vigil_ranker_filter_looks_at (VigilRanker *self, VigilCandidateFields fields);

void vigil_ranker_set_hysteresis (VigilRanker *self, guint points);
void vigil_ranker_renamed (VigilRanker *self, VigilHandle handle);

/** Whether a candidate of the roster is to be shown. */
gboolean vigil_ranker_matches (VigilRanker *self, VigilHandle handle);

/** Fills @handles (element-type VigilHandle) with those who match, in @order. */
void vigil_ranker_rank (VigilRanker *self, VigilOrder order, GArray *handles);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilRanker, vigil_ranker_free)

G_END_DECLS
