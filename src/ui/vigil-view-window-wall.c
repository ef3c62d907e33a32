/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What orders and filters a second wall, in its own window. */
#include <glib/gi18n-lib.h>

#include "vigil-view-window-private.h"

static VigilRosterView *
view_of (VigilViewWindow *self)
{
  VigilWall *wall = vigil_view_window_get_wall (self);

  return wall != NULL ? vigil_wall_get_view (wall) : NULL;
}

static void
change_state (VigilViewWindow *self, const char *name, GVariant *value)
{
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)), value);
}

static void
view_changed_cb (VigilViewWindow *self)
{
  VigilRosterView *view = view_of (self);
  const VigilRosterFilter *filter;
  const char *search;

  if (view == NULL)
    return;
  filter = vigil_roster_view_get_filter (view);
  search = filter->search != NULL ? filter->search : "";
  change_state (self, "order", g_variant_new_string (vigil_order_to_nick (vigil_roster_view_get_order (view))));
  change_state (self, "at-least", g_variant_new_string (vigil_band_to_nick (filter->at_least)));
  change_state (self, "streaming-only", g_variant_new_boolean (filter->streaming_only));
  change_state (self, "flagged-only", g_variant_new_boolean (filter->flagged_only));
  change_state (self, "hand-only", g_variant_new_boolean (filter->hand_only));
  /* What is being typed is not in the filter yet: only a search that was taken away goes from the field too. */
  if (search[0] == '\0' && self->searched && gtk_editable_get_text (self->search_entry)[0] != '\0')
    gtk_editable_set_text (self->search_entry, "");
  self->searched = search[0] != '\0';
}

static void
order_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilOrder order;

  if (view_of (user_data) != NULL && vigil_order_from_nick (g_variant_get_string (value, NULL), &order))
    vigil_roster_view_set_order (view_of (user_data), order);
  g_simple_action_set_state (action, value);
}

static void
at_least_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilWall *wall = vigil_view_window_get_wall (user_data);
  VigilBand band;

  if (wall != NULL && vigil_band_from_nick (g_variant_get_string (value, NULL), &band))
    vigil_wall_set_at_least (wall, band);
  g_simple_action_set_state (action, value);
}

static void
toggle_filter_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilRosterView *view = view_of (user_data);
  const char *name = g_action_get_name (G_ACTION (action));
  VigilRosterFilter filter;

  if (view == NULL)
    return;
  filter = *vigil_roster_view_get_filter (view);
  if (g_str_equal (name, "streaming-only"))
    filter.streaming_only = g_variant_get_boolean (value);
  else if (g_str_equal (name, "hand-only"))
    filter.hand_only = g_variant_get_boolean (value);
  else
    filter.flagged_only = g_variant_get_boolean (value);
  g_simple_action_set_state (action, value);
  vigil_roster_view_set_filter (view, &filter);
}

static void
wall_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWall *wall = vigil_view_window_get_wall (user_data);
  g_autofree char *name = g_strconcat ("wall.", g_action_get_name (G_ACTION (action)), NULL);

  if (wall != NULL)
    gtk_widget_activate_action (GTK_WIDGET (wall), name, NULL);
}

/* As in the main window: everybody has another place now, here and nowhere else. */
static void
committed_cb (VigilViewWindow *self)
{
  AdwToast *toast = adw_toast_new (_("The wall is ranked anew: who needs attention most stands first"));

  adw_toast_set_button_label (toast, _("Undo"));
  adw_toast_set_action_name (toast, "win.undo-rank");
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
search_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_widget_grab_focus (GTK_WIDGET (VIGIL_VIEW_WINDOW (user_data)->search_entry));
}

static void
rooms_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilViewWindow *self = user_data;

  if (view_of (self) != NULL)
    vigil_room_menu_show (self->room_menu, view_of (self));
}

static const GActionEntry entries[] = {
  { "order", NULL, "s", "'stable'", order_cb },
  { "at-least", NULL, "s", "'low'", at_least_cb },
  { "streaming-only", NULL, NULL, "false", toggle_filter_cb },
  { "flagged-only", NULL, NULL, "false", toggle_filter_cb },
  { "hand-only", NULL, NULL, "false", toggle_filter_cb },
  { "rooms", rooms_cb },
  { "rank", wall_action_cb },
  { "undo-rank", wall_action_cb },
  { "fold-all", wall_action_cb },
  { "unfold-all", wall_action_cb },
  { "show-critical", wall_action_cb },
  { "clear-filters", wall_action_cb },
  { "zoom-in", wall_action_cb },
  { "zoom-out", wall_action_cb },
  { "zoom-reset", wall_action_cb },
  { "search", search_cb },
};

