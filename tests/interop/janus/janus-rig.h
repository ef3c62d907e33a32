/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client's signalling, receiver, consumers and media engine against a real Janus; looks at every picture. */
#pragma once

#include "interop-peer.h"
#include "network/bad-sfu.h"
#include "vigil-audio-feed.h"
#include "vigil-consumer.h"
#include "vigil-frame-slot.h"
#include "vigil-janus-sfu.h"
#include "vigil-receiver.h"
#include "vigil-webrtc-engine.h"

G_BEGIN_DECLS

/** A candidate as a tile would show him. The look of his pictures is his number. */
typedef struct
{
  struct _JanusRig *rig;
  guint             candidate;
  guint64           id;
  VigilConsumer    *consumer;
  VigilFrameSlot   *slot;       /* nullable: not open yet, or a microphone */
  VigilAudioFeed   *sound;      /* nullable: not open yet, or a camera */
  double            gain;       /* from the moment that it is open */
  gint64            asked_us;
  gint64            first_us;   /* 0: no picture yet since it was asked for */
  guint             n_frames;   /* with a marker that can be read */
  guint             n_wrong;    /* whose marker is another candidate's */
  gint64            newest_us;  /* when the last picture came */
  gint64            gap_us;     /* the longest time between two; set it to 0 to measure anew */
  char             *failure;    /* nullable */
} JanusFeed;

typedef struct _JanusRig
{
  InteropPeer       *room;
  VigilSettings     *settings;
  VigilNetLimits     limits;
  VigilJanusSfu     *janus;
  VigilSfu          *sfu;       /* the same, or what stands before it */
  VigilWebrtcEngine *engine;
  VigilReceiver     *receiver;
  VigilConsumerTally *tally;
  GHashTable        *feeds;     /* id → JanusFeed */
  GPtrArray         *closing;   /* of VigilConsumer */
  guint64            last_id;
  guint              n_ready;
  guint              n_lost;
  guint              n_consumers_closed;
  guint64            n_frames;  /* of all feeds there ever were */
  guint64            n_wrong;
} JanusRig;

/** Starts Janus with so many candidates, and opens a transport. @slots: of the subscription. */
JanusRig  *janus_rig_new    (guint n_candidates, guint slots, guint width, guint height, guint rate);
/** The same with all media going through @network (nullable), which outlives the rig. */
JanusRig  *janus_rig_new_through (BadNetwork *network, guint n_candidates, guint slots, guint width, guint height, guint rate);
/** As many slots as candidates, of 320×180 at 10; the first @n_voices candidates have microphones, for which there are @sound_slots.
 *  @sink: what plays sound. */
JanusRig  *janus_rig_new_with_sound (BadNetwork *network, guint n_candidates, guint n_voices, guint sound_slots, const char *sink);
void       janus_rig_free   (JanusRig *rig);
void       janus_rig_command (JanusRig *rig, const char *cmd, const char *members);
/** @candidate: of whom, where it matters. */
gint64     janus_rig_count  (JanusRig *rig, const char *member, guint candidate);

JanusFeed *janus_rig_consume (JanusRig *rig, guint candidate, gboolean running);
/** His microphone, heard as loud as @gain from its first packet on. */
JanusFeed *janus_rig_listen  (JanusRig *rig, guint candidate, double gain);
void       janus_feed_run    (JanusFeed *feed, gboolean running);
void       janus_feed_close  (JanusFeed *feed);
gboolean   janus_feed_has_first (gpointer feed);
gboolean   janus_rig_all_first (gpointer rig);
gboolean   janus_rig_is_ready (gpointer rig);

G_END_DECLS
