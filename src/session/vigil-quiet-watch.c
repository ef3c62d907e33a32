/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices that no score came from anybody. */

#include "vigil-quiet-watch.h"

#include "vigil-clock.h"
#include "vigil-metrics.h"

struct _VigilQuietWatch
{
  GObject          parent_instance;

  VigilScoreStore *store;
  VigilRoster     *roster;
  VigilSettings   *settings;
  gint64           joined_us;
  gboolean         running;
  int              seconds;
  guint            timer_id;
  VigilCounter    *n_times;
  VigilCounter    *gauge;
};

G_DEFINE_FINAL_TYPE (VigilQuietWatch, vigil_quiet_watch, G_TYPE_OBJECT)

static guint signal_changed;

int
vigil_quiet_compute (const VigilQuietInputs *in,
                     gint64                  now_us)
{
  gint64 quiet_us = now_us - in->newest_us;

  if (in->after_us <= 0 || in->newest_us <= 0 || in->joined_us <= 0 || in->connected == 0 || !in->running)
    return 0;
  if (quiet_us < in->after_us || now_us - in->joined_us < in->after_us)
    return 0;

  return (int) CLAMP (quiet_us / G_USEC_PER_SEC, 1, G_MAXINT);
}

static void
set_seconds (VigilQuietWatch *self,
             int              seconds)
{
  gboolean differs = (self->seconds > 0) != (seconds > 0);

  self->seconds = seconds;
  vigil_counter_set (self->gauge, seconds);
  if (!differs)
    return;

  if (seconds > 0)
    vigil_counter_add (self->n_times, 1);
  g_signal_emit (self, signal_changed, 0);
}

void
vigil_quiet_watch_look (VigilQuietWatch *self)
{
  VigilQuietInputs in = {
    .newest_us = vigil_score_store_get_newest_told_us (self->store),
    .joined_us = self->joined_us,
    .running = self->running,
    .after_us = vigil_settings_get_int (self->settings, VIGIL_SETTING_QUIET_FEED) * G_USEC_PER_SEC,
  };
  VigilRosterCounts counts;

  vigil_roster_get_counts (self->roster, &counts);
  in.connected = counts.connected;
  set_seconds (self, vigil_quiet_compute (&in, vigil_clock_monotonic_us ()));
}

static gboolean
timer_cb (gpointer user_data)
{
  vigil_quiet_watch_look (user_data);
  return G_SOURCE_CONTINUE;
}

void
vigil_quiet_watch_start (VigilQuietWatch *self)
{
  self->joined_us = vigil_clock_monotonic_us ();
  if (self->timer_id == 0)
    self->timer_id = g_timeout_add_seconds (1, timer_cb, self);
}

void
vigil_quiet_watch_stop (VigilQuietWatch *self)
{
  self->joined_us = 0;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  set_seconds (self, 0);
}

void
vigil_quiet_watch_set_running (VigilQuietWatch *self,
                               gboolean         running)
{
  self->running = running;
}

int
vigil_quiet_watch_get_seconds (VigilQuietWatch *self)
{
  return self->seconds;
}

static void
vigil_quiet_watch_dispose (GObject *object)
{
  VigilQuietWatch *self = VIGIL_QUIET_WATCH (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_object (&self->store);
  g_clear_object (&self->roster);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (vigil_quiet_watch_parent_class)->dispose (object);
}

static void
vigil_quiet_watch_class_init (VigilQuietWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_quiet_watch_dispose;

  signal_changed = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_quiet_watch_init (VigilQuietWatch *self)
{
  self->running = TRUE;
  self->n_times = vigil_metrics_counter ("vigil_feed_quiets", "Times that no score came from anybody though the feed was up");
  self->gauge = vigil_metrics_gauge ("vigil_feed_quiet", "Seconds for which no score has come though the feed is up; 0: scores come");
}

VigilQuietWatch *
vigil_quiet_watch_new (VigilScoreStore *store,
                       VigilRoster     *roster,
                       VigilSettings   *settings)
{
  VigilQuietWatch *self = g_object_new (VIGIL_TYPE_QUIET_WATCH, NULL);

  self->store = g_object_ref (store);
  self->roster = g_object_ref (roster);
  self->settings = g_object_ref (settings);
  return self;
}
