/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells the packets of one holder of an SSRC from those of the one before. */
#include "vigil-succession.h"

/**
 * vigil_succession_init:
 * @former: (nullable): who had the SSRC before
 * @end_us: monotonic time at which the server had confirmed that it sends nothing of @former any more
 * @clock_rate: of the RTP timestamps
 * @now_us: monotonic
 *
 * The next holder's. Without a former, one of whom nothing was heard, or one of a minute ago, everything is admitted.
 */
void
vigil_succession_init (VigilSuccession       *self,
                       const VigilSuccession *former,
                       gint64                 end_us,
                       guint                  clock_rate,
                       gint64                 now_us)
{
  gint64 ms;

  *self = (VigilSuccession) { 0 };
  if (former == NULL || !former->heard || now_us - former->heard_us > VIGIL_SUCCESSION_FORGET_US)
    return;

  ms = (end_us - former->heard_us) / 1000 + VIGIL_SUCCESSION_MARGIN_MS;
  self->waits = TRUE;
  self->until_us = former->heard_us + VIGIL_SUCCESSION_FORGET_US;
  self->from = former->timestamp + (guint32) (ms * clock_rate / 1000);
}

static void
note (VigilSuccession *self,
      guint16          seq,
      guint32          timestamp,
      gint64           now_us)
{
  if (self->heard && (gint16) (seq - self->seq) <= 0)
    return;

  self->heard = TRUE;
  self->seq = seq;
  self->timestamp = timestamp;
  self->heard_us = now_us;
}

/**
 * vigil_succession_admit:
 * @now_us: when the packet came, monotonic
 *
 * Returns: whether a packet belongs to the present holder
 */
gboolean
vigil_succession_admit (VigilSuccession *self,
                        guint16          seq,
                        guint32          timestamp,
                        gint64           now_us)
{
  /* Also what is refused: whoever comes next is told from the newest that there was. */
  note (self, seq, timestamp, now_us);
  if (self->waits && ((gint32) (timestamp - self->from) >= 0 || now_us > self->until_us))
    self->waits = FALSE;

  return !self->waits;
}
