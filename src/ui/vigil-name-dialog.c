/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for a name. */
#include "vigil-name-dialog.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "vigil-saved-view.h"

typedef struct
{
  GtkWidget     *entry;
  VigilNameFunc  func;
  GWeakRef       owner;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  g_weak_ref_clear (&((Question *) data)->owner);
  g_free (data);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&question->owner);
  g_autofree char *name = vigil_saved_view_clean_name (gtk_editable_get_text (GTK_EDITABLE (question->entry)));

  if (g_strcmp0 (response, "yes") == 0 && owner != NULL && name != NULL)
    question->func (name, owner);
}

static void
changed_cb (GtkEditable *entry, gpointer user_data)
{
  g_autofree char *name = vigil_saved_view_clean_name (gtk_editable_get_text (entry));

  adw_message_dialog_set_response_enabled (user_data, "yes", name != NULL);
}

GtkWidget *
vigil_ask_name (GtkWindow *parent, const char *heading, const char *body, const char *yes, const char *name, VigilNameFunc func, GObject *owner)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));
  Question *question = g_new0 (Question, 1);

  question->func = func;
  question->entry = gtk_entry_new ();
  g_weak_ref_init (&question->owner, owner);
  gtk_entry_set_max_length (GTK_ENTRY (question->entry), VIGIL_SAVED_VIEW_MAX_NAME);
  gtk_editable_set_text (GTK_EDITABLE (question->entry), name != NULL ? name : "");
  gtk_entry_set_activates_default (GTK_ENTRY (question->entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (question->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name"), -1);
  adw_message_dialog_add_responses (dialog, "cancel", _("Cancel"), "yes", yes, NULL);
  adw_message_dialog_set_response_appearance (dialog, "yes", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (dialog, "cancel");
  adw_message_dialog_set_default_response (dialog, "yes");
  adw_message_dialog_set_extra_child (dialog, question->entry);
  adw_message_dialog_set_response_enabled (dialog, "yes", name != NULL && name[0] != '\0');
  g_signal_connect (question->entry, "changed", G_CALLBACK (changed_cb), dialog);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (question->entry);
  return GTK_WIDGET (dialog);
}
