/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main window: connect, exams, wall, candidate. */
#include <glib/gi18n-lib.h>

#include "vigil-action-dialogs.h"
#include "vigil-commands.h"
#include "vigil-leave-guard.h"
#include "vigil-status-bar.h"
#include "vigil-ui-resources.h"
#include "vigil-window-private.h"
#include "vigil-words.h"

G_DEFINE_FINAL_TYPE (VigilWindow, vigil_window, ADW_TYPE_APPLICATION_WINDOW)

static guint signal_exam_joined;

void
vigil_ui_init (void)
{
  g_resources_register (vigil_ui_get_resource ());
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()), "/org/vigil/Vigil/icons");
}

VigilSession *
vigil_window_get_session (VigilWindow *self)
{
  g_return_val_if_fail (VIGIL_IS_WINDOW (self), NULL);

  return self->access != NULL ? self->access->session : NULL;
}

VigilWall *
vigil_window_get_wall (VigilWindow *self)
{
  g_return_val_if_fail (VIGIL_IS_WINDOW (self), NULL);

  return self->wall;
}

VigilCandidatePage *
vigil_window_get_candidate_page (VigilWindow *self)
{
  g_return_val_if_fail (VIGIL_IS_WINDOW (self), NULL);

  return self->candidate_page;
}

static void
update_title (VigilWindow *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);
  g_autofree char *title = self->exam != NULL ? vigil_words_clean (self->exam->title) : NULL;
  g_autofree char *subtitle = NULL;

  if (self->access != NULL && g_strcmp0 (page, "connect") != 0)
    {
      g_autofree char *hall = vigil_words_clean (self->access->who->hall);
      g_autofree char *user = vigil_words_clean (self->access->who->user);

      /* Translators: the hall's name, who we are there, our role. */
      subtitle = g_strdup_printf (_("%s · %s, %s"), hall, user, vigil_words_role (self->access->who->role));
    }
  adw_window_title_set_title (self->title, title != NULL ? title : _("Vigil"));
  adw_window_title_set_subtitle (self->title, subtitle != NULL ? subtitle : "");
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : _("Vigil"));
}

void
vigil_window_show_page (VigilWindow *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->stack, name);
  vigil_window_update_actions (self);
  update_title (self);
}

void
vigil_window_open_candidate (VigilWindow *self, VigilHandle handle)
{
  g_return_if_fail (VIGIL_IS_WINDOW (self));

  if (self->candidate_page == NULL)
    return;
  if (handle == VIGIL_HANDLE_NONE)
    {
      VigilHandle last = vigil_candidate_page_get_candidate (self->candidate_page);

      if (self->from_focus && vigil_window_get_focus_window (self) == NULL)
        {
          self->from_focus = FALSE;
          vigil_window_show_page (self, "focus");
          vigil_candidate_page_set_candidate (self->candidate_page, VIGIL_HANDLE_NONE);
          gtk_widget_grab_focus (GTK_WIDGET (self->focus_view));
          return;
        }
      vigil_window_show_page (self, "wall");
      vigil_candidate_page_set_candidate (self->candidate_page, VIGIL_HANDLE_NONE);
      if (last != VIGIL_HANDLE_NONE)
        vigil_wall_reveal (self->wall, last);
      return;
    }
  self->from_focus = FALSE;
  vigil_candidate_page_set_candidate (self->candidate_page, handle);
  vigil_window_show_page (self, "candidate");
  gtk_widget_grab_focus (GTK_WIDGET (self->candidate_page));
  if (self->front != NULL)
    gtk_window_present (GTK_WINDOW (self)); /* asked for in another window, which does not show it */
}

