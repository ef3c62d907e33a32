/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything the window does by name, with its keys. */
#include <glib/gi18n-lib.h>

#include "vigil-preferences.h"
#include "vigil-shortcuts.h"
#include "vigil-window-private.h"

static VigilRosterView *
view_of (VigilWindow *self)
{
  return self->access != NULL ? vigil_session_get_view (self->access->session) : NULL;
}

static void
change_state (VigilWindow *self, const char *name, GVariant *value)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), value);
}

static void
view_changed_cb (VigilWindow *self)
{
  VigilRosterView *view = view_of (self);
  const VigilRosterFilter *filter;
  gboolean searching;

  if (view == NULL)
    return;
  filter = vigil_roster_view_get_filter (view);
  change_state (self, "order", g_variant_new_string (vigil_order_to_nick (vigil_roster_view_get_order (view))));
  change_state (self, "at-least", g_variant_new_string (vigil_band_to_nick (filter->at_least)));
  change_state (self, "streaming-only", g_variant_new_boolean (filter->streaming_only));
  change_state (self, "flagged-only", g_variant_new_boolean (filter->flagged_only));
  change_state (self, "hand-only", g_variant_new_boolean (filter->hand_only));
  vigil_window_set_enabled (self, "show-critical", self->wall != NULL && vigil_roster_view_get_n_exempt (view) > 0);
  vigil_window_update_views (self);
  searching = filter->search != NULL && filter->search[0] != '\0';
  /* What is being typed is not in the filter yet: only a search that was taken away goes from the field too. */
  if (!searching && self->searched && gtk_editable_get_text (self->search_entry)[0] != '\0')
    gtk_editable_set_text (self->search_entry, "");
  self->searched = searching;
}

static void
candidate_changed_cb (VigilRoster *roster, guint handle, guint fields, gpointer user_data)
{
  if (fields & VIGIL_FIELD_BYPASS)
    vigil_window_update_deeds (user_data);
}

static void
update_reading (VigilWindow *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);
  gboolean on_wall = g_strcmp0 (page, "wall") == 0 && self->access != NULL;
  guint loaded, total;
  VigilRosterReading reading = on_wall ? vigil_session_get_roster_reading (self->access->session, &loaded, &total) : VIGIL_ROSTER_NOT_READ;

  vigil_window_set_enabled (self, "stop-reading", reading == VIGIL_ROSTER_READING || reading == VIGIL_ROSTER_READ_AGAIN);
  vigil_window_set_enabled (self, "read-rest", reading == VIGIL_ROSTER_PAUSED);
}

void
vigil_window_watch_view (VigilWindow *self)
{
  VigilRosterView *view = view_of (self);

  g_signal_connect_object (view, "ranked", G_CALLBACK (view_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "notify::n-matching", G_CALLBACK (view_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_roster_view_get_roster (view), "candidate-changed", G_CALLBACK (candidate_changed_cb), self, 0);
  g_signal_connect_object (self->access->session, "roster-progress", G_CALLBACK (update_reading), self, G_CONNECT_SWAPPED);
  view_changed_cb (self);
}

static void
order_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilOrder order;

  if (view_of (self) != NULL && vigil_order_from_nick (g_variant_get_string (value, NULL), &order))
    {
      vigil_roster_view_set_order (view_of (self), order);
      vigil_settings_set_order (self->settings, order);
    }
  g_simple_action_set_state (action, value);
}

static void
at_least_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilBand band;

  if (self->wall != NULL && vigil_band_from_nick (g_variant_get_string (value, NULL), &band))
    vigil_wall_set_at_least (self->wall, band);
  g_simple_action_set_state (action, value);
}

static void
toggle_filter_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilRosterView *view = view_of (self);
  VigilRosterFilter filter;

  if (view == NULL)
    return;
  filter = *vigil_roster_view_get_filter (view);
  if (g_str_equal (g_action_get_name (G_ACTION (action)), "streaming-only"))
    filter.streaming_only = g_variant_get_boolean (value);
  else if (g_str_equal (g_action_get_name (G_ACTION (action)), "hand-only"))
    filter.hand_only = g_variant_get_boolean (value);
  else
    filter.flagged_only = g_variant_get_boolean (value);
  g_simple_action_set_state (action, value);
  vigil_roster_view_set_filter (view, &filter);
}

