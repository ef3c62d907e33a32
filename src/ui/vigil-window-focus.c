/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The focus view in the window: who goes into it, and what is done with the large pictures. */
#include <glib/gi18n-lib.h>

#include "vigil-window-private.h"
#include "vigil-words.h"

static char *
dup_name (VigilWindow *self, VigilHandle handle)
{
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (self->access->session), handle);

  return vigil_words_clean (candidate != NULL ? candidate->name : "");
}

static void
toast_with_button (VigilWindow *self, const char *text, const char *button, const char *action, GVariant *target)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_button_label (toast, button);
  adw_toast_set_action_name (toast, action);
  adw_toast_set_action_target_value (toast, target);
  vigil_window_add_toast (self, toast);
}

static void
say_added (VigilWindow *self, VigilHandle handle)
{
  g_autofree char *name = dup_name (self, handle);
  /* Translators: a candidate's name; how many are in the focus view; how many can be. */
  g_autofree char *text = g_strdup_printf (_("%s is in the focus view (%u of %d)"), name, vigil_focus_view_get_n (self->focus_view), VIGIL_FOCUS_MAX);

  if (gtk_widget_get_mapped (GTK_WIDGET (self->focus_view)))
    vigil_window_toast (self, text);
  else
    toast_with_button (self, text, _("Show"), "win.show-focus", NULL);
}

/* Nobody is taken out unasked. */
static void
say_full (VigilWindow *self, VigilHandle handle)
{
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (self->access->session), handle);
  g_autofree char *oldest = dup_name (self, vigil_focus_view_get_nth (self->focus_view, 0));
  /* Translators: the name of the candidate who is in the focus view for longest. */
  g_autofree char *text = g_strdup_printf (_("Four candidates are in the focus view. %s is there for longest"), oldest);

  toast_with_button (self, text, _("Replace"), "focus.replace", g_variant_new_string (candidate->id));
}

void
vigil_window_focus_candidate (VigilWindow *self, guint handle)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (self->focus_view == NULL || vigil_roster_get (vigil_session_get_roster (self->access->session), handle) == NULL)
    return;
  if (vigil_focus_view_has (self->focus_view, handle))
    {
      name = dup_name (self, handle);
      vigil_focus_view_remove (self->focus_view, handle);
      /* Translators: %s is a candidate's name. */
      text = g_strdup_printf (_("%s is out of the focus view"), name);
      vigil_window_toast (self, text);
    }
  else if (vigil_focus_view_add (self->focus_view, handle))
    say_added (self, handle);
  else
    say_full (self, handle);
}

static void
replace_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  const VigilCandidate *candidate = self->focus_view != NULL ? vigil_roster_lookup (vigil_session_get_roster (self->access->session), g_variant_get_string (parameter, NULL)) : NULL;

  if (candidate == NULL || vigil_focus_view_has (self->focus_view, candidate->handle))
    return;
  if (vigil_focus_view_get_n (self->focus_view) >= VIGIL_FOCUS_MAX)
    vigil_focus_view_remove (self->focus_view, vigil_focus_view_get_nth (self->focus_view, 0));
  if (vigil_focus_view_add (self->focus_view, candidate->handle))
    say_added (self, candidate->handle);
}

static void
show_focus_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  if (self->focus_view == NULL)
    return;
  if (vigil_window_get_focus_window (self) != NULL)
    {
      gtk_window_present (GTK_WINDOW (vigil_window_get_focus_window (self)));
      return;
    }
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "focus") == 0)
    vigil_window_go_back (self);
  else
    {
      vigil_window_show_page (self, "focus");
      gtk_widget_grab_focus (GTK_WIDGET (self->focus_view));
    }
}

static void
say_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vigil_window_toast (user_data, g_variant_get_string (parameter, NULL));
}

