/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window does about who was watched: patrol. */
#include "vigil-window-private.h"

static void
patrol_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilWindow *self = user_data;

  if (self->wall != NULL)
    vigil_wall_set_patrolling (self->wall, g_variant_get_boolean (value));
}

static const GActionEntry entries[] = {
  { "patrol", NULL, NULL, "false", patrol_cb },
};

static gboolean
is_patrolling (VigilWindow *self)
{
  return self->wall != NULL && vigil_wall_is_patrolling (self->wall);
}

static void
patrol_changed_cb (VigilWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "patrol");

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (is_patrolling (self)));
}

void
vigil_window_init_coverage (VigilWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

void
vigil_window_watch_coverage (VigilWindow *self)
{
  g_signal_connect_object (self->wall, "patrol-changed", G_CALLBACK (patrol_changed_cb), self, G_CONNECT_SWAPPED);
}

void
vigil_window_update_coverage (VigilWindow *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  vigil_window_set_enabled (self, "patrol", self->wall != NULL && g_strcmp0 (page, "wall") == 0);
  patrol_changed_cb (self);
}

gboolean
vigil_window_take_patrol_key (VigilWindow *self, guint keyval, GtkWidget *focus)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  if (!is_patrolling (self))
    return FALSE;
  /* What else Escape closes comes first. */
  if (keyval == GDK_KEY_Escape && g_strcmp0 (page, "wall") == 0 && !GTK_IS_EDITABLE (focus) &&
      (focus == NULL || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) == NULL))
    {
      vigil_wall_set_patrolling (self->wall, FALSE);
      return TRUE;
    }
  vigil_wall_touch (self->wall);
  return FALSE;
}
