/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A frame as a render node, the way the renderer at hand draws cheapest. */
#include "vigil-frame-painter.h"

#include <math.h>

#include "vigil-raster.h"

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
make_grey (GskRenderNode *colored)
{
  graphene_matrix_t matrix;
  graphene_vec4_t offset;
  const float luma[16] = { 0.30f, 0.30f, 0.30f, 0, 0.59f, 0.59f, 0.59f, 0, 0.11f, 0.11f, 0.11f, 0, 0, 0, 0, 1 };
  GskRenderNode *node;

  graphene_matrix_init_from_float (&matrix, luma);
  graphene_vec4_init (&offset, 0, 0, 0, 0);
  node = gsk_color_matrix_node_new (colored, &matrix, &offset);
  gsk_render_node_unref (colored);
  return node;
}

static GskRenderNode *
make_texture_node (VigilFrame *frame, const graphene_rect_t *at)
{
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (frame->pixels, frame->size, (GDestroyNotify) vigil_frame_unref, vigil_frame_ref (frame));
  g_autoptr (GdkTexture) texture = gdk_memory_texture_new ((int) frame->width, (int) frame->height,
                                                           GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, frame->stride);

  return gsk_texture_node_new (texture, at);
}

GskRenderNode *
vigil_frame_painter_make_node (VigilFrame *frame, const graphene_rect_t *rect, int scale, gboolean grey, gboolean texture)
{
  GskRenderNode *node;
  graphene_rect_t at;

  g_return_val_if_fail (frame != NULL && frame->width > 0 && frame->height > 0, NULL);

  vigil_frame_painter_fit (rect,
                           frame->source_width > 0 ? frame->source_width : frame->width,
                           frame->source_height > 0 ? frame->source_height : frame->height, &at);
  /* BGRx leaves the fourth byte open; GTK 4.8 has no texture format that ignores it. */
  if (texture && frame->pixels[3] == 0xff)
    node = make_texture_node (frame, &at);
  else
    node = vigil_raster_wrap (image_of_frame (frame), &at, scale);
  return grey ? make_grey (node) : node;
}

gboolean
vigil_frame_painter_prefers_texture (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;

  return renderer != NULL && g_strcmp0 (G_OBJECT_TYPE_NAME (renderer), "GskCairoRenderer") != 0;
}
