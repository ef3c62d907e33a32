/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes new scores from the store to whoever shows them, and paces redraws for video. */
#include "vigil-score-sweeper.h"

#include "vigil-metrics.h"

/* 24 videos whose frames come at 24 different moments would else have the window painted 60 times a
 * second, and most of a paint does not depend on how many tiles changed. */
#define PACE_MS 50
/* So few, a candidate's page for instance, are painted with every frame of the screen. */
#define FEW 4
#define FEW_PACE_MS 16

struct _VigilScoreSweeper
{
  GObject parent_instance;

  VigilScoreStore *store;
  GtkWidget       *clock;    /* weak */
  GPtrArray       *viewers;  /* by handle: the first VigilScoreViewer, or NULL */
  GPtrArray       *redraws;  /* of GtkWidget with a new picture */
  GSource         *wake;     /* ready when a shown score changed; any thread sets it */
  guint            pace_id;  /* until what waits is painted */
  guint            pace_ms;
  gint64           painted_us; /* when pictures were painted last; monotonic */
  guint            tick_id;
  gboolean         scores_wait; /* for the pictures that are painted soon anyway */
  guint            n_told;
  guint            n_viewers;
};

G_DEFINE_FINAL_TYPE (VigilScoreSweeper, vigil_score_sweeper, G_TYPE_OBJECT)

static VigilCounter *sweeps, *shown, *paints;

static void
dirty_cb (VigilHandle handle, gpointer user_data)
{
  VigilScoreSweeper *self = user_data;
  VigilScore score;

  if (handle >= self->viewers->len || self->viewers->pdata[handle] == NULL)
    return;
  vigil_score_store_read (self->store, handle, &score);
  for (VigilScoreViewer *viewer = self->viewers->pdata[handle]; viewer != NULL; viewer = viewer->next)
    if (viewer->func (viewer, &score))
      self->n_told++;
}

guint
vigil_score_sweeper_sweep (VigilScoreSweeper *self)
{
  g_return_val_if_fail (VIGIL_IS_SCORE_SWEEPER (self), 0);

  self->n_told = 0;
  vigil_score_store_sweep (self->store, dirty_cb, self);
  vigil_counter_add (sweeps, 1);
  vigil_counter_add (shown, self->n_told);
  return self->n_told;
}

static void
draw_pictures (VigilScoreSweeper *self)
{
  g_clear_handle_id (&self->pace_id, g_source_remove);
  if (self->redraws->len == 0)
    return;
  for (guint i = 0; i < self->redraws->len; i++)
    gtk_widget_queue_draw (self->redraws->pdata[i]);
  g_ptr_array_set_size (self->redraws, 0);
  self->painted_us = g_get_monotonic_time ();
  vigil_counter_add (paints, 1);
}

/* Milliseconds until pictures may be painted again; 0: now, and if none were painted lately. */
static guint
get_left_ms (VigilScoreSweeper *self)
{
  guint pace_ms = self->n_viewers > FEW ? self->pace_ms : MIN (self->pace_ms, FEW_PACE_MS);
  gint64 since_ms = (g_get_monotonic_time () - self->painted_us) / 1000;

  return since_ms < pace_ms ? pace_ms - (guint) since_ms : 0;
}

/* A frame that is painted for a score takes the pictures along that wait. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  VigilScoreSweeper *self = user_data;

  self->tick_id = 0;
  self->scores_wait = FALSE;
  if (vigil_score_sweeper_sweep (self) > 0)
    draw_pictures (self);
  return G_SOURCE_REMOVE;
}

static void
sweep_with_next_frame (VigilScoreSweeper *self)
{
  self->scores_wait = FALSE;
  if (self->tick_id == 0 && self->clock != NULL)
    self->tick_id = gtk_widget_add_tick_callback (self->clock, tick_cb, self, NULL);
}

static gboolean
pace_cb (gpointer user_data)
{
  VigilScoreSweeper *self = user_data;

  self->pace_id = 0;
  draw_pictures (self);
  if (self->scores_wait)
    sweep_with_next_frame (self);
  return G_SOURCE_REMOVE;
}

static void
start_pace (VigilScoreSweeper *self)
{
  if (self->pace_id == 0)
    self->pace_id = g_timeout_add (get_left_ms (self), pace_cb, self);
}

/* While videos run a score is painted with them: with 24 of them and some scores a second the window would
 * else be painted twice as often. */
