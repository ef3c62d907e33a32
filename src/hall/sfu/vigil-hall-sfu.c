/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's front: who has which transports, producers and consumers. */

#include <string.h>

#include "vigil-hall-ortc.h"
#include "vigil-hall-pacer.h"
#include "vigil-hall-sfu.h"
#include "vigil-hall-transport.h"
#include "vigil-sim-feed-private.h"
#include "vigil-sim-studio-private.h"

#define CONSUMERS_MAX_DEFAULT 1000

typedef struct
{
  char            *id;
  VigilSimFeed    *feed;
  VigilHallStream *stream;
  GPtrArray       *consumers;  /* Consumer, borrowed */
  guint64          serial;     /* in the order they were added */
} Producer;

typedef struct
{
  VigilHallTransport *transport;
  GPtrArray          *consumers;  /* Consumer, borrowed */
  gboolean            killed;     /* a fault: alive for signalling only */
} Transport;

typedef struct
{
  char            *id;
  Producer        *producer;
  Transport       *transport;
  VigilHallSender *sender;
  gboolean         paused;
} Consumer;

struct _VigilHallSfu
{
  GObject parent_instance;

  /* all of it the hall's thread */
  GStrv           addresses;
  guint           max_consumers;
  VigilHallPacer *pacer;
  guint64         producer_serial;
  GHashTable     *producers;   /* id → Producer */
  GHashTable     *transports;  /* id → Transport */
  GHashTable     *consumers;   /* id → Consumer */
  guint64         suppressed;  /* by transports that are gone */
  char           *cname;
};

enum
{
  CONSUMER_CLOSED,
  TRANSPORT_CONNECTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_QUARK (vigil-hall-sfu-error-quark, vigil_hall_sfu_error)
G_DEFINE_FINAL_TYPE (VigilHallSfu, vigil_hall_sfu, G_TYPE_OBJECT)

/* consumers */

static void
consumer_update (VigilHallSfu *self,
                 Consumer     *consumer)
{
  gboolean playing = !consumer->paused && !consumer->transport->killed
                     && vigil_hall_transport_is_connected (consumer->transport->transport);

  vigil_hall_pacer_set_playing (self->pacer, consumer->sender, playing);
}

static void
consumer_remove (VigilHallSfu *self,
                 Consumer     *consumer)
{
  vigil_hall_pacer_remove_sender (self->pacer, consumer->sender);
  g_ptr_array_remove_fast (consumer->producer->consumers, consumer);
  g_ptr_array_remove_fast (consumer->transport->consumers, consumer);
  g_hash_table_remove (self->consumers, consumer->id);
}

static void
consumer_free (gpointer data)
{
  Consumer *consumer = data;

  g_free (consumer->id);
  g_free (consumer);
}

static Consumer *
find_consumer (VigilHallSfu  *self,
               const char    *client_key,
               const char    *consumer_id,
               GError       **error)
{
  Consumer *consumer = consumer_id != NULL ? g_hash_table_lookup (self->consumers, consumer_id) : NULL;

  if (consumer == NULL
      || g_strcmp0 (vigil_hall_transport_get_client_key (consumer->transport->transport), client_key) != 0)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND, "No consumer of that id");
      return NULL;
    }

  return consumer;
}

/* transports */

static void
transport_remove (VigilHallSfu *self,
                  Transport    *transport)
{
  while (transport->consumers->len > 0)
    consumer_remove (self, g_ptr_array_index (transport->consumers, transport->consumers->len - 1));
  g_signal_handlers_disconnect_by_data (transport->transport, self);
  vigil_hall_transport_close (transport->transport);
  self->suppressed += vigil_hall_transport_get_suppressed (transport->transport);
  g_hash_table_remove (self->transports, vigil_hall_transport_get_id (transport->transport));
}

static void
transport_free (gpointer data)
{
  Transport *transport = data;

  g_ptr_array_unref (transport->consumers);
  g_object_unref (transport->transport);
  g_free (transport);
}

static Transport *
find_transport (VigilHallSfu  *self,
                const char    *client_key,
                const char    *transport_id,
                GError       **error)
{
  Transport *transport = transport_id != NULL ? g_hash_table_lookup (self->transports, transport_id) : NULL;

  if (transport == NULL || g_strcmp0 (vigil_hall_transport_get_client_key (transport->transport), client_key) != 0)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND, "No transport of that id");
      return NULL;
    }

  return transport;
}

