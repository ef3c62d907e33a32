/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main thread's half of the Socket.IO client: one link at a time, backoff between them. */
#include "vigil-sio-client.h"

#include "vigil-backoff.h"
#include "vigil-net-error.h"
#include "vigil-net-metrics.h"
#include "vigil-sio-link.h"
#include "vigil-state-table.h"

struct _VigilSioClient
{
  GObject parent_instance;

  /* Immutable. */
  VigilNetThread *thread;
  char           *url;
  char           *nsp;
  VigilSioSink   *sink;
  GTlsDatabase   *trust;
  VigilNetLimits  limits;
  gboolean        msgpack;

  /* Main thread. */
  char           *token;
  guint           state;          /* a VigilLinkState */
  VigilSioLink   *link;
  GHashTable     *requests;       /* guint64 serial → Request */
  guint64         next_serial;
  VigilBackoff    backoff;
  GError         *error;
  guint           retry_source;
  gint64          retry_us;
  gint64          answered_us;
  double          rtt_ms;
  gboolean        settled_once;
};

typedef struct
{
  guint64  serial;
  GTask   *task;
  gulong   cancelled_handler;
} Request;

typedef struct
{
  gint64 sent_us;
  gint64 rtt_us;
} Timing;

enum { STATE_CHANGED, CONNECTED, ITEMS, BEHIND_CHANGED, LATE_ANSWER, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VigilSioClient, vigil_sio_client, G_TYPE_OBJECT)

#define BIT(state) (1u << VIGIL_LINK_ ## state)

static const char *const state_names[] = {
  "offline", "connecting", "connected", "degraded", "reconnecting", "refused",
};

static const guint32 state_edges[] = {
  [VIGIL_LINK_OFFLINE] = BIT (CONNECTING),
  [VIGIL_LINK_CONNECTING] = BIT (CONNECTED) | BIT (RECONNECTING) | BIT (REFUSED) | BIT (OFFLINE),
  [VIGIL_LINK_CONNECTED] = BIT (RECONNECTING) | BIT (REFUSED) | BIT (OFFLINE),
  [VIGIL_LINK_DEGRADED] = 0,
  [VIGIL_LINK_RECONNECTING] = BIT (CONNECTED) | BIT (REFUSED) | BIT (OFFLINE),
  [VIGIL_LINK_REFUSED] = BIT (CONNECTING) | BIT (OFFLINE),
};

static const VigilStateTable state_table = { "socket", G_N_ELEMENTS (state_names), state_names, state_edges };

static void
request_free (gpointer data)
{
  Request *request = data;

  if (request->cancelled_handler != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (request->task), request->cancelled_handler);
  g_object_unref (request->task);
  g_free (request);
}

static gboolean
move (VigilSioClient *self, VigilLinkState to, const char *why)
{
  return self->state == to || vigil_state_table_move (&state_table, &self->state, to, self->nsp, why);
}

static void
emit_state (VigilSioClient *self)
{
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

/* -- requests -- */

static Request *
steal_request (VigilSioClient *self, guint64 serial)
{
  gpointer request = NULL;

  g_hash_table_steal_extended (self->requests, &serial, NULL, &request);
  return request;
}

static void
fail_requests (VigilSioClient *self)
{
  g_autoptr (GHashTable) failed = g_steal_pointer (&self->requests);
  GHashTableIter iter;
  Request *request;

  /* Whoever is told may ask again at once: that request belongs to the next connection. */
  self->requests = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, request_free);
  g_hash_table_iter_init (&iter, failed);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &request))
    g_task_return_new_error (request->task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED,
                             "the connection to the hall went away");
}

/* -- the life of a connection -- */

static void open_link (VigilSioClient *self);

static void
drop_link (VigilSioClient *self)
{
  g_clear_handle_id (&self->retry_source, g_source_remove);
  self->retry_us = 0;
  self->answered_us = 0;
  self->rtt_ms = -1;
  g_clear_pointer (&self->link, vigil_sio_link_drop);
}

static gboolean
retry_cb (gpointer data)
{
  VigilSioClient *self = data;

  self->retry_source = 0;
  self->retry_us = 0;
  vigil_counter_add (vigil_net_metrics ()->reconnects, 1);
  open_link (self);
  return G_SOURCE_REMOVE;
}

static gboolean
is_final (VigilSioClient *self, const GError *error)
{
  if (!vigil_net_error_is_final (error))
    return FALSE;

  /* Once it worked, only the hall's own words about our token end it: a proxy's error page, a
   * captive portal or a name server that is down will pass. */
  return !self->settled_once ||
         g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_AUTH) ||
         g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_EXPIRED) ||
         g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_FORBIDDEN);
}

