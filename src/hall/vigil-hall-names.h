/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, platforms and rooms of simulated candidates. Pure; any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The name of candidate @index of a hall with @seed: always the same. Returns: (transfer full). */
char *vigil_hall_names_make (guint seed, guint index);

/** What the candidate's browser calls itself. Returns: (transfer none). */
const char *vigil_hall_names_get_platform (guint seed, guint index);

/** NULL-terminated. */
const char *const *vigil_hall_names_get_rooms (void);

G_END_DECLS
