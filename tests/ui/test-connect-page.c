/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connect page promises to keep a token only where tokens are kept. */
#include <adwaita.h>

#include "ui-fixture.h"
#include "vigil-connect-page.h"

/* A connector of which the page asks nothing but whether tokens are kept. */
#define TEST_TYPE_CONNECTOR (test_connector_get_type ())
G_DECLARE_FINAL_TYPE (TestConnector, test_connector, TEST, CONNECTOR, GObject)

struct _TestConnector
{
  GObject  parent_instance;
  gboolean remembers;
};

static gboolean
get_remembers (VigilConnector *connector)
{
  return TEST_CONNECTOR (connector)->remembers;
}

static void
connector_iface_init (VigilConnectorInterface *iface)
{
  iface->get_remembers = get_remembers;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestConnector, test_connector, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_CONNECTOR, connector_iface_init))

static void
test_connector_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, TEST_CONNECTOR (object)->remembers);
}

static void
test_connector_class_init (TestConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = test_connector_get_property;
  g_object_class_override_property (G_OBJECT_CLASS (klass), 1, "remembers");
}

static void
test_connector_init (TestConnector *self)
{
  self->remembers = TRUE;
}

static void
set_remembers (TestConnector *self, gboolean remembers)
{
  self->remembers = remembers;
  g_object_notify (G_OBJECT (self), "remembers");
}

static void
test_remembers (void)
{
  g_autoptr (VigilSettings) settings = vigil_settings_new ();
  TestConnector *connector = g_object_new (TEST_TYPE_CONNECTOR, NULL);
  GtkWidget *page = g_object_ref_sink (vigil_connect_page_new (VIGIL_CONNECTOR (connector), settings));
  AdwActionRow *row = ADW_ACTION_ROW (gtk_widget_get_template_child (page, VIGIL_TYPE_CONNECT_PAGE, "remember_row"));
  GtkWidget *toggle = GTK_WIDGET (gtk_widget_get_template_child (page, VIGIL_TYPE_CONNECT_PAGE, "remember_switch"));

  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "keyring, never in a file"));
  g_assert_true (gtk_widget_get_sensitive (toggle));
  gtk_switch_set_active (GTK_SWITCH (toggle), TRUE);

  set_remembers (connector, FALSE);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "Tokens are not kept"));
  g_assert_false (gtk_widget_get_sensitive (toggle));
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (toggle)));

  set_remembers (connector, TRUE);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "keyring, never in a file"));
  g_assert_true (gtk_widget_get_sensitive (toggle));
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (toggle))); /* nobody switched it on again */

  g_assert_finalize_object (page);
  g_assert_finalize_object (connector);
}

int
main (int argc, char *argv[])
{
  ui_fixture_init (&argc, &argv);
  g_test_add_func ("/ui/connect-page/remembers", test_remembers);
  return g_test_run ();
}
