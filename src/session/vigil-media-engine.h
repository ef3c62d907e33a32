/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: receives media and decodes it into frame slots. media/ implements it; it knows feeds, not people. */
#pragma once

#include <gio/gio.h>

#include "vigil-sfu.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_MEDIA_ENGINE (vigil_media_engine_get_type ())
G_DECLARE_INTERFACE (VigilMediaEngine, vigil_media_engine, VIGIL, MEDIA_ENGINE, GObject)

/** What happened to a feed. */
typedef enum
{
  VIGIL_FEED_FIRST_FRAME,  /* a decodable frame came out; again after each resume */
  VIGIL_FEED_STALLED,      /* no packet for the media watchdog's time although it is running */
  VIGIL_FEED_RECOVERED,    /* packets again after STALLED */
  VIGIL_FEED_FAILED,       /* the decoder gave up; detach and attach again */
} VigilFeedEvent;

/** What an offer of ours is for. */
typedef enum
{
  VIGIL_OFFER_PLAIN = 0,
  VIGIL_OFFER_NEARBY = 1 << 0, /* the server is on this machine */
  VIGIL_OFFER_EARLY = 1 << 1,  /* it takes ICE candidates later as well: do not wait for those that are slow in coming */
  VIGIL_OFFER_SOUND = 1 << 2,  /* a line for a microphone; else one for pictures */
} VigilOfferFlags;

/** What a feed has cost since it was attached; totals that only grow, but for the sizes. */
typedef struct
{
  guint64 bytes;          /* of RTP packets */
  guint64 packets;
  guint64 losses;         /* packets that never came, nor came again */
  guint64 frames;         /* decoded */
  gint64  cpu_us;         /* of a processor, decoding and scaling */
  guint64 waits;          /* times that whole pictures waited for a decoder's thread… */
  gint64  late_us;        /* …and for how long the oldest of them did, together */
  gint64  queued_us;      /* by how much longer than of late at best the packets were on their way, together */
  gint64  behind_us;      /* by how much longer the newest was than the quickest of the last ten to twenty minutes, ten at most; no total */
  guint   width, height;  /* of the newest picture as it was received; 0: none yet */
  guint   wanted_width, wanted_height; /* of whoever shows it largest, device pixels; 0: nobody looks */
} VigilFeedStats;

/**
 * Main thread only.
 *
 * Signals:
 *  - "transport-lost" (const char *reason): ICE failed, or no feed got a packet for the media
 *    watchdog's time; all feeds of the transport are dead. Close and open again
 *  - "transport-connected": vigil_media_engine_is_connected() says so now
 *  - "feed-event" (guint64 feed, VigilFeedEvent event, const char *detail)
 *  - "output-changed": vigil_media_engine_can_play() says something else
 *  - "local-candidate" (guint64 feed, const char *candidate): an ICE candidate of ours that is not in the feed's early offer,
 *    "candidate:…" as in an SDP; %NULL: there will be no others
 *
 * A feed is a number the caller chose; never re-used.
 */
struct _VigilMediaEngineInterface
{
  GTypeInterface parent;

