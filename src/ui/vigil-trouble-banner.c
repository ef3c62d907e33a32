/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line across the window, there only while something is wrong with us (Adwaita 1.2 has no banner). */
#include "vigil-trouble-banner.h"

#include <glib/gi18n-lib.h>

#include "vigil-clock.h"
#include "vigil-text.h"

/* More than these at once are counted, not listed: the wall is what people are here for. */
#define MAX_ROWS 5

/* What a text asks for in a list; it takes what is left. One that asks for all of itself would push the heads out of line. */
#define LIST_CHARS 24

/* One trouble: what, since when, what it means. */
typedef struct
{
  GtkWidget *box;
  GtkLabel  *title;
  GtkLabel  *since;
  GtkLabel  *text;
} Row;

struct _VigilTroubleBanner
{
  GtkWidget parent_instance;

  VigilSession *session;
  guint         timer_id;
  VigilRemedy   remedy;
  gboolean      needs_token;

  GtkWidget    *revealer;
  GtkWidget    *box;
  Row           rows[MAX_ROWS];
  GtkLabel     *more;
  GtkWidget    *button;
  char         *spoken;    /* what the accessible name says */
};

G_DEFINE_FINAL_TYPE (VigilTroubleBanner, vigil_trouble_banner, GTK_TYPE_WIDGET)

static guint signal_sign_in;

static void
show_row (Row *row, const VigilTrouble *trouble, gint64 now_us, gboolean alone)
{
  g_autofree char *since = NULL;

  gtk_widget_set_visible (row->box, trouble != NULL);
  if (trouble == NULL)
    return;
  since = vigil_trouble_describe_since (trouble, now_us);
  vigil_text_set (row->title, trouble->title);
  vigil_text_set (row->since, since);
  if (g_strcmp0 (gtk_label_get_text (row->text), trouble->text) != 0)
    {
      gtk_label_set_text (row->text, trouble->text);
      gtk_widget_set_tooltip_text (GTK_WIDGET (row->text), trouble->text); /* in a list it may be cut off */
    }
  gtk_widget_set_visible (GTK_WIDGET (row->since), *since != '\0');
  /* One has room for two lines; several are a list with a line each. */
  gtk_orientable_set_orientation (GTK_ORIENTABLE (row->box), alone ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (GTK_BOX (row->box), alone ? 1 : 12);
  gtk_label_set_wrap (row->text, alone);
  gtk_label_set_ellipsize (row->text, alone ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (row->text, alone ? -1 : LIST_CHARS);
}

/* Spoken when something begins or ends, not with every second of its age. */
static void
speak (VigilTroubleBanner *self, GPtrArray *list)
{
  GString *name = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (name, "%s%s", i > 0 ? ". " : "", ((VigilTrouble *) g_ptr_array_index (list, i))->title);
  if (g_strcmp0 (name->str, self->spoken) != 0)
    {
      g_free (self->spoken);
      self->spoken = g_strdup (name->str);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, self->spoken, -1);
    }
  g_string_free (name, TRUE);
}

static void
show_list (VigilTroubleBanner *self, GPtrArray *list, gint64 now_us)
{
  const VigilTrouble *gravest = g_ptr_array_index (list, 0);
  guint more = list->len > MAX_ROWS ? list->len - MAX_ROWS : 0;
  g_autofree char *count = g_strdup_printf (ngettext ("and %u more", "and %u more", more), more);

  for (guint i = 0; i < MAX_ROWS; i++)
    show_row (&self->rows[i], i < list->len ? g_ptr_array_index (list, i) : NULL, now_us, list->len == 1);
  gtk_widget_set_visible (GTK_WIDGET (self->more), more > 0);
  vigil_text_set (self->more, count);

  self->remedy = gravest->remedy;
  gtk_widget_set_visible (self->button, gravest->remedy != VIGIL_REMEDY_NONE);
  gtk_button_set_label (GTK_BUTTON (self->button), gravest->remedy == VIGIL_REMEDY_SIGN_IN ? _("Sign In…") : _("Try Now"));
  if (gravest->severe)
    gtk_widget_add_css_class (self->box, "severe");
  else
    gtk_widget_remove_css_class (self->box, "severe");
  speak (self, list);
}

static void
update (VigilTroubleBanner *self)
{
  gint64 now_us = vigil_clock_monotonic_us ();
  g_autoptr (GPtrArray) list = self->session != NULL ? vigil_trouble_list (self->session, self->needs_token, now_us) : NULL;
  gboolean any = list != NULL && list->len > 0;

  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), any);
  if (!any)
    return;
  gtk_widget_set_visible (self->box, TRUE);
  show_list (self, list, now_us);
}