void
vigil_window_go_back (VigilWindow *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  if (g_strcmp0 (page, "candidate") == 0)
    vigil_window_open_candidate (self, VIGIL_HANDLE_NONE);
  else if (g_strcmp0 (page, "incident") == 0)
    vigil_window_show_page (self, "wall");
  else if (g_strcmp0 (page, "focus") == 0)
    {
      VigilHandle last = vigil_focus_view_get_candidate (self->focus_view);

      vigil_window_show_page (self, "wall");
      if (last == VIGIL_HANDLE_NONE || !vigil_wall_reveal (self->wall, last))
        gtk_widget_child_focus (GTK_WIDGET (self->wall), GTK_DIR_TAB_FORWARD);
    }
  else if (g_strcmp0 (page, "wall") == 0)
    g_action_group_activate_action (G_ACTION_GROUP (self), "exams", NULL);
  else
    vigil_window_ask_disconnect (self);
}

static void
back_cb (VigilWindow *self)
{
  vigil_window_open_candidate (self, VIGIL_HANDLE_NONE);
}

void
vigil_window_toast (VigilWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  vigil_window_add_toast (self, adw_toast_new (escaped));
}

void
vigil_window_add_toast (VigilWindow *self, AdwToast *toast)
{
  adw_toast_overlay_add_toast (vigil_window_get_front_toasts (self), toast);
}

static void
item_settled_cb (VigilWindow *self, VigilOutboxItem *item)
{
  VigilAction *action = vigil_outbox_item_get_action (item);
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (self->access->session), action->student_id);
  g_autofree char *clean = vigil_words_clean (candidate != NULL ? candidate->name : action->student_id);
  g_autofree char *name = vigil_words_subject (clean);
  g_autofree char *why = NULL;
  g_autofree char *text = NULL;

  /* The candidate shows a claim, the queue a verdict; what became of a claim the queue tells. */
  if (vigil_action_is_claim (action) ||
      (action->kind == VIGIL_ACTION_VERDICT && vigil_outbox_item_get_state (item) == VIGIL_ACTION_CONFIRMED))
    return;
  if (g_error_matches (vigil_outbox_item_get_error (item), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_ABANDONED))
    {
      why = vigil_words_action_error (vigil_outbox_item_get_error (item));
      /* Translators: a candidate's name, then that nobody knows whether the hall has what was asked for. */
      text = g_strdup_printf (_("%s: given up. %s"), name, why);
    }
  else if (vigil_outbox_item_get_state (item) == VIGIL_ACTION_REFUSED)
    {
      why = vigil_words_action_error (vigil_outbox_item_get_error (item));
      /* Translators: a candidate's name, then why the hall refused an action. */
      text = g_strdup_printf (_("%s: refused. %s"), name, why);
    }
  else if (action->kind == VIGIL_ACTION_BYPASS)
    text = g_strdup_printf (_("%s: the bypass is in force"), name);
  else if (action->kind == VIGIL_ACTION_REVOKE_BYPASS)
    text = g_strdup_printf (_("%s: the bypass is revoked"), name);
  else if (action->kind == VIGIL_ACTION_SNAPSHOT)
    text = g_strdup_printf (_("%s: the snapshot is in the evidence"), name);
  else
    text = g_strdup_printf (_("%s: sent"), name);
  vigil_window_toast (self, text);
}

static void
set_needs_token (VigilWindow *self, gboolean needs_token)
{
  self->needs_token = needs_token;
  vigil_trouble_banner_set_needs_token (self->banner, needs_token);
  for (guint i = 0; i < self->view_windows->len; i++)
    vigil_trouble_banner_set_needs_token (vigil_view_window_get_banner (self->view_windows->pdata[i]), needs_token);
}

static void
auth_needed_cb (VigilWindow *self)
{
  set_needs_token (self, TRUE);
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilSessionInfo) who = vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);

  if (self->access == NULL || self->exam == NULL ||
      vigil_session_get_directory (self->access->session) != (gpointer) source)
    return;
  if (who == NULL)
    {
      g_autofree char *why = vigil_words_error_body (error);

      vigil_window_toast (self, why);
      set_needs_token (self, TRUE);
      return;
    }
  g_clear_pointer (&self->access->who, vigil_session_info_free);
  self->access->who = g_steal_pointer (&who);
  /* As it is now: its SFU may be another one than when it was joined. */
  vigil_session_join (self->access->session, vigil_session_get_exam (self->access->session), self->access->who);
  vigil_window_update_actions (self);
  update_title (self);
}

