/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall: a grid of tiles over the roster view's fixed slots, and what stands there without any. */
#include <glib/gi18n-lib.h>

#include "vigil-roster-bar.h"
#include "vigil-wall-private.h"

G_DEFINE_FINAL_TYPE (VigilWall, vigil_wall, GTK_TYPE_WIDGET)

void
vigil_wall_count (VigilWall *self, guint *mapped, guint *playing, guint *expected)
{
  g_return_if_fail (VIGIL_IS_WALL (self));

  *mapped = self->mapped->len;
  *playing = *expected = 0;
  for (guint i = 0; i < self->mapped->len; i++)
    {
      VigilTile *tile = self->mapped->pdata[i];
      const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (self->session), vigil_tile_get_handle (tile));

      if (candidate != NULL && candidate->is_streaming)
        *expected += 1;
      if (vigil_tile_get_look (tile)->picture == VIGIL_PICTURE_LIVE)
        *playing += 1;
    }
}

VigilHandle
vigil_wall_get_selected (VigilWall *self)
{
  g_return_val_if_fail (VIGIL_IS_WALL (self), VIGIL_HANDLE_NONE);

  return self->selected;
}

GtkAdjustment *
vigil_wall_get_vadjustment (VigilWall *self)
{
  g_return_val_if_fail (VIGIL_IS_WALL (self), NULL);

  return gtk_scrolled_window_get_vadjustment (self->scroller);
}

gboolean
vigil_wall_reveal (VigilWall *self, VigilHandle handle)
{
  VigilRosterView *view;
  const VigilCandidate *candidate;
  guint position;

  g_return_val_if_fail (VIGIL_IS_WALL (self), FALSE);

  view = self->view;
  candidate = vigil_roster_get (vigil_session_get_roster (self->session), handle);
  position = vigil_roster_view_get_position (view, handle);
  if (position == G_MAXUINT && candidate != NULL && vigil_roster_view_shows (view, handle))
    {
      vigil_roster_view_set_folded (view, candidate->room, FALSE);
      position = vigil_roster_view_get_position (view, handle);
    }
  if (position == G_MAXUINT)
    return FALSE;
  if (position >= g_list_model_get_n_items (G_LIST_MODEL (self->paced)))
    vigil_paced_model_finish (self->paced);
  g_clear_handle_id (&self->top_id, g_source_remove);
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (GTK_WIDGET (self->grid), "list.scroll-to-item", "u", position);
  if (position < self->tiles->len && self->tiles->pdata[position] != NULL)
    gtk_widget_grab_focus (gtk_widget_get_parent (self->tiles->pdata[position]));
  return TRUE;
}

void
vigil_wall_set_at_least (VigilWall *self, VigilBand band)
{
  VigilRosterFilter filter;

  g_return_if_fail (VIGIL_IS_WALL (self));

  filter = *vigil_roster_view_get_filter (self->view);
  filter.at_least = band;
  vigil_roster_view_set_filter (self->view, &filter);
}

static void
show_status (VigilWall *self, const char *icon, const char *title, const char *text, gboolean clear)
{
  adw_status_page_set_icon_name (self->status, icon);
  adw_status_page_set_title (self->status, title);
  adw_status_page_set_description (self->status, text);
  gtk_widget_set_visible (self->clear_button, clear);
  gtk_stack_set_visible_child_name (self->stack, "status");
}

static void
update_state (VigilWall *self)
{
  VigilRosterCounts counts;

  vigil_roster_get_counts (vigil_session_get_roster (self->session), &counts);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->view)) > 0)
    gtk_stack_set_visible_child_name (self->stack, "grid");
  else if (counts.candidates > 0)
    show_status (self, "edit-find-symbolic", _("Nobody Matches"),
                 _("No candidate fits the search and the filters. The others are still there."), TRUE);
  else if (self->loading)
    show_status (self, "view-grid-symbolic", _("Reading the List of Candidates…"), NULL, FALSE);
  else
    show_status (self, "system-users-symbolic", _("Nobody Is Here Yet"),
                 _("Candidates appear by themselves as they come."), FALSE);
}

static void
membership_cb (VigilRoster *roster, gpointer user_data)
{
  update_state (user_data);
}

