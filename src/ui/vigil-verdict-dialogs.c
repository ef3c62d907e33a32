/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The questions before a violation is dismissed or handed up. */
#include "vigil-verdict-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "vigil-text.h"
#include "vigil-words-triage.h"

typedef struct
{
  VigilSession    *session;
  VigilTriageItem *item;
  GPtrArray       *shown;    /* the violations that the question is about */
  VigilVerdict     verdict;
  GtkWidget       *text;
  GPtrArray       *reasons;  /* GtkCheckButton, borrowed; the text's own is the last */
} Question;

static const char *const reasons[] = {
  N_("Nothing to see in the evidence"),
  N_("Within the rules of this exam"),
  N_("Known accommodation"),
  N_("Technical trouble, not the candidate’s doing"),
};

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->session);
  g_object_unref (question->item);
  g_ptr_array_unref (question->shown);
  g_ptr_array_unref (question->reasons);
  g_free (question);
}

/* In the words that the operator chose. */
static char *
dup_note (Question *question)
{
  for (guint i = 0; i < G_N_ELEMENTS (reasons) && i < question->reasons->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (question->reasons, i)))
      return g_strdup (_(reasons[i]));
  return vigil_text_dup_view (GTK_TEXT_VIEW (question->text));
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;
  g_autofree char *note = dup_note (question);

  if (g_strcmp0 (response, "yes") == 0)
    vigil_triage_decide (vigil_session_get_triage (question->session), question->item, question->shown, question->verdict, note, 0);
}

static gboolean
is_complete (Question *question)
{
  g_autofree char *text = vigil_text_dup_view (GTK_TEXT_VIEW (question->text));

  for (guint i = 0; i + 1 < question->reasons->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (question->reasons, i)))
      return TRUE;
  return text[0] != '\0';
}

static void
changed_cb (GObject *object, gpointer user_data)
{
  Question *question = g_object_get_data (G_OBJECT (user_data), "question");

  adw_message_dialog_set_response_enabled (user_data, "yes", is_complete (question));
}

static void
toggled_cb (GtkCheckButton *button, gpointer user_data)
{
  Question *question = g_object_get_data (G_OBJECT (user_data), "question");

  gtk_widget_set_sensitive (question->text, gtk_check_button_get_active (g_ptr_array_index (question->reasons, question->reasons->len - 1)));
  changed_cb (NULL, user_data);
}

static void
add_reason (Question *question, AdwMessageDialog *dialog, GtkWidget *box, const char *label)
{
  GtkWidget *button = gtk_check_button_new_with_label (label);

  if (question->reasons->len > 0)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (button), g_ptr_array_index (question->reasons, 0));
  g_ptr_array_add (question->reasons, button);
  g_signal_connect (button, "toggled", G_CALLBACK (toggled_cb), dialog);
  gtk_box_append (GTK_BOX (box), button);
}

static AdwMessageDialog *
build (GtkWindow *parent, VigilSession *session, VigilTriageItem *item, VigilVerdict verdict, const char *yes)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, NULL, NULL));
  Question *question = g_new0 (Question, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  question->session = g_object_ref (session);
  question->item = g_object_ref (item);
  question->shown = vigil_triage_dup_undecided (vigil_session_get_triage (session), item);
  question->verdict = verdict;
  question->reasons = g_ptr_array_new ();
  question->text = g_object_new (GTK_TYPE_TEXT_VIEW, "wrap-mode", GTK_WRAP_WORD_CHAR, "accepts-tab", FALSE, "height-request", 70, NULL);
  gtk_widget_add_css_class (question->text, "reason");
  gtk_widget_add_css_class (question->text, "card");
  gtk_accessible_update_property (GTK_ACCESSIBLE (question->text), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Reason"), -1);
  adw_message_dialog_add_responses (dialog, "cancel", _("Cancel"), "yes", yes, NULL);
  adw_message_dialog_set_response_appearance (dialog, "yes", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "yes");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_object_set_data (G_OBJECT (dialog), "question", question);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  if (verdict == VIGIL_VERDICT_DISMISSED)
    {
      for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
        add_reason (question, dialog, box, _(reasons[i]));
      add_reason (question, dialog, box, _("Another reason:"));
    }
  gtk_box_append (GTK_BOX (box), question->text);
  adw_message_dialog_set_extra_child (dialog, box);
  g_signal_connect (gtk_text_view_get_buffer (GTK_TEXT_VIEW (question->text)), "changed", G_CALLBACK (changed_cb), dialog);
  return dialog;
}

static char *
describe (VigilSession *session, VigilTriageItem *item)
{
  g_autofree char *title = vigil_words_triage_title (session, item);
  g_autofree char *subject = vigil_words_triage_subject (session, item);

  return g_strdup_printf ("%s\n%s", title, subject);
}

GtkWidget *
vigil_ask_dismiss (GtkWindow *parent, VigilSession *session, VigilTriageItem *item)
{
  AdwMessageDialog *dialog = build (parent, session, item, VIGIL_VERDICT_DISMISSED, _("Dismiss"));
  Question *question = g_object_get_data (G_OBJECT (dialog), "question");
  guint n = question->shown->len;
  gboolean many = vigil_triage_item_get_group (item) != 0;
  g_autofree char *what = describe (session, item);

  if (many)
    adw_message_dialog_format_heading (dialog, ngettext ("Dismiss %u Violation?", "Dismiss %u Violations?", n), n);
  else
    adw_message_dialog_set_heading (dialog, _("Dismiss the Violation?"));
  adw_message_dialog_set_body (dialog, what);
  /* An incident is nobody's doing. */
  gtk_check_button_set_active (g_ptr_array_index (question->reasons, many ? G_N_ELEMENTS (reasons) - 1 : 0), TRUE);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (g_ptr_array_index (question->reasons, many ? G_N_ELEMENTS (reasons) - 1 : 0));
  return GTK_WIDGET (dialog);
}

GtkWidget *
vigil_ask_escalate (GtkWindow *parent, VigilSession *session, VigilTriageItem *item)
{
  AdwMessageDialog *dialog = build (parent, session, item, VIGIL_VERDICT_ESCALATED, _("Hand Up"));
  Question *question = g_object_get_data (G_OBJECT (dialog), "question");
  g_autofree char *what = describe (session, item);

  adw_message_dialog_set_heading (dialog, _("Hand the Violation Up?"));
  adw_message_dialog_set_body (dialog, what);
  adw_message_dialog_set_response_enabled (dialog, "yes", FALSE);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (question->text);
  return GTK_WIDGET (dialog);
}
