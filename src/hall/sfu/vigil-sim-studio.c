/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The studio: worker threads that make clips, those being watched first and
 * every clip's first second before anybody's second one. */

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vigil-sim-clip-cache.h"
#include "vigil-sim-encoder.h"
#include "vigil-sim-studio-private.h"

#define DISK_LIMIT_DEFAULT (G_GUINT64_CONSTANT (256) << 20)
#define MEMORY_LIMIT_DEFAULT (G_GUINT64_CONSTANT (64) << 20)
#define WORKERS_MAX 4

/* Sending, and the client on the same machine, come before encoding. */
#define WORKER_NICE 5

struct _VigilSimStudio
{
  GObject parent_instance;

  /* immutable after construction */
  guint64            memory_limit;
  VigilSimClipCache *cache;
  GPtrArray         *workers;   /* GThread */

  GMutex             lock;
  GCond              wake;
  /* under lock */
  GHashTable        *clips;     /* VigilSimClipKey in the clip → VigilSimClip */
  GQueue             by_use;    /* of clips in the table, least recently asked for first */
  GPtrArray         *unmade;    /* VigilSimClip */
  GPtrArray         *waiters;   /* GTask; its data: GPtrArray of VigilSimClip */
  guint              n_busy;
  guint              n_encoded;
  guint              n_loaded;
  gboolean           closing;
};

G_DEFINE_FINAL_TYPE (VigilSimStudio, vigil_sim_studio, G_TYPE_OBJECT)

static gboolean
is_playable (GPtrArray *clips)
{
  for (guint i = 0; i < clips->len; i++)
    {
      VigilSimClip *clip = g_ptr_array_index (clips, i);

      if (vigil_sim_clip_get_n_ready (clip) == 0 && !vigil_sim_clip_has_failed (clip))
        return FALSE;
    }

  return TRUE;
}

/* Takes the tasks that are done out of the list; the caller returns them
 * without the lock. */
static GPtrArray *
steal_done_waiters (VigilSimStudio *self)
{
  GPtrArray *done = g_ptr_array_new ();

  for (guint i = self->waiters->len; i > 0; i--)
    {
      GTask *task = g_ptr_array_index (self->waiters, i - 1);

      if (self->closing || is_playable (g_task_get_task_data (task)))
        g_ptr_array_add (done, g_ptr_array_steal_index (self->waiters, i - 1));
    }

  return done;
}

static void
return_waiters (GPtrArray *done,
                gboolean   ok)
{
  for (guint i = 0; i < done->len; i++)
    {
      GTask *task = g_ptr_array_index (done, i);

      if (ok)
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The studio is closed");
      g_object_unref (task);
    }
  g_ptr_array_unref (done);
}

/* The clip to work on next: watched before waited for, then the one that has
 * least, then the one asked for first. Under lock. */
static VigilSimClip *
take_next (VigilSimStudio *self)
{
  guint best = 0;
  guint64 best_rank = G_MAXUINT64;

  for (guint i = 0; i < self->unmade->len; i++)
    {
      VigilSimClip *clip = g_ptr_array_index (self->unmade, i);
      guint seconds = vigil_sim_clip_get_n_ready (clip) / vigil_sim_clip_get_key (clip)->rate;
      guint64 rank = seconds + (vigil_sim_clip_has_users (clip) ? 0 : 1000);

      if (rank < best_rank)
        {
          best = i;
          best_rank = rank;
        }
    }

  return self->unmade->len > 0 ? g_ptr_array_steal_index (self->unmade, best) : NULL;
}

typedef enum
{
  STEP_MORE,
  STEP_LOADED,
  STEP_ENCODED,
  STEP_FAILED,
} Step;

