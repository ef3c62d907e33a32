/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cards at the head of rooms: folding, and filtering by a room. */
#include <glib/gi18n-lib.h>

#include "vigil-wall-private.h"

static VigilRosterView *
view_of (VigilWall *self)
{
  return self->view;
}

static void
toggle_room (VigilWall *self, const VigilSection *section)
{
  g_autofree char *room = g_strdup (section->name); /* a rank may let go of the section */

  vigil_roster_view_set_folded (view_of (self), room, !section->folded);
}

void
vigil_wall_activate (VigilWall *self, guint position)
{
  const VigilSection *section = vigil_roster_view_get_section (view_of (self), position);
  VigilHandle handle = vigil_roster_view_get_handle (view_of (self), position);

  if (section != NULL && section->kind == VIGIL_SECTION_ROOM)
    toggle_room (self, section);
  else if (handle != VIGIL_HANDLE_NONE)
    g_signal_emit_by_name (self, "open", handle);
}

static void
fold_all (VigilWall *self, gboolean folded)
{
  g_autoptr (GArray) rooms = vigil_roster_view_dup_rooms (view_of (self));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  for (guint i = 0; folded && i < rooms->len; i++)
    g_strv_builder_add (builder, g_array_index (rooms, VigilRoom, i).name);
  names = g_strv_builder_end (builder);
  vigil_roster_view_set_all_folded (view_of (self), (const char *const *) names);
}

static void
fold_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  fold_all (VIGIL_WALL (widget), g_str_equal (name, "wall.fold-all"));
}

static void
show_critical_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VigilWall *self = VIGIL_WALL (widget);
  guint card = vigil_roster_view_get_exempt_position (view_of (self));
  VigilHandle first = card != G_MAXUINT ? vigil_roster_view_get_handle (view_of (self), card + 1) : VIGIL_HANDLE_NONE;

  if (first != VIGIL_HANDLE_NONE)
    vigil_wall_reveal (self, first);
}

static void
focus_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vigil_wall_focus_grid (VIGIL_WALL (widget));
}

static void
card_fold_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VigilWall *self = VIGIL_WALL (widget);

  if (self->menu_room != NULL)
    vigil_roster_view_set_folded (view_of (self), self->menu_room, g_str_equal (name, "card.fold"));
}

static void
card_only_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  VigilWall *self = VIGIL_WALL (widget);
  g_auto (VigilRosterFilter) filter = { 0 };

  if (self->menu_room == NULL)
    return;
  vigil_roster_filter_copy (&filter, vigil_roster_view_get_filter (view_of (self)));
  g_clear_pointer (&filter.rooms, g_strfreev);
  vigil_roster_filter_set_room (&filter, self->menu_room, TRUE);
  vigil_roster_view_set_filter (view_of (self), &filter);
}

void
vigil_wall_popup_card (VigilWall *self, VigilTile *tile, double x, double y)
{
  const VigilSection *section = vigil_slot_get_section (vigil_tile_get_slot (tile));
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) all = g_menu_new ();

  if (section->kind != VIGIL_SECTION_ROOM)
    return;
  g_free (self->menu_room);
  self->menu_room = g_strdup (section->name);
  g_menu_append (menu, section->folded ? _("_Unfold") : _("_Fold"), section->folded ? "card.unfold" : "card.fold");
  g_menu_append (menu, _("_Only This Room"), "card.only");
  g_menu_append (all, _("Fold _All Rooms"), "wall.fold-all");
  g_menu_append (all, _("Unfold A_ll Rooms"), "wall.unfold-all");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (all));
  vigil_wall_show_menu (self, tile, x, y, G_MENU_MODEL (menu));
}

void
vigil_wall_class_init_sections (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "wall.fold-all", NULL, fold_all_action);
  gtk_widget_class_install_action (widget_class, "wall.unfold-all", NULL, fold_all_action);
  gtk_widget_class_install_action (widget_class, "wall.show-critical", NULL, show_critical_action);
  gtk_widget_class_install_action (widget_class, "wall.focus", NULL, focus_action);
  gtk_widget_class_install_action (widget_class, "card.fold", NULL, card_fold_action);
  gtk_widget_class_install_action (widget_class, "card.unfold", NULL, card_fold_action);
  gtk_widget_class_install_action (widget_class, "card.only", NULL, card_only_action);
}
