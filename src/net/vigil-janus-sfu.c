/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A VideoRoom of a Janus as an SFU. */
#include "vigil-janus-sfu-private.h"

#include <string.h>

#include "vigil-net-error.h"

#define WHAT "the Janus"

static void sfu_init (VigilSfuInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilJanusSfu, vigil_janus_sfu, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_SFU, sfu_init))

/* -- the end of a transport -- */

/* Everything of the present transport goes; whoever waits for something hears @error. Returns: its id. */
static char *
take_down (VigilJanusSfu *self, const GError *error)
{
  g_autoptr (VigilJanusLink) link = g_steal_pointer (&self->link);
  g_autoptr (GTask) opening = g_steal_pointer (&self->opening);
  char *transport_id = g_steal_pointer (&self->transport_id);

  self->generation++;
  self->watcher = self->subscriber = self->private_id = 0;
  self->needs_feed = FALSE;
  self->sound = VIGIL_JANUS_SOUND_NONE;
  g_clear_handle_id (&self->sound_timer, g_source_remove);
  g_clear_handle_id (&self->wait_timer, g_source_remove);
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  g_clear_pointer (&self->slots, vigil_janus_slots_free);
  g_clear_pointer (&self->room, vigil_janus_room_free);
  g_clear_pointer (&self->answer, vigil_rtp_answer_free);
  g_hash_table_remove_all (self->codecs);
  vigil_counter_set (vigil_janus_metrics ()->slots, 0);
  vigil_counter_set (vigil_janus_metrics ()->sound_slots, 0);
  vigil_counter_set (vigil_janus_metrics ()->slots_taken, 0);

  if (link != NULL)
    {
      g_signal_handlers_disconnect_by_data (link, self);
      vigil_janus_link_close (link);
    }
  vigil_janus_sfu_drop_orders (self, error);
  vigil_janus_sfu_fail_waiting (self, VIGIL_MEDIA_VIDEO, error);
  vigil_janus_sfu_fail_waiting (self, VIGIL_MEDIA_AUDIO, error);
  if (opening != NULL)
    g_task_return_error (opening, g_error_copy (error));
  return transport_id;
}

void
vigil_janus_sfu_lose (VigilJanusSfu *self, const GError *error)
{
  g_autoptr (VigilJanusSfu) keep = g_object_ref (self);
  g_autoptr (GError) cause = g_error_copy (error);
  g_autofree char *transport_id = take_down (self, cause);

  if (transport_id != NULL)
    vigil_sfu_emit_transport_closed (VIGIL_SFU (self), transport_id, cause->message);
}

void
vigil_janus_sfu_close (VigilJanusSfu *self)
{
  g_autoptr (GError) error = g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, WHAT ": closed");

  g_free (take_down (self, error));
}

static void G_GNUC_PRINTF (3, 4)
lose_with (VigilJanusSfu *self, VigilSessionError code, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (VIGIL_SESSION_ERROR, code, format, args);
  va_end (args);
  g_message ("%s", error->message);
  vigil_janus_sfu_lose (self, error);
}

/* -- what nobody asked for -- */

/* The consumer of @seat ends, and its slot is given back when the Janus has confirmed that it is quiet. */
static void
end_consumer (VigilJanusSfu *self, VigilJanusSeat *seat, GPtrArray *consumers)
{
  g_ptr_array_add (consumers, g_strdup (seat->consumer_id));
  vigil_janus_sfu_order (self, VIGIL_JANUS_SEND, seat, NULL, FALSE, TRUE);
}

static void
producers_gone (VigilJanusSfu *self, GPtrArray *gone)
{
  guint generation = self->generation;
  g_autoptr (GPtrArray) consumers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) stranded = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; self->slots != NULL && i < gone->len; i++)
    {
      for (guint j = 0; j < vigil_janus_slots_get_size (self->slots); j++)
        {
          VigilJanusSeat *seat = vigil_janus_slots_get (self->slots, j);

          if (g_strcmp0 (seat->producer_id, gone->pdata[i]) == 0)
            end_consumer (self, seat, consumers);
          /* Somebody else was to be put there. It would come back under another SSRC than was said of it: he starts over. */
          else if (seat->consumer_id != NULL && !seat->closing && g_strcmp0 (seat->behind, gone->pdata[i]) == 0)
            end_consumer (self, seat, stranded);
        }
      vigil_janus_slots_vacate (self->slots, gone->pdata[i]);
    }
  for (guint i = 0; i < consumers->len && self->generation == generation; i++)
    vigil_sfu_emit_consumer_closed (VIGIL_SFU (self), consumers->pdata[i], "producer_closed");
  for (guint i = 0; i < stranded->len && self->generation == generation; i++)
    vigil_sfu_emit_consumer_closed (VIGIL_SFU (self), stranded->pdata[i], "slot_lost");
}

