/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue, a chain of elements and a slot, tied together by jobs on a pool. */
#include "vigil-tile-decoder.h"

#include <time.h>

#include "vigil-codec-choice.h"
#include "vigil-feed-chain.h"
#include "vigil-main-post.h"
#include "vigil-media-error.h"
#include "vigil-media-metrics.h"
#include "vigil-memory.h"
#include "vigil-packet-queue.h"
#include "vigil-picture.h"

/* Packets a job takes at a time, and after which an unfinished picture is looked at too. */
#define BATCH 64

/* For so long after a pause, frames may still come that were sent before it. */
#define PAUSE_TAIL_US (250 * 1000)

struct _VigilTileDecoder
{
  GObject parent_instance;

  /* immutable */
  char            *origin;
  VigilDecodePool *pool;
  VigilFrameSlot  *slot;

  /* atomic */
  gint  generation;
  gint  closed;
  gint  waiting;        /* for a key frame */
  gsize last_packet_ms; /* monotonic; 0 without any */
  gsize busy_ms;        /* since when a job is inside the chain; 0: it is not */

  /* with the lock */
  GMutex            lock;
  VigilPacketQueue  queue;
  GstCaps          *caps;        /* new caps, not given to the chain yet */
  gboolean          scheduled;
  gint64            paused_us;   /* when the last pause began; 0: none, or its tail is over */
  gboolean          pause_begun; /* not known to the chain yet */
  gboolean          awaits_first;
  gboolean          paused;      /* until it is resumed */
  gboolean          rest;        /* give the chain back, if it is still paused */
  gint64            waits_us;    /* since when a whole picture waits for a thread; 0: none does */
  VigilFeedStats    stats;

  /* the one pool thread that runs the job */
  VigilCodecChoice  choice; /* allowed to before the first packet */
  VigilFeedChain   *chain;
  gboolean          failed;
  gboolean          key_asked;
};

static void vigil_tile_decoder_packet_sink_init  (VigilPacketSinkInterface  *iface);
static void vigil_tile_decoder_feed_decoder_init (VigilFeedDecoderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilTileDecoder, vigil_tile_decoder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_PACKET_SINK, vigil_tile_decoder_packet_sink_init)
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_FEED_DECODER, vigil_tile_decoder_feed_decoder_init))

static void
post (VigilTileDecoder  *self,
      VigilMainPostFunc  func,
      char              *detail)
{
  vigil_main_post (NULL, self, &self->generation, 0, func, detail, g_free);
}

static void
schedule_locked (VigilTileDecoder *self)
{
  if (self->scheduled)
    return;

  self->scheduled = TRUE;
  vigil_decode_pool_push (self->pool, self);
}

