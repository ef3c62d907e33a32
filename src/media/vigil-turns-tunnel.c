/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libnice takes "turns:" and speaks plain TURN to that port: one server hears nonsense and hangs up, another answers, and nothing
 * is encrypted that was to be. So it is given a port of this machine over TCP, and what goes through there is put into TLS, by GIO, whose certificates are
 * checked as for everything else. */
#include "vigil-turns-tunnel.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "vigil-media-metrics.h"

#define DEFAULT_PORT 5349 /* RFC 7065 */
#define CONNECT_S 10

/* A transport opens one for each of this machine's addresses. Whoever else on this machine finds the port gets no further than
 * the server's door, and not more often than this; we may be turned away for it, which is counted. */
#define MAX_CONNECTIONS 16

/* What leaving may wait for a line that takes nothing any more. */
#define LEAVE_S 1

#define ACCEPT_AGAIN_US (100 * 1000)

struct _VigilTurnsTunnel
{
  gatomicrefcount  n_refs;
  char            *server;     /* "host:port" */
  char            *relay;      /* what to tell libnice: a secret */
  GSocket         *listener;
  GCancellable    *cancellable;
  int              n_connections; /* atomic */
};

/* One of libnice's connections, and ours to the server; both directions hold it. */
typedef struct
{
  gatomicrefcount   n_refs;
  VigilTurnsTunnel *tunnel;
  GCancellable     *cancellable; /* of this one: ended by either direction */
  gulong            cancelled_id;
  GIOStream        *near, *far;
} Connection;

