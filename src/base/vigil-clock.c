/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time that a test can hold still. */
#include "vigil-clock.h"

/* A 64-bit value that any thread may read and the main thread writes; GLib 2.74 has no 64-bit
 * atomics of its own, the compiler has. */
static gint64 hall_offset_ms;
static gint64 frozen_monotonic_us = -1;
static gint64 frozen_wall_ms = -1;

gint64
vigil_clock_monotonic_us (void)
{
  gint64 frozen = __atomic_load_n (&frozen_monotonic_us, __ATOMIC_RELAXED);

  return frozen >= 0 ? frozen : g_get_monotonic_time ();
}

gint64
vigil_clock_wall_ms (void)
{
  gint64 frozen = __atomic_load_n (&frozen_wall_ms, __ATOMIC_RELAXED);

  return frozen >= 0 ? frozen : g_get_real_time () / 1000;
}

gint64
vigil_clock_hall_ms (void)
{
  return vigil_clock_wall_ms () + __atomic_load_n (&hall_offset_ms, __ATOMIC_RELAXED);
}

void
vigil_clock_set_hall_offset_ms (gint64 offset_ms)
{
  __atomic_store_n (&hall_offset_ms, offset_ms, __ATOMIC_RELAXED);
}

void
vigil_clock_freeze (gint64 monotonic_us, gint64 wall_ms)
{
  __atomic_store_n (&frozen_monotonic_us, monotonic_us, __ATOMIC_RELAXED);
  __atomic_store_n (&frozen_wall_ms, wall_ms, __ATOMIC_RELAXED);
}
