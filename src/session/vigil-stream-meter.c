/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes of a feed's totals what it costs at present. */

#include "vigil-stream-meter.h"

/* The memory of an average, and how much has to change to be worth a decision. */
#define SMOOTH_S 5.0
#define NEWS 0.15

/* Readings further apart than this have a pause between them. */
#define MAX_APART_S 3

static gboolean
is_news (guint told,
         guint now)
{
  guint apart = now > told ? now - told : told - now;

  return apart > MAX (told * NEWS, 1);
}

static void
smooth (VigilStreamMeter *self,
        double            cpu,
        double            kbits,
        double            seconds)
{
  double share = self->known ? MIN (seconds / SMOOTH_S, 1) : 1;

  self->cpu += (cpu - self->cpu) * share;
  self->kbits += (kbits - self->kbits) * share;
  self->known = TRUE;
}

gboolean
vigil_stream_meter_take (VigilStreamMeter     *self,
                         guint64               feed,
                         const VigilFeedStats *stats,
                         gint64                now_us,
                         VigilStreamDelta     *delta)
{
  VigilFeedStats last = self->last;
  double seconds = (double) (now_us - self->last_us) / G_USEC_PER_SEC;
  gboolean same = self->feed == feed;
  VigilStreamCost cost;

  *delta = (VigilStreamDelta) { 0 };
  if (!same)
    *self = (VigilStreamMeter) { .feed = feed };
  self->last = *stats;
  self->last_us = now_us;
  if (!same || seconds <= 0 || seconds > MAX_APART_S)
    {
      self->queue_ms = 0;
      return FALSE;
    }

  *delta = (VigilStreamDelta) { stats->packets - last.packets, stats->losses - last.losses, stats->waits - last.waits,
                                stats->late_us - last.late_us, stats->queued_us - last.queued_us };
  if (stats->frames == last.frames)
    return FALSE;

  smooth (self, (double) (stats->cpu_us - last.cpu_us) / 1000 / seconds,
          (double) (stats->bytes - last.bytes) * 8 / 1000 / seconds, seconds);

  cost = (VigilStreamCost) { (guint) self->cpu + 1, (guint) self->kbits + 1, stats->width * stats->height };
  if (!is_news (self->told.cpu, cost.cpu) && !is_news (self->told.kbits, cost.kbits) &&
      self->told.pixels == cost.pixels)
    return FALSE;
  self->told = cost;
  return TRUE;
}
