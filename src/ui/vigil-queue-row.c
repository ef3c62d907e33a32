/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of the queue: what, who, how long, whose. */
#include "vigil-queue-row.h"

#include "vigil-badge.h"
#include "vigil-clock.h"
#include "vigil-text.h"
#include "vigil-words-triage.h"

#define BADGE_SIZE 16

struct _VigilQueueRow
{
  GtkWidget parent_instance;

  VigilSession    *session;
  VigilTriageItem *item;

  GtkWidget       *box;
  VigilBadge      *badge;
  GtkWidget       *many;
  GtkLabel        *title;
  GtkLabel        *subject;
  GtkLabel        *state;
  GtkLabel        *age;
  GtkWidget       *clock;
};

G_DEFINE_FINAL_TYPE (VigilQueueRow, vigil_queue_row, GTK_TYPE_WIDGET)

static void
set_class (GtkWidget *widget, const char *css_class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

/* The line of the list has the keyboard, and so the name. */
static void
describe (VigilQueueRow *self)
{
  GtkWidget *line = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *text = g_strdup_printf ("%s, %s, %s%s%s", gtk_label_get_text (self->title), gtk_label_get_text (self->subject),
                                           gtk_label_get_text (self->age),
                                           gtk_widget_get_visible (GTK_WIDGET (self->state)) ? ", " : "",
                                           gtk_widget_get_visible (GTK_WIDGET (self->state)) ? gtk_label_get_text (self->state) : "");

  if (line != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (line), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
vigil_queue_row_tick (VigilQueueRow *self)
{
  g_autofree char *age = NULL;
  gint64 seconds;

  if (self->item == NULL)
    return;
  age = vigil_words_triage_age (self->item, vigil_clock_hall_ms ());
  if (g_str_equal (gtk_label_get_text (self->age), age))
    return;
  vigil_text_set (self->age, age);
  /* What is read out must not be old, and is no news each second. */
  seconds = (vigil_clock_hall_ms () - vigil_triage_item_get_at_ms (self->item)) / 1000;
  if (seconds >= 60 || seconds % 15 == 0)
    describe (self);
}

static void
update (VigilQueueRow *self)
{
  gboolean many = vigil_triage_item_get_group (self->item) != 0;
  VigilDue due = vigil_triage_item_get_due (self->item);
  VigilTriageState state = vigil_triage_item_get_state (self->item);
  g_autofree char *title = vigil_words_triage_title (self->session, self->item);
  g_autofree char *subject = vigil_words_triage_subject (self->session, self->item);
  g_autofree char *words = vigil_words_triage_state (self->session, self->item);

  gtk_widget_set_visible (GTK_WIDGET (self->badge), !many);
  gtk_widget_set_visible (self->many, many);
  if (!many)
    vigil_badge_set_band (self->badge, vigil_triage_item_get_band (self->item));
  vigil_text_set (self->title, title);
  vigil_text_set (self->subject, subject);
  gtk_widget_set_visible (GTK_WIDGET (self->state), words != NULL);
  vigil_text_set (self->state, words != NULL ? words : "");
  gtk_widget_set_visible (self->clock, due != VIGIL_DUE_LATER);
  set_class (GTK_WIDGET (self), "due-soon", due == VIGIL_DUE_SOON);
  set_class (GTK_WIDGET (self), "due-over", due == VIGIL_DUE_OVER);
  set_class (GTK_WIDGET (self), "mine", state == VIGIL_TRIAGE_MINE);
  set_class (GTK_WIDGET (self), "elsewhere", state == VIGIL_TRIAGE_COLLEAGUE || state == VIGIL_TRIAGE_SNOOZED ||
                                             vigil_triage_item_get_sending (self->item));
  vigil_queue_row_tick (self);
  describe (self);
}

void
vigil_queue_row_set_item (VigilQueueRow *self, VigilTriageItem *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  if (!g_set_object (&self->item, item) && item == NULL)
    return;
  if (item == NULL)
    return;
  g_signal_connect_object (item, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

VigilTriageItem *
vigil_queue_row_get_item (VigilQueueRow *self)
{
  return self->item;
}

static void
vigil_queue_row_dispose (GObject *object)
{
  VigilQueueRow *self = VIGIL_QUEUE_ROW (object);

  vigil_queue_row_set_item (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_queue_row_parent_class)->dispose (object);
}

static void
vigil_queue_row_class_init (VigilQueueRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_queue_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "queuerow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkLabel *
append_line (GtkWidget *box, const char *css_class)
{
  GtkLabel *label = vigil_text_append_label (box, css_class);

  gtk_label_set_wrap (label, FALSE);
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (label, 1);
  return label;
}

static void
vigil_queue_row_init (VigilQueueRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *time = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->badge = VIGIL_BADGE (vigil_badge_new (BADGE_SIZE));
  gtk_widget_set_valign (GTK_WIDGET (self->badge), GTK_ALIGN_START);
  gtk_widget_set_margin_top (GTK_WIDGET (self->badge), 2);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->badge));
  self->many = gtk_image_new_from_icon_name ("system-users-symbolic");
  gtk_widget_set_valign (self->many, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->many, 2);
  gtk_box_append (GTK_BOX (self->box), self->many);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (self->box), words);
  self->title = vigil_text_append_label (words, "heading");
  gtk_label_set_max_width_chars (self->title, 1); /* as wide as the panel is, not as the words are */
  self->subject = append_line (words, NULL);
  gtk_box_append (GTK_BOX (words), time);
  self->clock = gtk_image_new_from_icon_name ("alarm-symbolic");
  gtk_widget_add_css_class (self->clock, "due");
  gtk_box_append (GTK_BOX (time), self->clock);
  self->age = vigil_text_append_label (time, "caption");
  gtk_label_set_wrap (self->age, FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->age), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self->age), "due");
  self->state = append_line (time, "caption");
  gtk_widget_set_hexpand (GTK_WIDGET (self->state), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->state), "dim-label");
}

GtkWidget *
vigil_queue_row_new (VigilSession *session)
{
  VigilQueueRow *self = g_object_new (VIGIL_TYPE_QUEUE_ROW, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
