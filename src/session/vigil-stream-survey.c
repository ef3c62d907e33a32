/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Once a second: what live video costs, which layers it needs, and whether machine and network bear it. */

#include "vigil-stream-survey.h"

#include "vigil-clock.h"
#include "vigil-layer-picker.h"
#include "vigil-metrics.h"
#include "vigil-stream-private.h"

#define TICK_MS 1000

/* A queue that is by so much shorter than a second ago, by either, is on its way out. */
#define DRAINS_MS 100
#define DRAINS 0.9

/* For so long a layer may be on its way: the SFU waits for a key frame, and the first time for a sender report. */
#define LAYER_PATIENCE_US (8 * G_USEC_PER_SEC)

struct _VigilStreamSurvey
{
  VigilSettings     *settings;
  VigilMediaEngine  *engine;
  VigilStreamBudget *budget;
  void             (*tick) (gpointer owner);
  gpointer           owner;

  VigilHallFeed     *feed;       /* nullable */
  VigilLadder        ladder;
  VigilRung          top;         /* what is shown at best anyway */
  gint64             since_us;    /* less than all is borne; 0: all is */
  guint              tick_source;
  VigilLoadProbe    *probe;

  /* of the tick that is being taken */
  gint64             now_us;
  VigilStreamDelta   sum;
  guint              n_live;
  guint              n_lossy;
  guint              n_queued;
  guint              n_draining;
  double             queued_ms;   /* of those that are, together */
  VigilLadderParams  params;
  gint64             late_us;     /* what is called late */
  guint              n_late;
  gboolean           news;
};

static struct
{
  VigilHistogram *decode_wait, *queue;
  VigilCounter   *cpu, *kbits, *pixels, *late, *borne, *steps, *layers;
} metrics;

static void
ensure_metrics (void)
{
  if (metrics.decode_wait != NULL)
    return;

  metrics.decode_wait = vigil_metrics_histogram ("vigil_decode_wait", "ms", "What a picture waited for a decoder, on average of a second");
  metrics.queue = vigil_metrics_histogram ("vigil_network_queue", "ms", "By how much longer than at best packets were on their way, on average of a second");
  metrics.cpu = vigil_metrics_gauge ("vigil_video_cpu", "Thousandths of a core that live video takes to decode");
  metrics.kbits = vigil_metrics_gauge ("vigil_video_kbits", "kbit/s of live video");
  metrics.pixels = vigil_metrics_gauge ("vigil_video_pixels", "Pixels of one picture of each live video");
  metrics.late = vigil_metrics_gauge ("vigil_video_late", "Live videos whose pictures come so late that it is said");
  metrics.borne = vigil_metrics_gauge ("vigil_ladder_live", "Live videos that machine and network bear; 0: all there may be");
  metrics.steps = vigil_metrics_counter ("vigil_ladder_steps", "Times the ladder went up or down");
  metrics.layers = vigil_metrics_counter ("vigil_layer_switches", "Layers of a video asked for");
}

VigilStreamSurvey *
vigil_stream_survey_new (VigilSettings     *settings,
                         VigilMediaEngine  *engine,
                         VigilStreamBudget *budget,
                         void             (*tick) (gpointer owner),
                         gpointer           owner)
{
  VigilStreamSurvey *self = g_new0 (VigilStreamSurvey, 1);

  ensure_metrics ();
  self->settings = settings;
  self->engine = engine;
  self->budget = budget;
  self->tick = tick;
  self->owner = owner;
  self->probe = vigil_load_probe_new ();
  return self;
}

void
vigil_stream_survey_free (VigilStreamSurvey *self)
{
  vigil_stream_survey_set_running (self, FALSE);
  vigil_load_probe_free (self->probe);
  g_clear_object (&self->feed);
  g_free (self);
}

void
vigil_stream_survey_set_feed (VigilStreamSurvey *self,
                              VigilHallFeed     *feed)
{
  g_set_object (&self->feed, feed);
}

static gboolean
tick_cb (gpointer user_data)
{
  VigilStreamSurvey *self = user_data;

  self->tick (self->owner);
  return G_SOURCE_CONTINUE;
}

static void
forget_cost (void)
{
  vigil_counter_set (metrics.cpu, 0);
  vigil_counter_set (metrics.kbits, 0);
  vigil_counter_set (metrics.pixels, 0);
  vigil_counter_set (metrics.late, 0);
}

