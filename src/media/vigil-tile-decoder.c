/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue, a chain of elements and a slot, tied together by jobs on a pool. */
#include "vigil-media-error.h"
#include "vigil-media-metrics.h"
#include "vigil-tile-decoder-private.h"

static void vigil_tile_decoder_packet_sink_init  (VigilPacketSinkInterface  *iface);
static void vigil_tile_decoder_feed_decoder_init (VigilFeedDecoderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilTileDecoder, vigil_tile_decoder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_PACKET_SINK, vigil_tile_decoder_packet_sink_init)
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_FEED_DECODER, vigil_tile_decoder_feed_decoder_init))

/* Where an RTP packet has its timestamp, and how fast that of a video counts (RFC 3550, RFC 7741, RFC 6184). */
#define STAMP_AT 4
#define CLOCK_RATE 90000

static void
schedule_locked (VigilTileDecoder *self)
{
  gboolean urgent;

  if (self->scheduled)
    return;

  self->scheduled = TRUE;
  /* Somebody waits for the first picture. */
  urgent = self->awaits_first && self->queue.length > 0 && self->n_urgent < VIGIL_TILE_DECODER_URGENT;
  self->n_urgent += urgent;
  vigil_decode_pool_push (self->pool, self, urgent);
}

/* How long it was on its way, against others. */
static void
note_transit_locked (VigilTileDecoder *self,
                     GstBuffer        *packet,
                     gint64            now_us)
{
  guint8 stamp[4] = { 0 };

  gst_buffer_extract (packet, STAMP_AT, stamp, sizeof stamp);
  self->stats.queued_us += vigil_transit_note (&self->transit, GST_READ_UINT32_BE (stamp), CLOCK_RATE, now_us);
  self->stats.behind_us = self->transit.behind_us;
}

static void
push_packet (VigilPacketSink *sink,
             GstBuffer       *packet)
{
  VigilTileDecoder *self = VIGIL_TILE_DECODER (sink);
  const VigilMediaMetrics *m = vigil_media_metrics ();
  gint64 now_us = g_get_monotonic_time ();
  VigilPacketVerdict verdict;
  guint n_dropped;

  g_atomic_pointer_set (&self->last_packet_ms, (gsize) (now_us / 1000));
  vigil_counter_add (m->packets, 1);

  g_mutex_lock (&self->lock);
  if (g_atomic_int_get (&self->closed))
    {
      g_mutex_unlock (&self->lock);
      gst_buffer_unref (packet);
      return;
    }

  self->stats.packets++;
  self->stats.bytes += gst_buffer_get_size (packet);
  note_transit_locked (self, packet, now_us);
  verdict = vigil_packet_queue_push (&self->queue, packet, &n_dropped);
  /* Also behind a job that runs: it is late for whoever waits behind it. */
  if (verdict == VIGIL_PACKET_FRAME_END && self->waits_us == 0)
    self->waits_us = g_get_monotonic_time ();
  if (verdict == VIGIL_PACKET_FRAME_END || self->queue.length >= VIGIL_TILE_DECODER_BATCH)
    schedule_locked (self);
  g_mutex_unlock (&self->lock);

  if (n_dropped > 0)
    vigil_counter_add (m->packets_dropped, n_dropped);
}

static void
set_caps (VigilPacketSink *sink,
          GstCaps         *caps)
{
  VigilTileDecoder *self = VIGIL_TILE_DECODER (sink);

  g_mutex_lock (&self->lock);
  self->caps = vigil_codec_choice_join (self->caps, caps);
  g_mutex_unlock (&self->lock);
}

static void
vigil_tile_decoder_packet_sink_init (VigilPacketSinkInterface *iface)
{
  iface->push_packet = push_packet;
  iface->set_caps = set_caps;
}

static void
vigil_tile_decoder_finalize (GObject *object)
{
  VigilTileDecoder *self = VIGIL_TILE_DECODER (object);

  /* The last job dropped it; without one there never was any. */
  g_assert (self->chain == NULL);

  vigil_packet_queue_clear (&self->queue);
  gst_clear_caps (&self->caps);
  vigil_codec_choice_clear (&self->choice);
  g_clear_object (&self->slot);
  g_clear_pointer (&self->pool, vigil_decode_pool_unref);
  g_free (self->origin);
  g_mutex_clear (&self->lock);
  vigil_counter_add (vigil_media_metrics ()->decoders_live, -1);

  G_OBJECT_CLASS (vigil_tile_decoder_parent_class)->finalize (object);
}

