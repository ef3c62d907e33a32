/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's front: the object, its transports and its producers. */

#include "vigil-hall-ortc.h"
#include "vigil-hall-sfu-private.h"
#include "vigil-sim-feed-private.h"
#include "vigil-sim-studio-private.h"

#define CONSUMERS_MAX_DEFAULT 1000

enum
{
  CONSUMER_CLOSED,
  TRANSPORT_CONNECTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_QUARK (vigil-hall-sfu-error-quark, vigil_hall_sfu_error)
G_DEFINE_FINAL_TYPE (VigilHallSfu, vigil_hall_sfu, G_TYPE_OBJECT)

static void
consumer_free (gpointer data)
{
  Consumer *consumer = data;

  g_free (consumer->id);
  g_free (consumer);
}

/* transports */

static void
transport_remove (VigilHallSfu *self,
                  Transport    *transport)
{
  while (transport->consumers->len > 0)
    vigil_hall_sfu_remove_consumer (self, g_ptr_array_index (transport->consumers, transport->consumers->len - 1));
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

/* The client's own transport of that id, or %VIGIL_HALL_SFU_ERROR_NOT_FOUND. */
Transport *
vigil_hall_sfu_find_transport (VigilHallSfu  *self,
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

/* (transfer container): a client's transports; everybody's for NULL. */
GPtrArray *
vigil_hall_sfu_list_transports (VigilHallSfu *self,
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
    vigil_hall_sfu_update_consumer (self, g_ptr_array_index (entry->consumers, i));
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

      vigil_hall_sfu_remove_consumer (self, consumer);
      if (announce)
        g_signal_emit (self, signals[CONSUMER_CLOSED], 0, client, id);
    }
  vigil_hall_pacer_remove_stream (self->pacer, producer->stream);
  g_hash_table_remove (self->producers, producer->id);
}

/* the object */

/* Silently, with all their consumers. */
void
vigil_hall_sfu_close_transports (VigilHallSfu *self)
{
  g_autoptr (GPtrArray) all = vigil_hall_sfu_list_transports (self, NULL);

  for (guint i = 0; i < all->len; i++)
    transport_remove (self, g_ptr_array_index (all, i));
}

/* Silently. */
void
vigil_hall_sfu_remove_producers (VigilHallSfu *self)
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

/* The DTLS certificate of all transports takes up to 0.7 s; a real SFU has its own when it is up, too. */
static gpointer
make_certificate (gpointer data)
{
  g_autoptr (GstElement) element = gst_element_factory_make ("dtlsdec", NULL);

  if (element != NULL)
    gst_object_ref_sink (element);
  return NULL;
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
  self->warm_up = g_thread_new ("vigil-dtls-key", make_certificate, NULL);

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

  vigil_hall_sfu_close_transports (self);
  vigil_hall_sfu_remove_producers (self);
  g_clear_pointer (&self->warm_up, g_thread_join);
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
 * createWebRtcTransport. Takes some milliseconds, and longer while the DTLS
 * certificate is still being made.
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
  transport = vigil_hall_sfu_find_transport (self, client_key, transport_id, error);

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
  transport = vigil_hall_sfu_find_transport (self, client_key, transport_id, error);
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
  transports = vigil_hall_sfu_list_transports (self, client_key);
  for (guint i = 0; i < transports->len; i++)
    transport_remove (self, g_ptr_array_index (transports, i));
}
