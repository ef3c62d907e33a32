/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring indexed by sequence number: nothing is allocated or searched per packet. */
#include "vigil-reorder.h"

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

/* A sender that starts over jumps once and goes on from there; a stray packet does not go on. */
static gboolean
starts_over (VigilReorder *self,
             guint16       seq)
{
  gboolean follows = self->has_odd && seq == self->odd_next;

  self->has_odd = TRUE;
  self->odd_next = (guint16) (seq + 1);

  return follows;
}

/**
 * vigil_reorder_push:
 * @packet: (transfer full): dropped unless it is taken
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
  gint16 ahead;

  if (!self->begun)
    begin_at (self, seq);

  ahead = (gint16) (seq - self->next);
  if (ABS ((int) ahead) >= (int) VIGIL_REORDER_MAX)
    {
      if (!starts_over (self, seq))
        {
          gst_buffer_unref (packet);
          return VIGIL_REORDER_FAR_OFF;
        }
      begin_at (self, seq);
      ahead = 0;
    }
  self->has_odd = FALSE;

  if (ahead < 0 || ((gint16) (seq - self->end) < 0 && slot_of (self, seq)->buffer != NULL))
    {
      gst_buffer_unref (packet);
      return VIGIL_REORDER_LATE;
    }

  while ((gint16) (seq - self->end) >= 0)
    *slot_of (self, self->end++) = (VigilReorderSlot) { .noticed_us = now_us };
  slot_of (self, seq)->buffer = packet;

  return VIGIL_REORDER_TAKEN;
}

/**
 * vigil_reorder_pop:
 * @now_us: monotonic
 * @hold_us: how long a missing packet is waited for
 * @n_given_up: (inout): counts packets that are not waited for any longer
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
      if (slot->buffer != NULL)
        return g_steal_pointer (&slot->buffer);
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
  self->has_odd = FALSE;
}
