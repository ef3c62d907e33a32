/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saved views: the menu of them, saving, renaming, deleting, and taking that back. */
#include <glib/gi18n-lib.h>

#include "vigil-name-dialog.h"
#include "vigil-window-private.h"
#include "vigil-words.h"

static VigilRosterView *
view_of (VigilWindow *self)
{
  return self->access != NULL ? vigil_session_get_view (self->access->session) : NULL;
}

/* The saved view that is shown now; NULL: none is. */
static VigilSavedView *
find_current (VigilWindow *self)
{
  VigilRosterView *view = view_of (self);

  for (guint i = 0; view != NULL && i < self->views->len; i++)
    if (vigil_saved_view_is_shown (self->views->pdata[i], view))
      return self->views->pdata[i];
  return NULL;
}

/* Keeps what was before for the toast's button. */
static void
store (VigilWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  g_clear_pointer (&self->former_views, g_variant_unref);
  self->former_views = vigil_settings_get_value (self->settings, VIGIL_SETTING_SAVED_VIEWS);
  vigil_settings_set_value (self->settings, VIGIL_SETTING_SAVED_VIEWS, vigil_saved_views_serialize (self->views));
  adw_toast_set_button_label (toast, _("Undo"));
  adw_toast_set_action_name (toast, "win.undo-view");
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
save_as (const char *name, gpointer owner)
{
  VigilWindow *self = owner;
  guint at = vigil_saved_views_find (self->views, name);
  g_autofree char *text = NULL;
  VigilSavedView *saved;

  if (view_of (self) == NULL)
    return;
  if (at == G_MAXUINT && self->views->len >= VIGIL_SAVED_VIEWS_MAX)
    {
      vigil_window_toast (self, _("There are as many views as can be kept. Delete one first."));
      return;
    }
  saved = vigil_saved_view_new (name, view_of (self));
  if (at != G_MAXUINT)
    g_ptr_array_remove_index (self->views, at);
  g_ptr_array_insert (self->views, at != G_MAXUINT ? (int) at : -1, saved);
  /* Translators: %s is the name of a saved view. */
  text = g_strdup_printf (_("“%s” is saved"), name);
  store (self, text);
}

static void
rename_to (const char *name, gpointer owner)
{
  VigilWindow *self = owner;
  VigilSavedView *current = find_current (self);
  g_autofree char *text = NULL;

  if (current == NULL || g_str_equal (current->name, name))
    return;
  if (vigil_saved_views_find (self->views, name) != G_MAXUINT)
    {
      vigil_window_toast (self, _("Another view has that name."));
      return;
    }
  /* Translators: the former and the new name of a saved view. */
  text = g_strdup_printf (_("“%s” is called “%s” now"), current->name, name);
  g_free (current->name);
  current->name = g_strdup (name);
  store (self, text);
}

void
vigil_window_save_view (VigilWindow *self)
{
  VigilSavedView *current = find_current (self);

  if (view_of (self) != NULL)
    vigil_ask_name (GTK_WINDOW (self), _("Save This View"), _("Filters, order and folded rooms are kept under this name."), _("Save"),
                    current != NULL ? current->name : NULL, save_as, G_OBJECT (self));
}

void
vigil_window_rename_view (VigilWindow *self)
{
  VigilSavedView *current = find_current (self);

  if (current != NULL)
    vigil_ask_name (GTK_WINDOW (self), _("Rename This View"), NULL, _("Rename"), current->name, rename_to, G_OBJECT (self));
}

void
vigil_window_delete_view (VigilWindow *self)
{
  VigilSavedView *current = find_current (self);
  g_autofree char *text = NULL;

  if (current == NULL)
    return;
  /* Translators: %s is the name of a saved view. */
  text = g_strdup_printf (_("“%s” is deleted"), current->name);
  g_ptr_array_remove (self->views, current);
  store (self, text);
}

static void
choose_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  guint at = vigil_saved_views_find (self->views, g_variant_get_string (parameter, NULL));
  VigilSavedView *saved = at != G_MAXUINT ? self->views->pdata[at] : NULL;

  if (saved == NULL || view_of (self) == NULL)
    return;
  /* The session follows the settings: they first. */
  vigil_settings_set_boolean (self->settings, VIGIL_SETTING_SECTIONS, saved->sections);
  vigil_settings_set_order (self->settings, saved->order);
  vigil_saved_view_apply (saved, view_of (self));
  gtk_editable_set_text (self->search_entry, saved->filter.search != NULL ? saved->filter.search : "");
}

