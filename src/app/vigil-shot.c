/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window as a PNG, without a screenshot tool. */
#include "vigil-shot.h"

static void
snapshot_window (GtkSnapshot *snapshot, GtkWindow *window)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (window));

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (GTK_WIDGET (window)), gtk_widget_get_height (GTK_WIDGET (window)));
}

gboolean
vigil_shot_save (GtkWindow *window, GtkWindow *dialog, const char *path, GError **error)
{
  int width = gtk_widget_get_width (GTK_WIDGET (window)), height = gtk_widget_get_height (GTK_WIDGET (window));
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (window));
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  snapshot_window (snapshot, window);
  if (dialog != NULL)
    {
      float x = (float) (width - gtk_widget_get_width (GTK_WIDGET (dialog))) / 2;
      float y = (float) (height - gtk_widget_get_height (GTK_WIDGET (dialog))) / 2;

      gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 0, 0, 0, 0.3f }, &GRAPHENE_RECT_INIT (0, 0, width, height));
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
      snapshot_window (snapshot, dialog);
    }
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