static void
matching_cb (VigilRosterView *view, GParamSpec *pspec, gpointer user_data)
{
  update_state (user_data);
}

static void
ranked_cb (VigilRosterView *view, guint n_rebound, gpointer user_data)
{
  update_state (user_data);
}

static void
roster_progress_cb (VigilSession *session, guint loaded, guint total, gpointer user_data)
{
  VigilWall *self = user_data;

  self->loading = loaded < total;
  update_state (self);
}

static void
activate_cb (GtkGridView *grid, guint position, gpointer user_data)
{
  vigil_wall_activate (user_data, position);
}

static void
selected_cb (GtkSingleSelection *selection, GParamSpec *pspec, gpointer user_data)
{
  VigilWall *self = user_data;
  VigilSlot *slot = gtk_single_selection_get_selected_item (selection);

  self->selected = slot != NULL ? vigil_slot_get_handle (slot) : VIGIL_HANDLE_NONE;
  g_signal_emit_by_name (self, "selected-changed");
}

static void
setting_changed_cb (VigilSettings *settings, const char *what, gpointer user_data)
{
  VigilWall *self = user_data;

  vigil_wall_update_columns (self, gtk_widget_get_width (GTK_WIDGET (self)));
  vigil_wall_update_lane (self);
  if (g_strcmp0 (what, VIGIL_SETTING_TILE_REASONS) == 0)
    vigil_wall_tick_tiles (self); /* a key was pressed: not a second later */
}

static void
vigil_wall_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  VigilWall *self = VIGIL_WALL (widget);

  gtk_widget_measure (self->box, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, 360); /* the columns of before must not hold the window open */
}

static void
vigil_wall_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  VigilWall *self = VIGIL_WALL (widget);
  gboolean at_top = vigil_wall_is_at_top (self);
  int former = gtk_widget_get_height (GTK_WIDGET (self->scroller));

  gtk_widget_allocate (self->box, width, height, baseline, NULL);
  /* Not where somebody asked to see another place meanwhile. */
  if (at_top && gtk_widget_get_height (GTK_WIDGET (self->scroller)) != former)
    vigil_wall_keep_top (self);
  gtk_popover_present (GTK_POPOVER (self->menu));
  vigil_wall_update_columns (self, width);
}

static void
vigil_wall_dispose (GObject *object)
{
  VigilWall *self = VIGIL_WALL (object);

  vigil_wall_stop_tiles (self);
  vigil_wall_stop_patrol (self);
  if (self->session != NULL)
    vigil_wall_release_hold (self);
  g_clear_handle_id (&self->columns_id, g_source_remove);
  g_clear_handle_id (&self->top_id, g_source_remove);
  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->menu)));
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->paced);
  g_clear_object (&self->risers);
  g_clear_object (&self->sweeper);
  g_clear_object (&self->view);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_wall_parent_class)->dispose (object);
}

static void
vigil_wall_finalize (GObject *object)
{
  VigilWall *self = VIGIL_WALL (object);

  g_free (self->menu_room);
  g_ptr_array_unref (self->tiles);
  g_ptr_array_unref (self->mapped);
  g_ptr_array_unref (self->ahead);
  G_OBJECT_CLASS (vigil_wall_parent_class)->finalize (object);
}

static void
vigil_wall_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  VigilWall *self = VIGIL_WALL (widget);
  double value = gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller));

  GTK_WIDGET_CLASS (vigil_wall_parent_class)->snapshot (widget, snapshot);
  /* GTK moves what a tile drew before without asking the tile. */
  if (value != self->drawn_at)
    vigil_wall_look_again (self);
  self->drawn_at = value;
}

