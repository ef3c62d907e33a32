/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The receive transport behind a real TURN server, in front of the real mediasoup: nothing goes past the relay. */

#include "interop-peer.h"
#include "media-rig.h"
#include "network/certificate.h"
#include "turn-server.h"
#include "vigil-ice-servers.h"
#include "vigil-main-post.h"

#define N_FEEDS 6

static TurnServer *server;

/* As a hall would say it. @transport: of RFC 7065, or "tls". */
static void
use_relay (MediaRig   *rig,
           const char *user,
           const char *password,
           const char *transport)
{
  gboolean tls = g_str_equal (transport, "tls");
  g_autofree char *text = g_strdup_printf ("{\"iceServers\":[{\"urls\":[\"%s:127.0.0.1:%u?transport=%s\"],\"username\":\"%s\",\"credential\":\"%s\"}],"
                                           "\"iceTransportPolicy\":\"relay\"}", tls ? "turns" : "turn",
                                           tls ? turn_server_get_tls_port (server) : turn_server_get_port (server),
                                           tls ? "tcp" : transport, user, password);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilIceServers) servers = vigil_ice_servers_from_json (node, &error);

  g_assert_no_error (error);
  vigil_media_engine_set_relays (rig->media, (const char *const *) servers->relays, servers->relay_only);
}

static void
test_relayed (gconstpointer transport)
{
  MediaRig *rig = media_rig_new (N_FEEDS, 320, 180, 10);
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;

  turn_server_make_credentials (server, &user, &password);
  use_relay (rig, user, password, transport);
  media_rig_open (rig);
  for (guint i = 0; i < N_FEEDS; i++)
    media_rig_resume (media_rig_attach (rig, i, 160, 90));
  g_assert_true (media_wait (media_all_first, rig, 10000));
  media_run (1500);
  media_rig_check_right (rig, 8);
  g_assert_cmpuint (rig->n_lost, ==, 0);
  g_assert_cmpint (media_metric ("relays_refused"), ==, 0);
  g_assert_true (turn_server_has_logged (server, user));
  media_rig_free (rig);
}

/* Behind TLS, whose certificate we know; and nothing of ours stays at the door. */
static void
test_tls (void)
{
  gint64 failed = media_metric ("turns_failed");
  guint before, after;

  certificate_trust (turn_server_get_certificate (server));
  test_relayed ("tls");
  g_assert_true (turn_server_has_logged (server, "method=TLS")); /* it answers what is said in plain at that port as well */
  g_assert_cmpint (media_metric ("turns_failed"), ==, failed);
  media_run (500);
  before = media_n_fds ();
  test_relayed ("tls");
  media_run (500);
  after = media_n_fds ();
  g_test_message ("descriptors after one %u, after another %u", before, after);
  g_assert_cmpuint (after, <=, before + 1);
  certificate_trust (NULL);
}

/* Relayed by nobody behind that door. */
static void
check_tls_fails (guint16 port)
{
  g_autofree char *relay = g_strdup_printf ("turns://u:p@127.0.0.1:%u?transport=tcp", port);
  gint64 failed = media_metric ("turns_failed");
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  MediaFeed *feed;

  vigil_media_engine_set_relays (rig->media, (const char *const []) { relay, NULL }, TRUE);
  media_rig_open (rig);
  feed = media_rig_attach (rig, 0, 160, 90);
  media_rig_resume (feed);
  g_assert_false (media_wait (media_has_first, feed, 3000));
  g_assert_cmpint (media_metric ("turns_failed"), >, failed);
  media_rig_free (rig);
}

static void
test_tls_not_trusted (void)
{
  check_tls_fails (turn_server_get_tls_port (server));
}

static gboolean
chatter_cb (GSocketService    *service,
            GSocketConnection *connection,
            GObject           *source,
            gpointer           user_data)
{
  char hello[1024];

  g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), hello, sizeof hello, NULL, NULL);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), "220 no TLS is spoken here\r\n", 27, NULL, NULL, NULL);
  return TRUE;
}

