/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patrol over the wall: pages are rows that are wholly on screen; which comes next, and when, is VigilPatrol's. */
#include "vigil-clock.h"
#include "vigil-wall-private.h"

#define STEP_MS 250
#define PADDING 4  /* of the grid, above its first row; style.css */

static guint
count_rows (VigilWall *self, double *height)
{
  GtkWidget *tile = self->mapped->len > 0 ? self->mapped->pdata[0] : NULL;
  GtkWidget *cell = tile != NULL ? gtk_widget_get_parent (tile) : NULL;
  graphene_rect_t bounds;

  if (cell == NULL || !gtk_widget_compute_bounds (cell, cell, &bounds) || bounds.size.height < 1)
    return 0;
  *height = bounds.size.height;
  return (guint) MAX ((gtk_widget_get_height (GTK_WIDGET (self->scroller)) - PADDING) / *height, 1);
}

/* By place, in seconds, as vigil_patrol_pick() wants it. */
static int *
list_unseen (VigilWall *self, guint n, gint64 now_us)
{
  VigilRosterView *view = self->view;
  VigilCoverage *coverage = vigil_session_get_coverage (self->session);
  int *unseen = g_new (int, n);

  self->patrol_blind = 0;
  for (guint i = 0; i < n; i++)
    {
      VigilHandle handle = vigil_roster_view_get_handle (view, i);
      gint64 ms = handle != VIGIL_HANDLE_NONE ? vigil_coverage_get_unseen_ms (coverage, handle) : -1;

      if (handle != VIGIL_HANDLE_NONE && ms < 0)
        self->patrol_blind++;
      if (ms >= 0)
        ms = vigil_patrol_get_waited_ms (self->patrol, handle, ms, now_us);
      unseen[i] = ms < 0 ? -1 : (int) MIN (ms / 1000, G_MAXINT);
    }
  return unseen;
}

/* Whoever comes next is made ready. The one place where the streams hear of patrol. */
static void
tell_streams (VigilWall *self, const int *unseen, guint n, guint page)
{
  VigilRosterView *view = self->view;
  g_autoptr (GArray) handles = g_array_new (FALSE, FALSE, sizeof (VigilHandle));

  for (guint i = page * self->patrol_places; page != G_MAXUINT && i < MIN ((page + 1) * self->patrol_places, n); i++)
    {
      VigilHandle handle = vigil_roster_view_get_handle (view, i);

      if (unseen[i] >= 0 && handle != VIGIL_HANDLE_NONE)
        g_array_append_val (handles, handle);
    }
  vigil_stream_controller_set_patrol (vigil_session_get_streams (self->session), (const VigilHandle *) handles->data, handles->len);
}

typedef struct
{
  VigilHandle handle;
  gint64      unseen_ms;
} Due;

static int
compare_due (gconstpointer a, gconstpointer b)
{
  const Due *left = a, *right = b;

  return (left->unseen_ms < right->unseen_ms) - (left->unseen_ms > right->unseen_ms);
}

/* Where fewer may play than a page shows, those nobody saw for longest do: another time it is the others. */
static void
tell_due (VigilWall *self)
{
  VigilRosterView *view = self->view;
  g_autoptr (GArray) due = g_array_new (FALSE, FALSE, sizeof (Due));
  g_autoptr (GArray) handles = g_array_new (FALSE, FALSE, sizeof (VigilHandle));

  for (guint i = 0; self->patrol_page != G_MAXUINT && i < self->patrol_places; i++)
    {
      Due one = { vigil_roster_view_get_handle (view, self->patrol_page * self->patrol_places + i), 0 };

      if (one.handle == VIGIL_HANDLE_NONE)
        continue;
      one.unseen_ms = vigil_coverage_get_unseen_ms (vigil_session_get_coverage (self->session), one.handle);
      if (one.unseen_ms >= 0)
        g_array_append_val (due, one);
    }
  g_array_sort (due, compare_due); /* stable */
  for (guint i = 0; i < due->len; i++)
    g_array_append_val (handles, g_array_index (due, Due, i).handle);
  vigil_stream_controller_set_due (vigil_session_get_streams (self->session), (const VigilHandle *) handles->data, handles->len);
}

static void
tell_next (VigilWall *self, int *unseen, guint n)
{
  guint next;

  for (guint i = self->patrol_page * self->patrol_places; i < MIN ((self->patrol_page + 1) * self->patrol_places, n); i++)
    unseen[i] = MIN (unseen[i], 0);
  next = vigil_patrol_pick (unseen, n, self->patrol_places, self->patrol_page);
  tell_streams (self, unseen, n, next != self->patrol_page ? next : G_MAXUINT);
}

static void
forget_streams (VigilWall *self)
{
  VigilStreamController *streams = vigil_session_get_streams (self->session);

  if (!vigil_wall_is_first (self))
    return;
  vigil_stream_controller_set_patrolled (streams, FALSE);
  vigil_stream_controller_set_patrol (streams, NULL, 0);
  vigil_stream_controller_set_due (streams, NULL, 0);
}

