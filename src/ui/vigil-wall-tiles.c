/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall's tiles: binding, who is on screen, which candidates are just past its edges. */
#include "vigil-wall-private.h"

#define SPIN_MS 100

static void
tile_open_cb (VigilTile *tile, gpointer user_data)
{
  VigilSlot *slot = vigil_tile_get_slot (tile);

  if (slot != NULL && vigil_slot_get_section (slot) != NULL)
    vigil_wall_activate (user_data, vigil_slot_get_position (slot));
  else if (vigil_tile_get_handle (tile) != VIGIL_HANDLE_NONE)
    g_signal_emit_by_name (user_data, "open", vigil_tile_get_handle (tile));
}

static void
tile_menu_cb (VigilTile *tile, double x, double y, gpointer user_data)
{
  vigil_wall_popup (user_data, tile, x, y);
}

/* Nearest first, alternating below and above; below comes first: people scroll down. */
static gboolean
near_cb (gpointer user_data)
{
  VigilWall *self = user_data;
  VigilRosterView *view = self->view;
  guint margin = (guint) vigil_settings_get_int (vigil_session_get_settings (self->session), VIGIL_SETTING_WARM_MARGIN);
  guint first = G_MAXUINT, last = 0, n = 0;
  g_autofree VigilHandle *near = g_new (VigilHandle, 2 * margin + 1);

  self->near_id = 0;
  for (guint i = 0; i < self->mapped->len; i++)
    {
      guint position = vigil_slot_get_position (vigil_tile_get_slot (self->mapped->pdata[i]));

      first = MIN (first, position);
      last = MAX (last, position);
    }
  for (guint i = 1; i <= margin && first != G_MAXUINT; i++)
    {
      VigilHandle below = vigil_roster_view_get_handle (view, last + i);
      VigilHandle above = first >= i ? vigil_roster_view_get_handle (view, first - i) : VIGIL_HANDLE_NONE;

      if (below != VIGIL_HANDLE_NONE)
        near[n++] = below;
      if (above != VIGIL_HANDLE_NONE)
        near[n++] = above;
    }
  vigil_wall_look_ahead (self, first, last);
  if (vigil_wall_is_first (self))
    vigil_stream_controller_set_near (vigil_session_get_streams (self->session), near, n);
  vigil_wall_start_spinner (self);
  return G_SOURCE_REMOVE;
}

static void
queue_near (VigilWall *self)
{
  if (self->near_id == 0)
    self->near_id = g_idle_add (near_cb, self);
}

static void
tile_mapped_cb (VigilTile *tile, gpointer user_data)
{
  VigilWall *self = user_data;

  if (!gtk_widget_get_mapped (GTK_WIDGET (tile)))
    g_ptr_array_remove_fast (self->mapped, tile);
  else if (!g_ptr_array_find (self->mapped, tile, NULL))
    g_ptr_array_add (self->mapped, tile);
  queue_near (self);
}

void
vigil_wall_watch_tile (VigilWall *self, VigilTile *tile)
{
  g_signal_connect_object (tile, "open", G_CALLBACK (tile_open_cb), self, 0);
  g_signal_connect_object (tile, "menu-requested", G_CALLBACK (tile_menu_cb), self, 0);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  VigilWall *self = user_data;
  GtkWidget *tile = vigil_tile_new (self->session, self->sweeper);

  vigil_tile_set_view (VIGIL_TILE (tile), self->view);
  vigil_wall_watch_tile (self, VIGIL_TILE (tile));
  g_signal_connect_object (tile, "mapped-changed", G_CALLBACK (tile_mapped_cb), self, 0);
  gtk_list_item_set_child (item, tile);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  VigilWall *self = user_data;
  VigilTile *tile = VIGIL_TILE (gtk_list_item_get_child (item));
  VigilSlot *slot = gtk_list_item_get_item (item);
  guint position = vigil_slot_get_position (slot);

  if (position >= self->tiles->len)
    g_ptr_array_set_size (self->tiles, (int) position + 1);
  self->tiles->pdata[position] = tile;
  vigil_tile_set_slot (tile, slot);
  queue_near (self);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  VigilWall *self = user_data;
  VigilTile *tile = VIGIL_TILE (gtk_list_item_get_child (item));
  VigilSlot *slot = vigil_tile_get_slot (tile);
  guint position = slot != NULL ? vigil_slot_get_position (slot) : G_MAXUINT;

  if (position < self->tiles->len && self->tiles->pdata[position] == tile)
    self->tiles->pdata[position] = NULL;
  vigil_wall_forget_ahead (self, tile);
  vigil_tile_set_slot (tile, NULL);
}

static void
teardown_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  VigilWall *self = user_data;

  g_ptr_array_remove_fast (self->mapped, gtk_list_item_get_child (item));
  gtk_list_item_set_child (item, NULL);
}

GtkListItemFactory *
vigil_wall_create_factory (VigilWall *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  g_signal_connect_object (factory, "teardown", G_CALLBACK (teardown_cb), self, 0);
  return factory;
}

