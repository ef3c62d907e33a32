/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who gets a slot, and who waits for one. */
#include "vigil-janus-sfu-private.h"

#include <string.h>

#define WHAT "the Janus"

void
vigil_janus_sfu_fail_waiting (VigilJanusSfu *self, VigilMediaKind kind, const GError *error)
{
  GQueue failed = self->waiting[kind];
  GTask *task;

  /* Whoever hears it may ask again at once, which is for later. */
  g_queue_init (&self->waiting[kind]);
  while ((task = g_queue_pop_head (&failed)) != NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      g_object_unref (task);
    }
}

gboolean
vigil_janus_sfu_is_present (VigilJanusSfu *self, const char *transport_id, GTask *task)
{
  if (self->transport_id != NULL && strcmp (self->transport_id, transport_id) == 0)
    return TRUE;
  g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CLOSED, "%s: the transport is closed", WHAT);
  return FALSE;
}

static VigilConsumerInfo *
to_info (const VigilJanusSeat *seat, const VigilJanusFeed *feed)
{
  VigilConsumerInfo *info = g_new0 (VigilConsumerInfo, 1);

  info->id = g_strdup (seat->consumer_id);
  info->producer_id = g_strdup (feed->producer_id);
  info->kind = feed->kind;
  info->codec = g_strdup (seat->slot->codec);
  info->payload_type = seat->slot->payload_type;
  info->clock_rate = seat->slot->clock_rate;
  info->ssrc = seat->slot->ssrc;
  info->simulcast = feed->simulcast;
  info->n_layers = feed->simulcast ? 3 : 1;
  return info;
}

void
vigil_janus_sfu_count_taken (VigilJanusSfu *self)
{
  if (self->slots != NULL)
    vigil_counter_set (vigil_janus_metrics ()->slots_taken, vigil_janus_slots_get_n_taken (self->slots));
}

static gboolean
serve_cb (gpointer user_data)
{
  VigilJanusSfu *self = user_data;

  self->wait_timer = 0;
  vigil_janus_sfu_serve (self);
  vigil_janus_sfu_mend (self);
  return G_SOURCE_REMOVE;
}

void
vigil_janus_sfu_wait_until (VigilJanusSfu *self, gint64 when_us)
{
  gint64 ms = MAX (when_us - g_get_monotonic_time (), 0) / 1000 + 1;

  if (when_us == G_MAXINT64 || (self->wait_timer != 0 && self->wait_until_us <= when_us))
    return;
  g_clear_handle_id (&self->wait_timer, g_source_remove);
  self->wait_until_us = when_us;
  self->wait_timer = g_timeout_add ((guint) MIN (ms, 60 * 1000), serve_cb, self);
}

static gboolean
is_receivable (VigilJanusSfu *self, const VigilJanusFeed *feed, GTask *task)
{
  if (feed == NULL)
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_PRODUCER, "nobody publishes that in %s's room", WHAT);
  else if (feed->kind == VIGIL_MEDIA_AUDIO && self->limits.janus_sound_slots == 0)
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CONFLICT, "the setting allows no sound from %s", WHAT);
  else if (feed->codec == NULL)
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_CONFLICT, "%s has it in a codec that cannot be received", WHAT);
  else
    return TRUE;
  return FALSE;
}

static void
refuse_full (VigilJanusSfu *self, const VigilJanusFeed *feed, GTask *task)
{
  vigil_counter_add (vigil_janus_metrics ()->full, 1);
  if (feed->kind == VIGIL_MEDIA_AUDIO)
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "all %u slots for sound of %s's subscription are taken",
                             vigil_janus_slots_count (self->slots, feed->codec), WHAT);
  else
    g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "all %u slots of %s's subscription are taken",
                             vigil_janus_slots_get_size (self->slots) - vigil_janus_slots_count (self->slots, "OPUS"), WHAT);
}

