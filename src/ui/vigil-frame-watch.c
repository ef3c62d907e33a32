/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how late the frames of our windows come.
 *
 * A frame that was asked for comes after the next refresh of its monitor, unless this program is busy, or the desktop holds
 * it back: a window that is covered gets few frames or none, which is nobody's overload. So a source below the frames'
 * priority waits beside the question: a program that is busy does not get that far down, and where it is reached before the
 * frame it is not us who keep it. */
#include "vigil-frame-watch.h"

/* Some refreshes of a monitor; less than what is too late ("ladder-frame-late"), or a slow desktop would be taken for us. */
#define HELD_MS 100

/* Below what GTK paints at. */
#define BELOW_FRAMES (GDK_PRIORITY_REDRAW + 1)

#define HELD_KEY "vigil-frames-held"

struct _VigilFrameWatch
{
  VigilLoadProbe *probe;
  GdkFrameClock  *clock;      /* the one that was asked; NULL: none */
  guint           held_source;
};

/* -- which window -- */

static gboolean
is_seen (GtkWidget *window)
{
  GdkToplevelState hidden = GDK_TOPLEVEL_STATE_MINIMIZED;
  GdkSurface *surface = gtk_widget_get_mapped (window) ? gtk_native_get_surface (GTK_NATIVE (window)) : NULL;

#if GTK_CHECK_VERSION (4, 12, 0)
  hidden |= GDK_TOPLEVEL_STATE_SUSPENDED;
#endif
  return GDK_IS_TOPLEVEL (surface) && !(gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & hidden);
}

static GdkFrameClock *
find_clock (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
      GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

      if (clock != NULL && is_seen (window) && g_object_get_data (G_OBJECT (clock), HELD_KEY) == NULL)
        return clock;
    }
  return NULL;
}

/* It is no use to ask a clock that is held back before it has painted again. */
static void
painted_again_cb (GdkFrameClock *clock,
                  gpointer       user_data)
{
  g_object_set_data (G_OBJECT (clock), HELD_KEY, NULL);
  g_signal_handlers_disconnect_by_func (clock, painted_again_cb, user_data);
}

static void
leave_until_painted (GdkFrameClock *clock)
{
  g_object_set_data (G_OBJECT (clock), HELD_KEY, GINT_TO_POINTER (TRUE));
  g_signal_connect (clock, "after-paint", G_CALLBACK (painted_again_cb), NULL);
}

/* -- a question and its answer -- */

static void painted_cb (GdkFrameClock *clock, gpointer user_data);

static void
forget_question (VigilFrameWatch *self)
{
  g_clear_handle_id (&self->held_source, g_source_remove);
  /* Not by its number: a clock loses its handlers with its window. */
  if (self->clock != NULL)
    g_signal_handlers_disconnect_by_func (self->clock, painted_cb, self);
  g_clear_object (&self->clock);
}

static void
painted_cb (GdkFrameClock *clock,
            gpointer       user_data)
{
  VigilFrameWatch *self = user_data;
  gint64 interval_us, presented_us;

  gdk_frame_clock_get_refresh_info (clock, gdk_frame_clock_get_frame_time (clock), &interval_us, &presented_us);
  forget_question (self);
  vigil_load_probe_frame_came (self->probe, interval_us);
}

static gboolean
held_cb (gpointer user_data)
{
  VigilFrameWatch *self = user_data;

  self->held_source = 0;
  leave_until_painted (self->clock);
  forget_question (self);
  vigil_load_probe_frame_held (self->probe);
  return G_SOURCE_REMOVE;
}

static gboolean
ask_frame (gpointer user_data)
{
  VigilFrameWatch *self = user_data;
  GdkFrameClock *clock = find_clock ();

  forget_question (self);
  if (clock == NULL)
    return FALSE;

  self->clock = g_object_ref (clock);
  g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), self);
  self->held_source = g_timeout_add_full (BELOW_FRAMES, HELD_MS, held_cb, self, NULL);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_UPDATE);
  return TRUE;
}

VigilFrameWatch *
vigil_frame_watch_new (VigilLoadProbe *probe)
{
  VigilFrameWatch *self = g_new0 (VigilFrameWatch, 1);

  self->probe = probe;
  vigil_load_probe_set_painter (probe, &(VigilPainter) { ask_frame, self });
  return self;
}

void
vigil_frame_watch_free (VigilFrameWatch *self)
{
  vigil_load_probe_set_painter (self->probe, NULL);
  forget_question (self);
  g_free (self);
}
