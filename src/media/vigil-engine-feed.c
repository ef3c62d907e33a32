/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what happens to a feed, and asks for key frames until there is a picture. */
#include "vigil-engine-feed.h"

#include "vigil-audio-decoder.h"
#include "vigil-i18n.h"
#include "vigil-main-post.h"
#include "vigil-media-metrics.h"
#include "vigil-tile-decoder.h"

/* A frame should come within the first. Later ones are further apart, for a camera that cannot. */
#define KEY_FIRST_US (300 * 1000)
#define KEY_LAST_US  (1200 * 1000)

/* No picture takes this long to decode on any machine we run on; nor does waiting for a helper that hangs: see
 * vigil-remote-chain.c. */
#define STUCK_US (3 * G_USEC_PER_SEC)

struct _VigilEngineFeed
{
  VigilMediaEngine      *engine; /* owns us */
  VigilReceiveTransport *transport;
  VigilDecodePool       *pool;
  VigilFeedDecoder      *decoder;

  guint64  id;
  guint32  ssrc;        /* 0: the transport is its own, and so is all that comes */
  gboolean running;
  gboolean stalled;
  gboolean failed;
  gboolean first_held;  /* a first frame came before we were told of the resume */
  gboolean rested;      /* the decoder was given back in this pause */
  gint64   paused;      /* when the pause began */
  gint64   since;       /* attached or resumed */
  gint64   key_asked;   /* when the last key frame was asked for */
  gint64   key_pause;   /* how long to wait after that */
};

static void
ask_key_frame (VigilEngineFeed *self,
               gint64           now)
{
  self->key_asked = now;
  self->key_pause = MIN (self->key_pause * 2, KEY_LAST_US);
  vigil_receive_transport_request_key_frame (self->transport, self->ssrc);
}

static void
restart_key_clock (VigilEngineFeed *self,
                   gint64           now)
{
  self->key_asked = now;
  self->key_pause = KEY_FIRST_US;
}

static void
emit (VigilEngineFeed *self,
      VigilFeedEvent   event,
      const char      *detail)
{
  vigil_media_engine_emit_feed_event (self->engine, self->id, event, detail);
}

static void
emit_first_frame (VigilEngineFeed *self)
{
  vigil_histogram_add (vigil_media_metrics ()->first_frame, (g_get_monotonic_time () - self->since) / 1000.0);
  emit (self, VIGIL_FEED_FIRST_FRAME, NULL);
}

static void
first_frame_cb (VigilFeedDecoder *decoder,
                VigilEngineFeed  *self)
{
  if (self->running)
    emit_first_frame (self);
  else
    self->first_held = TRUE;
}

static void
held_first_posted_cb (gpointer target,
                      gpointer event)
{
  g_signal_emit_by_name (target, "first-frame");
}

static void
key_wanted_cb (VigilFeedDecoder *decoder,
               VigilEngineFeed  *self)
{
  gint64 now = g_get_monotonic_time ();

  /* At once, unless one was asked for a moment ago: then the tick does it. */
  if (self->running && (self->key_asked == self->since || now - self->key_asked >= KEY_FIRST_US))
    ask_key_frame (self, now);
}

static void
failed_cb (VigilFeedDecoder *decoder,
           const char       *detail,
           VigilEngineFeed  *self)
{
  if (self->failed)
    return;

  self->failed = TRUE;
  emit (self, VIGIL_FEED_FAILED, detail);
}

static VigilFeedDecoder *
make_decoder (const VigilEngineParts   *parts,
              guint64                   feed,
              const VigilConsumerInfo  *consumer,
              GError                  **error)
{
  VigilTileDecoder *decoder;

  if (consumer->kind == VIGIL_MEDIA_AUDIO)
    return (VigilFeedDecoder *) vigil_audio_decoder_new (feed, consumer->codec, parts->sound_delay_ms, parts->mixer, error);

  decoder = vigil_tile_decoder_new_in_helper (feed, consumer->codec, consumer->origin != NULL ? consumer->origin : consumer->producer_id,
                                              parts->pool, parts->helper, error);
  if (decoder != NULL && consumer->other_codec != NULL)
    vigil_tile_decoder_allow (decoder, consumer->other_codec, parts->other_helper);
  return (VigilFeedDecoder *) decoder;
}

