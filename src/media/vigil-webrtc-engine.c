/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts a transport and its decoders together; vigil-webrtc-engine-watch.c watches over them. Main thread only. */
#include "vigil-webrtc-engine-private.h"

#include "vigil-audio-feed.h"
#include "vigil-decode-host.h"
#include "vigil-engine-feed.h"
#include "vigil-feed-link.h"
#include "vigil-media-error.h"
#include "vigil-media-init.h"
#include "vigil-media-metrics.h"
#include "vigil-receive-transport.h"
#include "vigil-tile-decoder.h"
#include "vigil-worker.h"

#define DEFAULT_LATENCY_MS  50
#define DEFAULT_WATCHDOG_MS 4000
#define DEFAULT_CONNECT_MS  10000
#define DEFAULT_REST_MS     300
#define DEFAULT_SOUND_MS    80
#define DEFAULT_GATHER_MS   150

static void vigil_webrtc_engine_media_engine_init (VigilMediaEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilWebrtcEngine, vigil_webrtc_engine, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_MEDIA_ENGINE, vigil_webrtc_engine_media_engine_init))

enum
{
  PROP_0,
  PROP_LATENCY,
  PROP_MEDIA_WATCHDOG,
  PROP_CONNECT_WATCHDOG,
  PROP_DECODER_REST,
  PROP_SOUND_DELAY,
  PROP_GATHER_EARLY,
  PROP_SOUND_SINK,
  PROP_DECODE_SANDBOX,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static VigilEngineFeed *
find_feed (VigilWebrtcEngine *self,
           guint64            feed)
{
  return g_hash_table_lookup (self->feeds, &feed);
}

static void
lost_cb (VigilReceiveTransport *transport,
         const char            *reason,
         VigilWebrtcEngine     *self)
{
  vigil_webrtc_engine_lose (self, reason);
}

static void
link_lost_cb (guint64     feed,
              const char *reason,
              gpointer    user_data)
{
  vigil_webrtc_engine_lose_link (user_data, feed, reason);
}

static void
link_candidate_cb (guint64     feed,
                   const char *candidate,
                   gpointer    user_data)
{
  vigil_media_engine_emit_local_candidate (user_data, feed, candidate);
}

static const VigilFeedLinkFuncs link_funcs = { .lost = link_lost_cb, .candidate = link_candidate_cb };

static void
engine_close (VigilMediaEngine *engine)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (engine);
  g_autoptr (VigilReceiveTransport) transport = g_steal_pointer (&self->transport);

  vigil_webrtc_engine_stop_watch (self);
  self->n_openings++;
  self->apart = FALSE;
  g_hash_table_remove_all (self->feeds);
  g_hash_table_remove_all (self->links);
  if (transport == NULL)
    return;

  g_clear_signal_handler (&self->lost_handler, transport);
  vigil_receive_transport_close (transport);
}

static gboolean
engine_is_open (VigilMediaEngine *engine)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (engine);

  return self->apart || (self->transport != NULL && vigil_receive_transport_is_open (self->transport));
}

static gboolean
engine_is_connected (VigilMediaEngine *engine)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (engine);

  return self->apart || (self->transport != NULL && vigil_receive_transport_get_connected (self->transport));
}

static void
open_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  VigilReceiveTransport *transport = VIGIL_RECEIVE_TRANSPORT (source);
  g_autoptr (GTask) task = user_data;
  VigilWebrtcEngine *self = g_task_get_source_object (task);
  GError *error = NULL;
  char *answer = vigil_receive_transport_open_finish (transport, result, &error);

  if (answer != NULL)
    {
      self->open_us = g_get_monotonic_time ();
      vigil_webrtc_engine_start_watch (self);
      g_task_return_pointer (task, answer, g_free);
      return;
    }

  /* If it is not this one any more, somebody closed it already. */
  if (self->transport == transport)
    engine_close (VIGIL_MEDIA_ENGINE (self));
  g_task_return_error (task, error);
}

static void
engine_open_async (VigilMediaEngine    *engine,
                   const char          *offer_sdp,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (engine);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, engine_open_async);

  engine_close (engine);
  self->lost = self->connected_told = FALSE;
  if (self->decode_sandbox)
    vigil_decode_host_warm_up (self->host);
  else
    vigil_counter_set (vigil_media_metrics ()->decode_sandboxed, 0);
  if (offer_sdp == NULL)
    {
      self->apart = TRUE;
      vigil_webrtc_engine_start_watch (self);
      g_task_return_pointer (task, g_strdup (""), g_free);
      return;
    }
  self->transport = vigil_receive_transport_new (self->latency_ms);
  vigil_receive_transport_set_relays (self->transport, (const char *const *) self->relays, self->relay_only);
  self->lost_handler = g_signal_connect (self->transport, "lost", G_CALLBACK (lost_cb), self);
  vigil_receive_transport_open_async (self->transport, offer_sdp, cancellable, open_cb,
                                      g_steal_pointer (&task));
}

