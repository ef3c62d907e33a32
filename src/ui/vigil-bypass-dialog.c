/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks an admin everything a bypass needs, says what follows from it, and has it confirmed. */
#include "vigil-bypass-dialog.h"

#include <glib/gi18n-lib.h>

#include "vigil-clock.h"
#include "vigil-text.h"
#include "vigil-words.h"

static const char *const categories[] = { "technical", "accommodation", "medical", "other" };
static const char *const signal_names[] = { "camera", "microphone", "screen", "fullscreen", "network" };
static const int durations_min[] = { 15, 30, 60, 120, 0 }; /* 0: until the exam ends */

struct _VigilBypassDialog
{
  AdwWindow parent_instance;

  VigilSession        *session;
  VigilHandle          handle;
  char                *student_id;
  char                *name;
  char                *etag;         /* of the bypass that is changed; NULL: a new one */

  AdwWindowTitle      *heading;
  GtkTextView         *reason_view;
  GtkLabel            *reason_hint;
  AdwComboRow         *category_row;
  AdwComboRow         *expiry_row;
  AdwPreferencesGroup *signals_group;
  GtkSwitch           *all_switch;
  GtkCheckButton      *checks[G_N_ELEMENTS (signal_names)];
  GtkWidget           *check_rows[G_N_ELEMENTS (signal_names)];
  GtkLabel            *consequences;
  GtkWidget           *submit_button;
};

G_DEFINE_FINAL_TYPE (VigilBypassDialog, vigil_bypass_dialog, ADW_TYPE_WINDOW)

static char **
dup_signals (VigilBypassDialog *self)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **out;

  if (!gtk_switch_get_active (self->all_switch))
    for (guint i = 0; i < G_N_ELEMENTS (signal_names); i++)
      if (gtk_check_button_get_active (self->checks[i]))
        g_strv_builder_add (builder, signal_names[i]);
  out = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return out;
}

static gint64
expires_at (VigilBypassDialog *self)
{
  guint selected = adw_combo_row_get_selected (self->expiry_row);
  int minutes = selected < G_N_ELEMENTS (durations_min) ? durations_min[selected] : 0;

  return minutes > 0 ? vigil_clock_hall_ms () + minutes * 60 * 1000 : 0;
}

static char *
describe_consequences (VigilBypassDialog *self)
{
  g_auto (GStrv) names = dup_signals (self);
  g_autofree char *until = expires_at (self) > 0 ? vigil_words_time (expires_at (self)) : NULL;
  GString *what = g_string_new (NULL);
  char *text;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *word = vigil_words_signal (names[i]);

      g_string_append_printf (what, "%s%s", i > 0 ? ", " : "", word);
    }
  if (names[0] == NULL)
    /* Translators: first a time or "the end of the exam", then a candidate's name. */
    text = g_strdup_printf (_("Until %s the proctoring of %s is off: no video, no score, no new violations. The candidate’s browser is told within 5 seconds, and the exam goes on. Everybody watching this exam sees the bypass and your name."),
                            until != NULL ? until : _("the end of the exam"), self->name);
  else
    /* Translators: a time or "the end of the exam", a candidate's name, a list such as "Camera, Network". */
    text = g_strdup_printf (_("Until %s these are not watched for %s: %s. Everything else goes on being watched, and so does the exam. Everybody watching this exam sees the bypass and your name."),
                            until != NULL ? until : _("the end of the exam"), self->name, what->str);
  g_string_free (what, TRUE);
  return text;
}

static gboolean
is_complete (VigilBypassDialog *self, glong length)
{
  g_auto (GStrv) names = dup_signals (self);

  return length >= VIGIL_BYPASS_REASON_MIN && length <= VIGIL_BYPASS_REASON_MAX &&
         (gtk_switch_get_active (self->all_switch) || names[0] != NULL);
}

static void
update (VigilBypassDialog *self)
{
  g_autofree char *reason = vigil_text_dup_view (self->reason_view);
  g_autofree char *text = describe_consequences (self);
  g_autofree char *hint = NULL;
  glong length = g_utf8_strlen (reason, -1);

  if (length < VIGIL_BYPASS_REASON_MIN)
    hint = g_strdup_printf (ngettext ("%d more character is needed", "%d more characters are needed", VIGIL_BYPASS_REASON_MIN - (int) length),
                            VIGIL_BYPASS_REASON_MIN - (int) length);
  else if (length > VIGIL_BYPASS_REASON_MAX)
    hint = g_strdup_printf (_("%d characters too many"), (int) length - VIGIL_BYPASS_REASON_MAX);
  gtk_label_set_text (self->reason_hint, hint != NULL ? hint : "");
  gtk_label_set_text (self->consequences, text);
  for (guint i = 0; i < G_N_ELEMENTS (signal_names); i++)
    gtk_widget_set_visible (self->check_rows[i], !gtk_switch_get_active (self->all_switch));
  gtk_widget_set_sensitive (self->submit_button, is_complete (self, length));
}

static void
changed_cb (VigilBypassDialog *self)
{
  if (self->name != NULL)
    update (self);
}

static gboolean
close_cb (gpointer user_data)
{
  gtk_window_close (user_data);
  return G_SOURCE_REMOVE;
}

