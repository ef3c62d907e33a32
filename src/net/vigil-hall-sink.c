/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores into the store without an allocation, everything else into VigilHallEvents. */
#include "vigil-hall-sink.h"

#include "vigil-clock.h"
#include "vigil-hall-message.h"
#include "vigil-main-post.h"
#include "vigil-net-metrics.h"
#include "vigil-score-scanner.h"

struct _VigilHallSink
{
  GObject parent_instance;

  /* Immutable. */
  VigilScoreStore    *store;
  VigilScoringPolicy *policy;
  VigilProfile       *profile;
  VigilScoreScanner  *scanner;

  /* Network thread. */
  VigilScoreBatch     batch;
  gint64              read_us;  /* of the bytes last seen… */
  gint64              read_ms;  /* …and the hall's time then: one look at the clock for all that came together */
  gint64              lag_ms;   /* how old the last score was; may be negative */
  gint64              doubted_us; /* when that leapt last */
  gboolean            has_lag;
};

static void sink_init (VigilSioSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilHallSink, vigil_hall_sink, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_SIO_SINK, sink_init))

static guint signal_doubted;

/* A score that is late is late by the time that passes; this much at once is a clock. */
#define LEAP_MS 10000
#define DOUBT_US (5 * G_USEC_PER_SEC)

static void
doubted_cb (gpointer target, gpointer event)
{
  g_signal_emit (target, signal_doubted, 0);
}

static void
watch_lag (VigilHallSink *self, gint64 lag_ms, gint64 received_us)
{
  gboolean leapt = self->has_lag && ABS (lag_ms - self->lag_ms) > LEAP_MS;

  /* A leap right after the last one waits, and is looked at again then. */
  if (leapt && self->doubted_us != 0 && received_us - self->doubted_us < DOUBT_US)
    return;
  self->lag_ms = lag_ms;
  self->has_lag = TRUE;
  if (!leapt)
    return;
  self->doubted_us = received_us;
  vigil_main_post (NULL, self, NULL, 0, doubted_cb, NULL, NULL);
}

static guint32
flag_of_type (gpointer user_data, const char *type, gsize len)
{
  return vigil_scoring_policy_get_flag (user_data, type, (gssize) len);
}

static void
apply_batch (VigilHallSink *self, gint64 received_us)
{
  gint64 newest_ms = 0;

  for (guint i = 0; i < self->batch.n_updates; i++)
    {
      const VigilScoreUpdate *update = &self->batch.updates[i];
      VigilHandle handle = vigil_score_store_intern (self->store, update->student_id, update->student_len);

      newest_ms = MAX (newest_ms, update->timestamp_ms);
      if (handle != VIGIL_HANDLE_NONE)
        vigil_score_store_write (self->store, handle, update->score, update->flags, update->timestamp_ms, received_us);
    }

  vigil_counter_add (vigil_net_metrics ()->scores, self->batch.n_updates);
  if (newest_ms > 0)
    {
      gint64 lag_ms;

      if (self->read_us != received_us)
        self->read_ms = vigil_clock_hall_ms ();
      self->read_us = received_us;
      watch_lag (self, self->read_ms - newest_ms, received_us);
      lag_ms = MAX (0, self->read_ms - newest_ms);

      vigil_counter_set (vigil_net_metrics ()->feed_lag_ms, lag_ms);
      vigil_histogram_add (vigil_net_metrics ()->score_lag, (double) lag_ms);
    }
}

static gboolean
sink_frame (VigilSioSink *sink, const char *text, gsize len, gint64 received_us)
{
  VigilHallSink *self = VIGIL_HALL_SINK (sink);

  if (!vigil_score_scanner_scan (self->scanner, text, len, &self->batch))
    return FALSE;

  apply_batch (self, received_us);
  return TRUE;
}

static gboolean
sink_packed (VigilSioSink *sink, const guint8 *data, gsize len, gint64 received_us)
{
  VigilHallSink *self = VIGIL_HALL_SINK (sink);

  if (!vigil_score_scanner_scan_msgpack (self->scanner, data, len, &self->batch))
    return FALSE;

  apply_batch (self, received_us);
  return TRUE;
}

static void
drop_message (const char *event, const GError *error)
{
  gboolean unknown = g_error_matches (error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_UNKNOWN);

  vigil_counter_add (unknown ? vigil_net_metrics ()->unknown_events : vigil_net_metrics ()->malformed, 1);
  g_debug ("dropped an event “%.64s”: %s", event, error->message);
}

static void
take_score (VigilHallSink *self, const char *event, JsonNode *argument, gint64 received_us)
{
  g_autoptr (GError) error = NULL;

  vigil_counter_add (vigil_net_metrics ()->scores_slow, 1);
  if (vigil_score_scanner_parse (self->scanner, event, argument, &self->batch, &error))
    apply_batch (self, received_us);
  else
    drop_message (event, error);
}

static gpointer
sink_event (VigilSioSink *sink, VigilSioPacket *packet, gint64 received_us)
{
  VigilHallSink *self = VIGIL_HALL_SINK (sink);
  const char *event = vigil_sio_packet_get_event (packet);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) argument = NULL;
  VigilHallEvent *item;

  if (event == NULL)
    return NULL;

  if (vigil_score_scanner_is_score_event (self->scanner, event))
    {
      take_score (self, event, vigil_sio_packet_get_argument (packet), received_us);
      return NULL;
    }

  argument = vigil_profile_decode (self->profile, vigil_sio_packet_get_argument (packet));
  item = vigil_hall_message_parse (vigil_profile_event_from_wire (self->profile, event), argument, &error);
  if (item == NULL)
    {
      drop_message (event, error);
      return vigil_hall_message_parse_position (argument);
    }
  vigil_counter_add (vigil_net_metrics ()->events, 1);
  return item;
}

static void
sink_init (VigilSioSinkInterface *iface)
{
  iface->frame = sink_frame;
  iface->packed = sink_packed;
  iface->event = sink_event;
  iface->free_item = (GDestroyNotify) vigil_hall_event_unref;
}

VigilHallSink *
vigil_hall_sink_new (VigilScoreStore *store, VigilScoringPolicy *policy, VigilProfile *profile)
{
  VigilHallSink *self = g_object_new (VIGIL_TYPE_HALL_SINK, NULL);

  self->store = g_object_ref (store);
  self->policy = g_object_ref (policy);
  self->profile = profile != NULL ? g_object_ref (profile) : NULL;
  self->scanner = vigil_score_scanner_new (profile, flag_of_type, self->policy);
  return self;
}

static void
vigil_hall_sink_finalize (GObject *object)
{
  VigilHallSink *self = VIGIL_HALL_SINK (object);

  g_clear_pointer (&self->scanner, vigil_score_scanner_free);
  vigil_score_batch_clear (&self->batch);
  g_clear_object (&self->store);
  g_clear_object (&self->policy);
  g_clear_object (&self->profile);

  G_OBJECT_CLASS (vigil_hall_sink_parent_class)->finalize (object);
}

static void
vigil_hall_sink_class_init (VigilHallSinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_hall_sink_finalize;

  signal_doubted = g_signal_new ("clock-doubted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_hall_sink_init (VigilHallSink *self)
{
}