static void
engine_set_relays (VigilMediaEngine  *engine,
                   const char *const *relays,
                   gboolean           only)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (engine);

  g_strfreev (self->relays);
  self->relays = g_strdupv ((char **) relays);
  self->relay_only = only;
}

static char *
engine_open_finish (VigilMediaEngine  *engine,
                    GAsyncResult      *result,
                    GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
output_changed_cb (VigilWebrtcEngine *self)
{
  vigil_media_engine_emit_output_changed (VIGIL_MEDIA_ENGINE (self));
}

/* Made when it is first asked for: its property is known then, and most exams have no sound. */
static VigilAudioMixer *
ensure_mixer (VigilWebrtcEngine *self)
{
  if (self->mixer != NULL)
    return self->mixer;

  self->mixer = vigil_audio_mixer_new (self->sound_sink);
  self->output_handler = g_signal_connect_swapped (vigil_audio_mixer_get_output (self->mixer), "changed",
                                                   G_CALLBACK (output_changed_cb), self);
  return self->mixer;
}

static void
drop_mixer (VigilWebrtcEngine *self)
{
  g_autoptr (VigilAudioMixer) mixer = g_steal_pointer (&self->mixer);

  if (mixer != NULL)
    g_clear_signal_handler (&self->output_handler, vigil_audio_mixer_get_output (mixer));
}

static gboolean
engine_can_play (VigilMediaEngine  *engine,
                 const char       **why)
{
  return vigil_audio_output_can (vigil_audio_mixer_get_output (ensure_mixer (VIGIL_WEBRTC_ENGINE (engine))), why);
}

static void
engine_set_gain (VigilMediaEngine *engine,
                 guint64           feed,
                 double            gain)
{
  VigilEngineFeed *found = find_feed (VIGIL_WEBRTC_ENGINE (engine), feed);

  if (found != NULL && VIGIL_IS_AUDIO_FEED (vigil_engine_feed_get_output (found)))
    vigil_audio_feed_set_gain (VIGIL_AUDIO_FEED (vigil_engine_feed_get_output (found)), gain);
}

static void
offered_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *offer = vigil_receive_transport_open_finish (VIGIL_RECEIVE_TRANSPORT (source), result, &error);

  if (offer != NULL)
    g_task_return_pointer (task, offer, g_free);
  else
    g_task_return_error (task, error);
}

static void
engine_offer_async (VigilMediaEngine    *engine,
                    guint64              feed,
                    VigilOfferFlags      flags,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (engine);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  VigilFeedLink *link;

  g_task_set_source_tag (task, engine_offer_async);
  if (!self->apart || g_hash_table_contains (self->links, &feed))
    {
      g_task_return_new_error (task, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CLOSED,
                               "the media engine has no connection to offer for feed %" G_GUINT64_FORMAT, feed);
      return;
    }

  link = vigil_feed_link_new (feed, self->latency_ms, (const char *const *) self->relays, self->relay_only, &link_funcs, self);
  vigil_receive_transport_set_gather_early (vigil_feed_link_get_transport (link), self->gather_early_ms);
  g_hash_table_insert (self->links, g_memdup2 (&feed, sizeof feed), link);
  vigil_receive_transport_offer_async (vigil_feed_link_get_transport (link), flags, cancellable, offered_cb,
                                       g_steal_pointer (&task));
}

/* Where @consumer comes: over the one transport, or over the feed's own. */
static VigilReceiveTransport *
choose_transport (VigilWebrtcEngine        *self,
                  guint64                   feed,
                  const VigilConsumerInfo  *consumer,
                  GError                  **error)
{
  VigilFeedLink *link = g_hash_table_lookup (self->links, &feed);
  VigilReceiveTransport *transport = link != NULL ? vigil_feed_link_get_transport (link) : self->transport;

  if (transport != NULL && vigil_receive_transport_is_open (transport) && (link != NULL) == (consumer->answer_sdp != NULL))
    return transport;

  g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CLOSED,
               "feed %" G_GUINT64_FORMAT " has no connection to come over", feed);
  return NULL;
}

static void
engine_add_candidates (VigilMediaEngine  *engine,
                       guint64            feed,
                       const char *const *candidates)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (engine);
  VigilFeedLink *link = g_hash_table_lookup (self->links, &feed);

  if (link != NULL && find_feed (self, feed) != NULL)
    vigil_receive_transport_add_candidates (vigil_feed_link_get_transport (link), candidates);
}

