/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: translations, the renderer, the application. */
#include <glib/gi18n.h>
#include <locale.h>

#include "vigil-app.h"
#include "vigil-main-post.h"
#include "vigil-renderer.h"

int
main (int argc, char *argv[])
{
  gint64 start_us = g_get_monotonic_time ();
  g_autoptr (VigilApp) app = NULL;
  int status;

  vigil_set_main_thread ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, VIGIL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_debug ("renderer: %s", vigil_renderer_choose ());
  app = vigil_app_new (start_us);
  status = g_application_run (G_APPLICATION (app), argc, argv);
  return status != 0 ? status : vigil_app_get_status (app);
}
