/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue beside the wall: what waits, oldest first. */
#include "vigil-queue-panel.h"

#include <glib/gi18n-lib.h>

#include "vigil-commands.h"
#include "vigil-gathered-model.h"
#include "vigil-queue-row.h"
#include "vigil-text.h"
#include "vigil-words-triage.h"

#define WIDTH 264 /* leaves four columns of tiles at 1280 */

struct _VigilQueuePanel
{
  GtkWidget parent_instance;

  VigilSession       *session;
  VigilTriage        *triage;   /* borrowed from the session */
  VigilGatheredModel *shown;    /* of the queue */
  GtkSingleSelection *selection;
  GPtrArray          *rows;     /* bound VigilQueueRows, borrowed */
  guint               tick_id;
  guint               update_id;
  guint               top_id;
  guint               select_id;

  GtkWidget          *box;
  GtkLabel           *counts;
  GtkWidget          *next;
  GtkStack           *stack;
  GtkWidget          *list;
};

G_DEFINE_FINAL_TYPE (VigilQueuePanel, vigil_queue_panel, GTK_TYPE_WIDGET)

static guint signal_chosen;

static void
update (VigilQueuePanel *self)
{
  VigilTriageQueue *queue = vigil_triage_get_queue (self->triage);
  VigilTriageCounts counts;
  g_autofree char *text = NULL;

  vigil_triage_queue_get_counts (queue, &counts);
  text = vigil_words_triage_counts (&counts);
  vigil_text_set (self->counts, text);
  gtk_stack_set_visible_child_name (self->stack, g_list_model_get_n_items (G_LIST_MODEL (queue)) > 0 ? "list" : "empty");
}

static gboolean
update_cb (gpointer user_data)
{
  VigilQueuePanel *self = user_data;

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* A page of flags changes the counts a thousand times. */
static void
counts_changed_cb (VigilQueuePanel *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_cb, self, NULL);
}

static gboolean
top_cb (gpointer user_data)
{
  VigilQueuePanel *self = user_data;

  self->top_id = 0;
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", 0);
  return G_SOURCE_REMOVE;
}

/* A list keeps in sight what is in sight. Whoever looks at its beginning wants to see what comes before it, an incident above all. */
static void
items_changed_cb (VigilQueuePanel *self, guint position, guint removed, guint added)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_widget_get_parent (self->list)));

  if (added > 0 && self->top_id == 0 && gtk_adjustment_get_value (adjustment) < 1)
    self->top_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 10, top_cb, self, NULL);
}

static gboolean
select_cb (gpointer user_data)
{
  VigilQueuePanel *self = user_data;
  guint position;

  self->select_id = 0;
  position = vigil_triage_queue_get_position (vigil_triage_get_queue (self->triage), vigil_triage_get_current (self->triage));
  vigil_gathered_model_tell (self->shown, position == G_MAXUINT ? 0 : position + 1);
  gtk_single_selection_set_selected (self->selection, position == G_MAXUINT ? GTK_INVALID_LIST_POSITION : position);
  if (position == G_MAXUINT)
    return G_SOURCE_REMOVE;
  g_clear_handle_id (&self->top_id, g_source_remove);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
  return G_SOURCE_REMOVE;
}

/* It may come of a change of the queue that the list has not been told of yet. */
static void
current_changed_cb (VigilQueuePanel *self)
{
  if (self->select_id == 0)
    self->select_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, select_cb, self, NULL);
}

static gboolean
tick_cb (gpointer user_data)
{
  VigilQueuePanel *self = user_data;

  for (guint i = 0; gtk_widget_get_mapped (GTK_WIDGET (self)) && i < self->rows->len; i++)
    vigil_queue_row_tick (g_ptr_array_index (self->rows, i));
  return G_SOURCE_CONTINUE;
}

