/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vigil-hardware-decoders.h"

#include <gst/gst.h>
#include <stdio.h>
#include <string.h>

#include "vigil-decoder-chain.h"
#include "vigil-media-init.h"
#include "vigil-media-metrics.h"

/* What hardware has to save before it is worth its surprises. */
#define WORTH 0.8

typedef struct
{
  const char *codec;   /* static */
  char       *factory;
} Trial;

struct _VigilHardwareDecoders
{
  GObject parent_instance;

  char         *program;   /* nullable */
  guint         timeout_ms;
  GQueue       *trials;    /* (element-type Trial) owned; nullable: not listed yet */
  Trial        *running;
  GSubprocess  *process;
  guint         timeout_id;
  gboolean      timed_out;
  GCancellable *cancellable;
  GHashTable   *verdicts;  /* factory -> English */
  GHashTable   *used;      /* codec (static) -> factory */
};

G_DEFINE_FINAL_TYPE (VigilHardwareDecoders, vigil_hardware_decoders, G_TYPE_OBJECT)

enum { DONE, N_SIGNALS };

static guint signals[N_SIGNALS];

static void try_next (VigilHardwareDecoders *self);

static void
trial_free (Trial *trial)
{
  g_free (trial->factory);
  g_free (trial);
}

static void
conclude (VigilHardwareDecoders *self, char *verdict)
{
  g_info ("decoder %s for %s: %s", self->running->factory, self->running->codec, verdict);
  g_hash_table_replace (self->verdicts, g_strdup (self->running->factory), verdict);
  g_clear_pointer (&self->running, trial_free);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_object (&self->process);
  try_next (self);
}

static void
take_into_use (VigilHardwareDecoders *self)
{
  g_hash_table_replace (self->used, (gpointer) self->running->codec, g_strdup (self->running->factory));
  vigil_decoder_chain_prefer (self->running->codec, self->running->factory);
  vigil_counter_add (vigil_media_metrics ()->hardware_codecs, 1);
}

static char *
judge (VigilHardwareDecoders *self, const char *said)
{
  gint64 ours, theirs;

  if (said == NULL || sscanf (said, "works %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, &ours, &theirs) != 2)
    return g_strdup ("its trial said nothing that can be understood");
  if (ours <= 0 || theirs > (gint64) ((double) ours * WORTH))
    return g_strdup_printf ("works, but costs %.0f %% of what software does", 100.0 * (double) theirs / (double) MAX (ours, 1));
  take_into_use (self);
  return g_strdup_printf ("used, costs %.0f %% of what software does", 100.0 * (double) theirs / (double) ours);
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilHardwareDecoders) self = user_data;
  GSubprocess *process = G_SUBPROCESS (source);
  g_autofree char *said = NULL, *complained = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_subprocess_communicate_utf8_finish (process, result, &said, &complained, &error))
    {
      if (g_cancellable_is_cancelled (self->cancellable))
        return;
      conclude (self, g_strdup (error->message));
      return;
    }
  if (self->timed_out)
    conclude (self, g_strdup_printf ("hung for %u ms", self->timeout_ms));
  else if (g_subprocess_get_if_signaled (process))
    conclude (self, g_strdup_printf ("crashed (signal %d)", g_subprocess_get_term_sig (process)));
  else if (g_subprocess_get_exit_status (process) != 0)
    conclude (self, g_strdup (complained != NULL && *complained != '\0' ? g_strchomp (complained) : "failed and does not say why"));
  else
    conclude (self, judge (self, said));
}

static gboolean
timeout_cb (gpointer user_data)
{
  VigilHardwareDecoders *self = user_data;

  self->timeout_id = 0;
  self->timed_out = TRUE;
  g_subprocess_force_exit (self->process);
  return G_SOURCE_REMOVE;
}

static void
try_next (VigilHardwareDecoders *self)
{
  g_autoptr (GError) error = NULL;

  do
    {
      g_clear_pointer (&self->running, trial_free);
      self->running = g_queue_pop_head (self->trials);
    }
  while (self->running != NULL && g_hash_table_contains (self->used, self->running->codec));
  if (self->running == NULL)
    {
      g_signal_emit (self, signals[DONE], 0);
      return;
    }

  self->timed_out = FALSE;
  vigil_counter_add (vigil_media_metrics ()->decoder_trials, 1);
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error,
                                    self->program, self->running->codec, self->running->factory, NULL);
  if (self->process == NULL)
    {
      conclude (self, g_strdup (error->message));
      return;
    }
  self->timeout_id = g_timeout_add (self->timeout_ms, timeout_cb, self);
  g_subprocess_communicate_utf8_async (self->process, NULL, self->cancellable, tried_cb, g_object_ref (self));
}

