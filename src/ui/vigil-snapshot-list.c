/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The snapshots that operators took of a candidate, with their notes. */
#include "vigil-snapshot-list.h"

#include <glib/gi18n-lib.h>

#include "vigil-evidence-thumb.h"
#include "vigil-text.h"
#include "vigil-words.h"

#define MAX_SHOWN 20u

struct _VigilSnapshotList
{
  GtkWidget parent_instance;

  VigilSession        *session;
  VigilEvidenceLoader *loader;
  char                *student_id;
  GCancellable        *cancellable; /* of the reading that goes on; NULL: none does */

  GtkWidget           *box;
  GtkListBox          *list;
  GtkWidget           *more;        /* there are older ones */
  GtkWidget           *failed;      /* they could not be read */
  GtkLabel            *why;
};

G_DEFINE_FINAL_TYPE (VigilSnapshotList, vigil_snapshot_list, GTK_TYPE_WIDGET)

static guint signal_enlarge;

char *
vigil_snapshot_list_caption (const VigilEvidenceItem *item)
{
  g_autofree char *when = vigil_words_time (item->at_ms);
  g_autofree char *by = vigil_words_clean (item->by != NULL ? item->by : "?");

  /* Translators: a user's name, then a time. */
  return g_strdup_printf (_("Snapshot by %s at %s, not live"), by, when);
}

static void
enlarge_cb (VigilSnapshotList *self, VigilEvidenceThumb *thumb)
{
  g_signal_emit (self, signal_enlarge, 0, vigil_evidence_thumb_get_item (thumb));
}

static GtkWidget *
build_row (VigilSnapshotList *self, VigilEvidenceItem *item)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *thumb = vigil_evidence_thumb_new (self->loader, item);
  g_autofree char *by = vigil_words_clean (item->by);
  g_autofree char *note = item->note != NULL ? vigil_words_clean (item->note) : NULL;
  g_autofree char *source = NULL;

  g_signal_connect_object (thumb, "enlarge", G_CALLBACK (enlarge_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (box, "member");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (box), thumb);
  gtk_box_append (GTK_BOX (box), words);
  gtk_label_set_text (vigil_text_append_label (words, note != NULL ? NULL : "dim-label"), note != NULL ? note : _("Without a note"));
  /* Translators: what a snapshot is of, then who took it. */
  source = g_strdup_printf (_("%s, taken by %s"), g_strcmp0 (item->kind, "screen") == 0 ? _("Shared screen") : _("Webcam"), by);
  gtk_label_set_text (vigil_text_append_label (words, "caption"), source);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, note != NULL ? note : source, -1);
  return row;
}