static void
activate_cb (GtkListView *list, guint position, gpointer user_data)
{
  VigilQueuePanel *self = user_data;
  g_autoptr (VigilTriageItem) item = g_list_model_get_item (G_LIST_MODEL (self->shown), position);

  if (item != NULL)
    g_signal_emit (self, signal_chosen, 0, item);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child (item, vigil_queue_row_new (VIGIL_QUEUE_PANEL (user_data)->session));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  VigilQueuePanel *self = user_data;

  vigil_queue_row_set_item (VIGIL_QUEUE_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
  g_ptr_array_add (self->rows, gtk_list_item_get_child (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  VigilQueuePanel *self = user_data;

  g_ptr_array_remove_fast (self->rows, gtk_list_item_get_child (item));
  vigil_queue_row_set_item (VIGIL_QUEUE_ROW (gtk_list_item_get_child (item)), NULL);
}

static gboolean
key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  return vigil_commands_press (GTK_WIDGET (user_data), keyval, state, VIGIL_KEYS_QUEUE);
}

void
vigil_queue_panel_focus (VigilQueuePanel *self)
{
  gtk_widget_grab_focus (self->list);
}

static GtkWidget *
build_list (VigilQueuePanel *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  self->shown = vigil_gathered_model_new (G_LIST_MODEL (vigil_triage_get_queue (self->triage)));
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->shown)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  self->list = gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory);
  gtk_widget_add_css_class (self->list, "queue");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Queue, oldest first"), -1);
  g_signal_connect (self->list, "activate", G_CALLBACK (activate_cb), self);
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->list, key);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  return scroller;
}

static GtkWidget *
build_empty (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *icon = gtk_image_new_from_icon_name ("object-select-symbolic");
  GtkLabel *title, *text;

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  g_object_set (box, "margin-start", 24, "margin-end", 24, NULL);
  gtk_image_set_pixel_size (GTK_IMAGE (icon), 48);
  gtk_widget_add_css_class (icon, "dim-label");
  gtk_box_append (GTK_BOX (box), icon);
  title = vigil_text_append_label (box, "heading");
  gtk_label_set_text (title, _("Nothing Waits"));
  text = vigil_text_append_label (box, "dim-label");
  gtk_label_set_max_width_chars (text, 1);
  gtk_label_set_text (text, _("Violations of high severity appear here until somebody has decided about them."));
  for (int i = 0; i < 2; i++)
    {
      gtk_label_set_xalign (i == 0 ? title : text, 0.5f);
      gtk_label_set_justify (i == 0 ? title : text, GTK_JUSTIFY_CENTER);
    }
  return box;
}

static void
build (VigilQueuePanel *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_size_request (self->box, WIDTH, -1);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (head, "queue-head");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_label_set_text (vigil_text_append_label (words, "heading"), _("Queue"));
  self->counts = vigil_text_append_label (words, "caption");
  gtk_label_set_max_width_chars (self->counts, 1);
  gtk_widget_add_css_class (GTK_WIDGET (self->counts), "dim-label");
  gtk_box_append (GTK_BOX (head), words);
  self->next = vigil_text_new_button (_("_Next"));
  gtk_widget_set_valign (self->next, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->next, _("Look after the oldest that nobody has (N)"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->next), "win.next");
  gtk_box_append (GTK_BOX (head), self->next);
  gtk_box_append (GTK_BOX (self->box), head);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_stack_add_named (self->stack, build_list (self), "list");
  gtk_stack_add_named (self->stack, build_empty (), "empty");
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->stack));
}

static void
vigil_queue_panel_dispose (GObject *object)
{
  VigilQueuePanel *self = VIGIL_QUEUE_PANEL (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_handle_id (&self->top_id, g_source_remove);
  g_clear_handle_id (&self->select_id, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->shown);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_queue_panel_parent_class)->dispose (object);
}

static void
vigil_queue_panel_finalize (GObject *object)
{
  g_ptr_array_unref (VIGIL_QUEUE_PANEL (object)->rows);
  G_OBJECT_CLASS (vigil_queue_panel_parent_class)->finalize (object);
}

static void
vigil_queue_panel_class_init (VigilQueuePanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_queue_panel_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_queue_panel_finalize;
  signal_chosen = g_signal_new ("chosen", VIGIL_TYPE_QUEUE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, VIGIL_TYPE_TRIAGE_ITEM);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "queuepanel");
}

static void
vigil_queue_panel_init (VigilQueuePanel *self)
{
  self->rows = g_ptr_array_new ();
}

GtkWidget *
vigil_queue_panel_new (VigilSession *session)
{
  VigilQueuePanel *self = g_object_new (VIGIL_TYPE_QUEUE_PANEL, NULL);

  self->session = g_object_ref (session);
  self->triage = vigil_session_get_triage (session);
  build (self);
  g_signal_connect_object (vigil_triage_get_queue (self->triage), "counts-changed", G_CALLBACK (counts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->triage, "current-changed", G_CALLBACK (current_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  self->tick_id = g_timeout_add_seconds (1, tick_cb, self);
  update (self);
  return GTK_WIDGET (self);
}