/* The registry's own filter for hardware takes a factory that is any of what was asked for. */
static gboolean
is_hardware (GstElementFactory *factory)
{
  const char *klass = gst_element_factory_get_metadata (factory, GST_ELEMENT_METADATA_KLASS);

  return klass != NULL && strstr (klass, "Hardware") != NULL;
}

static void
list_of_codec (GQueue *trials, GList *factories, const char *codec, const char *media_type)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (media_type);
  GList *fit = gst_element_factory_list_filter (factories, caps, GST_PAD_SINK, FALSE);

  for (GList *l = fit; l != NULL; l = l->next)
    {
      Trial *trial;

      if (!is_hardware (l->data))
        continue;
      trial = g_new0 (Trial, 1);
      trial->codec = codec;
      trial->factory = g_strdup (gst_plugin_feature_get_name (GST_PLUGIN_FEATURE (l->data)));
      g_queue_push_tail (trials, trial);
    }
  gst_plugin_feature_list_free (fit);
}

static void
queue_free (GQueue *trials)
{
  g_queue_free_full (trials, (GDestroyNotify) trial_free);
}

/* A worker: the registry may still have to be read. */
static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GQueue *trials = g_queue_new ();
  GList *factories;

  vigil_media_init ();
  factories = gst_element_factory_list_get_elements (GST_ELEMENT_FACTORY_TYPE_DECODER | GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO, GST_RANK_NONE);
  factories = g_list_sort (factories, gst_plugin_feature_rank_compare_func);
  list_of_codec (trials, factories, "VP8", "video/x-vp8");
  list_of_codec (trials, factories, "H264", "video/x-h264");
  gst_plugin_feature_list_free (factories);
  g_task_return_pointer (task, trials, (GDestroyNotify) queue_free);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VigilHardwareDecoders *self = VIGIL_HARDWARE_DECODERS (source);
  GQueue *trials = g_task_propagate_pointer (G_TASK (result), NULL);

  if (trials == NULL)
    return; /* stopped */
  self->trials = trials;
  try_next (self);
}

void
vigil_hardware_decoders_try (VigilHardwareDecoders *self, guint timeout_ms)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (VIGIL_IS_HARDWARE_DECODERS (self));
  g_return_if_fail (self->timeout_ms == 0);

  self->timeout_ms = MAX (timeout_ms, 1);
  if (self->program == NULL)
    return;
  task = g_task_new (self, self->cancellable, listed_cb, NULL);
  g_task_run_in_thread (task, list_thread);
}

void
vigil_hardware_decoders_stop (VigilHardwareDecoders *self)
{
  g_return_if_fail (VIGIL_IS_HARDWARE_DECODERS (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
}

const char *
vigil_hardware_decoders_get_verdict (VigilHardwareDecoders *self, const char *factory)
{
  g_return_val_if_fail (VIGIL_IS_HARDWARE_DECODERS (self), NULL);

  return g_hash_table_lookup (self->verdicts, factory);
}

const char *
vigil_hardware_decoders_get_used (VigilHardwareDecoders *self, const char *codec)
{
  g_return_val_if_fail (VIGIL_IS_HARDWARE_DECODERS (self), NULL);

  return g_hash_table_lookup (self->used, codec);
}

static void
vigil_hardware_decoders_finalize (GObject *object)
{
  VigilHardwareDecoders *self = VIGIL_HARDWARE_DECODERS (object);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_pointer (&self->trials, queue_free);
  g_clear_pointer (&self->running, trial_free);
  g_clear_object (&self->process);
  g_object_unref (self->cancellable);
  g_hash_table_unref (self->verdicts);
  g_hash_table_unref (self->used);
  g_free (self->program);
  G_OBJECT_CLASS (vigil_hardware_decoders_parent_class)->finalize (object);
}

static void
vigil_hardware_decoders_class_init (VigilHardwareDecodersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_hardware_decoders_finalize;
  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vigil_hardware_decoders_init (VigilHardwareDecoders *self)
{
  self->cancellable = g_cancellable_new ();
  self->verdicts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->used = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
}

VigilHardwareDecoders *
vigil_hardware_decoders_new (const char *program)
{
  VigilHardwareDecoders *self = g_object_new (VIGIL_TYPE_HARDWARE_DECODERS, NULL);

  self->program = g_strdup (program);
  return self;
}