/* One second of a clip, or all of it if it is on disk or a voice. */
static Step
make_step (VigilSimStudio  *self,
           VigilSimEncoder *encoder,
           VigilSimClip    *clip)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (vigil_sim_clip_get_n_ready (clip) == 0 && vigil_sim_clip_cache_load (self->cache, clip))
    return STEP_LOADED;

  if (vigil_sim_clip_get_key (clip)->source == VIGIL_SIM_SOURCE_MICROPHONE)
    ok = vigil_sim_voice_encode (clip, &error);
  else
    ok = vigil_sim_encoder_encode (encoder, clip, &error);

  if (!ok)
    {
      vigil_sim_clip_set_failed (clip);
      g_warning ("A clip of look %u cannot be made: %s", vigil_sim_clip_get_key (clip)->look, error->message);
      return STEP_FAILED;
    }
  if (vigil_sim_clip_get_n_ready (clip) < vigil_sim_clip_get_n_frames (clip))
    return STEP_MORE;

  vigil_sim_clip_cache_store (self->cache, clip);

  return STEP_ENCODED;
}

static gpointer
worker_thread (gpointer data)
{
  VigilSimStudio *self = data;
  g_autoptr (VigilSimEncoder) encoder = vigil_sim_encoder_new ();

  setpriority (PRIO_PROCESS, syscall (SYS_gettid), WORKER_NICE);

  g_mutex_lock (&self->lock);
  while (!self->closing)
    {
      VigilSimClip *clip = take_next (self);
      GPtrArray *done;
      Step step;

      if (clip == NULL)
        {
          g_cond_wait (&self->wake, &self->lock);
          continue;
        }

      self->n_busy++;
      g_mutex_unlock (&self->lock);
      step = make_step (self, encoder, clip);
      g_mutex_lock (&self->lock);
      self->n_busy--;

      self->n_encoded += step == STEP_ENCODED;
      self->n_loaded += step == STEP_LOADED;
      if (step == STEP_MORE)
        g_ptr_array_add (self->unmade, g_steal_pointer (&clip));
      g_clear_pointer (&clip, vigil_sim_clip_unref);
      done = steal_done_waiters (self);
      g_mutex_unlock (&self->lock);
      return_waiters (done, TRUE);
      g_mutex_lock (&self->lock);
    }
  g_mutex_unlock (&self->lock);

  return NULL;
}

static void
vigil_sim_studio_dispose (GObject *object)
{
  VigilSimStudio *self = VIGIL_SIM_STUDIO (object);

  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);

  while (self->workers->len > 0)
    g_thread_join (g_ptr_array_steal_index (self->workers, self->workers->len - 1));
  return_waiters (steal_done_waiters (self), FALSE);

  G_OBJECT_CLASS (vigil_sim_studio_parent_class)->dispose (object);
}

static void
vigil_sim_studio_finalize (GObject *object)
{
  VigilSimStudio *self = VIGIL_SIM_STUDIO (object);

  g_queue_clear (&self->by_use);
  g_hash_table_unref (self->clips);
  g_ptr_array_unref (self->unmade);
  g_ptr_array_unref (self->waiters);
  g_ptr_array_unref (self->workers);
  vigil_sim_clip_cache_free (self->cache);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);

  G_OBJECT_CLASS (vigil_sim_studio_parent_class)->finalize (object);
}

static void
vigil_sim_studio_class_init (VigilSimStudioClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_sim_studio_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_sim_studio_finalize;
}

static void
vigil_sim_studio_init (VigilSimStudio *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->clips = g_hash_table_new_full (vigil_sim_clip_key_hash, vigil_sim_clip_key_equal,
                                       NULL, (GDestroyNotify) vigil_sim_clip_unref);
  self->unmade = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_sim_clip_unref);
  self->waiters = g_ptr_array_new ();
  self->workers = g_ptr_array_new ();
}

static VigilSimClipCache *
open_cache (const char *dir,
            guint64     limit)
{
  g_autofree char *fallback = NULL;

  if (dir == NULL)
    dir = fallback = g_build_filename (g_get_user_cache_dir (), "vigil", "rehearsal-clips", NULL);

  return *dir != '\0' ? vigil_sim_clip_cache_new (dir, limit > 0 ? limit : DISK_LIMIT_DEFAULT) : NULL;
}

/**
 * vigil_sim_studio_new:
 * @options: (nullable): NULL for the defaults
 *
 * Starts the workers, and GStreamer if that has not been done. Dropping the last
 * reference waits for at most one second of one clip per worker.
 */
