/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A score, large, and how it comes about: what counts now, band by band, each with its cap. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SCORE_CARD (vigil_score_card_get_type ())
G_DECLARE_FINAL_TYPE (VigilScoreCard, vigil_score_card, VIGIL, SCORE_CARD, GtkWidget)

GtkWidget *vigil_score_card_new (void);

/**
 * vigil_score_card_set_score:
 * @violations: (element-type VigilViolation): of the candidate, as far as they are known; the
 *   explanation is made from those that still count
 * @stale_s: age of the score in seconds when it is stale, −1 when it is fresh
 */
void       vigil_score_card_set_score (VigilScoreCard *self, VigilScoringPolicy *policy, const VigilScore *score, GPtrArray *violations, gint64 hall_ms, int stale_s);

G_END_DECLS
