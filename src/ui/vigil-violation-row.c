/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A violation in a list: what was seen, when, how often, and its evidence frames. */
#include "vigil-violation-row.h"

#include <glib/gi18n-lib.h>

#include "vigil-badge.h"
#include "vigil-evidence-thumb.h"
#include "vigil-text.h"
#include "vigil-words.h"

#define MAX_FRAMES 6
#define BADGE_SIZE 16
#define BADGE_GAP 10

struct _VigilViolationRow
{
  GtkListBoxRow parent_instance;

  VigilScoringPolicy  *policy;
  VigilEvidenceLoader *loader;
  VigilViolation      *violation;
  guint                n_frames;

  VigilBadge          *badge;
  GtkLabel            *title;
  GtkLabel            *detail;
  GtkFlowBox          *frames;
};

G_DEFINE_FINAL_TYPE (VigilViolationRow, vigil_violation_row, GTK_TYPE_LIST_BOX_ROW)

static guint signal_enlarge;

static void
enlarge_cb (VigilViolationRow *self, VigilEvidenceThumb *thumb)
{
  g_signal_emit (self, signal_enlarge, 0, vigil_evidence_thumb_get_item (thumb));
}

static void
add_frames (VigilViolationRow *self)
{
  GPtrArray *evidence = self->violation->evidence;

  for (guint i = self->n_frames; evidence != NULL && i < evidence->len && i < MAX_FRAMES; i++)
    {
      VigilEvidenceItem *item = evidence->pdata[i];
      GtkWidget *thumb;

      self->n_frames++;
      if (g_strcmp0 (item->kind, "audio") == 0)
        continue;
      thumb = vigil_evidence_thumb_new (self->loader, item);
      g_signal_connect_object (thumb, "enlarge", G_CALLBACK (enlarge_cb), self, G_CONNECT_SWAPPED);
      gtk_flow_box_append (self->frames, thumb);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->frames), gtk_flow_box_get_child_at_index (self->frames, 0) != NULL);
}

static char *
describe (VigilViolation *violation)
{
  g_autofree char *when = vigil_words_time (violation->at_ms);
  GString *text = g_string_new (when);

  g_string_append_printf (text, " · %s", vigil_words_band (violation->severity));
  if (violation->count > 1)
    /* Translators: how often a violation was seen. */
    g_string_append_printf (text, ngettext (" · seen %u time", " · seen %u times", violation->count), violation->count);
  if (violation->verdict != VIGIL_VERDICT_OPEN)
    g_string_append_printf (text, " · %s", vigil_words_verdict (violation->verdict));
  return g_string_free (text, FALSE);
}

void
vigil_violation_row_set_violation (VigilViolationRow *self, VigilViolation *violation)
{
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;

  g_return_if_fail (VIGIL_IS_VIOLATION_ROW (self));

  if (self->violation == violation)
    return;
  vigil_violation_ref (violation);
  g_clear_pointer (&self->violation, vigil_violation_unref);
  self->violation = violation;
  title = vigil_words_violation (self->policy, violation->type);
  detail = describe (violation);
  vigil_badge_set_band (self->badge, violation->severity);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->detail, detail);
  add_frames (self);
}

VigilViolation *
vigil_violation_row_get_violation (VigilViolationRow *self)
{
  g_return_val_if_fail (VIGIL_IS_VIOLATION_ROW (self), NULL);

  return self->violation;
}

static void
vigil_violation_row_dispose (GObject *object)
{
  VigilViolationRow *self = VIGIL_VIOLATION_ROW (object);

  g_clear_object (&self->policy);
  g_clear_object (&self->loader);
  g_clear_pointer (&self->violation, vigil_violation_unref);
  G_OBJECT_CLASS (vigil_violation_row_parent_class)->dispose (object);
}

static void
vigil_violation_row_class_init (VigilViolationRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_violation_row_dispose;
  signal_enlarge = g_signal_new ("enlarge", VIGIL_TYPE_VIOLATION_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, VIGIL_TYPE_EVIDENCE_ITEM);
}

static void
vigil_violation_row_init (VigilViolationRow *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, BADGE_GAP);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  g_object_set (outer, "margin-top", 10, "margin-bottom", 10, "margin-start", 12, "margin-end", 12, NULL);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), outer);
  gtk_box_append (GTK_BOX (outer), line);
  self->badge = VIGIL_BADGE (vigil_badge_new (BADGE_SIZE));
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->badge));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (line), words);
  self->title = vigil_text_append_label (words, "body");
  self->detail = vigil_text_append_label (words, "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->detail), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->detail), "numeric");
  self->frames = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->frames, GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (self->frames, 3);
  gtk_flow_box_set_column_spacing (self->frames, 4);
  gtk_flow_box_set_homogeneous (self->frames, TRUE);
  gtk_widget_set_halign (GTK_WIDGET (self->frames), GTK_ALIGN_START);
  gtk_widget_set_margin_start (GTK_WIDGET (self->frames), BADGE_SIZE + BADGE_GAP); /* under the words */
  gtk_widget_set_visible (GTK_WIDGET (self->frames), FALSE);
  gtk_box_append (GTK_BOX (outer), GTK_WIDGET (self->frames));
}

GtkWidget *
vigil_violation_row_new (VigilScoringPolicy *policy, VigilEvidenceLoader *loader)
{
  VigilViolationRow *self = g_object_new (VIGIL_TYPE_VIOLATION_ROW, NULL);

  self->policy = g_object_ref (policy);
  self->loader = g_object_ref (loader);
  return GTK_WIDGET (self);
}
