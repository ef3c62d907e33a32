/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window does with one candidate: whose page is open, or who has the focus on the wall. */
#include <glib/gi18n-lib.h>

#include "vigil-action-dialogs.h"
#include "vigil-bypass-dialog.h"
#include "vigil-command-palette.h"
#include "vigil-window-private.h"
#include "vigil-words.h"

VigilHandle
vigil_window_get_target (VigilWindow *self, GtkWindow *window)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);
  VigilWall *wall = window != NULL ? vigil_view_window_get_wall (VIGIL_VIEW_WINDOW (window)) : NULL;

  if (wall != NULL)
    return vigil_wall_get_current (wall);
  if (window != NULL)
    return vigil_focus_view_get_candidate (self->focus_view);
  if (self->candidate_page != NULL && g_strcmp0 (page, "candidate") == 0)
    return vigil_candidate_page_get_candidate (self->candidate_page);
  if (self->focus_view != NULL && g_strcmp0 (page, "focus") == 0)
    return vigil_focus_view_get_candidate (self->focus_view);
  if (self->wall != NULL && g_strcmp0 (page, "wall") == 0)
    return vigil_wall_get_current (self->wall);
  return VIGIL_HANDLE_NONE;
}

static const VigilCandidate *
candidate_of (VigilWindow *self, GtkWindow *window)
{
  VigilHandle handle = vigil_window_get_target (self, window);

  return handle != VIGIL_HANDLE_NONE ? vigil_roster_get (vigil_session_get_roster (self->access->session), handle) : NULL;
}

static void
do_bypass (VigilWindow *self, guint handle)
{
  gtk_window_present (GTK_WINDOW (vigil_bypass_dialog_new (vigil_window_get_front (self), self->access->session, handle)));
}

static void
do_revoke (VigilWindow *self, guint handle)
{
  vigil_ask_revoke (vigil_window_get_front (self), self->access->session, handle);
}

static void
do_message (VigilWindow *self, guint handle)
{
  vigil_ask_message (vigil_window_get_front (self), self->access->session, handle, FALSE);
}

static void
do_warn (VigilWindow *self, guint handle)
{
  vigil_ask_message (vigil_window_get_front (self), self->access->session, handle, TRUE);
}

static void
do_pin (VigilWindow *self, guint handle)
{
  VigilRoster *roster = vigil_session_get_roster (self->access->session);

  vigil_roster_set_pinned (roster, handle, !vigil_roster_get (roster, handle)->pinned);
}

static void
do_retry (VigilWindow *self, guint handle)
{
  vigil_stream_controller_retry (vigil_session_get_streams (self->access->session), handle);
}

static void
do_copy_id (VigilWindow *self, guint handle)
{
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (self->access->session), handle);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), candidate->id);
}

/* The signal is the wall's, when it is asked from the menu of a tile. */
static const struct
{
  const char *action;
  const char *signal_name;
  void      (*func) (VigilWindow *self, guint handle);
} deeds[] = {
  { "open", "open", vigil_window_open_candidate },
  { "bypass", "bypass-requested", do_bypass },
  { "revoke", "revoke-requested", do_revoke },
  { "message", "message-requested", do_message },
  { "warn", "warn-requested", do_warn },
  { "focus", "focus-requested", vigil_window_focus_candidate },
  { "pin", NULL, do_pin },
  { "retry", NULL, do_retry },
  { "copy-id", NULL, do_copy_id },
};

static void
deed_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  if (candidate_of (self, self->front) == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), deeds[i].action))
      deeds[i].func (self, vigil_window_get_target (self, self->front));
}

void
vigil_window_add_own_deeds (VigilWindow *self, GtkWindow *window)
{
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      GActionEntry entry = { .name = deeds[i].action, .activate = deed_cb };

      vigil_window_add_own_actions (self, window, &entry, 1);
    }
}

void
vigil_window_init_deeds (VigilWindow *self)
{
  vigil_window_add_own_deeds (self, NULL);
}

void
vigil_window_watch_deeds_of (VigilWindow *self, VigilWall *wall)
{
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (deeds[i].signal_name != NULL)
      g_signal_connect_object (wall, deeds[i].signal_name, G_CALLBACK (deeds[i].func), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wall, "selected-changed", G_CALLBACK (vigil_window_update_deeds), self, G_CONNECT_SWAPPED);
}

void
vigil_window_watch_deeds (VigilWindow *self)
{
  vigil_window_watch_deeds_of (self, self->wall);
}

static void
update_in (VigilWindow *self, GtkWindow *window)
{
  const VigilCandidate *candidate = candidate_of (self, window);
  VigilSession *session = self->access != NULL ? self->access->session : NULL;
  gboolean on_wall = window != NULL ? vigil_view_window_get_wall (VIGIL_VIEW_WINDOW (window)) != NULL
                                    : g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "wall") == 0;
  const struct { const char *action; gboolean enabled; } states[] = {
    { "open", candidate != NULL && on_wall },
    { "bypass", candidate != NULL && vigil_session_may (session, VIGIL_ACTION_BYPASS) },
    { "revoke", candidate != NULL && candidate->bypass != NULL && vigil_session_may (session, VIGIL_ACTION_REVOKE_BYPASS) },
    { "message", candidate != NULL && vigil_session_may (session, VIGIL_ACTION_INTERVENTION) },
    { "warn", candidate != NULL && vigil_session_may (session, VIGIL_ACTION_INTERVENTION) },
    { "focus", candidate != NULL },
    { "pin", candidate != NULL },
    { "retry", candidate != NULL },
    { "copy-id", candidate != NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    vigil_window_set_own_enabled (self, window, states[i].action, states[i].enabled);
}

void
vigil_window_update_deeds (VigilWindow *self)
{
  vigil_window_each (self, update_in);
  vigil_window_update_focus (self);
  vigil_window_update_detached (self);
  vigil_window_update_triage (self);
}

void
vigil_window_jump_to (VigilWindow *self, guint handle)
{
  const VigilCandidate *candidate;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (self->wall == NULL || (vigil_window_get_front_wall (self) != NULL && vigil_wall_reveal (vigil_window_get_front_wall (self), handle)))
    return;
  if (self->front != NULL)
    gtk_window_present (GTK_WINDOW (self));
  self->from_focus = FALSE; /* to the wall, wherever the page was opened from */
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "wall") != 0)
    vigil_window_open_candidate (self, VIGIL_HANDLE_NONE);
  if (vigil_wall_reveal (self->wall, handle))
    return;
  candidate = vigil_roster_get (vigil_session_get_roster (self->access->session), handle);
  if (candidate == NULL)
    return;
  gtk_widget_activate_action (GTK_WIDGET (self->wall), "wall.clear-filters", NULL);
  vigil_wall_reveal (self->wall, handle);
  name = vigil_words_clean (candidate->name);
  /* Translators: %s is a candidate's name. */
  text = g_strdup_printf (_("Search and filters are cleared to show %s"), name);
  vigil_window_toast (self, text);
}

void
vigil_window_show_palette (VigilWindow *self)
{
  GtkWidget *palette;

  vigil_window_update_deeds (self); /* the focus may have moved without the selection */
  palette = vigil_command_palette_new (vigil_window_get_front (self), self->exam != NULL ? self->access->session : NULL);
  vigil_window_add_views_to_palette (self, VIGIL_COMMAND_PALETTE (palette));
  g_signal_connect_object (palette, "candidate", G_CALLBACK (vigil_window_jump_to), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (palette));
}
