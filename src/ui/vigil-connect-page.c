/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where one says which hall and with what token, or starts a rehearsal. */
#include "vigil-connect-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "vigil-words.h"

#define REHEARSAL_CANDIDATES 200

struct _VigilConnectPage
{
  GtkWidget parent_instance;

  VigilConnector      *connector;
  VigilSettings       *settings;
  GCancellable        *cancellable;  /* of the attempt that is under way */
  VigilHallAccess     *access;       /* between "connected" and its handler taking it */
  char                *attempt;      /* address of the attempt; NULL: a rehearsal */
  GPtrArray           *recent_rows;

  GtkWidget           *scroller;
  GtkRevealer         *error_revealer;
  GtkLabel            *error_title;
  GtkLabel            *error_body;
  AdwEntryRow         *address_row;
  AdwPasswordEntryRow *token_row;
  AdwActionRow        *remember_row;
  GtkSwitch           *remember_switch;
  GtkWidget           *connect_button;
  GtkWidget           *cancel_button;
  GtkSpinner          *spinner;
  GtkWidget           *recent_group;
  GtkWidget           *rehearsal_group;
};

G_DEFINE_FINAL_TYPE (VigilConnectPage, vigil_connect_page, GTK_TYPE_WIDGET)

static guint signal_connected;

static const char *
entry_text (gpointer row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
update_sensitivity (VigilConnectPage *self)
{
  gboolean busy = self->cancellable != NULL;

  gtk_widget_set_sensitive (self->connect_button,
                            !busy && entry_text (self->address_row)[0] != '\0' && entry_text (self->token_row)[0] != '\0');
  gtk_widget_set_sensitive (self->recent_group, !busy);
  gtk_widget_set_sensitive (self->rehearsal_group, !busy);
  gtk_widget_set_visible (self->cancel_button, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
}

static void
finish_attempt (VigilConnectPage *self)
{
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->attempt, g_free);
  update_sensitivity (self);
}

void
vigil_connect_page_show_error (VigilConnectPage *self, const GError *error)
{
  g_autofree char *body = NULL;

  g_return_if_fail (VIGIL_IS_CONNECT_PAGE (self));

  body = vigil_words_error_body (error);
  gtk_label_set_text (self->error_title, vigil_words_error_title (error));
  gtk_label_set_text (self->error_body, body);
  gtk_revealer_set_reveal_child (self->error_revealer, TRUE);
  if (g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_AUTH) ||
      g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_EXPIRED))
    gtk_widget_grab_focus (GTK_WIDGET (self->token_row));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
}

static void
access_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilConnectPage) self = user_data;
  g_autoptr (GError) error = NULL;
  VigilHallAccess *access = vigil_connector_access_finish (VIGIL_CONNECTOR (source), result, &error);

  if (access == NULL)
    {
      finish_attempt (self);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        vigil_connect_page_show_error (self, error);
      return;
    }
  gtk_revealer_set_reveal_child (self->error_revealer, FALSE);
  if (self->attempt != NULL)
    vigil_settings_add_recent_hall (self->settings, access->address);
  gtk_editable_set_text (GTK_EDITABLE (self->token_row), ""); /* a token stays on screen no longer than needed */
  finish_attempt (self);
  g_clear_pointer (&self->access, vigil_hall_access_free);
  self->access = access;
  g_signal_emit (self, signal_connected, 0);
}

VigilHallAccess *
vigil_connect_page_take_access (VigilConnectPage *self)
{
  g_return_val_if_fail (VIGIL_IS_CONNECT_PAGE (self), NULL);

  return g_steal_pointer (&self->access);
}

static void
attempt (VigilConnectPage *self, const char *address, const char *token)
{
  gtk_revealer_set_reveal_child (self->error_revealer, FALSE);
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();
  g_free (self->attempt);
  self->attempt = g_strdup (address);
  update_sensitivity (self);
  vigil_connector_connect_async (self->connector, address, token, gtk_switch_get_active (self->remember_switch),
                                 self->cancellable, access_cb, g_object_ref (self));
}

static void
recalled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilConnectPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = vigil_connector_recall_finish (VIGIL_CONNECTOR (source), result, &error);
  g_autofree char *address = g_strdup (self->attempt);

  if (token != NULL && address != NULL)
    {
      attempt (self, address, token);
      return;
    }
  finish_attempt (self);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("The keyring cannot be read: %s", error->message);
  gtk_widget_grab_focus (GTK_WIDGET (self->token_row));
}

void
vigil_connect_page_connect (VigilConnectPage *self, const char *address, const char *token)
{
  g_return_if_fail (VIGIL_IS_CONNECT_PAGE (self));

  if (self->cancellable != NULL)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->address_row), address);
  if (token != NULL)
    {
      attempt (self, address, token);
      return;
    }
  self->cancellable = g_cancellable_new ();
  self->attempt = g_strdup (address);
  gtk_switch_set_active (self->remember_switch, vigil_connector_get_remembers (self->connector));
  update_sensitivity (self);
  vigil_connector_recall_async (self->connector, address, self->cancellable, recalled_cb, g_object_ref (self));
}