static GPtrArray *
transports_of (VigilHallSfu *self,
               const char   *client_key)
{
  GPtrArray *found = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transports);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Transport *transport = value;

      if (client_key == NULL
          || g_str_equal (vigil_hall_transport_get_client_key (transport->transport), client_key))
        g_ptr_array_add (found, transport);
    }

  return found;
}

static void
transport_connected_cb (VigilHallTransport *transport,
                        gpointer            user_data)
{
  VigilHallSfu *self = user_data;
  Transport *entry = g_hash_table_lookup (self->transports, vigil_hall_transport_get_id (transport));

  for (guint i = 0; entry != NULL && i < entry->consumers->len; i++)
    consumer_update (self, g_ptr_array_index (entry->consumers, i));
  g_signal_emit (self, signals[TRANSPORT_CONNECTED], 0, vigil_hall_transport_get_client_key (transport),
                 vigil_hall_transport_get_id (transport));
}

/* producers */

static void
producer_free (gpointer data)
{
  Producer *producer = data;

  g_ptr_array_unref (producer->consumers);
  g_object_unref (producer->feed);
  g_free (producer->id);
  g_free (producer);
}

static void
producer_remove (VigilHallSfu *self,
                 Producer     *producer,
                 gboolean      announce)
{
  while (producer->consumers->len > 0)
    {
      Consumer *consumer = g_ptr_array_index (producer->consumers, producer->consumers->len - 1);
      g_autofree char *id = g_strdup (consumer->id);
      g_autofree char *client = g_strdup (vigil_hall_transport_get_client_key (consumer->transport->transport));

      consumer_remove (self, consumer);
      if (announce)
        g_signal_emit (self, signals[CONSUMER_CLOSED], 0, client, id);
    }
  vigil_hall_pacer_remove_stream (self->pacer, producer->stream);
  g_hash_table_remove (self->producers, producer->id);
}

/* the object */

static void
close_all_transports (VigilHallSfu *self)
{
  g_autoptr (GPtrArray) all = transports_of (self, NULL);

  for (guint i = 0; i < all->len; i++)
    transport_remove (self, g_ptr_array_index (all, i));
}

static void
remove_all_producers (VigilHallSfu *self)
{
  g_autoptr (GList) all = g_hash_table_get_values (self->producers);

  for (GList *l = all; l != NULL; l = l->next)
    producer_remove (self, l->data, FALSE);
}

static void
vigil_hall_sfu_dispose (GObject *object)
{
  vigil_hall_sfu_close (VIGIL_HALL_SFU (object));

  G_OBJECT_CLASS (vigil_hall_sfu_parent_class)->dispose (object);
}

static void
vigil_hall_sfu_finalize (GObject *object)
{
  VigilHallSfu *self = VIGIL_HALL_SFU (object);

  g_hash_table_unref (self->producers);
  g_hash_table_unref (self->transports);
  g_hash_table_unref (self->consumers);
  g_strfreev (self->addresses);
  g_free (self->cname);

  G_OBJECT_CLASS (vigil_hall_sfu_parent_class)->finalize (object);
}

static void
vigil_hall_sfu_class_init (VigilHallSfuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vigil_hall_sfu_dispose;
  G_OBJECT_CLASS (klass)->finalize = vigil_hall_sfu_finalize;

  /**
   * VigilHallSfu::consumer-closed:
   * @client_key: whose it was
   * @consumer_id: which
   *
   * Its producer was removed.
   */
  signals[CONSUMER_CLOSED] = g_signal_new ("consumer-closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  /**
   * VigilHallSfu::transport-connected:
   * @client_key: whose it is
   * @transport_id: which
   *
   * ICE and DTLS are up.
   */
  signals[TRANSPORT_CONNECTED] = g_signal_new ("transport-connected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
vigil_hall_sfu_init (VigilHallSfu *self)
{
  self->producers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, producer_free);
  self->transports = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, transport_free);
  self->consumers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, consumer_free);
  self->cname = g_uuid_string_random ();
  self->pacer = vigil_hall_pacer_new ();
}

/**
 * vigil_hall_sfu_new:
 * @options: (nullable): NULL for loopback only
 *
 * Initializes GStreamer if that has not been done.
 */
