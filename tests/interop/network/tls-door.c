/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS before a server that speaks none. */
#include "tls-door.h"

#include <glib/gstdio.h>

#include "certificate.h"

struct _TlsDoor
{
  GSocketService  *service;
  GTlsCertificate *certificate;
  GCancellable    *cancellable;
  char            *folder, *pem, *key;
  guint16          target, port;
};

typedef struct
{
  GIOStream    *from, *to;
  GCancellable *cancellable; /* of both directions */
} Direction;

static void
cancel_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static gpointer
carry (gpointer data)
{
  Direction *self = data;

  g_output_stream_splice (g_io_stream_get_output_stream (self->to), g_io_stream_get_input_stream (self->from), G_OUTPUT_STREAM_SPLICE_NONE,
                          self->cancellable, NULL);
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

/* A thread of the service's. */
static gboolean
run_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  TlsDoor *self = user_data;
  g_autoptr (GCancellable) both = g_cancellable_new ();
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GIOStream) outside = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  g_autoptr (GSocketConnection) inside = g_socket_client_connect_to_host (client, "127.0.0.1", self->target, self->cancellable, NULL);
  gulong id = g_cancellable_connect (self->cancellable, G_CALLBACK (cancel_cb), both, NULL);

  if (inside != NULL && outside != NULL)
    {
      Direction in = { outside, G_IO_STREAM (inside), both }, out = { G_IO_STREAM (inside), outside, both };
      GThread *thread = g_thread_new ("tls-door", carry, &in);

      carry (&out);
      g_thread_join (thread);
    }
  g_cancellable_disconnect (self->cancellable, id);
  return TRUE;
}

/* With the service, which each of its threads holds. */
static void
door_free (gpointer data, GClosure *closure)
{
  TlsDoor *self = data;

  g_object_unref (self->certificate);
  g_object_unref (self->cancellable);
  g_unlink (self->pem);
  g_unlink (self->key);
  g_rmdir (self->folder);
  g_free (self->pem);
  g_free (self->key);
  g_free (self->folder);
  g_free (self);
}

TlsDoor *
tls_door_open (guint16 target)
{
  TlsDoor *self = g_new0 (TlsDoor, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) here = NULL;
  g_autoptr (GError) error = NULL;

  self->target = target;
  self->cancellable = g_cancellable_new ();
  self->folder = g_dir_make_tmp ("vigil-tls-door-XXXXXX", &error);
  g_assert_no_error (error);
  self->pem = g_build_filename (self->folder, "certificate", NULL);
  self->key = g_build_filename (self->folder, "key", NULL);
  certificate_make (self->pem, self->key, &error);
  g_assert_no_error (error);
  self->certificate = g_tls_certificate_new_from_files (self->pem, self->key, &error);
  g_assert_no_error (error);
  certificate_trust (self->pem);

  self->service = g_threaded_socket_service_new (-1);
  g_signal_connect_data (self->service, "run", G_CALLBACK (run_cb), self, door_free, 0);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &here, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (here));
  return self;
}

guint16
tls_door_get_port (TlsDoor *self)
{
  return self->port;
}

void
tls_door_close (TlsDoor *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_cancellable_cancel (self->cancellable);
  certificate_trust (NULL);
  g_object_unref (self->service);
}