static void
token_cb (const char *token, gboolean remember, gpointer user_data)
{
  VigilWindow *self = VIGIL_WINDOW (user_data);
  VigilDirectoryArgs args = { 0 };

  if (self->access == NULL || self->exam == NULL)
    return;
  vigil_connector_renew_token (self->connector, token, remember);
  set_needs_token (self, FALSE);
  /* The new token may be another person's, with other rights. */
  vigil_hall_directory_query_async (vigil_session_get_directory (self->access->session), VIGIL_DIRECTORY_SESSION, &args,
                                    NULL, renewed_cb, g_object_ref (self));
}

void
vigil_window_ask_token (VigilWindow *self)
{
  vigil_ask_token (vigil_window_get_front (self), vigil_connector_get_remembers (self->connector), token_cb, G_OBJECT (self));
}

static void
sign_in_cb (VigilWindow *self)
{
  vigil_window_ask_token (self);
}

static void
build_exam (VigilWindow *self)
{
  VigilSession *session = self->access->session;

  self->wall = VIGIL_WALL (vigil_wall_new (session, self->sweeper));
  self->candidate_page = VIGIL_CANDIDATE_PAGE (vigil_candidate_page_new (session, self->sweeper));
  self->status_bar = vigil_status_bar_new (session);
  gtk_widget_set_hexpand (self->status_bar, TRUE);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->wall), "wall");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->candidate_page), "candidate");
  gtk_box_append (self->status_box, self->status_bar);
  g_signal_connect_object (self->status_bar, "show-candidate", G_CALLBACK (vigil_window_jump_to), self, G_CONNECT_SWAPPED);
  vigil_window_build_focus (self);
  vigil_window_build_queue (self);
  vigil_window_watch_deeds (self);
  vigil_window_watch_wall (self);
  g_signal_connect_object (self->candidate_page, "back", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
}

static void
chosen_cb (VigilWindow *self, gpointer exam)
{
  VigilSession *session = self->access->session;

  vigil_window_leave_exam (self);
  self->exam = vigil_exam_copy (exam);
  build_exam (self);
  vigil_roster_view_set_order (vigil_session_get_view (session), vigil_settings_get_order (self->settings));
  vigil_session_join (session, self->exam, self->access->who);
  self->needs_token = FALSE;
  vigil_trouble_banner_set_session (self->banner, session);
  vigil_statistics_set_session (self->statistics, session);
  vigil_window_show_page (self, "wall");
  vigil_window_restore_views (self);
  g_signal_emit (self, signal_exam_joined, 0);
}

void
vigil_window_leave_exam (VigilWindow *self)
{
  if (self->exam == NULL)
    return;
  vigil_trouble_banner_set_session (self->banner, NULL);
  vigil_statistics_set_session (self->statistics, NULL);
  vigil_candidate_page_set_candidate (self->candidate_page, VIGIL_HANDLE_NONE);
  vigil_window_remove_queue (self);
  gtk_stack_set_visible_child_name (self->stack, "exams");
  vigil_window_close_views (self);
  vigil_window_remove_focus (self);
  gtk_stack_remove (self->stack, GTK_WIDGET (self->wall));
  gtk_stack_remove (self->stack, GTK_WIDGET (self->candidate_page));
  gtk_box_remove (self->status_box, self->status_bar);
  self->wall = NULL;
  self->committed = FALSE;
  self->candidate_page = NULL;
  self->status_bar = NULL;
  vigil_session_leave (self->access->session);
  g_clear_pointer (&self->exam, vigil_exam_free);
}