void
vigil_stream_survey_set_running (VigilStreamSurvey *self,
                                 gboolean           running)
{
  if (running == (self->tick_source != 0))
    return;

  vigil_load_probe_set_running (self->probe, running);
  if (running)
    {
      self->tick_source = g_timeout_add (TICK_MS, tick_cb, self);
      return;
    }
  g_clear_handle_id (&self->tick_source, g_source_remove);
  forget_cost ();
}

VigilLoadProbe *
vigil_stream_survey_get_probe (VigilStreamSurvey *self)
{
  return self->probe;
}

void
vigil_stream_survey_begin (VigilStreamSurvey *self)
{
  self->now_us = vigil_clock_monotonic_us ();
  self->sum = (VigilStreamDelta) { 0 };
  self->n_live = 0;
  self->n_lossy = 0;
  self->n_queued = 0;
  self->n_draining = 0;
  self->queued_ms = 0;
  self->n_late = 0;
  self->late_us = vigil_settings_get_int (self->settings, VIGIL_SETTING_LATE_VIDEO) * G_USEC_PER_SEC;
  self->news = FALSE;
  vigil_settings_get_ladder_params (self->settings, &self->params);
  self->params.top = self->top;
}

/* What is received is not what was asked for yet: nothing can be told from its size. */
static gboolean
is_switching (VigilStreamSurvey      *self,
              const VigilStreamMeter *meter,
              const VigilFeedStats   *stats)
{
  return meter->layer_us > 0 && self->now_us - meter->layer_us < LAYER_PATIENCE_US && stats->width == meter->layer_width;
}

static void
choose_layer (VigilStreamSurvey    *self,
              VigilStreamMeter     *meter,
              VigilConsumer        *consumer,
              const VigilFeedStats *stats,
              gboolean              highest)
{
  VigilLayerQuestion question = {
    .n_layers = vigil_consumer_get_n_layers (consumer),
    .current = vigil_consumer_get_layer (consumer),
    .width = stats->width,
    .height = stats->height,
    .wanted_width = stats->wanted_width,
    .wanted_height = stats->wanted_height,
  };
  guint layer = vigil_layer_pick (&question, highest);

  if (layer == question.current || (!highest && is_switching (self, meter, stats)))
    return;
  meter->layer_us = self->now_us;
  meter->layer_width = stats->width;
  vigil_counter_add (metrics.layers, 1);
  vigil_consumer_set_layer (consumer, layer);
}

/* One of which nothing comes is where it was: behind a narrow place packets come in clusters. */
static void
note_queue (VigilStreamSurvey      *self,
            VigilStreamMeter       *meter,
            const VigilStreamDelta *delta)
{
  double former_ms = meter->queue_ms;

  if (delta->packets > 0)
    meter->queue_ms = (double) delta->queued_us / 1000.0 / (double) delta->packets;
  if (meter->queue_ms <= self->params.max_queue_ms)
    return;
  self->n_queued++;
  self->queued_ms += meter->queue_ms;
  self->n_draining += meter->queue_ms < MAX (former_ms * DRAINS, former_ms - DRAINS_MS);
}

void
vigil_stream_survey_look (VigilStreamSurvey *self,
                          VigilStream       *stream,
                          VigilStreamMeter  *meter,
                          VigilConsumer     *consumer,
                          gboolean           highest)
{
  guint64 feed = vigil_consumer_get_feed (consumer);
  VigilSource source = vigil_stream_get_source (stream);
  VigilFeedStats stats;
  VigilStreamDelta delta;

  self->n_live += source != VIGIL_SOURCE_MICROPHONE;
  if (!vigil_media_engine_get_stats (self->engine, feed, &stats))
    return;

  if (vigil_stream_meter_take (meter, feed, &stats, self->now_us, &delta))
    {
      vigil_stream_budget_set_source_cost (self->budget, vigil_stream_get_handle (stream), source, &meter->told);
      self->news = TRUE;
    }
  /* What a voice loses says nothing of whether there is too much video. */
  if (source == VIGIL_SOURCE_MICROPHONE)
    return;

  if (delta.packets > 0)
    vigil_stream_set_behind (stream, stats.behind_us, self->late_us);
  self->n_late += vigil_stream_get_late_s (stream) > 0;
  self->sum.packets += delta.packets;
  self->sum.losses += delta.losses;
  self->sum.waits += delta.waits;
  self->sum.late_us += delta.late_us;
  self->sum.queued_us += delta.queued_us;
  note_queue (self, meter, &delta);
  self->n_lossy += delta.losses * 1000 > (delta.packets + delta.losses) * self->params.max_loss;
  choose_layer (self, meter, consumer, &stats, highest);
}

