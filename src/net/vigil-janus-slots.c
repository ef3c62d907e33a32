/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slots of one Janus subscription, and who is behind each. */
#include "vigil-janus-slots.h"

#include <string.h>

struct _VigilJanusSlots
{
  VigilJanusOffer *offer;
  GArray          *seats;   /* of VigilJanusSeat, as the offer's slots stand; resized by a new offer alone */
};

static void
seat_clear (gpointer data)
{
  VigilJanusSeat *seat = data;

  g_free (seat->behind);
  g_free (seat->consumer_id);
  g_free (seat->producer_id);
}

VigilJanusSlots *
vigil_janus_slots_new (VigilJanusOffer *offer)
{
  VigilJanusSlots *self = g_new0 (VigilJanusSlots, 1);

  self->offer = offer;
  self->seats = g_array_sized_new (FALSE, TRUE, sizeof (VigilJanusSeat), offer->slots->len);
  g_array_set_clear_func (self->seats, seat_clear);
  g_array_set_size (self->seats, offer->slots->len);
  for (guint i = 0; i < offer->slots->len; i++)
    {
      VigilJanusSeat *seat = vigil_janus_slots_get (self, i);

      seat->slot = offer->slots->pdata[i];
      seat->negotiated = !seat->slot->inactive;
    }
  return self;
}

void
vigil_janus_slots_free (VigilJanusSlots *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->seats);
  vigil_janus_offer_free (self->offer);
  g_free (self);
}

guint
vigil_janus_slots_get_size (VigilJanusSlots *self)
{
  return self->seats->len;
}

VigilJanusSeat *
vigil_janus_slots_get (VigilJanusSlots *self, guint i)
{
  return &g_array_index (self->seats, VigilJanusSeat, i);
}

guint
vigil_janus_slots_get_n_taken (VigilJanusSlots *self)
{
  guint n = 0;

  for (guint i = 0; i < self->seats->len; i++)
    n += vigil_janus_slots_get (self, i)->consumer_id != NULL;
  return n;
}

guint
vigil_janus_slots_count (VigilJanusSlots *self, const char *codec)
{
  guint n = 0;

  for (guint i = 0; i < self->seats->len; i++)
    n += g_strcmp0 (vigil_janus_slots_get (self, i)->slot->codec, codec) == 0;
  return n;
}

const VigilJanusOffer *
vigil_janus_slots_get_offer (VigilJanusSlots *self)
{
  return self->offer;
}

/* A line that is empty now may be cut down to its mid: what it was agreed to be stays, for our answer, and to compare with
 * when it comes back. */
static void
keep_agreed (VigilJanusSlot *slot, const VigilJanusSlot *before)
{
  if (slot->ssrc == 0)
    slot->ssrc = before->ssrc;
  if (!slot->inactive || before->codec == NULL)
    return;
  slot->media = before->media;
  slot->codec = before->codec;
  slot->payload_type = before->payload_type;
  slot->clock_rate = before->clock_rate;
}

gboolean
vigil_janus_slots_take_offer (VigilJanusSlots *self, VigilJanusOffer *offer, gboolean may_grow, GError **error)
{
  g_autoptr (VigilJanusOffer) owned = offer;
  g_autofree gboolean *may_move = g_new0 (gboolean, self->seats->len);
  guint n_before = self->seats->len;

  for (guint i = 0; i < self->seats->len; i++)
    {
      const VigilJanusSeat *seat = vigil_janus_slots_get (self, i);

      may_move[i] = seat->consumer_id == NULL || seat->closing;
    }
  if (!vigil_janus_offer_check_same (self->offer, offer, may_move, may_grow, error))
    return FALSE;

  for (guint i = 0; i < n_before; i++)
    {
      VigilJanusSeat *seat = vigil_janus_slots_get (self, i);
      VigilJanusSlot *before = seat->slot;

      seat->slot = offer->slots->pdata[i];
      seat->negotiated = !seat->slot->inactive;
      keep_agreed (seat->slot, before);
    }
  g_array_set_size (self->seats, offer->slots->len);
  for (guint i = n_before; i < self->seats->len; i++)
    {
      VigilJanusSeat *seat = vigil_janus_slots_get (self, i);

      seat->slot = offer->slots->pdata[i];
      seat->negotiated = !seat->slot->inactive;
      seat->closing = seat->used = TRUE; /* it sends, and whoever is there was nobody's choice */
    }
  vigil_janus_offer_free (self->offer);
  self->offer = g_steal_pointer (&owned);
  return TRUE;
}

