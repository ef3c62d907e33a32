/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exams of a hall. */
#include "vigil-exam-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "vigil-spinner.h"
#include "vigil-words.h"

struct _VigilExamList
{
  GtkWidget parent_instance;

  VigilHallDirectory *directory;
  GCancellable       *cancellable;
  GPtrArray          *exams;    /* of VigilExam */
  GPtrArray          *rows;
  char               *wanted;
  gboolean            only;

  GtkStack           *stack;
  GtkSpinner         *spinner;
  AdwStatusPage      *error_page;
  AdwPreferencesGroup *group;
};

G_DEFINE_FINAL_TYPE (VigilExamList, vigil_exam_list, GTK_TYPE_WIDGET)

static guint signal_chosen;

static void
row_cb (VigilExamList *self, AdwActionRow *row)
{
  g_signal_emit (self, signal_chosen, 0, g_object_get_data (G_OBJECT (row), "exam"));
}

static void
add_row (VigilExamList *self, VigilExam *exam)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = vigil_words_clean (exam->title);
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  g_autofree char *state = vigil_words_exam_state (exam->state);
  g_autofree char *starts = exam->starts_at_ms > 0 ? vigil_words_time (exam->starts_at_ms) : NULL;
  g_autofree char *ends = exam->ends_at_ms > 0 ? vigil_words_time (exam->ends_at_ms) : NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *escaped_subtitle = NULL;

  /* Translators: state of an exam, its candidates, how many of them stream. */
  subtitle = g_strdup_printf (_("%s · %'u candidates · %'u streaming%s%s%s%s"), state, exam->candidates, exam->streaming,
                              starts != NULL ? " · " : "", starts != NULL ? starts : "", ends != NULL ? "–" : "", ends != NULL ? ends : "");
  escaped_subtitle = g_markup_escape_text (subtitle, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped_subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "exam", exam);
  g_signal_connect_object (row, "activated", G_CALLBACK (row_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
}

static void
clear_rows (VigilExamList *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

static VigilExam *
find_wanted (VigilExamList *self)
{
  VigilExam *running = NULL;
  guint n_running = 0;

  for (guint i = 0; i < self->exams->len; i++)
    {
      VigilExam *exam = self->exams->pdata[i];

      if (self->wanted != NULL && g_strcmp0 (exam->id, self->wanted) == 0)
        return exam;
      if (g_strcmp0 (exam->state, "running") == 0)
        {
          running = exam;
          n_running++;
        }
    }
  return self->only && self->wanted == NULL && n_running == 1 ? running : NULL;
}

static void
exams_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilExamList) self = user_data;
  g_autoptr (GError) error = NULL;
  GPtrArray *exams = vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);
  VigilExam *wanted;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (exams == NULL)
    {
      g_autofree char *body = vigil_words_error_body (error);
      g_autofree char *escaped = g_markup_escape_text (body, -1); /* a description is markup, and the hall may have had a say */

      adw_status_page_set_title (self->error_page, vigil_words_error_title (error));
      adw_status_page_set_description (self->error_page, escaped);
      gtk_stack_set_visible_child_name (self->stack, "error");
      return;
    }
  clear_rows (self);
  g_clear_pointer (&self->exams, g_ptr_array_unref);
  self->exams = exams;
  for (guint i = 0; i < exams->len; i++)
    add_row (self, exams->pdata[i]);
  gtk_stack_set_visible_child_name (self->stack, exams->len > 0 ? "list" : "empty");
  wanted = find_wanted (self);
  self->only = FALSE;
  if (wanted != NULL)
    g_signal_emit (self, signal_chosen, 0, wanted);
}

static void
query (VigilExamList *self)
{
  VigilDirectoryArgs args = { 0 };

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  gtk_stack_set_visible_child_name (self->stack, "loading");
  vigil_hall_directory_query_async (self->directory, VIGIL_DIRECTORY_EXAMS, &args, self->cancellable, exams_cb, g_object_ref (self));
}

void
vigil_exam_list_load (VigilExamList *self, VigilHallDirectory *directory, const char *exam_id, gboolean only)
{
  g_return_if_fail (VIGIL_IS_EXAM_LIST (self));
  g_return_if_fail (VIGIL_IS_HALL_DIRECTORY (directory));

  g_set_object (&self->directory, directory);
  g_free (self->wanted);
  self->wanted = g_strdup (exam_id);
  self->only = only;
  query (self);
}

static void
reload_cb (VigilExamList *self)
{
  if (self->directory != NULL)
    query (self);
}

static void
vigil_exam_list_dispose (GObject *object)
{
  VigilExamList *self = VIGIL_EXAM_LIST (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->directory);
  g_clear_pointer (&self->exams, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->wanted, g_free);
  if (self->stack != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->stack)));
  G_OBJECT_CLASS (vigil_exam_list_parent_class)->dispose (object);
}

static void
vigil_exam_list_class_init (VigilExamListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_exam_list_dispose;
  signal_chosen = g_signal_new ("chosen", VIGIL_TYPE_EXAM_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/vigil/Vigil/ui/vigil-exam-list.ui");
  gtk_widget_class_bind_template_child (widget_class, VigilExamList, stack);
  gtk_widget_class_bind_template_child (widget_class, VigilExamList, spinner);
  gtk_widget_class_bind_template_child (widget_class, VigilExamList, error_page);
  gtk_widget_class_bind_template_child (widget_class, VigilExamList, group);
  gtk_widget_class_bind_template_callback (widget_class, reload_cb);
}

static void
vigil_exam_list_init (VigilExamList *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  vigil_spinner_tie (self->spinner);
}

GtkWidget *
vigil_exam_list_new (void)
{
  return g_object_new (VIGIL_TYPE_EXAM_LIST, NULL);
}
