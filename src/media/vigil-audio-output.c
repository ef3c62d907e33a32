/* SPDX-License-Identifier: GPL-3.0-or-later */
/* appsrc and whatever sink the desktop has. The device's own clock says how fast it is played: nothing is synchronized to time
 * stamps, and the mixer keeps little waiting in appsrc. */
#include "vigil-audio-output.h"

#include <gst/app/gstappsrc.h>
#include <gst/audio/audio.h>

#include "vigil-main-post.h"
#include "vigil-media-metrics.h"
#include "vigil-opus.h"
#include "vigil-redact.h"
#include "vigil-worker.h"

#define DEFAULT_SINK "autoaudiosink"

/* What the device's own buffer holds. */
#define DEVICE_BUFFER_US 60000
#define DEVICE_PERIOD_US 10000

/* A machine that has no sound device is asked again whether it has one, but not all the time. */
#define PROBE_AGAIN_US (5 * G_USEC_PER_SEC)

typedef enum
{
  CLOSED,
  OPENING,
  OPEN,
  CLOSING,
} State;

/* Whether sound can be played, as far as is known. */
typedef enum
{
  CAN_UNKNOWN,
  CAN_YES,
  CAN_NO_DEVICE,
  CAN_FAILED,
} Can;

static const char *const obstacles[] = {
  [CAN_UNKNOWN] = NULL,
  [CAN_YES] = NULL,
  [CAN_NO_DEVICE] = "No sound device was found",
  [CAN_FAILED] = "The sound device has failed",
};

struct _VigilAudioOutput
{
  GObject parent_instance;

  /* immutable */
  char        *sink;
  VigilWorker *worker;

  /* atomic */
  gint         can;
  gint         state;
  gint         generation;

  /* main thread */
  gint64       probed_us; /* monotonic; when it was last begun */
  gboolean     probing;

  /* worker */
  GstElement  *pipeline;

  /* with the lock */
  GMutex       lock;
  GstAppSrc   *source;    /* while it is open */
};

