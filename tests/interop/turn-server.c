/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Debian's coturn on loopback. */
#include "turn-server.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "network/certificate.h"

#define SECRET "of the hall and its coturn"
#define START_TIMEOUT_MS 10000
#define STEP_MS 20

struct _TurnServer
{
  GSubprocess *process;
  char        *folder;
  char        *log;
  char        *key, *certificate;
  guint16      port, tls_port;
};

/* Free a moment ago. */
static guint16
find_port (void)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

gboolean
turn_server_has_logged (TurnServer *self, const char *text)
{
  g_autofree char *log = NULL;

  return g_file_get_contents (self->log, &log, NULL, NULL) && strstr (log, text) != NULL;
}

static gboolean
launch (TurnServer *self, GError **error)
{
  g_autofree char *port = g_strdup_printf ("%u", self->port);
  g_autofree char *tls_port = g_strdup_printf ("%u", self->tls_port);
  g_autofree char *pid_file = NULL;
  g_autofree char *database = NULL;
  /* In a Janus's network the other side is not on the loopback, and knows nobody there. */
  const char *relay_ip = g_getenv ("VIGIL_JANUS_ADDRESS") != NULL ? g_getenv ("VIGIL_JANUS_ADDRESS") : "127.0.0.1";

  g_unlink (self->log);
  pid_file = g_build_filename (self->folder, "pid", NULL);
  database = g_build_filename (self->folder, "db", NULL);
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, error,
                                    "turnserver", "-n", "-v", "--listening-ip", "127.0.0.1", "--relay-ip", relay_ip,
                                    "--listening-port", port, "--realm", "vigil", "--use-auth-secret", "--static-auth-secret", SECRET,
                                    "--allow-loopback-peers", "--no-cli", "--no-dtls", "--simple-log",
                                    "--tls-listening-port", tls_port, "--cert", self->certificate, "--pkey", self->key,
                                    "--log-file", self->log, "--pidfile", pid_file, "--userdb", database, NULL);
  for (int ms = 0; self->process != NULL && ms < START_TIMEOUT_MS; ms += STEP_MS)
    {
      if (turn_server_has_logged (self, "UDP listener opened"))
        return TRUE;
      g_usleep (STEP_MS * 1000);
    }
  if (self->process != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "coturn does not listen");
  return FALSE;
}

TurnServer *
turn_server_start (GError **error)
{
  TurnServer *self = g_new0 (TurnServer, 1);

  self->folder = g_dir_make_tmp ("vigil-turn-XXXXXX", error);
  g_assert_nonnull (self->folder);
  self->log = g_build_filename (self->folder, "log", NULL);
  self->key = g_build_filename (self->folder, "key", NULL);
  self->certificate = g_build_filename (self->folder, "certificate", NULL);
  self->port = find_port ();
  do
    self->tls_port = find_port ();
  while (self->tls_port == self->port);
  if (certificate_make (self->certificate, self->key, error) && launch (self, error))
    return self;
  turn_server_stop (self);
  return NULL;
}

void
turn_server_kill (TurnServer *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

void
turn_server_freeze (TurnServer *self)
{
  g_subprocess_send_signal (self->process, SIGSTOP);
}

gboolean
turn_server_restart (TurnServer *self, GError **error)
{
  g_assert_null (self->process);
  return launch (self, error);
}

guint16
turn_server_get_port (TurnServer *self)
{
  return self->port;
}

guint16
turn_server_get_tls_port (TurnServer *self)
{
  return self->tls_port;
}

const char *
turn_server_get_certificate (TurnServer *self)
{
  return self->certificate;
}

void
turn_server_make_credentials (TurnServer *self, char **user, char **password)
{
  guint8 digest[20];
  gsize size = sizeof digest;
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) SECRET, strlen (SECRET));

  *user = g_strdup_printf ("%" G_GINT64_FORMAT ":m.ortiz", g_get_real_time () / G_USEC_PER_SEC + 3600);
  g_hmac_update (hmac, (const guchar *) *user, -1);
  g_hmac_get_digest (hmac, digest, &size);
  g_hmac_unref (hmac);
  *password = g_base64_encode (digest, size);
}

void
turn_server_stop (TurnServer *self)
{
  static const char *const files[] = { "log", "pid", "db", "key", "certificate" };

  if (self->process != NULL)
    {
      g_subprocess_force_exit (self->process);
      g_subprocess_wait (self->process, NULL, NULL);
      g_object_unref (self->process);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, files[i], NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->log);
  g_free (self->key);
  g_free (self->certificate);
  g_free (self);
}
