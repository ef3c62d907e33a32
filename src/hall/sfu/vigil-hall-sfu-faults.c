/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's front: what it counts, and how it can be made to fail. */

#include "vigil-hall-sfu-private.h"

/* Objects now, traffic since the start. */
void
vigil_hall_sfu_get_counts (VigilHallSfu       *self,
                           VigilHallSfuCounts *counts)
{
  VigilHallPacerCounts paced = { 0 };
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (VIGIL_IS_HALL_SFU (self) && counts != NULL);

  if (self->pacer != NULL)
    vigil_hall_pacer_get_counts (self->pacer, &paced);
  *counts = (VigilHallSfuCounts) {
    .transports = g_hash_table_size (self->transports),
    .producers = g_hash_table_size (self->producers),
    .consumers = g_hash_table_size (self->consumers),
    .packets_sent = paced.packets_sent,
    .bytes_sent = paced.bytes_sent,
    .frames_sent = paced.frames_sent,
    .key_frames_sent = paced.key_frames_sent,
    .pli_received = paced.pli_received,
    .fir_received = paced.fir_received,
    .nack_received = paced.nack_received,
    .packets_resent = paced.packets_resent,
    .packets_dropped = paced.packets_dropped,
    .late_frames = paced.late_frames,
    .rtcp_suppressed = self->suppressed,
  };
  g_hash_table_iter_init (&iter, self->transports);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    counts->rtcp_suppressed += vigil_hall_transport_get_suppressed (((Transport *) value)->transport);
}

/* This share (0 … 1) of all packets is lost on the way, resent ones too. */
void
vigil_hall_sfu_set_loss (VigilHallSfu *self,
                         double        fraction)
{
  g_return_if_fail (VIGIL_IS_HALL_SFU (self));
  vigil_hall_pacer_set_loss (self->pacer, fraction);
}

/* Consumers to come begin with this sequence number. */
void
vigil_hall_sfu_set_first_sequence (VigilHallSfu *self,
                                   guint16       seq)
{
  g_return_if_fail (VIGIL_IS_HALL_SFU (self));
  vigil_hall_pacer_set_first_sequence (self->pacer, seq);
}

/* As if the SFU's process hung: signalling goes on, media stop. */
void
vigil_hall_sfu_set_frozen (VigilHallSfu *self,
                           gboolean      frozen)
{
  g_return_if_fail (VIGIL_IS_HALL_SFU (self));
  vigil_hall_pacer_set_frozen (self->pacer, frozen);
}

/* One producer goes silent and is not closed. FALSE: no such producer. */
gboolean
vigil_hall_sfu_set_producer_stalled (VigilHallSfu *self,
                                     const char   *producer_id,
                                     gboolean      stalled)
{
  Producer *producer;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self) && producer_id != NULL, FALSE);
  producer = g_hash_table_lookup (self->producers, producer_id);
  if (producer == NULL)
    return FALSE;
  vigil_hall_pacer_stall_stream (self->pacer, producer->stream, stalled);

  return TRUE;
}

/* A client's transports go silent without anybody being told, and for good.
 * Returns how many. */
guint
vigil_hall_sfu_kill_client (VigilHallSfu *self,
                            const char   *client_key)
{
  g_autoptr (GPtrArray) transports = NULL;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self) && client_key != NULL, 0);
  transports = vigil_hall_sfu_list_transports (self, client_key);
  for (guint i = 0; i < transports->len; i++)
    {
      Transport *transport = g_ptr_array_index (transports, i);

      transport->killed = TRUE;
      for (guint j = 0; j < transport->consumers->len; j++)
        vigil_hall_sfu_update_consumer (self, g_ptr_array_index (transport->consumers, j));
    }

  return transports->len;
}

/* As if the SFU's worker died and was started again: every transport, consumer
 * and producer is gone, without a signal. The owner announces it and adds the
 * producers again. */
void
vigil_hall_sfu_restart (VigilHallSfu *self)
{
  g_return_if_fail (VIGIL_IS_HALL_SFU (self));
  vigil_hall_sfu_close_transports (self);
  vigil_hall_sfu_remove_producers (self);
}
