/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says calmly that we have not seen somebody for too long, and leads there.
 *
 * It stands in the status bar and not in the banner: nothing is broken, and where a wall is larger than a screen it is
 * there whenever nobody patrols. */
#include "vigil-coverage-button.h"

#include <glib/gi18n-lib.h>

#include "vigil-text.h"
#include "vigil-words-coverage.h"
#include "vigil-words.h"

#define MAX_LISTED 6

struct _VigilCoverageButton
{
  GtkWidget parent_instance;

  VigilSession  *session;
  GtkMenuButton *button;
  GtkLabel      *label;
  GtkLabel      *title;
  GtkBox        *list;
  GtkLabel      *more;
};

G_DEFINE_FINAL_TYPE (VigilCoverageButton, vigil_coverage_button, GTK_TYPE_WIDGET)

static guint signal_show_candidate;

static void
update (VigilCoverageButton *self)
{
  VigilCoverage *coverage = vigil_session_get_coverage (self->session);
  guint n = vigil_coverage_get_n_due (coverage);
  g_autofree char *text = vigil_words_unseen_short (n, vigil_coverage_get_warn_seconds (coverage));
  g_autofree char *sentence = vigil_words_unseen (n, vigil_coverage_get_warn_seconds (coverage));

  /* In a hall without video nobody could look. */
  if (!vigil_session_has_video (self->session))
    n = 0;
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  if (n == 0)
    gtk_menu_button_popdown (self->button);
  vigil_text_set (self->label, text);
  vigil_text_set (self->title, sentence);
  /* What gets the focus is the button inside. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->button))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
}

static void
chosen_cb (GtkWidget *row, gpointer user_data)
{
  VigilCoverageButton *self = user_data;
  guint handle = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "handle"));

  gtk_menu_button_popdown (self->button);
  g_signal_emit (self, signal_show_candidate, 0, handle);
}

static void
add_row (VigilCoverageButton *self, VigilHandle handle)
{
  const VigilCandidate *candidate = vigil_roster_get (vigil_session_get_roster (self->session), handle);
  gint64 unseen_ms = vigil_coverage_get_unseen_ms (vigil_session_get_coverage (self->session), handle);
  g_autofree char *name = candidate != NULL ? vigil_words_clean (candidate->name) : g_strdup ("?");
  g_autofree char *subject = vigil_words_subject (name);
  g_autofree char *age = vigil_words_age (unseen_ms / 1000);
  /* Translators: a candidate's name, then an age such as "12 min" for which nobody looked. */
  g_autofree char *text = g_strdup_printf (_("%s, for %s"), subject, age);
  GtkWidget *row = gtk_button_new_with_label (text);
  GtkLabel *label = GTK_LABEL (gtk_button_get_child (GTK_BUTTON (row)));

  gtk_label_set_xalign (label, 0);
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (label, 40);
  gtk_widget_add_css_class (row, "flat");
  g_object_set_data (G_OBJECT (row), "handle", GUINT_TO_POINTER (handle));
  g_signal_connect (row, "clicked", G_CALLBACK (chosen_cb), self);
  gtk_box_append (self->list, row);
}

/* As they are at the moment it is opened; under the pointer it should not change. Before it is shown: a popover in which
 * nothing takes the focus yet has GTK complain. */
static void
fill_cb (GtkMenuButton *button, gpointer user_data)
{
  VigilCoverageButton *self = user_data;
  VigilCoverage *coverage = vigil_session_get_coverage (self->session);
  VigilHandle handle = VIGIL_HANDLE_NONE;
  guint n = vigil_coverage_get_n_due (coverage), listed = MIN (n, MAX_LISTED);
  g_autofree char *more = g_strdup_printf (ngettext ("and %'u more", "and %'u more", n - listed), n - listed);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_box_remove (self->list, child);
  for (guint i = 0; i < listed; i++)
    {
      handle = vigil_coverage_next_unseen (coverage, handle);
      if (handle == VIGIL_HANDLE_NONE)
        break;
      add_row (self, handle);
    }
  gtk_label_set_text (self->more, more);
  gtk_widget_set_visible (GTK_WIDGET (self->more), n > listed);
}

const char *
vigil_coverage_button_get_text (VigilCoverageButton *self)
{
  g_return_val_if_fail (VIGIL_IS_COVERAGE_BUTTON (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self)) ? gtk_label_get_text (self->label) : NULL;
}

static void
vigil_coverage_button_dispose (GObject *object)
{
  VigilCoverageButton *self = VIGIL_COVERAGE_BUTTON (object);

  if (self->button != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->button)));
  g_clear_object (&self->session);
  G_OBJECT_CLASS (vigil_coverage_button_parent_class)->dispose (object);
}

static void
vigil_coverage_button_class_init (VigilCoverageButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_coverage_button_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "coveragebutton");
  signal_show_candidate = g_signal_new ("show-candidate", VIGIL_TYPE_COVERAGE_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_UINT);
}

static GtkWidget *
build_popover (VigilCoverageButton *self)
{
  GtkWidget *popover = gtk_popover_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8), *patrol;
  GtkLabel *text;

  gtk_widget_add_css_class (box, "coverage-popover");
  self->title = vigil_text_append_label (box, "heading");
  text = vigil_text_append_label (box, "dim-label");
  gtk_label_set_text (text, _("Their cameras are on, and nobody looked from here. The gap is ours; it says nothing about them."));
  gtk_label_set_max_width_chars (text, 44);
  self->list = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list));
  self->more = vigil_text_append_label (box, "dim-label");
  patrol = vigil_text_new_button (_("Start _Patrol"));
  gtk_widget_add_css_class (patrol, "suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (patrol), "win.patrol");
  g_signal_connect_object (patrol, "clicked", G_CALLBACK (gtk_popover_popdown), popover, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), patrol);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  return popover;
}

static void
vigil_coverage_button_init (VigilCoverageButton *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "numeric");
  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name ("view-conceal-symbolic"));
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->label));
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_child (self->button, content);
  gtk_menu_button_set_direction (self->button, GTK_ARROW_UP);
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "warning");
  gtk_menu_button_set_popover (self->button, build_popover (self));
  gtk_menu_button_set_create_popup_func (self->button, fill_cb, self, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->button), GTK_WIDGET (self));
}

GtkWidget *
vigil_coverage_button_new (VigilSession *session)
{
  VigilCoverageButton *self = g_object_new (VIGIL_TYPE_COVERAGE_BUTTON, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (vigil_session_get_coverage (session), "due-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "rung-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