void
vigil_connect_page_rehearse (VigilConnectPage *self, guint candidates)
{
  g_return_if_fail (VIGIL_IS_CONNECT_PAGE (self));

  if (self->cancellable != NULL)
    return;
  gtk_revealer_set_reveal_child (self->error_revealer, FALSE);
  self->cancellable = g_cancellable_new ();
  update_sensitivity (self);
  vigil_connector_rehearse_async (self->connector, candidates, self->cancellable, access_cb, g_object_ref (self));
}

static void
submit_cb (VigilConnectPage *self)
{
  g_autofree char *address = g_strstrip (g_strdup (entry_text (self->address_row)));
  g_autofree char *token = g_strstrip (g_strdup (entry_text (self->token_row)));

  if (self->cancellable == NULL && address[0] != '\0' && token[0] != '\0')
    attempt (self, address, token);
}

static void
cancel_cb (VigilConnectPage *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
rehearse_cb (VigilConnectPage *self)
{
  vigil_connect_page_rehearse (self, REHEARSAL_CANDIDATES);
}

static void
entry_changed_cb (VigilConnectPage *self)
{
  update_sensitivity (self);
}

static void
address_changed_cb (VigilConnectPage *self)
{
  gtk_revealer_set_reveal_child (self->error_revealer, FALSE);
  update_sensitivity (self);
}

static void
recent_cb (VigilConnectPage *self, AdwActionRow *row)
{
  vigil_connect_page_connect (self, g_object_get_data (G_OBJECT (row), "address"), NULL);
}

static void
forget_cb (GtkButton *button, gpointer user_data)
{
  VigilConnectPage *self = user_data;
  g_autofree char *address = g_strdup (g_object_get_data (G_OBJECT (button), "address"));

  vigil_connector_forget (self->connector, address);
  vigil_settings_remove_recent_hall (self->settings, address);
}

static void
update_remember (VigilConnectPage *self)
{
  gboolean remembers = vigil_connector_get_remembers (self->connector);

  adw_action_row_set_subtitle (self->remember_row, remembers ? _("In this computer’s keyring, never in a file")
                                                             : _("This desktop has no keyring that answers. Tokens are not kept; have yours at hand each time."));
  gtk_widget_set_sensitive (GTK_WIDGET (self->remember_switch), remembers);
  if (!remembers)
    gtk_switch_set_active (self->remember_switch, FALSE);
}

static void
add_recent (VigilConnectPage *self, const char *address)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-delete-symbolic");
  g_autofree char *escaped = g_markup_escape_text (address, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "address", g_strdup (address), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (recent_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Forget this hall and its token"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_widget_get_tooltip_text (button), -1);
  g_object_set_data_full (G_OBJECT (button), "address", g_strdup (address), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (forget_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->recent_group), row);
  g_ptr_array_add (self->recent_rows, row);
}

static void
update_recent (VigilConnectPage *self)
{
  g_auto (GStrv) halls = vigil_settings_dup_recent_halls (self->settings);

  for (guint i = 0; i < self->recent_rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->recent_group), self->recent_rows->pdata[i]);
  g_ptr_array_set_size (self->recent_rows, 0);
  for (guint i = 0; halls != NULL && halls[i] != NULL; i++)
    add_recent (self, halls[i]);
  gtk_widget_set_visible (self->recent_group, self->recent_rows->len > 0);
}

static void
setting_changed_cb (VigilSettings *settings, const char *what, gpointer user_data)
{
  if (g_strcmp0 (what, VIGIL_SETTING_RECENT_HALLS) == 0)
    update_recent (user_data);
}

static void
vigil_connect_page_dispose (GObject *object)
{
  VigilConnectPage *self = VIGIL_CONNECT_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->access, vigil_hall_access_free);
  g_clear_pointer (&self->attempt, g_free);
  g_clear_pointer (&self->recent_rows, g_ptr_array_unref);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->connector);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (vigil_connect_page_parent_class)->dispose (object);
}

static void
vigil_connect_page_class_init (VigilConnectPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vigil_connect_page_dispose;
  signal_connected = g_signal_new ("connected", VIGIL_TYPE_CONNECT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/vigil/Vigil/ui/vigil-connect-page.ui");
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, error_revealer);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, error_title);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, error_body);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, address_row);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, token_row);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, remember_row);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, remember_switch);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, connect_button);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, recent_group);
  gtk_widget_class_bind_template_child (widget_class, VigilConnectPage, rehearsal_group);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, rehearse_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
}

static void
vigil_connect_page_init (VigilConnectPage *self)
{
  self->recent_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
vigil_connect_page_new (VigilConnector *connector, VigilSettings *settings)
{
  VigilConnectPage *self = g_object_new (VIGIL_TYPE_CONNECT_PAGE, NULL);

  self->connector = g_object_ref (connector);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed", G_CALLBACK (setting_changed_cb), self, 0);
  g_signal_connect_object (connector, "notify::remembers", G_CALLBACK (update_remember), self, G_CONNECT_SWAPPED);
  update_remember (self);
  update_recent (self);
  return GTK_WIDGET (self);
}