/* Whoever is on the page that is left and was not seen. */
static void
note_missed (VigilWall *self, gint64 now_us)
{
  VigilRosterView *view = self->view;
  VigilCoverage *coverage = vigil_session_get_coverage (self->session);

  for (guint i = 0; self->patrol_page != G_MAXUINT && i < self->patrol_places; i++)
    {
      VigilHandle handle = vigil_roster_view_get_handle (view, self->patrol_page * self->patrol_places + i);
      gint64 unseen_ms = handle != VIGIL_HANDLE_NONE ? vigil_coverage_get_unseen_ms (coverage, handle) : -1;

      if (unseen_ms > (now_us - self->patrol_turned_us) / 1000)
        vigil_patrol_miss (self->patrol, handle, now_us);
    }
}

static void
scroll_to (VigilWall *self, guint page, double height)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  guint row = page * (self->patrol_places / self->columns);

  if ((page + 1) * self->patrol_places > g_list_model_get_n_items (G_LIST_MODEL (self->paced)))
    vigil_paced_model_finish (self->paced);
  g_clear_handle_id (&self->top_id, g_source_remove);
  gtk_adjustment_set_value (adjustment, row * height);
}

static void
turn (VigilWall *self, gint64 now_us)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->view));
  double height = 0;
  guint rows = count_rows (self, &height), page;
  g_autofree int *unseen = NULL;

  note_missed (self, now_us);
  unseen = list_unseen (self, n, now_us);
  self->patrol_places = MAX (rows, 1) * MAX (self->columns, 1);
  self->patrol_pages = (n + self->patrol_places - 1) / self->patrol_places;
  page = rows > 0 && self->columns > 0 ? vigil_patrol_pick (unseen, n, self->patrol_places, self->patrol_page) : G_MAXUINT;
  self->patrol_page = page;
  self->patrol_turned_us = now_us;
  vigil_patrol_turned (self->patrol, now_us, page != G_MAXUINT);
  if (page == G_MAXUINT)
    {
      tell_streams (self, unseen, n, G_MAXUINT);
      tell_due (self);
      return;
    }
  scroll_to (self, page, height);
  tell_due (self);
  tell_next (self, unseen, n);
}

/* A dialog, a menu, the palette. */
static gboolean
is_covered (VigilWall *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GListModel *windows = gtk_window_get_toplevels ();

  if (gtk_widget_get_visible (GTK_WIDGET (self->menu)) || (focus != NULL && gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL))
    return TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if ((gpointer) gtk_window_get_transient_for (window) == (gpointer) root && gtk_widget_get_visible (GTK_WIDGET (window)))
        return TRUE;
    }
  return FALSE;
}

/* Nothing is watched in a window that nobody can see. */
static gboolean
is_out_of_sight (VigilWall *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  GdkSurface *surface = native != NULL ? gtk_native_get_surface (native) : NULL;

  return !gtk_widget_get_mapped (GTK_WIDGET (self)) || !GDK_IS_TOPLEVEL (surface) ||
         (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) != 0;
}

/* Where there is no video a still is what there is to look at; it holds the page, and counts for nothing in the ledger. */
static gboolean
is_looked_at (VigilWall *self, VigilTile *tile)
{
  VigilTilePicture picture = vigil_tile_get_look (tile)->picture;

  return picture == VIGIL_PICTURE_LIVE ||
         (picture == VIGIL_PICTURE_STILL && vigil_session_get_rung (self->session) == VIGIL_RUNG_STILL);
}

static void
look_at_page (VigilWall *self, VigilPatrolInputs *in)
{
  VigilCoverage *coverage = vigil_session_get_coverage (self->session);

  for (guint i = 0; self->patrol_page != G_MAXUINT && i < self->patrol_places; i++)
    {
      guint position = self->patrol_page * self->patrol_places + i;
      VigilTile *tile = position < self->tiles->len ? self->tiles->pdata[position] : NULL;
      VigilHandle handle = vigil_roster_view_get_handle (self->view, position);

      if (handle == VIGIL_HANDLE_NONE || vigil_coverage_get_unseen_ms (coverage, handle) < 0)
        continue;
      in->expected++;
      if (tile != NULL && gtk_widget_get_mapped (GTK_WIDGET (tile)) && vigil_tile_get_handle (tile) == handle &&
          is_looked_at (self, tile))
        in->playing++;
    }
}