static void
room_event (VigilJanusSfu *self, JsonNode *data)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  if (g_str_equal (vigil_janus_get_word (data), "destroyed"))
    {
      lose_with (self, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s has closed the room", WHAT);
      return;
    }
  if (!vigil_janus_room_take (self->room, data, gone, &error))
    {
      vigil_counter_add (vigil_janus_metrics ()->malformed, 1);
      g_message ("%s: an event was passed over: %s", WHAT, error->message);
      return;
    }
  producers_gone (self, gone);
  if (self->needs_feed && self->opening != NULL)
    vigil_janus_sfu_subscribe (self);
  else
    vigil_janus_sfu_mend (self);
}

static void
renegotiated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilJanusSfu) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusMessage) message = vigil_janus_link_request_finish (VIGIL_JANUS_LINK (source), result, &error);

  if (message == NULL && self->link == VIGIL_JANUS_LINK (source))
    vigil_janus_sfu_lose (self, error);
}

/* Slots that were empty are in use again, or there are more of them, which Janus wants to have agreed upon. The transport and
 * its keys are what they were, and no slot that anybody has has moved, so that media/ need not know. */
void
vigil_janus_sfu_renegotiate (VigilJanusSfu *self, const char *sdp)
{
  guint n_before = vigil_janus_slots_get_size (self->slots);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusOffer) offer = vigil_janus_offer_parse (sdp, &error);
  g_autofree char *answer = NULL;

  if (offer != NULL)
    vigil_janus_slots_take_offer (self->slots, g_steal_pointer (&offer),
                                  self->sound == VIGIL_JANUS_SOUND_ASKED || self->sound == VIGIL_JANUS_SOUND_OWED, &error);
  if (error != NULL)
    {
      vigil_counter_add (vigil_janus_metrics ()->malformed, 1);
      lose_with (self, VIGIL_SESSION_ERROR_PROTOCOL, "%s: %s", WHAT, error->message);
      return;
    }
  vigil_counter_add (vigil_janus_metrics ()->renegotiations, 1);
  answer = vigil_janus_offer_dup_answer (vigil_janus_slots_get_offer (self->slots), self->answer);
  vigil_janus_link_request_async (self->link, "message", self->subscriber, vigil_janus_body_start (), answer,
                                  renegotiated_cb, g_object_ref (self));
  if (vigil_janus_slots_get_size (self->slots) > n_before)
    vigil_janus_sfu_take_sound_slots (self, n_before);
}

static void
event_cb (VigilJanusLink *link, VigilJanusMessage *message, VigilJanusSfu *self)
{
  gboolean ours = message->sender != 0 && message->sender == self->subscriber;

  switch (message->kind)
    {
    case VIGIL_JANUS_EVENT:
      if (ours && message->offer_sdp != NULL && self->slots != NULL && self->answer != NULL)
        vigil_janus_sfu_renegotiate (self, message->offer_sdp);
      else if (message->data != NULL && message->sender != 0 && message->sender == self->watcher && self->room != NULL)
        room_event (self, message->data);
      break;

    case VIGIL_JANUS_HANGUP:
      /* Where it says why, it is in its own words: untrusted, and of no use to an operator. */
      if (ours)
        lose_with (self, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s hung up", WHAT);
      break;

    case VIGIL_JANUS_DETACHED:
      if (ours || (message->sender != 0 && message->sender == self->watcher))
        lose_with (self, VIGIL_SESSION_ERROR_UNAVAILABLE, "%s has thrown us out", WHAT);
      break;

    case VIGIL_JANUS_SLOWLINK:
      vigil_counter_add (vigil_janus_metrics ()->slowlinks, 1);
      break;

    case VIGIL_JANUS_WEBRTCUP:
    case VIGIL_JANUS_MEDIA:
    case VIGIL_JANUS_ACK:
    case VIGIL_JANUS_SUCCESS:
    case VIGIL_JANUS_ERROR:
    case VIGIL_JANUS_TIMEOUT:
    case VIGIL_JANUS_OTHER:
    default:
      break;
    }
}

static void
closed_cb (VigilJanusLink *link, const GError *error, VigilJanusSfu *self)
{
  vigil_janus_sfu_lose (self, error);
}

/* -- transports -- */

static void
open_transport_async (VigilSfu *sfu, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  VigilJanusSfu *self = VIGIL_JANUS_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, open_transport_async);
  vigil_janus_sfu_close (self);
  self->room = vigil_janus_room_new ();
  self->link = vigil_janus_link_new (self->config, self->trust, &self->limits);
  g_signal_connect (self->link, "event", G_CALLBACK (event_cb), self);
  g_signal_connect (self->link, "closed", G_CALLBACK (closed_cb), self);
  vigil_janus_sfu_begin (self, task);
}