static void
vigil_tile_decoder_class_init (VigilTileDecoderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_tile_decoder_finalize;
}

static void
vigil_tile_decoder_init (VigilTileDecoder *self)
{
  g_mutex_init (&self->lock);
  self->waiting = TRUE;
  self->awaits_first = TRUE;
  self->n_urgent = 0;
  self->pause_begun = TRUE;
  vigil_counter_add (vigil_media_metrics ()->decoders_live, 1);
}

/**
 * vigil_tile_decoder_new:
 * @feed: stands on every frame that comes out
 * @codec: "VP8" or "H264"
 * @pool: where to decode; its function is vigil_tile_decoder_run()
 * @error: %VIGIL_MEDIA_ERROR_CODEC
 *
 * Must be closed before the last reference goes. Main thread.
 *
 * Returns: (transfer full) (nullable): a decoder that waits for packets
 */
VigilTileDecoder *
vigil_tile_decoder_new (guint64           feed,
                        const char       *codec,
                        VigilDecodePool  *pool,
                        GError          **error)
{
  return vigil_tile_decoder_new_in_helper (feed, codec, NULL, pool, NULL, error);
}

/**
 * vigil_tile_decoder_new_in_helper:
 * @feed: stands on every frame that comes out
 * @codec: "VP8" or "H264"
 * @origin: (nullable): who sends, whatever the feed's number is next time; without a helper nobody asks
 * @pool: whose threads wait for the helper; its function is vigil_tile_decoder_run()
 * @helper: (nullable): decodes that codec; %NULL: the pool's threads do it
 * @error: %VIGIL_MEDIA_ERROR_CODEC
 *
 * As vigil_tile_decoder_new(). Where the helper cannot be had, the pool's threads decode.
 *
 * Returns: (transfer full) (nullable): a decoder that waits for packets
 */
VigilTileDecoder *
vigil_tile_decoder_new_in_helper (guint64            feed,
                                  const char        *codec,
                                  const char        *origin,
                                  VigilDecodePool   *pool,
                                  VigilDecodeHelper *helper,
                                  GError           **error)
{
  VigilTileDecoder *self;

  if (!vigil_decoder_chain_supports (codec))
    {
      g_set_error (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_CODEC,
                   "no decoder for %s is installed", codec != NULL ? codec : "an unnamed codec");
      return NULL;
    }

  self = g_object_new (VIGIL_TYPE_TILE_DECODER, NULL);
  vigil_codec_choice_init (&self->choice, codec, helper);
  self->origin = origin != NULL ? g_strdup (origin) : g_strdup_printf ("feed %" G_GUINT64_FORMAT, feed);
  self->pool = vigil_decode_pool_ref (pool);
  self->slot = vigil_frame_slot_new_in (feed, helper != NULL ? vigil_decode_helper_get_memory (helper) : NULL);

  /* Makes the elements while the first packets are still on their way. */
  g_mutex_lock (&self->lock);
  schedule_locked (self);
  g_mutex_unlock (&self->lock);

  return self;
}

/**
 * vigil_tile_decoder_allow:
 * @codec: what may come instead of the codec it was made for, and at any time; where nothing decodes it, it is as if it did not
 * @helper: (nullable): decodes that
 *
 * Once, before the first packet. Main thread.
 */
void
vigil_tile_decoder_allow (VigilTileDecoder  *self,
                          const char        *codec,
                          VigilDecodeHelper *helper)
{
  g_return_if_fail (VIGIL_IS_TILE_DECODER (self));

  if (vigil_decoder_chain_supports (codec))
    vigil_codec_choice_allow (&self->choice, codec, helper);
}

/**
 * vigil_tile_decoder_close:
 *
 * No signal and no frame after this; the slot keeps its last picture. The rest
 * is freed in the background, even if a job is stuck. Main thread; safe twice.
 */
