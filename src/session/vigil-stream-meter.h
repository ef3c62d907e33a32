/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes of a feed's totals what it costs at present. */
#pragma once

#include "vigil-media-engine.h"
#include "vigil-stream-limits.h"

G_BEGIN_DECLS

/** Starts as all 0. */
typedef struct
{
  guint64         feed;     /* whose totals these are; 0: nobody's */
  VigilFeedStats  last;
  gint64          last_us;  /* monotonic; when they were read */
  double          cpu;      /* thousandths of a core, smoothed */
  double          kbits;    /* kbit/s, smoothed */
  gboolean        known;    /* both are measured */
  VigilStreamCost told;     /* as it was said last */
  gint64          layer_us;     /* when a layer was asked for last, and the width of the pictures then */
  guint           layer_width;
  double          queue_ms;     /* what packets waited for on their way, of the last second in which any came; 0 after a pause */
} VigilStreamMeter;

/** What happened between two readings. */
typedef struct
{
  guint64 packets, losses, waits;
  gint64  late_us, queued_us;
} VigilStreamDelta;

/**
 * Takes a reading in. Readings of another feed begin anew, and so do those with a pause between them; a second without a
 * picture is no cost, but what was lost in it is told. Returns: whether the cost differs enough from what was told last to tell it again (@self->told).
 */
gboolean vigil_stream_meter_take (VigilStreamMeter *self, guint64 feed, const VigilFeedStats *stats, gint64 now_us,
                                  VigilStreamDelta *delta);

G_END_DECLS
