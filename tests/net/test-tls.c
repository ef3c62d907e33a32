/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates: who is not trusted hears nothing, and the person hears why. */
#include <glib/gstdio.h>
#include <string.h>

#include "net-hall.h"
#include "net-raw.h"
#include "net-test.h"
#include "vigil-hall-connection.h"
#include "vigil-net-thread.h"
#include "vigil-session-error.h"

/* The certificate is made by the test: nobody keeps a key in a source tree. */
static GTlsCertificate *
make_certificate (const char *dir, const char *name, const char *alt_name, char **pem_path)
{
  g_autofree char *key = g_strdup_printf ("%s/%s.key", dir, name);
  g_autofree char *pem = g_strdup_printf ("%s/%s.pem", dir, name);
  g_autofree char *alt = g_strdup_printf ("subjectAltName=%s", alt_name);
  const char *argv[] = { "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=vigil-test",
                         "-addext", alt, "-keyout", key, "-out", pem, NULL };
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;
  int status = 0;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, NULL, NULL, &status, NULL) || !g_spawn_check_wait_status (status, NULL))
    return NULL;

  certificate = g_tls_certificate_new_from_files (pem, key, &error);
  g_assert_no_error (error);
  *pem_path = g_steal_pointer (&pem);
  return certificate;
}

typedef struct
{
  NetHall             *hall;
  VigilNetLimits       limits;
  VigilScoreStore     *store;
  VigilScoringPolicy  *policy;
  VigilHallConnection *connection;
  char                *dir;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  net_test_limits (&f->limits);
  f->limits.connect_ms = f->limits.http_ms = f->limits.stall_ms = 5000 * NET_TEST_FACTOR; /* RSA on a busy machine */
  f->store = vigil_score_store_new (10);
  f->policy = vigil_scoring_policy_new_default ();
  f->dir = g_dir_make_tmp ("vigil-tls-XXXXXX", NULL);
}

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->connection != NULL)
    g_assert_finalize_object (f->connection);
  net_hall_free (f->hall);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
  g_assert_finalize_object (f->store);
  g_assert_finalize_object (f->policy);
  remove_dir (f->dir);
  g_free (f->dir);
}

static void
connect_to (Fixture *f, const char *address, GTlsDatabase *trust)
{
  g_autoptr (GError) error = NULL;

  f->connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = address, .token = NET_TEST_TOKEN, .store = f->store,
                                                                           .policy = f->policy, .trust = trust, .limits = &f->limits },
                                             &error);
  g_assert_no_error (error);
}

static GError *
ask_session (Fixture *f)
{
  VigilHallDirectory *directory = vigil_hall_connection_get_directory (f->connection);
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;
  VigilSessionInfo *info;

  vigil_hall_directory_query_async (directory, VIGIL_DIRECTORY_SESSION, NULL, NULL, net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 8000);
  info = vigil_hall_directory_query_finish (directory, result, &error);
  if (info != NULL)
    vigil_session_info_free (info);
  return error;
}

static void
test_untrusted (Fixture *f, gconstpointer data)
{
  g_autofree char *pem = NULL;
  g_autoptr (GTlsCertificate) certificate = make_certificate (f->dir, "own", "IP:127.0.0.1", &pem);
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  VigilHallFeed *feed;

  if (certificate == NULL)
    {
      g_test_skip ("openssl is not here");
      return;
    }

  f->hall = net_hall_new (certificate);
  address = net_hall_dup_address (f->hall);
  connect_to (f, address, NULL);
  error = ask_session (f);
  g_test_message ("→ %s", error->message);
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS);
  g_assert_nonnull (strstr (error->message, "authority that this computer does not trust"));

  feed = vigil_hall_connection_get_feed (f->connection);
  vigil_hall_feed_join (feed, "ex");
  net_test_wait (vigil_hall_feed_get_state (feed) == VIGIL_LINK_REFUSED, 8000);
  g_assert_error (vigil_hall_feed_get_error (feed), VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS);
  g_assert_cmpuint (net_hall_get_asked (f->hall)->len, ==, 0); /* nothing was said to it */
  g_assert_cmpuint (net_hall_get_n_sockets (f->hall), ==, 0);
}

