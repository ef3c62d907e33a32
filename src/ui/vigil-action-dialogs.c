/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small questions: revoke a bypass, send a message or a warning, sign in again. */
#include "vigil-action-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "vigil-text.h"
#include "vigil-words.h"

typedef struct
{
  VigilSession   *session;
  char           *student_id;
  gboolean        warn;
  GtkWidget      *input;
  GtkWidget      *remember;
  VigilTokenFunc  func;
  GWeakRef        owner;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_clear_object (&question->session);
  g_free (question->student_id);
  g_weak_ref_clear (&question->owner);
  g_free (question);
}

static Question *
question_new (VigilSession *session, const VigilCandidate *candidate)
{
  Question *question = g_new0 (Question, 1);

  question->session = session != NULL ? g_object_ref (session) : NULL;
  question->student_id = candidate != NULL ? g_strdup (candidate->id) : NULL;
  g_weak_ref_init (&question->owner, NULL);
  return question;
}

static AdwMessageDialog *
build (GtkWindow *parent, const char *yes, AdwResponseAppearance appearance, GCallback callback, Question *question)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, NULL, NULL));

  adw_message_dialog_add_responses (dialog, "cancel", _("Cancel"), "yes", yes, NULL);
  adw_message_dialog_set_response_appearance (dialog, "yes", appearance);
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_data (dialog, "response", callback, question, question_free, 0);
  return dialog;
}

static void
revoke_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;
  const VigilCandidate *candidate = vigil_roster_lookup (vigil_session_get_roster (question->session), question->student_id);
  g_autoptr (VigilAction) action = NULL;

  if (g_strcmp0 (response, "yes") != 0)
    return;
  action = vigil_action_new (VIGIL_ACTION_REVOKE_BYPASS, vigil_session_get_exam_id (question->session), question->student_id);
  if (candidate != NULL && candidate->bypass != NULL)
    action->etag = g_strdup (candidate->bypass->etag);
  vigil_session_submit (question->session, action);
}

GtkWidget *
vigil_ask_revoke (GtkWindow *parent, VigilSession *session, VigilHandle handle)
{
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (session), handle);
  g_autofree char *name = NULL;
  AdwMessageDialog *dialog;

  g_return_val_if_fail (candidate != NULL, NULL);

  name = vigil_words_clean (candidate->name);
  dialog = build (parent, _("Revoke"), ADW_RESPONSE_DESTRUCTIVE, G_CALLBACK (revoke_cb), question_new (session, candidate));
  /* Translators: %s is a candidate's name. */
  adw_message_dialog_format_heading (dialog, _("Revoke the bypass of %s?"), name);
  adw_message_dialog_set_body (dialog, _("Proctoring starts again: the candidate’s browser asks for camera and microphone within seconds. The exam goes on."));
  gtk_window_present (GTK_WINDOW (dialog));
  return GTK_WIDGET (dialog);
}

static void
message_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;
  g_autofree char *text = vigil_text_dup_view (GTK_TEXT_VIEW (question->input));
  g_autoptr (VigilAction) action = NULL;

  if (g_strcmp0 (response, "yes") != 0 || text[0] == '\0')
    return;
  action = vigil_action_new (VIGIL_ACTION_INTERVENTION, vigil_session_get_exam_id (question->session), question->student_id);
  action->category = g_strdup (question->warn ? "warn" : "message");
  action->reason = g_steal_pointer (&text);
  vigil_session_submit (question->session, action);
}

static void
text_changed_cb (GtkTextBuffer *buffer, gpointer user_data)
{
  adw_message_dialog_set_response_enabled (user_data, "yes", gtk_text_buffer_get_char_count (buffer) > 0);
}

GtkWidget *
vigil_ask_message (GtkWindow *parent, VigilSession *session, VigilHandle handle, gboolean warn)
{
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (session), handle);
  g_autofree char *name = NULL;
  Question *question;
  AdwMessageDialog *dialog;

  g_return_val_if_fail (candidate != NULL, NULL);

  name = vigil_words_clean (candidate->name);
  question = question_new (session, candidate);
  question->warn = warn;
  question->input = g_object_new (GTK_TYPE_TEXT_VIEW, "wrap-mode", GTK_WRAP_WORD_CHAR, "accepts-tab", FALSE, "height-request", 90, NULL);
  gtk_widget_add_css_class (question->input, "reason");
  gtk_widget_add_css_class (question->input, "card");
  gtk_accessible_update_property (GTK_ACCESSIBLE (question->input), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Text for the candidate"), -1);
  dialog = build (parent, _("Send"), warn ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED, G_CALLBACK (message_cb), question);
  if (warn)
    /* Translators: %s is a candidate's name. */
    adw_message_dialog_format_heading (dialog, _("Warn %s"), name);
  else
    /* Translators: %s is a candidate's name. */
    adw_message_dialog_format_heading (dialog, _("Message to %s"), name);
  adw_message_dialog_set_body (dialog, warn ? _("The candidate must acknowledge a warning; it is counted.")
                                            : _("The candidate reads it in the exam; it is not counted."));
  adw_message_dialog_set_extra_child (dialog, question->input);
  adw_message_dialog_set_response_enabled (dialog, "yes", FALSE);
  g_signal_connect (gtk_text_view_get_buffer (GTK_TEXT_VIEW (question->input)), "changed", G_CALLBACK (text_changed_cb), dialog);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (question->input);
  return GTK_WIDGET (dialog);
}

static void
token_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&question->owner);
  g_autofree char *token = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (question->input))));

  /* A password entry of GTK 4.8 that goes away with the focus complains of itself. */
  gtk_window_set_focus (GTK_WINDOW (dialog), NULL);
  if (g_strcmp0 (response, "yes") == 0 && owner != NULL && token[0] != '\0')
    question->func (token, gtk_check_button_get_active (GTK_CHECK_BUTTON (question->remember)), owner);
}

static void
token_changed_cb (GtkEditable *input, gpointer user_data)
{
  adw_message_dialog_set_response_enabled (user_data, "yes", gtk_editable_get_text (input)[0] != '\0');
}

GtkWidget *
vigil_ask_token (GtkWindow *parent, gboolean remembers, VigilTokenFunc func, GObject *owner)
{
  Question *question = question_new (NULL, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  AdwMessageDialog *dialog;

  question->func = func;
  g_weak_ref_set (&question->owner, owner);
  question->input = gtk_password_entry_new ();
  gtk_password_entry_set_show_peek_icon (GTK_PASSWORD_ENTRY (question->input), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (question->input), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Token"), -1);
  question->remember = gtk_check_button_new_with_label (_("Remember the token in the keyring"));
  gtk_box_append (GTK_BOX (box), question->input);
  gtk_widget_set_visible (question->remember, remembers);
  gtk_box_append (GTK_BOX (box), question->remember);
  dialog = build (parent, _("Sign In"), ADW_RESPONSE_SUGGESTED, G_CALLBACK (token_cb), question);
  adw_message_dialog_set_heading (dialog, _("Sign In Again"));
  adw_message_dialog_set_body (dialog, _("Your token has expired. Paste a new one; the wall stays as it is."));
  adw_message_dialog_set_extra_child (dialog, box);
  adw_message_dialog_set_default_response (dialog, "yes");
  adw_message_dialog_set_response_enabled (dialog, "yes", FALSE);
  g_signal_connect (question->input, "changed", G_CALLBACK (token_changed_cb), dialog);
  g_object_set (question->input, "activates-default", TRUE, NULL);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (question->input);
  return GTK_WIDGET (dialog);
}
