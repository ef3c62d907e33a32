/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One evidence frame, small, with the time it was captured. */
#include "vigil-evidence-thumb.h"

#include <glib/gi18n-lib.h>

#include "vigil-evidence-decode.h"
#include "vigil-spinner.h"
#include "vigil-words.h"

#define WIDTH 128
#define HEIGHT 72

struct _VigilEvidenceThumb
{
  GtkWidget parent_instance;

  VigilEvidenceLoader *loader;
  VigilEvidenceItem   *item;
  GCancellable        *cancellable;
  gboolean             asked;

  GtkWidget           *button;
  GtkStack            *stack;
  GtkPicture          *picture;
  GtkLabel            *trouble;
  GtkLabel            *time;
};

G_DEFINE_FINAL_TYPE (VigilEvidenceThumb, vigil_evidence_thumb, GTK_TYPE_WIDGET)

static guint signal_enlarge;

static void
show_trouble (VigilEvidenceThumb *self, const GError *error)
{
  g_autofree char *words = NULL;

  if (error->domain == VIGIL_EVIDENCE_ERROR)
    words = g_strdup (error->code == VIGIL_EVIDENCE_ERROR_TOO_LARGE ? _("Too large to show") : _("Cannot be read"));
  else
    words = g_strdup (vigil_words_error_title (error));
  g_message ("Evidence frame not shown: %s", error->message);
  gtk_label_set_text (self->trouble, words);
  gtk_stack_set_visible_child_name (self->stack, "trouble");
  self->asked = FALSE; /* the next time it comes into view it is tried again */
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilEvidenceThumb) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = vigil_evidence_loader_load_finish (VIGIL_EVIDENCE_LOADER (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (texture == NULL)
    {
      show_trouble (self, error);
      return;
    }
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_stack_set_visible_child_name (self->stack, "picture");
}

static void
vigil_evidence_thumb_map (GtkWidget *widget)
{
  VigilEvidenceThumb *self = VIGIL_EVIDENCE_THUMB (widget);

  GTK_WIDGET_CLASS (vigil_evidence_thumb_parent_class)->map (widget);
  if (self->asked)
    return;
  self->asked = TRUE;
  vigil_evidence_loader_load_async (self->loader, self->item, 2 * WIDTH, self->cancellable, loaded_cb, g_object_ref (self));
}

static void
clicked_cb (GtkButton *button, gpointer user_data)
{
  g_signal_emit (user_data, signal_enlarge, 0);
}

static void
vigil_evidence_thumb_dispose (GObject *object)
{
  VigilEvidenceThumb *self = VIGIL_EVIDENCE_THUMB (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->loader);
  g_clear_pointer (&self->item, vigil_evidence_item_unref);
  G_OBJECT_CLASS (vigil_evidence_thumb_parent_class)->dispose (object);
}

static void
vigil_evidence_thumb_class_init (VigilEvidenceThumbClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_evidence_thumb_dispose;
  widget_class->map = vigil_evidence_thumb_map;
  signal_enlarge = g_signal_new ("enlarge", VIGIL_TYPE_EVIDENCE_THUMB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vigil_evidence_thumb_init (VigilEvidenceThumb *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkSpinner *spinner;

  self->cancellable = g_cancellable_new ();
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  self->button = gtk_button_new ();
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "evidence-frame");
  g_signal_connect (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_button_set_child (GTK_BUTTON (self->button), box);

  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_size_request (GTK_WIDGET (self->stack), WIDTH, HEIGHT);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  spinner = g_object_new (GTK_TYPE_SPINNER, "halign", GTK_ALIGN_CENTER, NULL);
  vigil_spinner_tie (spinner);
  gtk_stack_add_named (self->stack, GTK_WIDGET (spinner), "loading");
  self->picture = GTK_PICTURE (gtk_picture_new ());
  gtk_picture_set_can_shrink (self->picture, TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self->picture), GTK_OVERFLOW_HIDDEN);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->picture), "picture");
  self->trouble = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->trouble, TRUE);
  gtk_label_set_max_width_chars (self->trouble, 14);
  gtk_widget_add_css_class (GTK_WIDGET (self->trouble), "dim-label");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->trouble), "trouble");

  self->time = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "numeric");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->time));
}

GtkWidget *
vigil_evidence_thumb_new (VigilEvidenceLoader *loader, VigilEvidenceItem *item)
{
  VigilEvidenceThumb *self = g_object_new (VIGIL_TYPE_EVIDENCE_THUMB, NULL);
  g_autofree char *when = vigil_words_time (item->at_ms);
  g_autofree char *name = NULL;

  self->loader = g_object_ref (loader);
  self->item = vigil_evidence_item_ref (item);
  gtk_label_set_text (self->time, when);
  /* Translators: what a screen reader says of an evidence frame; %s is its time of capture. */
  name = g_strdup_printf (_("Evidence frame captured at %s"), when);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET (self);
}

VigilEvidenceItem *
vigil_evidence_thumb_get_item (VigilEvidenceThumb *self)
{
  g_return_val_if_fail (VIGIL_IS_EVIDENCE_THUMB (self), NULL);

  return self->item;
}
