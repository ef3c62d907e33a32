/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes new scores from the store to whoever shows them, and paces redraws for video. */
#include "vigil-score-sweeper.h"

#include "vigil-metrics.h"

/* A turn is two frames of the screen: 24 videos whose frames come at 24 different moments would else
 * have the whole window painted 60 times a second. Scrolling is not held back by it. */
#define POLL_MS 33

struct _VigilScoreSweeper
{
  GObject parent_instance;

  VigilScoreStore *store;
  GtkWidget       *clock;    /* weak */
  GPtrArray       *viewers;  /* by handle: the first VigilScoreViewer, or NULL */
  GPtrArray       *redraws;  /* of GtkWidget with a new picture */
  guint64          serial;   /* of the store at the last sweep */
  guint            poll_id;
  guint            tick_id;
  guint            n_told;
};

G_DEFINE_FINAL_TYPE (VigilScoreSweeper, vigil_score_sweeper, G_TYPE_OBJECT)

static VigilCounter *sweeps, *shown;

static void
dirty_cb (VigilHandle handle, gpointer user_data)
{
  VigilScoreSweeper *self = user_data;
  VigilScore score;

  if (handle >= self->viewers->len || self->viewers->pdata[handle] == NULL)
    return;
  vigil_score_store_read (self->store, handle, &score);
  for (VigilScoreViewer *viewer = self->viewers->pdata[handle]; viewer != NULL; viewer = viewer->next)
    {
      viewer->func (viewer, &score);
      self->n_told++;
    }
}

guint
vigil_score_sweeper_sweep (VigilScoreSweeper *self)
{
  g_return_val_if_fail (VIGIL_IS_SCORE_SWEEPER (self), 0);

  self->n_told = 0;
  self->serial = vigil_score_store_get_serial (self->store);
  vigil_score_store_sweep (self->store, dirty_cb, self);
  vigil_counter_add (sweeps, 1);
  vigil_counter_add (shown, self->n_told);
  return self->n_told;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  VigilScoreSweeper *self = user_data;

  self->tick_id = 0;
  vigil_score_sweeper_sweep (self);
  return G_SOURCE_REMOVE;
}

static gboolean
poll_cb (gpointer user_data)
{
  VigilScoreSweeper *self = user_data;

  for (guint i = 0; i < self->redraws->len; i++)
    gtk_widget_queue_draw (self->redraws->pdata[i]);
  g_ptr_array_set_size (self->redraws, 0);
  if (self->tick_id == 0 && self->clock != NULL && vigil_score_store_get_serial (self->store) != self->serial)
    self->tick_id = gtk_widget_add_tick_callback (self->clock, tick_cb, self, NULL);
  return G_SOURCE_CONTINUE;
}

static void
vigil_score_sweeper_dispose (GObject *object)
{
  VigilScoreSweeper *self = VIGIL_SCORE_SWEEPER (object);

  g_clear_handle_id (&self->poll_id, g_source_remove);
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
  shown = vigil_metrics_counter ("vigil_scores_shown", "Changed scores handed to what shows them.");
}

static void
vigil_score_sweeper_init (VigilScoreSweeper *self)
{
  self->viewers = g_ptr_array_new ();
  self->redraws = g_ptr_array_new ();
}

VigilScoreSweeper *
vigil_score_sweeper_new (VigilScoreStore *store, GtkWidget *clock)
{
  VigilScoreSweeper *self = g_object_new (VIGIL_TYPE_SCORE_SWEEPER, NULL);

  self->store = g_object_ref (store);
  g_set_weak_pointer (&self->clock, clock);
  self->poll_id = g_timeout_add (POLL_MS, poll_cb, self);
  return self;
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
  viewer->handle = VIGIL_HANDLE_NONE;
}

void
vigil_score_sweeper_queue_draw (VigilScoreSweeper *self, GtkWidget *widget)
{
  g_return_if_fail (VIGIL_IS_SCORE_SWEEPER (self));

  if (!g_ptr_array_find (self->redraws, widget, NULL))
    g_ptr_array_add (self->redraws, widget);
}

void
vigil_score_sweeper_cancel_draw (VigilScoreSweeper *self, GtkWidget *widget)
{
  g_return_if_fail (VIGIL_IS_SCORE_SWEEPER (self));

  g_ptr_array_remove_fast (self->redraws, widget);
}
