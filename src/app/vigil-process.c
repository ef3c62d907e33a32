/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Process-wide settings. */
#include "vigil-process.h"

#include <gtk/gtk.h>
#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "vigil-media-init.h"

#define MAX_ARENAS 2

static gboolean warming_up;

/* GLib gives out numbers of fundamental types without a lock: whoever asks for the next one has it only once it is registered.
 * GStreamer registers a dozen while it starts up, on another thread. Had both the same number GTK's type would never come to be,
 * and whoever asks for it waits for ever. So GTK's are there before any thread is. */
static void
register_fundamental_types (void)
{
  static GType (*const get_types[]) (void) = { gdk_event_get_type, gsk_render_node_get_type, gtk_expression_get_type };

  for (guint i = 0; i < G_N_ELEMENTS (get_types); i++)
    g_type_ensure (get_types[i] ());
}

void
vigil_process_prepare (void)
{
#ifdef __GLIBC__
  /* By default there is an arena for each of some 60 threads, up to 8 a core, each with its own left-overs. */
  mallopt (M_ARENA_MAX, MAX_ARENAS);
#endif
  setlocale (LC_ALL, "");
  /* It would do the same once more, while threads are running already. */
  gtk_disable_setlocale ();
  register_fundamental_types ();
}

void
vigil_process_warm_up (void)
{
  if (warming_up)
    return;
  warming_up = TRUE;
  vigil_media_warm_up ();
}

void
vigil_process_finish (void)
{
  if (warming_up)
    vigil_media_init ();
}
