/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock of whoever sends is not ours, so how long a packet was on its way cannot be known; how much longer than another
 * can. A network with a queue before its narrowest place loses nothing for a long time (over TCP: ever), and gets later and
 * later. */
#include "vigil-transit.h"

/* What was best is forgotten after one to two of these: routes change, and clocks go at slightly different speeds. Whether a
 * line carries what is sent has to be told again soon. How late a picture is that somebody looks at must not be forgotten
 * while a long queue empties, and seconds do not depend on a route. */
#define OF_LATE_US (30 * G_USEC_PER_SEC)
#define OF_LONG_US (600 * G_USEC_PER_SEC)

/* A larger step, either way, is another stream's timestamp. */
#define STEP_S 10

/* Nobody waits for longer; a sender who makes timestamps up adds no more. */
#define MOST_US (30 * G_USEC_PER_SEC)

/* Months of a real clock. Whoever makes timestamps up begins anew there, before a microsecond of it overflows. */
#define MAX_TICKS (G_GINT64_CONSTANT (1) << 40)

static void
begin (VigilTransit *self,
       guint32       timestamp,
       gint64        now_us)
{
  VigilTransitBest best = { .since_us = now_us, .best_us = now_us, .former_us = now_us };

  *self = (VigilTransit) { .begun = TRUE, .timestamp = timestamp, .of_late = best, .of_long = best };
}

/* Returns: how much longer this way is than the best. */
static gint64
compare (VigilTransitBest *self,
         gint64            way_us,
         gint64            window_us,
         gint64            now_us)
{
  if (now_us - self->since_us > window_us)
    {
      self->former_us = self->best_us;
      self->best_us = way_us;
      self->since_us = now_us;
    }
  self->best_us = MIN (self->best_us, way_us);
  self->former_us = MIN (self->former_us, way_us);
  return way_us - MIN (self->best_us, self->former_us);
}

/**
 * vigil_transit_note:
 * @timestamp: of an RTP packet that came now
 * @clock_rate: of the timestamps, per second
 * @now_us: monotonic
 *
 * Returns: how much longer it was on its way than the quickest of the last half to whole minute, in microseconds, 30 s at most
 */
gint64
vigil_transit_note (VigilTransit *self,
                    guint32       timestamp,
                    guint         clock_rate,
                    gint64        now_us)
{
  gint64 step = (gint32) (timestamp - self->timestamp);
  gint64 way_us;

  if (!self->begun || ABS (step) > (gint64) clock_rate * STEP_S || ABS (self->ticks) > MAX_TICKS)
    begin (self, timestamp, now_us);
  else
    {
      self->timestamp = timestamp;
      self->ticks += step;
    }

  way_us = now_us - self->ticks * G_USEC_PER_SEC / clock_rate;
  self->behind_us = MIN (compare (&self->of_long, way_us, OF_LONG_US, now_us), OF_LONG_US);
  return MIN (compare (&self->of_late, way_us, OF_LATE_US, now_us), MOST_US);
}
