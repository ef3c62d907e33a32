/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of tiles above the wall: those who rose since it was ranked last. */
#include "vigil-promotion-lane.h"

#include <glib/gi18n-lib.h>

#include "vigil-text.h"

struct _VigilPromotionLane
{
  GtkWidget parent_instance;

  VigilSession      *session;
  VigilScoreSweeper *sweeper;
  VigilLane         *lane;
  GPtrArray         *tiles;   /* VigilTiles that show somebody, by position */

  GtkWidget         *box;
  GtkWidget         *heading;
  GtkFlowBox        *row;
};

G_DEFINE_FINAL_TYPE (VigilPromotionLane, vigil_promotion_lane, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_TILE_ADDED,
  SIGNAL_OPEN,
  SIGNAL_LEFT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
append_tile (VigilPromotionLane *self, guint position)
{
  g_autoptr (VigilSlot) slot = g_list_model_get_item (G_LIST_MODEL (self->lane), position);
  GtkWidget *tile = vigil_tile_new (self->session, self->sweeper);
  GtkWidget *cell = gtk_flow_box_child_new ();

  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (cell), tile);
  gtk_flow_box_append (self->row, cell);
  g_ptr_array_add (self->tiles, tile);
  g_signal_emit (self, signals[SIGNAL_TILE_ADDED], 0, tile);
  vigil_tile_set_slot (VIGIL_TILE (tile), slot);
}

/* The focus stays in the lane as long as somebody is in it. */
static void
remove_tile (VigilPromotionLane *self, guint position)
{
  GtkWidget *cell = GTK_WIDGET (gtk_flow_box_get_child_at_index (self->row, (int) position));
  gboolean had_focus = gtk_widget_has_focus (cell);

  vigil_tile_set_slot (self->tiles->pdata[position], NULL);
  g_ptr_array_remove_index (self->tiles, position);
  if (had_focus && position > 0)
    gtk_widget_grab_focus (GTK_WIDGET (gtk_flow_box_get_child_at_index (self->row, (int) position - 1)));
  else if (had_focus)
    g_signal_emit (self, signals[SIGNAL_LEFT], 0);
  gtk_flow_box_remove (self->row, cell);
}

/* The list changes only at its end. */
static void
items_changed_cb (VigilPromotionLane *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->lane));

  while (self->tiles->len > n)
    remove_tile (self, self->tiles->len - 1);
  while (self->tiles->len < n)
    append_tile (self, self->tiles->len);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

static void
activated_cb (VigilPromotionLane *self, GtkFlowBoxChild *cell)
{
  VigilHandle handle = vigil_tile_get_handle (VIGIL_TILE (gtk_flow_box_child_get_child (cell)));

  if (handle != VIGIL_HANDLE_NONE)
    g_signal_emit (self, signals[SIGNAL_OPEN], 0, handle);
}

static gboolean
key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (user_data, signals[SIGNAL_LEFT], 0);
  return GDK_EVENT_STOP;
}

void
vigil_promotion_lane_set_columns (VigilPromotionLane *self, guint columns)
{
  g_return_if_fail (VIGIL_IS_PROMOTION_LANE (self));

  columns = MAX (columns, 1);
  gtk_flow_box_set_min_children_per_line (self->row, 1);
  gtk_flow_box_set_max_children_per_line (self->row, columns);
  gtk_flow_box_set_min_children_per_line (self->row, columns);
  vigil_lane_set_capacity (self->lane, columns);
}

void
vigil_promotion_lane_set_can_rank (VigilPromotionLane *self, gboolean can_rank)
{
  g_return_if_fail (VIGIL_IS_PROMOTION_LANE (self));

  /* Translators: above the row of candidates whose claim to attention has grown; G is a key. */
  vigil_text_set (GTK_LABEL (self->heading), can_rank ? _("▲ Rising · G ranks the wall anew") : _("▲ Rising"));
}

GPtrArray *
vigil_promotion_lane_get_tiles (VigilPromotionLane *self)
{
  g_return_val_if_fail (VIGIL_IS_PROMOTION_LANE (self), NULL);

  return self->tiles;
}

gboolean
vigil_promotion_lane_enter (VigilPromotionLane *self)
{
  g_return_val_if_fail (VIGIL_IS_PROMOTION_LANE (self), FALSE);

  return self->tiles->len > 0 && gtk_widget_grab_focus (gtk_widget_get_parent (self->tiles->pdata[0]));
}

static void
vigil_promotion_lane_dispose (GObject *object)
{
  VigilPromotionLane *self = VIGIL_PROMOTION_LANE (object);

  g_ptr_array_set_size (self->tiles, 0);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->lane);
  g_clear_object (&self->sweeper);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_promotion_lane_parent_class)->dispose (object);
}

static void
vigil_promotion_lane_finalize (GObject *object)
{
  g_ptr_array_unref (VIGIL_PROMOTION_LANE (object)->tiles);
  G_OBJECT_CLASS (vigil_promotion_lane_parent_class)->finalize (object);
}

static void
vigil_promotion_lane_class_init (VigilPromotionLaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_promotion_lane_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_promotion_lane_finalize;
  signals[SIGNAL_TILE_ADDED] = g_signal_new ("tile-added", VIGIL_TYPE_PROMOTION_LANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, VIGIL_TYPE_TILE);
  signals[SIGNAL_OPEN] = g_signal_new ("open", VIGIL_TYPE_PROMOTION_LANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_LEFT] = g_signal_new ("left", VIGIL_TYPE_PROMOTION_LANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "promotionlane");
}

static void
vigil_promotion_lane_init (VigilPromotionLane *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();

  self->tiles = g_ptr_array_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->heading = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->heading), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->heading), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->heading, "caption-heading");
  gtk_box_append (GTK_BOX (self->box), self->heading);

  self->row = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->row, GTK_SELECTION_NONE);
  gtk_flow_box_set_activate_on_single_click (self->row, FALSE);
  gtk_flow_box_set_homogeneous (self->row, TRUE);
  gtk_flow_box_set_column_spacing (self->row, 0);
  gtk_flow_box_set_row_spacing (self->row, 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->row), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Rising candidates"), -1);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->row));
  g_signal_connect_swapped (self->row, "child-activated", G_CALLBACK (activated_cb), self);
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->row), key);
}

GtkWidget *
vigil_promotion_lane_new (VigilSession *session, VigilScoreSweeper *sweeper, VigilLane *lane)
{
  VigilPromotionLane *self = g_object_new (VIGIL_TYPE_PROMOTION_LANE, NULL);

  self->session = g_object_ref (session);
  self->sweeper = g_object_ref (sweeper);
  self->lane = g_object_ref (lane);
  g_signal_connect_object (lane, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  items_changed_cb (self);
  return GTK_WIDGET (self);
}
