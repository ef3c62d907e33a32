/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring indexed by sequence number: nothing is allocated or searched per packet. */
#include "vigil-reorder.h"

/* RFC 3550's MAX_DROPOUT: a larger step is no loss. */
#define JUMP_MAX 3000

/* A sender that starts over far off is followed at its second packet, one that starts over a little back only after
 * this many: packets that are sent again after a burst of losses come late in rows, too. */
#define FAR_RUN  2u
#define LATE_RUN 64u

/* A packet that was held for so much longer than it is worth waiting for is of before a pause. */
#define STALE_US (250 * 1000)

/* What took longer than this was not on its way all the time. */
#define LONGEST_REPAIR_US (2 * G_USEC_PER_SEC)

/* Of the difference so much is forgotten with each packet that came sooner. */
#define FORGET 32

static VigilReorderSlot *
slot_of (VigilReorder *self,
         guint16       seq)
{
  return &self->ring[seq % VIGIL_REORDER_MAX];
}

static void
begin_at (VigilReorder *self,
          guint16       seq)
{
  vigil_reorder_clear (self);
  self->begun = TRUE;
  self->next = self->end = seq;
}

/* A sender that starts over goes on from where it jumped to; a stray packet does not go on. */
static gboolean
starts_over (VigilReorder *self,
             guint16       seq,
             guint         run)
{
  self->n_odd = self->n_odd > 0 && seq == self->odd_next ? self->n_odd + 1 : 1;
  self->odd_next = (guint16) (seq + 1);

  return self->n_odd >= run;
}

static gboolean
is_held (VigilReorder *self,
         guint16       seq)
{
  return (gint16) (seq - self->end) < 0 && slot_of (self, seq)->buffer != NULL;
}

/* Where a packet belongs, and whether the stream begins anew with it. */
static VigilReorderVerdict
judge (VigilReorder *self,
       guint16       seq,
       gboolean     *anew)
{
  int ahead = (gint16) (seq - self->next);

  *anew = FALSE;
  if (ahead >= (int) VIGIL_REORDER_MAX && ahead <= JUMP_MAX)
    {
      *anew = self->next == self->end;
      return *anew ? VIGIL_REORDER_TAKEN : VIGIL_REORDER_FULL;
    }
  if (ABS (ahead) >= (int) VIGIL_REORDER_MAX)
    {
      *anew = starts_over (self, seq, FAR_RUN);
      return *anew ? VIGIL_REORDER_TAKEN : VIGIL_REORDER_FAR_OFF;
    }
  if (ahead < 0)
    {
      *anew = starts_over (self, seq, LATE_RUN);
      return *anew ? VIGIL_REORDER_TAKEN : VIGIL_REORDER_LATE;
    }

  return is_held (self, seq) ? VIGIL_REORDER_LATE : VIGIL_REORDER_TAKEN;
}

/* One that was missing came, in time or not. What took long is believed at once, and forgotten slowly: a path that is
 * longer than we wait would teach nobody otherwise. */
static void
learn (VigilReorder *self,
       guint16       seq,
       gint64        now_us)
{
  const VigilReorderSlot *slot = slot_of (self, seq);
  gint64 took_us = now_us - slot->noticed_us;

  if (took_us <= 0 || took_us > LONGEST_REPAIR_US)
    return;
  if (took_us >= self->repair_us)
    self->repair_us = took_us;
  else
    self->repair_us -= (self->repair_us - took_us) / FORGET;
}

/* It is behind us, still in the ring, and was waited for in vain. */
static gboolean
was_given_up (VigilReorder *self,
              guint16       seq)
{
  return (guint16) (self->end - seq) <= VIGIL_REORDER_MAX && (gint16) (seq - self->next) < 0 && slot_of (self, seq)->given_up;
}

/**
 * vigil_reorder_push:
 * @packet: (transfer full): dropped unless it is taken, and the caller's if it is full
 * @seq: its RTP sequence number
 * @now_us: monotonic
 *
 * Returns: what became of it
 */
