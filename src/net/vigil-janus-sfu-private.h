/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the Janus SFU share. */
#pragma once

#include "vigil-janus-link.h"
#include "vigil-janus-metrics.h"
#include "vigil-janus-room.h"
#include "vigil-janus-sfu.h"
#include "vigil-janus-slots.h"
#include "vigil-session-error.h"

G_BEGIN_DECLS

/* A slot rests so much longer when it is for sound. */
#define VIGIL_JANUS_SOUND_RESTS 4

/** Of the slots for sound of a transport. */
typedef enum
{
  VIGIL_JANUS_SOUND_NONE,   /* nobody has asked for a microphone yet */
  VIGIL_JANUS_SOUND_ASKED,  /* the Janus was told to add some */
  VIGIL_JANUS_SOUND_OWED,   /* it said yes and has not made its offer in time; nobody waits any more, but it may still come */
  VIGIL_JANUS_SOUND_THERE,
} VigilJanusSound;

struct _VigilJanusSfu
{
  GObject parent_instance;

  VigilSfuConfig  *config;
  GTlsDatabase    *trust;          /* nullable */
  VigilNetLimits   limits;
  guint            generation;     /* of transports; answers to an older one are dropped */
  guint            last_consumer;
  guint            sound_type;     /* payload type of sound, in every transport's offer */

  /* Of the present transport. */
  VigilJanusLink  *link;           /* nullable */
  VigilJanusRoom  *room;
  VigilJanusSlots *slots;          /* nullable: not subscribed yet */
  VigilRtpAnswer  *answer;         /* nullable: not connected yet */
  gint64           watcher;        /* the handle that hears who publishes */
  gint64           subscriber;     /* the handle that receives */
  gint64           private_id;
  char            *transport_id;   /* nullable: not offered yet */
  GTask           *opening;        /* nullable: offered, or not opening */
  GSource         *cancelled;      /* of the opening */
  GHashTable      *codecs;         /* set of those published when it was subscribed; borrowed names */
  gboolean         needs_feed;     /* the opening waits until somebody publishes */
  VigilJanusSound  sound;
  gboolean         sound_owed;     /* the Janus said yes to slots for it without an offer */
  guint            sound_timer;    /* while an offer for it is awaited */
  GQueue           waiting[2];     /* by VigilMediaKind, of GTask: consumes that wait for a slot */
  guint            wait_timer;
  gint64           wait_until_us;  /* while there is a wait_timer */
  GPtrArray       *orders;         /* of this turn */
  guint            flush;
};

/** What one slot is to do. */
typedef enum
{
  VIGIL_JANUS_SWITCH,
  VIGIL_JANUS_SEND,
  VIGIL_JANUS_LAYER,
} VigilJanusOrderKind;

/* vigil-janus-opening.c */
void vigil_janus_sfu_begin       (VigilJanusSfu *self, GTask *task);
/** Goes on with an opening that waited for somebody to publish. */
void vigil_janus_sfu_subscribe   (VigilJanusSfu *self);

/* vigil-janus-orders.c */
/**
 * @task: (nullable): answered with TRUE when it is done
 * @gives_back: a SEND that ends the slot's consumer
 */
void vigil_janus_sfu_order       (VigilJanusSfu *self, VigilJanusOrderKind kind, VigilJanusSeat *seat, GTask *task,
                                  gboolean send, gboolean gives_back);
/** Puts somebody, silently, behind slots that are empty at the Janus, so that they can be given to anybody again. */
void vigil_janus_sfu_mend        (VigilJanusSfu *self);
/** Answers all orders that are not sent yet with @error. */
void vigil_janus_sfu_drop_orders (VigilJanusSfu *self, const GError *error);

/* vigil-janus-sfu.c */
/** The transport is no more: everybody is told. */
void vigil_janus_sfu_lose        (VigilJanusSfu *self, const GError *error);
/** Takes and answers a later offer of the same subscription. What is wrong with it ends the transport. */
void vigil_janus_sfu_renegotiate (VigilJanusSfu *self, const char *sdp);

/* vigil-janus-sound.c */
/** Asks for slots for sound, once a transport. Whoever waits for one is served when they are there, or hears that there are none. */
void vigil_janus_sfu_add_sound   (VigilJanusSfu *self);
/** The slots from @first on are new, and answered: they must be quiet before anybody gets one. */
void vigil_janus_sfu_take_sound_slots (VigilJanusSfu *self, guint first);

/* vigil-janus-consume.c */
void               vigil_janus_sfu_consume_async  (VigilSfu *sfu, const char *transport_id, const char *producer_id, const char *offer_sdp,
                                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
VigilConsumerInfo *vigil_janus_sfu_consume_finish (VigilSfu *sfu, GAsyncResult *result, GError **error);
void               vigil_janus_sfu_fail_waiting   (VigilJanusSfu *self, VigilMediaKind kind, const GError *error);
void               vigil_janus_sfu_count_taken    (VigilJanusSfu *self);
/** Whether it is the present transport; else @task is answered. */
gboolean           vigil_janus_sfu_is_present     (VigilJanusSfu *self, const char *transport_id, GTask *task);
/** Gives free slots to those who wait for one. */
void vigil_janus_sfu_serve       (VigilJanusSfu *self);
/** Serves and mends again at that time. */
void vigil_janus_sfu_wait_until  (VigilJanusSfu *self, gint64 when_us);

G_END_DECLS
