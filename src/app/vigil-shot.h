/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window as a PNG, without a screenshot tool. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * vigil_shot_save:
 * @dialog: (nullable): drawn over the middle of @window, which is dimmed, as a desktop would
 *
 * Both must be mapped. Returns: whether the file was written.
 */
gboolean vigil_shot_save (GtkWindow *window, GtkWindow *dialog, const char *path, GError **error);

G_END_DECLS
