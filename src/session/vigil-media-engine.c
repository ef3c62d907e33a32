/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: receives media and decodes it into frame slots. */

#include "vigil-media-engine.h"

G_DEFINE_INTERFACE (VigilMediaEngine, vigil_media_engine, G_TYPE_OBJECT)

enum
{
  TRANSPORT_LOST,
  TRANSPORT_CONNECTED,
  FEED_EVENT,
  OUTPUT_CHANGED,
  LOCAL_CANDIDATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_media_engine_default_init (VigilMediaEngineInterface *iface)
{
  GType type = G_TYPE_FROM_INTERFACE (iface);

  signals[TRANSPORT_LOST] = g_signal_new ("transport-lost", type, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TRANSPORT_CONNECTED] = g_signal_new ("transport-connected", type, G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FEED_EVENT] = g_signal_new ("feed-event", type, G_SIGNAL_RUN_LAST,
                                      0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 3, G_TYPE_UINT64, G_TYPE_INT, G_TYPE_STRING);
  signals[OUTPUT_CHANGED] = g_signal_new ("output-changed", type, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOCAL_CANDIDATE] = g_signal_new ("local-candidate", type, G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_STRING);
}

void
vigil_media_engine_open_async (VigilMediaEngine    *self,
                               const char          *offer_sdp,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_MEDIA_ENGINE (self));

  VIGIL_MEDIA_ENGINE_GET_IFACE (self)->open_async (self, offer_sdp, cancellable, callback, user_data);
}

char *
vigil_media_engine_open_finish (VigilMediaEngine  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (VIGIL_IS_MEDIA_ENGINE (self), NULL);

  return VIGIL_MEDIA_ENGINE_GET_IFACE (self)->open_finish (self, result, error);
}

void
vigil_media_engine_offer_async (VigilMediaEngine    *self,
                                guint64              feed,
                                VigilOfferFlags      flags,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (VIGIL_IS_MEDIA_ENGINE (self));

  VIGIL_MEDIA_ENGINE_GET_IFACE (self)->offer_async (self, feed, flags, cancellable, callback, user_data);
}

char *
vigil_media_engine_offer_finish (VigilMediaEngine  *self,
                                 GAsyncResult      *result,
                                 GError           **error)
{
  g_return_val_if_fail (VIGIL_IS_MEDIA_ENGINE (self), NULL);

  return VIGIL_MEDIA_ENGINE_GET_IFACE (self)->offer_finish (self, result, error);
}

void
vigil_media_engine_add_candidates (VigilMediaEngine  *self,
                                   guint64            feed,
                                   const char *const *candidates)
{
  g_return_if_fail (VIGIL_IS_MEDIA_ENGINE (self) && candidates != NULL);

  if (VIGIL_MEDIA_ENGINE_GET_IFACE (self)->add_candidates != NULL)
    VIGIL_MEDIA_ENGINE_GET_IFACE (self)->add_candidates (self, feed, candidates);
}

void
vigil_media_engine_close (VigilMediaEngine *self)
{
  g_return_if_fail (VIGIL_IS_MEDIA_ENGINE (self));

  VIGIL_MEDIA_ENGINE_GET_IFACE (self)->close (self);
}

gboolean
vigil_media_engine_is_open (VigilMediaEngine *self)
{
  g_return_val_if_fail (VIGIL_IS_MEDIA_ENGINE (self), FALSE);

  return VIGIL_MEDIA_ENGINE_GET_IFACE (self)->is_open (self);
}

GObject *
vigil_media_engine_attach (VigilMediaEngine         *self,
                           guint64                   feed,
                           const VigilConsumerInfo  *consumer,
                           GError                  **error)
{
  g_return_val_if_fail (VIGIL_IS_MEDIA_ENGINE (self), NULL);

  return VIGIL_MEDIA_ENGINE_GET_IFACE (self)->attach (self, feed, consumer, error);
}

