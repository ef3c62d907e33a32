/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tile decoder's half on the pool's threads: what its jobs do with the packets, and with what comes out. */
#include "vigil-tile-decoder-private.h"

#include <time.h>

#include "vigil-main-post.h"
#include "vigil-media-metrics.h"
#include "vigil-memory.h"
#include "vigil-picture.h"

#define BATCH VIGIL_TILE_DECODER_BATCH

/* For so long after a pause, frames may still come that were sent before it. */
#define PAUSE_TAIL_US (250 * 1000)

/* A picture that came in the middle of a turn waits for its end, which is nothing out of the way. */
#define LATE_US (10 * 1000)

static void
post (VigilTileDecoder  *self,
      VigilMainPostFunc  func,
      char              *detail)
{
  vigil_main_post (NULL, self, &self->generation, 0, func, detail, g_free);
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

/* Who may come in another codec may be decoded here, by a driver that hangs, from one packet to the next. */
static void
note_apart (VigilTileDecoder *self)
{
  g_atomic_int_set (&self->apart, vigil_feed_chain_is_remote (self->chain) && vigil_codec_choice_is_one (&self->choice));
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
  else
    note_apart (self);

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
  self->left_some = self->queue.length > 0;
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

  g_atomic_int_set (&self->apart, FALSE);
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

/* What one feed has to do in a turn. */
typedef struct
{
  VigilTileDecoder *decoder;
  VigilPacket       packets[BATCH];
  guint             n_packets;
  GstCaps          *caps;
  gboolean          pause_begun;
} Job;

/* The chain as it must be for the packets that follow. Returns whether they are to be decoded. */
static gboolean
prepare (Job *job)
{
  VigilTileDecoder *self = job->decoder;
  gboolean fresh;

  if (job->caps != NULL)
    vigil_codec_choice_note (&self->choice, job->caps);
  if (vigil_codec_choice_follow (&self->choice, job->packets, &job->n_packets, g_get_monotonic_time ()))
    change_codec (self);
  fresh = self->chain == NULL;
  if (ensure_chain (self))
    {
      const char *known = vigil_codec_choice_get (&self->choice)->caps;

      if ((fresh || job->caps != NULL) && known != NULL)
        vigil_feed_chain_set_caps (self->chain, known);
      if (job->pause_begun)
        {
          vigil_feed_chain_require_key (self->chain);
          g_atomic_int_set (&self->waiting, TRUE);
          self->key_asked = FALSE;
        }
    }

  return job->n_packets > 0 && self->chain != NULL && !self->failed && !g_atomic_int_get (&self->closed);
}

static void
work (Job   *jobs,
      guint  n_jobs)
{
  VigilFeedPush pushes[VIGIL_DECODE_TOGETHER_MAX];
  VigilTileDecoder *whose[VIGIL_DECODE_TOGETHER_MAX];
  guint n = 0;

  for (guint i = 0; i < n_jobs; i++)
    {
      VigilTileDecoder *self = jobs[i].decoder;

      g_atomic_pointer_set (&self->busy_ms, (gsize) (g_get_monotonic_time () / 1000));
      if (!prepare (&jobs[i]))
        continue;
      pushes[n] = (VigilFeedPush) { .chain = self->chain, .packets = jobs[i].packets, .n_packets = jobs[i].n_packets };
      whose[n++] = self;
    }
  if (n > 0)
    vigil_feed_chain_push (pushes, n);
  for (guint i = 0; i < n; i++)
    {
      note_result (whose[i], &pushes[i].result);
      note_apart (whose[i]);
    }
  for (guint i = 0; i < n_jobs; i++)
    {
      for (guint j = 0; j < jobs[i].n_packets; j++)
        gst_buffer_unref (jobs[i].packets[j].buffer);
      g_atomic_pointer_set (&jobs[i].decoder->busy_ms, (gsize) 0);
    }
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

/* Takes what is to be decoded of a feed. What else waits is done at once. */
static Work
begin (VigilTileDecoder *self,
       Job              *job)
{
  gboolean rest;
  Work found;

  job->decoder = self;
  job->caps = NULL;
  while ((found = take_work (self, job->packets, &job->n_packets, &job->caps, &job->pause_begun, &rest)) == WORK_SOME &&
         rest && job->n_packets == 0)
    {
      lie_down (self, job->caps);
      gst_clear_caps (&job->caps);
    }
  if (found == WORK_CLOSED)
    drop_chain (self);

  return found;
}

/* One batch of each. Returns how many of them are to be looked at again. */
static guint
take_turn (gpointer *objects,
           guint     n)
{
  Job jobs[VIGIL_DECODE_TOGETHER_MAX];
  gint64 began = thread_cpu_us (), cpu_us;
  guint n_jobs = 0;

  for (guint i = 0; i < n; i++)
    if (begin (objects[i], &jobs[n_jobs]) == WORK_SOME)
      n_jobs++;

  work (jobs, n_jobs);
  cpu_us = thread_cpu_us () - began;
  for (guint i = 0; i < n_jobs; i++)
    {
      guint n_losses = count_missing (jobs[i].packets, jobs[i].n_packets);

      objects[i] = jobs[i].decoder;
      gst_clear_caps (&jobs[i].caps);
      vigil_counter_add (vigil_media_metrics ()->losses, n_losses);
      note_work (jobs[i].decoder, cpu_us / n_jobs, n_losses);
    }

  return n_jobs;
}

/* Whether there is more to be done of it by now; else the job is over. A part of a picture is nothing yet: its end schedules another. */
static gboolean
goes_on (VigilTileDecoder *self,
         gboolean         *late)
{
  gboolean more;

  g_mutex_lock (&self->lock);
  more = g_atomic_int_get (&self->closed) || self->waits_us != 0 || self->queue.length >= BATCH ||
         (self->left_some && self->queue.length > 0) || self->caps != NULL || self->pause_begun ||
         (self->paused_us != 0 && g_get_monotonic_time () - self->paused_us > PAUSE_TAIL_US) || (self->rest && self->paused);
  self->rest = self->rest && more;
  self->scheduled = more;
  *late = self->waits_us != 0 && g_get_monotonic_time () - self->waits_us > LATE_US;
  g_mutex_unlock (&self->lock);

  return more;
}

/**
 * vigil_tile_decoder_run:
 * @objects: #VigilTileDecoder that were pushed into the pool
 * @n: at most %VIGIL_DECODE_TOGETHER_MAX
 *
 * Decodes what is queued. After a close it frees the chain, so that this
 * happens neither on the main thread nor under a streaming one.
 */
void
vigil_tile_decoder_run (gpointer *objects,
                        guint     n)
{
  gpointer left[VIGIL_DECODE_TOGETHER_MAX];
  guint n_left = 0;

  for (guint i = 0; i < n; i++)
    if (!awaits_helper (objects[i]))
      left[n_left++] = objects[i];
  n_left = take_turn (left, n_left);
  /* Who has so much to decode that there is more already does not stay with the others, nor on this thread. */
  for (guint i = 0; i < n_left; i++)
    {
      gboolean late;

      if (goes_on (left[i], &late))
        vigil_decode_pool_push_back (((VigilTileDecoder *) left[i])->pool, left[i], late);
    }
}

/**
 * vigil_tile_decoder_joins:
 * @object: a #VigilTileDecoder
 *
 * Returns: whether its job may be done with others': who waits for the helper does so for a bounded time, and a picture that
 * is waited for does not wait for others
 */
gboolean
vigil_tile_decoder_joins (gpointer object)
{
  VigilTileDecoder *self = object;

  return g_atomic_int_get (&self->apart) && !g_atomic_int_get (&self->waiting);
}