/* What is over is not there for a screen reader either. */
static void
revealed_cb (VigilTroubleBanner *self)
{
  GtkRevealer *revealer = GTK_REVEALER (self->revealer);

  if (!gtk_revealer_get_reveal_child (revealer) && !gtk_revealer_get_child_revealed (revealer))
    gtk_widget_set_visible (self->box, FALSE);
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
  if (self->revealer != NULL)
    g_signal_handlers_disconnect_by_data (self->revealer, self);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (vigil_trouble_banner_parent_class)->dispose (object);
}

static void
vigil_trouble_banner_finalize (GObject *object)
{
  g_free (VIGIL_TROUBLE_BANNER (object)->spoken);
  G_OBJECT_CLASS (vigil_trouble_banner_parent_class)->finalize (object);
}

static void
vigil_trouble_banner_class_init (VigilTroubleBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_trouble_banner_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_trouble_banner_finalize;
  signal_sign_in = g_signal_new ("sign-in", VIGIL_TYPE_TROUBLE_BANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

/* One that does not wrap: heads beside texts that do would measure differently for each height. */
static GtkLabel *
append_line (GtkWidget *box, const char *css_class)
{
  GtkLabel *label = vigil_text_append_label (box, css_class);

  gtk_label_set_wrap (label, FALSE);
  return label;
}

static void
make_row (Row *row, GtkWidget *list, GtkSizeGroup *heads)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  row->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  row->title = append_line (head, "heading");
  gtk_label_set_ellipsize (row->title, PANGO_ELLIPSIZE_END);
  row->since = append_line (head, "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (row->since), "numeric");
  gtk_widget_set_valign (head, GTK_ALIGN_START);
  gtk_size_group_add_widget (heads, head);
  gtk_box_append (GTK_BOX (row->box), head);
  row->text = vigil_text_append_label (row->box, NULL);
  gtk_widget_set_hexpand (GTK_WIDGET (row->text), TRUE);
  gtk_widget_set_visible (row->box, FALSE);
  gtk_box_append (GTK_BOX (list), row->box);
}

static void
vigil_trouble_banner_init (VigilTroubleBanner *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  g_autoptr (GtkSizeGroup) heads = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  self->revealer = gtk_revealer_new ();
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
  g_signal_connect_swapped (self->revealer, "notify::child-revealed", G_CALLBACK (revealed_cb), self);
  self->box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_HORIZONTAL, "spacing", 12,
                            "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "css-name", "troublebanner", NULL);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), self->box);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (self->box), icon);
  gtk_widget_set_hexpand (list, TRUE);
  gtk_box_append (GTK_BOX (self->box), list);
  for (int i = 0; i < MAX_ROWS; i++)
    make_row (&self->rows[i], list, heads);
  self->more = vigil_text_append_label (list, "dim-label");
  self->button = gtk_button_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect (self->button, "clicked", G_CALLBACK (button_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->button);
  gtk_widget_set_visible (self->box, FALSE);
}

GtkWidget *
vigil_trouble_banner_new (void)
{
  return g_object_new (VIGIL_TYPE_TROUBLE_BANNER, NULL);
}
