/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that went is ended for good only when its last lane is back: until then somebody may still listen on one,
 * and its number must not be given to another file. */
#include "vigil-decode-helper.h"

#include <string.h>

#include "vigil-decode-process.h"
#include "vigil-decode-strikes.h"
#include "vigil-media-error.h"
#include "vigil-media-metrics.h"
#include "vigil-worker.h"

/* Address space for pictures; only those that exist take memory. Four in focus at 2560 × 1440 are 180 MiB. */
#define MEMORY_BYTES ((gsize) 512 * 1024 * 1024)

/* A helper that lived this long was a good one. */
#define LIVED_US (5 * G_USEC_PER_SEC)

/* So many short lives are followed by another at once; then there are pauses, twice as long each. */
#define SHORT_LIVES 4u
#define PAUSE_US    (250 * 1000)
#define PAUSE_MAX   (5 * G_USEC_PER_SEC)

/* So many times it may end before it is ready until it is believed that it never will be. Being slow does not count. */
#define START_TRIES 3u

/* Whose packets a lane has, in the order of the message. */
typedef struct
{
  char  *origins[VIGIL_DECODE_GROUP_MAX];
  guint  n; /* 0: nobody's */
} Hand;

/* An object of a pool that waits for the start to be over. */
typedef struct
{
  VigilDecodePool *pool;
  GObject         *object;
} Waiter;

typedef enum
{
  STATE_DOWN,
  STATE_STARTING, /* a worker is at it, without the lock */
  STATE_UP,
  STATE_DYING,    /* lanes are still out */
  STATE_NEVER,
} State;

struct _VigilDecodeHelper
{
  gatomicrefcount ref_count;

  /* immutable */
  char             *program;
  char             *codec;
  guint             n_lanes;
  VigilFrameMemory *memory;
  gint              sent[VIGIL_DECODE_LANES_MAX]; /* atomic: whether the lane's message went out */
  gint32           *mark; /* in the memory, atomic: VIGIL_DECODE_MARKS of them, by the helper's word */
  guint8           *batches[VIGIL_DECODE_LANES_MAX];

  /* with the lock */
  GMutex              lock;
  GCond               changed; /* the state, or a lane is back */
  State               state;
  VigilDecodeProcess  process;
  VigilDecodeStrikes *strikes;
  Hand                in_hand[VIGIL_DECODE_LANES_MAX]; /* with nobody's packets it is free */
  Hand                before[VIGIL_DECODE_LANES_MAX];  /* what it had last */
  guint32             sequences[VIGIL_DECODE_LANES_MAX]; /* of who has the lane, without the lock */
  GArray             *waiters; /* Waiter */
  GPtrArray          *kept;    /* frames that a process which is dying may still write to */
  guint               n_out;
  guint               generation;
  guint               n_short;
  guint               n_unstarted; /* starts in a row that failed… */
  guint               n_refused;   /* …and those of them that say it cannot be */
  gboolean            ever_up;
  gint64              up_since;
  gint64              not_before;
  guint64             last_chain;
};

/**
 * vigil_decode_helper_new:
 * @program: path of vigil-decoder, or of its brother with GStreamer
 * @codec: what it decodes
 * @n_lanes: how many threads will want it at a time
 * @error: there is no shared memory
 *
 * Starts nothing yet. Main thread as well.
 *
 * Returns: (transfer full) (nullable): a helper
 */
VigilDecodeHelper *
vigil_decode_helper_new (const char  *program,
                         const char  *codec,
                         guint        n_lanes,
                         GError     **error)
{
  g_autoptr (VigilFrameMemory) memory = vigil_frame_memory_new (MEMORY_BYTES, error);
  VigilDecodeHelper *self;

  if (memory == NULL)
    return NULL;

  self = g_new0 (VigilDecodeHelper, 1);
  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->program = g_strdup (program);
  self->codec = g_strdup (codec);
  self->n_lanes = CLAMP (n_lanes, 1, VIGIL_DECODE_LANES_MAX);
  self->strikes = vigil_decode_strikes_new ();
  self->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  self->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_frame_unref);
  self->memory = g_steal_pointer (&memory);
  /* The first block: at the beginning, where the helper knows it to be. */
  self->mark = (gpointer) vigil_frame_memory_alloc (self->memory, VIGIL_DECODE_MARKS * sizeof *self->mark);
  for (guint i = 0; i < self->n_lanes; i++)
    self->batches[i] = vigil_frame_memory_alloc (self->memory, VIGIL_DECODE_BATCH_MAX);

  return self;
}