/* The name of this one too. */
static void
pictures_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilRung rung;

  if (!vigil_rung_from_nick (g_variant_get_string (value, NULL), &rung))
    return;
  vigil_settings_set_pictures (self->settings, rung);
  g_simple_action_set_state (action, value);
}

/* The names of these actions are the keys of the settings that they switch. */
static void
toggle_setting_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilWindow *self = user_data;

  vigil_settings_set_boolean (self->settings, g_action_get_name (G_ACTION (action)), g_variant_get_boolean (value));
  g_simple_action_set_state (action, value);
}

static void
settings_changed_cb (VigilWindow *self)
{
  static const char *const keys[] = { VIGIL_SETTING_SECTIONS, VIGIL_SETTING_PROMOTION_LANE, VIGIL_SETTING_TILE_REASONS };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    change_state (self, keys[i], g_variant_new_boolean (vigil_settings_get_boolean (self->settings, keys[i])));
  change_state (self, VIGIL_SETTING_PICTURES, g_variant_new_string (vigil_rung_to_nick (vigil_settings_get_pictures (self->settings))));
}

void
vigil_window_watch_settings (VigilWindow *self)
{
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (settings_changed_cb), self, G_CONNECT_SWAPPED);
  settings_changed_cb (self);
}

/* Everybody has another place now: the way back has to be at hand. */
static void
committed_cb (VigilWindow *self, guint n_moved)
{
  AdwToast *toast = adw_toast_new (_("The wall is ranked anew: who needs attention most stands first"));

  self->committed = TRUE;
  vigil_window_set_enabled (self, "undo-rank", TRUE);
  adw_toast_set_button_label (toast, _("Undo"));
  adw_toast_set_action_name (toast, "win.undo-rank");
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
vigil_window_watch_wall (VigilWindow *self)
{
  self->committed = FALSE;
  vigil_window_watch_coverage (self);
  g_signal_connect_object (self->wall, "committed", G_CALLBACK (committed_cb), self, G_CONNECT_SWAPPED);
}

/* From a window of its own: what happens, happens here. */
static void
present_before_front (VigilWindow *self)
{
  if (self->front != NULL)
    gtk_window_present (GTK_WINDOW (self));
}

static void
rooms_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  if (view_of (self) == NULL)
    return;
  present_before_front (self);
  vigil_room_menu_show (self->room_menu, view_of (self));
}

static void
save_view_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vigil_window_save_view (user_data);
}

static void
rename_view_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vigil_window_rename_view (user_data);
}

static void
delete_view_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vigil_window_delete_view (user_data);
}

static void
undo_view_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vigil_window_undo_view (user_data);
}

static void
wall_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  g_autofree char *name = g_strconcat ("wall.", g_action_get_name (G_ACTION (action)), NULL);

  if (self->wall != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->wall), name, NULL);
}

static void
search_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  if (!gtk_widget_get_visible (GTK_WIDGET (self->search_entry)))
    return;
  /* What is typed next must get there, and not do things in the window that has the keyboard now. */
  present_before_front (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
back_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vigil_window_go_back (user_data);
}

static void
exams_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  vigil_window_leave_exam (self);
  vigil_exam_list_load (self->exam_list, vigil_session_get_directory (self->access->session), NULL, FALSE);
  vigil_window_show_page (self, "exams");
}

static void
disconnect_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vigil_window_ask_disconnect (user_data);
}

static void
fullscreen_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = vigil_window_get_front (user_data);

  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

static void
statistics_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  gtk_widget_set_visible (GTK_WIDGET (self->statistics), !gtk_widget_get_visible (GTK_WIDGET (self->statistics)));
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  gtk_window_present (GTK_WINDOW (vigil_preferences_new (vigil_window_get_front (self), self->settings)));
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_present (vigil_shortcuts_new (vigil_window_get_front (user_data)));
}

static void
palette_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vigil_window_show_palette (user_data);
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (GTK_WINDOW (user_data),
                         "application-name", _("Vigil"),
                         "application-icon", "org.vigil.Vigil",
                         "version", PACKAGE_VERSION,
                         "comments", _("Watches over proctored exams. A score is what a candidate’s own machine claims; evidence is what was captured."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         NULL);
}

