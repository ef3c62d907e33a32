/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A frame as a render node, the way the renderer at hand draws cheapest. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-frame.h"

G_BEGIN_DECLS

/**
 * vigil_frame_painter_make_node:
 * @rect: where it may draw; the picture is fitted inside, its shape kept
 * @scale: device pixels per logical pixel
 * @grey: without colours (a picture that is only a memory)
 * @texture: as a texture (GPU) instead of a cairo surface
 *
 * The node holds a reference on @frame and no copy of its pixels.
 * Returns: (transfer full).
 */
GskRenderNode *vigil_frame_painter_make_node (VigilFrame *frame, const graphene_rect_t *rect, int scale, gboolean grey, gboolean texture);

/** Whether @widget's renderer prefers textures. The cairo renderer converts every texture in the
 *  tree on every frame; a GL renderer uploads a cairo node's whole surface. */
gboolean vigil_frame_painter_prefers_texture (GtkWidget *widget);

/** Where a picture of @width × @height lies inside @rect when its shape is kept. */
void vigil_frame_painter_fit (const graphene_rect_t *rect, guint width, guint height, graphene_rect_t *fitted);

G_END_DECLS
