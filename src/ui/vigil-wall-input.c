/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall's hands: zoom, keys, context menu, and no re-ranking under a moving pointer. */
#include <glib/gi18n-lib.h>

#include "vigil-commands.h"
#include "vigil-wall-private.h"

#define ZOOM_STEP 24
#define TILE_GAP 8       /* padding of a cell, both sides together */
#define HOLD_SECONDS 10  /* a pointer that has not moved for so long is not pointing */

static gboolean
columns_cb (gpointer user_data)
{
  VigilWall *self = user_data;

  self->columns_id = 0;
  self->columns = self->wanted_columns;
  gtk_grid_view_set_min_columns (self->grid, 1);
  gtk_grid_view_set_max_columns (self->grid, self->columns);
  gtk_grid_view_set_min_columns (self->grid, self->columns);
  vigil_promotion_lane_set_columns (self->lane, self->columns);
  return G_SOURCE_REMOVE;
}

/* Tight on purpose: the grid binds about 30 rows times max-columns items. */
void
vigil_wall_update_columns (VigilWall *self, int width)
{
  int tile = vigil_settings_get_int (vigil_session_get_settings (self->session), VIGIL_SETTING_TILE_WIDTH);

  if (width <= 0)
    return;
  self->wanted_columns = (guint) CLAMP ((width - 12 + TILE_GAP) / (tile + TILE_GAP), 1, 40);
  if (self->wanted_columns != self->columns && self->columns_id == 0)
    self->columns_id = g_idle_add_full (GTK_PRIORITY_RESIZE - 1, columns_cb, self, NULL);
}

static void
zoom_to (VigilWall *self, int width)
{
  VigilSettings *settings = vigil_session_get_settings (self->session);
  int min, max;

  vigil_settings_get_range (settings, VIGIL_SETTING_TILE_WIDTH, &min, &max);
  vigil_settings_set_int (settings, VIGIL_SETTING_TILE_WIDTH, CLAMP (width, min, max));
  vigil_wall_update_columns (self, gtk_widget_get_width (GTK_WIDGET (self)));
}

static void
zoom_by (VigilWall *self, int steps)
{
  zoom_to (self, vigil_settings_get_int (vigil_session_get_settings (self->session), VIGIL_SETTING_TILE_WIDTH) + steps * ZOOM_STEP);
}

static void
zoom_in_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom_by (VIGIL_WALL (widget), 1);
}

static void
zoom_out_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom_by (VIGIL_WALL (widget), -1);
}

static void
zoom_reset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom_to (VIGIL_WALL (widget), 240);
}

/* Where nobody moves, asking for it moves everybody once. */
static void
rank_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VigilRosterView *view = VIGIL_WALL (widget)->view;

  if (vigil_roster_view_get_order (view) == VIGIL_ORDER_STABLE)
    g_signal_emit_by_name (widget, "committed", vigil_roster_view_commit (view));
  else
    vigil_roster_view_rank (view);
}

static void
undo_rank_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vigil_roster_view_undo_commit (VIGIL_WALL (widget)->view);
}

static void
clear_filters_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VigilRosterFilter nothing = { 0 };

  vigil_roster_view_set_filter (VIGIL_WALL (widget)->view, &nothing);
}

static void
stop_reading_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vigil_session_pause_roster (VIGIL_WALL (widget)->session);
}

static void
read_rest_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vigil_session_resume_roster (VIGIL_WALL (widget)->session);
}

static const VigilCandidate *
menu_candidate (VigilWall *self)
{
  if (self->menu_handle == VIGIL_HANDLE_NONE)
    return NULL;
  return vigil_roster_get (vigil_session_get_roster (self->session), self->menu_handle);
}

static void
menu_signal_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  static const char *const names[][2] = {
    { "menu.open", "open" },
    { "menu.focus", "focus-requested" },
    { "menu.bypass", "bypass-requested" },
    { "menu.revoke", "revoke-requested" },
    { "menu.message", "message-requested" },
    { "menu.warn", "warn-requested" },
  };

  if (menu_candidate (VIGIL_WALL (widget)) == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i][0]))
      g_signal_emit_by_name (widget, names[i][1], VIGIL_WALL (widget)->menu_handle);
}

static void
menu_pin_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VigilWall *self = VIGIL_WALL (widget);
  const VigilCandidate *candidate = menu_candidate (self);

  if (candidate != NULL)
    vigil_roster_set_pinned (vigil_session_get_roster (self->session), self->menu_handle, !candidate->pinned);
}

static void
menu_retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VigilWall *self = VIGIL_WALL (widget);

  if (menu_candidate (self) != NULL)
    vigil_stream_controller_retry (vigil_session_get_streams (self->session), self->menu_handle);
}