static void
test_tls_garbage (void)
{
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (4);
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);

  g_signal_connect (service, "run", G_CALLBACK (chatter_cb), NULL);
  check_tls_fails (port);
  g_socket_service_stop (service);
}

/* Over UDP it would be DTLS: left out, and said so. */
static void
test_tls_over_udp (void)
{
  gint64 refused = media_metric ("relays_refused");
  MediaRig *rig = media_rig_new (1, 320, 180, 10);

  vigil_media_engine_set_relays (rig->media, (const char *const []) { "turns://u:p@127.0.0.1:5349?transport=udp", NULL }, FALSE);
  media_rig_open (rig);
  media_rig_resume (media_rig_attach (rig, 0, 160, 90));
  g_assert_true (media_wait (media_all_first, rig, 10000));
  g_assert_cmpint (media_metric ("relays_refused"), ==, refused + 1);
  media_rig_free (rig);
}

/* Credentials that are not good: no way round them, and no picture. */
static void
test_refused (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  MediaFeed *feed;

  turn_server_make_credentials (server, &user, &password);
  use_relay (rig, user, "not it", "udp");
  media_rig_open (rig);
  feed = media_rig_attach (rig, 0, 160, 90);
  media_rig_resume (feed);
  g_assert_false (media_wait (media_has_first, feed, 4000));
  media_rig_free (rig);
}

/* One picture through the relay, and away. Returns: how many descriptors are left. */
static guint
come_and_go (MediaRig *rig,
             gboolean  silent)
{
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  MediaFeed *feed;

  turn_server_make_credentials (server, &user, &password);
  use_relay (rig, user, password, "udp");
  media_rig_open (rig);
  feed = media_rig_attach (rig, 0, 160, 90);
  media_rig_resume (feed);
  g_assert_true (media_wait (media_has_first, feed, 20000));

  if (silent)
    turn_server_freeze (server);
  vigil_media_engine_close (rig->media);
  g_hash_table_remove_all (rig->feeds);
  g_assert_true (media_wait (media_nothing_lives, NULL, 20000));
  media_run (1000);
  return media_n_fds ();
}

/* A server that is silent when we leave: no more of us stays than where it answers. */
static void
test_silent_at_the_end (void)
{
  MediaRig *rig = media_rig_new (1, 320, 180, 10);
  guint spoken = come_and_go (rig, FALSE), silent = come_and_go (rig, TRUE);
  g_autoptr (GError) error = NULL;

  g_test_message ("descriptors after an answer %u, after none %u", spoken, silent);
  g_assert_cmpuint (silent, <=, spoken + 1);
  media_rig_free (rig);

  turn_server_kill (server);
  g_assert_true (turn_server_restart (server, &error));
  g_assert_no_error (error);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *sfu = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  status = interop_setup ();
  if (status != 0)
    return status;
  sfu = interop_dup_path ("media-sfu.mjs");
  g_setenv ("VIGIL_MEDIA_SFU", sfu, TRUE);
  server = turn_server_start (&error);
  if (server == NULL)
    {
      g_printerr ("coturn: %s\n", error->message);
      return g_getenv ("VIGIL_INTEROP_REQUIRED") != NULL ? 1 : 77;
    }

  vigil_set_main_thread ();
  g_test_add_data_func ("/interop/turn/udp", "udp", test_relayed);
  g_test_add_data_func ("/interop/turn/tcp", "tcp", test_relayed);
  g_test_add_func ("/interop/turn/tls", test_tls);
  g_test_add_func ("/interop/turn/tls-not-trusted", test_tls_not_trusted);
  g_test_add_func ("/interop/turn/tls-garbage", test_tls_garbage);
  g_test_add_func ("/interop/turn/tls-over-udp", test_tls_over_udp);
  g_test_add_func ("/interop/turn/refused", test_refused);
  g_test_add_func ("/interop/turn/silent-at-the-end", test_silent_at_the_end);
  status = g_test_run ();
  turn_server_stop (server);
  return status;
}
