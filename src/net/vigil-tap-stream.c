/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection that is read through a tap and written as it is. */
#include "vigil-tap-stream.h"

struct _VigilTapStream
{
  GIOStream parent_instance;

  GIOStream    *base;
  GInputStream *input;
};

G_DEFINE_FINAL_TYPE (VigilTapStream, vigil_tap_stream, G_TYPE_IO_STREAM)

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return VIGIL_TAP_STREAM (stream)->input;
}

static GOutputStream *
get_output_stream (GIOStream *stream)
{
  return g_io_stream_get_output_stream (VIGIL_TAP_STREAM (stream)->base);
}

static gboolean
close_fn (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (VIGIL_TAP_STREAM (stream)->base, cancellable, error);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
close_async (GIOStream *stream, int priority, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, close_async);
  g_task_set_priority (task, priority);
  g_io_stream_close_async (VIGIL_TAP_STREAM (stream)->base, priority, cancellable, closed_cb, task);
}

static gboolean
close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
vigil_tap_stream_finalize (GObject *object)
{
  VigilTapStream *self = VIGIL_TAP_STREAM (object);

  /* Not before: the parent's dispose closes us, and that closes them. */
  g_clear_object (&self->input);
  g_clear_object (&self->base);
  G_OBJECT_CLASS (vigil_tap_stream_parent_class)->finalize (object);
}

static void
vigil_tap_stream_class_init (VigilTapStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = vigil_tap_stream_finalize;
  stream_class->get_input_stream = get_input_stream;
  stream_class->get_output_stream = get_output_stream;
  stream_class->close_fn = close_fn;
  stream_class->close_async = close_async;
  stream_class->close_finish = close_finish;
}

static void
vigil_tap_stream_init (VigilTapStream *self)
{
}

GIOStream *
vigil_tap_stream_new (GIOStream *base, gsize max_frame)
{
  VigilTapStream *self = g_object_new (VIGIL_TYPE_TAP_STREAM, NULL);

  self->base = g_object_ref (base);
  self->input = vigil_tap_input_new (g_io_stream_get_input_stream (base), max_frame);
  return G_IO_STREAM (self);
}

VigilTapInput *
vigil_tap_stream_get_tap (VigilTapStream *self)
{
  return VIGIL_TAP_INPUT (self->input);
}
