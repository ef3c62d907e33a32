/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A spinner that turns only while somebody can see it. */
#include "vigil-spinner.h"

static void
start_cb (GtkSpinner *spinner)
{
  gtk_spinner_set_spinning (spinner, TRUE);
}

static void
stop_cb (GtkSpinner *spinner)
{
  gtk_spinner_set_spinning (spinner, FALSE);
}

void
vigil_spinner_tie (GtkSpinner *spinner)
{
  gtk_spinner_set_spinning (spinner, gtk_widget_get_mapped (GTK_WIDGET (spinner)));
  g_signal_connect (spinner, "map", G_CALLBACK (start_cb), NULL);
  g_signal_connect (spinner, "unmap", G_CALLBACK (stop_cb), NULL);
}