static VigilTransportOffer *
open_transport_finish (VigilSfu *sfu, GAsyncResult *result, GError **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusMessage) message = vigil_janus_link_request_finish (VIGIL_JANUS_LINK (source), result, &error);

  if (message == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!vigil_janus_is_ok (message->data, "started"))
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_PROTOCOL, "%s: start was answered with something else", WHAT);
  else
    g_task_return_boolean (task, TRUE);
}

static void
connect_transport_async (VigilSfu *sfu, const char *transport_id, const char *answer_sdp, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  VigilJanusSfu *self = VIGIL_JANUS_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL;

  g_task_set_source_tag (task, connect_transport_async);
  if (!vigil_janus_sfu_is_present (self, transport_id, task))
    return;

  g_clear_pointer (&self->answer, vigil_rtp_answer_free);
  self->answer = vigil_rtp_answer_parse (answer_sdp, &error);
  if (self->answer == NULL)
    {
      g_task_return_error (task, vigil_net_error_translate (error, "our own answer", 0));
      return;
    }
  answer = vigil_janus_offer_dup_answer (vigil_janus_slots_get_offer (self->slots), self->answer);
  vigil_janus_link_request_async (self->link, "message", self->subscriber, vigil_janus_body_start (), answer,
                                  started_cb, g_object_ref (task));
}

static void
get_abilities (VigilSfu *sfu, VigilSfuAbilities *abilities)
{
  VigilJanusSfu *self = VIGIL_JANUS_SFU (sfu);

  *abilities = (VigilSfuAbilities) { .can_pause = TRUE, .has_layers = TRUE, .has_sound = self->limits.janus_sound_slots > 0 };
}

/* -- control -- */

static void
resume (VigilJanusSfu *self, VigilJanusSeat *seat, GTask *task)
{
  if (g_strcmp0 (seat->behind, seat->producer_id) == 0)
    vigil_janus_sfu_order (self, VIGIL_JANUS_SEND, seat, task, TRUE, FALSE);
  else if (vigil_janus_room_find (self->room, seat->producer_id) != NULL)
    vigil_janus_sfu_order (self, VIGIL_JANUS_SWITCH, seat, task, TRUE, FALSE);
  else
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER, "nobody publishes that in %s's room any more", WHAT);
}

static void
close_consumer (VigilJanusSfu *self, VigilJanusSeat *seat, GTask *task)
{
  if (seat->used)
    {
      vigil_janus_sfu_order (self, VIGIL_JANUS_SEND, seat, task, FALSE, TRUE);
      return;
    }
  /* Nothing ever came through it. */
  vigil_janus_slots_give_back (self->slots, seat, 0);
  vigil_janus_sfu_count_taken (self);
  g_task_return_boolean (task, TRUE);
}

static void
set_layer (VigilJanusSfu *self, VigilJanusSeat *seat, int layer, GTask *task)
{
  const VigilJanusFeed *feed = vigil_janus_room_find (self->room, seat->producer_id);

  seat->layer = CLAMP (layer, 0, 2);
  /* Who sends one layer only has nothing to choose; and a slot that is not switched yet is told when it is. */
  if (feed != NULL && feed->simulcast && g_strcmp0 (seat->behind, seat->producer_id) == 0)
    vigil_janus_sfu_order (self, VIGIL_JANUS_LAYER, seat, task, FALSE, FALSE);
  else
    g_task_return_boolean (task, TRUE);
}