/**
 * vigil_engine_feed_new:
 * @engine: emits what happens
 * @transport: an open one
 * @parts: where to decode
 * @feed: its number
 * @consumer: as the server made it; with an answer @transport is the feed's own
 * @error: VIGIL_MEDIA_ERROR
 *
 * Returns: (transfer full) (nullable): a running feed
 */
VigilEngineFeed *
vigil_engine_feed_new (VigilMediaEngine         *engine,
                       VigilReceiveTransport    *transport,
                       const VigilEngineParts   *parts,
                       guint64                   feed,
                       const VigilConsumerInfo  *consumer,
                       GError                  **error)
{
  g_autoptr (VigilFeedDecoder) decoder = NULL;
  VigilEngineFeed *self;

  decoder = make_decoder (parts, feed, consumer, error);
  if (decoder == NULL)
    return NULL;
  if (consumer->answer_sdp != NULL)
    vigil_receive_transport_accept (transport, consumer->answer_sdp, consumer->clock_rate, VIGIL_PACKET_SINK (decoder));
  else if (!vigil_receive_transport_add (transport, consumer->ssrc, consumer->clock_rate, VIGIL_PACKET_SINK (decoder), error))
    {
      vigil_feed_decoder_close (decoder);
      return NULL;
    }

  self = g_new0 (VigilEngineFeed, 1);
  self->engine = engine;
  self->transport = g_object_ref (transport);
  self->pool = vigil_decode_pool_ref (parts->pool);
  self->decoder = g_steal_pointer (&decoder);
  self->id = feed;
  self->ssrc = consumer->answer_sdp != NULL ? 0 : consumer->ssrc;
  self->running = TRUE;
  self->since = g_get_monotonic_time ();
  restart_key_clock (self, self->since);

  g_signal_connect (self->decoder, "first-frame", G_CALLBACK (first_frame_cb), self);
  g_signal_connect (self->decoder, "key-wanted", G_CALLBACK (key_wanted_cb), self);
  g_signal_connect (self->decoder, "failed", G_CALLBACK (failed_cb), self);

  return self;
}

/**
 * vigil_engine_feed_free:
 *
 * Closes the decoder and frees the stream in the background.
 */
void
vigil_engine_feed_free (VigilEngineFeed *self)
{
  g_signal_handlers_disconnect_by_data (self->decoder, self);
  vigil_feed_decoder_close (self->decoder);
  if (self->ssrc != 0)
    vigil_receive_transport_remove (self->transport, self->ssrc);

  g_clear_object (&self->decoder);
  g_clear_object (&self->transport);
  g_clear_pointer (&self->pool, vigil_decode_pool_unref);
  g_free (self);
}

/**
 * vigil_engine_feed_get_output:
 *
 * Returns: (transfer none): where its pictures or its level appear
 */
GObject *
vigil_engine_feed_get_output (VigilEngineFeed *self)
{
  return vigil_feed_decoder_get_output (self->decoder);
}

/**
 * vigil_engine_feed_get_running:
 *
 * Returns: whether the server should be sending
 */
gboolean
vigil_engine_feed_get_running (VigilEngineFeed *self)
{
  return self->running;
}

/**
 * vigil_engine_feed_set_running:
 * @running: whether the server sends
 */
void
vigil_engine_feed_set_running (VigilEngineFeed *self,
                               gboolean         running)
{
  if (self->running == running)
    return;

  self->running = running;
  self->stalled = FALSE;
  if (self->ssrc == 0)
    vigil_receive_transport_set_muted (self->transport, !running);
  if (!running)
    {
      self->first_held = FALSE;
      self->rested = FALSE;
      self->paused = g_get_monotonic_time ();
      vigil_feed_decoder_pause (self->decoder);
      return;
    }

  vigil_feed_decoder_resume (self->decoder);
  self->since = g_get_monotonic_time ();
  restart_key_clock (self, self->since);
  /* Not from within this call: its caller has not noted yet that it is resumed. */
  if (self->first_held)
    vigil_main_post (NULL, self->decoder, NULL, 0, held_first_posted_cb, NULL, NULL);
  self->first_held = FALSE;
}

