/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A score as number + shape + colour: circle low, square medium, diamond high, octagon critical. */
#pragma once

#include "vigil-palette.h"

G_BEGIN_DECLS

/** Side of the square a badge takes in a tile, in logical pixels. */
#define VIGIL_BADGE_SIZE 30

/**
 * vigil_badge_snapshot:
 * @size: side of the square it may fill
 * @score: 0..100; −1: none yet (a dash in a hollow circle)
 * @stale: hatched, the number dimmed
 *
 * Draws at the snapshot's origin. The number's layout is shared by all badges of @widget's font.
 */
void vigil_badge_snapshot (GtkSnapshot *snapshot, GtkWidget *widget, float size, int score, VigilBand band, gboolean stale);

/** Only the shape, filled: for legends and chips. */
void vigil_badge_append_shape (GtkSnapshot *snapshot, float size, VigilBand band, const GdkRGBA *color);

#define VIGIL_TYPE_BADGE (vigil_badge_get_type ())
G_DECLARE_FINAL_TYPE (VigilBadge, vigil_badge, VIGIL, BADGE, GtkWidget)

/** A badge as a widget of its own, for pages and lists. */
GtkWidget *vigil_badge_new (int size);
void       vigil_badge_set_score (VigilBadge *self, int score, VigilBand band, gboolean stale);
/** Shows the band's shape without a number (for a violation). */
void       vigil_badge_set_band (VigilBadge *self, VigilBand band);

G_END_DECLS
