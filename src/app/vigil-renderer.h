/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which GTK renderer suits this machine. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Chooses the cairo renderer where there is no GPU, unless GSK_RENDERER says otherwise: on software
 *  GL everything costs more than a core. Call before GTK is initialised. Returns: what was chosen, for the log. */
const char *vigil_renderer_choose (void);

/**
 * Looks whether GL on @display is really a GPU's, where vigil_renderer_choose() left the choice to GTK: a render node may be there and
 * its driver not. If not, cairo is used. Main thread, before the first window.
 * Returns: (transfer full): what was found, in English, for the log.
 */
char       *vigil_renderer_verify (GdkDisplay *display);

/** Whether a GL_RENDERER says that it draws with the processor. @name: (nullable): then it does not say. */
gboolean    vigil_renderer_is_software (const char *name);

G_END_DECLS