VigilReorderVerdict
vigil_reorder_push (VigilReorder *self,
                    GstBuffer    *packet,
                    guint16       seq,
                    gint64        now_us)
{
  VigilReorderVerdict verdict;
  gboolean anew;

  if (!self->begun)
    begin_at (self, seq);

  verdict = judge (self, seq, &anew);
  if (verdict == VIGIL_REORDER_FULL)
    return verdict;
  if (verdict != VIGIL_REORDER_TAKEN)
    {
      if (verdict == VIGIL_REORDER_LATE && was_given_up (self, seq))
        {
          learn (self, seq, now_us);
          slot_of (self, seq)->given_up = FALSE; /* once */
        }
      gst_buffer_unref (packet);
      return verdict;
    }

  if (!anew && (gint16) (seq - self->end) < 0)
    learn (self, seq, now_us);
  if (anew)
    begin_at (self, seq);
  self->n_odd = 0;
  while ((gint16) (seq - self->end) >= 0)
    *slot_of (self, self->end++) = (VigilReorderSlot) { .noticed_us = now_us };
  slot_of (self, seq)->buffer = packet;

  return VIGIL_REORDER_TAKEN;
}

/**
 * vigil_reorder_pop:
 * @now_us: monotonic
 * @hold_us: how long a missing packet is waited for
 * @n_given_up: (inout): counts packets that are not waited for any longer, and those
 *   that were held behind them until they were of no use
 *
 * Returns: (transfer full) (nullable): the next packet, if it may go
 */
GstBuffer *
vigil_reorder_pop (VigilReorder *self,
                   gint64        now_us,
                   gint64        hold_us,
                   guint        *n_given_up)
{
  while (self->next != self->end)
    {
      VigilReorderSlot *slot = slot_of (self, self->next);

      if (slot->buffer == NULL && now_us - slot->noticed_us < hold_us)
        return NULL;

      self->next++;
      slot->given_up = slot->buffer == NULL;
      if (slot->buffer != NULL && now_us - slot->noticed_us <= hold_us + STALE_US)
        return g_steal_pointer (&slot->buffer);
      gst_clear_buffer (&slot->buffer);
      *n_given_up += 1;
    }

  return NULL;
}

/**
 * vigil_reorder_ask:
 * @now_us: monotonic
 * @again_us: after how long a packet is asked for once more
 * @seqs: (out caller-allocates): room for @max sequence numbers
 *
 * Which packets the sender should be asked for now. They count as asked for.
 *
 * Returns: how many
 */
guint
vigil_reorder_ask (VigilReorder *self,
                   gint64        now_us,
                   gint64        again_us,
                   guint16      *seqs,
                   guint         max)
{
  guint n = 0;

  for (guint16 seq = self->next; seq != self->end && n < max; seq++)
    {
      VigilReorderSlot *slot = slot_of (self, seq);

      if (slot->buffer != NULL || (slot->asked_us != 0 && now_us - slot->asked_us < again_us))
        continue;
      slot->asked_us = now_us;
      seqs[n++] = seq;
    }

  return n;
}

/**
 * vigil_reorder_get_hold:
 * @least_us: how long a missing packet is waited for at least...
 * @most_us: ...and at most
 *
 * As long as those that were missing took to come of late, and half as long again: a sender behind a long way may be asked twice.
 * Where none ever comes it is the least.
 *
 * Returns: how long to wait
 */
gint64
vigil_reorder_get_hold (const VigilReorder *self,
                        gint64              least_us,
                        gint64              most_us)
{
  return CLAMP (self->repair_us + self->repair_us / 2, least_us, MAX (least_us, most_us));
}

/**
 * vigil_reorder_is_waiting:
 *
 * Returns: whether packets are held behind one that is missing
 */
gboolean
vigil_reorder_is_waiting (const VigilReorder *self)
{
  return self->next != self->end;
}

/**
 * vigil_reorder_clear:
 *
 * Drops what is held. The next packet begins the stream.
 */
void
vigil_reorder_clear (VigilReorder *self)
{
  for (; self->next != self->end; self->next++)
    gst_clear_buffer (&slot_of (self, self->next)->buffer);
  self->begun = FALSE;
  self->n_odd = 0;
}