static void
confirmed_cb (VigilBypassDialog *self, const char *response)
{
  g_autoptr (VigilAction) action = NULL;

  if (g_strcmp0 (response, "bypass") != 0)
    return;
  action = vigil_action_new (VIGIL_ACTION_BYPASS, vigil_session_get_exam_id (self->session), self->student_id);
  action->reason = vigil_text_dup_view (self->reason_view);
  action->category = g_strdup (categories[MIN (adw_combo_row_get_selected (self->category_row), G_N_ELEMENTS (categories) - 1)]);
  action->signals = dup_signals (self);
  action->expires_at_ms = expires_at (self);
  action->etag = g_strdup (self->etag);
  vigil_session_submit (self->session, action);
  /* Not at once: the message dialog that asked is still closing, and would lose its parent meanwhile. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_cb, g_object_ref (self), g_object_unref);
}

static void
submit_cb (VigilBypassDialog *self)
{
  g_autofree char *text = describe_consequences (self);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), NULL, NULL);

  /* Translators: %s is a candidate's name. */
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Bypass proctoring for %s?"), self->name);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), text);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"), "bypass", _("Bypass"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "bypass", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (confirmed_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
vigil_bypass_dialog_dispose (GObject *object)
{
  VigilBypassDialog *self = VIGIL_BYPASS_DIALOG (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_bypass_dialog_parent_class)->dispose (object);
}

static void
vigil_bypass_dialog_finalize (GObject *object)
{
  VigilBypassDialog *self = VIGIL_BYPASS_DIALOG (object);

  g_free (self->student_id);
  g_free (self->name);
  g_free (self->etag);
  G_OBJECT_CLASS (vigil_bypass_dialog_parent_class)->finalize (object);
}

static void
vigil_bypass_dialog_class_init (VigilBypassDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_bypass_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_bypass_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/vigil/Vigil/ui/vigil-bypass-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, VigilBypassDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, VigilBypassDialog, reason_view);
  gtk_widget_class_bind_template_child (widget_class, VigilBypassDialog, reason_hint);
  gtk_widget_class_bind_template_child (widget_class, VigilBypassDialog, category_row);
  gtk_widget_class_bind_template_child (widget_class, VigilBypassDialog, expiry_row);
  gtk_widget_class_bind_template_child (widget_class, VigilBypassDialog, signals_group);
  gtk_widget_class_bind_template_child (widget_class, VigilBypassDialog, all_switch);
  gtk_widget_class_bind_template_child (widget_class, VigilBypassDialog, consequences);
  gtk_widget_class_bind_template_child (widget_class, VigilBypassDialog, submit_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
add_checks (VigilBypassDialog *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (signal_names); i++)
    {
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *title = vigil_words_signal (signal_names[i]);

      self->checks[i] = GTK_CHECK_BUTTON (gtk_check_button_new ());
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), GTK_WIDGET (self->checks[i]));
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), GTK_WIDGET (self->checks[i]));
      g_signal_connect_object (self->checks[i], "toggled", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (self->signals_group, row);
      self->check_rows[i] = row;
    }
}

static void
fill_combos (VigilBypassDialog *self)
{
  g_autoptr (GtkStringList) kinds = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) ends = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    gtk_string_list_take (kinds, vigil_words_category (categories[i]));
  for (guint i = 0; i < G_N_ELEMENTS (durations_min); i++)
    {
      g_autofree char *age = vigil_words_age (durations_min[i] * 60);

      /* Translators: when a bypass ends; %s is a duration such as "30 min". */
      gtk_string_list_take (ends, durations_min[i] > 0 ? g_strdup_printf (_("in %s"), age) : g_strdup (_("With the exam")));
    }
  adw_combo_row_set_model (self->category_row, G_LIST_MODEL (kinds));
  adw_combo_row_set_model (self->expiry_row, G_LIST_MODEL (ends));
  adw_combo_row_set_selected (self->expiry_row, 1);
}

static void
vigil_bypass_dialog_init (VigilBypassDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_checks (self);
  fill_combos (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reason_view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Reason of the bypass"), -1);
  g_signal_connect_object (gtk_text_view_get_buffer (self->reason_view), "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

void
vigil_bypass_dialog_set_reason (VigilBypassDialog *self, const char *reason)
{
  g_return_if_fail (VIGIL_IS_BYPASS_DIALOG (self));

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->reason_view), reason, -1);
}

static void
fill_from (VigilBypassDialog *self, const VigilBypass *bypass)
{
  self->etag = g_strdup (bypass->etag);
  adw_window_title_set_title (self->heading, _("Change Bypass"));
  gtk_button_set_label (GTK_BUTTON (self->submit_button), _("Change…"));
  vigil_bypass_dialog_set_reason (self, bypass->reason != NULL ? bypass->reason : "");
  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    if (g_strcmp0 (bypass->category, categories[i]) == 0)
      adw_combo_row_set_selected (self->category_row, i);
  if (bypass->signals == NULL || bypass->signals[0] == NULL)
    return;
  gtk_switch_set_active (self->all_switch, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (signal_names); i++)
    gtk_check_button_set_active (self->checks[i], g_strv_contains ((const char *const *) bypass->signals, signal_names[i]));
}

GtkWidget *
vigil_bypass_dialog_new (GtkWindow *parent, VigilSession *session, VigilHandle handle)
{
  VigilBypassDialog *self = g_object_new (VIGIL_TYPE_BYPASS_DIALOG, "transient-for", parent, NULL);
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (session), handle);

  g_return_val_if_fail (candidate != NULL, NULL);

  self->session = g_object_ref (session);
  self->handle = handle;
  self->student_id = g_strdup (candidate->id);
  self->name = vigil_words_clean (candidate->name);
  adw_window_title_set_subtitle (self->heading, self->name);
  if (candidate->bypass != NULL && candidate->bypass->active)
    fill_from (self, candidate->bypass);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->reason_view));
  return GTK_WIDGET (self);
}
