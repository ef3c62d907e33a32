/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bad network in user space: one thread, all sockets, one heap of packets on their way. */
#define _GNU_SOURCE
#include "bad-network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_QUEUE_BYTES (64 * 1024)
#define MAX_PACKET 2048
#define SOCKET_BUFFER (4 << 20)

/* One client's address on one way, and the socket that speaks to the SFU for it. */
typedef struct
{
  int                fd;         /* connected to the SFU */
  int                client_fd;  /* the door it came in by */
  struct sockaddr_in client;
} Path;

/* Where clients come in. */
typedef struct
{
  int                fd;
  struct sockaddr_in target;
} Door;

typedef struct
{
  gint64        came_us, due_us;
  guint64       order;
  BadNetworkWay way;
  const Path   *path;
  guint         size;
  guint8        bytes[];
} Packet;

typedef struct
{
  BadNetworkConditions conditions;
  BadNetworkCounts     counts;
  gint64               free_us;      /* when the rate lets the next packet go */
  gint64               last_due_us;
} Way;

struct _BadNetwork
{
  GThread   *thread;
  int        wake;
  GMutex     mutex;   /* all below */
  gboolean   stopping;
  GRand     *rand;
  GPtrArray *doors;   /* only grow */
  GPtrArray *paths;
  GPtrArray *heap;    /* of Packet, soonest first */
  guint64    order;
  Way        ways[BAD_NETWORK_N_WAYS];
};

static gboolean
is_sooner (const Packet *a, const Packet *b)
{
  return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static void
swap (GPtrArray *heap, guint a, guint b)
{
  gpointer kept = heap->pdata[a];

  heap->pdata[a] = heap->pdata[b];
  heap->pdata[b] = kept;
}

static void
push (GPtrArray *heap, Packet *packet)
{
  g_ptr_array_add (heap, packet);
  for (guint at = heap->len - 1; at > 0 && is_sooner (heap->pdata[at], heap->pdata[(at - 1) / 2]); at = (at - 1) / 2)
    swap (heap, at, (at - 1) / 2);
}

static Packet *
pop (GPtrArray *heap)
{
  Packet *first = heap->pdata[0];
  guint at = 0;

  heap->pdata[0] = heap->pdata[heap->len - 1];
  g_ptr_array_set_size (heap, heap->len - 1);
  for (;;)
    {
      guint least = at;

      for (guint child = 2 * at + 1; child <= 2 * at + 2 && child < heap->len; child++)
        if (is_sooner (heap->pdata[child], heap->pdata[least]))
          least = child;
      if (least == at)
        return first;
      swap (heap, at, least);
      at = least;
    }
}

/* Returns: when it arrives; −1: never. */
static gint64
travel (BadNetwork *self, Way *way, guint size, gint64 now_us)
{
  const BadNetworkConditions *it = &way->conditions;
  gint64 due_us = now_us;

  way->counts.arrived++;
  if (it->black_hole || (it->loss > 0 && g_rand_double (self->rand) < it->loss))
    {
      way->counts.lost++;
      return -1;
    }
  if (it->rate_kbps > 0)
    {
      gint64 begins_us = MAX (now_us, way->free_us);
      gint64 waiting_bytes = (begins_us - now_us) * it->rate_kbps / 8000;

      if (waiting_bytes + size > (it->queue_bytes > 0 ? it->queue_bytes : DEFAULT_QUEUE_BYTES))
        {
          way->counts.overflowed++;
          return -1;
        }
      due_us = way->free_us = begins_us + (gint64) size * 8000 / it->rate_kbps;
    }
  due_us += it->delay_ms * 1000;
  if (it->jitter_ms > 0)
    due_us += g_rand_int_range (self->rand, 0, it->jitter_ms * 1000);
  if (it->reorder > 0 && g_rand_double (self->rand) < it->reorder)
    {
      way->counts.reordered++;
      return due_us + it->late_ms * 1000;
    }
  return way->last_due_us = MAX (due_us, way->last_due_us);
}

static void
take (BadNetwork *self, BadNetworkWay way, const Path *path, const guint8 *bytes, guint size)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 due_us = travel (self, &self->ways[way], size, now_us);
  Packet *packet;

  if (due_us < 0)
    return;
  packet = g_malloc (sizeof *packet + size);
  packet->came_us = now_us;
  packet->due_us = due_us;
  packet->order = self->order++;
  packet->way = way;
  packet->path = path;
  packet->size = size;
  memcpy (packet->bytes, bytes, size);
  push (self->heap, packet);
}

