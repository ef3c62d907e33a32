/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is set for the whole process, the same in the program and in its benchmarks. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Chooses the locale and how memory is allocated. First thing in main(), before any thread. */
void vigil_process_prepare (void);

/** Starts GStreamer and makes the DTLS key (0.1 to 0.7 s), on a thread, so that the first connection finds them
 *  ready. After all environment variables were set. */
void vigil_process_warm_up (void);

/** Last thing in main(): waits for what vigil_process_warm_up() began, if it did. */
void vigil_process_finish (void);

G_END_DECLS