/**
 * vigil_decode_helper_ref:
 *
 * Returns: (transfer full): @self
 */
VigilDecodeHelper *
vigil_decode_helper_ref (VigilDecodeHelper *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
hand_clear (Hand *hand)
{
  for (guint i = 0; i < hand->n; i++)
    g_free (hand->origins[i]);
  hand->n = 0;
}

static void
end_locked (VigilDecodeHelper *self)
{
  g_autofree char *how = NULL;

  if (self->process.pid == 0)
    return;

  how = vigil_decode_process_end (&self->process);
  /* It could write where nothing of ours is, too. */
  vigil_frame_memory_give_back_free (self->memory);
  vigil_counter_add (vigil_media_metrics ()->helpers_live, -1);
  g_debug ("the decoding helper for %s is gone: %s", self->codec, how);
}

/**
 * vigil_decode_helper_unref:
 *
 * With the last reference the process is ended.
 */
void
vigil_decode_helper_unref (VigilDecodeHelper *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_assert (self->n_out == 0);
  end_locked (self);
  g_ptr_array_unref (self->kept);
  g_array_unref (self->waiters);
  for (guint i = 0; i < self->n_lanes; i++)
    {
      vigil_frame_memory_release (self->memory, self->batches[i]);
      hand_clear (&self->before[i]);
    }
  vigil_frame_memory_release (self->memory, (guint8 *) self->mark);
  vigil_frame_memory_unref (self->memory);
  vigil_decode_strikes_free (self->strikes);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->program);
  g_free (self->codec);
  g_free (self);
}

/**
 * vigil_decode_helper_get_memory:
 *
 * Returns: (transfer none): where the pixels of its frames must be
 */
VigilFrameMemory *
vigil_decode_helper_get_memory (VigilDecodeHelper *self)
{
  return self->memory;
}

/* Going without is a decision for good only where no helper ever ran: a hostile video must not bring it about, nor a
 * machine that is slow. */
static void
note_start_locked (VigilDecodeHelper *self,
                   gboolean           up,
                   gboolean           refused,
                   gboolean           hopeless,
                   const char        *why)
{
  gint64 now = g_get_monotonic_time ();

  if (up)
    {
      self->state = STATE_UP;
      self->generation++;
      self->up_since = now;
      self->ever_up = TRUE;
      self->n_unstarted = self->n_refused = 0;
      vigil_counter_add (vigil_media_metrics ()->helpers_live, 1);
      vigil_counter_add (vigil_media_metrics ()->helpers_started, 1);
      vigil_counter_set (vigil_media_metrics ()->decode_sandboxed, 1);
      return;
    }

  self->n_unstarted++;
  self->n_refused += refused;
  self->not_before = now + MIN ((gint64) PAUSE_US << MIN (self->n_unstarted, 8), PAUSE_MAX);
  self->state = !self->ever_up && (hopeless || self->n_refused >= START_TRIES) ? STATE_NEVER : STATE_DOWN;
  if (self->state == STATE_NEVER)
    vigil_counter_set (vigil_media_metrics ()->decode_sandboxed, 0);
  if (self->state == STATE_NEVER)
    g_message ("%s is decoded without a helper: %s", self->codec, why);
  else
    g_message ("the decoding helper for %s does not start: %s", self->codec, why);
}

/* Whether this says that it will be the same the next time. */
static gboolean
is_refusal (const GError *error)
{
  return !g_error_matches (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_TIMEOUT) &&
         !g_error_matches (error, VIGIL_MEDIA_ERROR, VIGIL_MEDIA_ERROR_FAILED) &&
         !g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FORK);
}

