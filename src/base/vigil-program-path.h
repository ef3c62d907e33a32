/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the programs are that this one starts. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Looks where the environment variable @variable says, beside this program (@built is the way from there in a build
 * folder), in the libexec beside it and the one it was configured for, and in the PATH. Any thread.
 * Returns: (transfer full) (nullable): %NULL if it is nowhere.
 */
char *vigil_program_path_find (const char *name, const char *variable, const char *built);

G_END_DECLS