VigilHallSfu *
vigil_hall_sfu_new (const VigilHallSfuOptions *options)
{
  static const char *const loopback[] = { "127.0.0.1", NULL };
  VigilHallSfu *self;
  const char *const *addresses = options != NULL && options->addresses != NULL ? options->addresses : loopback;

  gst_init (NULL, NULL);
  self = g_object_new (VIGIL_TYPE_HALL_SFU, NULL);
  self->addresses = g_strdupv ((char **) addresses);
  self->max_consumers = options != NULL && options->max_consumers > 0 ? options->max_consumers : CONSUMERS_MAX_DEFAULT;

  return self;
}

/**
 * vigil_hall_sfu_close:
 * @self: the SFU
 *
 * Closes every transport, removes every producer and stops the pacer; nothing
 * else may be called afterwards but this again. Done by dispose, too.
 */
void
vigil_hall_sfu_close (VigilHallSfu *self)
{
  g_return_if_fail (VIGIL_IS_HALL_SFU (self));

  close_all_transports (self);
  remove_all_producers (self);
  g_clear_pointer (&self->pacer, vigil_hall_pacer_free);
}

/* (transfer full): mediasoup's router.rtpCapabilities: opus and VP8. */
JsonObject *
vigil_hall_sfu_dup_router_capabilities (VigilHallSfu *self)
{
  return vigil_hall_ortc_dup_capabilities ();
}

/**
 * vigil_hall_sfu_add_producer:
 * @self: the SFU
 * @feed: what it produces; one feed may be produced once
 *
 * Returns: the producer's id, valid until it is removed
 */
const char *
vigil_hall_sfu_add_producer (VigilHallSfu *self,
                             VigilSimFeed *feed)
{
  Producer *producer;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self) && VIGIL_IS_SIM_FEED (feed), NULL);

  producer = g_new0 (Producer, 1);
  producer->id = g_uuid_string_random ();
  producer->feed = g_object_ref (feed);
  producer->stream = vigil_hall_pacer_add_stream (self->pacer, feed);
  producer->consumers = g_ptr_array_new ();
  producer->serial = ++self->producer_serial;
  g_hash_table_insert (self->producers, producer->id, producer);

  return producer->id;
}

/* Its consumers are closed, each with a "consumer-closed". FALSE: no such producer. */
gboolean
vigil_hall_sfu_remove_producer (VigilHallSfu *self,
                                const char   *producer_id)
{
  Producer *producer;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self) && producer_id != NULL, FALSE);

  producer = g_hash_table_lookup (self->producers, producer_id);
  if (producer == NULL)
    return FALSE;
  producer_remove (self, producer, TRUE);

  return TRUE;
}

/* (transfer none) (nullable) */
VigilSimFeed *
vigil_hall_sfu_get_feed (VigilHallSfu *self,
                         const char   *producer_id)
{
  Producer *producer;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self) && producer_id != NULL, NULL);
  producer = g_hash_table_lookup (self->producers, producer_id);

  return producer != NULL ? producer->feed : NULL;
}

