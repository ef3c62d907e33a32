/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time that a test can hold still. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Monotonic microseconds; real, or what a test froze. Any thread. */
gint64 vigil_clock_monotonic_us (void);

/** As vigil_clock_monotonic_us(), but goes on while the machine sleeps. Any thread. */
gint64 vigil_clock_boot_us (void);

/** Wall clock in epoch milliseconds, this machine's own idea. Any thread. */
gint64 vigil_clock_wall_ms (void);

/** Epoch milliseconds on the hall's clock: wall clock plus the estimated offset. Any thread. */
gint64 vigil_clock_hall_ms (void);

/** Sets the offset of the hall's clock to ours without saying how sure that is; for tests. Any thread. */
void vigil_clock_set_hall_offset_ms (gint64 offset_ms);

/** How fast two clocks that both mean well may part, in millionths. */
#define VIGIL_CLOCK_DRIFT_PPM 200

/**
 * vigil_clock_set_hall:
 * @offset_us: the hall's clock minus ours
 * @error_us: the most by which @offset_us can be wrong now; grows by VIGIL_CLOCK_DRIFT_PPM from here on
 *
 * What net/ found out of the hall's clock. Any thread.
 */
void vigil_clock_set_hall (gint64 offset_us, gint64 error_us);

/** Another hall: nothing is known of its clock, and until then it is taken for ours. Any thread. */
void vigil_clock_forget_hall (void);

/** The hall's clock minus ours, in milliseconds; 0 while nothing is known. Any thread. */
gint64 vigil_clock_get_hall_offset_ms (void);

/** The most by which vigil_clock_hall_ms() can be wrong now, in milliseconds; −1: not known. Any thread. */
gint64 vigil_clock_get_hall_error_ms (void);

/** Sets this process's wall clock @ms ahead of the machine's: a rehearsal hall whose clock is wrong. Any thread. */
void vigil_clock_shift_wall_ms (gint64 ms);

/** Freezes both clocks for a test; negative thaws them. */
void vigil_clock_freeze (gint64 monotonic_us, gint64 wall_ms);

G_END_DECLS