void
vigil_tile_decoder_close (VigilTileDecoder *self)
{
  g_return_if_fail (VIGIL_IS_TILE_DECODER (self));

  if (g_atomic_int_exchange (&self->closed, TRUE))
    return;

  g_atomic_int_inc (&self->generation);

  g_mutex_lock (&self->lock);
  vigil_packet_queue_clear (&self->queue);
  schedule_locked (self);
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_tile_decoder_pause:
 *
 * The server sends nothing from about now on. Whatever it sends later, nothing
 * is decoded before a key frame, and what is still on its way is not shown.
 * Main thread.
 */
void
vigil_tile_decoder_pause (VigilTileDecoder *self)
{
  g_return_if_fail (VIGIL_IS_TILE_DECODER (self));

  g_mutex_lock (&self->lock);
  self->pause_begun = TRUE;
  self->awaits_first = TRUE;
  self->n_urgent = 0;
  self->paused = TRUE;
  self->paused_us = g_get_monotonic_time ();
  g_mutex_unlock (&self->lock);
  g_atomic_int_set (&self->waiting, TRUE);
}

/**
 * vigil_tile_decoder_rest:
 *
 * Gives the decoder of a paused feed back, in the background: some 2 MB. The
 * next packet makes another. Does nothing if the feed is not paused. Main thread.
 */
void
vigil_tile_decoder_rest (VigilTileDecoder *self)
{
  g_return_if_fail (VIGIL_IS_TILE_DECODER (self));

  g_mutex_lock (&self->lock);
  self->rest = self->paused;
  if (self->rest && !g_atomic_int_get (&self->closed))
    schedule_locked (self);
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_tile_decoder_resume:
 *
 * Call when asking the server to resume: the next key frame is of after the
 * pause, however short that was. Without this call it is one that comes a
 * moment after the pause began. Main thread.
 */
void
vigil_tile_decoder_resume (VigilTileDecoder *self)
{
  g_return_if_fail (VIGIL_IS_TILE_DECODER (self));

  g_mutex_lock (&self->lock);
  if (self->paused_us != 0)
    self->pause_begun = TRUE;
  self->paused_us = 0;
  self->paused = FALSE;
  self->rest = FALSE;
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_tile_decoder_get_slot:
 *
 * Returns: (transfer none): where its pictures appear
 */
VigilFrameSlot *
vigil_tile_decoder_get_slot (VigilTileDecoder *self)
{
  return self->slot;
}

/**
 * vigil_tile_decoder_get_waiting:
 *
 * Returns: whether it waits for a key frame. Thread: any.
 */
gboolean
vigil_tile_decoder_get_waiting (VigilTileDecoder *self)
{
  return g_atomic_int_get (&self->waiting);
}

/**
 * vigil_tile_decoder_get_last_packet:
 *
 * Returns: monotonic microseconds of the last packet, 0 without any. Thread: any.
 */
gint64
vigil_tile_decoder_get_last_packet (VigilTileDecoder *self)
{
  return (gint64) (gsize) g_atomic_pointer_get (&self->last_packet_ms) * 1000;
}

/**
 * vigil_tile_decoder_get_busy:
 *
 * Returns: monotonic microseconds since when it is decoding without a break;
 * 0 if it is not. Thread: any.
 */
gint64
vigil_tile_decoder_get_busy (VigilTileDecoder *self)
{
  return (gint64) (gsize) g_atomic_pointer_get (&self->busy_ms) * 1000;
}

/**
 * vigil_tile_decoder_get_stats:
 * @stats: (out): what it has cost until now
 *
 * Thread: any.
 */
void
vigil_tile_decoder_get_stats (VigilTileDecoder *self,
                              VigilFeedStats   *stats)
{
  g_mutex_lock (&self->lock);
  *stats = self->stats;
  g_mutex_unlock (&self->lock);
  vigil_frame_slot_get_wanted_size (self->slot, &stats->wanted_width, &stats->wanted_height);
}

static GObject *
get_output (VigilFeedDecoder *decoder)
{
  return G_OBJECT (VIGIL_TILE_DECODER (decoder)->slot);
}

static void
vigil_tile_decoder_feed_decoder_init (VigilFeedDecoderInterface *iface)
{
  iface->close = (void (*) (VigilFeedDecoder *)) vigil_tile_decoder_close;
  iface->pause = (void (*) (VigilFeedDecoder *)) vigil_tile_decoder_pause;
  iface->rest = (void (*) (VigilFeedDecoder *)) vigil_tile_decoder_rest;
  iface->resume = (void (*) (VigilFeedDecoder *)) vigil_tile_decoder_resume;
  iface->get_output = get_output;
  iface->get_waiting = (gboolean (*) (VigilFeedDecoder *)) vigil_tile_decoder_get_waiting;
  iface->get_last_packet = (gint64 (*) (VigilFeedDecoder *)) vigil_tile_decoder_get_last_packet;
  iface->get_busy = (gint64 (*) (VigilFeedDecoder *)) vigil_tile_decoder_get_busy;
  iface->get_stats = (void (*) (VigilFeedDecoder *, VigilFeedStats *)) vigil_tile_decoder_get_stats;
}
