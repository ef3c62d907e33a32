/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One track of one simulated candidate, played frame by frame. */

#include "vigil-main-post.h"
#include "vigil-sim-feed-private.h"
#include "vigil-sim-studio-private.h"

/* Opus frames of 20 ms. */
#define MICROPHONE_RATE 50

/* There are that many different voices; nobody is known by theirs. */
#define N_VOICES 4

#define SNAPSHOT_QUALITY 82

struct _VigilSimFeed
{
  GObject parent_instance;

  /* immutable */
  VigilSimStudio   *studio;
  GMainContext     *context;
  guint             look;
  VigilSimSource    source;
  guint             width, height, rate;

  GMutex            lock;
  /* under lock */
  VigilSimBehaviour wanted;
  VigilSimBehaviour shown;
  gint64            since;     /* real time, µs */
  gboolean          watched;
  VigilSimClip     *clip;      /* of shown; only while watched */
  VigilSimClip     *next;      /* of wanted, if that is not yet shown */
  guint             position;  /* in clip: the frame to send next */
};

enum
{
  SHOWN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VigilSimFeed, vigil_sim_feed, G_TYPE_OBJECT)

typedef struct
{
  VigilSimBehaviour behaviour;
  gint64            at;
} ShownEvent;

static void
emit_shown (gpointer target,
            gpointer event)
{
  const ShownEvent *shown = event;

  g_signal_emit (target, signals[SHOWN], 0, shown->behaviour, shown->at);
}

/* Under lock, on any thread that holds a reference. */
static void
become_shown (VigilSimFeed *self)
{
  ShownEvent *event = g_new (ShownEvent, 1);

  self->shown = self->wanted;
  self->since = g_get_real_time ();
  event->behaviour = self->shown;
  event->at = self->since;
  vigil_main_post (self->context, self, NULL, 0, emit_shown, event, g_free);
}

static void
drop_clip (VigilSimClip **clip)
{
  if (*clip != NULL)
    vigil_sim_clip_remove_user (*clip);
  g_clear_pointer (clip, vigil_sim_clip_unref);
}

static void
vigil_sim_feed_dispose (GObject *object)
{
  VigilSimFeed *self = VIGIL_SIM_FEED (object);

  drop_clip (&self->clip);
  drop_clip (&self->next);
  g_clear_object (&self->studio);

  G_OBJECT_CLASS (vigil_sim_feed_parent_class)->dispose (object);
}

static void
vigil_sim_feed_finalize (GObject *object)
{
  VigilSimFeed *self = VIGIL_SIM_FEED (object);

  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (vigil_sim_feed_parent_class)->finalize (object);
}

static void
vigil_sim_feed_class_init (VigilSimFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_sim_feed_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_sim_feed_finalize;

  /**
   * VigilSimFeed::shown:
   * @behaviour: (type guint): a #VigilSimBehaviour
   * @at: (type gint64): g_get_real_time() of its first frame
   *
   * Not emitted for a behaviour that was replaced before it was shown.
   */
  signals[SHOWN] = g_signal_new ("shown", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_INT64);
}

static void
vigil_sim_feed_init (VigilSimFeed *self)
{
  g_mutex_init (&self->lock);
  self->context = g_main_context_ref_thread_default ();
  self->since = g_get_real_time ();
}

/**
 * vigil_sim_feed_new:
 * @studio: where its frames come from
 * @look: 0 … %VIGIL_SIM_LOOK_MAX
 * @source: webcam, screen or microphone
 * @width: pixels, even; ignored for a microphone
 * @height: pixels, even; ignored for a microphone
 * @rate: frames a second, 1 … 60; ignored for a microphone
 *
 * Costs next to nothing until somebody consumes it.
 */
VigilSimFeed *
vigil_sim_feed_new (VigilSimStudio *studio,
                    guint           look,
                    VigilSimSource  source,
                    guint           width,
                    guint           height,
                    guint           rate)
{
  gboolean sound = source == VIGIL_SIM_SOURCE_MICROPHONE;
  VigilSimFeed *self;

  g_return_val_if_fail (VIGIL_IS_SIM_STUDIO (studio), NULL);
  g_return_val_if_fail (look <= VIGIL_SIM_LOOK_MAX, NULL);
  g_return_val_if_fail (sound || (width >= 16 && height >= 16 && width % 2 == 0 && height % 2 == 0), NULL);
  g_return_val_if_fail (sound || (rate >= 1 && rate <= 60), NULL);

  self = g_object_new (VIGIL_TYPE_SIM_FEED, NULL);
  self->studio = g_object_ref (studio);
  self->look = look;
  self->source = source;
  self->width = sound ? 0 : width;
  self->height = sound ? 0 : height;
  self->rate = sound ? MICROPHONE_RATE : rate;

  return self;
}

