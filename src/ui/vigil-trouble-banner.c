/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line across the window, there only while something is wrong with us (Adwaita 1.2 has no banner). */
#include "vigil-trouble-banner.h"

#include <glib/gi18n-lib.h>

#include "vigil-clock.h"
#include "vigil-text.h"

struct _VigilTroubleBanner
{
  GtkWidget parent_instance;

  VigilSession *session;
  guint         timer_id;
  VigilRemedy   remedy;
  gboolean      needs_token;

  GtkWidget    *revealer;
  GtkWidget    *box;
  GtkLabel     *title;
  GtkLabel     *text;
  GtkWidget    *button;
};

G_DEFINE_FINAL_TYPE (VigilTroubleBanner, vigil_trouble_banner, GTK_TYPE_WIDGET)

static guint signal_sign_in;

static void
update (VigilTroubleBanner *self)
{
  g_autoptr (VigilTrouble) trouble = NULL;

  if (self->session != NULL)
    trouble = vigil_trouble_find (self->session, self->needs_token, vigil_clock_monotonic_us ());
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), trouble != NULL);
  if (trouble == NULL)
    return;
  gtk_widget_set_visible (self->box, TRUE);
  vigil_text_set (self->title, trouble->title);
  vigil_text_set (self->text, trouble->text);
  self->remedy = trouble->remedy;
  gtk_widget_set_visible (self->button, trouble->remedy != VIGIL_REMEDY_NONE);
  gtk_button_set_label (GTK_BUTTON (self->button), trouble->remedy == VIGIL_REMEDY_SIGN_IN ? _("Sign In…") : _("Try Now"));
  if (trouble->severe)
    gtk_widget_add_css_class (self->box, "severe");
  else
    gtk_widget_remove_css_class (self->box, "severe");
}

static gboolean
timer_cb (gpointer user_data)
{
  update (user_data);
  return G_SOURCE_CONTINUE;
}

static void
link_changed_cb (VigilSession *session, gpointer user_data)
{
  update (user_data);
}

static void
trouble_cb (VigilSession *session, const char *part, gboolean degraded, const char *reason, gpointer user_data)
{
  update (user_data);
}

static void
button_cb (GtkButton *button, gpointer user_data)
{
  VigilTroubleBanner *self = user_data;

  if (self->remedy == VIGIL_REMEDY_SIGN_IN)
    g_signal_emit (self, signal_sign_in, 0);
  else if (self->session != NULL)
    vigil_hall_feed_reconnect_now (vigil_session_get_feed (self->session));
}

static void
drop_session (VigilTroubleBanner *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
}

void
vigil_trouble_banner_set_session (VigilTroubleBanner *self, VigilSession *session)
{
  g_return_if_fail (VIGIL_IS_TROUBLE_BANNER (self));

  drop_session (self);
  self->needs_token = FALSE;
  if (session != NULL)
    {
      self->session = g_object_ref (session);
      g_signal_connect (session, "link-changed", G_CALLBACK (link_changed_cb), self);
      g_signal_connect (session, "trouble", G_CALLBACK (trouble_cb), self);
      self->timer_id = g_timeout_add_seconds (1, timer_cb, self);
    }
  update (self);
}

void
vigil_trouble_banner_set_needs_token (VigilTroubleBanner *self, gboolean needs_token)
{
  g_return_if_fail (VIGIL_IS_TROUBLE_BANNER (self));

  self->needs_token = needs_token;
  update (self);
}

static void
vigil_trouble_banner_dispose (GObject *object)
{
  VigilTroubleBanner *self = VIGIL_TROUBLE_BANNER (object);

  drop_session (self);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (vigil_trouble_banner_parent_class)->dispose (object);
}

static void
vigil_trouble_banner_class_init (VigilTroubleBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_trouble_banner_dispose;
  signal_sign_in = g_signal_new ("sign-in", VIGIL_TYPE_TROUBLE_BANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
vigil_trouble_banner_init (VigilTroubleBanner *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  self->revealer = gtk_revealer_new ();
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
  self->box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_HORIZONTAL, "spacing", 12,
                            "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "css-name", "troublebanner", NULL);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), self->box);
  gtk_box_append (GTK_BOX (self->box), icon);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (self->box), words);
  self->title = vigil_text_append_label (words, "heading");
  self->text = vigil_text_append_label (words, NULL);
  self->button = gtk_button_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect (self->button, "clicked", G_CALLBACK (button_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->button);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->title, NULL, -1);
  gtk_widget_set_visible (self->box, FALSE);
}

GtkWidget *
vigil_trouble_banner_new (void)
{
  return g_object_new (VIGIL_TYPE_TROUBLE_BANNER, NULL);
}