VigilSimStudio *
vigil_sim_studio_new (const VigilSimStudioOptions *options)
{
  static const VigilSimStudioOptions defaults = { 0 };
  VigilSimStudio *self;
  guint n_workers;

  if (options == NULL)
    options = &defaults;
  gst_init (NULL, NULL);
  self = g_object_new (VIGIL_TYPE_SIM_STUDIO, NULL);
  self->memory_limit = options->memory_limit > 0 ? options->memory_limit : MEMORY_LIMIT_DEFAULT;
  self->cache = open_cache (options->cache_dir, options->disk_limit);
  n_workers = options->workers > 0 ? options->workers : MIN (g_get_num_processors (), WORKERS_MAX);

  for (guint i = 0; i < n_workers; i++)
    g_ptr_array_add (self->workers, g_thread_new ("vigil-studio", worker_thread, self));

  return self;
}

/* Lets go of what nobody plays, least recently asked for first. Under lock. */
static void
evict_unused (VigilSimStudio *self)
{
  guint64 unused = 0;

  for (GList *l = self->by_use.tail; l != NULL;)
    {
      VigilSimClip *clip = l->data;
      GList *previous = l->prev;

      if (!vigil_sim_clip_is_shared (clip))
        {
          unused += vigil_sim_clip_get_size (clip);
          if (unused > self->memory_limit)
            {
              g_queue_delete_link (&self->by_use, l);
              g_hash_table_remove (self->clips, vigil_sim_clip_get_key (clip));
            }
        }
      l = previous;
    }
}

/**
 * vigil_sim_studio_dup_clip:
 * @self: the studio
 * @key: what to show
 *
 * Asks for a clip; its frames become ready in the background. Any thread.
 *
 * Returns: (transfer full): the one clip of that key
 */
VigilSimClip *
vigil_sim_studio_dup_clip (VigilSimStudio        *self,
                           const VigilSimClipKey *key)
{
  VigilSimClip *clip;

  g_mutex_lock (&self->lock);
  clip = g_hash_table_lookup (self->clips, key);
  if (clip != NULL)
    {
      g_queue_remove (&self->by_use, clip);
    }
  else
    {
      evict_unused (self);
      clip = vigil_sim_clip_new (key);
      g_hash_table_insert (self->clips, (gpointer) vigil_sim_clip_get_key (clip), clip);
      g_ptr_array_add (self->unmade, vigil_sim_clip_ref (clip));
      g_cond_signal (&self->wake);
    }
  g_queue_push_tail (&self->by_use, clip);
  vigil_sim_clip_ref (clip);
  g_mutex_unlock (&self->lock);

  return clip;
}

/**
 * vigil_sim_studio_wait_async:
 * @self: the studio
 * @clips: (element-type VigilSimClip): with a free function of their own
 *
 * Waits until each of @clips can be played (not until it is complete). Calls
 * back in the caller's thread-default context.
 */
void
vigil_sim_studio_wait_async (VigilSimStudio      *self,
                             GPtrArray           *clips,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  /* No source object: a worker must never hold the studio's last reference. */
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  GPtrArray *done;

  g_task_set_source_tag (task, vigil_sim_studio_wait_async);
  g_task_set_task_data (task, g_ptr_array_ref (clips), (GDestroyNotify) g_ptr_array_unref);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->waiters, task);
  done = steal_done_waiters (self);
  g_mutex_unlock (&self->lock);
  return_waiters (done, TRUE);
}

gboolean
vigil_sim_studio_wait_finish (VigilSimStudio  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Clips encoded to the end since the start. Any thread. */
guint
vigil_sim_studio_get_n_encoded (VigilSimStudio *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_encoded;
}

/* Clips read from the disk cache since the start. Any thread. */
guint
vigil_sim_studio_get_n_loaded (VigilSimStudio *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_loaded;
}

/* Whether everything asked for is complete. Any thread. */
gboolean
vigil_sim_studio_is_idle (VigilSimStudio *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->unmade->len == 0 && self->n_busy == 0;
}