static void
control_consumer (VigilJanusSfu *self, int verb, VigilJanusSeat *seat, int layer, GTask *task)
{
  switch (verb)
    {
    case VIGIL_SFU_RESUME:
      resume (self, seat, task);
      break;
    case VIGIL_SFU_PAUSE:
      vigil_janus_sfu_order (self, VIGIL_JANUS_SEND, seat, task, FALSE, FALSE);
      break;
    case VIGIL_SFU_CLOSE:
      close_consumer (self, seat, task);
      break;
    case VIGIL_SFU_LAYER:
      set_layer (self, seat, layer, task);
      break;
    case VIGIL_SFU_KEY_FRAME:
    default:
      /* What is sending and told to send again is asked for a key frame. */
      if (seat->sending)
        vigil_janus_sfu_order (self, VIGIL_JANUS_SEND, seat, task, TRUE, FALSE);
      else
        g_task_return_boolean (task, TRUE);
      break;
    }
}

static void
control_async (VigilSfu *sfu, int verb, const char *id, int layer, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  VigilJanusSfu *self = VIGIL_JANUS_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  VigilJanusSeat *seat = self->slots != NULL ? vigil_janus_slots_find (self->slots, id) : NULL;

  g_task_set_source_tag (task, control_async);
  if (verb == VIGIL_SFU_CLOSE_TRANSPORT)
    {
      if (g_strcmp0 (self->transport_id, id) == 0)
        vigil_janus_sfu_close (self);
      g_task_return_boolean (task, TRUE);
    }
  else if (seat != NULL)
    control_consumer (self, verb, seat, layer, task);
  else if (verb == VIGIL_SFU_CLOSE) /* closing what is already gone is what was wanted */
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NOT_FOUND, "%s: no such consumer", WHAT);
}

static void
sfu_init (VigilSfuInterface *iface)
{
  iface->get_abilities = get_abilities;
  iface->open_transport_async = open_transport_async;
  iface->open_transport_finish = open_transport_finish;
  iface->connect_transport_async = connect_transport_async;
  iface->connect_transport_finish = vigil_sfu_boolean_finish_task;
  iface->consume_async = vigil_janus_sfu_consume_async;
  iface->consume_finish = vigil_janus_sfu_consume_finish;
  iface->control_async = control_async;
  iface->control_finish = vigil_sfu_boolean_finish_task;
}

VigilJanusSfu *
vigil_janus_sfu_new (const VigilSfuConfig *config, GTlsDatabase *trust, const VigilNetLimits *limits)
{
  VigilJanusSfu *self = g_object_new (VIGIL_TYPE_JANUS_SFU, NULL);

  self->config = vigil_sfu_config_ref ((VigilSfuConfig *) config);
  self->trust = trust != NULL ? g_object_ref (trust) : NULL;
  self->limits = *limits;
  return self;
}

static void
vigil_janus_sfu_dispose (GObject *object)
{
  VigilJanusSfu *self = VIGIL_JANUS_SFU (object);

  vigil_janus_sfu_close (self);
  g_clear_object (&self->trust);

  G_OBJECT_CLASS (vigil_janus_sfu_parent_class)->dispose (object);
}

static void
vigil_janus_sfu_finalize (GObject *object)
{
  VigilJanusSfu *self = VIGIL_JANUS_SFU (object);

  g_ptr_array_unref (self->orders);
  g_hash_table_unref (self->codecs);
  g_clear_pointer (&self->config, vigil_sfu_config_unref);

  G_OBJECT_CLASS (vigil_janus_sfu_parent_class)->finalize (object);
}

static void
vigil_janus_sfu_class_init (VigilJanusSfuClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vigil_janus_sfu_dispose;
  object_class->finalize = vigil_janus_sfu_finalize;
}

static void
vigil_janus_sfu_init (VigilJanusSfu *self)
{
  g_queue_init (&self->waiting[VIGIL_MEDIA_VIDEO]);
  g_queue_init (&self->waiting[VIGIL_MEDIA_AUDIO]);
  self->sound_type = VIGIL_JANUS_OPUS_TYPE;
  self->orders = g_ptr_array_new ();
  self->codecs = g_hash_table_new (g_str_hash, g_str_equal);
}
