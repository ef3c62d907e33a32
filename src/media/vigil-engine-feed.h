/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One feed of the engine: its decoder, its place in the transport, its watchdog. */
#pragma once

#include "vigil-audio-mixer.h"
#include "vigil-decode-helper.h"
#include "vigil-decode-pool.h"
#include "vigil-media-engine.h"
#include "vigil-receive-transport.h"

G_BEGIN_DECLS

/** Where feeds are decoded; borrowed. */
typedef struct
{
  VigilDecodePool *pool;           /* pictures */
  VigilAudioMixer *mixer;          /* sound */
  guint            sound_delay_ms; /* the least that it is held back while it is heard */
  VigilDecodeHelper *helper;       /* nullable: decodes the pictures for the pool */
  VigilDecodeHelper *other_helper; /* nullable: the same in the consumer's other codec */
} VigilEngineParts;

/** Main thread only. The engine owns it; freeing it detaches the feed. */
typedef struct _VigilEngineFeed VigilEngineFeed;

VigilEngineFeed *vigil_engine_feed_new         (VigilMediaEngine         *engine,
                                                VigilReceiveTransport    *transport,
                                                const VigilEngineParts   *parts,
                                                guint64                   feed,
                                                const VigilConsumerInfo  *consumer,
                                                GError                  **error);
void             vigil_engine_feed_free        (VigilEngineFeed          *self);
GObject         *vigil_engine_feed_get_output  (VigilEngineFeed          *self);
gboolean         vigil_engine_feed_get_running (VigilEngineFeed          *self);
void             vigil_engine_feed_set_running (VigilEngineFeed          *self,
                                                gboolean                  running);
gint64           vigil_engine_feed_get_alive   (VigilEngineFeed          *self);
gboolean         vigil_engine_feed_get_heard   (VigilEngineFeed          *self);
gboolean         vigil_engine_feed_is_dead     (VigilEngineFeed          *self,
                                                gint64                    now,
                                                gint64                    watchdog_us);
void             vigil_engine_feed_get_stats   (VigilEngineFeed          *self,
                                                VigilFeedStats           *stats);
void             vigil_engine_feed_tick        (VigilEngineFeed          *self,
                                                gint64                    now,
                                                gint64                    watchdog_us,
                                                gint64                    rest_us);

G_END_DECLS