static void
show_status (VigilWall *self, gint64 now_us)
{
  VigilPatrolStatus status = {
    .state = vigil_patrol_get_state (self->patrol),
    .page = self->patrol_page + 1,
    .n_pages = self->patrol_pages,
    .seconds = (guint) ((vigil_patrol_get_left_us (self->patrol, now_us) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC),
    .n_blind = self->patrol_blind,
  };

  vigil_patrol_bar_show (self->patrol_bar, &status);
}

static void
read_times (VigilWall *self)
{
  VigilSettings *settings = vigil_session_get_settings (self->session);
  VigilPatrolTimes times = {
    .hold_us = vigil_settings_get_int (settings, VIGIL_SETTING_PATROL) * G_USEC_PER_SEC,
    .wait_us = vigil_settings_get_int (settings, VIGIL_SETTING_PATROL_WAIT) * G_USEC_PER_SEC,
    .resume_us = vigil_settings_get_int (settings, VIGIL_SETTING_PATROL_RESUME) * G_USEC_PER_SEC,
  };

  vigil_patrol_set_times (self->patrol, &times);
}

static gboolean
step_cb (gpointer user_data)
{
  VigilWall *self = user_data;
  gint64 now_us = vigil_clock_monotonic_us ();
  VigilPatrolInputs in = { .blocked = is_out_of_sight (self) || is_covered (self) };

  read_times (self);
  look_at_page (self, &in);
  if (vigil_patrol_step (self->patrol, now_us, &in))
    turn (self, now_us);
  show_status (self, now_us);
  return G_SOURCE_CONTINUE;
}

void
vigil_wall_set_patrolling (VigilWall *self, gboolean patrolling)
{
  g_return_if_fail (VIGIL_IS_WALL (self));

  if (vigil_wall_is_patrolling (self) == patrolling)
    return;
  g_clear_handle_id (&self->patrol_id, g_source_remove);
  self->patrol_page = G_MAXUINT;
  if (patrolling)
    {
      if (vigil_wall_is_first (self))
        vigil_stream_controller_set_patrolled (vigil_session_get_streams (self->session), TRUE);
      vigil_patrol_start (self->patrol, vigil_clock_monotonic_us ());
      self->patrol_id = g_timeout_add (STEP_MS, step_cb, self);
      step_cb (self);
    }
  else
    {
      vigil_patrol_stop (self->patrol);
      forget_streams (self);
      show_status (self, 0);
    }
  g_signal_emit_by_name (self, "patrol-changed");
}

gboolean
vigil_wall_is_patrolling (VigilWall *self)
{
  g_return_val_if_fail (VIGIL_IS_WALL (self), FALSE);

  return self->patrol_id != 0;
}

void
vigil_wall_touch (VigilWall *self)
{
  g_return_if_fail (VIGIL_IS_WALL (self));

  if (self->patrol_id == 0)
    return;
  vigil_patrol_touch (self->patrol, vigil_clock_monotonic_us ());
  show_status (self, vigil_clock_monotonic_us ());
}

/* A page that is turned under a still pointer moves the tiles, which GTK tells as a motion too. */
static void
pointer_moved_cb (GtkEventControllerMotion *motion, double x, double y, gpointer user_data)
{
  VigilWall *self = user_data;
  gboolean moved = ABS (x - self->pointer_x) >= 1 || ABS (y - self->pointer_y) >= 1;

  self->pointer_x = x;
  self->pointer_y = y;
  if (moved)
    vigil_wall_touch (self);
}

static gboolean
scrolled_cb (GtkEventControllerScroll *scroll, double dx, double dy, gpointer user_data)
{
  vigil_wall_touch (user_data);
  return GDK_EVENT_PROPAGATE;
}

/* A ranking moves whoever is selected; only another person is a choice. */
static void
selected_cb (VigilWall *self)
{
  if (self->selected == self->patrol_selected)
    return;
  self->patrol_selected = self->selected;
  vigil_wall_touch (self);
}

static void
end_patrol_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  vigil_wall_set_patrolling (VIGIL_WALL (widget), FALSE);
}

GtkWidget *
vigil_wall_build_patrol (VigilWall *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);

  self->patrol = vigil_patrol_new ();
  self->patrol_page = G_MAXUINT;
  self->patrol_selected = VIGIL_HANDLE_NONE;
  gtk_event_controller_set_propagation_phase (motion, GTK_PHASE_CAPTURE);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved_cb), self);
  gtk_widget_add_controller (self->box, motion);
  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scrolled_cb), self);
  gtk_widget_add_controller (self->box, scroll);
  g_signal_connect (self, "selected-changed", G_CALLBACK (selected_cb), NULL);
  self->patrol_bar = VIGIL_PATROL_BAR (vigil_patrol_bar_new ());
  return GTK_WIDGET (self->patrol_bar);
}

void
vigil_wall_stop_patrol (VigilWall *self)
{
  g_clear_handle_id (&self->patrol_id, g_source_remove);
  if (self->patrol != NULL && self->session != NULL)
    forget_streams (self);
  g_clear_pointer (&self->patrol, vigil_patrol_free);
}

void
vigil_wall_class_init_patrol (GtkWidgetClass *widget_class)
{
  g_signal_new ("patrol-changed", VIGIL_TYPE_WALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "wall.end-patrol", NULL, end_patrol_action);
}
