/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for a name. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** @name is trimmed and not empty. Not called if the dialog is cancelled or @owner is gone. */
typedef void (*VigilNameFunc) (const char *name, gpointer owner);

/**
 * vigil_ask_name:
 * @yes: the label of the button that takes the name
 * @name: (nullable): what stands in the field at first
 *
 * Presents the dialog. Returns: (transfer none): it.
 */
GtkWidget *vigil_ask_name (GtkWindow *parent, const char *heading, const char *body, const char *yes, const char *name, VigilNameFunc func, GObject *owner);

G_END_DECLS
