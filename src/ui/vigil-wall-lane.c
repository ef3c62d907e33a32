/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Those who rise, in a row above the grid. */
#include "vigil-wall-private.h"

void
vigil_wall_focus_grid (VigilWall *self)
{
  guint position = gtk_single_selection_get_selected (self->selection);
  GtkWidget *tile = position < self->tiles->len ? self->tiles->pdata[position] : NULL;

  if (tile != NULL && gtk_widget_get_mapped (tile))
    gtk_widget_grab_focus (gtk_widget_get_parent (tile));
  else
    gtk_widget_child_focus (GTK_WIDGET (self->grid), GTK_DIR_TAB_FORWARD);
}

static void
left_cb (VigilPromotionLane *lane, gpointer user_data)
{
  vigil_wall_focus_grid (user_data);
}

static void
open_cb (VigilPromotionLane *lane, guint handle, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "open", handle);
}

static void
tile_added_cb (VigilPromotionLane *lane, VigilTile *tile, gpointer user_data)
{
  vigil_wall_watch_tile (user_data, tile);
  vigil_wall_start_spinner (user_data);
}

static gboolean
top_cb (gpointer user_data)
{
  VigilWall *self = user_data;

  self->top_id = 0;
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  return G_SOURCE_REMOVE;
}

gboolean
vigil_wall_is_at_top (VigilWall *self)
{
  return gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller)) < 1;
}

/* The grid keeps something in sight while a lane or a banner takes some of its height; at its beginning that
 * should be the beginning. */
void
vigil_wall_keep_top (VigilWall *self)
{
  if (self->top_id == 0 && !vigil_wall_is_at_top (self))
    self->top_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 10, top_cb, self, NULL);
}

static void
order_cb (VigilRosterView *view, GParamSpec *pspec, gpointer user_data)
{
  VigilWall *self = user_data;

  vigil_promotion_lane_set_can_rank (self->lane, vigil_roster_view_get_order (view) == VIGIL_ORDER_STABLE);
}

void
vigil_wall_update_lane (VigilWall *self)
{
  VigilSettings *settings = vigil_session_get_settings (self->session);

  vigil_lane_set_rise (self->risers, (guint) vigil_settings_get_int (settings, VIGIL_SETTING_PROMOTE_RISE));
  vigil_lane_set_hysteresis (self->risers, (guint) vigil_settings_get_int (settings, VIGIL_SETTING_RANK_HYSTERESIS));
  vigil_lane_set_interval (self->risers, (guint) vigil_settings_get_int (settings, VIGIL_SETTING_RANK_INTERVAL));
  vigil_lane_set_enabled (self->risers, vigil_settings_get_boolean (settings, VIGIL_SETTING_PROMOTION_LANE));
}

GtkWidget *
vigil_wall_build_lane (VigilWall *self)
{
  self->risers = vigil_lane_new (self->view);
  self->lane = VIGIL_PROMOTION_LANE (vigil_promotion_lane_new (self->session, self->sweeper, self->risers));
  g_signal_connect_object (self->lane, "tile-added", G_CALLBACK (tile_added_cb), self, 0);
  g_signal_connect_object (self->lane, "open", G_CALLBACK (open_cb), self, 0);
  g_signal_connect_object (self->lane, "left", G_CALLBACK (left_cb), self, 0);
  g_signal_connect_object (self->view, "notify::order", G_CALLBACK (order_cb), self, 0);
  order_cb (self->view, NULL, self);
  vigil_wall_update_lane (self);
  return GTK_WIDGET (self->lane);
}