G_DEFINE_FINAL_TYPE (VigilAudioOutput, vigil_audio_output, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
changed_posted_cb (gpointer target,
                   gpointer event)
{
  g_signal_emit (target, signals[SIGNAL_CHANGED], 0);
}

/* Thread: any that holds a reference. */
static void
set_can (VigilAudioOutput *self,
         Can               can)
{
  if (g_atomic_int_exchange (&self->can, can) != (gint) can)
    vigil_main_post (NULL, self, &self->generation, 0, changed_posted_cb, NULL, NULL);
}

static void
vigil_audio_output_finalize (GObject *object)
{
  VigilAudioOutput *self = VIGIL_AUDIO_OUTPUT (object);

  g_assert (self->pipeline == NULL);
  vigil_worker_unref (self->worker);
  g_mutex_clear (&self->lock);
  g_free (self->sink);

  G_OBJECT_CLASS (vigil_audio_output_parent_class)->finalize (object);
}

static void
vigil_audio_output_class_init (VigilAudioOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_audio_output_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_audio_output_init (VigilAudioOutput *self)
{
  g_mutex_init (&self->lock);
  self->worker = vigil_worker_new ("vigil-speaker");
}

/**
 * vigil_audio_output_new:
 * @sink: (nullable): a GStreamer element with its properties, as for gst-launch; %NULL: what the desktop has
 *
 * Opens nothing. vigil_audio_output_shut() must be called before the last
 * reference goes.
 *
 * Returns: (transfer full): an output
 */
VigilAudioOutput *
vigil_audio_output_new (const char *sink)
{
  VigilAudioOutput *self = g_object_new (VIGIL_TYPE_AUDIO_OUTPUT, NULL);

  self->sink = g_strdup (sink != NULL && sink[0] != '\0' ? sink : DEFAULT_SINK);
  self->can = g_str_equal (self->sink, DEFAULT_SINK) ? CAN_UNKNOWN : CAN_YES;
  return self;
}

static void
close_job (gpointer data)
{
  VigilAudioOutput *self = data;
  g_autoptr (GstAppSrc) source = NULL;

  g_mutex_lock (&self->lock);
  source = g_steal_pointer (&self->source);
  g_mutex_unlock (&self->lock);

  if (self->pipeline != NULL)
    {
      g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

      gst_element_set_state (self->pipeline, GST_STATE_NULL);
      gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
      gst_clear_object (&self->pipeline);
      vigil_counter_add (vigil_media_metrics ()->sound_outputs_live, -1);
    }
  g_atomic_int_set (&self->state, CLOSED);
}

/**
 * vigil_audio_output_shut:
 *
 * Closes it in the background, for good. Main thread; safe twice.
 */
void
vigil_audio_output_shut (VigilAudioOutput *self)
{
  g_atomic_int_inc (&self->generation);
  vigil_worker_push (self->worker, close_job, g_object_ref (self), g_object_unref);
  vigil_worker_finish (self->worker);
}

static gboolean
has_device (void)
{
  GstDeviceMonitor *monitor = gst_device_monitor_new ();
  GList *devices = NULL;

  gst_device_monitor_add_filter (monitor, "Audio/Sink", NULL);
  if (gst_device_monitor_start (monitor))
    {
      devices = gst_device_monitor_get_devices (monitor);
      gst_device_monitor_stop (monitor);
    }
  gst_object_unref (monitor);

  g_list_free_full (devices, gst_object_unref);
  return devices != NULL;
}

static void
probed_posted_cb (gpointer target,
                  gpointer event)
{
  VIGIL_AUDIO_OUTPUT (target)->probing = FALSE;
}

static void
probe_job (gpointer data)
{
  VigilAudioOutput *self = data;

  set_can (self, has_device () ? CAN_YES : CAN_NO_DEVICE);
  vigil_main_post (NULL, self, &self->generation, 0, probed_posted_cb, NULL, NULL);
}

/**
 * vigil_audio_output_probe:
 *
 * Finds out in the background whether there is a sound device, without opening
 * it, unless that is known or was found out a moment ago. Main thread.
 */
void
vigil_audio_output_probe (VigilAudioOutput *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->probing || g_atomic_int_get (&self->can) == CAN_YES || !g_str_equal (self->sink, DEFAULT_SINK) ||
      (self->probed_us != 0 && now - self->probed_us < PROBE_AGAIN_US))
    return;

  self->probing = TRUE;
  self->probed_us = now;
  vigil_worker_push (self->worker, probe_job, g_object_ref (self), g_object_unref);
}

/**
 * vigil_audio_output_can:
 * @why: (out) (nullable): English; what stands against it
 *
 * Main thread.
 *
 * Returns: whether sound can be played; %TRUE as well while that is not known
 */
gboolean
vigil_audio_output_can (VigilAudioOutput  *self,
                        const char       **why)
{
  vigil_audio_output_probe (self);
  *why = obstacles[g_atomic_int_get (&self->can)];
  return *why == NULL;
}

static GstBusSyncReply
bus_sync_cb (GstBus     *bus,
             GstMessage *message,
             gpointer    user_data)
{
  VigilAudioOutput *self = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      g_autoptr (GError) cause = NULL;
      g_autofree char *safe = NULL;

      gst_message_parse_error (message, &cause, NULL);
      safe = vigil_redact (cause->message);
      g_message ("sound device: %s", safe);
      vigil_counter_add (vigil_media_metrics ()->sound_outputs_failed, 1);
      set_can (self, CAN_FAILED);
      vigil_audio_output_close (self);
    }

  gst_message_unref (message);
  return GST_BUS_DROP;
}

static void
element_added_cb (GstBin     *bin,
                  GstBin     *parent,
                  GstElement *element,
                  gpointer    user_data)
{
  GObjectClass *klass = G_OBJECT_GET_CLASS (element);

  if (g_object_class_find_property (klass, "buffer-time") != NULL &&
      g_object_class_find_property (klass, "latency-time") != NULL)
    g_object_set (element, "buffer-time", (gint64) DEVICE_BUFFER_US, "latency-time", (gint64) DEVICE_PERIOD_US, NULL);
  if (g_object_class_find_property (klass, "client-name") != NULL)
    g_object_set (element, "client-name", "Vigil", NULL);
}

/* autoaudiosink takes a fake one where it finds none that works. */
static gboolean
is_fake (GstElement *pipeline)
{
  GstIterator *iterator = gst_bin_iterate_sinks (GST_BIN (pipeline));
  GValue item = G_VALUE_INIT;
  gboolean fake = FALSE;

  while (gst_iterator_next (iterator, &item) == GST_ITERATOR_OK)
    {
      GstElement *sink = g_value_get_object (&item);

      if (GST_IS_BIN (sink))
        fake |= is_fake (sink);
      else
        fake |= g_str_has_prefix (G_OBJECT_TYPE_NAME (sink), "GstFake");
      g_value_reset (&item);
    }
  g_value_unset (&item);
  gst_iterator_free (iterator);

  return fake;
}

