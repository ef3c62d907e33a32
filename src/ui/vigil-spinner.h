/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A spinner that turns only while somebody can see it. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * vigil_spinner_tie:
 *
 * @spinner spins while it is mapped. A GtkSpinner left spinning on the hidden page of a stack keeps the
 * frame clock at 60 frames a second for the whole exam (GTK 4.8), with nothing on the screen moving.
 */
void vigil_spinner_tie (GtkSpinner *spinner);

G_END_DECLS