static void
search_changed_cb (VigilViewWindow *self)
{
  VigilRosterView *view = view_of (self);
  VigilRosterFilter filter;

  if (view == NULL)
    return;
  filter = *vigil_roster_view_get_filter (view);
  filter.search = (char *) gtk_editable_get_text (self->search_entry);
  self->searched = filter.search[0] != '\0';
  vigil_roster_view_set_filter (view, &filter);
}

static void
go_to_wall (VigilViewWindow *self)
{
  VigilRosterView *view = view_of (self);
  VigilHandle first = view != NULL ? vigil_roster_view_get_handle (view, 0) : VIGIL_HANDLE_NONE;

  if (view != NULL && first == VIGIL_HANDLE_NONE)
    first = vigil_roster_view_get_handle (view, 1); /* behind the card of a room */
  if (first != VIGIL_HANDLE_NONE)
    vigil_wall_reveal (vigil_view_window_get_wall (self), first);
}

static void
stop_search_cb (VigilViewWindow *self)
{
  gtk_editable_set_text (self->search_entry, "");
  go_to_wall (self);
}

static GtkWidget *
build_menu_button (const char *icon, const char *name, GMenuModel *model)
{
  GtkWidget *button = gtk_menu_button_new ();

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), icon);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), model);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (button)), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

/* What is a setting of the session's wall counts here as well. */
static void
settings_changed_cb (VigilViewWindow *self)
{
  VigilSettings *settings = vigil_session_get_settings (self->session);
  VigilRosterView *view = view_of (self);

  if (view == NULL)
    return;
  vigil_roster_view_set_rank_interval (view, (guint) vigil_settings_get_int (settings, VIGIL_SETTING_RANK_INTERVAL));
  vigil_roster_view_set_hysteresis (view, (guint) vigil_settings_get_int (settings, VIGIL_SETTING_RANK_HYSTERESIS));
  vigil_roster_view_set_recent (view, (guint) vigil_settings_get_int (settings, VIGIL_SETTING_STALE_SCORE) * 1000);
  vigil_roster_view_set_sections (view, vigil_settings_get_boolean (settings, VIGIL_SETTING_SECTIONS));
}

void
vigil_view_window_add_wall_tools (VigilViewWindow *self, VigilSession *session, GMenuModel *order_menu, GMenuModel *filter_menu)
{
  GtkWidget *filter_button = build_menu_button ("vigil-filter-symbolic", _("Filters"), filter_menu);
  VigilRosterView *view = view_of (self);

  g_return_if_fail (view != NULL);

  self->session = g_object_ref (session);
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  self->search_entry = GTK_EDITABLE (gtk_search_entry_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search_entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search name or id"), -1);
  g_object_set (self->search_entry, "placeholder-text", _("Search name or id"), NULL);
  g_signal_connect_swapped (self->search_entry, "search-changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect_swapped (self->search_entry, "stop-search", G_CALLBACK (stop_search_cb), self);
  g_signal_connect_swapped (self->search_entry, "activate", G_CALLBACK (go_to_wall), self);
  self->room_menu = VIGIL_ROOM_MENU (vigil_room_menu_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->room_menu), filter_button);
  adw_header_bar_pack_end (self->header, build_menu_button ("view-sort-ascending-symbolic", _("Order"), order_menu));
  adw_header_bar_pack_end (self->header, filter_button);
  adw_header_bar_pack_end (self->header, GTK_WIDGET (self->search_entry));
  g_signal_connect_object (view, "ranked", G_CALLBACK (view_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "notify::n-matching", G_CALLBACK (view_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "notify::order", G_CALLBACK (view_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_settings (session), "changed", G_CALLBACK (settings_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_view_window_get_wall (self), "committed", G_CALLBACK (committed_cb), self, G_CONNECT_SWAPPED);
  settings_changed_cb (self);
  view_changed_cb (self);
}

void
vigil_view_window_drop_wall_tools (VigilViewWindow *self)
{
  if (self->room_menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->room_menu)));
  if (self->search_entry != NULL)
    g_signal_handlers_disconnect_by_data (self->search_entry, self);
  self->search_entry = NULL;
}
