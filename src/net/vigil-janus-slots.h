/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slots of one Janus subscription, and who is behind each. Private to net/. */
#pragma once

#include "vigil-janus-message.h"
#include "vigil-janus-sdp.h"

G_BEGIN_DECLS

/**
 * One slot. It is *free* (no consumer), and then it rests until @free_us; or *taken* by a consumer.
 *
 * Whose picture comes through it is what Janus says in @behind. A slot is given to another feed only after it was
 * paused, Janus has confirmed that, and the rest is over: so nothing of the former feed is under way any more when
 * the next one's decoder is attached.
 */
typedef struct
{
  VigilJanusSlot *slot;         /* borrowed from the offer */
  char           *behind;       /* nullable: producer id of whom Janus has there, or nobody */
  gboolean        negotiated;   /* Janus would send; else it is of no use before somebody is put there and that was agreed upon */
  gboolean        mending;      /* somebody is being put there for that */
  gboolean        used;         /* something may have come through it since the transport began, also under another SSRC */
  gint64          free_us;      /* monotonic; free since then, or from then on */
  char           *consumer_id;  /* nullable: free */
  char           *producer_id;  /* of the consumer */
  gboolean        sending;      /* by what we asked */
  gboolean        closing;      /* its consumer ends as soon as Janus has confirmed it */
  int             layer;        /* asked for; −1: none */
} VigilJanusSeat;

/** Plain values, main thread, no clock of its own. */
typedef struct _VigilJanusSlots VigilJanusSlots;

typedef enum
{
  VIGIL_JANUS_SEAT_GIVEN,
  VIGIL_JANUS_SEAT_LATER,     /* one is resting or closing: ask again at the time given, or when it is given back */
  VIGIL_JANUS_SEAT_FULL,      /* all of that codec are taken */
  VIGIL_JANUS_SEAT_NO_CODEC,  /* there is none of that codec */
} VigilJanusVerdict;

VigilJanusSlots *vigil_janus_slots_new  (VigilJanusOffer *offer); /* (transfer full) */
void             vigil_janus_slots_free (VigilJanusSlots *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilJanusSlots, vigil_janus_slots_free)

guint           vigil_janus_slots_get_size    (VigilJanusSlots *self);
guint           vigil_janus_slots_get_n_taken (VigilJanusSlots *self);
/** How many are for @codec. */
guint           vigil_janus_slots_count       (VigilJanusSlots *self, const char *codec);
VigilJanusSeat *vigil_janus_slots_get         (VigilJanusSlots *self, guint i);
const VigilJanusOffer *vigil_janus_slots_get_offer (VigilJanusSlots *self);
/** @offer: (transfer full): a later one of the same subscription. Slots that nobody has, or whose consumer is closing, may move to another SSRC;
 *  more slots than before are taken where @may_grow, and nobody gets one before it was given back; anything else that differs is an error.
 *  Seats that were borrowed before are not valid any more. */
gboolean        vigil_janus_slots_take_offer  (VigilJanusSlots *self, VigilJanusOffer *offer, gboolean may_grow, GError **error);

/** What Janus says of its slots (of VigilJanusSlotState); mids that we do not know are passed over. */
void vigil_janus_slots_note (VigilJanusSlots *self, GPtrArray *states);

/** Nobody is behind any slot where @producer_id was. */
void vigil_janus_slots_vacate (VigilJanusSlots *self, const char *producer_id);

/** A rested slot that is of no use until somebody is put there, and that nobody is mending yet; (nullable): there is none now.
 *  @at: (inout): where to go on looking. @when_us: (inout): brought forward to when there will be one. */
VigilJanusSeat *vigil_janus_slots_find_broken (VigilJanusSlots *self, guint *at, gint64 now_us, gint64 *when_us);

/**
 * vigil_janus_slots_take:
 * @seat: (out): where GIVEN
 * @when_us: (out): where LATER; G_MAXINT64: not before one is given back
 *
 * Takes a rested slot of @codec for @consumer_id: one that has @producer_id already, else one that never was used, else
 * the one that rested longest.
 */
VigilJanusVerdict vigil_janus_slots_take (VigilJanusSlots *self, const char *codec, const char *producer_id, const char *consumer_id,
                                          gint64 now_us, VigilJanusSeat **seat, gint64 *when_us);

/** The consumer is no more; nobody else gets the slot before @free_us. */
void vigil_janus_slots_give_back (VigilJanusSlots *self, VigilJanusSeat *seat, gint64 free_us);

/** (nullable): a consumer that is not there, or not any more. */
VigilJanusSeat *vigil_janus_slots_find (VigilJanusSlots *self, const char *consumer_id);
VigilJanusSeat *vigil_janus_slots_find_mid (VigilJanusSlots *self, const char *mid);

G_END_DECLS
