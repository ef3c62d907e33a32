/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From nothing to an offer: connect, hear who publishes, subscribe with empty hands. */
#include "vigil-janus-sfu-private.h"

#include "vigil-net-error.h"

#define WHAT "the Janus"

static guint n_transports; /* main thread */

static void
fail (VigilJanusSfu *self, GError *error)
{
  g_autoptr (GError) owned = error;

  vigil_janus_sfu_lose (self, owned);
}

static void
fail_protocol (VigilJanusSfu *self, const GError *cause)
{
  vigil_counter_add (vigil_janus_metrics ()->malformed, 1);
  fail (self, vigil_net_error_translate (cause, WHAT, 0));
}

/* The answer to a step of @user_data's opening; NULL if it failed, which has been told, or if nobody waits any more.
 * Takes the caller's reference on the task. */
static VigilJanusMessage *
take_step (GObject *source, GAsyncResult *result, gpointer user_data, VigilJanusSfu **self)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusMessage) message = vigil_janus_link_request_finish (VIGIL_JANUS_LINK (source), result, &error);

  *self = g_task_get_source_object (task);
  if ((*self)->opening != task)
    return NULL;
  if (message == NULL)
    {
      fail (*self, g_steal_pointer (&error));
      return NULL;
    }
  return g_steal_pointer (&message);
}

static void
ask (VigilJanusSfu *self, const char *verb, gint64 handle, JsonNode *body, GAsyncReadyCallback callback)
{
  vigil_janus_link_request_async (self->link, verb, handle, body, NULL, callback, g_object_ref (self->opening));
}

/* -- the offer -- */

static void
quiet_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VigilJanusSfu *self;
  g_autoptr (VigilJanusMessage) message = take_step (source, result, user_data, &self);
  g_autoptr (VigilTransportOffer) offer = NULL;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    return;

  offer = g_new0 (VigilTransportOffer, 1);
  offer->offer_sdp = vigil_janus_offer_dup_static (vigil_janus_slots_get_offer (self->slots),
                                                   self->limits.janus_sound_slots > 0 ? self->sound_type : 0, &error);
  if (offer->offer_sdp == NULL)
    {
      fail_protocol (self, error);
      return;
    }
  /* Of all Januses that there ever were here: what one of before still says must fit no transport of this one. */
  self->transport_id = g_strdup_printf ("janus-%u", ++n_transports);
  offer->id = g_strdup (self->transport_id);
  vigil_counter_set (vigil_janus_metrics ()->slots, vigil_janus_slots_get_size (self->slots));

  task = g_steal_pointer (&self->opening);
  g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  g_task_return_pointer (task, g_steal_pointer (&offer), (GDestroyNotify) vigil_transport_offer_free);
}

/* A slot sends from the beginning unless it is told not to, and whoever stands behind it now is nobody's choice. */
static void
make_quiet (VigilJanusSfu *self)
{
  g_autoptr (GArray) orders = g_array_new (FALSE, TRUE, sizeof (VigilJanusSlotOrder));

  for (guint i = 0; i < vigil_janus_slots_get_size (self->slots); i++)
    {
      VigilJanusSlotOrder order = { .mid = vigil_janus_slots_get (self->slots, i)->slot->mid };

      g_array_append_val (orders, order);
    }
  ask (self, "message", self->subscriber, vigil_janus_body_send (orders), quiet_cb);
}

static void
attached_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VigilJanusSfu *self;
  g_autoptr (VigilJanusMessage) message = take_step (source, result, user_data, &self);
  g_autoptr (GPtrArray) states = NULL;
  g_autoptr (GError) error = NULL;
  VigilJanusOffer *offer = NULL;
  guint n_skipped;

  if (message == NULL)
    return;
  if (message->offer_sdp == NULL)
    g_set_error_literal (&error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "a subscription without an offer");
  else
    offer = vigil_janus_offer_parse (message->offer_sdp, &error);
  if (offer != NULL)
    {
      self->slots = vigil_janus_slots_new (offer);
      states = vigil_janus_slots_from_data (message->data, &n_skipped, &error);
      vigil_counter_add (vigil_janus_metrics ()->hostile, n_skipped);
    }
  if (states == NULL)
    {
      fail_protocol (self, error);
      return;
    }
  vigil_janus_slots_note (self->slots, states);
  make_quiet (self);
}

/* As many slots as we want, over all who publish in turn: each codec gets its share, and who leaves empties few. One of each
 * codec comes first, however rare it is: without a slot it could not be seen at all. */
static GPtrArray *
choose_feeds (VigilJanusSfu *self)
{
  g_autoptr (GPtrArray) videos = vigil_janus_room_list (self->room, VIGIL_MEDIA_VIDEO);
  GPtrArray *chosen = g_ptr_array_new ();
  guint n_codecs = 0;

  g_hash_table_remove_all (self->codecs);
  for (guint i = 0; i < videos->len; i++)
    {
      VigilJanusFeed *feed = videos->pdata[i];

      if (!g_hash_table_add (self->codecs, (gpointer) feed->codec))
        continue;
      videos->pdata[i] = videos->pdata[n_codecs];
      videos->pdata[n_codecs++] = feed;
    }
  for (guint i = 0; videos->len > 0 && i < self->limits.janus_slots; i++)
    g_ptr_array_add (chosen, videos->pdata[i % videos->len]);
  return chosen;
}

void
vigil_janus_sfu_subscribe (VigilJanusSfu *self)
{
  g_autoptr (GPtrArray) feeds = choose_feeds (self);

  self->needs_feed = feeds->len == 0;
  if (!self->needs_feed)
    ask (self, "message", self->subscriber, vigil_janus_body_join_slots (self->config, self->private_id, feeds), attached_cb);
}

static void
second_handle_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VigilJanusSfu *self;
  g_autoptr (VigilJanusMessage) message = take_step (source, result, user_data, &self);

  if (message == NULL)
    return;
  self->subscriber = message->id;
  vigil_janus_sfu_subscribe (self);
}

static void
joined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VigilJanusSfu *self;
  g_autoptr (VigilJanusMessage) message = take_step (source, result, user_data, &self);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    return;
  if (!g_str_equal (vigil_janus_get_word (message->data), "joined"))
    g_set_error_literal (&error, VIGIL_PROTOCOL_ERROR, VIGIL_PROTOCOL_ERROR_FIELD, "join was answered with something else");
  else
    vigil_janus_room_take (self->room, message->data, gone, &error);
  if (error != NULL)
    {
      fail_protocol (self, error);
      return;
    }
  self->private_id = vigil_janus_get_private_id (message->data);
  ask (self, "attach", 0, NULL, second_handle_cb);
}

static void
first_handle_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VigilJanusSfu *self;
  g_autoptr (VigilJanusMessage) message = take_step (source, result, user_data, &self);

  if (message == NULL)
    return;
  self->watcher = message->id;
  ask (self, "message", self->watcher, vigil_janus_body_join_room (self->config), joined_cb);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VigilJanusSfu *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  gboolean ok = vigil_janus_link_open_finish (VIGIL_JANUS_LINK (source), result, &error);

  if (self->opening != task)
    return;
  if (ok)
    ask (self, "attach", 0, NULL, first_handle_cb);
  else
    fail (self, g_steal_pointer (&error));
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");

  vigil_janus_sfu_lose (user_data, error);
  return G_SOURCE_REMOVE;
}

void
vigil_janus_sfu_begin (VigilJanusSfu *self, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->opening = g_object_ref (task);
  self->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
  g_source_attach (self->cancelled, NULL);
  vigil_janus_link_open_async (self->link, NULL, opened_cb, g_object_ref (task));
}
