/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Up to four candidates, large, side by side. */
#include "vigil-focus-view.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "vigil-commands.h"

struct _VigilFocusView
{
  GtkWidget parent_instance;

  VigilSession      *session;
  VigilScoreSweeper *sweeper;
  GPtrArray         *cards;   /* VigilFocusCards, in the order in which they came */
  VigilFocusCard    *current; /* one of them; NULL: none was meant yet */

  GtkStack          *stack;
  GtkGrid           *grid;
};

G_DEFINE_FINAL_TYPE (VigilFocusView, vigil_focus_view, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_OPEN,
  SIGNAL_BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static VigilFocusCard *
find (VigilFocusView *self, VigilHandle handle)
{
  for (guint i = 0; i < self->cards->len; i++)
    if (vigil_focus_card_get_candidate (self->cards->pdata[i]) == handle)
      return self->cards->pdata[i];
  return NULL;
}

/* One, two side by side, or two rows of two. */
static void
arrange (VigilFocusView *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self->grid));

  for (guint i = 0; i < self->cards->len; i++)
    {
      GtkLayoutChild *child = gtk_layout_manager_get_layout_child (layout, self->cards->pdata[i]);

      g_object_set (child, "column", (int) (i % 2), "row", (int) (i / 2), NULL);
    }
  gtk_stack_set_visible_child_name (self->stack, self->cards->len > 0 ? "cards" : "empty");
}

static void
mark_current (VigilFocusView *self)
{
  for (guint i = 0; i < self->cards->len; i++)
    if (self->cards->len > 1 && self->cards->pdata[i] == self->current)
      gtk_widget_add_css_class (self->cards->pdata[i], "current");
    else
      gtk_widget_remove_css_class (self->cards->pdata[i], "current");
}

static void
set_current (VigilFocusView *self, VigilFocusCard *card)
{
  if (self->current == card)
    return;
  self->current = card;
  mark_current (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
focus_enter_cb (GtkEventControllerFocus *controller, gpointer user_data)
{
  set_current (user_data, VIGIL_FOCUS_CARD (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller))));
}

static void
pressed_cb (GtkGestureClick *click, int n, double x, double y, gpointer user_data)
{
  GtkWidget *card = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click));

  set_current (user_data, VIGIL_FOCUS_CARD (card));
  gtk_widget_grab_focus (card);
}

static void
open_cb (VigilFocusView *self, VigilFocusCard *card)
{
  g_signal_emit (self, signals[SIGNAL_OPEN], 0, vigil_focus_card_get_candidate (card));
}

static void
remove_cb (VigilFocusView *self, VigilFocusCard *card)
{
  vigil_focus_view_remove (self, vigil_focus_card_get_candidate (card));
}