  void      (*open_async)  (VigilMediaEngine *self, const char *offer_sdp, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  char     *(*open_finish) (VigilMediaEngine *self, GAsyncResult *result, GError **error);
  void      (*close)       (VigilMediaEngine *self);
  GObject  *(*attach)      (VigilMediaEngine *self, guint64 feed, const VigilConsumerInfo *consumer, GError **error);
  void      (*set_running) (VigilMediaEngine *self, guint64 feed, gboolean running);
  void      (*detach)      (VigilMediaEngine *self, guint64 feed);
  gboolean  (*is_open)     (VigilMediaEngine *self);
  gboolean  (*is_connected) (VigilMediaEngine *self);                             /* nullable: as soon as it is open */
  void      (*set_relays)  (VigilMediaEngine *self, const char *const *relays, gboolean only);
  gboolean  (*get_stats)   (VigilMediaEngine *self, guint64 feed, VigilFeedStats *stats);
  void      (*set_gain)    (VigilMediaEngine *self, guint64 feed, double gain);  /* nullable */
  gboolean  (*can_play)    (VigilMediaEngine *self, const char **why);           /* nullable: never */
  void      (*offer_async)  (VigilMediaEngine *self, guint64 feed, VigilOfferFlags flags, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  char     *(*offer_finish) (VigilMediaEngine *self, GAsyncResult *result, GError **error);
  void      (*add_candidates) (VigilMediaEngine *self, guint64 feed, const char *const *candidates); /* nullable */
};

/**
 * Makes the receive transport from a static remote offer and answers it. Until
 * vigil_media_engine_close() there is no second negotiation.
 * @offer_sdp: (nullable): %NULL: each feed will have a connection of its own; then there is nothing to answer, and
 * what is returned is empty.
 * Returns (finish): (transfer full): the answer's SDP (a secret: it has the ICE password).
 */
void  vigil_media_engine_open_async  (VigilMediaEngine *self, const char *offer_sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *vigil_media_engine_open_finish (VigilMediaEngine *self, GAsyncResult *result, GError **error);

/**
 * TURN servers for the transports opened from now on, as a VigilTransportOffer has them; %NULL: none.
 * @only: nothing goes past them. An engine that cannot use them ignores it.
 */
void  vigil_media_engine_set_relays (VigilMediaEngine *self, const char *const *relays, gboolean only);

/**
 * Makes a connection for @feed alone and an offer for it, with its ICE candidates; those that are late follow by
 * "local-candidate" if the offer is an early one, else they are waited for. vigil_media_engine_attach() with
 * an answer follows, or vigil_media_engine_detach(), also after an error. What breaks later is a VIGIL_FEED_FAILED.
 * Returns (finish): (transfer full): the offer's SDP, a secret.
 */
void  vigil_media_engine_offer_async  (VigilMediaEngine *self, guint64 feed, VigilOfferFlags flags, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *vigil_media_engine_offer_finish (VigilMediaEngine *self, GAsyncResult *result, GError **error);

/** More ICE candidates of the server, "candidate:…", for a feed that is attached with an answer. What is none is passed over. */
void  vigil_media_engine_add_candidates (VigilMediaEngine *self, guint64 feed, const char *const *candidates);

/** Tears the transport and all feeds down; returns at once, joins its threads in the background.
 *  Slots keep their last picture; no signal comes from them afterwards. */
void  vigil_media_engine_close (VigilMediaEngine *self);
gboolean vigil_media_engine_is_open (VigilMediaEngine *self);
/** Whether media can come: ICE found a way and DTLS agreed on keys. Where each feed has a connection of its own there is nothing to wait for. */
gboolean vigil_media_engine_is_connected (VigilMediaEngine *self);

/**
 * Lets the consumer's SSRC in and makes a decoder for it, running. Call before resuming the consumer.
 *
 * Returns: (transfer full): where its pictures appear: a VigilFrameSlot (media/slot) for video, a
 * VigilAudioFeed (media/slot) for audio. %NULL with an error if no decoder can be made.
 */
GObject *vigil_media_engine_attach (VigilMediaEngine *self, guint64 feed, const VigilConsumerInfo *consumer, GError **error);

/** Told when the consumer is paused (FALSE) or resumed (TRUE) at the server: stops or starts the watchdog. */
void vigil_media_engine_set_running (VigilMediaEngine *self, guint64 feed, gboolean running);

/** Frees the feed's decoder, jitter buffer and pad and clears its slot. Call after the server acknowledged the close. */
void vigil_media_engine_detach (VigilMediaEngine *self, guint64 feed);

/** What @feed costs. Returns: %FALSE, and all 0, for a feed that is not attached or an engine that does not measure. */
gboolean vigil_media_engine_get_stats (VigilMediaEngine *self, guint64 feed, VigilFeedStats *stats);

/** How loud a feed of sound is heard, linear from 0 to 1; each begins with 0. Not for video, and not for a feed that is gone. */
void vigil_media_engine_set_gain (VigilMediaEngine *self, guint64 feed, double gain);

/**
 * Whether this computer can play sound, as far as is known without opening a device. The first call may find out only a
 * moment later: then "output-changed" follows. @why: (out) (optional) (nullable): English; what stands against it.
 */
gboolean vigil_media_engine_can_play (VigilMediaEngine *self, const char **why);

/* For implementations. */
void vigil_media_engine_emit_output_changed (VigilMediaEngine *self);
void vigil_media_engine_emit_transport_connected (VigilMediaEngine *self);
void vigil_media_engine_emit_transport_lost (VigilMediaEngine *self, const char *reason);
void vigil_media_engine_emit_local_candidate (VigilMediaEngine *self, guint64 feed, const char *candidate);
void vigil_media_engine_emit_feed_event (VigilMediaEngine *self, guint64 feed, VigilFeedEvent event, const char *detail);

G_END_DECLS
