/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window as a PNG, without a screenshot tool. */
#include "vigil-shot.h"

/* Its own size, with borders and shadow: at another one every pixel of it would be scaled. */
static GdkPaintable *
paintable_of (GtkWindow *window, int *width, int *height)
{
  GdkPaintable *paintable = gtk_widget_paintable_new (GTK_WIDGET (window));

  *width = gdk_paintable_get_intrinsic_width (paintable);
  *height = gdk_paintable_get_intrinsic_height (paintable);
  return paintable;
}

static void
snapshot_dialog (GtkSnapshot *snapshot, GtkWindow *dialog, int width, int height)
{
  int own_width, own_height;
  g_autoptr (GdkPaintable) paintable = paintable_of (dialog, &own_width, &own_height);

  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 0, 0, 0, 0.3f }, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((width - own_width) / 2, (height - own_height) / 2));
  gdk_paintable_snapshot (paintable, snapshot, own_width, own_height);
}

gboolean
vigil_shot_save (GtkWindow *window, GtkWindow *dialog, const char *path, GError **error)
{
  int width, height;
  g_autoptr (GdkPaintable) paintable = paintable_of (window, &width, &height);
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (window));
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  if (dialog != NULL)
    snapshot_dialog (snapshot, dialog, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL || renderer == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED, "%s: the window is not drawn yet", path);
      return FALSE;
    }
  texture = gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (gdk_texture_save_to_png (texture, path))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: cannot be written", path);
  return FALSE;
}
