/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows a picture that was taken, asks for a note, and gives both to the outbox. */
#include "vigil-snapshot-dialog.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "vigil-text.h"
#include "vigil-words.h"

#define MAX_NOTE 2000 /* characters, as the hall takes them */
#define PREVIEW_WIDTH 420
#define PREVIEW_HEIGHT 240

typedef struct
{
  VigilSession  *session;
  char          *exam_id;
  char          *student_id;
  VigilSource    source;
  VigilSnapshot *snapshot;
  GtkWidget     *note;
  GtkLabel      *too_long;
  GtkLabel      *full;
  GtkLabel      *kept;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_clear_object (&question->session);
  g_free (question->exam_id);
  g_free (question->student_id);
  vigil_snapshot_free (question->snapshot);
  g_free (question);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;
  g_autofree char *note = vigil_text_dup_view (GTK_TEXT_VIEW (question->note));
  g_autoptr (VigilAction) action = NULL;

  /* Of the exam it was taken in: that may have been left behind the dialog. */
  if (g_strcmp0 (response, "yes") != 0 || g_strcmp0 (vigil_session_get_exam_id (question->session), question->exam_id) != 0)
    return;
  action = vigil_action_new (VIGIL_ACTION_SNAPSHOT, question->exam_id, question->student_id);
  action->source = question->source;
  action->at_ms = question->snapshot->at_ms;
  action->content_type = question->snapshot->content_type;
  action->picture = g_steal_pointer (&question->snapshot->base64);
  action->reason = note[0] != '\0' ? g_steal_pointer (&note) : NULL;
  vigil_session_submit (question->session, action);
}

/* While there is no room picture and note stay here: nothing is taken that would be refused. */
static void
update (AdwMessageDialog *dialog)
{
  Question *question = g_object_get_data (G_OBJECT (dialog), "question");
  gboolean fits = gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (question->note))) <= MAX_NOTE;
  gboolean room = vigil_outbox_has_room (vigil_session_get_outbox (question->session));

  adw_message_dialog_set_response_enabled (dialog, "yes", fits && room);
  gtk_widget_set_visible (GTK_WIDGET (question->too_long), !fits);
  gtk_widget_set_visible (GTK_WIDGET (question->full), !room);
}

/* What there is to know of the picture: whose, when, how large, and whether that is all there was. */
static char *
describe (Question *question)
{
  g_autofree char *when = vigil_words_time (question->snapshot->at_ms);
  g_autofree char *user = vigil_words_clean (vigil_session_get_who (question->session)->user);
  g_autofree char *size = NULL;

  if (question->snapshot->received_size)
    /* Translators: width and height in pixels. */
    size = g_strdup_printf (_("%u × %u, as it was received"), question->snapshot->width, question->snapshot->height);
  else if (question->snapshot->whole)
    /* Translators: width and height in pixels, of the picture that is kept and as it was received. */
    size = g_strdup_printf (_("%u × %u, made smaller from %u × %u"), question->snapshot->width, question->snapshot->height,
                            question->snapshot->source_width, question->snapshot->source_height);
  else
    /* Translators: width and height in pixels. */
    size = g_strdup_printf (_("%u × %u, as it was drawn; it was received larger"), question->snapshot->width, question->snapshot->height);
  /* Translators: what is in the picture, the time, the size, the user's name. */
  return g_strdup_printf (_("%s, live at %s (%s). It is kept in the evidence of the exam as taken by %s."),
                          question->source == VIGIL_SOURCE_SCREEN ? _("Shared screen") : _("Webcam"), when, size, user);
}

static GtkWidget *
build_note (Question *question)
{
  GtkWidget *note = g_object_new (GTK_TYPE_TEXT_VIEW, "wrap-mode", GTK_WRAP_WORD_CHAR, "accepts-tab", FALSE, "height-request", 64, NULL);

  gtk_widget_add_css_class (note, "reason");
  gtk_widget_add_css_class (note, "card");
  gtk_accessible_update_property (GTK_ACCESSIBLE (note), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Note"), -1);
  question->note = note;
  return note;
}

/* Escape is pressed by habit; what was written goes by the button that says so alone. */
static gboolean
key_cb (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state, gpointer user_data)
{
  Question *question = user_data;

  if (keyval != GDK_KEY_Escape || gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (question->note))) == 0)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_set_visible (GTK_WIDGET (question->kept), TRUE);
  gtk_widget_error_bell (question->note);
  return GDK_EVENT_STOP;
}

static void
watch_escape (GtkWidget *dialog, Question *question)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), question);
  gtk_widget_add_controller (dialog, keys);
}

static GtkWidget *
build_content (Question *question)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *picture = gtk_picture_new_for_paintable (GDK_PAINTABLE (question->snapshot->texture));
  GtkLabel *label;

  gtk_widget_set_size_request (picture, PREVIEW_WIDTH, PREVIEW_HEIGHT);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL, _("The picture that was taken"), -1);
  gtk_box_append (GTK_BOX (box), picture);
  label = vigil_text_append_label (box, "heading");
  gtk_label_set_text (label, _("Note (what there is to see; may be empty)"));
  gtk_box_append (GTK_BOX (box), build_note (question));
  question->too_long = vigil_text_append_label (box, "error");
  gtk_label_set_text (question->too_long, _("A note has at most 2,000 characters."));
  question->kept = vigil_text_append_label (box, NULL);
  gtk_label_set_text (question->kept, _("You have written a note. Discard throws it and the picture away."));
  gtk_widget_set_visible (GTK_WIDGET (question->kept), FALSE);
  question->full = vigil_text_append_label (box, "error");
  gtk_label_set_text (question->full, _("Too many snapshots wait for the hall. This one can be kept as soon as the hall has taken one of them."));
  return box;
}

GtkWidget *
vigil_ask_snapshot (GtkWindow *parent, VigilSession *session, VigilHandle handle, VigilSource source, VigilSnapshot *snapshot)
{
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (session), handle);
  Question *question;
  g_autofree char *name = NULL;
  g_autofree char *body = NULL;
  AdwMessageDialog *dialog;

  g_return_val_if_fail (candidate != NULL, NULL);

  question = g_new0 (Question, 1);
  question->session = g_object_ref (session);
  question->exam_id = g_strdup (vigil_session_get_exam_id (session));
  question->student_id = g_strdup (candidate->id);
  question->source = source;
  question->snapshot = snapshot;
  name = vigil_words_clean (candidate->name);
  body = describe (question);
  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, NULL, body));
  /* Translators: %s is a candidate's name. */
  adw_message_dialog_format_heading (dialog, _("Snapshot of %s"), name);
  adw_message_dialog_add_responses (dialog, "cancel", _("Discard"), "yes", _("Keep as Evidence"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "yes", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (dialog, "cancel");
  adw_message_dialog_set_default_response (dialog, "yes");
  adw_message_dialog_set_extra_child (dialog, build_content (question));
  g_object_set_data (G_OBJECT (dialog), "question", question);
  update (dialog);
  watch_escape (GTK_WIDGET (dialog), question);
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (question->note)), "changed", G_CALLBACK (update), dialog, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_outbox (session), "items-changed", G_CALLBACK (update), dialog, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_session_get_outbox (session), "item-settled", G_CALLBACK (update), dialog, G_CONNECT_SWAPPED);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (question->note);
  return GTK_WIDGET (dialog);
}
