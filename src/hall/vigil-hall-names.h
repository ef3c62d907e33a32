/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, platforms and rooms of simulated candidates. Pure; any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The name of candidate @index of a hall with @seed: always the same. Returns: (transfer full). */
char *vigil_hall_names_make (guint seed, guint index);

/** What the candidate's browser calls itself. Returns: (transfer none). */
const char *vigil_hall_names_get_platform (guint seed, guint index);

/** Which of @n networks the candidate's connection comes through, and which of @n workers of the SFU
 *  carries it. Neither follows the rooms, nor the other. Returns: (transfer none): interned. */
const char *vigil_hall_names_get_network (guint seed, guint index, guint n);
const char *vigil_hall_names_get_worker  (guint seed, guint index, guint n);

/** NULL-terminated. */
const char *const *vigil_hall_names_get_rooms (void);

G_END_DECLS
