/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far the hall's clock is from ours: each exchange says between which bounds. */
#include "vigil-hall-clock.h"

#include "vigil-clock.h"
#include "vigil-net-metrics.h"

/* Our wall clock is read in whole milliseconds. */
#define TICK_US 1000
/* Nobody's clock says the year 275000, and microseconds of it must not overflow. */
#define MAX_SERVER_MS G_GINT64_CONSTANT (8640000000000000)

/* TRUE: the new bounds contradict what was known. */
static gboolean
intersect (VigilHallClock *self, gint64 low_us, gint64 high_us, gint64 now_us)
{
  gint64 drift_us = MAX (now_us - self->taken_us, 0) / 1000 * VIGIL_CLOCK_DRIFT_PPM / 1000;
  gint64 low = MAX (self->low_us - drift_us, low_us);
  gint64 high = MIN (self->high_us + drift_us, high_us);

  self->low_us = low <= high ? low : low_us;
  self->high_us = low <= high ? high : high_us;
  return low > high;
}

static void
publish (VigilHallClock *self)
{
  vigil_clock_set_hall (self->low_us + (self->high_us - self->low_us) / 2, (self->high_us - self->low_us + 1) / 2);
  vigil_counter_set (vigil_net_metrics ()->clock_offset, vigil_clock_get_hall_offset_ms ());
  vigil_counter_set (vigil_net_metrics ()->clock_error, vigil_clock_get_hall_error_ms ());
}

void
vigil_hall_clock_add (VigilHallClock *self, gint64 server_ms, gint64 sent_us, gint64 rtt_us, guint resolution_ms)
{
  gint64 now_us = vigil_clock_monotonic_us ();
  gboolean fine = resolution_ms < 1000;
  gboolean jumped = FALSE;
  gint64 sent_wall_us, low_us, high_us;

  if (server_ms <= 0 || server_ms > MAX_SERVER_MS || rtt_us < 0 || sent_us <= 0 || (self->fine && !fine))
    return;

  /* What our wall clock showed when the question went out. */
  sent_wall_us = vigil_clock_wall_ms () * 1000 - (now_us - sent_us);
  low_us = server_ms * 1000 - (sent_wall_us + rtt_us + TICK_US);
  high_us = (server_ms + resolution_ms) * 1000 - sent_wall_us;

  if (self->taken_us == 0 || self->fine != fine)
    {
      self->low_us = low_us;
      self->high_us = high_us;
    }
  else
    jumped = intersect (self, low_us, high_us, now_us);
  self->taken_us = now_us;
  self->fine = fine;
  publish (self);

  vigil_counter_add (vigil_net_metrics ()->clock_samples, 1);
  if (!jumped)
    return;
  vigil_counter_add (vigil_net_metrics ()->clock_jumps, 1);
  g_message ("a clock was set: the hall's is now %" G_GINT64_FORMAT " ms from ours", vigil_clock_get_hall_offset_ms ());
  if (self->jumped != NULL)
    self->jumped (self->user_data);
}