static void
menu_copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const VigilCandidate *candidate = menu_candidate (VIGIL_WALL (widget));

  if (candidate != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), candidate->id);
}

static GMenuModel *
build_menu (VigilWall *self, const VigilCandidate *candidate)
{
  GMenu *menu = g_menu_new (), *view = g_menu_new (), *act = g_menu_new (), *rest = g_menu_new ();

  g_menu_append (view, _("_Open"), "menu.open");
  g_menu_append (view, _("_Focus View"), "menu.focus");
  g_menu_append (view, candidate->pinned ? _("Un_pin") : _("_Pin"), "menu.pin");
  g_menu_append (view, _("_Try Video Again"), "menu.retry");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (view));
  if (vigil_session_may (self->session, VIGIL_ACTION_INTERVENTION))
    {
      g_menu_append (act, _("_Message…"), "menu.message");
      g_menu_append (act, _("_Warn…"), "menu.warn");
    }
  if (vigil_session_may (self->session, VIGIL_ACTION_BYPASS))
    g_menu_append (act, candidate->bypass != NULL ? _("_Change Bypass…") : _("_Bypass…"), "menu.bypass");
  if (candidate->bypass != NULL && vigil_session_may (self->session, VIGIL_ACTION_REVOKE_BYPASS))
    g_menu_append (act, _("_Revoke Bypass…"), "menu.revoke");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (act));
  g_menu_append (rest, _("_Copy Id"), "menu.copy");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));
  g_object_unref (view);
  g_object_unref (act);
  g_object_unref (rest);
  return G_MENU_MODEL (menu);
}

void
vigil_wall_popup (VigilWall *self, VigilTile *tile, double x, double y)
{
  guint position = vigil_slot_get_position (vigil_tile_get_slot (tile));
  const VigilCandidate *candidate;
  g_autoptr (GMenuModel) model = NULL;

  if (position < self->tiles->len && self->tiles->pdata[position] == tile) /* one of the lane's is nowhere on the grid */
    gtk_single_selection_set_selected (self->selection, position);
  self->menu_handle = vigil_tile_get_handle (tile);
  candidate = menu_candidate (self);
  if (vigil_slot_get_section (vigil_tile_get_slot (tile)) != NULL)
    vigil_wall_popup_card (self, tile, x, y);
  if (candidate == NULL)
    return;
  model = build_menu (self, candidate);
  vigil_wall_show_menu (self, tile, x, y, model);
}

void
vigil_wall_show_menu (VigilWall *self, VigilTile *tile, double x, double y, GMenuModel *model)
{
  graphene_point_t at;

  if (!gtk_widget_compute_point (GTK_WIDGET (tile), GTK_WIDGET (self), &GRAPHENE_POINT_INIT ((float) x, (float) y), &at))
    return;
  gtk_popover_menu_set_menu_model (self->menu, model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) at.x, (int) at.y, 1, 1 });
  vigil_roster_view_hold (self->view);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_closed_cb (GtkPopover *popover, gpointer user_data)
{
  VigilWall *self = user_data;

  vigil_roster_view_release (self->view);
}

static gboolean
scroll_cb (GtkEventControllerScroll *scroll, double dx, double dy, gpointer user_data)
{
  if (!(gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll)) & GDK_CONTROL_MASK))
    return GDK_EVENT_PROPAGATE;
  zoom_by (user_data, dy < 0 ? 1 : -1);
  return GDK_EVENT_STOP;
}

static VigilTile *
current_tile (VigilWall *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *child = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;
  guint position = gtk_single_selection_get_selected (self->selection);

  if (VIGIL_IS_TILE (child) && gtk_widget_is_ancestor (child, GTK_WIDGET (self)))
    return VIGIL_TILE (child);
  return position < self->tiles->len ? self->tiles->pdata[position] : NULL;
}

VigilHandle
vigil_wall_get_current (VigilWall *self)
{
  VigilTile *tile;

  g_return_val_if_fail (VIGIL_IS_WALL (self), VIGIL_HANDLE_NONE);

  tile = current_tile (self);
  return tile != NULL ? vigil_tile_get_handle (tile) : self->selected;
}

/* From the wall's first row up into the lane. */
static gboolean
goes_up (VigilWall *self, VigilTile *tile, guint keyval)
{
  return (keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up) && tile != NULL && gtk_widget_is_ancestor (GTK_WIDGET (tile), GTK_WIDGET (self->grid)) &&
         vigil_slot_get_position (vigil_tile_get_slot (tile)) < self->columns && vigil_promotion_lane_enter (self->lane);
}