static void
empty (VigilSnapshotList *self)
{
  GtkWidget *row;

  while ((row = GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, 0))) != NULL)
    gtk_list_box_remove (self->list, row);
  gtk_widget_set_visible (self->more, FALSE);
  gtk_widget_set_visible (self->failed, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* What could not be read must not look as if there were none. */
static void
show_failure (VigilSnapshotList *self, const GError *error)
{
  g_autofree char *text = NULL;

  /* Translators: %s is what went wrong. */
  text = g_strdup_printf (_("The snapshots could not be read: %s"), vigil_words_error_title (error));
  vigil_text_set (self->why, text);
  gtk_widget_set_visible (self->failed, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->list), gtk_list_box_get_row_at_index (self->list, 0) != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilSnapshotList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = vigil_hall_directory_query_finish (VIGIL_HALL_DIRECTORY (source), result, &error);
  guint n = 0;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (items == NULL)
    {
      g_message ("Snapshots not read: %s", error->message);
      show_failure (self, error);
      return;
    }
  empty (self);
  gtk_widget_set_visible (GTK_WIDGET (self->list), TRUE);
  for (guint i = 0; i < items->len; i++)
    {
      VigilEvidenceItem *item = items->pdata[i];

      /* A hall that does not know the question answers with all of the evidence. */
      if (item->by == NULL || g_strcmp0 (item->kind, "audio") == 0)
        continue;
      if (n < MAX_SHOWN)
        gtk_list_box_append (self->list, build_row (self, item));
      n++;
    }
  gtk_widget_set_visible (self->more, n > MAX_SHOWN);
  gtk_widget_set_visible (GTK_WIDGET (self), gtk_list_box_get_row_at_index (self->list, 0) != NULL);
}

static void
stop_reading (VigilSnapshotList *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
read_again (VigilSnapshotList *self)
{
  VigilDirectoryArgs args = { .exam_id = vigil_session_get_exam_id (self->session), .student_id = self->student_id,
                              .snapshots = TRUE, .limit = MAX_SHOWN + 1 }; /* one more says that there are more */

  stop_reading (self);
  gtk_widget_set_visible (self->failed, FALSE);
  if (args.exam_id == NULL || args.student_id == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  vigil_hall_directory_query_async (vigil_session_get_directory (self->session), VIGIL_DIRECTORY_EVIDENCE, &args, self->cancellable,
                                    read_cb, g_object_ref (self));
}

static void
settled_cb (VigilSnapshotList *self, VigilOutboxItem *item)
{
  const VigilAction *action = vigil_outbox_item_get_action (item);

  if (action->kind == VIGIL_ACTION_SNAPSHOT && vigil_outbox_item_get_state (item) == VIGIL_ACTION_CONFIRMED &&
      self->student_id != NULL && g_strcmp0 (action->student_id, self->student_id) == 0)
    read_again (self);
}

void
vigil_snapshot_list_set_student (VigilSnapshotList *self, const char *student_id)
{
  g_return_if_fail (VIGIL_IS_SNAPSHOT_LIST (self));

  stop_reading (self);
  empty (self);
  g_free (self->student_id);
  self->student_id = g_strdup (student_id);
  read_again (self);
}

static void
vigil_snapshot_list_dispose (GObject *object)
{
  VigilSnapshotList *self = VIGIL_SNAPSHOT_LIST (object);

  stop_reading (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->student_id, g_free);
  g_clear_object (&self->loader);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_snapshot_list_parent_class)->dispose (object);
}

static void
vigil_snapshot_list_class_init (VigilSnapshotListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_snapshot_list_dispose;
  signal_enlarge = g_signal_new ("enlarge", VIGIL_TYPE_SNAPSHOT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 VIGIL_TYPE_EVIDENCE_ITEM);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

/* Says in a line what went wrong, beside what does it again. */
static GtkWidget *
build_failed (VigilSnapshotList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *button = vigil_text_new_button (_("Try Again"));

  self->why = vigil_text_append_label (box, NULL);
  gtk_widget_set_hexpand (GTK_WIDGET (self->why), TRUE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (read_again), self);
  gtk_box_append (GTK_BOX (box), button);
  gtk_widget_set_visible (box, FALSE);
  return box;
}

static GtkWidget *
build_more (void)
{
  g_autofree char *text = g_strdup_printf (_("Only the newest %u are listed; there are older ones."), MAX_SHOWN);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_visible (label, FALSE);
  return label;
}

static void
vigil_snapshot_list_init (VigilSnapshotList *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_label_set_text (vigil_text_append_label (self->box, "heading"), _("Snapshots"));
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Snapshots"), -1);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->list));
  self->more = build_more ();
  self->failed = build_failed (self);
  gtk_box_append (GTK_BOX (self->box), self->more);
  gtk_box_append (GTK_BOX (self->box), self->failed);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
vigil_snapshot_list_new (VigilSession *session, VigilEvidenceLoader *loader)
{
  VigilSnapshotList *self = g_object_new (VIGIL_TYPE_SNAPSHOT_LIST, NULL);

  self->session = g_object_ref (session);
  self->loader = g_object_ref (loader);
  g_signal_connect_object (vigil_session_get_outbox (session), "item-settled", G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