static int
open_socket (const struct sockaddr_in *address)
{
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int size = SOCKET_BUFFER;
  struct sockaddr_in here = *address;

  g_assert_cmpint (fd, >=, 0);
  /* As root whatever is asked for, else as much as there may be. */
  if (setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  here.sin_port = 0;
  g_assert_cmpint (bind (fd, (struct sockaddr *) &here, sizeof here), ==, 0);
  return fd;
}

static const Path *
find_path (BadNetwork *self, const Door *door, const struct sockaddr_in *client)
{
  Path *path;

  for (guint i = 0; i < self->paths->len; i++)
    {
      path = self->paths->pdata[i];
      if (path->client_fd == door->fd && path->client.sin_port == client->sin_port
          && path->client.sin_addr.s_addr == client->sin_addr.s_addr)
        return path;
    }
  path = g_new0 (Path, 1);
  path->fd = open_socket (&door->target);
  path->client_fd = door->fd;
  path->client = *client;
  g_assert_cmpint (connect (path->fd, (struct sockaddr *) &door->target, sizeof door->target), ==, 0);
  g_ptr_array_add (self->paths, path);
  return path;
}

static void
read_door (BadNetwork *self, const Door *door)
{
  guint8 bytes[MAX_PACKET];
  struct sockaddr_in client;
  socklen_t length = sizeof client;
  gssize size;

  while ((size = recvfrom (door->fd, bytes, sizeof bytes, 0, (struct sockaddr *) &client, &length)) >= 0)
    {
      take (self, BAD_NETWORK_UP, find_path (self, door, &client), bytes, size);
      length = sizeof client;
    }
}

static void
read_path (BadNetwork *self, const Path *path)
{
  guint8 bytes[MAX_PACKET];
  gssize size;

  /* A closed port at the other end answers as an error, once. */
  while ((size = recv (path->fd, bytes, sizeof bytes, 0)) >= 0 || errno == ECONNREFUSED)
    if (size >= 0)
      take (self, BAD_NETWORK_DOWN, path, bytes, size);
}

static void
deliver (BadNetwork *self, Packet *packet)
{
  const Path *path = packet->path;
  Way *way = &self->ways[packet->way];
  gssize sent;

  if (packet->way == BAD_NETWORK_UP)
    sent = send (path->fd, packet->bytes, packet->size, 0);
  else
    sent = sendto (path->client_fd, packet->bytes, packet->size, 0, (const struct sockaddr *) &path->client, sizeof path->client);
  if (sent >= 0)
    {
      way->counts.delivered++;
      way->counts.bytes_delivered += sent;
      way->counts.way_us = g_get_monotonic_time () - packet->came_us;
    }
  g_free (packet);
}

/* Returns: whether there is anything to wait for. */
static gboolean
deliver_due (BadNetwork *self, struct timespec *left)
{
  while (self->heap->len > 0)
    {
      gint64 left_us = ((Packet *) self->heap->pdata[0])->due_us - g_get_monotonic_time ();

      if (left_us > 0)
        {
          left->tv_sec = left_us / G_USEC_PER_SEC;
          left->tv_nsec = left_us % G_USEC_PER_SEC * 1000;
          return TRUE;
        }
      deliver (self, pop (self->heap));
    }
  return FALSE;
}

static guint
list_sockets (BadNetwork *self, GArray *polled)
{
  g_array_set_size (polled, 0);
  g_array_append_vals (polled, &(struct pollfd) { self->wake, POLLIN, 0 }, 1);
  for (guint i = 0; i < self->doors->len; i++)
    g_array_append_vals (polled, &(struct pollfd) { ((Door *) self->doors->pdata[i])->fd, POLLIN, 0 }, 1);
  for (guint i = 0; i < self->paths->len; i++)
    g_array_append_vals (polled, &(struct pollfd) { ((Path *) self->paths->pdata[i])->fd, POLLIN, 0 }, 1);
  return self->doors->len;
}

static void
read_all (BadNetwork *self, GArray *polled, guint n_doors)
{
  const struct pollfd *of = (const struct pollfd *) (gpointer) polled->data;
  guint64 woken;

  if (of[0].revents != 0 && read (self->wake, &woken, sizeof woken) < 0)
    g_assert_cmpint (errno, ==, EAGAIN);
  for (guint i = 1; i < polled->len; i++)
    {
      if (of[i].revents == 0)
        continue;
      if (i <= n_doors)
        read_door (self, self->doors->pdata[i - 1]);
      else
        read_path (self, self->paths->pdata[i - 1 - n_doors]);
    }
}

static gpointer
run (gpointer data)
{
  BadNetwork *self = data;
  g_autoptr (GArray) polled = g_array_new (FALSE, FALSE, sizeof (struct pollfd));

  g_mutex_lock (&self->mutex);
  while (!self->stopping)
    {
      struct timespec left;
      gboolean waits = deliver_due (self, &left);
      guint n_doors = list_sockets (self, polled);

      g_mutex_unlock (&self->mutex);
      if (ppoll ((struct pollfd *) (gpointer) polled->data, polled->len, waits ? &left : NULL, NULL) < 0)
        g_assert_cmpint (errno, ==, EINTR);
      g_mutex_lock (&self->mutex);
      read_all (self, polled, n_doors);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

static void
wake (BadNetwork *self)
{
  const guint64 one = 1;

  g_assert_cmpint (write (self->wake, &one, sizeof one), ==, sizeof one);
}

static void
door_free (gpointer data)
{
  close (((Door *) data)->fd);
  g_free (data);
}

static void
path_free (gpointer data)
{
  close (((Path *) data)->fd);
  g_free (data);
}

BadNetwork *
bad_network_new (guint32 seed)
{
  BadNetwork *self = g_new0 (BadNetwork, 1);

  g_mutex_init (&self->mutex);
  self->rand = g_rand_new_with_seed (seed);
  self->doors = g_ptr_array_new_with_free_func (door_free);
  self->paths = g_ptr_array_new_with_free_func (path_free);
  self->heap = g_ptr_array_new ();
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_assert_cmpint (self->wake, >=, 0);
  self->thread = g_thread_new ("bad-network", run, self);
  return self;
}

void
bad_network_free (BadNetwork *self)
{
  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  g_mutex_unlock (&self->mutex);
  wake (self);
  g_thread_join (self->thread);

  g_ptr_array_foreach (self->heap, (GFunc) (void (*) (void)) g_free, NULL);
  g_ptr_array_unref (self->heap);
  g_ptr_array_unref (self->paths);
  g_ptr_array_unref (self->doors);
  g_rand_free (self->rand);
  close (self->wake);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

guint16
bad_network_add (BadNetwork *self, const char *address, guint16 port)
{
  Door *door = g_new0 (Door, 1);
  struct sockaddr_in bound;
  socklen_t length = sizeof bound;

  door->target.sin_family = AF_INET;
  door->target.sin_port = htons (port);
  g_assert_cmpint (inet_pton (AF_INET, address, &door->target.sin_addr), ==, 1);
  door->fd = open_socket (&door->target);
  g_assert_cmpint (getsockname (door->fd, (struct sockaddr *) &bound, &length), ==, 0);

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->doors, door);
  g_mutex_unlock (&self->mutex);
  wake (self);
  return ntohs (bound.sin_port);
}

void
bad_network_set (BadNetwork *self, BadNetworkWay way, const BadNetworkConditions *conditions)
{
  const BadNetworkConditions good = { 0 };

  g_mutex_lock (&self->mutex);
  self->ways[way].conditions = conditions != NULL ? *conditions : good;
  g_mutex_unlock (&self->mutex);
}

void
bad_network_set_both (BadNetwork *self, const BadNetworkConditions *conditions)
{
  bad_network_set (self, BAD_NETWORK_UP, conditions);
  bad_network_set (self, BAD_NETWORK_DOWN, conditions);
}

void
bad_network_get_counts (BadNetwork *self, BadNetworkWay way, BadNetworkCounts *counts)
{
  g_mutex_lock (&self->mutex);
  *counts = self->ways[way].counts;
  g_mutex_unlock (&self->mutex);
}
