/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bad network does what it says: only then do the tests behind it mean anything. */
#include "network/bad-network.h"

#include <string.h>
#include <sys/socket.h>

#define ADDRESS "127.0.0.1"
#define SIZE 500

/* A packet as this test sends it. */
typedef struct
{
  guint32 number;
  gint64  sent_us;
} Stamp;

typedef struct
{
  GSocket    *client, *server;
  BadNetwork *network;
  guint       n_sent, n_come, n_behind;
  guint32     newest;
  GArray     *delays_us;  /* of gint64 */
} Rig;

static GSocket *
open_socket (guint16 *port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (ADDRESS);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (address, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, 1 << 20, NULL);
  g_socket_set_blocking (socket, FALSE);
  bound = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return socket;
}

static Rig *
rig_new (guint32 seed)
{
  Rig *rig = g_new0 (Rig, 1);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (ADDRESS);
  g_autoptr (GSocketAddress) door = NULL;
  guint16 port, unused;

  rig->server = open_socket (&port);
  rig->client = open_socket (&unused);
  rig->network = bad_network_new (seed);
  rig->delays_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  door = g_inet_socket_address_new (address, bad_network_add (rig->network, ADDRESS, port));
  g_assert_true (g_socket_connect (rig->client, door, NULL, NULL));
  return rig;
}

static void
rig_free (Rig *rig)
{
  bad_network_free (rig->network);
  g_object_unref (rig->client);
  g_object_unref (rig->server);
  g_array_unref (rig->delays_us);
  g_free (rig);
}

static void
receive (Rig     *rig,
         GSocket *socket)
{
  char bytes[SIZE];
  Stamp stamp;
  gint64 delay_us;

  while (g_socket_receive (socket, bytes, sizeof bytes, NULL, NULL) == SIZE)
    {
      memcpy (&stamp, bytes, sizeof stamp);
      delay_us = g_get_monotonic_time () - stamp.sent_us;
      g_array_append_val (rig->delays_us, delay_us);
      rig->n_come++;
      rig->n_behind += stamp.number < rig->newest;
      rig->newest = MAX (rig->newest, stamp.number);
    }
}