static gboolean
wake_cb (gpointer user_data)
{
  VigilScoreSweeper *self = user_data;

  g_source_set_ready_time (self->wake, -1);
  if (self->pace_id == 0 && get_left_ms (self) == 0)
    {
      sweep_with_next_frame (self);
      return G_SOURCE_CONTINUE;
    }
  self->scores_wait = TRUE;
  start_pace (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
wake_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs wake_funcs = { .dispatch = wake_dispatch };

/* On a writer's thread: nothing but the wake. */
static void
score_changed_cb (gpointer user_data)
{
  g_source_set_ready_time (user_data, 0);
}

static void
vigil_score_sweeper_dispose (GObject *object)
{
  VigilScoreSweeper *self = VIGIL_SCORE_SWEEPER (object);

  if (self->store != NULL)
    vigil_score_store_set_wake (self->store, NULL, NULL);
  if (self->wake != NULL)
    g_source_destroy (self->wake);
  g_clear_pointer (&self->wake, g_source_unref);
  g_clear_handle_id (&self->pace_id, g_source_remove);
  if (self->tick_id != 0 && self->clock != NULL)
    gtk_widget_remove_tick_callback (self->clock, self->tick_id);
  self->tick_id = 0;
  g_clear_weak_pointer (&self->clock);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (vigil_score_sweeper_parent_class)->dispose (object);
}

static void
vigil_score_sweeper_finalize (GObject *object)
{
  VigilScoreSweeper *self = VIGIL_SCORE_SWEEPER (object);

  g_ptr_array_unref (self->viewers);
  g_ptr_array_unref (self->redraws);
  G_OBJECT_CLASS (vigil_score_sweeper_parent_class)->finalize (object);
}

static void
vigil_score_sweeper_class_init (VigilScoreSweeperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_score_sweeper_dispose;
  object_class->finalize = vigil_score_sweeper_finalize;
  sweeps = vigil_metrics_counter ("vigil_score_sweeps", "Sweeps of the score store on the main thread.");
  shown = vigil_metrics_counter ("vigil_scores_shown", "Scores that changed what somebody sees.");
  paints = vigil_metrics_counter ("vigil_video_paints", "Turns in which new video frames were painted, all tiles together.");
}

static void
vigil_score_sweeper_init (VigilScoreSweeper *self)
{
  self->viewers = g_ptr_array_new ();
  self->redraws = g_ptr_array_new ();
  self->pace_ms = PACE_MS;
}

VigilScoreSweeper *
vigil_score_sweeper_new (VigilScoreStore *store, GtkWidget *clock)
{
  VigilScoreSweeper *self = g_object_new (VIGIL_TYPE_SCORE_SWEEPER, NULL);

  self->store = g_object_ref (store);
  g_set_weak_pointer (&self->clock, clock);
  self->wake = g_source_new (&wake_funcs, sizeof (GSource));
  g_source_set_static_name (self->wake, "vigil-score-sweeper");
  g_source_set_callback (self->wake, wake_cb, self, NULL);
  g_source_attach (self->wake, NULL);
  vigil_score_store_set_wake (store, score_changed_cb, self->wake);
  g_source_set_ready_time (self->wake, 0);
  return self;
}

void
vigil_score_sweeper_set_pace (VigilScoreSweeper *self, guint ms)
{
  g_return_if_fail (VIGIL_IS_SCORE_SWEEPER (self));

  self->pace_ms = ms;
}

void
vigil_score_sweeper_add (VigilScoreSweeper *self, VigilScoreViewer *viewer, VigilHandle handle)
{
  g_return_if_fail (VIGIL_IS_SCORE_SWEEPER (self));
  g_return_if_fail (handle != VIGIL_HANDLE_NONE && viewer->next == NULL);

  if (handle >= self->viewers->len)
    g_ptr_array_set_size (self->viewers, (int) MAX (handle + 1, self->viewers->len * 2));
  viewer->handle = handle;
  viewer->next = self->viewers->pdata[handle];
  self->viewers->pdata[handle] = viewer;
  vigil_score_store_set_mapped (self->store, handle, TRUE);
  self->n_viewers++;
}

void
vigil_score_sweeper_remove (VigilScoreSweeper *self, VigilScoreViewer *viewer)
{
  VigilScoreViewer **link;

  g_return_if_fail (VIGIL_IS_SCORE_SWEEPER (self));
  g_return_if_fail (viewer->handle < self->viewers->len);

  link = (VigilScoreViewer **) &self->viewers->pdata[viewer->handle];
  while (*link != NULL && *link != viewer)
    link = &(*link)->next;
  g_return_if_fail (*link == viewer);
  *link = viewer->next;
  viewer->next = NULL;
  vigil_score_store_set_mapped (self->store, viewer->handle, FALSE);
  self->n_viewers--;
  viewer->handle = VIGIL_HANDLE_NONE;
}

void
vigil_score_sweeper_queue_draw (VigilScoreSweeper *self, GtkWidget *widget)
{
  g_return_if_fail (VIGIL_IS_SCORE_SWEEPER (self));

  if (!g_ptr_array_find (self->redraws, widget, NULL))
    g_ptr_array_add (self->redraws, widget);
  start_pace (self);
}

void
vigil_score_sweeper_cancel_draw (VigilScoreSweeper *self, GtkWidget *widget)
{
  g_return_if_fail (VIGIL_IS_SCORE_SWEEPER (self));

  g_ptr_array_remove_fast (self->redraws, widget);
}
