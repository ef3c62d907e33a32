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