/* Tiles on screen, of the wall and of the lane. */
static void
for_each_mapped (VigilWall *self, void (*func) (VigilTile *tile))
{
  GPtrArray *risers = vigil_promotion_lane_get_tiles (self->lane);

  for (guint i = 0; i < self->mapped->len; i++)
    func (self->mapped->pdata[i]);
  for (guint i = 0; i < risers->len; i++)
    func (risers->pdata[i]);
}

static void
candidate_changed_cb (VigilRoster *roster, guint handle, guint fields, gpointer user_data)
{
  VigilWall *self = user_data;
  guint position = vigil_roster_view_get_position (self->view, handle);

  if (position < self->tiles->len && self->tiles->pdata[position] != NULL)
    {
      vigil_tile_refresh (self->tiles->pdata[position]);
      if (g_ptr_array_find (self->ahead, self->tiles->pdata[position], NULL))
        queue_near (self); /* it is drawn ahead once more */
    }
  for (guint i = 0; i < vigil_promotion_lane_get_tiles (self->lane)->len; i++)
    {
      VigilTile *tile = vigil_promotion_lane_get_tiles (self->lane)->pdata[i];

      if (vigil_tile_get_handle (tile) == handle)
        vigil_tile_refresh (tile);
    }
}

static void
read_pace (VigilWall *self)
{
  VigilSettings *settings = vigil_session_get_settings (self->session);

  vigil_score_sweeper_set_pace (self->sweeper, (guint) vigil_settings_get_int (settings, VIGIL_SETTING_VIDEO_PACE));
}

void
vigil_wall_tick_tiles (VigilWall *self)
{
  for_each_mapped (self, vigil_tile_tick);
}

void
vigil_wall_look_again (VigilWall *self)
{
  for_each_mapped (self, vigil_tile_look_again);
}

static gboolean
tick_cb (gpointer user_data)
{
  VigilWall *self = user_data;

  read_pace (self);
  vigil_score_sweeper_sweep (self->sweeper);
  vigil_wall_tick_tiles (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
spin_cb (gpointer user_data)
{
  VigilWall *self = user_data;
  gboolean any = FALSE;

  self->turn += SPIN_MS / 1000.0;
  self->turn -= (int) self->turn;
  for (guint i = 0; i < self->mapped->len; i++)
    any |= vigil_tile_spin (self->mapped->pdata[i], self->turn);
  for (guint i = 0; i < vigil_promotion_lane_get_tiles (self->lane)->len; i++)
    any |= vigil_tile_spin (vigil_promotion_lane_get_tiles (self->lane)->pdata[i], self->turn);
  if (any)
    return G_SOURCE_CONTINUE;
  self->spin_id = 0;
  return G_SOURCE_REMOVE;
}

void
vigil_wall_start_spinner (VigilWall *self)
{
  gboolean animations;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animations, NULL);
  if (self->spin_id == 0 && animations)
    self->spin_id = g_timeout_add (SPIN_MS, spin_cb, self);
}

static void
refresh_mapped (VigilWall *self)
{
  for_each_mapped (self, vigil_tile_refresh);
}

static void
counts_changed_cb (VigilStreamController *streams, gpointer user_data)
{
  vigil_wall_start_spinner (user_data);
}

/* The person selected stays selected when the ranking moves it, and so does the focus. */
static void
ranked_cb (VigilRosterView *view, guint n_rebound, gpointer user_data)
{
  VigilWall *self = user_data;
  guint position = self->selected != VIGIL_HANDLE_NONE ? vigil_roster_view_get_position (view, self->selected) : G_MAXUINT;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  queue_near (self);
  if (position == G_MAXUINT || position == gtk_single_selection_get_selected (self->selection))
    return;
  if (position >= g_list_model_get_n_items (G_LIST_MODEL (self->paced)))
    vigil_paced_model_finish (self->paced);
  gtk_single_selection_set_selected (self->selection, position);
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->grid)) &&
      position < self->tiles->len && self->tiles->pdata[position] != NULL &&
      gtk_widget_get_mapped (self->tiles->pdata[position]))
    gtk_widget_grab_focus (gtk_widget_get_parent (self->tiles->pdata[position]));
}

void
vigil_wall_watch_candidates (VigilWall *self)
{
  g_signal_connect_object (vigil_session_get_roster (self->session), "candidate-changed", G_CALLBACK (candidate_changed_cb), self, 0);
  g_signal_connect_object (self->view, "ranked", G_CALLBACK (ranked_cb), self, 0);
  g_signal_connect_object (vigil_session_get_streams (self->session), "counts-changed", G_CALLBACK (counts_changed_cb), self, 0);
  g_signal_connect_object (vigil_session_get_outbox (self->session), "items-changed", G_CALLBACK (refresh_mapped), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_outbox (self->session), "item-settled", G_CALLBACK (refresh_mapped), self, G_CONNECT_SWAPPED);
  self->tick_id = g_timeout_add_seconds (1, tick_cb, self);
  read_pace (self);
}

void
vigil_wall_stop_tiles (VigilWall *self)
{
  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_handle_id (&self->spin_id, g_source_remove);
  g_clear_handle_id (&self->near_id, g_source_remove);
  g_clear_handle_id (&self->ahead_id, g_source_remove);
}
