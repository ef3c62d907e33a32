/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connect page promises to keep a token only where tokens are kept. */
#include <adwaita.h>

#include "ui-connector.h"
#include "ui-fixture.h"
#include "vigil-connect-page.h"

static void
test_remembers (void)
{
  g_autoptr (VigilSettings) settings = vigil_settings_new ();
  UiConnector *connector = ui_connector_new ();
  GtkWidget *page = g_object_ref_sink (vigil_connect_page_new (VIGIL_CONNECTOR (connector), settings));
  AdwActionRow *row = ADW_ACTION_ROW (gtk_widget_get_template_child (page, VIGIL_TYPE_CONNECT_PAGE, "remember_row"));
  GtkWidget *toggle = GTK_WIDGET (gtk_widget_get_template_child (page, VIGIL_TYPE_CONNECT_PAGE, "remember_switch"));

  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "keyring, never in a file"));
  g_assert_true (gtk_widget_get_sensitive (toggle));
  gtk_switch_set_active (GTK_SWITCH (toggle), TRUE);

  ui_connector_set_remembers (connector, FALSE);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "Tokens are not kept"));
  g_assert_false (gtk_widget_get_sensitive (toggle));
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (toggle)));

  ui_connector_set_remembers (connector, TRUE);
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
