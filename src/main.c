/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: translations, the renderer, the application. */
#include <glib/gi18n.h>

#include "vigil-app.h"
#include "vigil-main-post.h"
#include "vigil-process.h"
#include "vigil-renderer.h"

/* Before GTK starts up, which takes as long. Nobody waits for what only prints its version. Where the renderer is still open it may yet be
 * written into the environment, which threads read: then the application does it a moment later. */
static int
options_cb (GApplication *app, GVariantDict *given, gpointer user_data)
{
  if (!g_variant_dict_contains (given, "version") && g_getenv ("GSK_RENDERER") != NULL)
    vigil_process_warm_up ();
  return -1;
}

int
main (int argc, char *argv[])
{
  gint64 start_us = g_get_monotonic_time ();
  g_autoptr (VigilApp) app = NULL;
  int status;

  vigil_process_prepare ();
  vigil_set_main_thread ();
  bindtextdomain (GETTEXT_PACKAGE, VIGIL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_debug ("renderer: %s", vigil_renderer_choose ());
  app = vigil_app_new (start_us);
  g_signal_connect (app, "handle-local-options", G_CALLBACK (options_cb), NULL);
  status = g_application_run (G_APPLICATION (app), argc, argv);
  vigil_process_finish ();
  return status != 0 ? status : vigil_app_get_status (app);
}