static GObject *
engine_attach (VigilMediaEngine         *engine,
               guint64                   feed,
               const VigilConsumerInfo  *consumer,
               GError                  **error)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (engine);
  VigilEngineParts parts = { self->pool, NULL, self->sound_delay_ms, NULL };
  VigilReceiveTransport *transport;
  VigilEngineFeed *made;

  if (!engine_is_open (engine))
    {
      g_set_error_literal (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CLOSED, "the media engine is not open");
      return NULL;
    }
  if (find_feed (self, feed) != NULL)
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CONSUMER,
                   "feed %" G_GUINT64_FORMAT " is attached already", feed);
      return NULL;
    }

  transport = choose_transport (self, feed, consumer, error);
  if (transport == NULL)
    return NULL;
  if (consumer->kind == VIGIL_MEDIA_AUDIO)
    {
      parts.mixer = ensure_mixer (self);
      vigil_audio_output_probe (vigil_audio_mixer_get_output (self->mixer));
    }
  else if (self->decode_sandbox)
    {
      parts.helper = vigil_decode_host_get_helper (self->host, consumer->codec);
      parts.other_helper = consumer->other_codec != NULL ? vigil_decode_host_get_helper (self->host, consumer->other_codec) : NULL;
    }
  made = vigil_engine_feed_new (engine, transport, &parts, feed, consumer, error);
  if (made == NULL)
    return NULL;

  g_hash_table_insert (self->feeds, g_memdup2 (&feed, sizeof feed), made);
  return g_object_ref (vigil_engine_feed_get_output (made));
}

static void
engine_set_running (VigilMediaEngine *engine,
                    guint64           feed,
                    gboolean          running)
{
  VigilEngineFeed *found = find_feed (VIGIL_WEBRTC_ENGINE (engine), feed);

  if (found != NULL)
    vigil_engine_feed_set_running (found, running);
}

static void
engine_detach (VigilMediaEngine *engine,
               guint64           feed)
{
  g_hash_table_remove (VIGIL_WEBRTC_ENGINE (engine)->feeds, &feed);
  g_hash_table_remove (VIGIL_WEBRTC_ENGINE (engine)->links, &feed);
}

static gboolean
engine_get_stats (VigilMediaEngine *engine,
                  guint64           feed,
                  VigilFeedStats   *stats)
{
  VigilEngineFeed *found = find_feed (VIGIL_WEBRTC_ENGINE (engine), feed);

  if (found != NULL)
    vigil_engine_feed_get_stats (found, stats);
  return found != NULL;
}

static void
vigil_webrtc_engine_media_engine_init (VigilMediaEngineInterface *iface)
{
  iface->open_async = engine_open_async;
  iface->open_finish = engine_open_finish;
  iface->close = engine_close;
  iface->attach = engine_attach;
  iface->set_running = engine_set_running;
  iface->detach = engine_detach;
  iface->is_open = engine_is_open;
  iface->is_connected = engine_is_connected;
  iface->get_stats = engine_get_stats;
  iface->set_relays = engine_set_relays;
  iface->set_gain = engine_set_gain;
  iface->can_play = engine_can_play;
  iface->offer_async = engine_offer_async;
  iface->offer_finish = engine_open_finish;
  iface->add_candidates = engine_add_candidates;
}

static void
vigil_webrtc_engine_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (object);

  switch (prop_id)
    {
    case PROP_LATENCY:
      g_value_set_uint (value, self->latency_ms);
      break;
    case PROP_MEDIA_WATCHDOG:
      g_value_set_uint (value, self->watchdog_ms);
      break;
    case PROP_CONNECT_WATCHDOG:
      g_value_set_uint (value, self->connect_ms);
      break;
    case PROP_DECODER_REST:
      g_value_set_uint (value, self->rest_ms);
      break;
    case PROP_SOUND_DELAY:
      g_value_set_uint (value, self->sound_delay_ms);
      break;
    case PROP_GATHER_EARLY:
      g_value_set_uint (value, self->gather_early_ms);
      break;
    case PROP_SOUND_SINK:
      g_value_set_string (value, self->sound_sink);
      break;
    case PROP_DECODE_SANDBOX:
      g_value_set_boolean (value, self->decode_sandbox);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
vigil_webrtc_engine_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (object);
  guint *const fields[N_PROPS] = {
    [PROP_LATENCY] = &self->latency_ms,
    [PROP_MEDIA_WATCHDOG] = &self->watchdog_ms,
    [PROP_CONNECT_WATCHDOG] = &self->connect_ms,
    [PROP_DECODER_REST] = &self->rest_ms,
    [PROP_SOUND_DELAY] = &self->sound_delay_ms,
    [PROP_GATHER_EARLY] = &self->gather_early_ms,
  };
  guint *field = prop_id < N_PROPS ? fields[prop_id] : NULL;

  if (prop_id == PROP_DECODE_SANDBOX)
    {
      self->decode_sandbox = g_value_get_boolean (value);
      return;
    }
  if (prop_id == PROP_SOUND_SINK)
    {
      g_free (self->sound_sink);
      self->sound_sink = g_value_dup_string (value);
      return;
    }
  if (field == NULL)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  if (*field == g_value_get_uint (value))
    return;

  *field = g_value_get_uint (value);
  g_object_notify_by_pspec (object, pspec);
}