static VigilTurnsTunnel *
tunnel_ref (VigilTurnsTunnel *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

static void
tunnel_unref (VigilTurnsTunnel *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  g_clear_object (&self->listener);
  g_object_unref (self->cancellable);
  g_free (self->server);
  g_free (self->relay);
  g_free (self);
}

static void
connection_unref (Connection *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  g_cancellable_disconnect (self->tunnel->cancellable, self->cancelled_id);
  g_clear_object (&self->near);
  if (self->far != NULL)
    g_socket_set_timeout (g_socket_connection_get_socket (G_SOCKET_CONNECTION (self->far)), LEAVE_S); /* TLS says good-bye */
  g_clear_object (&self->far);
  g_object_unref (self->cancellable);
  g_atomic_int_add (&self->tunnel->n_connections, -1);
  tunnel_unref (self->tunnel);
  g_free (self);
}

static void
tunnel_cancelled_cb (GCancellable *cancellable,
                     gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

/* @data: a reference, given on. A machine that has no thread left loses a connection by it and nothing else. */
static gboolean
start_thread (const char  *name,
              GThreadFunc  func,
              gpointer     data)
{
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_try_new (name, func, data, &error);

  if (thread == NULL)
    {
      vigil_counter_add (vigil_media_metrics ()->turns_failed, 1);
      g_message ("a connection to a TURN server behind TLS is given up: %s", error->message);
      return FALSE;
    }
  g_thread_unref (thread);
  return TRUE;
}

/* Where one direction ends the other does. */
static void
carry (Connection *self,
       GIOStream  *from,
       GIOStream  *to)
{
  g_output_stream_splice (g_io_stream_get_output_stream (to), g_io_stream_get_input_stream (from), G_OUTPUT_STREAM_SPLICE_NONE,
                          self->cancellable, NULL);
  g_cancellable_cancel (self->cancellable);
}

static gpointer
down_thread (gpointer data)
{
  Connection *self = data;

  carry (self, self->far, self->near);
  connection_unref (self);
  return NULL;
}

static void
be_quick (GSocket *socket)
{
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

static gboolean
reach_server (Connection *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *far;

  g_socket_client_set_tls (client, TRUE);
  g_socket_client_set_timeout (client, CONNECT_S);
  far = g_socket_client_connect_to_host (client, self->tunnel->server, DEFAULT_PORT, self->cancellable, &error);
  if (far == NULL)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return FALSE;
      vigil_counter_add (vigil_media_metrics ()->turns_failed, 1);
      g_message ("no TLS to the TURN server %s: %s", self->tunnel->server, error->message);
      return FALSE;
    }
  self->far = G_IO_STREAM (far);
  g_socket_set_timeout (g_socket_connection_get_socket (far), 0); /* it may be silent while nobody is watched */
  be_quick (g_socket_connection_get_socket (far));
  return TRUE;
}

static gpointer
up_thread (gpointer data)
{
  Connection *self = data;

  if (reach_server (self))
    {
      g_atomic_ref_count_inc (&self->n_refs);
      if (start_thread ("vigil-turns-down", down_thread, self))
        carry (self, self->near, self->far);
      else
        connection_unref (self);
    }
  connection_unref (self);
  return NULL;
}

/* @socket: (transfer full) */
static void
take (VigilTurnsTunnel *self,
      GSocket          *socket)
{
  Connection *connection = g_new0 (Connection, 1);

  g_atomic_ref_count_init (&connection->n_refs);
  g_atomic_int_inc (&self->n_connections);
  connection->tunnel = tunnel_ref (self);
  connection->cancellable = g_cancellable_new ();
  connection->near = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  be_quick (socket);
  g_object_unref (socket);
  connection->cancelled_id = g_cancellable_connect (self->cancellable, G_CALLBACK (tunnel_cancelled_cb),
                                                    g_object_ref (connection->cancellable), g_object_unref);
  if (!start_thread ("vigil-turns-up", up_thread, connection))
    connection_unref (connection);
}

static gpointer
listen_thread (gpointer data)
{
  VigilTurnsTunnel *self = data;

  while (!g_cancellable_is_cancelled (self->cancellable))
    {
      GSocket *socket = g_socket_accept (self->listener, self->cancellable, NULL);

      if (socket == NULL)
        g_usleep (ACCEPT_AGAIN_US); /* no descriptor is free, or whoever knocked is gone */
      else if (g_atomic_int_get (&self->n_connections) < MAX_CONNECTIONS)
        take (self, socket);
      else
        {
          vigil_counter_add (vigil_media_metrics ()->turns_failed, 1);
          g_object_unref (socket);
        }
    }
  tunnel_unref (self);
  return NULL;
}

/* On the loopback, at a port of its own. */
static gboolean
begin_listening (VigilTurnsTunnel  *self,
                 guint16           *port,
                 GError           **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (self->listener == NULL || !g_socket_bind (self->listener, any, FALSE, error) || !g_socket_listen (self->listener, error))
    return FALSE;
  bound = g_socket_get_local_address (self->listener, error);
  if (bound == NULL)
    return FALSE;
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return TRUE;
}

/**
 * vigil_turns_tunnel_new:
 * @relay: "turns://user:password@host:port?transport=tcp", percent-encoded
 *
 * Opens a port of this machine, whose connections go to that server in TLS. Nothing is asked of the server yet: whether it is
 * there, and who it says it is, shows with the first connection, and is counted.
 *
 * Returns: (transfer full): ended by vigil_turns_tunnel_free(). Errors: G_IO_ERROR; NOT_SUPPORTED over UDP; G_THREAD_ERROR. Thread: any.
 */
VigilTurnsTunnel *
vigil_turns_tunnel_new (const char  *relay,
                        GError     **error)
{
  const char *user = relay + strlen ("turns://"), *at = strrchr (relay, '@');
  const char *end = at != NULL ? strchr (at, '?') : NULL;
  VigilTurnsTunnel *self;
  GThread *thread;
  guint16 port;

  g_return_val_if_fail (g_str_has_prefix (relay, "turns://"), NULL);

  if (at == NULL || end == NULL || strcmp (end, "?transport=tcp") != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "a TURN server behind TLS is reached over TCP and not otherwise");
      return NULL;
    }
  self = g_new0 (VigilTurnsTunnel, 1);
  g_atomic_ref_count_init (&self->n_refs);
  self->cancellable = g_cancellable_new ();
  self->server = g_strndup (at + 1, (gsize) (end - at) - 1);
  if (!begin_listening (self, &port, error))
    {
      tunnel_unref (self);
      return NULL;
    }
  self->relay = g_strdup_printf ("turn://%.*s@127.0.0.1:%u?transport=tcp", (int) (at - user), user, port);
  thread = g_thread_try_new ("vigil-turns", listen_thread, tunnel_ref (self), error);
  if (thread == NULL)
    {
      tunnel_unref (self);
      tunnel_unref (self);
      return NULL;
    }
  g_thread_unref (thread);
  return self;
}

/**
 * vigil_turns_tunnel_free:
 *
 * Ends all that goes through it, soon: nobody waits for its threads. Thread: any.
 */
void
vigil_turns_tunnel_free (VigilTurnsTunnel *self)
{
  g_cancellable_cancel (self->cancellable);
  tunnel_unref (self);
}

/**
 * vigil_turns_tunnel_get_relay:
 *
 * Returns: the TURN server as libnice is to have it, "turn://user:password@127.0.0.1:port?transport=tcp"
 */
const char *
vigil_turns_tunnel_get_relay (VigilTurnsTunnel *self)
{
  return self->relay;
}