void
vigil_window_undo_view (VigilWindow *self)
{
  g_autoptr (GVariant) former = g_steal_pointer (&self->former_views);

  if (former != NULL)
    vigil_settings_set_value (self->settings, VIGIL_SETTING_SAVED_VIEWS, former);
  vigil_window_update_views (self);
}

void
vigil_window_update_views (VigilWindow *self)
{
  VigilSavedView *current = find_current (self);
  GAction *choose = g_action_map_lookup_action (G_ACTION_MAP (self->view_actions), "choose");
  gboolean on_wall = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "wall") == 0;

  g_simple_action_set_state (G_SIMPLE_ACTION (choose), g_variant_new_string (current != NULL ? current->name : ""));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (choose), on_wall);
  vigil_window_set_enabled (self, "save-view", on_wall);
  vigil_window_set_enabled (self, "rename-view", on_wall && current != NULL);
  vigil_window_set_enabled (self, "delete-view", on_wall && current != NULL);
  vigil_window_set_enabled (self, "undo-view", on_wall && self->former_views != NULL);
}

static void
read_views (VigilWindow *self)
{
  g_autoptr (GVariant) value = vigil_settings_get_value (self->settings, VIGIL_SETTING_SAVED_VIEWS);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) choices = g_menu_new ();
  g_autoptr (GMenu) acts = g_menu_new ();

  g_clear_pointer (&self->views, g_ptr_array_unref);
  self->views = vigil_saved_views_parse (value);
  for (guint i = 0; i < self->views->len; i++)
    {
      VigilSavedView *saved = self->views->pdata[i];
      g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);
      g_auto (GStrv) parts = g_strsplit (saved->name, "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts); /* an underscore would be a mnemonic */

      g_menu_item_set_label (item, label);
      g_menu_item_set_action_and_target (item, "saved.choose", "s", saved->name);
      g_menu_append_item (choices, item);
    }
  g_menu_append (acts, _("_Save This View…"), "win.save-view");
  g_menu_append (acts, _("_Rename This View…"), "win.rename-view");
  g_menu_append (acts, _("_Delete This View"), "win.delete-view");
  g_menu_append_section (menu, self->views->len > 0 ? _("Saved Views") : NULL, G_MENU_MODEL (choices));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (acts));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->views_button), G_MENU_MODEL (menu));
  vigil_window_update_views (self);
}

static void
setting_changed_cb (VigilWindow *self, const char *key)
{
  if (g_str_equal (key, VIGIL_SETTING_SAVED_VIEWS))
    read_views (self);
}

void
vigil_window_add_views_to_palette (VigilWindow *self, VigilCommandPalette *palette)
{
  VigilSavedView *current = find_current (self);

  for (guint i = 0; self->wall != NULL && i < self->views->len; i++)
    {
      VigilSavedView *saved = self->views->pdata[i];
      /* Translators: in the list of all actions; %s is the name of a saved view. */
      g_autofree char *title = g_strdup_printf (_("View: %s"), saved->name);

      vigil_command_palette_add (palette, vigil_palette_item_new_action (title, "saved.choose", g_variant_new_string (saved->name), saved == current));
    }
}

void
vigil_window_init_views (VigilWindow *self)
{
  static const GActionEntry entries[] = {
    { "choose", choose_cb, "s", "''", NULL },
  };

  self->view_actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->view_actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "saved", G_ACTION_GROUP (self->view_actions));
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (setting_changed_cb), self, G_CONNECT_SWAPPED);
  read_views (self);
}

void
vigil_window_clear_views (VigilWindow *self)
{
  gtk_widget_insert_action_group (GTK_WIDGET (self), "saved", NULL);
  g_clear_object (&self->view_actions);
  g_clear_pointer (&self->views, g_ptr_array_unref);
  g_clear_pointer (&self->former_views, g_variant_unref);
}
