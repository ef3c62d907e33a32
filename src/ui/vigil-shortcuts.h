/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shortcuts window, made from the table of commands. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** A window of every command that has a key. Main thread only. Returns: (transfer none): present it. */
GtkWindow *vigil_shortcuts_new (GtkWindow *parent);

G_END_DECLS
