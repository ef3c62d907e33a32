/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: the SFU's signalling. */

#include "vigil-sfu.h"

G_DEFINE_INTERFACE (VigilSfu, vigil_sfu, G_TYPE_OBJECT)

enum
{
  TRANSPORT_CLOSED,
  CONSUMER_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_sfu_default_init (VigilSfuInterface *iface)
{
  signals[TRANSPORT_CLOSED] = g_signal_new ("transport-closed", VIGIL_TYPE_SFU, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[CONSUMER_CLOSED] = g_signal_new ("consumer-closed", VIGIL_TYPE_SFU, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

void
vigil_sfu_emit_transport_closed (VigilSfu   *self,
                                 const char *transport_id,
                                 const char *reason)
{
  g_signal_emit (self, signals[TRANSPORT_CLOSED], 0, transport_id, reason);
}

void
vigil_sfu_emit_consumer_closed (VigilSfu   *self,
                                const char *consumer_id,
                                const char *reason)
{
  g_signal_emit (self, signals[CONSUMER_CLOSED], 0, consumer_id, reason);
}

void
vigil_sfu_configure (VigilSfu             *self,
                     const VigilSfuConfig *config)
{
  g_return_if_fail (VIGIL_IS_SFU (self));

  if (VIGIL_SFU_GET_IFACE (self)->configure != NULL)
    VIGIL_SFU_GET_IFACE (self)->configure (self, config);
}

void
vigil_sfu_get_abilities (VigilSfu          *self,
                         VigilSfuAbilities *abilities)
{
  g_return_if_fail (VIGIL_IS_SFU (self));

  *abilities = (VigilSfuAbilities) { .can_pause = TRUE, .keeps_many = TRUE, .has_layers = TRUE, .has_sound = TRUE };
  if (VIGIL_SFU_GET_IFACE (self)->get_abilities != NULL)
    VIGIL_SFU_GET_IFACE (self)->get_abilities (self, abilities);
}

void
vigil_sfu_open_transport_async (VigilSfu            *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_SFU (self));

  VIGIL_SFU_GET_IFACE (self)->open_transport_async (self, cancellable, callback, user_data);
}

VigilTransportOffer *
vigil_sfu_open_transport_finish (VigilSfu      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_SFU (self), NULL);

  return VIGIL_SFU_GET_IFACE (self)->open_transport_finish (self, result, error);
}

void
vigil_sfu_connect_transport_async (VigilSfu            *self,
                                   const char          *transport_id,
                                   const char          *answer_sdp,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_SFU (self));
  g_return_if_fail (transport_id != NULL && answer_sdp != NULL);

  VIGIL_SFU_GET_IFACE (self)->connect_transport_async (self, transport_id, answer_sdp, cancellable, callback, user_data);
}

gboolean
vigil_sfu_connect_transport_finish (VigilSfu      *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_SFU (self), FALSE);

  return VIGIL_SFU_GET_IFACE (self)->connect_transport_finish (self, result, error);
}

void
vigil_sfu_consume_async (VigilSfu            *self,
                         const char          *transport_id,
                         const char          *producer_id,
                         const char          *offer_sdp,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_SFU (self));
  g_return_if_fail (transport_id != NULL && producer_id != NULL);

  VIGIL_SFU_GET_IFACE (self)->consume_async (self, transport_id, producer_id, offer_sdp, cancellable, callback, user_data);
}

VigilConsumerInfo *
vigil_sfu_consume_finish (VigilSfu      *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_SFU (self), NULL);

  return VIGIL_SFU_GET_IFACE (self)->consume_finish (self, result, error);
}

void
vigil_sfu_control_async (VigilSfu            *self,
                         VigilSfuVerb         verb,
                         const char          *consumer_id,
                         int                  layer,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_SFU (self));
  g_return_if_fail (consumer_id != NULL);

  VIGIL_SFU_GET_IFACE (self)->control_async (self, verb, consumer_id, layer, cancellable, callback, user_data);
}

gboolean
vigil_sfu_control_finish (VigilSfu      *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_SFU (self), FALSE);

  return VIGIL_SFU_GET_IFACE (self)->control_finish (self, result, error);
}

void
vigil_sfu_trickle_async (VigilSfu            *self,
                         const char          *consumer_id,
                         const char *const   *candidates,
                         gboolean             end,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_SFU (self) && VIGIL_SFU_GET_IFACE (self)->trickle_async != NULL);
  g_return_if_fail (consumer_id != NULL && candidates != NULL);

  VIGIL_SFU_GET_IFACE (self)->trickle_async (self, consumer_id, candidates, end, cancellable, callback, user_data);
}

gboolean
vigil_sfu_trickle_finish (VigilSfu      *self,
                          GAsyncResult  *result,
                          char        ***answered,
                          GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_SFU (self) && answered != NULL, FALSE);

  return VIGIL_SFU_GET_IFACE (self)->trickle_finish (self, result, answered, error);
}

gboolean
vigil_sfu_boolean_finish_task (VigilSfu      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gpointer
vigil_sfu_pointer_finish_task (VigilSfu      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
vigil_sfu_trickle_finish_task (VigilSfu      *self,
                               GAsyncResult  *result,
                               char        ***answered,
                               GError       **error)
{
  GError *failure = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  /* NULL is an answer as well. */
  *answered = g_task_propagate_pointer (G_TASK (result), &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}
