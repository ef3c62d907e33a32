/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which GTK renderer suits this machine. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Chooses the cairo renderer where there is no GPU, unless GSK_RENDERER says otherwise: on software
 *  GL everything costs more than a core. Call before GTK is initialised. Returns: what was chosen, for the log. */
const char *vigil_renderer_choose (void);

G_END_DECLS
