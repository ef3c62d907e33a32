/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How late the main loop and the frames of a window come, asked ten times a second.
 *
 * Both, because GTK paints at a lower priority than nearly all else: a main loop that is kept busy answers in time and
 * paints nothing. */
#include "vigil-load-probe.h"

#include "vigil-metrics.h"

#define PROBE_MS 100

typedef struct
{
  double sum_ms;
  guint  n;
} Lateness;

struct _VigilLoadProbe
{
  VigilPainter painter;    /* ask_frame is NULL: nobody paints */
  guint        source;
  gint64       due_us;     /* when the source ought to come */
  gint64       asked_us;   /* for a frame that is waited for; 0: none is */
  Lateness     loop;
  Lateness     frame;
};

static struct
{
  VigilHistogram *loop, *frame;
  VigilCounter   *held;
} metrics;

static void
ensure_metrics (void)
{
  if (metrics.loop != NULL)
    return;

  metrics.frame = vigil_metrics_histogram ("vigil_frame_late", "ms", "By how much a frame that was asked for was painted late");
  metrics.held = vigil_metrics_counter ("vigil_frames_held", "Times a window's frame did not come though there was time to paint it, as with one that is covered or goes");
  metrics.loop = vigil_metrics_histogram ("vigil_main_loop_late", "ms", "By how much the main loop came late");
}

VigilLoadProbe *
vigil_load_probe_new (void)
{
  ensure_metrics ();
  return g_new0 (VigilLoadProbe, 1);
}

void
vigil_load_probe_free (VigilLoadProbe *self)
{
  vigil_load_probe_set_running (self, FALSE);
  g_free (self);
}

void
vigil_load_probe_set_painter (VigilLoadProbe     *self,
                              const VigilPainter *painter)
{
  self->painter = painter != NULL ? *painter : (VigilPainter) { 0 };
  self->asked_us = 0;
}

static void
add (Lateness       *lateness,
     VigilHistogram *metric,
     gint64          late_us)
{
  double late_ms = MAX (late_us, 0) / 1000.0;

  vigil_histogram_add (metric, late_ms);
  lateness->sum_ms += late_ms;
  lateness->n++;
}

/* A source that is due every tenth of a second says how late the main loop is, whatever keeps it. */
static gboolean
probe_cb (gpointer user_data)
{
  VigilLoadProbe *self = user_data;
  gint64 now_us = g_get_monotonic_time ();

  add (&self->loop, metrics.loop, now_us - self->due_us);
  self->due_us = now_us + PROBE_MS * 1000;
  if (self->asked_us == 0 && self->painter.ask_frame != NULL && self->painter.ask_frame (self->painter.user_data))
    self->asked_us = now_us;
  return G_SOURCE_CONTINUE;
}

void
vigil_load_probe_set_running (VigilLoadProbe *self,
                              gboolean        running)
{
  if (running == (self->source != 0))
    return;

  g_clear_handle_id (&self->source, g_source_remove);
  self->asked_us = 0;
  self->loop = self->frame = (Lateness) { 0 };
  if (!running)
    return;
  self->due_us = g_get_monotonic_time () + PROBE_MS * 1000;
  self->source = g_timeout_add (PROBE_MS, probe_cb, self);
}

void
vigil_load_probe_frame_came (VigilLoadProbe *self,
                             gint64          allowed_us)
{
  if (self->asked_us == 0)
    return;
  add (&self->frame, metrics.frame, g_get_monotonic_time () - self->asked_us - allowed_us);
  self->asked_us = 0;
}

void
vigil_load_probe_frame_held (VigilLoadProbe *self)
{
  if (self->asked_us == 0)
    return;
  vigil_counter_add (metrics.held, 1);
  self->asked_us = 0;
}

static double
get_mean (const Lateness *lateness)
{
  return lateness->n > 0 ? lateness->sum_ms / lateness->n : 0;
}

void
vigil_load_probe_take (VigilLoadProbe *self,
                       VigilLoad      *load)
{
  double waited_ms = self->asked_us > 0 ? (g_get_monotonic_time () - self->asked_us) / 1000.0 : 0;

  load->loop_late_ms = get_mean (&self->loop);
  load->frame_late_ms = MAX (get_mean (&self->frame), waited_ms);
  self->loop = self->frame = (Lateness) { 0 };
}
