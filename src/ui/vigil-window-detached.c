/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views in windows of their own: opened, brought back, and remembered for each set of monitors.
 *
 * GTK 4 places no window: which monitor one opens on is the desktop's to say, but for one that is full screen. So sizes are
 * remembered, whether a window was maximized, and on which monitor it was full screen. */
#include <glib/gi18n-lib.h>

#include "vigil-window-private.h"
#include "vigil-words.h"

#define DEFAULT_WIDTH 1100
#define DEFAULT_HEIGHT 720
#define SETTLE_MS 1000 /* monitors come and go one after the other */

static VigilViewWindow *
front_view (VigilWindow *self)
{
  return self->front != NULL ? VIGIL_VIEW_WINDOW (self->front) : NULL;
}

GtkWindow *
vigil_window_get_front (VigilWindow *self)
{
  return self->front != NULL ? self->front : GTK_WINDOW (self);
}

VigilWall *
vigil_window_get_front_wall (VigilWindow *self)
{
  return front_view (self) != NULL ? vigil_view_window_get_wall (front_view (self)) : NULL;
}

AdwToastOverlay *
vigil_window_get_front_toasts (VigilWindow *self)
{
  return front_view (self) != NULL ? vigil_view_window_get_toasts (front_view (self)) : self->toasts;
}

VigilViewWindow *
vigil_window_get_focus_window (VigilWindow *self)
{
  for (guint i = 0; i < self->view_windows->len; i++)
    if (vigil_view_window_get_kind (self->view_windows->pdata[i]) == VIGIL_VIEW_FOCUS)
      return self->view_windows->pdata[i];
  return NULL;
}

static guint
count_walls (VigilWindow *self)
{
  guint n = 0;

  for (guint i = 0; i < self->view_windows->len; i++)
    if (vigil_view_window_get_kind (self->view_windows->pdata[i]) == VIGIL_VIEW_WALL)
      n++;
  return n;
}

gboolean
vigil_window_has_second_wall (VigilWindow *self)
{
  return count_walls (self) > 0;
}

/* -- which of our windows the operator works in -- */

static void
set_front (VigilWindow *self, GtkWindow *window)
{
  if (window == GTK_WINDOW (self))
    window = NULL;
  if (self->front == window)
    return;
  self->front = window;
  vigil_window_update_deeds (self); /* the focus may have moved without the selection */
}

static void
active_cb (GtkWindow *window, GParamSpec *pspec, gpointer user_data)
{
  if (gtk_window_is_active (window))
    set_front (user_data, window);
}

/* A key goes to the window that has the keyboard, whatever the desktop told before of which is active. */
static void
worked_in_cb (GtkWindow *window, gpointer user_data)
{
  set_front (user_data, window);
}

void
vigil_window_work_in_main (VigilWindow *self)
{
  set_front (self, NULL);
}

/* Before what it is on hears of it: the actions that all windows share are about this one then. */
static void
pressed_cb (GtkGestureClick *gesture, int n, double x, double y, gpointer user_data)
{
  set_front (user_data, GTK_WINDOW (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture))));
}

static void
watch_presses (VigilWindow *self, GtkWidget *window)
{
  GtkGesture *gesture = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  g_signal_connect_object (gesture, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (window, GTK_EVENT_CONTROLLER (gesture));
}

/* -- actions of which each window has its own -- */

static GActionMap *
map_of (VigilWindow *self, GtkWindow *window)
{
  return G_ACTION_MAP (window != NULL ? (gpointer) vigil_view_window_get_actions (VIGIL_VIEW_WINDOW (window)) : (gpointer) self);
}

/* Whoever asks, a key, a click or a screen reader, which tells of neither: it is about what the window has whose action it is. */
static void
add_own_action (VigilWindow *self, GtkWindow *window, const GActionEntry *entry)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (entry->name, NULL);

  if (window != NULL)
    g_signal_connect_object (action, "activate", G_CALLBACK (vigil_view_window_tell_worked_in), window, G_CONNECT_SWAPPED);
  else
    g_signal_connect_object (action, "activate", G_CALLBACK (vigil_window_work_in_main), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (action, "activate", G_CALLBACK (entry->activate), self, 0);
  g_action_map_add_action (map_of (self, window), G_ACTION (action));
}

void
vigil_window_add_own_actions (VigilWindow *self, GtkWindow *window, const GActionEntry *entries, guint n)
{
  for (guint i = 0; i < n; i++)
    add_own_action (self, window, &entries[i]);
}

void
vigil_window_set_own_enabled (VigilWindow *self, GtkWindow *window, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (map_of (self, window), name)), enabled);
}

void
vigil_window_each (VigilWindow *self, void (*func) (VigilWindow *self, GtkWindow *window))
{
  func (self, NULL);
  for (guint i = 0; i < self->view_windows->len; i++)
    func (self, self->view_windows->pdata[i]);
}