void
vigil_window_disconnect_hall (VigilWindow *self)
{
  if (self->access == NULL)
    return;
  vigil_window_leave_exam (self);
  g_signal_handlers_disconnect_by_data (self->access->session, self);
  g_signal_handlers_disconnect_by_data (vigil_session_get_outbox (self->access->session), self);
  g_signal_handlers_disconnect_by_data (vigil_session_get_view (self->access->session), self);
  g_signal_handlers_disconnect_by_data (vigil_session_get_roster (self->access->session), self);
  g_clear_object (&self->sweeper);
  g_clear_pointer (&self->frames, vigil_frame_watch_free);
  g_clear_pointer (&self->access, vigil_hall_access_free);
  vigil_connector_disconnect (self->connector);
  vigil_window_show_page (self, "connect");
}

static VigilOutbox *
get_outbox (VigilWindow *self)
{
  return self->access != NULL ? vigil_session_get_outbox (self->access->session) : NULL;
}

static void
disconnect_now (gpointer owner)
{
  vigil_window_disconnect_hall (owner);
}

void
vigil_window_ask_disconnect (VigilWindow *self)
{
  vigil_window_let_go (self);
  vigil_leave_guard (GTK_WINDOW (self), get_outbox (self), disconnect_now, G_OBJECT (self));
}

static void
close_now (gpointer owner)
{
  vigil_window_disconnect_hall (owner);
  gtk_window_destroy (owner);
}

static gboolean
vigil_window_close_request (GtkWindow *window)
{
  VigilWindow *self = VIGIL_WINDOW (window);
  VigilOutbox *outbox = get_outbox (self);

  vigil_window_let_go (self);
  if (outbox == NULL || vigil_outbox_get_n_pending (outbox) == 0)
    return GTK_WINDOW_CLASS (vigil_window_parent_class)->close_request (window);
  vigil_leave_guard (window, outbox, close_now, G_OBJECT (self));
  return TRUE;
}

static void
connected_cb (VigilWindow *self)
{
  VigilSession *session;

  vigil_window_disconnect_hall (self);
  self->access = vigil_connect_page_take_access (self->connect_page);
  session = self->access->session;
  self->sweeper = vigil_score_sweeper_new (vigil_session_get_store (session), GTK_WIDGET (self));
  self->frames = vigil_frame_watch_new (vigil_stream_controller_get_load_probe (vigil_session_get_streams (session)));
  g_signal_connect_object (session, "auth-needed", G_CALLBACK (auth_needed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_outbox (session), "item-settled", G_CALLBACK (item_settled_cb), self, G_CONNECT_SWAPPED);
  vigil_window_watch_view (self);
  vigil_exam_list_load (self->exam_list, vigil_session_get_directory (session), self->wanted_exam, TRUE);
  g_clear_pointer (&self->wanted_exam, g_free);
  vigil_window_show_page (self, "exams");
}

void
vigil_window_connect (VigilWindow *self, const char *address, const char *token, const char *exam_id)
{
  g_return_if_fail (VIGIL_IS_WINDOW (self));

  g_free (self->wanted_exam);
  self->wanted_exam = g_strdup (exam_id);
  vigil_connect_page_connect (self->connect_page, address, token);
}

void
vigil_window_rehearse (VigilWindow *self, guint candidates)
{
  g_return_if_fail (VIGIL_IS_WINDOW (self));

  vigil_connect_page_rehearse (self->connect_page, candidates);
}

static void
search_changed_cb (VigilWindow *self)
{
  VigilRosterView *view;
  VigilRosterFilter filter;

  if (self->access == NULL)
    return;
  view = vigil_session_get_view (self->access->session);
  filter = *vigil_roster_view_get_filter (view);
  filter.search = (char *) gtk_editable_get_text (self->search_entry);
  self->searched = filter.search[0] != '\0';
  vigil_roster_view_set_filter (view, &filter);
}

static void
search_activate_cb (VigilWindow *self)
{
  VigilRosterView *view = self->access != NULL ? vigil_session_get_view (self->access->session) : NULL;
  VigilHandle first = view != NULL ? vigil_roster_view_get_handle (view, 0) : VIGIL_HANDLE_NONE;

  if (view != NULL && first == VIGIL_HANDLE_NONE)
    first = vigil_roster_view_get_handle (view, 1); /* behind the card of a room */
  if (first != VIGIL_HANDLE_NONE && self->wall != NULL)
    vigil_wall_reveal (self->wall, first);
}

static void
stop_search_cb (VigilWindow *self)
{
  gtk_editable_set_text (self->search_entry, "");
  search_activate_cb (self);
}

/* Keys of the whole window that have no modifier, unless something is being typed. */
static gboolean
key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (user_data));

  vigil_window_work_in_main (user_data);
  if (vigil_window_take_patrol_key (user_data, keyval, focus))
    return GDK_EVENT_STOP;
  if (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus))
    return GDK_EVENT_PROPAGATE;
  return vigil_commands_press (user_data, keyval, state, VIGIL_KEYS_WINDOW);
}