static void
prepared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (vigil_sim_studio_wait_finish (g_task_get_task_data (task), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static int
compare_serials (gconstpointer a,
                 gconstpointer b)
{
  const Producer *first = a;
  const Producer *second = b;

  return first->serial < second->serial ? -1 : first->serial > second->serial;
}

/**
 * vigil_hall_sfu_prepare_async:
 * @self: the SFU
 * @max_producers: for how many producers at most: those that were added first
 * @cancellable: (nullable): may stop the wait
 * @callback: called in the caller's thread-default context
 * @user_data: for @callback
 *
 * Waits until the pictures of so many producers can be played, so that a
 * client that comes now need not wait for an encoder.
 */
void
vigil_hall_sfu_prepare_async (VigilHallSfu        *self,
                              guint                max_producers,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task;
  VigilSimStudio *studio = NULL;
  g_autoptr (GPtrArray) clips = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_sim_clip_unref);
  g_autoptr (GList) producers = NULL;

  g_return_if_fail (VIGIL_IS_HALL_SFU (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, vigil_hall_sfu_prepare_async);
  producers = g_list_sort (g_hash_table_get_values (self->producers), compare_serials);
  for (GList *l = producers; l != NULL && clips->len < max_producers; l = l->next)
    {
      VigilSimFeed *feed = ((Producer *) l->data)->feed;

      studio = vigil_sim_feed_get_studio (feed);
      g_ptr_array_add (clips, vigil_sim_feed_dup_clip (feed));
    }

  if (studio == NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, g_object_ref (studio), g_object_unref);
  vigil_sim_studio_wait_async (studio, clips, cancellable, prepared_cb, task);
}

gboolean
vigil_hall_sfu_prepare_finish (VigilHallSfu  *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
gathered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilHallSfu *self = g_task_get_source_object (task);
  VigilHallTransport *transport = VIGIL_HALL_TRANSPORT (source);
  JsonObject *answer;
  GError *error = NULL;

  answer = vigil_hall_transport_gather_finish (transport, result, &error);
  if (answer == NULL)
    {
      Transport *entry = g_hash_table_lookup (self->transports, vigil_hall_transport_get_id (transport));

      if (entry != NULL)
        transport_remove (self, entry);
      g_task_return_error (task, error);
      return;
    }
  g_task_return_pointer (task, answer, (GDestroyNotify) json_object_unref);
}

/**
 * vigil_hall_sfu_create_transport_async:
 * @self: the SFU
 * @client_key: who asks; only the same key can use the transport
 * @cancellable: (nullable): may stop the wait
 * @callback: called in the caller's thread-default context
 * @user_data: for @callback
 *
 * createWebRtcTransport. Takes some milliseconds, except the first time in a
 * process, when the DTLS certificate is made.
 */
void
vigil_hall_sfu_create_transport_async (VigilHallSfu        *self,
                                       const char          *client_key,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  GTask *task;
  Transport *entry;
  VigilHallTransport *transport;
  GError *error = NULL;

  g_return_if_fail (VIGIL_IS_HALL_SFU (self) && client_key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, vigil_hall_sfu_create_transport_async);
  transport = vigil_hall_transport_new (client_key, (const char *const *) self->addresses,
                                        vigil_hall_pacer_feedback, self->pacer, &error);
  if (transport == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  entry = g_new0 (Transport, 1);
  entry->transport = transport;
  entry->consumers = g_ptr_array_new ();
  g_hash_table_insert (self->transports, (gpointer) vigil_hall_transport_get_id (transport), entry);
  g_signal_connect (transport, "connected", G_CALLBACK (transport_connected_cb), self);
  vigil_hall_transport_gather_async (transport, cancellable, gathered_cb, task);
}

/* (transfer full) (nullable): {id, iceParameters, iceCandidates, dtlsParameters} */
JsonObject *
vigil_hall_sfu_create_transport_finish (VigilHallSfu  *self,
                                        GAsyncResult  *result,
                                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * vigil_hall_sfu_connect_transport:
 * @self: the SFU
 * @client_key: whose transport it is
 * @transport_id: which
 * @dtls_parameters: (nullable): {role: "client", fingerprints: [{algorithm: "sha-256", value}]}
 * @ice_parameters: (nullable): {usernameFragment, password}; needed, unlike by mediasoup
 * @error: %VIGIL_HALL_SFU_ERROR
 *
 * Returns at once; "transport-connected" tells when ICE and DTLS are up.
 */
gboolean
vigil_hall_sfu_connect_transport (VigilHallSfu  *self,
                                  const char    *client_key,
                                  const char    *transport_id,
                                  JsonObject    *dtls_parameters,
                                  JsonObject    *ice_parameters,
                                  GError       **error)
{
  Transport *transport;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);
  transport = find_transport (self, client_key, transport_id, error);

  return transport != NULL
         && vigil_hall_transport_connect (transport->transport, dtls_parameters, ice_parameters, error);
}

/* Threads and sockets are gone when it returns, and so are the consumers. */
gboolean
vigil_hall_sfu_close_transport (VigilHallSfu  *self,
                                const char    *client_key,
                                const char    *transport_id,
                                GError       **error)
{
  Transport *transport;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);
  transport = find_transport (self, client_key, transport_id, error);
  if (transport == NULL)
    return FALSE;
  transport_remove (self, transport);

  return TRUE;
}

/* Closes all of a client's transports: it went away. */
void
vigil_hall_sfu_close_client (VigilHallSfu *self,
                             const char   *client_key)
{
  g_autoptr (GPtrArray) transports = NULL;

  g_return_if_fail (VIGIL_IS_HALL_SFU (self) && client_key != NULL);
  transports = transports_of (self, client_key);
  for (guint i = 0; i < transports->len; i++)
    transport_remove (self, g_ptr_array_index (transports, i));
}

static guint32
new_ssrc (VigilHallSfu *self)
{
  guint32 ssrc;

  do
    ssrc = g_random_int ();
  while (ssrc == 0 || vigil_hall_pacer_has_ssrc (self->pacer, ssrc));

  return ssrc;
}

static Consumer *
consumer_new (VigilHallSfu *self,
              Transport    *transport,
              Producer     *producer,
              guint32       ssrc,
              gboolean      paused)
{
  Consumer *consumer = g_new0 (Consumer, 1);

  consumer->id = g_uuid_string_random ();
  consumer->producer = producer;
  consumer->transport = transport;
  consumer->paused = paused;
  consumer->sender = vigil_hall_pacer_add_sender (self->pacer, producer->stream, transport->transport, ssrc);
  g_ptr_array_add (producer->consumers, consumer);
  g_ptr_array_add (transport->consumers, consumer);
  g_hash_table_insert (self->consumers, consumer->id, consumer);
  consumer_update (self, consumer);

  return consumer;
}

/**
 * vigil_hall_sfu_consume:
 * @self: the SFU
 * @client_key: whose transport it is
 * @transport_id: which; it need not be connected yet
 * @producer_id: of whom
 * @rtp_capabilities: (nullable): the client's
 * @paused: whether to wait for a resume
 * @error: %VIGIL_HALL_SFU_ERROR
 *
 * Returns: (transfer full) (nullable): {id, producerId, kind, rtpParameters, type, producerPaused, paused}
 */
JsonObject *
vigil_hall_sfu_consume (VigilHallSfu  *self,
                        const char    *client_key,
                        const char    *transport_id,
                        const char    *producer_id,
                        JsonObject    *rtp_capabilities,
                        gboolean       paused,
                        GError       **error)
{
  Transport *transport;
  Producer *producer;
  Consumer *consumer;
  VigilHallKind kind;
  guint32 ssrc;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), NULL);

  transport = find_transport (self, client_key, transport_id, error);
  if (transport == NULL)
    return NULL;
  producer = producer_id != NULL ? g_hash_table_lookup (self->producers, producer_id) : NULL;
  if (producer == NULL)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_NOT_FOUND, "No producer of that id");
      return NULL;
    }
  if (transport->consumers->len >= self->max_consumers)
    {
      g_set_error (error, VIGIL_HALL_SFU_ERROR, VIGIL_HALL_SFU_ERROR_STATE,
                   "The transport has %u consumers already", transport->consumers->len);
      return NULL;
    }
  kind = vigil_sim_feed_get_source (producer->feed) == VIGIL_SIM_SOURCE_MICROPHONE ? VIGIL_HALL_KIND_AUDIO
                                                                                  : VIGIL_HALL_KIND_VIDEO;
  if (!vigil_hall_ortc_can_consume (rtp_capabilities, kind, error))
    return NULL;

  ssrc = new_ssrc (self);
  consumer = consumer_new (self, transport, producer, ssrc, paused);

  return vigil_hall_ortc_consumer (consumer->id, producer->id, kind, ssrc, self->cname, paused);
}