static void
wake_all (GArray *waiters)
{
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = &g_array_index (waiters, Waiter, i);

      vigil_decode_pool_push (waiter->pool, waiter->object, TRUE);
      g_object_unref (waiter->object);
      vigil_decode_pool_unref (waiter->pool);
    }
}

static void
start_job (gpointer data)
{
  VigilDecodeHelper *self = data;
  g_autoptr (GArray) waiters = NULL;
  g_autoptr (GError) error = NULL;
  gboolean sandboxed = FALSE, up;

  g_atomic_int_set (self->mark, 0);
  up = vigil_decode_process_start (&self->process, self->program, self->codec, self->n_lanes,
                                   vigil_frame_memory_get_fd (self->memory),
                                   vigil_frame_memory_get_size (self->memory), &sandboxed, &error);
  if (up && !sandboxed)
    g_free (vigil_decode_process_end (&self->process));

  g_mutex_lock (&self->lock);
  note_start_locked (self, up && sandboxed, error != NULL && is_refusal (error),
                     up || g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT),
                     error != NULL ? error->message : "it could not be locked in");
  waiters = g_steal_pointer (&self->waiters);
  self->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  wake_all (waiters);
}

/* Nobody waits for it here: it may take as long as it likes. */
static void
begin_start_locked (VigilDecodeHelper *self)
{
  g_autoptr (VigilWorker) worker = vigil_worker_new ("vigil-helper");

  self->state = STATE_STARTING;
  vigil_worker_push (worker, start_job, vigil_decode_helper_ref (self), (GDestroyNotify) vigil_decode_helper_unref);
  vigil_worker_finish (worker);
}

static VigilHelperVerdict
ensure_up_locked (VigilDecodeHelper *self)
{
  if (self->state == STATE_DOWN && g_get_monotonic_time () >= self->not_before)
    begin_start_locked (self);

  switch (self->state)
    {
    case STATE_UP:
      return VIGIL_HELPER_READY;
    case STATE_NEVER:
      return VIGIL_HELPER_NEVER;
    case STATE_DOWN:
    case STATE_STARTING:
    case STATE_DYING:
    default:
      return VIGIL_HELPER_NOT_NOW;
    }
}

/**
 * vigil_decode_helper_start:
 *
 * Begins to start the process, unless it runs. Main thread as well.
 *
 * Returns: how things stand now
 */
VigilHelperVerdict
vigil_decode_helper_start (VigilDecodeHelper *self)
{
  VigilHelperVerdict verdict;

  g_mutex_lock (&self->lock);
  verdict = ensure_up_locked (self);
  g_mutex_unlock (&self->lock);

  return verdict;
}

/**
 * vigil_decode_helper_await_start:
 * @pool: where to push @object once the start is over, well or not
 * @object: (transfer none): a GObject, of that pool's
 *
 * As vigil_decode_helper_start().
 *
 * Returns: whether it is being started; if not, nothing is pushed
 */
gboolean
vigil_decode_helper_await_start (VigilDecodeHelper *self,
                                 VigilDecodePool   *pool,
                                 gpointer           object)
{
  gboolean starting;

  g_mutex_lock (&self->lock);
  ensure_up_locked (self);
  starting = self->state == STATE_STARTING;
  if (starting)
    {
      Waiter waiter = { vigil_decode_pool_ref (pool), g_object_ref (object) };

      g_array_append_val (self->waiters, waiter);
    }
  g_mutex_unlock (&self->lock);

  return starting;
}

static gint
find_lane_locked (VigilDecodeHelper *self)
{
  for (guint i = 0; i < self->n_lanes; i++)
    if (self->in_hand[i].n == 0)
      return (gint) i;

  return -1;
}

