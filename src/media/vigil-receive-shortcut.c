/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webrtcbin puts a queue, and with it a thread, between the socket and everything else: while DTLS is not connected yet
 * what is behind it may be blocked, and nothing may block the socket's thread, which answers connectivity checks. Once
 * media flows packets go past the queue on the thread that read them: a wake-up less for each. A feed takes
 * them without waiting. */
#include "vigil-receive-transport-private.h"

typedef struct
{
  VigilReceiveTransport *transport;
  GstPad                *past; /* the queue's source; not the queue, whose pad owns this */

  /* streaming thread */
  gboolean               empty; /* the queue, and its thread's hands: seen once, and again after it was in use */
} Shortcut;

static void
shortcut_free (gpointer data)
{
  Shortcut *self = data;

  g_object_unref (self->transport);
  gst_object_unref (self->past);
  g_free (self);
}

/* A packet that overtook others of a stream which just begins would be taken for its beginning. */
static gboolean
is_empty (Shortcut *self)
{
  g_autoptr (GstElement) queue = gst_pad_get_parent_element (self->past);
  g_autoptr (GstPad) next = NULL;
  guint n_buffers = 1;

  if (queue != NULL)
    g_object_get (queue, "current-level-buffers", &n_buffers, NULL);
  next = n_buffers == 0 ? gst_pad_get_peer (self->past) : NULL;
  if (next == NULL)
    return FALSE;

  /* The last one has left the queue and is on its way. */
  GST_PAD_STREAM_LOCK (next);
  GST_PAD_STREAM_UNLOCK (next);
  return TRUE;
}

/* Not before the kernel has room for what the queue would have held while a packet is on its way, and not while
 * webrtcbin blocks it for an ICE connection that was lost: that is for the queue to wait for. */
static GstPadProbeReturn
past_queue_cb (GstPad          *pad,
               GstPadProbeInfo *info,
               gpointer         user_data)
{
  Shortcut *self = user_data;

  if (!g_atomic_int_get (&self->transport->flowing) || !g_atomic_int_get (&self->transport->roomy) ||
      gst_pad_is_blocked (self->past))
    {
      self->empty = FALSE;
      return GST_PAD_PROBE_OK;
    }
  if (!self->empty && !is_empty (self))
    return GST_PAD_PROBE_OK;
  self->empty = TRUE;

  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = gst_pad_push (self->past, GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = NULL;
  return GST_PAD_PROBE_HANDLED;
}

static void
lead_past (VigilReceiveTransport *self,
           GstElement            *queue)
{
  g_autoptr (GstPad) into = gst_element_get_static_pad (queue, "sink");
  Shortcut *shortcut = g_new0 (Shortcut, 1);

  shortcut->transport = g_object_ref (self);
  shortcut->past = gst_element_get_static_pad (queue, "src");
  gst_pad_add_probe (into, GST_PAD_PROBE_TYPE_BUFFER, past_queue_cb, shortcut, shortcut_free);
}

/**
 * vigil_receive_transport_shorten:
 *
 * Leads packets past webrtcbin's queue from the first one on that has come all
 * the way. Where a webrtcbin has no such queue, or a newer one sends lists, it
 * does nothing. Worker thread.
 */
void
vigil_receive_transport_shorten (VigilReceiveTransport *self)
{
  g_autoptr (GPtrArray) queues = vigil_receive_transport_collect (self, "queue");

  for (guint i = 0; i < queues->len; i++)
    {
      g_autoptr (GstObject) parent = gst_object_get_parent (queues->pdata[i]);

      if (g_str_equal (G_OBJECT_TYPE_NAME (parent), "TransportReceiveBin"))
        lead_past (self, queues->pdata[i]);
    }
}