static gboolean
set_paused (VigilHallSfu  *self,
            const char    *client_key,
            const char    *consumer_id,
            gboolean       paused,
            GError       **error)
{
  Consumer *consumer = find_consumer (self, client_key, consumer_id, error);

  if (consumer == NULL)
    return FALSE;
  consumer->paused = paused;
  consumer_update (self, consumer);

  return TRUE;
}

/* Its next frame is a key frame. No error if it was not paused. */
gboolean
vigil_hall_sfu_resume_consumer (VigilHallSfu  *self,
                                const char    *client_key,
                                const char    *consumer_id,
                                GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);

  return set_paused (self, client_key, consumer_id, FALSE, error);
}

gboolean
vigil_hall_sfu_pause_consumer (VigilHallSfu  *self,
                               const char    *client_key,
                               const char    *consumer_id,
                               GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);

  return set_paused (self, client_key, consumer_id, TRUE, error);
}

/* After it returns nothing of that consumer is sent: no packet, no report. */
gboolean
vigil_hall_sfu_close_consumer (VigilHallSfu  *self,
                               const char    *client_key,
                               const char    *consumer_id,
                               GError       **error)
{
  Consumer *consumer;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);
  consumer = find_consumer (self, client_key, consumer_id, error);
  if (consumer == NULL)
    return FALSE;
  consumer_remove (self, consumer);

  return TRUE;
}

