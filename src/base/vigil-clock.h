/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time that a test can hold still. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Monotonic microseconds; real, or what a test froze. Any thread. */
gint64 vigil_clock_monotonic_us (void);

/** Wall clock in epoch milliseconds, this machine's own idea. Any thread. */
gint64 vigil_clock_wall_ms (void);

/** Epoch milliseconds on the hall's clock: wall clock plus the estimated offset. Any thread. */
gint64 vigil_clock_hall_ms (void);

/** Sets the estimated offset of the hall's clock to ours, in milliseconds. Any thread. */
void vigil_clock_set_hall_offset_ms (gint64 offset_ms);

/** Freezes both clocks for a test; negative thaws them. */
void vigil_clock_freeze (gint64 monotonic_us, gint64 wall_ms);

G_END_DECLS
