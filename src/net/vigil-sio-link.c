/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection attempt, seen from both threads. It is the target of every post to the main thread. */
#include "vigil-sio-link.h"

#include "vigil-handover.h"
#include "vigil-main-post.h"
#include "vigil-net-metrics.h"
#include "vigil-session-error.h"

/* libsoup reads until it would block; while it does, events must not be kept from the main thread. */
#define MAX_BATCH 512
#define MAX_BATCH_AGE_US (20 * G_TIME_SPAN_MILLISECOND)
/* The main thread keeps up again when nothing was late for so long. */
#define CALM_MS 1000

struct _VigilSioLink
{
  GObject parent_instance;

  /* Immutable. */
  VigilNetThread          *thread;
  VigilSioSink            *sink;
  const VigilSioLinkFuncs *funcs;
  guint                    gather_us;
  guint                    behind_ms;
  guint                    max_waiting;

  /* Main thread. */
  gpointer                 owner;     /* not referenced; NULL once dropped */
  gboolean                 socket_behind;
  gboolean                 main_behind;
  gint64                   late_us;   /* when something was taken too late last */
  guint                    calm_timer;

  /* Atomic. */
  gint                     n_waiting; /* items posted that the main thread has not taken */

  /* Any thread. The sink is called with it held: who has dropped us finds the sink at rest. */
  GMutex                   gate;
  gboolean                 dropped;

  /* Network thread. */
  VigilSioSocket          *socket;
  GPtrArray               *batch;
  GSource                 *end_of_drain;
  gint64                   drain_us;  /* when the present drain began; 0: none */
  gint64                   drained_us; /* when the last one ended */
  guint                    n_drained; /* messages of the present one */
  gint64                   batch_us;  /* when the batch's first item came */
  gboolean                 behind;
  gboolean                 finished;
};

G_DEFINE_FINAL_TYPE (VigilSioLink, vigil_sio_link, G_TYPE_OBJECT)

/* What is posted to the main thread. */
typedef enum { NEWS_OPENED, NEWS_ITEMS, NEWS_REPLY, NEWS_BEHIND, NEWS_CLOSED } NewsKind;

typedef struct
{
  NewsKind   kind;
  gint64     posted_us;
  GPtrArray *items;
  guint64    serial;
  JsonNode  *answer;
  GError    *error;
  gint64     sent_us;
  gint64     rtt_us;
  gboolean   behind;
} News;

/* What is called on the network thread. */
typedef struct
{
  VigilSioLink   *link;
  guint64         serial;
  char           *event;
  JsonNode       *argument;
  VigilSioPacket *packet;
  guint           timeout_ms;
  /* Of the first call only. */
  char           *url, *nsp, *token;
  GTlsDatabase   *trust;
  gboolean        msgpack;
  VigilNetLimits  limits;
} Order;

static void
news_free (gpointer data)
{
  News *news = data;

  g_clear_pointer (&news->items, g_ptr_array_unref);
  g_clear_pointer (&news->answer, json_node_unref);
  g_clear_error (&news->error);
  g_free (news);
}

static void
order_free (gpointer data)
{
  Order *order = data;

  g_clear_pointer (&order->argument, json_node_unref);
  g_clear_pointer (&order->packet, vigil_sio_packet_free);
  g_clear_object (&order->trust);
  VIGIL_HAND_OVER (order->link);
  g_clear_object (&order->link);
  g_free (order->event);
  g_free (order->url);
  g_free (order->nsp);
  g_free (order->token);
  g_free (order);
}

/* -- main thread: news -- */

static void
tell_behind (VigilSioLink *self, gboolean was_behind)
{
  gboolean behind = self->socket_behind || self->main_behind;

  if (behind == was_behind || self->owner == NULL)
    return;
  if (behind)
    vigil_counter_add (vigil_net_metrics ()->behind, 1);
  self->funcs->behind (self->owner, behind);
}

static gboolean
calm_cb (gpointer data)
{
  VigilSioLink *self = data;

  if (g_get_monotonic_time () - self->late_us < CALM_MS * G_TIME_SPAN_MILLISECOND)
    return G_SOURCE_CONTINUE;

  self->calm_timer = 0;
  self->main_behind = FALSE;
  tell_behind (self, TRUE);
  return G_SOURCE_REMOVE;
}