/* Accepted for the sake of clients that ask: simulated webcams have one layer. */
gboolean
vigil_hall_sfu_set_preferred_layers (VigilHallSfu  *self,
                                     const char    *client_key,
                                     const char    *consumer_id,
                                     JsonObject    *layers,
                                     GError       **error)
{
  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);

  return find_consumer (self, client_key, consumer_id, error) != NULL;
}

/* The producer's next frame is a key frame, if its last one is not too near. */
gboolean
vigil_hall_sfu_request_key_frame (VigilHallSfu  *self,
                                  const char    *client_key,
                                  const char    *consumer_id,
                                  GError       **error)
{
  Consumer *consumer;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self), FALSE);
  consumer = find_consumer (self, client_key, consumer_id, error);
  if (consumer == NULL)
    return FALSE;
  vigil_hall_pacer_request_key (self->pacer, consumer->sender);

  return TRUE;
}

/* Objects now, traffic since the start. */
void
vigil_hall_sfu_get_counts (VigilHallSfu       *self,
                           VigilHallSfuCounts *counts)
{
  VigilHallPacerCounts paced = { 0 };
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (VIGIL_IS_HALL_SFU (self) && counts != NULL);

  if (self->pacer != NULL)
    vigil_hall_pacer_get_counts (self->pacer, &paced);
  *counts = (VigilHallSfuCounts) {
    .transports = g_hash_table_size (self->transports),
    .producers = g_hash_table_size (self->producers),
    .consumers = g_hash_table_size (self->consumers),
    .packets_sent = paced.packets_sent,
    .bytes_sent = paced.bytes_sent,
    .frames_sent = paced.frames_sent,
    .key_frames_sent = paced.key_frames_sent,
    .pli_received = paced.pli_received,
    .fir_received = paced.fir_received,
    .nack_received = paced.nack_received,
    .packets_resent = paced.packets_resent,
    .packets_dropped = paced.packets_dropped,
    .late_frames = paced.late_frames,
    .rtcp_suppressed = self->suppressed,
  };
  g_hash_table_iter_init (&iter, self->transports);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    counts->rtcp_suppressed += vigil_hall_transport_get_suppressed (((Transport *) value)->transport);
}

/* This share (0 … 1) of all packets is lost on the way, resent ones too. */
void
vigil_hall_sfu_set_loss (VigilHallSfu *self,
                         double        fraction)
{
  g_return_if_fail (VIGIL_IS_HALL_SFU (self));
  vigil_hall_pacer_set_loss (self->pacer, fraction);
}

/* As if the SFU's process hung: signalling goes on, media stop. */
void
vigil_hall_sfu_set_frozen (VigilHallSfu *self,
                           gboolean      frozen)
{
  g_return_if_fail (VIGIL_IS_HALL_SFU (self));
  vigil_hall_pacer_set_frozen (self->pacer, frozen);
}

/* One producer goes silent and is not closed. FALSE: no such producer. */
gboolean
vigil_hall_sfu_set_producer_stalled (VigilHallSfu *self,
                                     const char   *producer_id,
                                     gboolean      stalled)
{
  Producer *producer;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self) && producer_id != NULL, FALSE);
  producer = g_hash_table_lookup (self->producers, producer_id);
  if (producer == NULL)
    return FALSE;
  vigil_hall_pacer_stall_stream (self->pacer, producer->stream, stalled);

  return TRUE;
}

/* A client's transports go silent without anybody being told, and for good.
 * Returns how many. */
guint
vigil_hall_sfu_kill_client (VigilHallSfu *self,
                            const char   *client_key)
{
  g_autoptr (GPtrArray) transports = NULL;

  g_return_val_if_fail (VIGIL_IS_HALL_SFU (self) && client_key != NULL, 0);
  transports = transports_of (self, client_key);
  for (guint i = 0; i < transports->len; i++)
    {
      Transport *transport = g_ptr_array_index (transports, i);

      transport->killed = TRUE;
      for (guint j = 0; j < transport->consumers->len; j++)
        consumer_update (self, g_ptr_array_index (transport->consumers, j));
    }

  return transports->len;
}

/* As if the SFU's worker died and was started again: every transport, consumer
 * and producer is gone, without a signal. The owner announces it and adds the
 * producers again. */
void
vigil_hall_sfu_restart (VigilHallSfu *self)
{
  g_return_if_fail (VIGIL_IS_HALL_SFU (self));
  close_all_transports (self);
  remove_all_producers (self);
}
