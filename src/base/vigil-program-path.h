/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the programs are that this one starts. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Looks where the environment variable @variable says, beside this program (@built is the folder on the way from there in a
 * build), in the libexec beside it and the one it was configured for, and in the PATH. Any thread.
 * Returns: (transfer full) (nullable): %NULL if it is nowhere.
 */
char *vigil_program_path_find (const char *name, const char *variable, const char *built);

/**
 * Likewise, but @variable names the folder to look in first, nothing beside this program counts but the folders @built on the way from
 * there (%NULL-terminated), and never the PATH. Any thread.
 * Returns: (transfer full) (nullable): %NULL if it is nowhere.
 */
char *vigil_program_path_find_in_folder (const char *name, const char *variable, const char *const *built);

G_END_DECLS
