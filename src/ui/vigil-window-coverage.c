/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window does about who was watched: patrol, and the proof. */
#include <glib/gi18n-lib.h>

#include "vigil-coverage-export.h"
#include "vigil-window-private.h"
#include "vigil-words.h"

#define MANY 2000 /* it takes long enough to wonder */

static void
patrol_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  VigilWindow *self = user_data;

  if (self->wall != NULL)
    vigil_wall_set_patrolling (self->wall, g_variant_get_boolean (value));
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = vigil_coverage_export_finish (result, &error);
  g_autofree char *clean = vigil_words_clean (name != NULL ? name : error->message);
  g_autofree char *text = NULL;

  if (name != NULL)
    /* Translators: %s is the name of a file; two others were written beside it. */
    text = g_strdup_printf (_("The coverage is in %s, with its intervals and a chart beside it"), clean);
  else
    /* Translators: %s is what went wrong, with the file's name. */
    text = g_strdup_printf (_("The coverage could not be written. %s"), clean);
  vigil_window_toast (self, text);
}

void
vigil_window_export_coverage (VigilWindow *self, GFile *folder)
{
  VigilSession *session = self->access->session;
  VigilCoverageReport *report = vigil_coverage_report_new (vigil_session_get_coverage (session), vigil_session_get_roster (session));
  const VigilSessionInfo *who = vigil_session_get_who (session);

  report->exam_id = g_strdup (self->exam->id);
  report->title = g_strdup (self->exam->title);
  report->hall = g_strdup (who != NULL ? who->hall : NULL);
  report->who = g_strdup (who != NULL ? who->user : NULL);
  if (report->rows->len >= MANY)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("Writing the coverage of %'u candidate…", "Writing the coverage of %'u candidates…",
                                                         report->rows->len), report->rows->len);

      vigil_window_toast (self, text);
    }
  vigil_coverage_export_async (report, folder, NULL, exported_cb, g_object_ref (self));
}

/* A folder, and not a file: there are three, and a sandbox gives nothing beside a file that was chosen. */
static void
folder_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  VigilWindow *self = user_data;
  g_autoptr (GFile) folder = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  gtk_native_dialog_destroy (dialog);
  if (folder != NULL && self->exam != NULL)
    vigil_window_export_coverage (self, folder);
  g_object_unref (dialog);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Export Coverage"), user_data, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                                              _("_Export Here"), NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (folder_cb), user_data, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static const GActionEntry entries[] = {
  { "patrol", NULL, NULL, "false", patrol_cb },
  { "export-coverage", export_cb },
};

static gboolean
is_patrolling (VigilWindow *self)
{
  return self->wall != NULL && vigil_wall_is_patrolling (self->wall);
}

static void
patrol_changed_cb (VigilWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "patrol");

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (is_patrolling (self)));
}

void
vigil_window_init_coverage (VigilWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

void
vigil_window_watch_coverage (VigilWindow *self)
{
  g_signal_connect_object (self->wall, "patrol-changed", G_CALLBACK (patrol_changed_cb), self, G_CONNECT_SWAPPED);
}

void
vigil_window_update_coverage (VigilWindow *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  vigil_window_set_enabled (self, "patrol", self->wall != NULL && g_strcmp0 (page, "wall") == 0);
  vigil_window_set_enabled (self, "export-coverage", self->exam != NULL);
  patrol_changed_cb (self);
}

gboolean
vigil_window_take_patrol_key (VigilWindow *self, guint keyval, GtkWidget *focus)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  if (!is_patrolling (self))
    return FALSE;
  /* What else Escape closes comes first. */
  if (keyval == GDK_KEY_Escape && g_strcmp0 (page, "wall") == 0 && !GTK_IS_EDITABLE (focus) &&
      (focus == NULL || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) == NULL))
    {
      vigil_wall_set_patrolling (self->wall, FALSE);
      return TRUE;
    }
  vigil_wall_touch (self->wall);
  return FALSE;
}