void
vigil_media_engine_set_running (VigilMediaEngine *self,
                                guint64           feed,
                                gboolean          running)
{
  g_return_if_fail (VIGIL_IS_MEDIA_ENGINE (self));

  VIGIL_MEDIA_ENGINE_GET_IFACE (self)->set_running (self, feed, running);
}

void
vigil_media_engine_detach (VigilMediaEngine *self,
                           guint64           feed)
{
  g_return_if_fail (VIGIL_IS_MEDIA_ENGINE (self));

  VIGIL_MEDIA_ENGINE_GET_IFACE (self)->detach (self, feed);
}

void
vigil_media_engine_set_relays (VigilMediaEngine  *self,
                               const char *const *relays,
                               gboolean           only)
{
  VigilMediaEngineInterface *iface = VIGIL_MEDIA_ENGINE_GET_IFACE (self);

  if (iface->set_relays != NULL)
    iface->set_relays (self, relays, only);
}

gboolean
vigil_media_engine_get_stats (VigilMediaEngine *self,
                              guint64           feed,
                              VigilFeedStats   *stats)
{
  VigilMediaEngineInterface *iface = VIGIL_MEDIA_ENGINE_GET_IFACE (self);

  *stats = (VigilFeedStats) { 0 };
  return iface->get_stats != NULL && iface->get_stats (self, feed, stats);
}

void
vigil_media_engine_set_gain (VigilMediaEngine *self,
                             guint64           feed,
                             double            gain)
{
  VigilMediaEngineInterface *iface = VIGIL_MEDIA_ENGINE_GET_IFACE (self);

  if (iface->set_gain != NULL)
    iface->set_gain (self, feed, gain);
}

gboolean
vigil_media_engine_can_play (VigilMediaEngine  *self,
                             const char       **why)
{
  VigilMediaEngineInterface *iface = VIGIL_MEDIA_ENGINE_GET_IFACE (self);
  const char *reason = "This program was built without sound";
  gboolean can = iface->can_play != NULL && iface->can_play (self, &reason);

  if (why != NULL)
    *why = can ? NULL : reason;
  return can;
}

/** Emits "output-changed". Main thread. */
void
vigil_media_engine_emit_output_changed (VigilMediaEngine *self)
{
  g_signal_emit (self, signals[OUTPUT_CHANGED], 0);
}

gboolean
vigil_media_engine_is_connected (VigilMediaEngine *self)
{
  VigilMediaEngineInterface *iface;

  g_return_val_if_fail (VIGIL_IS_MEDIA_ENGINE (self), FALSE);

  iface = VIGIL_MEDIA_ENGINE_GET_IFACE (self);
  return iface->is_connected == NULL || iface->is_connected (self);
}

/** Emits "transport-connected". Main thread. */
void
vigil_media_engine_emit_transport_connected (VigilMediaEngine *self)
{
  g_signal_emit (self, signals[TRANSPORT_CONNECTED], 0);
}

/** Emits "transport-lost"; @reason is English. Main thread. */
void
vigil_media_engine_emit_transport_lost (VigilMediaEngine *self,
                                        const char       *reason)
{
  g_signal_emit (self, signals[TRANSPORT_LOST], 0, reason);
}

/** Emits "local-candidate"; @candidate: (nullable): the last one was there. Main thread. */
void
vigil_media_engine_emit_local_candidate (VigilMediaEngine *self,
                                         guint64           feed,
                                         const char       *candidate)
{
  g_signal_emit (self, signals[LOCAL_CANDIDATE], 0, feed, candidate);
}

/** Emits "feed-event"; @detail is English and may be %NULL. Main thread. */
void
vigil_media_engine_emit_feed_event (VigilMediaEngine *self,
                                    guint64           feed,
                                    VigilFeedEvent    event,
                                    const char       *detail)
{
  g_signal_emit (self, signals[FEED_EVENT], 0, feed, (int) event, detail);
}
