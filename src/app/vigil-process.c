/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Process-wide settings. */
#include "vigil-process.h"

#include <gtk/gtk.h>
#include <locale.h>

#include "vigil-media-init.h"

static gboolean warming_up;

void
vigil_process_prepare (void)
{
  setlocale (LC_ALL, "");
  /* It would do the same once more, while threads are running already. */
  gtk_disable_setlocale ();
}

void
vigil_process_warm_up (void)
{
  warming_up = TRUE;
  vigil_media_warm_up ();
}

void
vigil_process_finish (void)
{
  if (warming_up)
    vigil_media_init ();
}