VigilFocusCard *
vigil_window_get_card (VigilWindow *self, GtkWindow *window)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  if (window != NULL)
    return vigil_view_window_get_kind (VIGIL_VIEW_WINDOW (window)) == VIGIL_VIEW_FOCUS ? vigil_focus_view_get_current (self->focus_view) : NULL;
  if (self->focus_view != NULL && g_strcmp0 (page, "focus") == 0)
    return vigil_focus_view_get_current (self->focus_view);
  if (self->candidate_page != NULL && g_strcmp0 (page, "candidate") == 0)
    return vigil_candidate_page_get_card (self->candidate_page);
  return NULL;
}

static void
card_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilFocusCard *card = vigil_window_get_card (self, self->front);
  const char *name = g_action_get_name (G_ACTION (action));

  if (card == NULL)
    return;
  if (g_str_equal (name, "snapshot"))
    vigil_focus_card_take_snapshot (card);
  else if (g_str_equal (name, "swap"))
    vigil_focus_card_swap (card);
  else
    vigil_focus_card_listen (card, g_str_equal (name, "listen-together"));
}

static void
update_in (VigilWindow *self, GtkWindow *window)
{
  VigilFocusCard *card = vigil_window_get_card (self, window);
  gboolean someone = card != NULL && vigil_focus_card_get_candidate (card) != VIGIL_HANDLE_NONE;

  vigil_window_set_own_enabled (self, window, "snapshot", someone && vigil_session_may (self->access->session, VIGIL_ACTION_SNAPSHOT));
  vigil_window_set_own_enabled (self, window, "swap", someone);
  vigil_window_set_own_enabled (self, window, "listen", someone);
  vigil_window_set_own_enabled (self, window, "listen-together", someone);
}

void
vigil_window_update_focus (VigilWindow *self)
{
  gtk_widget_set_visible (self->focus_button, self->focus_view != NULL);
  vigil_window_set_enabled (self, "show-focus", self->focus_view != NULL);
  vigil_window_each (self, update_in);
}

static void
open_cb (VigilWindow *self, guint handle)
{
  vigil_window_open_candidate (self, handle);
  self->from_focus = vigil_window_get_focus_window (self) == NULL;
  gtk_window_present (GTK_WINDOW (self));
}

/* In a window of its own there is no page behind it. */
static void
back_cb (VigilWindow *self)
{
  if (vigil_window_get_focus_window (self) == NULL)
    vigil_window_go_back (self);
}

void
vigil_window_build_focus (VigilWindow *self)
{
  self->focus_view = VIGIL_FOCUS_VIEW (vigil_focus_view_new (self->access->session, self->sweeper));
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->focus_view), "focus");
  g_signal_connect_object (self->focus_view, "changed", G_CALLBACK (vigil_window_update_deeds), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->focus_view, "open", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->focus_view, "back", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
}

void
vigil_window_remove_focus (VigilWindow *self)
{
  if (self->focus_view == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->focus_view, self);
  gtk_stack_remove (self->stack, GTK_WIDGET (g_steal_pointer (&self->focus_view)));
  self->from_focus = FALSE;
}

void
vigil_window_add_own_card_actions (VigilWindow *self, GtkWindow *window)
{
  static const GActionEntry entries[] = {
    { "snapshot", card_cb },
    { "swap", card_cb },
    { "listen", card_cb },
    { "listen-together", card_cb },
  };

  vigil_window_add_own_actions (self, window, entries, G_N_ELEMENTS (entries));
}

void
vigil_window_init_focus (VigilWindow *self)
{
  static const GActionEntry entries[] = {
    { "show-focus", show_focus_cb },
  };

  /* With something to say; nobody chooses these from a list. */
  static const GActionEntry answers[] = {
    { "replace", replace_cb, "s" },
    { "say", say_cb, "s" },
  };

  self->focus_actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->focus_actions), answers, G_N_ELEMENTS (answers), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "focus", G_ACTION_GROUP (self->focus_actions));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  vigil_window_add_own_card_actions (self, NULL);
}