/* How long it waited for us is how far what the operator sees is behind what the hall said. */
static void
judge_main (VigilSioLink *self, gint64 posted_us)
{
  gint64 now_us = g_get_monotonic_time ();
  gboolean was_behind = self->socket_behind || self->main_behind;

  vigil_histogram_add (vigil_net_metrics ()->main_lag, (now_us - posted_us) / 1000.0);
  if (now_us - posted_us < (gint64) self->behind_ms * 1000)
    return;

  self->late_us = now_us;
  self->main_behind = TRUE;
  if (self->calm_timer == 0)
    self->calm_timer = g_timeout_add (CALM_MS, calm_cb, self);
  tell_behind (self, was_behind);
}

static void
set_socket_behind (VigilSioLink *self, gboolean behind)
{
  gboolean was_behind = self->socket_behind || self->main_behind;

  self->socket_behind = behind;
  tell_behind (self, was_behind);
}

static void
note_taken (VigilSioLink *self, gint n)
{
  gint before = g_atomic_int_add (&self->n_waiting, -n);

  vigil_counter_set (vigil_net_metrics ()->waiting, before - n);
}

static void
news_cb (gpointer target, gpointer event)
{
  VigilSioLink *self = target;
  News *news = event;
  gpointer owner;

  if (news->kind == NEWS_ITEMS)
    note_taken (self, (gint) news->items->len);
  if (self->owner != NULL)
    judge_main (self, news->posted_us);
  owner = self->owner;
  if (owner == NULL)
    return;

  switch (news->kind)
    {
    case NEWS_OPENED:
      self->funcs->opened (owner);
      break;
    case NEWS_ITEMS:
      self->funcs->items (owner, news->items);
      break;
    case NEWS_REPLY:
      self->funcs->reply (owner, news->serial, news->answer, news->error, news->sent_us, news->rtt_us);
      break;
    case NEWS_BEHIND:
      set_socket_behind (self, news->behind);
      break;
    case NEWS_CLOSED:
      self->funcs->closed (owner, news->error);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* -- network thread -- */

static News *
news_new (NewsKind kind)
{
  News *news = g_new0 (News, 1);

  news->kind = kind;
  return news;
}

static void
post (VigilSioLink *self, News *news)
{
  news->posted_us = g_get_monotonic_time ();
  vigil_main_post (NULL, self, NULL, 0, news_cb, news, news_free);
}

static void
flush (VigilSioLink *self)
{
  News *news;

  if (self->batch->len == 0)
    return;

  vigil_counter_add (vigil_net_metrics ()->batches, 1);
  news = news_new (NEWS_ITEMS);
  news->items = g_steal_pointer (&self->batch);
  g_atomic_int_add (&self->n_waiting, (gint) news->items->len);
  self->batch = g_ptr_array_new_with_free_func (VIGIL_SIO_SINK_GET_IFACE (self->sink)->free_item);
  post (self, news);
}

static void
tell (VigilSioLink *self, News *news)
{
  flush (self); /* the order of the wire */
  post (self, news);
}

static void
judge_drain (VigilSioLink *self, gint64 took_us)
{
  gboolean behind = took_us > (gint64) self->behind_ms * 1000;
  News *news;

  vigil_histogram_add (vigil_net_metrics ()->drain, took_us / 1000.0);
  if (behind == self->behind)
    return;

  self->behind = behind;
  news = news_new (NEWS_BEHIND);
  news->behind = behind;
  tell (self, news);
}

/* Messages that come singly and far apart would gain nothing from waiting but a second wake-up each. */
static gboolean
should_gather (VigilSioLink *self)
{
  if (self->gather_us == 0 || vigil_sio_socket_get_n_pending (self->socket) > 0)
    return FALSE; /* somebody waits for an answer */
  return self->n_drained > 1 || self->drain_us - self->drained_us < self->gather_us;
}

static gboolean
end_of_drain_cb (gpointer data)
{
  VigilSioLink *self = data;
  gint64 took_us = g_get_monotonic_time () - self->drain_us;

  flush (self);
  if (g_main_depth () > 1)
    {
      /* Let in by a drain that goes on (vigil-wire.c): it may be too long already. */
      if (!self->behind && took_us > (gint64) self->behind_ms * 1000)
        judge_drain (self, took_us);
      return G_SOURCE_CONTINUE;
    }

  g_source_set_ready_time (self->end_of_drain, -1);
  judge_drain (self, took_us);
  if (should_gather (self))
    vigil_net_thread_gather (self->thread, self->gather_us); /* let the next reads pile up */
  self->drained_us = self->drain_us + took_us;
  self->drain_us = 0;
  self->n_drained = 0;
  return G_SOURCE_CONTINUE;
}

static void
mark_drain (VigilSioLink *self, gint64 received_us)
{
  if (self->batch->len >= MAX_BATCH || (self->batch->len > 0 && received_us - self->batch_us > MAX_BATCH_AGE_US))
    flush (self);
  self->n_drained++;
  if (self->drain_us != 0)
    return;
  self->drain_us = received_us;
  g_source_set_ready_time (self->end_of_drain, 0);
}

static gboolean
drain_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs drain_funcs = { NULL, NULL, drain_dispatch, NULL, NULL, NULL };

static void
opened_cb (gpointer user_data)
{
  vigil_counter_add (vigil_net_metrics ()->connects, 1);
  tell (user_data, news_new (NEWS_OPENED));
}

static void
lock_gate (VigilSioLink *self)
{
  g_mutex_lock (&self->gate);
  VIGIL_TAKE_OVER (&self->gate);
}

static void
unlock_gate (VigilSioLink *self)
{
  VIGIL_HAND_OVER (&self->gate);
  g_mutex_unlock (&self->gate);
}

static gboolean
frame_cb (gpointer user_data, const char *text, gsize len, gint64 received_us)
{
  VigilSioLink *self = user_data;
  gboolean taken;

  lock_gate (self);
  taken = self->dropped || vigil_sio_sink_frame (self->sink, text, len, received_us);
  unlock_gate (self);

  if (taken)
    mark_drain (self, received_us);
  return taken;
}

static gboolean
packed_cb (gpointer user_data, const guint8 *data, gsize len, gint64 received_us)
{
  VigilSioLink *self = user_data;
  gboolean taken;

  lock_gate (self);
  taken = self->dropped || vigil_sio_sink_packed (self->sink, data, len, received_us);
  unlock_gate (self);

  if (taken)
    mark_drain (self, received_us);
  return taken;
}

static void
reply_cb (gpointer user_data, guint64 serial, JsonNode *answer, const GError *error, gint64 sent_us, gint64 rtt_us)
{
  News *news = news_new (NEWS_REPLY);

  news->serial = serial;
  news->answer = answer != NULL ? json_node_ref (answer) : NULL;
  news->error = error != NULL ? g_error_copy (error) : NULL;
  news->sent_us = sent_us;
  news->rtt_us = rtt_us;
  tell (user_data, news);
}

static void
finish (VigilSioLink *self)
{
  if (self->finished)
    return;

  self->finished = TRUE;
  g_source_destroy (self->end_of_drain);
  g_clear_pointer (&self->end_of_drain, g_source_unref);
  g_clear_pointer (&self->socket, vigil_sio_socket_close);
}

static void
closed_cb (gpointer user_data, const GError *error)
{
  VigilSioLink *self = user_data;
  News *news = news_new (NEWS_CLOSED);

  news->error = g_error_copy (error);
  tell (self, news);
  finish (self);
}

/* An event is never dropped: what is here is still taken, and what comes after it is asked for when we join anew. */
static void
overflow (VigilSioLink *self)
{
  g_autoptr (GError) error = g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE,
                                          "this computer cannot keep up: %u events of the hall wait",
                                          self->batch->len + (guint) g_atomic_int_get (&self->n_waiting));

  vigil_counter_add (vigil_net_metrics ()->overflows, 1);
  closed_cb (self, error);
}

static void
event_cb (gpointer user_data, VigilSioPacket *packet, gint64 received_us)
{
  VigilSioLink *self = user_data;
  gpointer item;

  lock_gate (self);
  item = self->dropped ? NULL : vigil_sio_sink_event (self->sink, packet, received_us);
  unlock_gate (self);

  mark_drain (self, received_us);
  if (item == NULL)
    return;
  if (self->batch->len == 0)
    self->batch_us = received_us;
  g_ptr_array_add (self->batch, item);
  if (self->batch->len + (guint) g_atomic_int_get (&self->n_waiting) > self->max_waiting)
    overflow (self);
}

static const VigilSioSocketFuncs socket_funcs = { opened_cb, frame_cb, packed_cb, event_cb, reply_cb, closed_cb };

static void
open_on_thread (gpointer data)
{
  Order *order = data;
  VigilSioLink *self = order->link;
  const VigilSioSocketConfig config = { order->url, order->nsp, order->token, order->trust, order->msgpack, order->limits };

  self->batch = g_ptr_array_new_with_free_func (VIGIL_SIO_SINK_GET_IFACE (self->sink)->free_item);
  self->end_of_drain = g_source_new (&drain_funcs, sizeof (GSource));
  /* Below I/O: it comes when there is nothing left to read. */
  g_source_set_priority (self->end_of_drain, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_callback (self->end_of_drain, end_of_drain_cb, self, NULL);
  g_source_attach (self->end_of_drain, vigil_net_thread_get_context (self->thread));
  self->socket = vigil_sio_socket_open (self->thread, &config, &socket_funcs, self);
}

static void
close_on_thread (gpointer data)
{
  Order *order = data;

  finish (order->link);
}

static void
request_on_thread (gpointer data)
{
  Order *order = data;

  /* Gone already: the client fails what it waits for when it hears of that. */
  if (order->link->socket != NULL)
    vigil_sio_socket_request (order->link->socket, order->serial, order->event, order->argument, order->timeout_ms);
}

static void
forget_on_thread (gpointer data)
{
  Order *order = data;

  if (order->link->socket != NULL)
    vigil_sio_socket_forget (order->link->socket, order->serial);
}

static void
send_on_thread (gpointer data)
{
  Order *order = data;
  g_autoptr (GError) error = NULL;

  if (order->link->socket != NULL && !vigil_sio_socket_send (order->link->socket, order->packet, &error))
    g_debug ("a packet was not sent: %s", error->message);
}

/* -- main thread: orders -- */

static Order *
order_new (VigilSioLink *self)
{
  Order *order = g_new0 (Order, 1);

  order->link = g_object_ref (self);
  return order;
}

VigilSioLink *
vigil_sio_link_new (VigilNetThread             *thread,
                    const VigilSioSocketConfig *config,
                    VigilSioSink               *sink,
                    const VigilSioLinkFuncs    *funcs,
                    gpointer                    owner)
{
  VigilSioLink *self = g_object_new (VIGIL_TYPE_SIO_LINK, NULL);
  Order *order;

  self->thread = vigil_net_thread_ref (thread);
  self->sink = g_object_ref (sink);
  self->funcs = funcs;
  self->owner = owner;
  self->gather_us = config->limits.gather_ms * 1000;
  self->behind_ms = config->limits.behind_ms;
  self->max_waiting = config->limits.max_waiting;

  order = order_new (self);
  order->url = g_strdup (config->url);
  order->nsp = g_strdup (config->nsp);
  order->token = g_strdup (config->token);
  order->trust = config->trust != NULL ? g_object_ref (config->trust) : NULL;
  order->msgpack = config->msgpack;
  order->limits = config->limits;
  vigil_net_thread_call (thread, open_on_thread, order, order_free);
  return self;
}

void
vigil_sio_link_drop (VigilSioLink *self)
{
  lock_gate (self);
  self->dropped = TRUE;
  unlock_gate (self);

  self->owner = NULL;
  g_clear_handle_id (&self->calm_timer, g_source_remove);
  vigil_net_thread_call (self->thread, close_on_thread, order_new (self), order_free);
  VIGIL_HAND_OVER (self);
  g_object_unref (self);
}

void
vigil_sio_link_request (VigilSioLink *self, guint64 serial, const char *event, JsonNode *argument, guint timeout_ms)
{
  Order *order = order_new (self);

  order->serial = serial;
  order->event = g_strdup (event);
  order->argument = argument != NULL ? json_node_ref (argument) : NULL;
  order->timeout_ms = timeout_ms;
  vigil_net_thread_call (self->thread, request_on_thread, order, order_free);
}

void
vigil_sio_link_forget (VigilSioLink *self, guint64 serial)
{
  Order *order = order_new (self);

  order->serial = serial;
  vigil_net_thread_call (self->thread, forget_on_thread, order, order_free);
}

void
vigil_sio_link_send (VigilSioLink *self, VigilSioPacket *packet)
{
  Order *order = order_new (self);

  order->packet = packet;
  vigil_net_thread_call (self->thread, send_on_thread, order, order_free);
}

static void
vigil_sio_link_finalize (GObject *object)
{
  VigilSioLink *self = VIGIL_SIO_LINK (object);

  VIGIL_TAKE_OVER (self);
  g_assert (self->socket == NULL && self->end_of_drain == NULL);
  g_clear_pointer (&self->batch, g_ptr_array_unref);
  g_clear_object (&self->sink);
  g_clear_pointer (&self->thread, vigil_net_thread_unref);
  g_mutex_clear (&self->gate);

  G_OBJECT_CLASS (vigil_sio_link_parent_class)->finalize (object);
}

static void
vigil_sio_link_class_init (VigilSioLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_sio_link_finalize;
}

static void
vigil_sio_link_init (VigilSioLink *self)
{
  g_mutex_init (&self->gate);
}
