/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time that a test can hold still. */
#include "vigil-clock.h"

#include <time.h>

/* A 64-bit value that any thread may read and the main thread writes; GLib 2.74 has no 64-bit
 * atomics of its own, the compiler has. */
static gint64 hall_offset_ms;
static gint64 hall_error_us = -1;
static gint64 hall_known_us;      /* monotonic: when the error was that */
static gint64 frozen_monotonic_us = -1;
static gint64 frozen_wall_ms = -1;
static gint64 wall_shift_ms;

gint64
vigil_clock_monotonic_us (void)
{
  gint64 frozen = __atomic_load_n (&frozen_monotonic_us, __ATOMIC_RELAXED);

  return frozen >= 0 ? frozen : g_get_monotonic_time ();
}

gint64
vigil_clock_boot_us (void)
{
  gint64 frozen = __atomic_load_n (&frozen_monotonic_us, __ATOMIC_RELAXED);
  struct timespec now;

  if (frozen >= 0)
    return frozen;
  if (clock_gettime (CLOCK_BOOTTIME, &now) != 0)
    return g_get_monotonic_time ();
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gint64
vigil_clock_wall_ms (void)
{
  gint64 frozen = __atomic_load_n (&frozen_wall_ms, __ATOMIC_RELAXED);

  return frozen >= 0 ? frozen : g_get_real_time () / 1000 + __atomic_load_n (&wall_shift_ms, __ATOMIC_RELAXED);
}

void
vigil_clock_shift_wall_ms (gint64 ms)
{
  __atomic_store_n (&wall_shift_ms, ms, __ATOMIC_RELAXED);
}

gint64
vigil_clock_hall_ms (void)
{
  return vigil_clock_wall_ms () + __atomic_load_n (&hall_offset_ms, __ATOMIC_RELAXED);
}

void
vigil_clock_set_hall_offset_ms (gint64 offset_ms)
{
  __atomic_store_n (&hall_error_us, -1, __ATOMIC_RELAXED);
  __atomic_store_n (&hall_offset_ms, offset_ms, __ATOMIC_RELAXED);
}

void
vigil_clock_set_hall (gint64 offset_us, gint64 error_us)
{
  gint64 half = offset_us < 0 ? -500 : 500;

  __atomic_store_n (&hall_offset_ms, (offset_us + half) / 1000, __ATOMIC_RELAXED);
  __atomic_store_n (&hall_known_us, vigil_clock_monotonic_us (), __ATOMIC_RELAXED);
  __atomic_store_n (&hall_error_us, MAX (error_us, 0), __ATOMIC_RELAXED);
}

void
vigil_clock_forget_hall (void)
{
  vigil_clock_set_hall_offset_ms (0);
}

gint64
vigil_clock_get_hall_offset_ms (void)
{
  return __atomic_load_n (&hall_offset_ms, __ATOMIC_RELAXED);
}

gint64
vigil_clock_get_hall_error_ms (void)
{
  gint64 error_us = __atomic_load_n (&hall_error_us, __ATOMIC_RELAXED);
  gint64 age_us = vigil_clock_monotonic_us () - __atomic_load_n (&hall_known_us, __ATOMIC_RELAXED);

  if (error_us < 0)
    return -1;
  return (error_us + MAX (age_us, 0) / 1000 * VIGIL_CLOCK_DRIFT_PPM / 1000 + 999) / 1000;
}

void
vigil_clock_freeze (gint64 monotonic_us, gint64 wall_ms)
{
  __atomic_store_n (&frozen_monotonic_us, monotonic_us, __ATOMIC_RELAXED);
  __atomic_store_n (&frozen_wall_ms, wall_ms, __ATOMIC_RELAXED);
}