VigilJanusSeat *
vigil_janus_slots_find_broken (VigilJanusSlots *self, guint *at, gint64 now_us, gint64 *when_us)
{
  while (*at < self->seats->len)
    {
      VigilJanusSeat *seat = vigil_janus_slots_get (self, (*at)++);

      if (seat->negotiated || seat->mending || seat->closing || seat->consumer_id != NULL || seat->slot->codec == NULL)
        continue;
      if (seat->free_us <= now_us)
        return seat;
      *when_us = MIN (*when_us, seat->free_us);
    }
  return NULL;
}

VigilJanusSeat *
vigil_janus_slots_find_mid (VigilJanusSlots *self, const char *mid)
{
  for (guint i = 0; i < self->seats->len; i++)
    if (strcmp (vigil_janus_slots_get (self, i)->slot->mid, mid) == 0)
      return vigil_janus_slots_get (self, i);
  return NULL;
}

VigilJanusSeat *
vigil_janus_slots_find (VigilJanusSlots *self, const char *consumer_id)
{
  for (guint i = 0; i < self->seats->len; i++)
    if (g_strcmp0 (vigil_janus_slots_get (self, i)->consumer_id, consumer_id) == 0)
      return vigil_janus_slots_get (self, i);
  return NULL;
}

void
vigil_janus_slots_note (VigilJanusSlots *self, GPtrArray *states)
{
  for (guint i = 0; i < states->len; i++)
    {
      const VigilJanusSlotState *state = states->pdata[i];
      VigilJanusSeat *seat = vigil_janus_slots_find_mid (self, state->mid);

      if (seat == NULL)
        continue;
      g_free (seat->behind);
      seat->behind = state->active ? g_strdup (state->producer_id) : NULL;
    }
}

void
vigil_janus_slots_vacate (VigilJanusSlots *self, const char *producer_id)
{
  for (guint i = 0; i < self->seats->len; i++)
    {
      VigilJanusSeat *seat = vigil_janus_slots_get (self, i);

      if (g_strcmp0 (seat->behind, producer_id) != 0)
        continue;
      g_clear_pointer (&seat->behind, g_free);
      seat->negotiated = FALSE;
      seat->sending = FALSE;
    }
}

/* The higher the better; negative: not now. */
static int
rank (const VigilJanusSeat *seat, const char *producer_id, gint64 now_us)
{
  if (seat->free_us > now_us || seat->closing || seat->mending || !seat->negotiated)
    return -1;
  if (g_strcmp0 (seat->behind, producer_id) == 0)
    return 2;
  return seat->used ? 0 : 1;
}

static VigilJanusSeat *
find_best (VigilJanusSlots *self, const char *codec, const char *producer_id, gint64 now_us, VigilJanusVerdict *verdict, gint64 *when_us)
{
  VigilJanusSeat *best = NULL;
  int best_rank = -1;

  *verdict = VIGIL_JANUS_SEAT_NO_CODEC;
  *when_us = G_MAXINT64;
  for (guint i = 0; i < self->seats->len; i++)
    {
      VigilJanusSeat *seat = vigil_janus_slots_get (self, i);
      int seat_rank;

      if (g_strcmp0 (seat->slot->codec, codec) != 0 || seat->slot->ssrc == 0)
        continue;
      if (*verdict == VIGIL_JANUS_SEAT_NO_CODEC)
        *verdict = VIGIL_JANUS_SEAT_FULL;
      if ((seat->consumer_id != NULL && !seat->closing) || (!seat->negotiated && !seat->mending))
        continue;
      *verdict = VIGIL_JANUS_SEAT_LATER;
      if (seat->consumer_id != NULL || seat->closing || seat->mending)
        continue;
      *when_us = MIN (*when_us, seat->free_us);
      seat_rank = rank (seat, producer_id, now_us);
      if (seat_rank > best_rank || (seat_rank == best_rank && best != NULL && seat->free_us < best->free_us))
        {
          best = seat;
          best_rank = seat_rank;
        }
    }
  return best;
}

VigilJanusVerdict
vigil_janus_slots_take (VigilJanusSlots *self, const char *codec, const char *producer_id, const char *consumer_id,
                        gint64 now_us, VigilJanusSeat **seat, gint64 *when_us)
{
  VigilJanusVerdict verdict;
  VigilJanusSeat *best = find_best (self, codec, producer_id, now_us, &verdict, when_us);

  if (best == NULL)
    return verdict;
  best->consumer_id = g_strdup (consumer_id);
  best->producer_id = g_strdup (producer_id);
  best->sending = FALSE;
  best->layer = -1;
  *seat = best;
  return VIGIL_JANUS_SEAT_GIVEN;
}

void
vigil_janus_slots_give_back (VigilJanusSlots *self, VigilJanusSeat *seat, gint64 free_us)
{
  g_clear_pointer (&seat->consumer_id, g_free);
  g_clear_pointer (&seat->producer_id, g_free);
  seat->sending = FALSE;
  seat->closing = FALSE;
  seat->free_us = MAX (seat->free_us, free_us);
}
