/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A soak's memory over time as a picture. */
#pragma once

#include "soak-run.h"

G_BEGIN_DECLS

/** RSS, PSS and its anonymous part over time, a mark at each break of the connection, and the line that was fitted from @warm_s on.
 *  Returns: (transfer full): an SVG document. */
char *soak_plot (const SoakResult *result, const SoakOptions *options);

G_END_DECLS