static void
lose (VigilSioClient *self, const GError *cause)
{
  g_autoptr (GError) error = g_error_copy (cause);
  VigilLinkState to = VIGIL_LINK_RECONNECTING;

  drop_link (self);
  /* An outage of an hour says the same thing at every try; once is enough. */
  if (self->error == NULL || g_strcmp0 (self->error->message, error->message) != 0)
    g_message ("feed: %s", error->message);
  g_clear_error (&self->error);
  self->error = g_steal_pointer (&error);

  if (is_final (self, self->error))
    {
      to = VIGIL_LINK_REFUSED;
      move (self, to, self->error->message);
    }
  else
    {
      guint delay_ms = vigil_backoff_next (&self->backoff);

      move (self, to, self->error->message);
      self->retry_us = g_get_monotonic_time () + (gint64) delay_ms * 1000;
      self->retry_source = g_timeout_add (delay_ms, retry_cb, self);
    }

  fail_requests (self);
  /* Who was told of a failed request may have connected or disconnected meanwhile. */
  if (self->state == to && self->link == NULL)
    emit_state (self);
}

static void
opened_cb (gpointer owner)
{
  VigilSioClient *self = owner;
  g_autoptr (VigilSioClient) keep = g_object_ref (self);

  g_clear_error (&self->error);
  move (self, VIGIL_LINK_CONNECTED, "namespace joined");
  emit_state (self);
  if (self->state == VIGIL_LINK_CONNECTED)
    g_signal_emit (self, signals[CONNECTED], 0);
}

static void
items_cb (gpointer owner, GPtrArray *items)
{
  g_signal_emit (owner, signals[ITEMS], 0, items);
}

static void
reply_cb (gpointer owner, guint64 serial, JsonNode *answer, const GError *error, gint64 sent_us, gint64 rtt_us)
{
  VigilSioClient *self = owner;
  Request *request = steal_request (self, serial);
  Timing *timing;

  if (rtt_us >= 0)
    {
      self->rtt_ms = rtt_us / 1000.0;
      self->answered_us = g_get_monotonic_time ();
    }
  if (serial == 0)
    g_signal_emit (self, signals[LATE_ANSWER], 0, answer);
  if (request == NULL)
    return;

  timing = g_new (Timing, 1);
  *timing = (Timing) { sent_us, rtt_us };
  g_task_set_task_data (request->task, timing, g_free);
  if (error != NULL)
    g_task_return_error (request->task, g_error_copy (error));
  else
    g_task_return_pointer (request->task, json_node_ref (answer), (GDestroyNotify) json_node_unref);
  request_free (request);
}

static void
behind_cb (gpointer owner, gboolean behind)
{
  g_signal_emit (owner, signals[BEHIND_CHANGED], 0, behind);
}

static void
closed_cb (gpointer owner, const GError *error)
{
  g_autoptr (VigilSioClient) keep = g_object_ref (owner);

  lose (owner, error);
}

static const VigilSioLinkFuncs link_funcs = { opened_cb, items_cb, reply_cb, behind_cb, closed_cb };

static void
open_link (VigilSioClient *self)
{
  const VigilSioSocketConfig config = { self->url, self->nsp, self->token, self->trust, self->msgpack, self->limits };

  g_assert (self->link == NULL);
  self->link = vigil_sio_link_new (self->thread, &config, self->sink, &link_funcs, self);
}

/* -- public -- */

VigilSioClient *
vigil_sio_client_new (const char *url, const char *nsp, VigilSioSink *sink,
                      GTlsDatabase *trust, const VigilNetLimits *limits)
{
  VigilSioClient *self = g_object_new (VIGIL_TYPE_SIO_CLIENT, NULL);

  self->thread = vigil_net_thread_new ("vigil-net");
  self->url = g_strdup (url);
  self->nsp = g_strdup (nsp);
  self->sink = g_object_ref (sink);
  self->trust = trust != NULL ? g_object_ref (trust) : NULL;
  self->limits = *limits;
  vigil_backoff_init (&self->backoff, limits->reconnect_min_ms, limits->reconnect_max_ms);
  return self;
}

void
vigil_sio_client_set_msgpack (VigilSioClient *self, gboolean msgpack)
{
  g_return_if_fail (VIGIL_IS_SIO_CLIENT (self) && self->link == NULL);

  self->msgpack = msgpack;
}

void
vigil_sio_client_connect (VigilSioClient *self, const char *token)
{
  g_return_if_fail (VIGIL_IS_SIO_CLIENT (self));

  vigil_sio_client_disconnect (self);
  g_free (self->token);
  self->token = g_strdup (token);
  self->settled_once = FALSE;
  vigil_backoff_reset (&self->backoff);
  move (self, VIGIL_LINK_CONNECTING, "asked to connect");
  open_link (self);
  emit_state (self);
}

void
vigil_sio_client_disconnect (VigilSioClient *self)
{
  g_return_if_fail (VIGIL_IS_SIO_CLIENT (self));

  drop_link (self);
  g_clear_error (&self->error);
  move (self, VIGIL_LINK_OFFLINE, "asked to disconnect");
  fail_requests (self);
}

void
vigil_sio_client_fail (VigilSioClient *self, const GError *error)
{
  g_return_if_fail (error != NULL);

  if (self->link != NULL)
    lose (self, error);
}