/* Switched off it holds nobody back any more. */
static gboolean
leave_ladder (VigilStreamSurvey *self)
{
  gboolean was_on = self->ladder.cause != VIGIL_LOAD_NONE;

  self->ladder = (VigilLadder) { 0 };
  return was_on;
}

static void
step_ladder (VigilStreamSurvey *self)
{
  VigilLoad load = {
    .live = self->n_live,
    .lossy = self->n_lossy,
    .queued = self->n_queued,
    .queue_ms = self->n_queued > 0 ? self->queued_ms / self->n_queued : 0,
    .drains = self->n_draining * 2 > self->n_queued,
    .wait_ms = self->sum.waits > 0 ? (double) self->sum.late_us / 1000.0 / (double) self->sum.waits : 0,
    .feed_ms = self->feed != NULL ? MAX (vigil_hall_feed_get_rtt_ms (self->feed), 0) : 0,
    .loss = self->sum.packets > 0 ? (double) self->sum.losses / (double) (self->sum.packets + self->sum.losses) : 0,
  };
  double queue_ms = self->sum.packets > 0 ? (double) self->sum.queued_us / 1000.0 / (double) self->sum.packets : 0;
  gboolean changed;

  vigil_load_probe_take (self->probe, &load);
  if (self->sum.waits > 0)
    vigil_histogram_add (metrics.decode_wait, load.wait_ms);
  if (self->sum.packets > 0)
    vigil_histogram_add (metrics.queue, queue_ms);
  changed = vigil_settings_get_boolean (self->settings, VIGIL_SETTING_LADDER)
            ? vigil_ladder_step (&self->ladder, &load, &self->params)
            : leave_ladder (self);
  if (!changed)
    return;

  if (self->ladder.cause == VIGIL_LOAD_NONE)
    self->since_us = 0;
  else if (self->since_us == 0)
    self->since_us = self->now_us;
  vigil_counter_add (metrics.steps, 1);
  vigil_counter_set (metrics.borne, self->ladder.live);
  g_message ("ladder: %u live videos are borne, %s (main loop %.0f ms late, frames %.0f ms, pictures wait %.0f ms, %.1f %% lost, %.0f ms in queues, the hall answers in %.0f ms)",
             self->ladder.live, vigil_rung_to_nick (self->ladder.rung), load.loop_late_ms, load.frame_late_ms, load.wait_ms, load.loss * 100, queue_ms, load.feed_ms);
}

gboolean
vigil_stream_survey_end (VigilStreamSurvey *self)
{
  VigilStreamCost used;

  vigil_stream_budget_get_use (self->budget, &used);
  vigil_counter_set (metrics.cpu, used.cpu);
  vigil_counter_set (metrics.kbits, used.kbits);
  vigil_counter_set (metrics.pixels, used.pixels);
  vigil_counter_set (metrics.late, self->n_late);
  step_ladder (self);
  return self->news;
}

void
vigil_stream_survey_limit (VigilStreamSurvey *self,
                           VigilStreamLimits *limits)
{
  self->top = limits->rung;
  limits->load_live = self->ladder.live;
  limits->load_network = self->ladder.cause == VIGIL_LOAD_NETWORK;
  limits->load_stills = limits->rung == VIGIL_RUNG_LIVE && self->ladder.rung != VIGIL_RUNG_LIVE;
  /* Whoever is opened by hand is tried all the same. */
  limits->rung = MAX (limits->rung, MIN (self->ladder.rung, VIGIL_RUNG_STILL));
}

const VigilLadder *
vigil_stream_survey_get_ladder (VigilStreamSurvey *self)
{
  return &self->ladder;
}

gint64
vigil_stream_survey_get_since_us (VigilStreamSurvey *self)
{
  return self->since_us;
}
