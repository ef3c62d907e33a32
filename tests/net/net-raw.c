/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that writes exactly the bytes it is told to. */
#include "net-raw.h"

#include <string.h>

struct _NetRaw
{
  GSocketService *service;
  guint16         port;
  void          (*script) (NetRawPeer *peer);
  gpointer        user_data;
  gint            closing;       /* atomic */
  gint            n_connections; /* atomic */
  gint            n_running;     /* atomic */
};

typedef struct
{
  NetRawPeer  public;
  NetRaw     *server;
  char       *path;
} Peer;

static char *
read_head (GSocketConnection *connection)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GString) head = g_string_new (NULL);
  char byte;

  while (head->len < 16384 && strstr (head->str, "\r\n\r\n") == NULL)
    {
      if (g_input_stream_read (in, &byte, 1, NULL, NULL) != 1)
        return NULL;
      g_string_append_c (head, byte);
    }
  return g_strdup (head->str);
}

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  NetRaw *self = user_data;
  Peer peer = { { connection, NULL, NULL, self->user_data }, self, NULL };

  g_atomic_int_inc (&self->n_running);
  g_atomic_int_inc (&self->n_connections);
  g_socket_set_timeout (g_socket_connection_get_socket (connection), 5);
  peer.public.head = read_head (connection);
  if (peer.public.head != NULL)
    {
      g_auto (GStrv) words = g_strsplit (peer.public.head, " ", 3);

      peer.path = g_strdup (words[1]);
      peer.public.path = peer.path;
      self->script (&peer.public);
    }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_free (peer.path);
  g_free (peer.public.head);
  g_atomic_int_dec_and_test (&self->n_running);
  return TRUE;
}

NetRaw *
net_raw_new (void (*script) (NetRawPeer *peer), gpointer user_data)
{
  NetRaw *self = g_new0 (NetRaw, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  self->script = script;
  self->user_data = user_data;
  self->service = g_threaded_socket_service_new (16);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);
  return self;
}

void
net_raw_free (NetRaw *self)
{
  if (self == NULL)
    return;

  g_atomic_int_set (&self->closing, TRUE);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  while (g_atomic_int_get (&self->n_running) > 0)
    g_usleep (1000);
  g_object_unref (self->service);
  g_free (self);
}

char *
net_raw_dup_address (NetRaw *self)
{
  return g_strdup_printf ("http://127.0.0.1:%u", self->port);
}

guint
net_raw_get_n_connections (NetRaw *self)
{
  return (guint) g_atomic_int_get (&self->n_connections);
}

gboolean
net_raw_write (NetRawPeer *public, const void *data, gssize len)
{
  Peer *peer = (Peer *) public;
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (public->connection));

  if (g_atomic_int_get (&peer->server->closing))
    return FALSE;
  return g_output_stream_write_all (out, data, len < 0 ? strlen (data) : (gsize) len, NULL, NULL, NULL);
}

gboolean
net_raw_sleep (NetRawPeer *public, guint ms)
{
  Peer *peer = (Peer *) public;

  for (guint i = 0; i < ms; i++)
    {
      if (g_atomic_int_get (&peer->server->closing))
        return FALSE;
      g_usleep (1000);
    }
  return TRUE;
}

void
net_raw_answer (NetRawPeer *peer, guint status, const char *headers, const char *body, gssize len)
{
  gsize size = len < 0 ? strlen (body) : (gsize) len;
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 %u X\r\nContent-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\n%s\r\n",
                                           status, size, headers != NULL ? headers : "");

  if (net_raw_write (peer, head, -1))
    net_raw_write (peer, body, (gssize) size);
}

gboolean
net_raw_be_a_hall (NetRawPeer *peer)
{
  if (strcmp (peer->path, "/api/v1") != 0)
    return FALSE;
  net_raw_answer (peer, 200, "Content-Type: application/json\r\n", "{\"service\":\"vigil-hall\",\"protocol\":1,\"hall\":\"Raw\"}", -1);
  return TRUE;
}
