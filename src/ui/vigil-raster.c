/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing kept as pixels: what seldom changes is drawn once and then only copied. */
#include "vigil-raster.h"

#include <math.h>

static const cairo_user_data_key_t image_key;

GskRenderNode *
vigil_raster_wrap (cairo_surface_t *image, const graphene_rect_t *at, int scale)
{
  int width = cairo_image_surface_get_width (image), height = cairo_image_surface_get_height (image);
  GskRenderNode *node = gsk_cairo_node_new (at);
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);
  double sx = at->size.width / width, sy = at->size.height / height;
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
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
  cairo_destroy (cr);
  return node;
}

static GskRenderNode *
wrap_as_texture (cairo_surface_t *image, const graphene_rect_t *at)
{
  int stride = cairo_image_surface_get_stride (image);
  gsize size = (gsize) stride * cairo_image_surface_get_height (image);
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (cairo_image_surface_get_data (image), size,
                                                         (GDestroyNotify) cairo_surface_destroy, image);
  g_autoptr (GdkTexture) texture = gdk_memory_texture_new (cairo_image_surface_get_width (image), cairo_image_surface_get_height (image),
                                                           GDK_MEMORY_DEFAULT, bytes, stride);

  return gsk_texture_node_new (texture, at);
}

GskRenderNode *
vigil_raster_make_node (GskRenderNode *content, const graphene_rect_t *rect, int scale, const GdkRGBA *ground, gboolean texture)
{
  int width = MAX ((int) ceilf (rect->size.width) * scale, 1), height = MAX ((int) ceilf (rect->size.height) * scale, 1);
  /* Without alpha a copy needs no blending; a texture always has it. */
  cairo_surface_t *image = cairo_image_surface_create (ground != NULL && !texture ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (image);

  if (ground != NULL)
    {
      gdk_cairo_set_source_rgba (cr, ground);
      cairo_paint (cr);
    }
  cairo_scale (cr, scale, scale);
  cairo_translate (cr, -rect->origin.x, -rect->origin.y);
  if (content != NULL)
    gsk_render_node_draw (content, cr);
  cairo_destroy (cr);
  cairo_surface_flush (image);
  return texture ? wrap_as_texture (image, rect) : vigil_raster_wrap (image, rect, scale);
}
