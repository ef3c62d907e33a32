/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window of its own for a view. */
#include <glib/gi18n-lib.h>

#include "vigil-command-palette.h"
#include "vigil-commands.h"
#include "vigil-view-window-private.h"

G_DEFINE_FINAL_TYPE (VigilViewWindow, vigil_view_window, ADW_TYPE_WINDOW)

/* Of the main window alone: it goes back a page, and its wall patrols and has the saved views. */
static const char *const not_shared[] = { "back", "patrol", "save-view", "rename-view", "delete-view", "undo-view", "close-view", NULL };

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_close (user_data);
}

static void
share_actions (VigilViewWindow *self, GActionMap *from)
{
  static const GActionEntry entries[] = {
    { "back", close_cb },
    { "close-view", close_cb },
  };
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (from));

  for (guint i = 0; names[i] != NULL; i++)
    if (!g_strv_contains (not_shared, names[i]))
      g_action_map_add_action (G_ACTION_MAP (self->actions), g_action_map_lookup_action (from, names[i]));
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "win", G_ACTION_GROUP (self->actions));
}

VigilViewKind
vigil_view_window_get_kind (VigilViewWindow *self)
{
  g_return_val_if_fail (VIGIL_IS_VIEW_WINDOW (self), VIGIL_VIEW_FOCUS);

  return self->kind;
}

GtkWidget *
vigil_view_window_steal_child (VigilViewWindow *self)
{
  GtkWidget *child;

  g_return_val_if_fail (VIGIL_IS_VIEW_WINDOW (self), NULL);

  if (self->child == NULL)
    return NULL;
  child = g_object_ref (self->child);
  self->child = NULL;
  adw_toast_overlay_set_child (self->toasts, NULL);
  return child;
}

VigilWall *
vigil_view_window_get_wall (VigilViewWindow *self)
{
  g_return_val_if_fail (VIGIL_IS_VIEW_WINDOW (self), NULL);

  return VIGIL_IS_WALL (self->child) ? VIGIL_WALL (self->child) : NULL;
}

AdwToastOverlay *
vigil_view_window_get_toasts (VigilViewWindow *self)
{
  g_return_val_if_fail (VIGIL_IS_VIEW_WINDOW (self), NULL);

  return self->toasts;
}

VigilTroubleBanner *
vigil_view_window_get_banner (VigilViewWindow *self)
{
  g_return_val_if_fail (VIGIL_IS_VIEW_WINDOW (self), NULL);

  return self->banner;
}

void
vigil_view_window_set_number (VigilViewWindow *self, guint number, const char *exam)
{
  g_autofree char *title = NULL;

  g_return_if_fail (VIGIL_IS_VIEW_WINDOW (self));
  g_return_if_fail (self->kind == VIGIL_VIEW_WALL && number > 0);

  self->number = number;
  /* Translators: an exam's title, then a number: the title of a window with another view of the same wall. */
  title = g_strdup_printf (_("%s: wall %u"), exam, number);
  gtk_window_set_title (GTK_WINDOW (self), title);
}

guint
vigil_view_window_get_number (VigilViewWindow *self)
{
  g_return_val_if_fail (VIGIL_IS_VIEW_WINDOW (self), 0);

  return self->number;
}

void
vigil_view_window_hand_over_dialogs (VigilViewWindow *self, GtkWindow *to)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  g_return_if_fail (VIGIL_IS_VIEW_WINDOW (self));
  g_return_if_fail (GTK_IS_WINDOW (to));

  for (GList *l = windows; l != NULL; l = l->next)
    {
      if (gtk_window_get_transient_for (GTK_WINDOW (l->data)) != GTK_WINDOW (self))
        continue;
      if (VIGIL_IS_COMMAND_PALETTE (l->data))
        gtk_window_destroy (GTK_WINDOW (l->data)); /* what it lists is about whom this window had */
      else
        gtk_window_set_transient_for (GTK_WINDOW (l->data), to);
    }
}

GActionGroup *
vigil_view_window_get_actions (VigilViewWindow *self)
{
  g_return_val_if_fail (VIGIL_IS_VIEW_WINDOW (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

static guint signal_worked_in;

void
vigil_view_window_tell_worked_in (VigilViewWindow *self)
{
  g_return_if_fail (VIGIL_IS_VIEW_WINDOW (self));

  g_signal_emit (self, signal_worked_in, 0);
}

/* Plain keys of a whole window, unless something is being typed. */
static gboolean
key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (user_data));

  vigil_view_window_tell_worked_in (user_data);
  if (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus))
    return GDK_EVENT_PROPAGATE;
  return vigil_commands_press (user_data, keyval, state, VIGIL_KEYS_WINDOW | VIGIL_KEYS_DETACHED);
}

static void
vigil_view_window_dispose (GObject *object)
{
  VigilViewWindow *self = VIGIL_VIEW_WINDOW (object);

  vigil_view_window_drop_wall_tools (self);
  self->child = NULL;
  g_clear_object (&self->actions);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_view_window_parent_class)->dispose (object);
}

static void
vigil_view_window_class_init (VigilViewWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_view_window_dispose;
  signal_worked_in = g_signal_new ("worked-in", VIGIL_TYPE_VIEW_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_view_window_init (VigilViewWindow *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->actions = g_simple_action_group_new ();
  self->header = ADW_HEADER_BAR (adw_header_bar_new ());
  self->banner = VIGIL_TROUBLE_BANNER (vigil_trouble_banner_new ());
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->toasts), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->header));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->banner));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->toasts));
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

VigilViewWindow *
vigil_view_window_new (GtkApplication *application, VigilViewKind kind, GActionMap *actions, GtkWidget *child)
{
  VigilViewWindow *self = g_object_new (VIGIL_TYPE_VIEW_WINDOW, "application", application, NULL);

  self->kind = kind;
  share_actions (self, actions);
  self->child = child;
  adw_toast_overlay_set_child (self->toasts, child);
  gtk_window_set_title (GTK_WINDOW (self), kind == VIGIL_VIEW_WALL ? _("Second Wall") : _("Focus View"));
  return self;
}