static GstElement *
build (VigilAudioOutput  *self,
       GError           **error)
{
  g_autofree char *description =
    g_strdup_printf ("appsrc name=source is-live=true format=time block=false max-bytes=0 "
                     "caps=audio/x-raw,format=" GST_AUDIO_NE (S16) ",rate=%u,channels=1,layout=interleaved "
                     "! audioconvert ! audioresample ! %s name=sink", VIGIL_OPUS_RATE, self->sink);
  GstElement *pipeline = gst_parse_launch (description, error);
  g_autoptr (GstElement) sink = NULL;

  if (pipeline == NULL)
    return NULL;

  gst_object_ref_sink (pipeline);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  if (sink != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (sink), "sync") != NULL)
    g_object_set (sink, "sync", FALSE, NULL);
  return pipeline;
}

static void
open_job (gpointer data)
{
  VigilAudioOutput *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBus) bus = NULL;


  if (g_atomic_int_get (&self->state) != OPENING || self->pipeline != NULL)
    return;

  self->pipeline = build (self, &error);
  if (self->pipeline == NULL)
    {
      g_message ("sound device: %s", error->message);
      set_can (self, CAN_NO_DEVICE);
      g_atomic_int_set (&self->state, CLOSED);
      return;
    }
  vigil_counter_add (vigil_media_metrics ()->sound_outputs_live, 1);
  vigil_counter_add (vigil_media_metrics ()->sound_outputs_opened, 1);

  g_signal_connect (self->pipeline, "deep-element-added", G_CALLBACK (element_added_cb), NULL);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, bus_sync_cb, g_object_ref (self), g_object_unref);
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE ||
      (g_str_equal (self->sink, DEFAULT_SINK) && is_fake (self->pipeline)))
    {
      set_can (self, CAN_NO_DEVICE);
      close_job (self);
      return;
    }

  g_mutex_lock (&self->lock);
  self->source = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (self->pipeline), "source"));
  g_mutex_unlock (&self->lock);
  /* Unless it was to be closed meanwhile, by a job behind this one. */
  g_atomic_int_compare_and_exchange (&self->state, OPENING, OPEN);
}

/**
 * vigil_audio_output_open:
 *
 * Opens it in the background, if it is closed and there may be a device.
 * Thread: any.
 */
void
vigil_audio_output_open (VigilAudioOutput *self)
{
  if (obstacles[g_atomic_int_get (&self->can)] == NULL &&
      g_atomic_int_compare_and_exchange (&self->state, CLOSED, OPENING))
    vigil_worker_push (self->worker, open_job, g_object_ref (self), g_object_unref);
}

/**
 * vigil_audio_output_close:
 *
 * Closes it in the background. Thread: any that holds a reference.
 */
void
vigil_audio_output_close (VigilAudioOutput *self)
{
  if (g_atomic_int_compare_and_exchange (&self->state, OPEN, CLOSING) ||
      g_atomic_int_compare_and_exchange (&self->state, OPENING, CLOSING))
    vigil_worker_push (self->worker, close_job, g_object_ref (self), g_object_unref);
}

/**
 * vigil_audio_output_is_open:
 *
 * Returns: whether what is pushed is heard. Thread: any.
 */
gboolean
vigil_audio_output_is_open (VigilAudioOutput *self)
{
  return g_atomic_int_get (&self->state) == OPEN;
}

/**
 * vigil_audio_output_get_queued:
 *
 * Returns: how many samples wait for the device. Thread: any.
 */
guint
vigil_audio_output_get_queued (VigilAudioOutput *self)
{
  guint64 bytes = 0;

  g_mutex_lock (&self->lock);
  if (self->source != NULL)
    bytes = gst_app_src_get_current_level_bytes (self->source);
  g_mutex_unlock (&self->lock);

  return (guint) (bytes / sizeof (gint16));
}

/**
 * vigil_audio_output_push:
 * @samples: mono at %VIGIL_OPUS_RATE
 * @n: how many
 *
 * Never blocks; dropped unless it is open. Thread: any.
 */
void
vigil_audio_output_push (VigilAudioOutput *self,
                         const gint16     *samples,
                         guint             n)
{
  g_mutex_lock (&self->lock);
  if (self->source != NULL)
    gst_app_src_push_buffer (self->source, gst_buffer_new_memdup (samples, n * sizeof (gint16)));
  g_mutex_unlock (&self->lock);
}