VigilSimSource
vigil_sim_feed_get_source (VigilSimFeed *self)
{
  g_return_val_if_fail (VIGIL_IS_SIM_FEED (self), VIGIL_SIM_SOURCE_WEBCAM);

  return self->source;
}

guint
vigil_sim_feed_get_look (VigilSimFeed *self)
{
  g_return_val_if_fail (VIGIL_IS_SIM_FEED (self), 0);

  return self->look;
}

VigilSimStudio *
vigil_sim_feed_get_studio (VigilSimFeed *self)
{
  return self->studio;
}

/* Microseconds from one frame to the next. Any thread. */
gint64
vigil_sim_feed_get_interval (VigilSimFeed *self)
{
  return G_USEC_PER_SEC / self->rate;
}

/* Behaviours that look or sound alike share one clip. */
static void
fill_key (VigilSimFeed      *self,
          VigilSimBehaviour  behaviour,
          VigilSimClipKey   *key)
{
  key->look = self->look;
  key->source = self->source;
  key->behaviour = behaviour;
  key->width = self->width;
  key->height = self->height;
  key->rate = self->rate;

  if (self->source == VIGIL_SIM_SOURCE_SCREEN && behaviour != VIGIL_SIM_BEHAVIOUR_OTHER_TAB)
    key->behaviour = VIGIL_SIM_BEHAVIOUR_PRESENT;
  if (self->source == VIGIL_SIM_SOURCE_MICROPHONE)
    {
      key->look = self->look % N_VOICES;
      if (behaviour != VIGIL_SIM_BEHAVIOUR_SECOND_PERSON && behaviour != VIGIL_SIM_BEHAVIOUR_ABSENT)
        key->behaviour = VIGIL_SIM_BEHAVIOUR_PRESENT;
    }
}

static VigilSimClip *
dup_clip_of (VigilSimFeed      *self,
             VigilSimBehaviour  behaviour,
             gboolean           use)
{
  VigilSimClipKey key;
  VigilSimClip *clip;

  fill_key (self, behaviour, &key);
  clip = vigil_sim_studio_dup_clip (self->studio, &key);
  if (use)
    vigil_sim_clip_add_user (clip);

  return clip;
}

/* (transfer full): the clip of the behaviour shown now. Any thread. */
VigilSimClip *
vigil_sim_feed_dup_clip (VigilSimFeed *self)
{
  return dup_clip_of (self, vigil_sim_feed_get_shown (self, NULL), FALSE);
}

/**
 * vigil_sim_feed_set_behaviour:
 * @self: a feed
 * @behaviour: what the candidate does from now on
 *
 * Shown from the next frame on if anybody watches and the pictures are ready,
 * a little later if they have to be encoded first, and at once if nobody
 * watches. The hall's thread.
 */
void
vigil_sim_feed_set_behaviour (VigilSimFeed      *self,
                              VigilSimBehaviour  behaviour)
{
  g_return_if_fail (VIGIL_IS_SIM_FEED (self));
  g_return_if_fail (behaviour < VIGIL_SIM_BEHAVIOUR_LAST);

  g_mutex_lock (&self->lock);
  if (behaviour != self->wanted)
    {
      drop_clip (&self->next);
      self->wanted = behaviour;
      if (!self->watched && behaviour != self->shown)
        become_shown (self);
      else if (behaviour != self->shown)
        self->next = dup_clip_of (self, behaviour, TRUE);
    }
  g_mutex_unlock (&self->lock);
}

/* What was asked for last. */
VigilSimBehaviour
vigil_sim_feed_get_behaviour (VigilSimFeed *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (VIGIL_IS_SIM_FEED (self), VIGIL_SIM_BEHAVIOUR_PRESENT);
  locker = g_mutex_locker_new (&self->lock);

  return self->wanted;
}

/**
 * vigil_sim_feed_get_shown:
 * @self: a feed
 * @since: (out) (optional): g_get_real_time() of its first frame
 *
 * Returns: what is in the picture now. Any thread.
 */
VigilSimBehaviour
vigil_sim_feed_get_shown (VigilSimFeed *self,
                          gint64       *since)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (VIGIL_IS_SIM_FEED (self), VIGIL_SIM_BEHAVIOUR_PRESENT);
  locker = g_mutex_locker_new (&self->lock);
  if (since != NULL)
    *since = self->since;

  return self->shown;
}

