/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webrtcbin puts a queue, and with it a thread, between the socket and everything else: nothing may block the
 * socket's thread while DTLS is not connected yet. Afterwards nothing blocks (a feed takes packets without
 * waiting), so packets go past the queue on the thread that read them: a wake-up less for each. */
#include "vigil-receive-transport-private.h"

typedef struct
{
  VigilReceiveTransport *transport;
  GstPad                *past; /* the queue's source */
} Shortcut;

static void
shortcut_free (gpointer data)
{
  Shortcut *self = data;

  g_object_unref (self->transport);
  gst_object_unref (self->past);
  g_free (self);
}

/* What the queue still holds goes out on its own thread at the same time; the reordering does not mind. */
static GstPadProbeReturn
past_queue_cb (GstPad          *pad,
               GstPadProbeInfo *info,
               gpointer         user_data)
{
  Shortcut *self = user_data;

  if (!g_atomic_int_get (&self->transport->flowing))
    return GST_PAD_PROBE_OK;

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
 * the way. Where a webrtcbin has no such queue it does nothing. Worker thread.
 */
void
vigil_receive_transport_shorten (VigilReceiveTransport *self)
{
  GstIterator *iterator = gst_bin_iterate_all_by_element_factory_name (GST_BIN (self->webrtc), "queue");
  GValue item = G_VALUE_INIT;

  while (gst_iterator_next (iterator, &item) == GST_ITERATOR_OK)
    {
      GstElement *queue = g_value_get_object (&item);
      g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (queue));

      if (g_str_equal (G_OBJECT_TYPE_NAME (parent), "TransportReceiveBin"))
        lead_past (self, queue);
      g_value_reset (&item);
    }
  g_value_unset (&item);
  gst_iterator_free (iterator);
}
