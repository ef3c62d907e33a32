/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slots for sound: added to the subscription when somebody first asks for a microphone. */
#include "vigil-janus-sfu-private.h"

#include "vigil-net-error.h"

#define WHAT "the Janus"

/* Those who wait hear why there is nothing; the next who asks makes it try again. */
static void
give_up (VigilJanusSfu *self, VigilJanusSound state, const GError *error)
{
  self->sound = state;
  g_message ("%s adds no slots for sound: %s", WHAT, error->message);
  vigil_janus_sfu_fail_waiting (self, VIGIL_MEDIA_AUDIO, error);
}

static void
note_behind (VigilJanusSfu *self, JsonNode *data)
{
  g_autoptr (GError) error = NULL;
  guint n_skipped = 0;
  g_autoptr (GPtrArray) states = vigil_janus_slots_from_data (data, &n_skipped, &error);

  vigil_counter_add (vigil_janus_metrics ()->hostile, n_skipped);
  /* Who is behind a slot is said again when it is switched: until then it is nobody's. */
  if (states != NULL)
    vigil_janus_slots_note (self->slots, states);
}

static gboolean
no_offer_cb (gpointer user_data)
{
  VigilJanusSfu *self = user_data;
  g_autoptr (GError) error = g_error_new_literal (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_TIMEOUT, WHAT " made no offer with slots for sound");

  self->sound_timer = 0;
  vigil_counter_add (vigil_janus_metrics ()->timeouts, 1);
  give_up (self, self->sound_owed ? VIGIL_JANUS_SOUND_OWED : VIGIL_JANUS_SOUND_NONE, error);
  return G_SOURCE_REMOVE;
}

static void
subscribed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VigilJanusSfu) self = user_data;
  VigilJanusLink *link = VIGIL_JANUS_LINK (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (VigilJanusMessage) message = vigil_janus_link_request_finish (link, result, &error);

  if (self->link != link || self->slots == NULL || self->sound != VIGIL_JANUS_SOUND_ASKED)
    return;
  if (message == NULL)
    {
      g_autoptr (GError) cause = g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_UNAVAILABLE, "no slots for sound: %s", error->message);

      /* One of those who have a microphone may have left just now, which is no word on the one who was asked for. */
      give_up (self, VIGIL_JANUS_SOUND_NONE, cause);
      return;
    }
  self->sound_owed = message->offer_sdp == NULL;
  if (message->offer_sdp != NULL)
    vigil_janus_sfu_renegotiate (self, message->offer_sdp);
  if (self->link != link || self->slots == NULL)
    return;
  note_behind (self, message->data);
  /* Another offer is on its way, and this one's comes when that is answered; or it never does. */
  if (self->sound == VIGIL_JANUS_SOUND_ASKED)
    self->sound_timer = g_timeout_add (self->limits.request_ms, no_offer_cb, self);
}

void
vigil_janus_sfu_add_sound (VigilJanusSfu *self)
{
  g_autoptr (GPtrArray) feeds = vigil_janus_room_list (self->room, VIGIL_MEDIA_AUDIO);
  guint n = feeds->len;

  if (self->sound == VIGIL_JANUS_SOUND_OWED)
    {
      /* A second request would make it more slots than there are to be. */
      self->sound = VIGIL_JANUS_SOUND_ASKED;
      self->sound_timer = g_timeout_add (self->limits.request_ms, no_offer_cb, self);
    }
  if (self->sound != VIGIL_JANUS_SOUND_NONE || n == 0)
    return;
  /* Over all who have a microphone in turn: who leaves empties few. */
  for (guint i = n; i < self->limits.janus_sound_slots; i++)
    g_ptr_array_add (feeds, feeds->pdata[i % n]);
  g_ptr_array_set_size (feeds, (gint) self->limits.janus_sound_slots);
  self->sound = VIGIL_JANUS_SOUND_ASKED;
  vigil_janus_link_request_async (self->link, "message", self->subscriber, vigil_janus_body_subscribe (feeds), NULL,
                                  subscribed_cb, g_object_ref (self));
}

/* Another payload type than media/ was told of: the next transport's offer has that one. */
static gboolean
is_offered (VigilJanusSfu *self, const VigilJanusSlot *slot)
{
  g_autoptr (GError) error = NULL;

  if (slot->codec == NULL || slot->payload_type == self->sound_type)
    return TRUE;
  error = g_error_new (VIGIL_SESSION_ERROR, VIGIL_SESSION_ERROR_NO_TRANSPORT, "%s sends sound as type %u, not %u", WHAT,
                       slot->payload_type, self->sound_type);
  g_message ("%s", error->message);
  self->sound_type = slot->payload_type;
  vigil_janus_sfu_lose (self, error);
  return FALSE;
}

void
vigil_janus_sfu_take_sound_slots (VigilJanusSfu *self, guint first)
{
  guint n = vigil_janus_slots_get_size (self->slots);

  self->sound = VIGIL_JANUS_SOUND_THERE;
  g_clear_handle_id (&self->sound_timer, g_source_remove);
  for (guint i = first; i < n; i++)
    {
      VigilJanusSeat *seat = vigil_janus_slots_get (self->slots, i);

      if (!is_offered (self, seat->slot))
        return;
      /* As a slot does that was mended: it rests after the Janus has confirmed that it is quiet. */
      vigil_janus_sfu_order (self, VIGIL_JANUS_SEND, seat, NULL, FALSE, TRUE);
    }
  vigil_counter_set (vigil_janus_metrics ()->slots, n);
  vigil_counter_set (vigil_janus_metrics ()->sound_slots, n - first);
  vigil_janus_sfu_serve (self);
}
