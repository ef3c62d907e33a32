/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What slots are to do, gathered over one turn of the main loop and sent in one request of each kind. */
#include "vigil-janus-sfu-private.h"

#include <string.h>

#include "vigil-net-error.h"

#define WHAT "the Janus"

typedef struct
{
  VigilJanusOrderKind  kind;
  GTask               *task;        /* nullable */
  char                *mid;
  char                *consumer_id;
  VigilJanusFeed      *feed;        /* of SWITCH */
  gboolean             send;
  gboolean             gives_back;
  int                  layer;
} Order;

/* What an answer needs to know of its request. */
typedef struct
{
  VigilJanusSfu *self;
  guint          generation;
  GPtrArray     *orders;
} Batch;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_clear_object (&order->task);
  g_free (order->mid);
  g_free (order->consumer_id);
  g_clear_pointer (&order->feed, vigil_janus_feed_free);
  g_free (order);
}

static void
batch_free (Batch *batch)
{
  g_object_unref (batch->self);
  g_ptr_array_unref (batch->orders);
  g_free (batch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

static void
answer_order (Order *order, const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&order->task);

  if (task == NULL)
    return;
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_error_copy (error));
}

static void
answer_all (GPtrArray *orders, const GError *error)
{
  for (guint i = 0; i < orders->len; i++)
    answer_order (orders->pdata[i], error);
}

/* The seat of an order, unless it has changed hands since. */
static VigilJanusSeat *
find_seat (VigilJanusSfu *self, const Order *order)
{
  VigilJanusSeat *seat = vigil_janus_slots_find_mid (self->slots, order->mid);

  return seat != NULL && g_strcmp0 (seat->consumer_id, order->consumer_id) == 0 ? seat : NULL;
}

static VigilJanusMessage *
finish (Batch *batch, GObject *source, GAsyncResult *result, GError **error)
{
  g_autoptr (VigilJanusMessage) message = vigil_janus_link_request_finish (VIGIL_JANUS_LINK (source), result, error);

  if (message != NULL && (batch->self->generation != batch->generation || batch->self->slots == NULL))
    {
      g_set_error_literal (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, WHAT ": closed");
      return NULL;
    }
  return g_steal_pointer (&message);
}

static Batch *
batch_new (VigilJanusSfu *self, GPtrArray *orders)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->self = g_object_ref (self);
  batch->generation = self->generation;
  batch->orders = g_ptr_array_ref (orders);
  return batch;
}

/* -- switch -- */

static void send_switch (VigilJanusSfu *self, GPtrArray *orders);

/* One feed that is gone makes Janus refuse all: the others must not suffer for it. */
static void
switch_one_by_one (VigilJanusSfu *self, GPtrArray *orders)
{
  while (orders->len > 0)
    {
      g_autoptr (GPtrArray) one = g_ptr_array_new_with_free_func (order_free);

      g_ptr_array_add (one, g_ptr_array_steal_index (orders, 0));
      send_switch (self, one);
    }
}

static void
check_switched (VigilJanusSfu *self, Order *order)
{
  VigilJanusSeat *seat = vigil_janus_slots_find_mid (self->slots, order->mid);
  VigilJanusSeat *ours = find_seat (self, order);

  if (seat != NULL && seat->mending)
    {
      /* It is quiet before anybody gets it, whoever is there now. */
      seat->mending = FALSE;
      vigil_janus_sfu_order (self, VIGIL_JANUS_SEND, seat, NULL, FALSE, TRUE);
      return;
    }
  if (seat != NULL && g_strcmp0 (seat->behind, order->feed->producer_id) == 0)
    {
      if (ours != NULL && ours->layer >= 0)
        vigil_janus_sfu_order (self, VIGIL_JANUS_LAYER, ours, NULL, FALSE, FALSE);
      answer_order (order, NULL);
      return;
    }

  /* Whoever is there, it is not the one who was asked for: nobody may see it. The consumer fails and closes. */
  {
    gboolean there = vigil_janus_room_find (self->room, order->feed->producer_id) != NULL;
    g_autoptr (GError) error = g_error_new (VIGIL_SESSION_ERROR, there ? VIGIL_SESSION_ERROR_PROTOCOL : VIGIL_SESSION_ERROR_NO_PRODUCER,
                                            "%s did not put the producer behind its slot", WHAT);

    vigil_counter_add (vigil_janus_metrics ()->mismatches, 1);
    if (ours != NULL)
      vigil_janus_sfu_order (self, VIGIL_JANUS_SEND, ours, NULL, FALSE, FALSE);
    answer_order (order, error);
  }
}

