/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stills of one candidate at a time as pictures of one size. */
#include "vigil-still-view.h"

#include "vigil-metrics.h"
#include "vigil-still-decode.h"

/* The main thread and video have to have room beside it. */
#define MAX_RUNNING 2

/* Before anybody said how large it is to be. */
#define DEFAULT_SIDE 240

struct _VigilStillView
{
  GObject parent_instance;

  VigilStills     *stills;
  VigilStillWatch  watch;
  int              side;
  VigilStill      *newest;   /* to be decoded, if it is not the one that was; nullable */
  VigilStill      *still;    /* that @frame is of; nullable */
  VigilFrame      *frame;
  int              frame_side;
  gboolean         busy;     /* being decoded, or waiting for it */
  guint            serial;   /* of what is kept: with another one nothing that was begun counts */
};

/* What is decoded, and who waits for it. Main thread. */
typedef struct
{
  guint  running;
  GQueue waiting; /* of VigilStillView, owned */
} Desk;

/* Task data of a decoding. */
typedef struct
{
  VigilStill *still;
  int         side;
  guint       serial;
} Job;

static Desk desk = { 0, G_QUEUE_INIT };
static guint signal_changed;
static VigilCounter *n_broken;
static VigilHistogram *decode_time;

G_DEFINE_FINAL_TYPE (VigilStillView, vigil_still_view, G_TYPE_OBJECT)

static void run_next (void);

static void
job_free (gpointer data)
{
  Job *job = data;

  vigil_still_unref (job->still);
  g_free (job);
}

static void
decode_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  gint64 began_us = g_get_monotonic_time ();
  VigilFrame *frame = vigil_still_decode (job->still->bytes, job->side, &error);

  vigil_histogram_add (decode_time, (double) (g_get_monotonic_time () - began_us) / 1000);
  if (frame != NULL)
    g_task_return_pointer (task, frame, (GDestroyNotify) vigil_frame_unref);
  else
    g_task_return_error (task, error);
}

static void
want_decoding (VigilStillView *self)
{
  if (self->busy || self->newest == NULL || (self->newest == self->still && self->side <= self->frame_side))
    return;
  self->busy = TRUE;
  g_queue_push_tail (&desk.waiting, g_object_ref (self));
  run_next ();
}

static void
take (VigilStillView *self, const Job *job, VigilFrame *frame)
{
  g_clear_pointer (&self->frame, vigil_frame_unref);
  g_clear_pointer (&self->still, vigil_still_unref);
  self->frame = vigil_frame_ref (frame);
  self->still = vigil_still_ref (job->still);
  self->frame_side = job->side;
  g_signal_emit (self, signal_changed, 0);
}

static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VigilStillView *self = VIGIL_STILL_VIEW (source);
  const Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilFrame) frame = g_task_propagate_pointer (G_TASK (result), &error);

  desk.running--;
  self->busy = FALSE;
  if (frame == NULL)
    {
      vigil_counter_add (n_broken, 1);
      g_debug ("The still of %u: %s", job->still->handle, error->message);
      if (self->newest == job->still)
        g_clear_pointer (&self->newest, vigil_still_unref); /* the picture before it stays, and ages */
    }
  else if (job->serial == self->serial)
    take (self, job, frame);
  want_decoding (self);
  run_next ();
}

static void
run (VigilStillView *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, decoded_cb, NULL);
  Job *job = g_new0 (Job, 1);

  job->still = vigil_still_ref (self->newest);
  job->side = self->side;
  job->serial = self->serial;
  g_task_set_source_tag (task, run);
  g_task_set_task_data (task, job, job_free);
  desk.running++;
  g_task_run_in_thread (task, decode_thread);
}

static void
run_next (void)
{
  while (desk.running < MAX_RUNNING && desk.waiting.length > 0)
    {
      g_autoptr (VigilStillView) self = g_queue_pop_head (&desk.waiting);

      if (self->newest != NULL)
        run (self);
      else
        self->busy = FALSE; /* whoever it was for has gone */
    }
}

static void
still_cb (VigilStillWatch *watch, VigilStill *still)
{
  VigilStillView *self = watch->target;

  g_return_if_fail (still->handle == watch->handle);

  if (still == self->newest)
    return;
  g_clear_pointer (&self->newest, vigil_still_unref);
  self->newest = vigil_still_ref (still);
  want_decoding (self);
}

static void
drop (VigilStillView *self)
{
  self->serial++;
  self->frame_side = 0;
  g_clear_pointer (&self->newest, vigil_still_unref);
  g_clear_pointer (&self->still, vigil_still_unref);
  g_clear_pointer (&self->frame, vigil_frame_unref);
}

void
vigil_still_view_watch (VigilStillView *self, VigilHandle handle, gint64 wait_us)
{
  g_return_if_fail (VIGIL_IS_STILL_VIEW (self));

  if (self->watch.handle == handle)
    return;
  if (handle == VIGIL_HANDLE_NONE)
    {
      vigil_stills_unwatch (self->stills, &self->watch);
      return;
    }
  if (self->newest != NULL && self->newest->handle != handle)
    drop (self);
  if (self->still != NULL && self->still->handle != handle)
    drop (self);
  vigil_stills_watch (self->stills, &self->watch, handle, wait_us);
}

void
vigil_still_view_forget (VigilStillView *self)
{
  g_return_if_fail (VIGIL_IS_STILL_VIEW (self));

  vigil_stills_unwatch (self->stills, &self->watch);
  if (self->newest != NULL || self->still != NULL)
    drop (self);
}

void
vigil_still_view_set_side (VigilStillView *self, int side)
{
  g_return_if_fail (VIGIL_IS_STILL_VIEW (self));

  if (side <= 0 || side == self->side)
    return;
  self->side = side;
  want_decoding (self);
}

VigilFrame *
vigil_still_view_get (VigilStillView *self, VigilHandle handle, VigilStill **still)
{
  gboolean ours;

  g_return_val_if_fail (VIGIL_IS_STILL_VIEW (self), NULL);

  ours = self->frame != NULL && self->still->handle == handle;
  if (still != NULL)
    *still = ours ? self->still : NULL;
  return ours ? self->frame : NULL;
}

static void
vigil_still_view_dispose (GObject *object)
{
  VigilStillView *self = VIGIL_STILL_VIEW (object);

  if (self->stills != NULL)
    vigil_still_view_forget (self);
  g_clear_object (&self->stills);
  G_OBJECT_CLASS (vigil_still_view_parent_class)->dispose (object);
}

static void
vigil_still_view_class_init (VigilStillViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_still_view_dispose;
  signal_changed = g_signal_new ("changed", VIGIL_TYPE_STILL_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  n_broken = vigil_metrics_counter ("vigil_stills_broken", "Captures that are no picture that can be shown.");
  decode_time = vigil_metrics_histogram ("vigil_still_decode", "ms", "How long a capture took to decode.");
}

static void
vigil_still_view_init (VigilStillView *self)
{
  self->watch = (VigilStillWatch) VIGIL_STILL_WATCH_INIT (still_cb, self);
  self->side = DEFAULT_SIDE;
}

VigilStillView *
vigil_still_view_new (VigilStills *stills)
{
  VigilStillView *self = g_object_new (VIGIL_TYPE_STILL_VIEW, NULL);

  self->stills = g_object_ref (stills);
  return self;
}
