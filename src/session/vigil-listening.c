/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom this operator listens to.
 *
 * It holds a reference on the microphone's stream of each, and tells the engine how loud that stream's present feed is: a feed
 * that came in another's place begins silent. */

#include "vigil-listening.h"

#include <math.h>

#include "vigil-clock.h"
#include "vigil-metrics.h"

typedef struct
{
  VigilHandle  handle;
  VigilStream *stream;
  gint64       since_us;
} Heard;

struct _VigilListening
{
  GObject                parent_instance;

  VigilStreamController *streams;
  VigilRoster           *roster;
  VigilSettings         *settings;
  VigilMediaEngine      *engine;
  Heard                  heard[VIGIL_LISTENING_MAX]; /* who was asked for last first */
  guint                  n;
};

G_DEFINE_FINAL_TYPE (VigilListening, vigil_listening, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static struct
{
  VigilCounter   *now, *begun, *ended;
  VigilHistogram *length;
} metrics;

static void
emit_changed (VigilListening *self)
{
  vigil_counter_set (metrics.now, self->n);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Returns: its place, or VIGIL_LISTENING_MAX. */
static guint
find (VigilListening *self,
      VigilHandle     handle)
{
  for (guint i = 0; i < self->n; i++)
    if (self->heard[i].handle == handle)
      return i;

  return VIGIL_LISTENING_MAX;
}

static void
apply_gains (VigilListening *self)
{
  double gain = vigil_settings_get_double (self->settings, VIGIL_SETTING_LISTEN_VOLUME);
  double duck = pow (10, -vigil_settings_get_int (self->settings, VIGIL_SETTING_LISTEN_DUCK) / 20.0);

  for (guint i = 0; i < self->n; i++)
    {
      guint64 feed = vigil_stream_get_feed (self->heard[i].stream);

      if (feed != 0)
        vigil_media_engine_set_gain (self->engine, feed, i == 0 ? gain : gain * duck);
    }
}

static void stream_changed_cb (VigilListening *self, VigilStream *stream);

static void
take_out (VigilListening *self,
          guint           place)
{
  Heard gone = self->heard[place];

  self->n--;
  for (guint i = place; i < self->n; i++)
    self->heard[i] = self->heard[i + 1];

  g_signal_handlers_disconnect_by_func (gone.stream, stream_changed_cb, self);
  if (vigil_stream_get_feed (gone.stream) != 0)
    vigil_media_engine_set_gain (self->engine, vigil_stream_get_feed (gone.stream), 0);
  vigil_counter_add (metrics.ended, 1);
  vigil_histogram_add (metrics.length, (double) (vigil_clock_monotonic_us () - gone.since_us) / G_USEC_PER_SEC);
  g_object_unref (gone.stream);
}

static gboolean
is_to_end (VigilListening *self,
           VigilHandle     handle)
{
  const VigilCandidate *candidate = vigil_roster_get (self->roster, handle);

  return candidate == NULL || !candidate->present || !vigil_stream_controller_is_focused (self->streams, handle);
}

/* Whoever may not be listened to any more goes; what is left is told how loud it is. */
static void
review (VigilListening *self)
{
  guint former = self->n;

  for (guint i = self->n; i-- > 0;)
    if (is_to_end (self, self->heard[i].handle))
      take_out (self, i);

  apply_gains (self);
  if (self->n != former)
    emit_changed (self);
}

static void
stream_changed_cb (VigilListening *self,
                   VigilStream    *stream)
{
  review (self);
}

static void
candidate_changed_cb (VigilListening *self,
                      guint           handle,
                      guint           fields)
{
  if (find (self, handle) < VIGIL_LISTENING_MAX)
    review (self);
}

static void
membership_changed_cb (VigilListening *self)
{
  if (self->n > 0)
    review (self);
}

static void
setting_changed_cb (VigilListening *self,
                    const char     *key)
{
  if (g_strcmp0 (key, VIGIL_SETTING_LISTEN_VOLUME) == 0 || g_strcmp0 (key, VIGIL_SETTING_LISTEN_DUCK) == 0)
    apply_gains (self);
}

/* A device that went away takes listening with it: nobody should believe that a silent room is one. */
static void
output_changed_cb (VigilListening *self)
{
  if (self->n > 0 && !vigil_media_engine_can_play (self->engine, NULL))
    while (self->n > 0)
      take_out (self, self->n - 1);
  emit_changed (self);
}

static void
vigil_listening_dispose (GObject *object)
{
  VigilListening *self = VIGIL_LISTENING (object);

  while (self->n > 0)
    take_out (self, self->n - 1);
  if (self->streams != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->roster, self);
      g_signal_handlers_disconnect_by_data (self->settings, self);
      g_signal_handlers_disconnect_by_data (self->engine, self);
    }
  g_clear_object (&self->streams);
  g_clear_object (&self->roster);
  g_clear_object (&self->settings);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (vigil_listening_parent_class)->dispose (object);
}

static void
vigil_listening_class_init (VigilListeningClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_listening_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  metrics.now = vigil_metrics_gauge ("vigil_listening", "Candidates who are listened to");
  metrics.begun = vigil_metrics_counter ("vigil_listening_begun", "Times a candidate was listened to");
  metrics.ended = vigil_metrics_counter ("vigil_listening_ended", "Times listening to a candidate ended");
  metrics.length = vigil_metrics_histogram ("vigil_listening_length", "s", "For how long a candidate was listened to");
}

static void
vigil_listening_init (VigilListening *self)
{
}

VigilListening *
vigil_listening_new (VigilStreamController *streams,
                     VigilRoster           *roster,
                     VigilSettings         *settings,
                     VigilMediaEngine      *engine)
{
  VigilListening *self = g_object_new (VIGIL_TYPE_LISTENING, NULL);

  self->streams = g_object_ref (streams);
  self->roster = g_object_ref (roster);
  self->settings = g_object_ref (settings);
  self->engine = g_object_ref (engine);
  g_signal_connect_swapped (roster, "candidate-changed", G_CALLBACK (candidate_changed_cb), self);
  g_signal_connect_swapped (roster, "membership-changed", G_CALLBACK (membership_changed_cb), self);
  g_signal_connect_swapped (settings, "changed", G_CALLBACK (setting_changed_cb), self);
  g_signal_connect_swapped (engine, "output-changed", G_CALLBACK (output_changed_cb), self);
  return self;
}

static void
put_first (VigilListening *self,
           const Heard    *heard)
{
  for (guint i = self->n; i > 0; i--)
    self->heard[i] = self->heard[i - 1];
  self->heard[0] = *heard;
  self->n++;
}

static void
listen_to (VigilListening *self,
           VigilHandle     handle)
{
  Heard heard = { handle, vigil_stream_controller_ref_source (self->streams, handle, VIGIL_SOURCE_MICROPHONE),
                  vigil_clock_monotonic_us () };

  if (self->n == VIGIL_LISTENING_MAX)
    take_out (self, self->n - 1);
  put_first (self, &heard);
  g_signal_connect_swapped (heard.stream, "changed", G_CALLBACK (stream_changed_cb), self);
  vigil_counter_add (metrics.begun, 1);
}

void
vigil_listening_set (VigilListening *self,
                     VigilHandle     handle,
                     gboolean        on,
                     gboolean        together)
{
  guint place = find (self, handle);

  g_return_if_fail (VIGIL_IS_LISTENING (self));

  if (on && place == VIGIL_LISTENING_MAX && !vigil_listening_can (self, handle, NULL))
    return;
  if (!on && place == VIGIL_LISTENING_MAX)
    return;

  if (!on)
    {
      take_out (self, place);
    }
  else if (place < VIGIL_LISTENING_MAX)
    {
      Heard again = self->heard[place];

      self->n--;
      for (guint i = place; i < self->n; i++)
        self->heard[i] = self->heard[i + 1];
      put_first (self, &again);
    }
  else
    {
      listen_to (self, handle);
    }

  while (on && !together && self->n > 1)
    take_out (self, self->n - 1);
  apply_gains (self);
  emit_changed (self);
}

void
vigil_listening_stop (VigilListening *self)
{
  g_return_if_fail (VIGIL_IS_LISTENING (self));

  if (self->n == 0)
    return;

  while (self->n > 0)
    take_out (self, self->n - 1);
  emit_changed (self);
}

gboolean
vigil_listening_is_on (VigilListening *self,
                       VigilHandle     handle)
{
  g_return_val_if_fail (VIGIL_IS_LISTENING (self), FALSE);

  return find (self, handle) < VIGIL_LISTENING_MAX;
}

guint
vigil_listening_get_n (VigilListening *self)
{
  g_return_val_if_fail (VIGIL_IS_LISTENING (self), 0);

  return self->n;
}

VigilHandle
vigil_listening_get_nth (VigilListening *self,
                         guint           n)
{
  g_return_val_if_fail (VIGIL_IS_LISTENING (self), VIGIL_HANDLE_NONE);

  return n < self->n ? self->heard[n].handle : VIGIL_HANDLE_NONE;
}

/* What stands against it, or NULL. */
static const char *
find_obstacle (VigilListening *self,
               VigilHandle     handle)
{
  const VigilCandidate *candidate = vigil_roster_get (self->roster, handle);
  VigilSfuAbilities abilities;
  const char *why = NULL;

  vigil_stream_controller_get_abilities (self->streams, &abilities);
  if (candidate == NULL || !candidate->present)
    return "The candidate is not in the exam";
  if (candidate->producer_ids[VIGIL_SOURCE_MICROPHONE] == NULL)
    return "The candidate's microphone is not on";
  if (!abilities.has_sound)
    return "Sound cannot be had from this hall's SFU";
  if (!vigil_stream_controller_is_focused (self->streams, handle))
    return "Sound is received while a candidate is opened";

  vigil_media_engine_can_play (self->engine, &why);
  return why;
}

gboolean
vigil_listening_can (VigilListening  *self,
                     VigilHandle      handle,
                     const char     **why)
{
  const char *obstacle;

  g_return_val_if_fail (VIGIL_IS_LISTENING (self), FALSE);

  obstacle = find_obstacle (self, handle);
  if (why != NULL)
    *why = obstacle;
  return obstacle == NULL;
}
