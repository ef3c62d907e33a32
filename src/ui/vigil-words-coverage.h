/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for who was watched from here. A gap is ours, and is named as ours. */
#pragma once

#include "vigil-coverage.h"

G_BEGIN_DECLS

/** "3 candidates were not seen for 10 min". (transfer full) */
char *vigil_words_unseen (guint n, guint seconds);
/** The same for a narrow place: "3 not seen for 10 min". (transfer full) */
char *vigil_words_unseen_short (guint n, guint seconds);
/** When this console saw a candidate last, and for how long in all; @now_ms: the hall's. (transfer full) */
char *vigil_words_watched (const VigilCoverageSums *sums, gint64 now_ms);

G_END_DECLS