static const GActionEntry entries[] = {
  { "order", NULL, "s", "'stable'", order_cb },
  { "at-least", NULL, "s", "'low'", at_least_cb },
  { "streaming-only", NULL, NULL, "false", toggle_filter_cb },
  { "flagged-only", NULL, NULL, "false", toggle_filter_cb },
  { "hand-only", NULL, NULL, "false", toggle_filter_cb },
  { "rooms", rooms_cb },
  { "sections", NULL, NULL, "true", toggle_setting_cb },
  { "promotion-lane", NULL, NULL, "true", toggle_setting_cb },
  { "tile-reasons", NULL, NULL, "false", toggle_setting_cb },
  { "pictures", NULL, "s", "'live'", pictures_cb },
  { "rank", wall_action_cb },
  { "undo-rank", wall_action_cb },
  { "fold-all", wall_action_cb },
  { "unfold-all", wall_action_cb },
  { "show-critical", wall_action_cb },
  { "save-view", save_view_cb },
  { "rename-view", rename_view_cb },
  { "delete-view", delete_view_cb },
  { "undo-view", undo_view_cb },
  { "clear-filters", wall_action_cb },
  { "stop-reading", wall_action_cb },
  { "read-rest", wall_action_cb },
  { "zoom-in", wall_action_cb },
  { "zoom-out", wall_action_cb },
  { "zoom-reset", wall_action_cb },
  { "search", search_cb },
  { "back", back_cb },
  { "exams", exams_cb },
  { "disconnect", disconnect_cb },
  { "fullscreen", fullscreen_cb },
  { "statistics", statistics_cb },
  { "preferences", preferences_cb },
  { "show-help-overlay", shortcuts_cb },
  { "palette", palette_cb },
  { "about", about_cb },
};

void
vigil_window_set_enabled (VigilWindow *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name)), enabled);
}

void
vigil_window_update_actions (VigilWindow *self)
{
  static const char *const wall_actions[] = { "order", "at-least", "streaming-only", "flagged-only", "hand-only", "rooms",
                                              "fold-all", "unfold-all", "rank", "clear-filters",
                                              "zoom-in", "zoom-out", "zoom-reset", "search" };
  static const char *const all_walls_actions[] = { "sections", "promotion-lane", "tile-reasons", "pictures" };
  const char *page = gtk_stack_get_visible_child_name (self->stack);
  gboolean on_wall = g_strcmp0 (page, "wall") == 0;

  for (guint i = 0; i < G_N_ELEMENTS (wall_actions); i++)
    vigil_window_set_enabled (self, wall_actions[i], on_wall);
  for (guint i = 0; i < G_N_ELEMENTS (all_walls_actions); i++)
    vigil_window_set_enabled (self, all_walls_actions[i], on_wall || vigil_window_has_second_wall (self));
  update_reading (self);
  vigil_window_set_enabled (self, "undo-rank", on_wall && self->committed);
  vigil_window_set_enabled (self, "show-critical", on_wall && vigil_roster_view_get_n_exempt (view_of (self)) > 0);
  if (self->view_actions != NULL)
    vigil_window_update_views (self);
  vigil_window_set_enabled (self, "exams", self->exam != NULL);
  vigil_window_set_enabled (self, "disconnect", self->access != NULL);
  vigil_window_set_enabled (self, "back", g_strcmp0 (page, "connect") != 0);
  vigil_window_update_deeds (self);
  vigil_window_update_coverage (self);
  gtk_widget_set_visible (GTK_WIDGET (self->search_entry), on_wall);
  gtk_widget_set_visible (self->order_button, on_wall);
  gtk_widget_set_visible (self->filter_button, on_wall);
  gtk_widget_set_visible (self->views_button, on_wall);
  gtk_widget_set_visible (self->back_button, g_strcmp0 (page, "connect") != 0);
}

void
vigil_window_init_actions (VigilWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  vigil_window_init_deeds (self);
  vigil_window_init_triage (self);
  vigil_window_init_coverage (self);
  vigil_window_init_focus (self);
  vigil_window_init_detached (self);
}