void
vigil_sio_client_settle (VigilSioClient *self)
{
  self->settled_once = TRUE;
  vigil_backoff_reset (&self->backoff);
}

void
vigil_sio_client_reconnect_now (VigilSioClient *self)
{
  if (self->state == VIGIL_LINK_REFUSED)
    {
      move (self, VIGIL_LINK_CONNECTING, "asked to try again");
      open_link (self);
      emit_state (self);
    }
  else if (self->retry_source != 0)
    {
      g_clear_handle_id (&self->retry_source, g_source_remove);
      retry_cb (self);
      emit_state (self);
    }
}

VigilLinkState
vigil_sio_client_get_state (VigilSioClient *self)
{
  return (VigilLinkState) self->state;
}

const GError *
vigil_sio_client_get_error (VigilSioClient *self)
{
  return self->error;
}

gint64
vigil_sio_client_get_retry_us (VigilSioClient *self)
{
  return self->retry_us;
}

double
vigil_sio_client_get_rtt_ms (VigilSioClient *self)
{
  return self->rtt_ms;
}

gint64
vigil_sio_client_get_answered_us (VigilSioClient *self)
{
  return self->answered_us;
}

static void
cancelled_cb (GCancellable *cancellable, GTask *task)
{
  VigilSioClient *self = g_task_get_source_object (task);
  guint64 serial = *(guint64 *) g_object_get_data (G_OBJECT (task), "vigil-serial");
  Request *request = steal_request (self, serial);

  if (request == NULL)
    return;

  if (self->link != NULL)
    vigil_sio_link_forget (self->link, serial);
  g_task_return_error_if_cancelled (request->task);
  request_free (request);
}

void
vigil_sio_client_request_async (VigilSioClient *self, const char *event, JsonNode *argument,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Request *request;

  g_task_set_source_tag (task, vigil_sio_client_request_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->state != VIGIL_LINK_CONNECTED || self->link == NULL)
    {
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "not connected to the hall");
      return;
    }

  request = g_new0 (Request, 1);
  request->serial = ++self->next_serial;
  request->task = g_object_ref (task);
  g_hash_table_insert (self->requests, &request->serial, request);
  vigil_sio_link_request (self->link, request->serial, event, argument, self->limits.request_ms);

  if (cancellable != NULL)
    {
      g_object_set_data_full (G_OBJECT (task), "vigil-serial", g_memdup2 (&request->serial, sizeof request->serial), g_free);
      request->cancelled_handler = g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), task);
    }
}

JsonNode *
vigil_sio_client_request_finish (VigilSioClient *self, GAsyncResult *result, gint64 *sent_us, gint64 *rtt_us, GError **error)
{
  Timing *timing;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  timing = g_task_get_task_data (G_TASK (result));
  if (sent_us != NULL)
    *sent_us = timing != NULL ? timing->sent_us : -1;
  if (rtt_us != NULL)
    *rtt_us = timing != NULL ? timing->rtt_us : -1;
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
vigil_sio_client_send (VigilSioClient *self, VigilSioPacket *packet)
{
  if (self->link != NULL)
    vigil_sio_link_send (self->link, packet);
  else
    vigil_sio_packet_free (packet);
}

static void
vigil_sio_client_dispose (GObject *object)
{
  VigilSioClient *self = VIGIL_SIO_CLIENT (object);

  drop_link (self);
  fail_requests (self);

  G_OBJECT_CLASS (vigil_sio_client_parent_class)->dispose (object);
}

static void
vigil_sio_client_finalize (GObject *object)
{
  VigilSioClient *self = VIGIL_SIO_CLIENT (object);

  g_clear_pointer (&self->requests, g_hash_table_unref);
  g_clear_object (&self->sink);
  g_clear_object (&self->trust);
  g_clear_error (&self->error);
  if (self->thread != NULL)
    vigil_net_thread_stop (self->thread);
  g_clear_pointer (&self->thread, vigil_net_thread_unref);
  g_free (self->url);
  g_free (self->nsp);
  g_free (self->token);

  G_OBJECT_CLASS (vigil_sio_client_parent_class)->finalize (object);
}

static void
vigil_sio_client_class_init (VigilSioClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_sio_client_dispose;
  object_class->finalize = vigil_sio_client_finalize;

  signals[STATE_CHANGED] = g_signal_new ("state-changed", VIGIL_TYPE_SIO_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
  signals[CONNECTED] = g_signal_new ("connected", VIGIL_TYPE_SIO_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
  signals[ITEMS] = g_signal_new ("items", VIGIL_TYPE_SIO_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  signals[BEHIND_CHANGED] = g_signal_new ("behind-changed", VIGIL_TYPE_SIO_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[LATE_ANSWER] = g_signal_new ("late-answer", VIGIL_TYPE_SIO_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, JSON_TYPE_NODE);
}

static void
vigil_sio_client_init (VigilSioClient *self)
{
  self->state = VIGIL_LINK_OFFLINE;
  self->rtt_ms = -1;
  self->requests = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, request_free);
}
