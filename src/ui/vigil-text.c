/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels and text views, as they are used everywhere here. */
#include "vigil-text.h"

GtkLabel *
vigil_text_append_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

void
vigil_text_set (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

void
vigil_text_set_button (GtkButton *button, const char *mnemonic)
{
  GtkWidget *former = gtk_button_get_child (button), *label;

  if (former != NULL && g_str_equal (gtk_label_get_label (GTK_LABEL (former)), mnemonic))
    return;
  label = gtk_label_new_with_mnemonic (mnemonic);
  gtk_button_set_child (button, label);
  gtk_widget_add_css_class (GTK_WIDGET (button), "text-button");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_label_get_text (GTK_LABEL (label)), -1);
}

GtkWidget *
vigil_text_new_button (const char *mnemonic)
{
  GtkWidget *button = gtk_button_new ();

  vigil_text_set_button (GTK_BUTTON (button), mnemonic);
  return button;
}

char *
vigil_text_dup_view (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
}