/* -- monitors -- */

static char *
describe_monitor (GdkMonitor *monitor)
{
  const char *connector = gdk_monitor_get_connector (monitor);
  GdkRectangle at;

  gdk_monitor_get_geometry (monitor, &at);
  return g_strdup_printf ("%s %d,%d %d×%d", connector != NULL ? connector : "?", at.x, at.y, at.width, at.height);
}

static char *
make_key (VigilWindow *self, guint *n)
{
  GListModel *monitors = gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) each = NULL;

  *n = g_list_model_get_n_items (monitors);
  for (guint i = 0; i < *n; i++)
    {
      g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, i);
      g_autofree char *text = describe_monitor (monitor);

      g_strv_builder_add (builder, text);
    }
  each = g_strv_builder_end (builder);
  return vigil_window_layout_key ((const char *const *) each);
}

static GdkMonitor *
find_monitor (VigilWindow *self, const char *connector)
{
  GListModel *monitors = gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (self)));

  for (guint i = 0; connector[0] != '\0' && i < g_list_model_get_n_items (monitors); i++)
    {
      g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, i);

      if (g_strcmp0 (gdk_monitor_get_connector (monitor), connector) == 0)
        return g_steal_pointer (&monitor);
    }
  return NULL;
}

static VigilWindowPlace *
read_place (VigilViewWindow *window)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));
  GdkMonitor *monitor = surface != NULL ? gdk_display_get_monitor_at_surface (gdk_surface_get_display (surface), surface) : NULL;
  const char *connector = monitor != NULL ? gdk_monitor_get_connector (monitor) : NULL;
  VigilWindowPlace *place;
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  place = vigil_window_place_new (vigil_view_window_get_kind (window), width, height);
  place->maximized = gtk_window_is_maximized (GTK_WINDOW (window));
  place->fullscreen = gtk_window_is_fullscreen (GTK_WINDOW (window));
  if (connector != NULL)
    {
      g_free (place->monitor);
      place->monitor = g_strdup (connector);
    }
  return place;
}

static void
remember (VigilWindow *self)
{
  g_autoptr (GVariant) value = vigil_settings_get_value (self->settings, VIGIL_SETTING_WINDOW_LAYOUTS);
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_window_place_free);

  if (self->layout_key == NULL)
    return;
  for (guint i = 0; i < self->view_windows->len; i++)
    g_ptr_array_add (places, read_place (self->view_windows->pdata[i]));
  vigil_settings_set_value (self->settings, VIGIL_SETTING_WINDOW_LAYOUTS, vigil_window_layouts_store (value, self->layout_key, places));
}

static gboolean
remember_cb (gpointer user_data)
{
  VigilWindow *self = user_data;
  g_autofree char *key = NULL;
  guint n;

  self->remember_id = 0;
  key = make_key (self, &n);
  if (self->monitors_id == 0 && g_strcmp0 (key, self->layout_key) == 0)
    remember (self);
  return G_SOURCE_REMOVE;
}

/* A window was moved or made larger: noted once it stays so, under the monitors of then. When one goes the desktop moves the
 * windows before anybody is told why, and that is not where they were put. */
static void
remember_soon (VigilWindow *self)
{
  if (self->exam == NULL || self->monitors_id != 0)
    return;
  g_clear_handle_id (&self->remember_id, g_source_remove);
  self->remember_id = g_timeout_add (SETTLE_MS, remember_cb, self);
}

static void
watch_place (VigilWindow *self, GtkWindow *window)
{
  static const char *const what[] = { "notify::default-width", "notify::default-height", "notify::maximized", "notify::fullscreened" };

  for (gsize i = 0; i < G_N_ELEMENTS (what); i++)
    g_signal_connect_object (window, what[i], G_CALLBACK (remember_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (window)), "enter-monitor", G_CALLBACK (remember_soon), self, G_CONNECT_SWAPPED);
}

/* -- windows come and go -- */

/* The lowest that is free: 1 is the main window's wall. */
static guint
next_number (VigilWindow *self)
{
  for (guint number = 2;; number++)
    {
      gboolean taken = FALSE;

      for (guint i = 0; i < self->view_windows->len; i++)
        taken = taken || vigil_view_window_get_number (self->view_windows->pdata[i]) == number;
      if (!taken)
        return number;
    }
}

static void
name_wall (VigilWindow *self, VigilViewWindow *window)
{
  g_autofree char *title = vigil_words_clean (self->exam->title);

  vigil_view_window_set_number (window, next_number (self), title);
}

static void
watch_trouble (VigilWindow *self, VigilViewWindow *window)
{
  VigilTroubleBanner *banner = vigil_view_window_get_banner (window);

  vigil_trouble_banner_set_session (banner, self->access->session);
  vigil_trouble_banner_set_needs_token (banner, self->needs_token);
  g_signal_connect_object (banner, "sign-in", G_CALLBACK (vigil_window_ask_token), self, G_CONNECT_SWAPPED);
}