/* No slot is for its codec. Returns: whether the task was answered; else there will be some. */
static gboolean
refuse_codec (VigilJanusSfu *self, const VigilJanusFeed *feed, GTask *task)
{
  if (feed->kind == VIGIL_MEDIA_AUDIO && self->sound != VIGIL_JANUS_SOUND_THERE && self->answer != NULL)
    {
      vigil_janus_sfu_add_sound (self);
      return FALSE;
    }
  if (feed->kind == VIGIL_MEDIA_AUDIO || g_hash_table_contains (self->codecs, feed->codec))
    {
      /* The next transport would have no slot for it either. */
      vigil_counter_add (vigil_janus_metrics ()->full, 1);
      g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE,
                               "none of the %u slots of %s's subscription is for %s", vigil_janus_slots_get_size (self->slots), WHAT, feed->codec);
      return TRUE;
    }
  /* Nobody sent that when the transport was opened; the next one will have slots for it. */
  g_task_return_new_error (task, VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT, "there is no slot for %s yet", feed->codec);
  return TRUE;
}

/* Returns: whether the task was answered; else it has to wait. */
static gboolean
try_consume (VigilJanusSfu *self, GTask *task)
{
  const char *producer_id = g_task_get_task_data (task);
  const VigilJanusFeed *feed = vigil_janus_room_find (self->room, producer_id);
  g_autofree char *consumer_id = NULL;
  VigilJanusSeat *seat = NULL;
  gint64 when_us = 0;

  if (g_task_return_error_if_cancelled (task) || !is_receivable (self, feed, task))
    return TRUE;

  consumer_id = g_strdup_printf ("%s-c%u", self->transport_id, self->last_consumer + 1);
  switch (vigil_janus_slots_take (self->slots, feed->codec, producer_id, consumer_id, g_get_monotonic_time (), &seat, &when_us))
    {
    case VIGIL_JANUS_SEAT_GIVEN:
      self->last_consumer++;
      vigil_janus_sfu_count_taken (self);
      g_task_return_pointer (task, to_info (seat, feed), (GDestroyNotify) vigil_consumer_info_free);
      return TRUE;

    case VIGIL_JANUS_SEAT_LATER:
      vigil_janus_sfu_wait_until (self, when_us);
      return FALSE;

    case VIGIL_JANUS_SEAT_FULL:
      refuse_full (self, feed, task);
      return TRUE;

    case VIGIL_JANUS_SEAT_NO_CODEC:
    default:
      return refuse_codec (self, feed, task);
    }
}

static void
serve (VigilJanusSfu *self, GQueue *waiting)
{
  while (self->slots != NULL && !g_queue_is_empty (waiting))
    {
      /* Out of the queue first: whoever hears the answer may close the transport, and the queue is emptied then. */
      g_autoptr (GTask) task = g_queue_pop_head (waiting);

      if (try_consume (self, task))
        continue;
      g_queue_push_head (waiting, g_steal_pointer (&task));
      break;
    }
}

void
vigil_janus_sfu_serve (VigilJanusSfu *self)
{
  g_autoptr (VigilJanusSfu) keep = g_object_ref (self);

  serve (self, &self->waiting[VIGIL_MEDIA_VIDEO]);
  serve (self, &self->waiting[VIGIL_MEDIA_AUDIO]);
  vigil_janus_sfu_count_taken (self);
}

void
vigil_janus_sfu_consume_async (VigilSfu *sfu, const char *transport_id, const char *producer_id, const char *offer_sdp,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  VigilJanusSfu *self = VIGIL_JANUS_SFU (sfu);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const VigilJanusFeed *feed;
  GQueue *waiting;

  g_task_set_source_tag (task, vigil_janus_sfu_consume_async);
  g_task_set_task_data (task, g_strdup (producer_id), g_free);
  /* A cancelled consumer belongs to a transport that is gone; its slot went with it. */
  g_task_set_check_cancellable (task, FALSE);
  if (!vigil_janus_sfu_is_present (self, transport_id, task))
    return;
  feed = vigil_janus_room_find (self->room, producer_id);
  waiting = &self->waiting[feed != NULL ? feed->kind : VIGIL_MEDIA_VIDEO];
  /* Those who came before are served before, but for sound, whose slots rest longer and keep no picture waiting. */
  if (g_queue_is_empty (waiting) && try_consume (self, task))
    return;
  vigil_counter_add (vigil_janus_metrics ()->waits, 1);
  g_queue_push_tail (waiting, g_object_ref (task));
}

VigilConsumerInfo *
vigil_janus_sfu_consume_finish (VigilSfu *sfu, GAsyncResult *result, GError **error)
{
  return vigil_sfu_pointer_finish_task (sfu, result, error);
}

