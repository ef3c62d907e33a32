/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hatched veil over anything that is not fresh. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Diagonal stripes of @color over @rect, @step logical pixels apart. */
void vigil_hatch_append (GtkSnapshot *snapshot, const graphene_rect_t *rect, const GdkRGBA *color, double step);

G_END_DECLS