/* Its view is where it was, or gone with the wall that it was. */
static void
let_go_of (VigilWindow *self, VigilViewWindow *window)
{
  g_autoptr (GtkWidget) child = NULL;
  guint at;

  if (!g_ptr_array_find (self->view_windows, window, &at))
    return;
  g_signal_handlers_disconnect_by_data (window, self);
  g_signal_handlers_disconnect_by_data (gtk_native_get_surface (GTK_NATIVE (window)), self);
  g_ptr_array_remove_index (self->view_windows, at);
  if (self->front == GTK_WINDOW (window))
    self->front = NULL;
  child = vigil_view_window_steal_child (window);
  if (child != NULL && child == GTK_WIDGET (self->focus_view))
    gtk_stack_add_named (self->stack, child, "focus");
  vigil_window_update_actions (self);
}

static gboolean
close_request_cb (GtkWindow *window, gpointer user_data)
{
  VigilWindow *self = user_data;

  vigil_view_window_hand_over_dialogs (VIGIL_VIEW_WINDOW (window), GTK_WINDOW (self));
  let_go_of (self, VIGIL_VIEW_WINDOW (window));
  remember (self);
  return FALSE;
}

/* A candidate's page is the main window's. */
static void
open_cb (VigilWindow *self, guint handle)
{
  gtk_window_present (GTK_WINDOW (self));
}

static VigilWall *
build_wall (VigilWindow *self)
{
  VigilSession *session = self->access->session;
  VigilRosterView *main = vigil_session_get_view (session);
  g_autoptr (VigilRosterView) view = vigil_roster_view_new (vigil_session_get_roster (session));
  VigilWall *wall;

  vigil_roster_view_set_policy (view, vigil_session_get_policy (session));
  vigil_roster_view_set_order (view, vigil_roster_view_get_order (main));
  wall = VIGIL_WALL (vigil_wall_new_second (session, self->sweeper, view));
  vigil_window_watch_deeds_of (self, wall);
  g_signal_connect_object (wall, "open", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  return wall;
}

static void
open_view (VigilWindow *self, const VigilWindowPlace *place)
{
  g_autoptr (GtkWidget) child = NULL;
  g_autoptr (GdkMonitor) monitor = NULL;
  VigilViewWindow *window;

  if (self->exam == NULL || self->view_windows->len >= VIGIL_WINDOW_LAYOUT_MAX_WINDOWS ||
      (place->kind == VIGIL_VIEW_FOCUS && vigil_window_get_focus_window (self) != NULL))
    return;
  if (place->kind == VIGIL_VIEW_FOCUS)
    {
      if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "focus") == 0)
        vigil_window_show_page (self, "wall");
      child = g_object_ref (GTK_WIDGET (self->focus_view));
      gtk_stack_remove (self->stack, child);
    }
  else
    child = g_object_ref_sink (GTK_WIDGET (build_wall (self)));
  window = vigil_view_window_new (gtk_window_get_application (GTK_WINDOW (self)), place->kind, G_ACTION_MAP (self), child);
  vigil_window_add_own_deeds (self, GTK_WINDOW (window));
  vigil_window_add_own_decisions (self, GTK_WINDOW (window));
  vigil_window_add_own_card_actions (self, GTK_WINDOW (window));
  watch_trouble (self, window);
  if (place->kind == VIGIL_VIEW_WALL)
    name_wall (self, window);
  if (place->kind == VIGIL_VIEW_WALL)
    vigil_view_window_add_wall_tools (window, self->access->session,
                                      gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (self->order_button)),
                                      gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (self->filter_button)));
  gtk_widget_insert_action_group (GTK_WIDGET (window), "focus", G_ACTION_GROUP (self->focus_actions));
  g_ptr_array_add (self->view_windows, window);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (active_cb), self, 0);
  g_signal_connect_object (window, "worked-in", G_CALLBACK (worked_in_cb), self, 0);
  watch_presses (self, GTK_WIDGET (window));
  g_signal_connect_object (window, "close-request", G_CALLBACK (close_request_cb), self, 0);
  gtk_window_set_default_size (GTK_WINDOW (window), place->width, place->height);
  if (place->maximized)
    gtk_window_maximize (GTK_WINDOW (window));
  monitor = find_monitor (self, place->monitor);
  if (place->fullscreen && monitor != NULL)
    gtk_window_fullscreen_on_monitor (GTK_WINDOW (window), monitor);
  gtk_window_present (GTK_WINDOW (window));
  watch_place (self, GTK_WINDOW (window));
  gtk_widget_child_focus (child, GTK_DIR_TAB_FORWARD);
  vigil_window_update_actions (self);
}

