/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One consumer at the server with its decoder: asked for, attached, resumed, paused, closed, in that order. */
#pragma once

#include "vigil-media-engine.h"

G_BEGIN_DECLS

/** Sums over all consumers of one controller; counted by the consumers themselves. */
typedef struct
{
  guint   in_flight;  /* consume requests without an answer */
  guint   n_open;     /* at the server, as far as we know */
  guint64 consumes, closes, resumes, pauses;
} VigilConsumerTally;

#define VIGIL_TYPE_CONSUMER (vigil_consumer_get_type ())
G_DECLARE_FINAL_TYPE (VigilConsumer, vigil_consumer, VIGIL, CONSUMER, GObject)

/**
 * vigil_consumer_new:
 * @origin: (nullable): whose producer that is, as VigilConsumerInfo has it
 * @feed: a number that no other consumer has or had
 * @tally: a g_rc_box; referenced
 *
 * Belongs to one life of one transport. Main thread only.
 *
 * Signals:
 *  - "opened": it exists and has a decoder; paused
 *  - "changed": vigil_consumer_is_playing() may differ
 *  - "failed" (GError*): it could not be made or has broken; it closes itself
 *  - "answered": a consume request was answered or given up, so another may go out
 *  - "done": nothing is left of it at the server or in the engine
 */
VigilConsumer *vigil_consumer_new (VigilSfu *sfu, VigilMediaEngine *engine, VigilConsumerTally *tally,
                                   const char *transport_id, const char *producer_id, const char *origin, guint64 feed);

/** What its producer sends, where it matters before the server has said it: to an offer of ours. Before it is opened; video unless told. */
void vigil_consumer_set_kind (VigilConsumer *self, VigilMediaKind kind);

/** Asks for it. */
void vigil_consumer_open (VigilConsumer *self);

/** Resumes or pauses it as soon as it is open; verbs go out one at a time. */
void vigil_consumer_set_running (VigilConsumer *self, gboolean running);

/** Whether it is resumed by the server's word and a frame of this run was decoded. */
gboolean vigil_consumer_is_playing (VigilConsumer *self);
gboolean vigil_consumer_is_open    (VigilConsumer *self);
/** Whether its producer has been paused: nothing comes, and that is nobody's failure. */
gboolean vigil_consumer_is_producer_paused (VigilConsumer *self);

guint64     vigil_consumer_get_feed (VigilConsumer *self);
const char *vigil_consumer_get_id (VigilConsumer *self);           /* nullable until open */
const char *vigil_consumer_get_producer_id (VigilConsumer *self);
GObject    *vigil_consumer_get_picture (VigilConsumer *self);      /* nullable until open */

/** Spatial layers to choose from, lowest first; 1 until it is open. */
guint       vigil_consumer_get_n_layers (VigilConsumer *self);
/** The layer asked for last. It begins with the lowest, whatever the server would send by itself. */
guint       vigil_consumer_get_layer (VigilConsumer *self);
void        vigil_consumer_set_layer (VigilConsumer *self, guint layer);

/** The engine's news of its feed. */
void vigil_consumer_first_frame (VigilConsumer *self);
/** The server's news of it. */
void vigil_consumer_closed_by_server (VigilConsumer *self);
void vigil_consumer_producer_paused  (VigilConsumer *self, gboolean paused);

/** Closes it at the server, then frees its decoder. Keeps itself alive until "done". */
void vigil_consumer_close (VigilConsumer *self);

/** Its transport is gone: nothing is asked any more, every late answer is dropped. */
void vigil_consumer_abandon (VigilConsumer *self);

G_END_DECLS
