/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Socket.IO client and the real server. */
#include "sio-fixture.h"

#include "vigil-metrics.h"
#include "vigil-net-thread.h"

/* -- a sink that keeps whatever comes -- */

static void
heard_free (gpointer data)
{
  Heard *heard = data;

  g_free (heard->event);
  g_clear_pointer (&heard->argument, json_node_unref);
  g_clear_pointer (&heard->attachments, g_ptr_array_unref);
  g_free (heard);
}

#define TEST_TYPE_SINK (test_sink_get_type ())
G_DECLARE_FINAL_TYPE (TestSink, test_sink, TEST, SINK, GObject)

struct _TestSink
{
  GObject parent_instance;
};

gint slow_us;

static gboolean
sink_frame (VigilSioSink *sink, const char *text, gsize len, gint64 received_us)
{
  if (g_atomic_int_get (&slow_us) == 0)
    return FALSE;
  g_usleep ((gulong) g_atomic_int_get (&slow_us));
  return TRUE;
}

static gpointer
sink_event (VigilSioSink *sink, VigilSioPacket *packet, gint64 received_us)
{
  Heard *heard = g_new0 (Heard, 1);
  JsonNode *argument = vigil_sio_packet_get_argument (packet);

  heard->event = g_strdup (vigil_sio_packet_get_event (packet));
  heard->argument = argument != NULL ? json_node_ref (argument) : NULL;
  heard->attachments = packet->attachments != NULL ? g_ptr_array_ref (packet->attachments) : NULL;
  heard->ack_id = packet->ack_id;
  return heard;
}

static void
sink_iface_init (VigilSioSinkInterface *iface)
{
  iface->frame = sink_frame;
  iface->event = sink_event;
  iface->free_item = heard_free;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestSink, test_sink, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (VIGIL_TYPE_SIO_SINK, sink_iface_init))

static void
test_sink_class_init (TestSinkClass *klass)
{
}

static void
test_sink_init (TestSink *self)
{
}

/* -- fixture -- */

static void
items_cb (VigilSioClient *client, GPtrArray *items, Fixture *f)
{
  /* The items are freed with the batch: keep them by keeping the batch. */
  g_ptr_array_add (f->heard, g_ptr_array_ref (items));
}

static void
connected_cb (VigilSioClient *client, Fixture *f)
{
  f->n_connected++;
}

static void
state_cb (VigilSioClient *client, Fixture *f)
{
  g_string_append_c (f->states, "OCcdRX"[vigil_sio_client_get_state (client)]);
}

void
make_client (Fixture *f, const char *nsp)
{
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/socket.io/", f->port);
  g_autoptr (TestSink) sink = g_object_new (TEST_TYPE_SINK, NULL);

  f->client = vigil_sio_client_new (url, nsp, VIGIL_SIO_SINK (sink), NULL, &f->limits);
  vigil_sio_client_set_msgpack (f->client, f->msgpack);
  g_signal_connect (f->client, "items", G_CALLBACK (items_cb), f);
  g_signal_connect (f->client, "connected", G_CALLBACK (connected_cb), f);
  g_signal_connect (f->client, "state-changed", G_CALLBACK (state_cb), f);
}

void
drop_client (Fixture *f)
{
  g_assert_finalize_object (f->client);
  f->client = NULL;
}

InteropPeer *shared_peer;
static guint16      shared_port;

void
set_up (Fixture *f, gconstpointer data)
{
  const char *interval = data;

  net_test_limits (&f->limits);
  f->heard = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  f->states = g_string_new (NULL);
  f->msgpack = g_strcmp0 (interval, "msgpack") == 0;
  if (f->msgpack)
    {
      f->peer = net_test_start_sio (&f->port, "--parser", "msgpack", NULL);
    }
  else if (interval != NULL)
    {
      f->peer = net_test_start_sio (&f->port, "--ping-interval", interval, "--ping-timeout", interval, NULL);
    }
  else
    {
      if (shared_peer == NULL)
        shared_peer = net_test_start_sio (&shared_port, NULL);
      f->peer = shared_peer;
      f->port = shared_port;
    }
  make_client (f, "/");
}

void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->client != NULL)
    drop_client (f);
  if (f->peer != shared_peer)
    interop_peer_stop (f->peer);
  g_ptr_array_unref (f->heard);
  g_string_free (f->states, TRUE);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
}

Heard *
find_heard (Fixture *f, const char *event)
{
  for (guint i = 0; i < f->heard->len; i++)
    {
      GPtrArray *items = g_ptr_array_index (f->heard, i);

      for (guint j = 0; j < items->len; j++)
        if (g_strcmp0 (((Heard *) g_ptr_array_index (items, j))->event, event) == 0)
          return g_ptr_array_index (items, j);
    }
  return NULL;
}

void
connect_good (Fixture *f)
{
  vigil_sio_client_connect (f->client, "good");
  net_test_wait (f->n_connected > 0, 5000);
  g_assert_cmpint (vigil_sio_client_get_state (f->client), ==, VIGIL_LINK_CONNECTED);
}

JsonNode *
request (Fixture *f, const char *event, const char *json, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (JsonNode) argument = json != NULL ? json_from_string (json, NULL) : NULL;

  vigil_sio_client_request_async (f->client, event, argument, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  return vigil_sio_client_request_finish (f->client, result, NULL, NULL, error);
}

void
emit (Fixture *f, const char *json)
{
  VigilSioPacket *packet = vigil_sio_packet_new (VIGIL_SIO_EVENT, "/");

  packet->payload = json_from_string (json, NULL);
  vigil_sio_client_send (f->client, packet);
}

void
command (Fixture *f, const char *cmd, const char *members)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = interop_peer_command (f->peer, cmd, members, &error);

  g_assert_no_error (error);
  g_assert_nonnull (answer);
}

gint64
count_of (const char *name)
{
  return vigil_counter_get (vigil_metrics_counter (name, ""));
}
