/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's front: consumers. */

#include "vigil-hall-ortc.h"
#include "vigil-hall-sfu-private.h"

/* Plays it if nothing speaks against it. After any change to what might. */
void
vigil_hall_sfu_update_consumer (VigilHallSfu *self,
                                Consumer     *consumer)
{
  gboolean playing = !consumer->paused && !consumer->transport->killed
                     && vigil_hall_transport_is_connected (consumer->transport->transport);

  vigil_hall_pacer_set_playing (self->pacer, consumer->sender, playing);
}

/* Frees @consumer, too. */
void
vigil_hall_sfu_remove_consumer (VigilHallSfu *self,
                                Consumer     *consumer)
{
  vigil_hall_pacer_remove_sender (self->pacer, consumer->sender);
  g_ptr_array_remove_fast (consumer->producer->consumers, consumer);
  g_ptr_array_remove_fast (consumer->transport->consumers, consumer);
  g_hash_table_remove (self->consumers, consumer->id);
}

static Consumer *
find_consumer (VigilHallSfu  *self,
               const char    *client_key,
               const char    *consumer_id,
               GError       **error)
{
  Consumer *consumer = consumer_id != NULL ? g_hash_table_lookup (self->consumers, consumer_id) : NULL;

  if (consumer == NULL
      || g_strcmp0 (vigil_hall_transport_get_client_key (consumer->transport->transport), client_key) != 0)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND, "No consumer of that id");
      return NULL;
    }

  return consumer;
}

static guint32
new_ssrc (VigilHallSfu *self)
{
  guint32 ssrc;

  do
    ssrc = g_random_int ();
  while (ssrc == 0 || vigil_hall_pacer_has_ssrc (self->pacer, ssrc));

  return ssrc;
}

static Consumer *
consumer_new (VigilHallSfu *self,
              Transport    *transport,
              Producer     *producer,
              guint32       ssrc,
              gboolean      paused)
{
  Consumer *consumer = g_new0 (Consumer, 1);

  consumer->id = g_uuid_string_random ();
  consumer->producer = producer;
  consumer->transport = transport;
  consumer->paused = paused;
  consumer->sender = vigil_hall_pacer_add_sender (self->pacer, producer->stream, transport->transport, ssrc);
  g_ptr_array_add (producer->consumers, consumer);
  g_ptr_array_add (transport->consumers, consumer);
  g_hash_table_insert (self->consumers, consumer->id, consumer);
  vigil_hall_sfu_update_consumer (self, consumer);

  return consumer;
}

/**
 * vigil_hall_sfu_consume:
 * @self: the SFU
 * @client_key: whose transport it is
 * @transport_id: which; it need not be connected yet
 * @producer_id: of whom
 * @rtp_capabilities: (nullable): the client's
 * @paused: whether to wait for a resume
 * @error: %VIGIL_HALL_SFU_ERROR
 *
 * Returns: (transfer full) (nullable): {id, producerId, kind, rtpParameters, type, producerPaused, paused}
 */
JsonObject *
vigil_hall_sfu_consume (VigilHallSfu  *self,
                        const char    *client_key,
                        const char    *transport_id,
                        const char    *producer_id,
                        JsonObject    *rtp_capabilities,
                        gboolean       paused,
                        GError       **error)
{
  Transport *transport;
  Producer *producer;
  Consumer *consumer;
  VigilHallKind kind;
  guint32 ssrc;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), NULL);

  transport = vigil_hall_sfu_find_transport (self, client_key, transport_id, error);
  if (transport == NULL)
    return NULL;
  producer = producer_id != NULL ? g_hash_table_lookup (self->producers, producer_id) : NULL;
  if (producer == NULL)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND, "No producer of that id");
      return NULL;
    }
  if (transport->consumers->len >= self->max_consumers)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_STATE,
                   "The transport has %u consumers already", transport->consumers->len);
      return NULL;
    }
  kind = vigil_sim_feed_get_source (producer->feed) == VIGIL_SIM_SOURCE_MICROPHONE ? VIGIL_HALL_KIND_AUDIO
                                                                                  : VIGIL_HALL_KIND_VIDEO;
  if (!vigil_hall_ortc_can_consume (rtp_capabilities, kind, error))
    return NULL;

  ssrc = new_ssrc (self);
  consumer = consumer_new (self, transport, producer, ssrc, paused);

  return vigil_hall_ortc_consumer (consumer->id, producer->id, kind, ssrc, self->cname, paused);
}

static gboolean
set_paused (VigilHallSfu  *self,
            const char    *client_key,
            const char    *consumer_id,
            gboolean       paused,
            GError       **error)
{
  Consumer *consumer = find_consumer (self, client_key, consumer_id, error);

  if (consumer == NULL)
    return FALSE;
  consumer->paused = paused;
  vigil_hall_sfu_update_consumer (self, consumer);

  return TRUE;
}

/* Its next frame is a key frame. No error if it was not paused. */
gboolean
vigil_hall_sfu_resume_consumer (VigilHallSfu  *self,
                                const char    *client_key,
                                const char    *consumer_id,
                                GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);

  return set_paused (self, client_key, consumer_id, FALSE, error);
}

gboolean
vigil_hall_sfu_pause_consumer (VigilHallSfu  *self,
                               const char    *client_key,
                               const char    *consumer_id,
                               GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);

  return set_paused (self, client_key, consumer_id, TRUE, error);
}

/* After it returns nothing of that consumer is sent: no packet, no report. */
gboolean
vigil_hall_sfu_close_consumer (VigilHallSfu  *self,
                               const char    *client_key,
                               const char    *consumer_id,
                               GError       **error)
{
  Consumer *consumer;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);
  consumer = find_consumer (self, client_key, consumer_id, error);
  if (consumer == NULL)
    return FALSE;
  vigil_hall_sfu_remove_consumer (self, consumer);

  return TRUE;
}

/* Accepted for the sake of clients that ask: simulated webcams have one layer. */
gboolean
vigil_hall_sfu_set_preferred_layers (VigilHallSfu  *self,
                                     const char    *client_key,
                                     const char    *consumer_id,
                                     JsonObject    *layers,
                                     GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);

  return find_consumer (self, client_key, consumer_id, error) != NULL;
}

/* The producer's next frame is a key frame, if its last one is not too near. */
gboolean
vigil_hall_sfu_request_key_frame (VigilHallSfu  *self,
                                  const char    *client_key,
                                  const char    *consumer_id,
                                  GError       **error)
{
  Consumer *consumer;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);
  consumer = find_consumer (self, client_key, consumer_id, error);
  if (consumer == NULL)
    return FALSE;
  vigil_hall_pacer_request_key (self->pacer, consumer->sender);

  return TRUE;
}
