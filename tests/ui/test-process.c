/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has to be there before the first thread: GTK's fundamental types, whose numbers GStreamer would take meanwhile. */
#include <adwaita.h>

#include "vigil-process.h"
#include "vigil-tile.h"
#include "vigil-window.h"

static gboolean
filter_cb (gpointer item, gpointer user_data)
{
  return item != NULL;
}

/* Much of what makes GTK register types: drawing, input, expressions, a list. */
static void
use_gtk (void)
{
  GtkWidget *window = adw_window_new ();
  GtkExpression *expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (filter_cb, NULL, NULL));
  GListModel *model = G_LIST_MODEL (gtk_filter_list_model_new (G_LIST_MODEL (gtk_string_list_new (NULL)), filter));
  GtkWidget *list = gtk_drop_down_new (model, expression);
  gint64 end_us = g_get_monotonic_time () + 500 * 1000;

  gtk_widget_add_controller (list, gtk_event_controller_key_new ());
  adw_window_set_content (ADW_WINDOW (window), list);
  gtk_window_present (GTK_WINDOW (window));
  while (g_get_monotonic_time () < end_us)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
  g_type_ensure (VIGIL_TYPE_WINDOW);
  g_type_ensure (VIGIL_TYPE_TILE);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_fundamental_types (void)
{
  GType next;

  vigil_process_prepare ();
  next = g_type_fundamental_next ();
  gtk_init ();
  adw_init ();
  vigil_ui_init ();
  use_gtk ();
  g_assert_cmpuint (g_type_fundamental_next (), ==, next);
}

int
main (int argc, char **argv)
{
  g_setenv ("GDK_DEBUG", "gl-disable", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/process/fundamental-types", test_fundamental_types);
  return g_test_run ();
}