/**
 * vigil_engine_feed_get_alive:
 *
 * Returns: monotonic microseconds of its last packet, or of when it began to
 * run if none came since
 */
gint64
vigil_engine_feed_get_alive (VigilEngineFeed *self)
{
  return MAX (self->since, vigil_feed_decoder_get_last_packet (self->decoder));
}

/**
 * vigil_engine_feed_get_heard:
 *
 * Returns: whether any packet came since it was attached
 */
gboolean
vigil_engine_feed_get_heard (VigilEngineFeed *self)
{
  return vigil_feed_decoder_get_last_packet (self->decoder) > 0;
}

/**
 * vigil_engine_feed_is_dead:
 *
 * Its own connection has brought nothing, no report either, for half as long again as what makes it silent: if all are
 * silent at once that is known before. Said once.
 *
 * Returns: whether it is so
 */
gboolean
vigil_engine_feed_is_dead (VigilEngineFeed *self,
                           gint64           now,
                           gint64           watchdog_us)
{
  gint64 alive = MAX (vigil_engine_feed_get_alive (self), vigil_receive_transport_get_last_arrival (self->transport));

  if (self->ssrc != 0 || self->failed || !self->running || !vigil_engine_feed_get_heard (self) ||
      now - alive <= watchdog_us + watchdog_us / 2)
    return FALSE;

  self->failed = TRUE;
  return TRUE;
}

/**
 * vigil_engine_feed_get_stats:
 * @stats: (out): what it has cost since it was attached
 */
void
vigil_engine_feed_get_stats (VigilEngineFeed *self,
                             VigilFeedStats  *stats)
{
  vigil_feed_decoder_get_stats (self->decoder, stats);
}

static void
check_stuck (VigilEngineFeed *self,
             gint64           now)
{
  gint64 busy = vigil_feed_decoder_get_busy (self->decoder);

  if (self->failed || busy == 0 || now - busy < STUCK_US)
    return;

  /* Its thread is lost with it; the others must not have one less. */
  self->failed = TRUE;
  vigil_decode_pool_replace_thread (self->pool, self->decoder);
  vigil_counter_add (vigil_media_metrics ()->decoders_failed, 1);
  emit (self, VIGIL_FEED_FAILED, NC_("reason", "the decoder is stuck"));
}

/**
 * vigil_engine_feed_tick:
 * @now: monotonic microseconds
 * @watchdog_us: silence after which a running feed is stalled
 * @rest_us: how long a paused feed keeps its decoder
 *
 * Asks for a key frame if one is overdue and says when packets stop or come
 * again. What is emitted may free @self.
 */
void
vigil_engine_feed_tick (VigilEngineFeed *self,
                        gint64           now,
                        gint64           watchdog_us,
                        gint64           rest_us)
{
  gboolean stalled = self->running && now - vigil_engine_feed_get_alive (self) > watchdog_us;

  if (!self->running && !self->rested && now - self->paused >= rest_us)
    {
      self->rested = TRUE;
      vigil_feed_decoder_rest (self->decoder);
    }

  if (self->running && !self->failed && vigil_feed_decoder_get_waiting (self->decoder) &&
      now - self->key_asked >= self->key_pause)
    ask_key_frame (self, now);

  if (stalled != self->stalled)
    {
      self->stalled = stalled;
      if (stalled)
        vigil_counter_add (vigil_media_metrics ()->stalls, 1);
      emit (self, stalled ? VIGIL_FEED_STALLED : VIGIL_FEED_RECOVERED, NULL);
      return;
    }

  check_stuck (self, now);
}
