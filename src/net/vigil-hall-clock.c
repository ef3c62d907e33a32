/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far the hall's clock is from ours: the answer that came back fastest knows best. */
#include "vigil-hall-clock.h"

#include "vigil-clock.h"

/* Clocks drift: after this time a worse sample is better than an old one. */
#define MAX_AGE_US (5 * G_TIME_SPAN_MINUTE)

void
vigil_hall_clock_add (VigilHallClock *self, gint64 server_ms, gint64 sent_us, gint64 rtt_us, guint resolution_ms)
{
  gint64 now_us = vigil_clock_monotonic_us ();
  gint64 error_us = rtt_us / 2 + (gint64) resolution_ms * 500;
  gint64 middle_ms;

  if (server_ms <= 0 || rtt_us < 0 || sent_us <= 0)
    return;
  if (self->taken_us != 0 && error_us >= self->error_us && now_us - self->taken_us < MAX_AGE_US)
    return;

  /* Our wall clock, put back to the middle of the round trip. */
  middle_ms = vigil_clock_wall_ms () - (now_us - sent_us - rtt_us / 2) / 1000;
  self->taken_us = now_us;
  self->error_us = error_us;
  self->offset_ms = server_ms + resolution_ms / 2 - middle_ms;
  vigil_clock_set_hall_offset_ms (self->offset_ms);
}
