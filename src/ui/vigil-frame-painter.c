/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A frame as a render node, the way the renderer at hand draws cheapest. */
#include "vigil-frame-painter.h"

#include <math.h>

static const cairo_user_data_key_t image_key;
static const cairo_user_data_key_t frame_key;

void
vigil_frame_painter_fit (const graphene_rect_t *rect, guint width, guint height, graphene_rect_t *fitted)
{
  float factor;

  *fitted = *rect;
  if (width == 0 || height == 0)
    return;
  factor = MIN (rect->size.width / width, rect->size.height / height);
  /* A picture within a pixel of the frame's shape fills it: no hairline of background. */
  if (fabsf (width * factor - rect->size.width) < 1.5f && fabsf (height * factor - rect->size.height) < 1.5f)
    return;
  fitted->size.width = width * factor;
  fitted->size.height = height * factor;
  fitted->origin.x += floorf ((rect->size.width - fitted->size.width) / 2);
  fitted->origin.y += floorf ((rect->size.height - fitted->size.height) / 2);
}

static cairo_surface_t *
image_of_frame (VigilFrame *frame)
{
  cairo_surface_t *image = cairo_image_surface_create_for_data (frame->pixels, CAIRO_FORMAT_RGB24,
                                                                (int) frame->width, (int) frame->height, (int) frame->stride);

  cairo_surface_set_user_data (image, &frame_key, vigil_frame_ref (frame), (cairo_destroy_func_t) vigil_frame_unref);
  return image;
}

static GskRenderNode *
make_cairo_node (VigilFrame *frame, const graphene_rect_t *at, int scale, gboolean grey)
{
  GskRenderNode *node = gsk_cairo_node_new (at);
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);
  cairo_surface_t *image = image_of_frame (frame);
  double sx = at->size.width / frame->width, sy = at->size.height / frame->height;
  gboolean exact = fabs (sx * scale - 1) < 0.01 && fabs (sy * scale - 1) < 0.01;

  /* The recording keeps a copy-on-write snapshot of the image; letting go of the image before the
   * recording would copy the pixels. Tied to the recording, it goes last. */
  cairo_surface_set_user_data (gsk_cairo_node_get_surface (node), &image_key, image, (cairo_destroy_func_t) cairo_surface_destroy);

  cairo_translate (cr, at->origin.x, at->origin.y);
  if (!exact)
    cairo_scale (cr, sx, sy);
  else if (scale > 1)
    cairo_scale (cr, 1.0 / scale, 1.0 / scale);
  cairo_set_source_surface (cr, image, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), exact ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_rectangle (cr, 0, 0, frame->width, frame->height);
  cairo_fill (cr);
  if (grey)
    {
      cairo_set_source_rgb (cr, 0.5, 0.5, 0.5);
      cairo_set_operator (cr, CAIRO_OPERATOR_HSL_SATURATION);
      cairo_rectangle (cr, 0, 0, frame->width, frame->height);
      cairo_fill (cr);
    }
  cairo_destroy (cr);
  return node;
}

static GskRenderNode *
make_texture_node (VigilFrame *frame, const graphene_rect_t *at, gboolean grey)
{
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (frame->pixels, frame->size, (GDestroyNotify) vigil_frame_unref, vigil_frame_ref (frame));
  g_autoptr (GdkTexture) texture = gdk_memory_texture_new ((int) frame->width, (int) frame->height,
                                                           GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, frame->stride);
  GskRenderNode *node = gsk_texture_node_new (texture, at);

  if (grey)
    {
      graphene_matrix_t matrix;
      graphene_vec4_t offset;
      const float luma[16] = { 0.30f, 0.30f, 0.30f, 0, 0.59f, 0.59f, 0.59f, 0, 0.11f, 0.11f, 0.11f, 0, 0, 0, 0, 1 };
      GskRenderNode *colored = node;

      graphene_matrix_init_from_float (&matrix, luma);
      graphene_vec4_init (&offset, 0, 0, 0, 0);
      node = gsk_color_matrix_node_new (colored, &matrix, &offset);
      gsk_render_node_unref (colored);
    }
  return node;
}

GskRenderNode *
vigil_frame_painter_make_node (VigilFrame *frame, const graphene_rect_t *rect, int scale, gboolean grey, gboolean texture)
{
  graphene_rect_t at;

  g_return_val_if_fail (frame != NULL && frame->width > 0 && frame->height > 0, NULL);

  vigil_frame_painter_fit (rect,
                           frame->source_width > 0 ? frame->source_width : frame->width,
                           frame->source_height > 0 ? frame->source_height : frame->height, &at);
  /* BGRx leaves the fourth byte open; GTK 4.8 has no texture format that ignores it. */
  if (texture && frame->pixels[3] == 0xff)
    return make_texture_node (frame, &at, grey);
  return make_cairo_node (frame, &at, scale, grey);
}

gboolean
vigil_frame_painter_prefers_texture (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;

  return renderer != NULL && g_strcmp0 (G_OBJECT_TYPE_NAME (renderer), "GskCairoRenderer") != 0;
}
