/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What patrol is at, in words, with a way to end it. */
#include "vigil-patrol-bar.h"

#include <glib/gi18n-lib.h>

#include "vigil-text.h"

struct _VigilPatrolBar
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkImage  *icon;
  GtkLabel  *label;
  GtkLabel  *blind;
  GtkWidget *end;
};

G_DEFINE_FINAL_TYPE (VigilPatrolBar, vigil_patrol_bar, GTK_TYPE_WIDGET)

static char *
make_words (const VigilPatrolStatus *status)
{
  switch (status->state)
    {
    case VIGIL_PATROL_WAITING:
      /* Translators: patrol shows one page of the wall after the other; page and how many there are. */
      return g_strdup_printf (_("Patrol: page %u of %u, waiting for video"), status->page, status->n_pages);
    case VIGIL_PATROL_HOLDING:
      /* Translators: page, how many there are, seconds until the next. */
      return g_strdup_printf (_("Patrol: page %u of %u, next in %u s"), status->page, status->n_pages, status->seconds);
    case VIGIL_PATROL_TOUCHED:
      /* Translators: %u is seconds. */
      return g_strdup_printf (_("Patrol paused: goes on in %u s"), status->seconds);
    case VIGIL_PATROL_BLOCKED:
      return g_strdup (_("Patrol paused while something else is open"));
    case VIGIL_PATROL_NOBODY:
      return g_strdup (_("Patrol: nobody here has a camera that could be seen"));
    case VIGIL_PATROL_OFF:
    default:
      return g_strdup ("");
    }
}

static const char *
icon_of (VigilPatrolState state)
{
  return state == VIGIL_PATROL_TOUCHED || state == VIGIL_PATROL_BLOCKED ? "media-playback-pause-symbolic" : "media-playlist-repeat-symbolic";
}

void
vigil_patrol_bar_show (VigilPatrolBar *self, const VigilPatrolStatus *status)
{
  g_autofree char *words = make_words (status);
  g_autofree char *blind = NULL;

  g_return_if_fail (VIGIL_IS_PATROL_BAR (self));

  gtk_widget_set_visible (GTK_WIDGET (self), status->state != VIGIL_PATROL_OFF);
  vigil_text_set (self->label, words);
  if (g_strcmp0 (gtk_image_get_icon_name (self->icon), icon_of (status->state)) != 0)
    gtk_image_set_from_icon_name (self->icon, icon_of (status->state));
  gtk_widget_set_visible (GTK_WIDGET (self->blind), status->n_blind > 0 && status->state != VIGIL_PATROL_NOBODY);
  if (status->n_blind == 0)
    return;
  blind = g_strdup_printf (ngettext ("%'u without a camera cannot be seen", "%'u without a camera cannot be seen", status->n_blind), status->n_blind);
  vigil_text_set (self->blind, blind);
}

const char *
vigil_patrol_bar_get_text (VigilPatrolBar *self)
{
  g_return_val_if_fail (VIGIL_IS_PATROL_BAR (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self)) ? gtk_label_get_text (self->label) : NULL;
}

static void
vigil_patrol_bar_dispose (GObject *object)
{
  g_clear_pointer (&VIGIL_PATROL_BAR (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (vigil_patrol_bar_parent_class)->dispose (object);
}

static void
vigil_patrol_bar_class_init (VigilPatrolBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_patrol_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "patrolbar");
}

static void
vigil_patrol_bar_init (VigilPatrolBar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_add_css_class (self->box, "osd");
  gtk_widget_add_css_class (self->box, "toolbar");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_widget_set_margin_start (GTK_WIDGET (self->icon), 6);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1); /* the words say it */
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->icon));
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "numeric");
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->label));
  self->blind = GTK_LABEL (gtk_label_new (NULL));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->blind));
  /* Translators: ends the patrol. */
  self->end = gtk_button_new_with_label (_("End"));
  gtk_widget_set_tooltip_text (self->end, _("End the patrol (P or Escape)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->end), GTK_ACCESSIBLE_PROPERTY_LABEL, _("End the patrol"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->end), "wall.end-patrol");
  gtk_box_append (GTK_BOX (self->box), self->end);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
vigil_patrol_bar_new (void)
{
  return g_object_new (VIGIL_TYPE_PATROL_BAR, "halign", GTK_ALIGN_END, "valign", GTK_ALIGN_END, "margin-bottom", 12,
                       "margin-end", 24, NULL);
}