static void
push_packet (VigilPacketSink *sink,
             GstBuffer       *packet)
{
  VigilTileDecoder *self = VIGIL_TILE_DECODER (sink);
  const VigilMediaMetrics *m = vigil_media_metrics ();
  VigilPacketVerdict verdict;
  guint n_dropped;

  g_atomic_pointer_set (&self->last_packet_ms, (gsize) (g_get_monotonic_time () / 1000));
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
  verdict = vigil_packet_queue_push (&self->queue, packet, &n_dropped);
  /* Also behind a job that runs: it is late for whoever waits behind it. */
  if (verdict == VIGIL_PACKET_FRAME_END && self->waits_us == 0)
    self->waits_us = g_get_monotonic_time ();
  if (verdict == VIGIL_PACKET_FRAME_END || self->queue.length >= BATCH)
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

/* Whether this picture is a left-over of before a pause, and if it is the first one out. */
static void
judge (VigilTileDecoder *self,
       guint             width,
       guint             height,
       gboolean         *stale,
       gboolean         *first)
{
  g_mutex_lock (&self->lock);
  self->stats.frames++;
  self->stats.width = width;
  self->stats.height = height;
  *stale = self->pause_begun || self->paused_us != 0;
  *first = !*stale && self->awaits_first;
  if (*first)
    self->awaits_first = FALSE;
  g_mutex_unlock (&self->lock);
}

static void
box_cb (gpointer  user_data,
        guint    *width,
        guint    *height)
{
  VigilTileDecoder *self = user_data;

  vigil_frame_slot_get_wanted_size (self->slot, width, height);
}

static VigilFrame *
offer_cb (gpointer user_data,
          guint    source_width,
          guint    source_height)
{
  VigilTileDecoder *self = user_data;
  guint box_width, box_height, width, height;

  vigil_frame_slot_get_wanted_size (self->slot, &box_width, &box_height);
  if (box_width == 0 || box_height == 0 || g_atomic_int_get (&self->closed))
    return NULL;

  vigil_picture_fit (source_width, source_height, box_width, box_height, &width, &height);
  return vigil_frame_slot_acquire_frame (self->slot, width, height);
}

static void
picture_cb (gpointer    user_data,
            guint       width,
            guint       height,
            VigilFrame *drawn)
{
  VigilTileDecoder *self = user_data;
  g_autoptr (VigilFrame) frame = drawn;
  gboolean stale, first;

  vigil_counter_add (vigil_media_metrics ()->frames_decoded, 1);
  if (g_atomic_int_get (&self->closed))
    return;

  judge (self, width, height, &stale, &first);
  if (stale)
    return;

  if (frame != NULL)
    {
      frame->decoded_us = g_get_monotonic_time ();
      frame->first = first;
      vigil_frame_slot_publish (self->slot, g_steal_pointer (&frame));
    }
  if (first)
    post (self, vigil_feed_decoder_first_frame_posted_cb, NULL);
}

static const VigilRemoteFuncs chain_funcs = { .get_box = box_cb, .offer = offer_cb, .picture = picture_cb };

static void
fail (VigilTileDecoder *self,
      const char       *detail)
{
  if (self->failed)
    return;

  self->failed = TRUE;
  vigil_counter_add (vigil_media_metrics ()->decoders_failed, 1);
  post (self, vigil_feed_decoder_failed_posted_cb, g_strdup (detail));
}

static gboolean
ensure_chain (VigilTileDecoder *self)
{
  const VigilCodecOption *option = vigil_codec_choice_get (&self->choice);
  g_autoptr (GError) error = NULL;

  if (self->failed)
    return FALSE;
  if (self->chain != NULL)
    return TRUE;

  self->chain = vigil_feed_chain_new (option->helper, option->codec, self->origin, &chain_funcs, self, &error);
  if (self->chain == NULL)
    fail (self, error->message);

  return self->chain != NULL;
}

static void
note_result (VigilTileDecoder        *self,
             const VigilRemoteResult *result)
{
  g_atomic_int_set (&self->waiting, result->wants_key);
  if (!result->wants_key)
    self->key_asked = FALSE;

  if (result->status == VIGIL_CHAIN_FAILED)
    fail (self, result->failure);
  else if (result->status == VIGIL_CHAIN_WITHHELD && !self->key_asked)
    {
      self->key_asked = TRUE;
      post (self, vigil_feed_decoder_key_wanted_posted_cb, NULL);
    }

  g_mutex_lock (&self->lock);
  self->stats.cpu_us += result->cpu_us;
  g_mutex_unlock (&self->lock);
}

typedef enum
{
  WORK_SOME,
  WORK_NONE,   /* the job is over; the next packet schedules another */
  WORK_CLOSED, /* the job is the last: it stays scheduled for ever */
} Work;

static Work
take_work (VigilTileDecoder *self,
           VigilPacket      *packets,
           guint            *n_packets,
           GstCaps         **caps,
           gboolean         *pause_begun,
           gboolean         *rest)
{
  gboolean some;

  g_mutex_lock (&self->lock);
  if (g_atomic_int_get (&self->closed))
    {
      g_mutex_unlock (&self->lock);
      return WORK_CLOSED;
    }

  *n_packets = vigil_packet_queue_pop (&self->queue, packets, BATCH);
  *caps = g_steal_pointer (&self->caps);
  *pause_begun = self->pause_begun;
  self->pause_begun = FALSE;
  if (self->paused_us != 0 && g_get_monotonic_time () - self->paused_us > PAUSE_TAIL_US)
    {
      self->paused_us = 0;
      /* What was decoded in the tail is not what comes after the pause. */
      *pause_begun = TRUE;
    }
  *rest = self->rest && self->paused;
  self->rest = FALSE;
  if (self->waits_us != 0)
    {
      self->stats.late_us += g_get_monotonic_time () - self->waits_us;
      self->stats.waits++;
    }
  self->waits_us = 0;
  some = *n_packets > 0 || *caps != NULL || *pause_begun || *rest;
  self->scheduled = some;
  g_mutex_unlock (&self->lock);

  return some ? WORK_SOME : WORK_NONE;
}

static void
drop_chain (VigilTileDecoder *self)
{
  if (self->chain == NULL)
    return;

  g_clear_pointer (&self->chain, vigil_feed_chain_free);
  vigil_memory_freed (1);
}

/* Frames lie where whoever decodes can reach them, and that is another one now. */
static void
change_codec (VigilTileDecoder *self)
{
  VigilDecodeHelper *helper = vigil_codec_choice_get (&self->choice)->helper;

  drop_chain (self);
  vigil_frame_slot_set_memory (self->slot, helper != NULL ? vigil_decode_helper_get_memory (helper) : NULL);
  g_atomic_int_set (&self->waiting, TRUE);
  self->key_asked = FALSE;
}

static void
work (VigilTileDecoder *self,
      VigilPacket      *packets,
      guint             n_packets,
      GstCaps          *caps,
      gboolean          pause_begun)
{
  gint64 now = g_get_monotonic_time ();
  VigilRemoteResult result;
  gboolean fresh;

  g_atomic_pointer_set (&self->busy_ms, (gsize) (now / 1000));

  if (caps != NULL)
    vigil_codec_choice_note (&self->choice, caps);
  if (vigil_codec_choice_follow (&self->choice, packets, &n_packets, now))
    change_codec (self);
  fresh = self->chain == NULL;
  if (ensure_chain (self))
    {
      const char *known = vigil_codec_choice_get (&self->choice)->caps;

      if ((fresh || caps != NULL) && known != NULL)
        vigil_feed_chain_set_caps (self->chain, known);
      if (pause_begun)
        {
          vigil_feed_chain_require_key (self->chain);
          g_atomic_int_set (&self->waiting, TRUE);
          self->key_asked = FALSE;
        }
    }

  if (n_packets > 0 && self->chain != NULL && !self->failed && !g_atomic_int_get (&self->closed))
    {
      vigil_feed_chain_push (self->chain, packets, n_packets, &result);
      note_result (self, &result);
    }
  for (guint i = 0; i < n_packets; i++)
    gst_buffer_unref (packets[i].buffer);

  g_atomic_pointer_set (&self->busy_ms, (gsize) 0);
}

static gint64
thread_cpu_us (void)
{
  struct timespec now;

  return clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now) == 0 ? now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 : 0;
}