/* Somebody watches: frames will be asked for. The hall's thread. */
void
vigil_sim_feed_start (VigilSimFeed *self)
{
  g_mutex_lock (&self->lock);
  if (!self->watched)
    {
      self->watched = TRUE;
      self->clip = dup_clip_of (self, self->shown, TRUE);
      self->position = 0;
    }
  g_mutex_unlock (&self->lock);
}

/* Nobody watches any more. The hall's thread. */
void
vigil_sim_feed_stop (VigilSimFeed *self)
{
  g_mutex_lock (&self->lock);
  if (self->watched)
    {
      self->watched = FALSE;
      drop_clip (&self->clip);
      drop_clip (&self->next);
      if (self->wanted != self->shown)
        become_shown (self);
    }
  g_mutex_unlock (&self->lock);
}

/* The switch itself: from the first frame of the next clip, a key frame. */
static void
switch_if_ready (VigilSimFeed *self)
{
  if (self->next == NULL || vigil_sim_clip_get_n_ready (self->next) == 0)
    return;

  drop_clip (&self->clip);
  self->clip = g_steal_pointer (&self->next);
  self->position = 0;
  become_shown (self);
}

/**
 * vigil_sim_feed_step:
 * @self: a watched feed
 * @want_key: whether the frame must be a key frame; the loop jumps ahead to one
 * @clip: (out) (transfer full): what keeps the frame alive
 *
 * Called once a frame interval, on the pacer's thread.
 *
 * Returns: (nullable): the frame to send now, or NULL if none is encoded yet
 */
const VigilSimFrame *
vigil_sim_feed_step (VigilSimFeed  *self,
                     gboolean       want_key,
                     VigilSimClip **clip)
{
  const VigilSimFrame *frame = NULL;

  g_mutex_lock (&self->lock);
  switch_if_ready (self);
  if (self->clip != NULL && vigil_sim_clip_get_n_ready (self->clip) > 0)
    {
      if (self->position >= vigil_sim_clip_get_n_ready (self->clip))
        self->position = 0;
      if (want_key)
        self->position = vigil_sim_clip_get_next_key (self->clip, self->position);
      frame = vigil_sim_clip_get_frame (self->clip, self->position++);
      *clip = vigil_sim_clip_ref (self->clip);
    }
  g_mutex_unlock (&self->lock);

  return frame;
}

typedef struct
{
  guint             look;
  VigilSimSource    source;
  VigilSimBehaviour behaviour;
  double            t;
  guint             width, height;
} Snapshot;

static void
snapshot_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  const Snapshot *snapshot = task_data;
  GError *error = NULL;
  GBytes *bytes;

  bytes = vigil_sim_look_render_jpeg (snapshot->look, snapshot->source, snapshot->behaviour, snapshot->t,
                                      snapshot->width, snapshot->height, SNAPSHOT_QUALITY, &error);
  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * vigil_sim_feed_snapshot_async:
 * @self: a webcam's or a screen's feed
 * @width: pixels
 * @height: pixels
 * @cancellable: (nullable): may stop the wait
 * @callback: called in the caller's thread-default context
 * @user_data: for @callback
 *
 * What the feed shows at this moment, as a candidate's browser would capture
 * it. Drawn on another thread.
 */
void
vigil_sim_feed_snapshot_async (VigilSimFeed        *self,
                               guint                width,
                               guint                height,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Snapshot *snapshot;

  g_return_if_fail (VIGIL_IS_SIM_FEED (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, vigil_sim_feed_snapshot_async);
  if (self->source == VIGIL_SIM_SOURCE_MICROPHONE || width < 16 || height < 16)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "There is no picture of that");
      return;
    }

  snapshot = g_new0 (Snapshot, 1);
  snapshot->look = self->look;
  snapshot->source = self->source;
  snapshot->width = width;
  snapshot->height = height;
  g_mutex_lock (&self->lock);
  snapshot->behaviour = self->shown;
  if (self->clip != NULL)
    snapshot->t = (double) self->position / self->rate;
  else
    snapshot->t = (g_get_real_time () - self->since) % (VIGIL_SIM_CLIP_SECONDS * G_USEC_PER_SEC) / 1e6;
  g_mutex_unlock (&self->lock);

  g_task_set_task_data (task, snapshot, g_free);
  g_task_run_in_thread (task, snapshot_thread);
}

/* Returns: (transfer full) (nullable): a JPEG file, about 25 KB at 640×360. */
GBytes *
vigil_sim_feed_snapshot_finish (VigilSimFeed  *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
