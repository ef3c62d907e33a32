/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drives one VigilStream through its phases: consumer, watchdog, retries. */
#pragma once

#include "vigil-consumer.h"
#include "vigil-receiver.h"
#include "vigil-roster.h"
#include "vigil-stream-private.h"

G_BEGIN_DECLS

/** What the drivers of one controller share. Borrowed by the drivers, which it outlives. */
typedef struct
{
  VigilRoster        *roster;
  VigilSettings      *settings;
  VigilSfu           *sfu;
  VigilMediaEngine   *engine;
  VigilReceiver      *receiver;
  VigilConsumerTally *tally;
  guint64             last_feed;       /* numbers are given out once */
  guint64             retries;
  guint64             watchdog_fired;
  void              (*poke) (gpointer owner); /* phases or wishes changed: pump soon */
  gpointer            owner;
  void              (*consumer_made) (gpointer owner, VigilConsumer *consumer);
} VigilStreamShared;

typedef struct _VigilStreamDriver VigilStreamDriver;

VigilStreamDriver *vigil_stream_driver_new  (VigilStreamShared *shared, VigilStream *stream);
/** Closes what is open; @stream ends up stopped. */
void               vigil_stream_driver_free (VigilStreamDriver *self);

/** @stream is being destroyed: it is not touched any more. */
void               vigil_stream_driver_orphan (VigilStreamDriver *self);

/** The budget's decision. */
void vigil_stream_driver_set_mode (VigilStreamDriver *self, VigilStreamMode mode, VigilModeReason reason);

/** Looks at everything anew and moves on as far as it can. Cheap; call when in doubt. */
void vigil_stream_driver_step (VigilStreamDriver *self);

/** Whether it is its turn to ask for a consumer that it waits for, and how urgently (0: not at all). */
guint vigil_stream_driver_get_urgency (VigilStreamDriver *self);
/** It is: ask. */
void  vigil_stream_driver_consume (VigilStreamDriver *self);

/** The transport is gone with everything on it. */
void vigil_stream_driver_transport_lost (VigilStreamDriver *self, const char *why);
/** The producer is another one, or none. */
void vigil_stream_driver_producer_changed (VigilStreamDriver *self);
/** The server closed the consumer. */
void vigil_stream_driver_consumer_closed (VigilStreamDriver *self, const char *reason);
void vigil_stream_driver_feed_event (VigilStreamDriver *self, VigilFeedEvent event, const char *detail);
/** Forgets failures and backoffs. */
void vigil_stream_driver_retry_now (VigilStreamDriver *self);

VigilConsumer *vigil_stream_driver_get_consumer (VigilStreamDriver *self); /* nullable */
gboolean       vigil_stream_driver_has_failed (VigilStreamDriver *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilStreamDriver, vigil_stream_driver_free)

G_END_DECLS