static void
test_wrong_name (Fixture *f, gconstpointer data)
{
  g_autofree char *pem = NULL;
  g_autoptr (GTlsCertificate) certificate = make_certificate (f->dir, "other", "DNS:hall.example", &pem);
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) trust = NULL;

  if (certificate == NULL)
    {
      g_test_skip ("openssl is not here");
      return;
    }

  trust = g_tls_file_database_new (pem, NULL);
  f->hall = net_hall_new (certificate);
  address = net_hall_dup_address (f->hall);
  connect_to (f, address, trust);
  error = ask_session (f);
  g_test_message ("→ %s", error->message);
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS);
  g_assert_nonnull (strstr (error->message, "made out to another name"));
  g_assert_cmpuint (net_hall_get_asked (f->hall)->len, ==, 0);
}

static guint n_joined;

static void
joined_cb (VigilHallFeed *feed, gint64 epoch, gint64 seq, gpointer data)
{
  n_joined++;
}

static void
test_trusted (Fixture *f, gconstpointer data)
{
  g_autofree char *pem = NULL;
  g_autoptr (GTlsCertificate) certificate = make_certificate (f->dir, "good", "IP:127.0.0.1", &pem);
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) trust = NULL;
  VigilHallFeed *feed;

  if (certificate == NULL)
    {
      g_test_skip ("openssl is not here");
      return;
    }

  trust = g_tls_file_database_new (pem, NULL);
  f->hall = net_hall_new (certificate);
  net_hall_set_token (f->hall, NET_TEST_TOKEN);
  net_hall_ack (f->hall, "joinExam", "{\"ok\":true,\"serverTime\":1763805600000,\"epoch\":1,\"seq\":0,\"exam\":{\"examId\":\"ex\",\"quizId\":\"q\","
                                     "\"title\":\"T\",\"state\":\"running\",\"startsAt\":null,\"endsAt\":null,\"candidates\":0,\"streaming\":0}}");
  net_hall_answer (f->hall, "/api/v1/session", 200, NULL,
                   "{\"user\":\"u\",\"role\":\"admin\",\"hall\":\"h\",\"serverTime\":1763805600000,\"expiresAt\":null}", -1);
  address = net_hall_dup_address (f->hall);
  connect_to (f, address, trust);
  error = ask_session (f);
  g_assert_no_error (error);

  feed = vigil_hall_connection_get_feed (f->connection);
  g_signal_connect (feed, "joined", G_CALLBACK (joined_cb), NULL);
  vigil_hall_feed_join (feed, "ex");
  net_test_wait (n_joined == 1, 8000);
}

static void
plain (NetRawPeer *peer)
{
}

static void
test_plain_server (Fixture *f, gconstpointer data)
{
  NetRaw *raw = net_raw_new (plain, NULL);
  g_autofree char *http = net_raw_dup_address (raw);
  g_autofree char *https = g_strconcat ("https", http + 4, NULL);
  g_autoptr (GError) error = NULL;

  /* https to a server that speaks no TLS. It sends nothing in clear. */
  f->limits.stall_ms = 1000 * NET_TEST_FACTOR;
  connect_to (f, https, NULL);
  error = ask_session (f);
  g_test_message ("→ %s", error->message);
  g_assert_true (error->domain == VIGIL_SESSION_ERROR);
  g_assert_true (error->code == VIGIL_SESSION_ERROR_TLS || error->code == VIGIL_SESSION_ERROR_NETWORK || error->code == VIGIL_SESSION_ERROR_TIMEOUT);
  net_raw_free (raw);
}

static void
test_http_elsewhere (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = "http://192.0.2.1", .token = NET_TEST_TOKEN,
                                                                          .store = f->store, .policy = f->policy }, &error));
  g_assert_error (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TLS);
}

#define ADD(name, func) g_test_add ("/tls/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  net_test_init (&argc, &argv);
  ADD ("untrusted", test_untrusted);
  ADD ("wrong-name", test_wrong_name);
  ADD ("trusted", test_trusted);
  ADD ("plain-server", test_plain_server);
  ADD ("http-elsewhere", test_http_elsewhere);
  return g_test_run ();
}
