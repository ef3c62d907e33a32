/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the list of candidates: progress, stop, read the rest. */
#include "vigil-roster-bar.h"

#include <glib/gi18n-lib.h>

#include "vigil-text.h"

struct _VigilRosterBar
{
  GtkWidget parent_instance;

  VigilSession *session;
  GtkWidget    *box;
  GtkWidget    *label;
  GtkWidget    *progress;
  GtkWidget    *stop;
  GtkWidget    *resume;
};

G_DEFINE_FINAL_TYPE (VigilRosterBar, vigil_roster_bar, GTK_TYPE_WIDGET)

static char *
make_words (VigilRosterReading reading, guint loaded, guint total)
{
  if (reading == VIGIL_ROSTER_READING)
    /* Translators: how many candidates of the list are read, and how many there are. */
    return g_strdup_printf (_("Reading the list: %'u of %'u"), loaded, total);
  if (total > 0)
    /* Translators: how many candidates of the list are read, and how many there are. */
    return g_strdup_printf (_("List incomplete: %'u of %'u"), loaded, total);
  return g_strdup (_("The list is not read"));
}

static void
update (VigilRosterBar *self)
{
  guint loaded, total;
  VigilRosterReading reading = vigil_session_get_roster_reading (self->session, &loaded, &total);
  /* Until the first page is there the wall itself says so. */
  gboolean goes_on = reading == VIGIL_ROSTER_READING && loaded > 0 && loaded < total;
  gboolean incomplete = reading == VIGIL_ROSTER_PAUSED || reading == VIGIL_ROSTER_CUT_SHORT;
  g_autofree char *words = make_words (reading, loaded, total);

  if (goes_on || incomplete)
    vigil_text_set (GTK_LABEL (self->label), words);
  if (goes_on)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), (double) loaded / total);
  gtk_widget_set_visible (self->progress, goes_on);
  gtk_widget_set_visible (self->stop, goes_on);
  gtk_widget_set_visible (self->resume, reading == VIGIL_ROSTER_PAUSED);
  gtk_widget_set_visible (GTK_WIDGET (self), goes_on || incomplete);
}

const char *
vigil_roster_bar_get_text (VigilRosterBar *self)
{
  g_return_val_if_fail (VIGIL_IS_ROSTER_BAR (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self)) ? gtk_label_get_text (GTK_LABEL (self->label)) : NULL;
}

static void
vigil_roster_bar_dispose (GObject *object)
{
  VigilRosterBar *self = VIGIL_ROSTER_BAR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_roster_bar_parent_class)->dispose (object);
}

static void
vigil_roster_bar_class_init (VigilRosterBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_roster_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "rosterbar");
}

static GtkWidget *
add_button (VigilRosterBar *self, const char *text, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (text);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (self->box), button);
  return button;
}

static void
vigil_roster_bar_init (VigilRosterBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (self->box, "osd");
  gtk_widget_add_css_class (self->box, "toolbar");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->label = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_set_margin_start (self->label, 6);
  gtk_box_append (GTK_BOX (self->box), self->label);
  self->progress = gtk_progress_bar_new ();
  gtk_widget_set_size_request (self->progress, 160, -1);
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Reading the list of candidates"), -1);
  gtk_box_append (GTK_BOX (self->box), self->progress);
  /* Translators: stops reading the list of candidates. */
  self->stop = add_button (self, _("Stop"), "wall.stop-reading");
  self->resume = add_button (self, _("Read the Rest"), "wall.read-rest");
}

GtkWidget *
vigil_roster_bar_new (VigilSession *session)
{
  VigilRosterBar *self = g_object_new (VIGIL_TYPE_ROSTER_BAR, "halign", GTK_ALIGN_CENTER, "valign", GTK_ALIGN_END,
                                       "margin-bottom", 12, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "roster-progress", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "link-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