static void
vigil_webrtc_engine_dispose (GObject *object)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (object);

  engine_close (VIGIL_MEDIA_ENGINE (self));
  g_clear_pointer (&self->pool, vigil_decode_pool_unref);
  drop_mixer (self);
  g_clear_pointer (&self->host, vigil_decode_host_free);

  G_OBJECT_CLASS (vigil_webrtc_engine_parent_class)->dispose (object);
}

static void
vigil_webrtc_engine_finalize (GObject *object)
{
  VigilWebrtcEngine *self = VIGIL_WEBRTC_ENGINE (object);

  g_assert (g_hash_table_size (self->feeds) == 0);
  g_hash_table_unref (self->feeds);
  g_hash_table_unref (self->links);

  g_strfreev (self->relays);
  g_free (self->sound_sink);
  G_OBJECT_CLASS (vigil_webrtc_engine_parent_class)->finalize (object);
}

static void
vigil_webrtc_engine_class_init (VigilWebrtcEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vigil_webrtc_engine_get_property;
  object_class->set_property = vigil_webrtc_engine_set_property;
  object_class->dispose = vigil_webrtc_engine_dispose;
  object_class->finalize = vigil_webrtc_engine_finalize;

  properties[PROP_LATENCY] =
    g_param_spec_uint ("latency", NULL, NULL, 0, 2000, DEFAULT_LATENCY_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_MEDIA_WATCHDOG] =
    g_param_spec_uint ("media-watchdog", NULL, NULL, 100, 600 * 1000, DEFAULT_WATCHDOG_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONNECT_WATCHDOG] =
    g_param_spec_uint ("connect-watchdog", NULL, NULL, 100, 600 * 1000, DEFAULT_CONNECT_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_DECODER_REST] =
    g_param_spec_uint ("decoder-rest", NULL, NULL, 0, 3600 * 1000, DEFAULT_REST_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SOUND_DELAY] =
    g_param_spec_uint ("sound-delay", NULL, NULL, 0, 2000, DEFAULT_SOUND_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_GATHER_EARLY] =
    g_param_spec_uint ("gather-early", NULL, NULL, 0, 10 * 1000, DEFAULT_GATHER_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /* A GStreamer element with its properties; before the first feed of sound. NULL: what the desktop has. */
  properties[PROP_SOUND_SINK] =
    g_param_spec_string ("sound-sink", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_DECODE_SANDBOX] =
    g_param_spec_boolean ("decode-sandbox", NULL, NULL, TRUE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
vigil_webrtc_engine_init (VigilWebrtcEngine *self)
{
  self->latency_ms = DEFAULT_LATENCY_MS;
  self->watchdog_ms = DEFAULT_WATCHDOG_MS;
  self->connect_ms = DEFAULT_CONNECT_MS;
  self->rest_ms = DEFAULT_REST_MS;
  self->sound_delay_ms = DEFAULT_SOUND_MS;
  self->gather_early_ms = DEFAULT_GATHER_MS;
  self->decode_sandbox = TRUE;
  self->pool = vigil_decode_pool_new (0, vigil_tile_decoder_run, vigil_tile_decoder_joins);
  self->host = vigil_decode_host_new (vigil_decode_pool_get_n_threads (self->pool));
  self->feeds = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                       (GDestroyNotify) vigil_engine_feed_free);
  self->links = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) vigil_feed_link_free);

  /* Mostly done by now: the program begins with it. */
  vigil_media_warm_up ();
}

VigilWebrtcEngine *
vigil_webrtc_engine_new (void)
{
  return g_object_new (VIGIL_TYPE_WEBRTC_ENGINE, NULL);
}

VigilReceiveTransport *
vigil_webrtc_engine_get_transport (VigilWebrtcEngine *self)
{
  return self->transport;
}