static void
open_asked (VigilWindow *self, VigilViewKind kind)
{
  g_autoptr (VigilWindowPlace) place = vigil_window_place_new (kind, DEFAULT_WIDTH, DEFAULT_HEIGHT);

  if (self->view_windows->len >= VIGIL_WINDOW_LAYOUT_MAX_WINDOWS)
    {
      vigil_window_toast (self, _("There are as many windows as can be. Close one first."));
      return;
    }
  open_view (self, place);
  remember (self);
}

static void
detach_focus_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;
  VigilViewWindow *window = vigil_window_get_focus_window (self);

  if (window == NULL)
    open_asked (self, VIGIL_VIEW_FOCUS);
  else
    {
      gtk_window_close (GTK_WINDOW (window));
      gtk_window_present (GTK_WINDOW (self));
      vigil_window_show_page (self, "focus");
      gtk_widget_grab_focus (GTK_WIDGET (self->focus_view));
    }
}

static void
new_wall_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_asked (user_data, VIGIL_VIEW_WALL);
}

static void
close_view_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VigilWindow *self = user_data;

  if (self->front != NULL)
    gtk_window_close (self->front);
}

/* Those that are open already stay as they are: only what is missing is opened. */
static void
restore (VigilWindow *self)
{
  g_autoptr (GVariant) value = vigil_settings_get_value (self->settings, VIGIL_SETTING_WINDOW_LAYOUTS);
  g_autoptr (GPtrArray) places = vigil_window_layouts_find (value, self->layout_key);
  guint walls = count_walls (self);

  for (guint i = 0; i < places->len; i++)
    {
      const VigilWindowPlace *place = places->pdata[i];

      if (place->kind == VIGIL_VIEW_WALL && walls > 0)
        walls--;
      else
        open_view (self, place);
    }
}

static void
close_all (VigilWindow *self)
{
  while (self->view_windows->len > 0)
    {
      GtkWindow *window = self->view_windows->pdata[0];

      let_go_of (self, VIGIL_VIEW_WINDOW (window));
      gtk_window_destroy (window);
    }
}

/* A monitor that went takes no view with it: where this set of monitors has no windows of its own, all come back to the
 * main one, and what was under the former set stays remembered. What was being written over a view stays open. Where there
 * are more monitors, the windows that these had are opened beside those that there are: else the next change of a window
 * would have them forgotten. */
static gboolean
monitors_settled_cb (gpointer user_data)
{
  VigilWindow *self = user_data;
  guint former = self->n_monitors, n;
  g_autofree char *key = make_key (self, &n);

  self->monitors_id = 0;
  if (self->exam == NULL || g_strcmp0 (key, self->layout_key) == 0 || n == 0)
    return G_SOURCE_REMOVE;
  self->n_monitors = n;
  g_free (self->layout_key);
  self->layout_key = g_steal_pointer (&key);
  if (n < former)
    {
      for (guint i = 0; i < self->view_windows->len; i++)
        vigil_view_window_hand_over_dialogs (self->view_windows->pdata[i], GTK_WINDOW (self));
      close_all (self);
    }
  restore (self);
  return G_SOURCE_REMOVE;
}

static void
monitors_changed_cb (VigilWindow *self)
{
  /* What is remembered stays as it was: the desktop may have moved some already. */
  g_clear_handle_id (&self->remember_id, g_source_remove);
  g_clear_handle_id (&self->monitors_id, g_source_remove);
  self->monitors_id = g_timeout_add (SETTLE_MS, monitors_settled_cb, self);
}

void
vigil_window_restore_views (VigilWindow *self)
{
  g_free (self->layout_key);
  self->layout_key = make_key (self, &self->n_monitors);
  restore (self);
  set_front (self, NULL);
}

void
vigil_window_close_views (VigilWindow *self)
{
  if (self->layout_key != NULL && self->monitors_id == 0)
    remember (self);
  g_clear_handle_id (&self->remember_id, g_source_remove);
  g_clear_pointer (&self->layout_key, g_free);
  close_all (self);
}

void
vigil_window_update_detached (VigilWindow *self)
{
  vigil_window_set_enabled (self, "detach-focus", self->exam != NULL);
  vigil_window_set_enabled (self, "new-wall", self->exam != NULL);
  vigil_window_set_enabled (self, "close-view", self->front != NULL);
}

void
vigil_window_init_detached (VigilWindow *self)
{
  static const GActionEntry entries[] = {
    { "detach-focus", detach_focus_cb },
    { "new-wall", new_wall_cb },
    { "close-view", close_view_cb },
  };

  self->view_windows = g_ptr_array_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_cb), self);
  watch_presses (self, GTK_WIDGET (self));
  g_signal_connect_object (gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (self))), "items-changed",
                           G_CALLBACK (monitors_changed_cb), self, G_CONNECT_SWAPPED);
}