/* Whom it was tried with is gone; the next event of the room tries somebody else. */
static void
stop_mending (VigilJanusSfu *self, const Batch *batch)
{
  for (guint i = 0; self->slots != NULL && self->generation == batch->generation && i < batch->orders->len; i++)
    {
      VigilJanusSeat *seat = vigil_janus_slots_find_mid (self->slots, ((Order *) batch->orders->pdata[i])->mid);

      if (seat != NULL && seat->mending)
        {
          seat->mending = FALSE;
          vigil_janus_slots_give_back (self->slots, seat, g_get_monotonic_time () + G_USEC_PER_SEC);
        }
    }
  vigil_janus_sfu_serve (self);
}

static void
switched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Batch) batch = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusMessage) message = finish (batch, source, result, &error);
  g_autoptr (GPtrArray) states = NULL;
  VigilJanusSfu *self = batch->self;

  if (g_error_matches (error, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER) && batch->orders->len > 1 &&
      self->generation == batch->generation && self->link != NULL)
    {
      switch_one_by_one (self, batch->orders);
      return;
    }
  if (message != NULL)
    {
      g_autoptr (GError) cause = NULL;
      guint n_skipped;

      states = vigil_janus_slots_from_data (message->data, &n_skipped, &cause);
      vigil_counter_add (vigil_janus_metrics ()->hostile, n_skipped);
      if (states == NULL)
        error = vigil_net_error_translate (cause, WHAT, 0);
    }
  if (states == NULL)
    {
      answer_all (batch->orders, error);
      stop_mending (self, batch);
      /* Nobody knows who is behind which slot now. */
      if (message != NULL)
        vigil_janus_sfu_lose (self, error);
      return;
    }

  vigil_janus_slots_note (self->slots, states);
  for (guint i = 0; i < batch->orders->len && self->slots != NULL; i++)
    check_switched (self, batch->orders->pdata[i]);
}

static void
send_switch (VigilJanusSfu *self, GPtrArray *orders)
{
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (VigilJanusSlotOrder));

  for (guint i = 0; i < orders->len; i++)
    {
      const Order *order = orders->pdata[i];
      VigilJanusSlotOrder slot = { .mid = order->mid, .feed = &order->feed->id, .feed_mid = order->feed->mid };

      g_array_append_val (list, slot);
    }
  vigil_counter_add (vigil_janus_metrics ()->switches, orders->len);
  vigil_counter_add (vigil_janus_metrics ()->switch_requests, 1);
  vigil_janus_link_request_async (self->link, "message", self->subscriber, vigil_janus_body_switch (list), NULL,
                                  switched_cb, batch_new (self, orders));
}

/* -- configure -- */

/* A picture begins with a key frame, which is many packets; 20 ms of somebody's voice are one. */
static gint64
rest_us (VigilJanusSfu *self, const VigilJanusSeat *seat)
{
  gint64 us = (gint64) self->limits.janus_rest_ms * 1000;

  return vigil_janus_slot_get_kind (seat->slot) == VIGIL_MEDIA_AUDIO ? us * VIGIL_JANUS_SOUND_RESTS : us;
}

static void
configured_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Batch) batch = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusMessage) message = finish (batch, source, result, &error);
  VigilJanusSfu *self = batch->self;
  gint64 now_us = g_get_monotonic_time ();

  for (guint i = 0; message != NULL && i < batch->orders->len; i++)
    {
      const Order *order = batch->orders->pdata[i];
      VigilJanusSeat *seat = order->gives_back ? find_seat (self, order) : NULL;

      if (seat != NULL)
        vigil_janus_slots_give_back (self->slots, seat, now_us + rest_us (self, seat));
    }
  answer_all (batch->orders, error);
  /* A slot that may still be sending can never be given to anybody: without a word for it the transport is of no use. */
  if (message == NULL && self->slots != NULL && self->generation == batch->generation &&
      ((Order *) batch->orders->pdata[0])->kind == VIGIL_JANUS_SEND)
    vigil_janus_sfu_lose (self, error);
  else if (message != NULL)
    {
      vigil_janus_sfu_serve (self);
      vigil_janus_sfu_mend (self);
    }
}

static void
send_configure (VigilJanusSfu *self, GPtrArray *orders, VigilJanusOrderKind kind)
{
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (VigilJanusSlotOrder));

  for (guint i = 0; i < orders->len; i++)
    {
      const Order *order = orders->pdata[i];
      VigilJanusSlotOrder slot = { .mid = order->mid, .send = order->send, .substream = order->layer };

      g_array_append_val (list, slot);
    }
  vigil_counter_add (vigil_janus_metrics ()->configures, orders->len);
  vigil_janus_link_request_async (self->link, "message", self->subscriber,
                                  kind == VIGIL_JANUS_SEND ? vigil_janus_body_send (list) : vigil_janus_body_substream (list),
                                  NULL, configured_cb, batch_new (self, orders));
}