static guint
count_missing (const VigilPacket *packets,
               guint              n_packets)
{
  guint n = 0;

  for (guint i = 0; i < n_packets; i++)
    n += packets[i].missing;

  return n;
}

static void
note_work (VigilTileDecoder *self,
           gint64            cpu_us,
           guint             n_losses)
{
  g_mutex_lock (&self->lock);
  self->stats.cpu_us += cpu_us;
  self->stats.losses += n_losses;
  g_mutex_unlock (&self->lock);
}

/* A decoder holds its reference pictures for as long as it exists. What comes after a pause begins with a
 * key frame, so a new one does as well; it waits for that key frame from the beginning. */
static void
lie_down (VigilTileDecoder *self,
          GstCaps          *caps)
{
  if (caps != NULL)
    vigil_codec_choice_note (&self->choice, caps);
  if (self->chain == NULL)
    return;

  drop_chain (self);
  g_atomic_int_set (&self->waiting, TRUE);
  self->key_asked = FALSE;
  vigil_frame_slot_trim (self->slot);
  vigil_counter_add (vigil_media_metrics ()->decoders_rested, 1);
}

/* While a helper starts nothing is lost: packets stay in the queue, and no thread waits with them. The job is queued
 * again when the start is over; until then it counts as scheduled. */
static gboolean
awaits_helper (VigilTileDecoder *self)
{
  const VigilCodecOption *option = vigil_codec_choice_get (&self->choice);
  gboolean needs_it;

  if (option->helper == NULL || self->failed || g_atomic_int_get (&self->closed))
    return FALSE;

  needs_it = self->chain != NULL ? vigil_feed_chain_is_remote (self->chain) : !vigil_decoder_chain_is_preferred (option->codec);
  return needs_it && vigil_decode_helper_await_start (option->helper, self->pool, self);
}

/**
 * vigil_tile_decoder_run:
 * @object: a #VigilTileDecoder that was pushed into the pool
 *
 * Decodes what is queued. After a close it frees the chain, so that this
 * happens neither on the main thread nor under a streaming one.
 */
void
vigil_tile_decoder_run (gpointer object)
{
  VigilTileDecoder *self = object;
  VigilPacket packets[BATCH];
  guint n_packets;
  Work found;

  if (awaits_helper (self))
    return;

  do
    {
      g_autoptr (GstCaps) caps = NULL;
      gboolean pause_begun, rest;

      found = take_work (self, packets, &n_packets, &caps, &pause_begun, &rest);
      if (found == WORK_SOME && rest && n_packets == 0)
        lie_down (self, caps);
      else if (found == WORK_SOME)
        {
          gint64 began = thread_cpu_us ();
          guint n_losses = count_missing (packets, n_packets);

          work (self, packets, n_packets, caps, pause_begun);
          vigil_counter_add (vigil_media_metrics ()->losses, n_losses);
          note_work (self, thread_cpu_us () - began, n_losses);
        }
    }
  while (found == WORK_SOME);

  if (found == WORK_CLOSED)
    drop_chain (self);
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