/* So many packets up, one each @every_us; then waits for the last. */
static void
run (Rig   *rig,
     guint  n,
     guint  every_us,
     guint  wait_ms)
{
  gint64 due_us = g_get_monotonic_time (), left_us;

  for (guint i = 0; i < n; i++)
    {
      char bytes[SIZE] = { 0 };
      Stamp stamp = { ++rig->n_sent, g_get_monotonic_time () };

      memcpy (bytes, &stamp, sizeof stamp);
      g_assert_cmpint (g_socket_send (rig->client, bytes, SIZE, NULL, NULL), ==, SIZE);
      receive (rig, rig->server);
      due_us += every_us;
      /* The clock is read once: between two readings the time may pass, and what is left is unsigned to g_usleep(). */
      left_us = due_us - g_get_monotonic_time ();
      if (left_us > 0)
        g_usleep (left_us);
    }
  for (guint ms = 0; ms < wait_ms; ms++)
    {
      receive (rig, rig->server);
      g_usleep (1000);
    }
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static double
percentile_ms (Rig    *rig,
               double  of)
{
  g_array_sort (rig->delays_us, compare);
  return g_array_index (rig->delays_us, gint64, (guint) ((rig->delays_us->len - 1) * of)) / 1000.0;
}

static void
test_good (void)
{
  Rig *rig = rig_new (1);

  run (rig, 2000, 100, 100);
  g_test_message ("%u of %u came, p50 %.2f ms", rig->n_come, rig->n_sent, percentile_ms (rig, 0.5));
  g_assert_cmpuint (rig->n_come, ==, rig->n_sent);
  g_assert_cmpuint (rig->n_behind, ==, 0);
  rig_free (rig);
}

static guint
count_lost (guint32 seed,
            double  loss)
{
  Rig *rig = rig_new (seed);
  BadNetworkConditions bad = { .loss = loss };
  guint lost;

  bad_network_set (rig->network, BAD_NETWORK_UP, &bad);
  run (rig, 5000, 60, 100);
  lost = rig->n_sent - rig->n_come;
  g_test_message ("asked for %.0f %%: %.2f %% lost", loss * 100, 100.0 * lost / rig->n_sent);
  rig_free (rig);
  return lost;
}

static void
test_loss (void)
{
  guint tenth = count_lost (7, 0.1);

  g_assert_cmpuint (tenth, >, 400);
  g_assert_cmpuint (tenth, <, 600);
  g_assert_cmpuint (count_lost (7, 0.1), ==, tenth);
  g_assert_cmpuint (count_lost (8, 0.1), !=, tenth);
}

static void
test_delay (void)
{
  Rig *rig = rig_new (2);
  BadNetworkConditions bad = { .delay_ms = 150, .jitter_ms = 40 };

  bad_network_set (rig->network, BAD_NETWORK_UP, &bad);
  run (rig, 800, 1000, 400);
  g_test_message ("delay p1 %.1f ms, p50 %.1f ms, p99 %.1f ms", percentile_ms (rig, 0.01), percentile_ms (rig, 0.5), percentile_ms (rig, 0.99));
  g_assert_cmpuint (rig->n_come, ==, rig->n_sent);
  g_assert_cmpuint (rig->n_behind, ==, 0);
  g_assert_cmpfloat (percentile_ms (rig, 0), >=, 150);
  rig_free (rig);
}

static void
test_reorder (void)
{
  Rig *rig = rig_new (3);
  BadNetworkConditions bad = { .delay_ms = 10, .reorder = 0.05, .late_ms = 30 };
  BadNetworkCounts counts;

  bad_network_set (rig->network, BAD_NETWORK_UP, &bad);
  run (rig, 2000, 500, 200);
  bad_network_get_counts (rig->network, BAD_NETWORK_UP, &counts);
  g_test_message ("%" G_GUINT64_FORMAT " held back, %u came behind a later one", counts.reordered, rig->n_behind);
  g_assert_cmpuint (rig->n_come, ==, rig->n_sent);
  g_assert_cmpuint (counts.reordered, >, 60);
  g_assert_cmpuint (counts.reordered, <, 140);
  g_assert_cmpuint (rig->n_behind, >, counts.reordered / 2);
  rig_free (rig);
}

/* Returns: kbit/s that came of 4,000. */
static double
squeeze (guint32 seed)
{
  Rig *rig = rig_new (seed);
  BadNetworkConditions bad = { .rate_kbps = 1000, .queue_bytes = 25000 };
  BadNetworkCounts counts;
  gint64 began_us = g_get_monotonic_time (), took_us;
  double kbps;

  bad_network_set (rig->network, BAD_NETWORK_UP, &bad);
  run (rig, 1500, 1000, 0);
  bad_network_get_counts (rig->network, BAD_NETWORK_UP, &counts);
  took_us = g_get_monotonic_time () - began_us;
  receive (rig, rig->server);
  kbps = counts.bytes_delivered * 8000.0 / took_us;
  g_test_message ("%.0f kbit/s of %.0f came; half waited %.0f ms and more", kbps, rig->n_sent * SIZE * 8000.0 / took_us, percentile_ms (rig, 0.5));
  g_assert_cmpuint (counts.overflowed, >, 0);
  g_assert_cmpfloat (kbps, <, 1050);
  rig_free (rig);
  return kbps;
}

/* Never more than was asked for; and as much, unless this machine has something else to do. */
static void
test_rate (void)
{
  double best = 0;

  for (guint i = 0; i < 5 && best < 850; i++)
    best = MAX (best, squeeze (4 + i));
  g_assert_cmpfloat (best, >, 850);
}

/* One way is closed, the other is not; then it is open again. */
static void
test_black_hole (void)
{
  Rig *rig = rig_new (5);
  BadNetworkConditions hole = { .black_hole = TRUE };
  g_autoptr (GSocketAddress) from = NULL;
  char bytes[SIZE] = { 0 };

  g_assert_cmpint (g_socket_send (rig->client, bytes, SIZE, NULL, NULL), ==, SIZE);
  g_usleep (50000);
  g_assert_cmpint (g_socket_receive_from (rig->server, &from, bytes, SIZE, NULL, NULL), ==, SIZE);

  bad_network_set (rig->network, BAD_NETWORK_UP, &hole);
  run (rig, 50, 500, 50);
  g_assert_cmpuint (rig->n_come, ==, 0);
  g_assert_cmpint (g_socket_send_to (rig->server, from, bytes, SIZE, NULL, NULL), ==, SIZE);
  g_usleep (50000);
  receive (rig, rig->client);
  g_assert_cmpuint (rig->n_come, ==, 1);

  bad_network_set_both (rig->network, NULL);
  run (rig, 50, 500, 50);
  g_assert_cmpuint (rig->n_come, ==, 51);
  rig_free (rig);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interop/bad-network/good", test_good);
  g_test_add_func ("/interop/bad-network/loss", test_loss);
  g_test_add_func ("/interop/bad-network/delay", test_delay);
  g_test_add_func ("/interop/bad-network/reorder", test_reorder);
  g_test_add_func ("/interop/bad-network/rate", test_rate);
  g_test_add_func ("/interop/bad-network/black-hole", test_black_hole);
  return g_test_run ();
}