/* -- gathering -- */

static GPtrArray *
pick (GPtrArray *all, VigilJanusOrderKind kind)
{
  GPtrArray *picked = g_ptr_array_new_with_free_func (order_free);

  for (guint i = 0; i < all->len; i++)
    if (all->pdata[i] != NULL && ((Order *) all->pdata[i])->kind == kind)
      {
        g_ptr_array_add (picked, all->pdata[i]);
        all->pdata[i] = NULL;
      }
  return picked;
}

static gboolean
flush_cb (gpointer user_data)
{
  VigilJanusSfu *self = user_data;
  g_autoptr (GPtrArray) all = g_steal_pointer (&self->orders);
  g_autoptr (GPtrArray) switches = NULL, sends = NULL, layers = NULL;

  self->flush = 0;
  self->orders = g_ptr_array_new ();
  /* In this order: a slot that was resumed and closed within one turn must end up quiet. */
  switches = pick (all, VIGIL_JANUS_SWITCH);
  sends = pick (all, VIGIL_JANUS_SEND);
  layers = pick (all, VIGIL_JANUS_LAYER);
  if (switches->len > 0)
    send_switch (self, switches);
  if (sends->len > 0)
    send_configure (self, sends, VIGIL_JANUS_SEND);
  if (layers->len > 0)
    send_configure (self, layers, VIGIL_JANUS_LAYER);
  return G_SOURCE_REMOVE;
}

static void
push (VigilJanusSfu *self, Order *order)
{
  g_ptr_array_add (self->orders, order);
  if (self->flush == 0)
    self->flush = g_idle_add_full (G_PRIORITY_DEFAULT, flush_cb, self, NULL);
}

static const VigilJanusFeed *
find_any (VigilJanusSfu *self, const VigilJanusSlot *slot)
{
  g_autoptr (GPtrArray) feeds = vigil_janus_room_list (self->room, vigil_janus_slot_get_kind (slot));

  for (guint i = 0; i < feeds->len; i++)
    if (g_strcmp0 (((VigilJanusFeed *) feeds->pdata[i])->codec, slot->codec) == 0)
      return feeds->pdata[i];
  return NULL;
}

void
vigil_janus_sfu_mend (VigilJanusSfu *self)
{
  gint64 now_us = g_get_monotonic_time (), when_us = G_MAXINT64;
  VigilJanusSeat *seat;
  guint at = 0;

  if (self->answer == NULL)
    return; /* the first answer is not given yet */
  while (self->slots != NULL && (seat = vigil_janus_slots_find_broken (self->slots, &at, now_us, &when_us)) != NULL)
    {
      const VigilJanusFeed *feed = find_any (self, seat->slot);
      Order *order;

      if (feed == NULL)
        continue; /* until somebody publishes such a one */
      order = g_new0 (Order, 1);
      order->kind = VIGIL_JANUS_SWITCH;
      order->mid = g_strdup (seat->slot->mid);
      order->feed = vigil_janus_feed_copy (feed);
      seat->mending = seat->used = TRUE;
      push (self, order);
    }
  /* Not at once: what does not help must not be tried as fast as the Janus answers. */
  vigil_janus_sfu_wait_until (self, when_us);
}

void
vigil_janus_sfu_order (VigilJanusSfu *self, VigilJanusOrderKind kind, VigilJanusSeat *seat, GTask *task, gboolean send, gboolean gives_back)
{
  Order *order = g_new0 (Order, 1);

  order->kind = kind;
  order->task = task != NULL ? g_object_ref (task) : NULL;
  order->mid = g_strdup (seat->slot->mid);
  order->consumer_id = g_strdup (seat->consumer_id);
  order->send = send;
  order->gives_back = gives_back;
  order->layer = seat->layer;
  if (kind == VIGIL_JANUS_SWITCH)
    order->feed = vigil_janus_feed_copy (vigil_janus_room_find (self->room, seat->producer_id));
  if (kind == VIGIL_JANUS_SWITCH || send)
    seat->used = TRUE;
  seat->closing |= gives_back;
  if (kind != VIGIL_JANUS_LAYER)
    seat->sending = kind == VIGIL_JANUS_SWITCH || send;

  push (self, order);
}

void
vigil_janus_sfu_drop_orders (VigilJanusSfu *self, const GError *error)
{
  g_autoptr (GPtrArray) all = g_steal_pointer (&self->orders);

  g_clear_handle_id (&self->flush, g_source_remove);
  self->orders = g_ptr_array_new ();
  answer_all (all, error);
  g_ptr_array_set_free_func (all, order_free);
}