static VigilHelperVerdict
take_locked (VigilDecodeHelper *self,
             const char *const *origins,
             guint              n_origins,
             gint64             until,
             VigilDecodeLane   *lane)
{
  VigilHelperVerdict verdict;
  gint found;

  while ((verdict = ensure_up_locked (self)) == VIGIL_HELPER_READY && (found = find_lane_locked (self)) < 0)
    if (!g_cond_wait_until (&self->changed, &self->lock, until))
      return VIGIL_HELPER_NOT_NOW;
  if (verdict != VIGIL_HELPER_READY)
    return verdict;

  for (guint i = 0; i < n_origins; i++)
    self->in_hand[found].origins[i] = g_strdup (origins[i]);
  self->in_hand[found].n = n_origins;
  self->n_out++;
  g_atomic_int_set (&self->sent[found], FALSE);
  g_atomic_int_set (&self->mark[1 + found], -1); /* at none yet */
  lane->sent = &self->sent[found];
  lane->sequence = &self->sequences[found];
  lane->fd = self->process.lanes[found];
  lane->number = (guint) found;
  lane->generation = self->generation;
  lane->batch = self->batches[found];
  return VIGIL_HELPER_READY;
}

/**
 * vigil_decode_helper_admit:
 * @origin: whose packets are to be decoded
 *
 * Returns: %VIGIL_HELPER_READY; or for how long this origin is held back
 */
VigilHelperVerdict
vigil_decode_helper_admit (VigilDecodeHelper *self,
                           const char        *origin)
{
  VigilHelperVerdict verdict = VIGIL_HELPER_READY;
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  if (vigil_decode_strikes_is_out (self->strikes, origin, now))
    verdict = VIGIL_HELPER_OUT;
  else if (now < vigil_decode_strikes_get_held_until (self->strikes, origin))
    verdict = VIGIL_HELPER_NOT_NOW;
  g_mutex_unlock (&self->lock);

  return verdict;
}

/**
 * vigil_decode_helper_take_lane:
 * @origins: whose packets will go through it, in the order of the message; admitted
 * @n_origins: 1 to %VIGIL_DECODE_GROUP_MAX
 * @until: monotonic microseconds: how long to wait for a lane
 * @lane: (out): if it is %VIGIL_HELPER_READY; goes back by vigil_decode_helper_give_back()
 *
 * Begins to start the process if need be, which is no lane yet.
 *
 * Returns: how things stand
 */
VigilHelperVerdict
vigil_decode_helper_take_lane (VigilDecodeHelper *self,
                               const char *const *origins,
                               guint              n_origins,
                               gint64             until,
                               VigilDecodeLane   *lane)
{
  VigilHelperVerdict verdict;

  g_mutex_lock (&self->lock);
  verdict = take_locked (self, origins, n_origins, until, lane);
  g_mutex_unlock (&self->lock);

  return verdict;
}

/**
 * vigil_decode_helper_give_back:
 * @lane: from vigil_decode_helper_take_lane(), after vigil_decode_helper_lose() as well
 */
