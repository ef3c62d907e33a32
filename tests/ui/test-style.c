/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A style sheet that GTK does not understand is only a warning, and half a window without its looks. */
#include "ui-fixture.h"
#include "vigil-window.h"

static void
error_cb (GtkCssProvider *provider, GtkCssSection *section, const GError *error, gpointer user_data)
{
  g_autofree char *where = gtk_css_section_to_string (section);

  g_test_message ("%s: %s", where, error->message);
  *(guint *) user_data += 1;
}

static void
test_sheets (void)
{
  static const char *const sheets[] = { "style.css", "style-dark.css", "style-hc.css", "style-hc-dark.css" };

  for (guint i = 0; i < G_N_ELEMENTS (sheets); i++)
    {
      g_autofree char *path = g_strconcat ("/org/vigil/Vigil/", sheets[i], NULL);
      g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
      guint n_errors = 0;

      g_assert_true (g_resources_get_info (path, 0, NULL, NULL, NULL));
      g_signal_connect (provider, "parsing-error", G_CALLBACK (error_cb), &n_errors);
      gtk_css_provider_load_from_resource (provider, path);
      g_assert_cmpuint (n_errors, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  ui_fixture_init (&argc, &argv);
  vigil_ui_init ();
  g_test_add_func ("/ui/style/sheets", test_sheets);
  return g_test_run ();
}
