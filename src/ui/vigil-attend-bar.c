/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a candidate waits in the queue, and what can be decided about it. */
#include "vigil-attend-bar.h"

#include <glib/gi18n-lib.h>

#include "vigil-badge.h"
#include "vigil-clock.h"
#include "vigil-text.h"
#include "vigil-words.h"
#include "vigil-words-triage.h"

#define BADGE_SIZE 20

struct _VigilAttendBar
{
  GtkWidget parent_instance;

  VigilSession    *session;
  VigilTriage     *triage;     /* borrowed from the session */
  char            *student_id;
  VigilTriageItem *item;       /* shown */
  guint            tick_id;

  GtkWidget       *box;
  VigilBadge      *badge;
  GtkLabel        *title;
  GtkLabel        *detail;
  GtkWidget       *decide;     /* the buttons of somebody who looks after it */
  GtkWidget       *attend;
};

G_DEFINE_FINAL_TYPE (VigilAttendBar, vigil_attend_bar, GTK_TYPE_WIDGET)

static guint signal_attend;

static VigilTriageItem *
find_item (VigilAttendBar *self)
{
  VigilTriageItem *current = vigil_triage_get_current (self->triage);

  if (self->student_id == NULL)
    return NULL;
  if (current != NULL && g_strcmp0 (vigil_triage_item_get_student_id (current), self->student_id) == 0)
    return current;
  return vigil_triage_queue_find_open (vigil_triage_get_queue (self->triage), self->student_id);
}

static void
update_words (VigilAttendBar *self)
{
  g_autofree char *title = vigil_words_triage_title (self->session, self->item);
  g_autofree char *age = vigil_words_triage_age (self->item, vigil_clock_hall_ms ());
  g_autofree char *when = vigil_words_time (vigil_triage_item_get_at_ms (self->item));
  g_autofree char *state = vigil_words_triage_state (self->session, self->item);
  g_autofree char *detail = NULL;

  /* Translators: when it was seen, how long ago that is, whose it is (may be empty, with what is before it). */
  detail = g_strdup_printf (_("%s, %s%s%s"), when, age, state != NULL ? " · " : "", state != NULL ? state : "");
  vigil_text_set (self->title, title);
  vigil_text_set (self->detail, detail);
}

static void
update (VigilAttendBar *self)
{
  VigilTriageItem *item = find_item (self);
  gboolean ours;

  g_set_object (&self->item, item);
  gtk_widget_set_visible (GTK_WIDGET (self), item != NULL);
  if (item == NULL)
    return;
  ours = item == vigil_triage_get_current (self->triage) && vigil_triage_item_get_state (item) != VIGIL_TRIAGE_COLLEAGUE;
  vigil_badge_set_band (self->badge, vigil_triage_item_get_band (item));
  gtk_widget_set_visible (self->decide, ours && !vigil_triage_item_get_sending (item));
  gtk_widget_set_visible (self->attend, !ours && vigil_triage_item_get_state (item) != VIGIL_TRIAGE_COLLEAGUE);
  update_words (self);
}

static gboolean
tick_cb (gpointer user_data)
{
  VigilAttendBar *self = user_data;

  if (self->item != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    update_words (self);
  return G_SOURCE_CONTINUE;
}

static void
attend_cb (VigilAttendBar *self)
{
  if (self->item != NULL)
    g_signal_emit (self, signal_attend, 0, self->item);
}

void
vigil_attend_bar_set_student (VigilAttendBar *self, const char *student_id)
{
  g_return_if_fail (VIGIL_IS_ATTEND_BAR (self));

  g_free (self->student_id);
  self->student_id = g_strdup (student_id);
  update (self);
}

static void
vigil_attend_bar_dispose (GObject *object)
{
  VigilAttendBar *self = VIGIL_ATTEND_BAR (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->item);
  g_clear_object (&self->session);
  g_clear_pointer (&self->student_id, g_free);
  G_OBJECT_CLASS (vigil_attend_bar_parent_class)->dispose (object);
}

static void
vigil_attend_bar_class_init (VigilAttendBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_attend_bar_dispose;
  signal_attend = g_signal_new ("attend", VIGIL_TYPE_ATTEND_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, VIGIL_TYPE_TRIAGE_ITEM);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "attendbar");
}

static void
add_button (GtkWidget *box, const char *label, const char *tooltip, const char *action, const char *css_class)
{
  GtkWidget *button = vigil_text_new_button (label);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  if (css_class != NULL)
    gtk_widget_add_css_class (button, css_class);
  gtk_box_append (GTK_BOX (box), button);
}

static void
build_buttons (VigilAttendBar *self)
{
  self->decide = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_set_homogeneous (GTK_BOX (self->decide), TRUE);
  add_button (self->decide, _("_Confirm"), _("It is what it says it is (C)"), "win.confirm", NULL);
  add_button (self->decide, _("_Dismiss…"), _("There is nothing in it (D)"), "win.dismiss", NULL);
  add_button (self->decide, _("_Hand Up…"), _("Somebody with more rights should decide (E)"), "win.escalate", NULL);
  add_button (self->decide, _("Snoo_ze"), _("Put it off for a while (Z)"), "win.snooze", NULL);
  gtk_box_append (GTK_BOX (self->box), self->decide);

  self->attend = vigil_text_new_button (_("_Look After This"));
  gtk_widget_set_halign (self->attend, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->attend, "suggested-action");
  g_signal_connect_swapped (self->attend, "clicked", G_CALLBACK (attend_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->attend);
}

static void
vigil_attend_bar_init (VigilAttendBar *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), line);
  self->badge = VIGIL_BADGE (vigil_badge_new (BADGE_SIZE));
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->badge));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (line), words);
  self->title = vigil_text_append_label (words, "heading");
  self->detail = vigil_text_append_label (words, "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->detail), "numeric");
  build_buttons (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
vigil_attend_bar_new (VigilSession *session)
{
  VigilAttendBar *self = g_object_new (VIGIL_TYPE_ATTEND_BAR, NULL);

  self->session = g_object_ref (session);
  self->triage = vigil_session_get_triage (session);
  g_signal_connect_object (self->triage, "current-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vigil_triage_get_queue (self->triage), "counts-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  self->tick_id = g_timeout_add_seconds (1, tick_cb, self);
  return GTK_WIDGET (self);
}
