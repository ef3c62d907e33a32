/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Randomness for secrets and ids; never for the simulation, which has its seed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** @n_bytes from the kernel. Any thread. */
void  vigil_hall_random_bytes (guint8 *bytes, gsize n_bytes);

/** @n_bytes from the kernel as hexadecimal digits. Returns: (transfer full). Any thread. */
char *vigil_hall_random_hex (gsize n_bytes);

G_END_DECLS