static gboolean
key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  VigilWall *self = user_data;
  VigilTile *tile = current_tile (self);

  if (vigil_wall_is_patrolling (self) && keyval == GDK_KEY_Escape)
    {
      vigil_wall_set_patrolling (self, FALSE);
      return GDK_EVENT_STOP;
    }
  vigil_wall_touch (self);
  if (tile != NULL && (keyval == GDK_KEY_Menu || (keyval == GDK_KEY_F10 && (state & GDK_SHIFT_MASK))))
    {
      gtk_widget_activate_action (GTK_WIDGET (tile), "tile.menu", NULL);
      return GDK_EVENT_STOP;
    }
  if (goes_up (self, tile, keyval))
    return GDK_EVENT_STOP;
  return vigil_commands_press (GTK_WIDGET (self), keyval, state, VIGIL_KEYS_WALL);
}

void
vigil_wall_take_keys (VigilWall *self, GtkWidget *widget)
{
  GtkEventController *key = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (widget, key);
}

void
vigil_wall_release_hold (VigilWall *self)
{
  g_clear_handle_id (&self->unhold_id, g_source_remove);
  if (self->held)
    vigil_roster_view_release (self->view);
  self->held = FALSE;
}

static gboolean
unhold_cb (gpointer user_data)
{
  VigilWall *self = user_data;

  self->unhold_id = 0;
  vigil_wall_release_hold (self);
  return G_SOURCE_REMOVE;
}

static void
pointer_moved_cb (GtkEventControllerMotion *motion, double x, double y, gpointer user_data)
{
  VigilWall *self = user_data;

  if (!self->held)
    vigil_roster_view_hold (self->view);
  self->held = TRUE;
  g_clear_handle_id (&self->unhold_id, g_source_remove);
  self->unhold_id = g_timeout_add_seconds (HOLD_SECONDS, unhold_cb, self);
}

static void
pointer_left_cb (GtkEventControllerMotion *motion, gpointer user_data)
{
  vigil_wall_release_hold (user_data);
}

void
vigil_wall_hold_under_pointer (VigilWall *self, GtkWidget *widget)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();

  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left_cb), self);
  gtk_widget_add_controller (widget, motion);
}

void
vigil_wall_init_input (VigilWall *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL | GTK_EVENT_CONTROLLER_SCROLL_DISCRETE);

  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->scroller), scroll);

  vigil_wall_take_keys (self, GTK_WIDGET (self->grid));
  vigil_wall_take_keys (self, GTK_WIDGET (self->lane));
  vigil_wall_hold_under_pointer (self, GTK_WIDGET (self->scroller));
  vigil_wall_hold_under_pointer (self, GTK_WIDGET (self->lane));

  self->menu = GTK_POPOVER_MENU (gtk_popover_menu_new_from_model (NULL));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->menu), GTK_ALIGN_START);
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
  g_signal_connect (self->menu, "closed", G_CALLBACK (menu_closed_cb), self);
}

void
vigil_wall_class_init_input (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "wall.zoom-in", NULL, zoom_in_action);
  gtk_widget_class_install_action (widget_class, "wall.zoom-out", NULL, zoom_out_action);
  gtk_widget_class_install_action (widget_class, "wall.zoom-reset", NULL, zoom_reset_action);
  gtk_widget_class_install_action (widget_class, "wall.rank", NULL, rank_action);
  gtk_widget_class_install_action (widget_class, "wall.undo-rank", NULL, undo_rank_action);
  gtk_widget_class_install_action (widget_class, "wall.clear-filters", NULL, clear_filters_action);
  gtk_widget_class_install_action (widget_class, "wall.stop-reading", NULL, stop_reading_action);
  gtk_widget_class_install_action (widget_class, "wall.read-rest", NULL, read_rest_action);
  gtk_widget_class_install_action (widget_class, "menu.open", NULL, menu_signal_action);
  gtk_widget_class_install_action (widget_class, "menu.focus", NULL, menu_signal_action);
  gtk_widget_class_install_action (widget_class, "menu.bypass", NULL, menu_signal_action);
  gtk_widget_class_install_action (widget_class, "menu.revoke", NULL, menu_signal_action);
  gtk_widget_class_install_action (widget_class, "menu.message", NULL, menu_signal_action);
  gtk_widget_class_install_action (widget_class, "menu.warn", NULL, menu_signal_action);
  gtk_widget_class_install_action (widget_class, "menu.pin", NULL, menu_pin_action);
  gtk_widget_class_install_action (widget_class, "menu.retry", NULL, menu_retry_action);
  gtk_widget_class_install_action (widget_class, "menu.copy", NULL, menu_copy_action);
}
