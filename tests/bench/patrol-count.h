/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was watched, by the pixels of the window: every live picture that a tile draws is read back, and whose it is says its
 * marker. Knows nothing of the ledger. */
#pragma once

#include "bench-console.h"

G_BEGIN_DECLS

typedef struct _PatrolCount PatrolCount;

/** Counts from now on. @candidates: as many as the rehearsal has, "s-00001" first. */
PatrolCount *patrol_count_new  (BenchConsole *console, guint candidates);
void         patrol_count_free (PatrolCount *self);
/** What is drawn from here on is not counted; the tiles tell the ledger what they have. */
void         patrol_count_stop (PatrolCount *self);
/** Once a second: whose camera is there is unseen from then on. */
void         patrol_count_look (PatrolCount *self);

/** Of the live pictures that were drawn in the window: how many, how many cannot be read, how many were somebody else's. */
void         patrol_count_get_pictures (PatrolCount *self, guint *drawn, guint *unreadable, guint *wrong);

/** Of candidate @i: seconds watched, and the longest that it was not, up to now. Returns: whether it was seen at all. */
gboolean     patrol_count_get (PatrolCount *self, guint i, double *watched_s, double *unseen_s);

/** Candidate @i as the client knows it. (nullable) */
const VigilCandidate *patrol_count_get_candidate (PatrolCount *self, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PatrolCount, patrol_count_free)

G_END_DECLS