static void
vigil_window_dispose (GObject *object)
{
  VigilWindow *self = VIGIL_WINDOW (object);

  if (self->access != NULL)
    vigil_window_disconnect_hall (self);
  g_clear_handle_id (&self->monitors_id, g_source_remove);
  g_clear_handle_id (&self->remember_id, g_source_remove);
  g_clear_pointer (&self->view_windows, g_ptr_array_unref);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "focus", NULL);
  g_clear_object (&self->focus_actions);
  if (self->room_menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->room_menu)));
  if (self->view_actions != NULL)
    vigil_window_clear_views (self);
  g_clear_pointer (&self->wanted_exam, g_free);
  g_clear_object (&self->scheme);
  g_clear_object (&self->settings);
  g_clear_object (&self->connector);
  G_OBJECT_CLASS (vigil_window_parent_class)->dispose (object);
}

static void
vigil_window_class_init (VigilWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = vigil_window_close_request;
  signal_exam_joined = g_signal_new ("exam-joined", VIGIL_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (VIGIL_TYPE_TROUBLE_BANNER);
  g_type_ensure (VIGIL_TYPE_STATISTICS);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/vigil/Vigil/ui/vigil-window.ui");
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, title);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, order_button);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, filter_button);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, views_button);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, queue_bin);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, queue_button);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, focus_button);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, statistics);
  gtk_widget_class_bind_template_child (widget_class, VigilWindow, status_box);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_cb);
}

/* A menu button's name has to be told to the button inside it, which is what gets the focus. */
static void
name_menu_button (GtkWidget *menu_button)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (menu_button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_widget_get_tooltip_text (menu_button), -1);
}

static void
vigil_window_init (VigilWindow *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  name_menu_button (self->menu_button);
  name_menu_button (self->order_button);
  name_menu_button (self->filter_button);
  name_menu_button (self->views_button);
  self->room_menu = VIGIL_ROOM_MENU (vigil_room_menu_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->room_menu), self->filter_button);
  vigil_window_init_actions (self);
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

VigilWindow *
vigil_window_new (AdwApplication *application, VigilConnector *connector, VigilSettings *settings)
{
  VigilWindow *self = g_object_new (VIGIL_TYPE_WINDOW, "application", application, NULL);

  self->connector = g_object_ref (connector);
  self->settings = g_object_ref (settings);
  self->scheme = vigil_color_scheme_new (settings);
  vigil_commands_install (GTK_APPLICATION (application));
  self->connect_page = VIGIL_CONNECT_PAGE (vigil_connect_page_new (connector, settings));
  self->exam_list = VIGIL_EXAM_LIST (vigil_exam_list_new ());
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->connect_page), "connect");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->exam_list), "exams");
  g_signal_connect_object (self->connect_page, "connected", G_CALLBACK (connected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->exam_list, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  vigil_window_init_views (self);
  vigil_window_watch_settings (self);
  vigil_window_show_page (self, "connect");
  return self;
}
