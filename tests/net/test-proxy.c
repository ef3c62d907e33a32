/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A proxy is never asked to carry what is meant for this machine. */
#include "net-hall.h"
#include "net-test.h"
#include "vigil-hall-connection.h"
#include "vigil-net-thread.h"

/* -- a resolver that sends everything to one proxy and counts -- */

#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GObject)

struct _TestResolver
{
  GObject parent_instance;
};

static gint n_asked; /* atomic */

static gboolean
is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static char **
lookup (GProxyResolver *resolver, const char *uri, GCancellable *cancellable, GError **error)
{
  const char *proxies[] = { "http://127.0.0.1:1", NULL };

  g_atomic_int_inc (&n_asked);
  return g_strdupv ((char **) proxies);
}

static void
lookup_async (GProxyResolver *resolver, const char *uri, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_return_pointer (task, lookup (resolver, uri, NULL, NULL), (GDestroyNotify) g_strfreev);
}

static char **
lookup_finish (GProxyResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = is_supported;
  iface->lookup = lookup;
  iface->lookup_async = lookup_async;
  iface->lookup_finish = lookup_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestResolver, test_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, resolver_iface_init)
                               g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME, g_define_type_id, "test", 10000))

static void
test_resolver_class_init (TestResolverClass *klass)
{
}

static void
test_resolver_init (TestResolver *self)
{
}

static guint n_joined;

static void
joined_cb (VigilHallFeed *feed, gint64 epoch, gint64 seq, gpointer data)
{
  n_joined++;
}

static void
test_loopback (void)
{
  g_autoptr (VigilScoreStore) store = vigil_score_store_new (10);
  g_autoptr (VigilScoringPolicy) policy = vigil_scoring_policy_new_default ();
  NetHall *hall = net_hall_new (NULL);
  g_autofree char *address = net_hall_dup_address (hall);
  g_autoptr (GError) error = NULL;
  VigilNetLimits limits;
  VigilHallConnection *connection;

  /* The resolver is the one that everything would use. */
  g_assert_true (TEST_IS_RESOLVER (g_proxy_resolver_get_default ()));

  net_test_limits (&limits);
  net_hall_set_token (hall, NET_TEST_TOKEN);
  net_hall_ack (hall, "joinExam", "{\"ok\":true,\"serverTime\":1763805600000,\"epoch\":1,\"seq\":0,\"exam\":{\"examId\":\"ex\",\"quizId\":\"q\","
                                  "\"title\":\"T\",\"state\":\"running\",\"startsAt\":null,\"endsAt\":null,\"candidates\":0,\"streaming\":0}}");
  connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = address, .token = NET_TEST_TOKEN, .store = store,
                                                                        .policy = policy, .limits = &limits }, &error);
  g_assert_no_error (error);
  g_signal_connect (vigil_hall_connection_get_feed (connection), "joined", G_CALLBACK (joined_cb), NULL);
  vigil_hall_feed_join (vigil_hall_connection_get_feed (connection), "ex");
  net_test_wait (n_joined == 1, 5000);
  g_assert_cmpint (g_atomic_int_get (&n_asked), ==, 0);

  g_assert_finalize_object (connection);
  net_hall_free (hall);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
}

static void
test_elsewhere (void)
{
  g_autoptr (VigilScoreStore) store = vigil_score_store_new (10);
  g_autoptr (VigilScoringPolicy) policy = vigil_scoring_policy_new_default ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  VigilNetLimits limits;
  VigilHallConnection *connection;

  /* An encrypted hall elsewhere may well be behind one. */
  net_test_limits (&limits);
  connection = vigil_hall_connection_new (&(VigilHallConnectionParts) { .address = "https://192.0.2.1", .token = NET_TEST_TOKEN, .store = store,
                                                                        .policy = policy, .limits = &limits }, &error);
  g_assert_no_error (error);
  vigil_hall_directory_query_async (vigil_hall_connection_get_directory (connection), VIGIL_DIRECTORY_SESSION, NULL, NULL,
                                    net_test_store_result_cb, &result);
  net_test_wait (result != NULL, 5000);
  g_assert_null (vigil_hall_directory_query_finish (vigil_hall_connection_get_directory (connection), result, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (g_atomic_int_get (&n_asked), >, 0);

  g_assert_finalize_object (connection);
  net_test_wait (vigil_net_thread_get_n_alive () == 0, 5000);
}

int
main (int argc, char **argv)
{
  g_setenv ("GIO_USE_PROXY_RESOLVER", "test", TRUE);
  net_test_init (&argc, &argv);
  /* Before anybody asks for the default one. */
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_type_ensure (TEST_TYPE_RESOLVER);
  g_test_add_func ("/proxy/loopback", test_loopback);
  g_test_add_func ("/proxy/elsewhere", test_elsewhere);
  return g_test_run ();
}
