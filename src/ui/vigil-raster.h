/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing kept as pixels: what seldom changes is drawn once and then only copied. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * vigil_raster_make_node:
 * @content: (transfer none) (nullable): what to draw; it may reach beyond @rect and is cut there
 * @rect: logical pixels, on whole ones
 * @scale: device pixels per logical pixel
 * @ground: (nullable): an opaque colour below everything; NULL: nothing
 * @texture: as a texture (GPU) instead of a cairo surface
 *
 * GTK's cairo renderer draws every node of the window again for each damaged spot, cut to that spot.
 * A dozen clips, texts and paths a tile cost more than the videos; one node of ready pixels does not.
 * Returns: (transfer full). Thread: main.
 */
GskRenderNode *vigil_raster_make_node (GskRenderNode         *content,
                                       const graphene_rect_t *rect,
                                       int                    scale,
                                       const GdkRGBA         *ground,
                                       gboolean               texture);

/**
 * vigil_raster_wrap:
 * @image: (transfer full): pixels
 * @at: where they are drawn; scaled if their size differs
 *
 * Returns: (transfer full): a cairo node that copies them. It holds @image and makes no copy.
 */
GskRenderNode *vigil_raster_wrap (cairo_surface_t *image, const graphene_rect_t *at, int scale);

G_END_DECLS
