/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives what was large and is gone back to the system. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * vigil_memory_freed:
 * @n_decoders: how many were just freed
 *
 * Returns unused memory to the system when it is worth it. Takes some
 * milliseconds then. Thread: any but the main thread.
 */
void vigil_memory_freed (guint n_decoders);

/**
 * vigil_memory_release:
 *
 * Something large was read and let go of, such as a whole roster: returns what it leaves behind to the system, in a
 * thread of its own. Not while another such thread runs: what comes meanwhile goes with the next. Whoever allocates in
 * those milliseconds waits, the main thread too: not for what happens often.
 * Thread: any. The time it takes is vigil_memory_trim.
 */
void vigil_memory_release (void);

G_END_DECLS