gboolean
vigil_focus_view_add (VigilFocusView *self, VigilHandle handle)
{
  GtkEventController *focus;
  GtkGesture *click;
  GtkWidget *card;

  g_return_val_if_fail (VIGIL_IS_FOCUS_VIEW (self), FALSE);

  if (find (self, handle) != NULL)
    return TRUE;
  if (self->cards->len >= VIGIL_FOCUS_MAX)
    return FALSE;
  card = vigil_focus_card_new (self->session, self->sweeper, TRUE);
  gtk_widget_set_hexpand (card, TRUE);
  gtk_widget_set_vexpand (card, TRUE);
  g_signal_connect_object (card, "open", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (card, "remove", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  focus = gtk_event_controller_focus_new ();
  g_signal_connect_object (focus, "enter", G_CALLBACK (focus_enter_cb), self, 0);
  gtk_widget_add_controller (card, focus);
  click = gtk_gesture_click_new ();
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (card, GTK_EVENT_CONTROLLER (click));
  g_ptr_array_add (self->cards, card);
  gtk_grid_attach (self->grid, card, 0, 0, 1, 1);
  vigil_focus_card_set_candidate (VIGIL_FOCUS_CARD (card), handle);
  if (self->current == NULL)
    self->current = VIGIL_FOCUS_CARD (card);
  arrange (self);
  mark_current (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

void
vigil_focus_view_remove (VigilFocusView *self, VigilHandle handle)
{
  VigilFocusCard *card;
  gboolean had_focus;
  guint at;

  g_return_if_fail (VIGIL_IS_FOCUS_VIEW (self));

  card = find (self, handle);
  if (card == NULL || !g_ptr_array_find (self->cards, card, &at))
    return;
  had_focus = gtk_widget_get_focus_child (GTK_WIDGET (self->grid)) == GTK_WIDGET (card);
  g_ptr_array_remove_index (self->cards, at);
  if (self->current == card)
    self->current = NULL;
  vigil_focus_card_set_candidate (card, VIGIL_HANDLE_NONE);
  gtk_grid_remove (self->grid, GTK_WIDGET (card));
  arrange (self);
  if (self->current == NULL && self->cards->len > 0)
    self->current = self->cards->pdata[MIN (at, self->cards->len - 1)];
  mark_current (self);
  if (had_focus)
    gtk_widget_grab_focus (self->current != NULL ? GTK_WIDGET (self->current) : GTK_WIDGET (self));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gboolean
vigil_focus_view_has (VigilFocusView *self, VigilHandle handle)
{
  g_return_val_if_fail (VIGIL_IS_FOCUS_VIEW (self), FALSE);

  return handle != VIGIL_HANDLE_NONE && find (self, handle) != NULL;
}

guint
vigil_focus_view_get_n (VigilFocusView *self)
{
  g_return_val_if_fail (VIGIL_IS_FOCUS_VIEW (self), 0);

  return self->cards->len;
}

VigilHandle
vigil_focus_view_get_nth (VigilFocusView *self, guint n)
{
  g_return_val_if_fail (VIGIL_IS_FOCUS_VIEW (self), VIGIL_HANDLE_NONE);

  return n < self->cards->len ? vigil_focus_card_get_candidate (self->cards->pdata[n]) : VIGIL_HANDLE_NONE;
}

VigilFocusCard *
vigil_focus_view_get_current (VigilFocusView *self)
{
  g_return_val_if_fail (VIGIL_IS_FOCUS_VIEW (self), NULL);

  if (self->current != NULL)
    return self->current;
  return self->cards->len > 0 ? self->cards->pdata[0] : NULL;
}

VigilHandle
vigil_focus_view_get_candidate (VigilFocusView *self)
{
  VigilFocusCard *card = vigil_focus_view_get_current (self);

  return card != NULL ? vigil_focus_card_get_candidate (card) : VIGIL_HANDLE_NONE;
}

/* Arrows go from card to card; within one Tab goes on. */
static gboolean
move (VigilFocusView *self, guint keyval)
{
  VigilFocusCard *card = vigil_focus_view_get_current (self);
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int at = -1, column = mirrored ? -1 : 1;

  for (guint i = 0; i < self->cards->len; i++)
    if (self->cards->pdata[i] == card)
      at = (int) i;
  if (at < 0)
    return FALSE;
  if (keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right)
    at += column;
  else if (keyval == GDK_KEY_Left || keyval == GDK_KEY_KP_Left)
    at -= column;
  else if (keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down)
    at += 2;
  else if (keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up)
    at -= 2;
  else
    return FALSE;
  if (at >= 0 && at < (int) self->cards->len)
    gtk_widget_grab_focus (self->cards->pdata[at]);
  return TRUE;
}

static gboolean
key_cb (GtkEventControllerKey *key, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  VigilFocusView *self = user_data;

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Escape)
    {
      g_signal_emit (self, signals[SIGNAL_BACK], 0);
      return GDK_EVENT_STOP;
    }
  return move (self, keyval) || vigil_commands_press (GTK_WIDGET (self), keyval, state, VIGIL_KEYS_FOCUS);
}

static gboolean
vigil_focus_view_grab_focus (GtkWidget *widget)
{
  VigilFocusCard *card = vigil_focus_view_get_current (VIGIL_FOCUS_VIEW (widget));

  if (card != NULL)
    return gtk_widget_grab_focus (GTK_WIDGET (card));
  return GTK_WIDGET_CLASS (vigil_focus_view_parent_class)->grab_focus (widget);
}

static void
vigil_focus_view_dispose (GObject *object)
{
  VigilFocusView *self = VIGIL_FOCUS_VIEW (object);

  self->current = NULL;
  g_ptr_array_set_size (self->cards, 0);
  if (self->stack != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->stack)));
  g_clear_object (&self->sweeper);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_focus_view_parent_class)->dispose (object);
}

static void
vigil_focus_view_finalize (GObject *object)
{
  g_ptr_array_unref (VIGIL_FOCUS_VIEW (object)->cards);
  G_OBJECT_CLASS (vigil_focus_view_parent_class)->finalize (object);
}

static void
vigil_focus_view_class_init (VigilFocusViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_focus_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_focus_view_finalize;
  widget_class->grab_focus = vigil_focus_view_grab_focus;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", VIGIL_TYPE_FOCUS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPEN] = g_signal_new ("open", VIGIL_TYPE_FOCUS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_BACK] = g_signal_new ("back", VIGIL_TYPE_FOCUS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "focusview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
vigil_focus_view_init (VigilFocusView *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkWidget *empty = g_object_new (ADW_TYPE_STATUS_PAGE, "icon-name", "view-dual-symbolic", "title", _("Nobody in Focus"),
                                   "description", _("Select a candidate on the wall and press F. Up to four are shown here, large, with their screens and microphones."),
                                   NULL);

  self->cards = g_ptr_array_new ();
  self->stack = GTK_STACK (gtk_stack_new ());
  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_row_homogeneous (self->grid, TRUE);
  gtk_grid_set_column_homogeneous (self->grid, TRUE);
  gtk_grid_set_row_spacing (self->grid, 8);
  gtk_grid_set_column_spacing (self->grid, 8);
  gtk_stack_add_named (self->stack, empty, "empty");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->grid), "cards");
  gtk_widget_set_parent (GTK_WIDGET (self->stack), GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Focus view"), -1);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  arrange (self);
}

GtkWidget *
vigil_focus_view_new (VigilSession *session, VigilScoreSweeper *sweeper)
{
  VigilFocusView *self = g_object_new (VIGIL_TYPE_FOCUS_VIEW, NULL);

  self->session = g_object_ref (session);
  self->sweeper = g_object_ref (sweeper);
  return GTK_WIDGET (self);
}