void
vigil_decode_helper_give_back (VigilDecodeHelper *self,
                               VigilDecodeLane   *lane)
{
  g_autoptr (GPtrArray) kept = NULL;

  g_mutex_lock (&self->lock);
  hand_clear (&self->before[lane->number]);
  self->before[lane->number] = self->in_hand[lane->number];
  self->in_hand[lane->number].n = 0;
  self->n_out--;
  if (self->state == STATE_DYING && self->n_out == 0)
    {
      end_locked (self);
      self->state = STATE_DOWN;
      kept = g_steal_pointer (&self->kept);
      self->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_frame_unref);
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
strike_locked (VigilDecodeHelper *self,
               const char        *origin)
{
  guint n = vigil_decode_strikes_add (self->strikes, origin, g_get_monotonic_time ());

  if (n == VIGIL_DECODE_STRIKES_OUT)
    {
      vigil_counter_add (vigil_media_metrics ()->feeds_held_back, 1);
      g_message ("a video is held back: the decoding helper went with it %u times", n);
    }
}

/* The one of the lane's that it is at: @at if that is known, else the helper's word if it can be true. */
static void
strike_lane_locked (VigilDecodeHelper *self,
                    guint              number,
                    gint               at)
{
  const Hand *hand = &self->in_hand[number];

  if (at < 0)
    at = g_atomic_int_get (&self->mark[1 + number]);
  for (guint i = 0; i < hand->n; i++)
    if (i == (guint) at || (guint) at >= hand->n)
      strike_locked (self, hand->origins[i]);
}

/* The helper's word on which lane it was is taken if it can be true. Without a word it may have been any. */
static void
blame_locked (VigilDecodeHelper *self,
              guint              number,
              gint               at,
              VigilHelperEnd     end)
{
  gint32 mark = g_atomic_int_get (self->mark);

  if (mark >= 1 && mark <= (gint32) self->n_lanes && self->in_hand[mark - 1].n > 0)
    strike_lane_locked (self, (guint) mark - 1, -1);
  else if (end == VIGIL_HELPER_END_WRONG)
    strike_lane_locked (self, number, at);
  else if (end == VIGIL_HELPER_END_UNASKED)
    for (guint i = 0; i < self->before[number].n; i++)
      strike_locked (self, self->before[number].origins[i]);
  else
    for (guint i = 0; i < self->n_lanes; i++)
      if (self->in_hand[i].n > 0 && g_atomic_int_get (&self->sent[i]) &&
          (i != number || end != VIGIL_HELPER_END_IDLE))
        strike_lane_locked (self, i, -1);
}

/**
 * vigil_decode_helper_keep:
 * @frame: (transfer full): what a process was lent that is about to be lost
 *
 * Nobody else gets it while that process may write to it. Before vigil_decode_helper_lose().
 */
void
vigil_decode_helper_keep (VigilDecodeHelper *self,
                          VigilFrame        *frame)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->kept, frame);
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_decode_helper_lose:
 * @lane: on which there was no answer, or a bad one
 * @end: what was seen of it
 * @at: the request that the bad answer is about; -1 if nobody can tell
 * @why: what was wrong, for a log
 *
 * The process is killed, if it is the one that the lane led to. It is started again when somebody wants it.
 */
void
vigil_decode_helper_lose (VigilDecodeHelper *self,
                          VigilDecodeLane   *lane,
                          VigilHelperEnd     end,
                          gint               at,
                          const char        *why)
{
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  if (self->state == STATE_UP && lane->generation == self->generation)
    {
      vigil_counter_add (vigil_media_metrics ()->helpers_lost, 1);
      g_message ("the decoding helper for %s is lost: %s", self->codec, why);
      blame_locked (self, lane->number, at, end);
      vigil_decode_process_kill (&self->process);
      self->state = STATE_DYING;
      self->n_short = now - self->up_since < LIVED_US ? self->n_short + 1 : 0;
      if (self->n_short > SHORT_LIVES)
        self->not_before = now + MIN ((gint64) PAUSE_US << MIN (self->n_short - SHORT_LIVES, 8), PAUSE_MAX);
    }
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_decode_helper_note_pictures:
 * @origin: whose they are
 * @n_pictures: that came out
 */
void
vigil_decode_helper_note_pictures (VigilDecodeHelper *self,
                                   const char        *origin,
                                   guint              n_pictures)
{
  g_mutex_lock (&self->lock);
  vigil_decode_strikes_forgive (self->strikes, origin, n_pictures, g_get_monotonic_time ());
  g_mutex_unlock (&self->lock);
}

/**
 * vigil_decode_helper_next_chain:
 *
 * Returns: a number that no decoder had before
 */
guint64
vigil_decode_helper_next_chain (VigilDecodeHelper *self)
{
  guint64 chain;

  g_mutex_lock (&self->lock);
  chain = ++self->last_chain;
  g_mutex_unlock (&self->lock);

  return chain;
}

/**
 * vigil_decode_helper_get_generation:
 *
 * Returns: of the process that runs; 0: none does
 */
guint
vigil_decode_helper_get_generation (VigilDecodeHelper *self)
{
  guint generation;

  g_mutex_lock (&self->lock);
  generation = self->state == STATE_UP ? self->generation : 0;
  g_mutex_unlock (&self->lock);

  return generation;
}

/**
 * vigil_decode_helper_get_pid:
 *
 * Returns: of the process that runs; 0: none does. For tests.
 */
GPid
vigil_decode_helper_get_pid (VigilDecodeHelper *self)
{
  GPid pid;

  g_mutex_lock (&self->lock);
  pid = self->state == STATE_UP ? self->process.pid : 0;
  g_mutex_unlock (&self->lock);

  return pid;
}