static void
vigil_wall_class_init (VigilWallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *const names[] = { "open", "focus-requested", "bypass-requested", "revoke-requested", "message-requested", "warn-requested" };

  object_class->dispose = vigil_wall_dispose;
  object_class->finalize = vigil_wall_finalize;
  widget_class->measure = vigil_wall_measure;
  widget_class->size_allocate = vigil_wall_size_allocate;
  widget_class->snapshot = vigil_wall_snapshot;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_new (names[i], VIGIL_TYPE_WALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  g_signal_new ("committed", VIGIL_TYPE_WALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  g_signal_new ("selected-changed", VIGIL_TYPE_WALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "wall");
  vigil_wall_class_init_input (widget_class);
  vigil_wall_class_init_sections (widget_class);
  vigil_wall_class_init_patrol (widget_class);
}

static void
vigil_wall_init (VigilWall *self)
{
  self->tiles = g_ptr_array_new ();
  self->mapped = g_ptr_array_new ();
  self->ahead = g_ptr_array_new ();
  self->selected = self->menu_handle = VIGIL_HANDLE_NONE;
  self->loading = TRUE;
}

static GtkWidget *
build_grid (VigilWall *self)
{
  GtkListItemFactory *factory = vigil_wall_create_factory (self);

  self->paced = vigil_paced_model_new (G_LIST_MODEL (self->view));
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->paced)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self, 0);

  self->grid = GTK_GRID_VIEW (gtk_grid_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->grid), "wall");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Candidates"), -1);
  g_signal_connect (self->grid, "activate", G_CALLBACK (activate_cb), self);

  self->scroller = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (self->scroller, GTK_WIDGET (self->grid));
  gtk_widget_set_vexpand (GTK_WIDGET (self->scroller), TRUE);
  return GTK_WIDGET (self->scroller);
}

static GtkWidget *
build_status (VigilWall *self)
{
  self->status = ADW_STATUS_PAGE (adw_status_page_new ());
  self->clear_button = gtk_button_new_with_label (_("Clear Search and Filters"));
  gtk_widget_set_halign (self->clear_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->clear_button, "pill");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->clear_button), "wall.clear-filters");
  adw_status_page_set_child (self->status, self->clear_button);
  return GTK_WIDGET (self->status);
}

static void
build (VigilWall *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *overlay;

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->filters = VIGIL_FILTER_BAR (vigil_filter_bar_new (self->session, self->view));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->filters));
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_box_append (GTK_BOX (page), vigil_wall_build_lane (self));
  gtk_box_append (GTK_BOX (page), build_grid (self));
  gtk_stack_add_named (self->stack, page, "grid");
  gtk_stack_add_named (self->stack, build_status (self), "status");
  overlay = gtk_overlay_new (); /* nobody on the wall moves when it comes and goes */
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (self->stack));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), vigil_roster_bar_new (self->session));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), vigil_wall_build_patrol (self));
  gtk_box_append (GTK_BOX (self->box), overlay);
}

GtkWidget *
vigil_wall_new_second (VigilSession *session, VigilScoreSweeper *sweeper, VigilRosterView *view)
{
  VigilWall *self = g_object_new (VIGIL_TYPE_WALL, NULL);

  self->session = g_object_ref (session);
  self->view = g_object_ref (view);
  self->sweeper = g_object_ref (sweeper);
  self->loading = vigil_session_is_loading (session);
  build (self);
  vigil_wall_init_input (self);
  vigil_wall_watch_candidates (self);
  g_signal_connect_object (vigil_session_get_roster (session), "membership-changed", G_CALLBACK (membership_cb), self, 0);
  g_signal_connect_object (self->view, "notify::n-matching", G_CALLBACK (matching_cb), self, 0);
  g_signal_connect_object (self->view, "ranked", G_CALLBACK (ranked_cb), self, 0);
  g_signal_connect_object (session, "roster-progress", G_CALLBACK (roster_progress_cb), self, 0);
  g_signal_connect_object (vigil_session_get_settings (session), "changed", G_CALLBACK (setting_changed_cb), self, 0);
  update_state (self);
  return GTK_WIDGET (self);
}

GtkWidget *
vigil_wall_new (VigilSession *session, VigilScoreSweeper *sweeper)
{
  VigilWall *self = VIGIL_WALL (vigil_wall_new_second (session, sweeper, vigil_session_get_view (session)));

  self->loading = TRUE;
  update_state (self);
  return GTK_WIDGET (self);
}

VigilRosterView *
vigil_wall_get_view (VigilWall *self)
{
  g_return_val_if_fail (VIGIL_IS_WALL (self), NULL);

  return self->view;
}

gboolean
vigil_wall_is_first (VigilWall *self)
{
  return self->view == vigil_session_get_view (self->session);
}
