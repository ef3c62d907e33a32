/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A live picture as a file for the evidence. */
#include "vigil-snapshot.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

#include "vigil-clock.h"

#define FULL_SIZE_MS 400
#define MAX_SIDE 1920

/* Task data: main thread until the worker has it. */
typedef struct
{
  VigilFrame     *frame;
  VigilFrameSlot *slot;     /* nullable */
  gboolean        whole;    /* the frame is as large as it may be */
  gulong          frame_id;
  guint           timer;
  gint64          at_ms;
} Taking;

void
vigil_snapshot_free (VigilSnapshot *self)
{
  g_free (self->base64);
  g_clear_object (&self->texture);
  g_free (self);
}

static void
stop_waiting (Taking *taking)
{
  g_clear_handle_id (&taking->timer, g_source_remove);
  if (taking->slot != NULL)
    {
      g_clear_signal_handler (&taking->frame_id, taking->slot);
      /* Whoever draws it says again what it needs, once a second. */
      vigil_frame_slot_set_wanted_size (taking->slot, 0, 0);
    }
  g_clear_object (&taking->slot);
}

static void
taking_free (gpointer data)
{
  Taking *taking = data;

  stop_waiting (taking);
  vigil_frame_unref (taking->frame);
  g_free (taking);
}

/* By the hall's clock: the decoder's time is monotonic. */
static gint64
get_hall_ms (const VigilFrame *frame)
{
  return vigil_clock_hall_ms () - MAX (vigil_clock_monotonic_us () - frame->decoded_us, 0) / 1000;
}

/* BGRx to RGB. */
static GdkPixbuf *
make_pixbuf (const VigilFrame *frame)
{
  GdkPixbuf *pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) frame->width, (int) frame->height);
  guchar *pixels;
  int stride;

  if (pixbuf == NULL)
    return NULL;
  pixels = gdk_pixbuf_get_pixels (pixbuf);
  stride = gdk_pixbuf_get_rowstride (pixbuf);
  for (guint y = 0; y < frame->height; y++)
    {
      const guint8 *from = frame->pixels + (gsize) y * frame->stride;
      guchar *to = pixels + (gsize) y * (gsize) stride;

      for (guint x = 0; x < frame->width; x++, from += 4, to += 3)
        {
          to[0] = from[2];
          to[1] = from[1];
          to[2] = from[0];
        }
    }
  return pixbuf;
}

/* As good as fits. */
static GBytes *
compress (GdkPixbuf *pixbuf, GError **error)
{
  static const char *const qualities[] = { "92", "80", "60", "35" };

  for (guint i = 0; i < G_N_ELEMENTS (qualities); i++)
    {
      char *data;
      gsize size;

      if (!gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, "jpeg", error, "quality", qualities[i], NULL))
        return NULL;
      if (size <= VIGIL_SNAPSHOT_MAX_BYTES)
        return g_bytes_new_take (data, size);
      g_free (data);
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "the picture does not fit");
  return NULL;
}

static void
compress_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Taking *taking = task_data;
  g_autoptr (GdkPixbuf) pixbuf = make_pixbuf (taking->frame);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (VigilSnapshot) snapshot = g_new0 (VigilSnapshot, 1);

  if (pixbuf == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "no memory for the picture");
      return;
    }
  bytes = compress (pixbuf, &error);
  snapshot->texture = bytes != NULL ? gdk_texture_new_from_bytes (bytes, &error) : NULL;
  if (snapshot->texture == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  snapshot->base64 = g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  snapshot->content_type = "image/jpeg";
  snapshot->at_ms = taking->at_ms;
  snapshot->width = taking->frame->width;
  snapshot->height = taking->frame->height;
  snapshot->source_width = taking->frame->source_width;
  snapshot->source_height = taking->frame->source_height;
  snapshot->whole = taking->whole;
  snapshot->received_size = taking->frame->width >= taking->frame->source_width;
  g_task_return_pointer (task, g_steal_pointer (&snapshot), (GDestroyNotify) vigil_snapshot_free);
}

static void
go_on (GTask *task)
{
  Taking *taking = g_task_get_task_data (task);

  stop_waiting (taking);
  g_task_run_in_thread (task, compress_in_thread);
  g_object_unref (task);
}

static gboolean
late_cb (gpointer user_data)
{
  GTask *task = user_data;
  Taking *taking = g_task_get_task_data (task);

  taking->timer = 0;
  go_on (task);
  return G_SOURCE_REMOVE;
}

static void
frame_cb (VigilFrameSlot *slot, gpointer user_data)
{
  GTask *task = user_data;
  Taking *taking = g_task_get_task_data (task);
  g_autoptr (VigilFrame) frame = vigil_frame_slot_dup_frame (slot);

  if (frame == NULL || frame->feed != taking->frame->feed || frame->width <= taking->frame->width)
    return;
  g_clear_pointer (&taking->frame, vigil_frame_unref);
  taking->frame = g_steal_pointer (&frame);
  taking->at_ms = get_hall_ms (taking->frame);
  taking->whole = TRUE;
  go_on (task);
}

void
vigil_snapshot_take_async (VigilFrame *frame, VigilFrameSlot *slot, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Taking *taking = g_new0 (Taking, 1);

  g_task_set_source_tag (task, vigil_snapshot_take_async);
  g_task_set_task_data (task, taking, taking_free);
  taking->frame = vigil_frame_ref (frame);
  taking->at_ms = get_hall_ms (frame);
  taking->whole = frame->width >= MIN (frame->source_width, MAX_SIDE);
  if (slot == NULL || taking->whole)
    {
      go_on (task);
      return;
    }
  taking->slot = g_object_ref (slot);
  taking->frame_id = g_signal_connect (slot, "frame", G_CALLBACK (frame_cb), task);
  taking->timer = g_timeout_add (FULL_SIZE_MS, late_cb, task);
  vigil_frame_slot_set_wanted_size (slot, MIN (frame->source_width, MAX_SIDE), MIN (frame->source_height, MAX_SIDE));
}

VigilSnapshot *
vigil_snapshot_take_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
