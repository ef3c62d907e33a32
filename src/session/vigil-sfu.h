/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: the SFU's signalling. net/ implements it and turns ORTC into SDP, so media/ sees only SDP. */
#pragma once

#include <gio/gio.h>

#include "vigil-sfu-config.h"
#include "vigil-types.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SFU (vigil_sfu_get_type ())
G_DECLARE_INTERFACE (VigilSfu, vigil_sfu, VIGIL, SFU, GObject)

/** A receive transport as the server made it. */
typedef struct
{
  char *id;
  char *offer_sdp;   /* one static remote offer: a sendonly m-line per codec, no SSRCs; a secret (ICE password).
                      * %NULL if each consumer has a connection of its own: there is nothing to answer or to connect */
  char **relays;     /* (nullable) TURN servers as "turn://user:password@host:port?transport=udp"; secrets */
  gboolean relay_only; /* nothing may go past them */
} VigilTransportOffer;

/** A consumer as the server made it, paused. */
typedef struct
{
  char           *id;
  char           *producer_id;
  char           *origin;         /* (nullable) who is behind it, for whoever has to hold a sender's doings against him: the same under each
                                   * producer that he makes. Means nothing else. Whoever consumes fills it in; an SFU leaves it alone */
  VigilMediaKind  kind;
  char           *codec;          /* "VP8", "H264", "OPUS": upper case */
  char           *other_codec;    /* (nullable): with @answer_sdp: what may come instead, and at any time */
  guint           payload_type;
  guint           clock_rate;
  guint32         ssrc;
  guint32         rtx_ssrc;       /* 0: none */
  gboolean        producer_paused;
  gboolean        simulcast;
  guint           n_layers;       /* spatial ones to choose from, lowest first; 0 and 1: there is no choice */
  char           *answer_sdp;     /* to the offer of a connection of its own, then @ssrc is 0; else %NULL. A secret (ICE password) */
  char          **relays;         /* (nullable) TURN servers for the connections to come, as a VigilTransportOffer has them */
} VigilConsumerInfo;

/** What an SFU can do. */
typedef struct
{
  gboolean own_connections; /* the client makes an offer for each consumer, which is a connection of its own */
  gboolean nearby;          /* own_connections: it is on this machine, so the loopback may lead there */
  gboolean trickles;        /* own_connections: it takes ICE candidates after the offer, as far as is known */
  gboolean can_pause;       /* else a consumer runs from its beginning to its end, and nothing is asked of it in between */
  gboolean keeps_many;      /* a paused consumer takes nothing there that others need */
  gboolean has_layers;      /* else one is sent as it comes, however small its tile is */
  gboolean has_sound;       /* microphones can be consumed as cameras can */
} VigilSfuAbilities;

void vigil_transport_offer_free (VigilTransportOffer *self);
VigilConsumerInfo *vigil_consumer_info_copy (const VigilConsumerInfo *self);
void vigil_consumer_info_free (VigilConsumerInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilTransportOffer, vigil_transport_offer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilConsumerInfo, vigil_consumer_info_free)

/**
 * Main thread only. Every call fails with VIGIL_SESSION_ERROR_CLOSED when the signalling goes away.
 *
 * Signals, of an SFU whose signalling is not the hall's; else the hall's feed says the same:
 *  - "transport-closed" (const char *transport_id, const char *reason): it and all its consumers are gone
 *  - "consumer-closed" (const char *consumer_id, const char *reason): "producer_closed", as in the hall's events
 */
struct _VigilSfuInterface
{
  GTypeInterface parent;

  void                 (*configure) (VigilSfu *self, const VigilSfuConfig *config); /* nullable: there is one way only */
  void                 (*get_abilities) (VigilSfu *self, VigilSfuAbilities *abilities); /* nullable: all but connections of their own */
  void                 (*open_transport_async)  (VigilSfu *self, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  VigilTransportOffer *(*open_transport_finish) (VigilSfu *self, GAsyncResult *result, GError **error);
  void                 (*connect_transport_async)  (VigilSfu *self, const char *transport_id, const char *answer_sdp, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  gboolean             (*connect_transport_finish) (VigilSfu *self, GAsyncResult *result, GError **error);
  void                 (*consume_async)  (VigilSfu *self, const char *transport_id, const char *producer_id, const char *offer_sdp, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  VigilConsumerInfo   *(*consume_finish) (VigilSfu *self, GAsyncResult *result, GError **error);
  void                 (*control_async)  (VigilSfu *self, int verb, const char *consumer_id, int layer, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data);
  gboolean             (*control_finish) (VigilSfu *self, GAsyncResult *result, GError **error);
  void                 (*trickle_async)  (VigilSfu *self, const char *consumer_id, const char *const *candidates, gboolean end, GCancellable *cancellable, GAsyncReadyCallback cb, gpointer data); /* nullable: not if trickles is FALSE */
  gboolean             (*trickle_finish) (VigilSfu *self, GAsyncResult *result, char ***answered, GError **error);
};

typedef enum
{
  VIGIL_SFU_RESUME,
  VIGIL_SFU_PAUSE,
  VIGIL_SFU_CLOSE,
  VIGIL_SFU_KEY_FRAME,
  VIGIL_SFU_LAYER,
  VIGIL_SFU_CLOSE_TRANSPORT, /* consumer_id is the id of a transport: closeTransport */
} VigilSfuVerb;

/**
 * Where the video comes from now, from the exam; %NULL: from the hall's own. To be called before a transport is opened, and
 * whenever the exam says something else: then what is open ends, with "transport-closed".
 */
void                 vigil_sfu_configure (VigilSfu *self, const VigilSfuConfig *config);

/** What the present one can do; may be another after vigil_sfu_configure(). */
void                 vigil_sfu_get_abilities (VigilSfu *self, VigilSfuAbilities *abilities);

/** getRouterRtpCapabilities (once a connection) + createWebRtcTransport. */
void                 vigil_sfu_open_transport_async  (VigilSfu *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
VigilTransportOffer *vigil_sfu_open_transport_finish (VigilSfu *self, GAsyncResult *result, GError **error);

/** connectTransport with the DTLS (and ICE) parameters of @answer_sdp. */
void     vigil_sfu_connect_transport_async  (VigilSfu *self, const char *transport_id, const char *answer_sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean vigil_sfu_connect_transport_finish (VigilSfu *self, GAsyncResult *result, GError **error);

/**
 * consume, always paused if the SFU can pause. VIGIL_SESSION_ERROR_NO_PRODUCER: it is not produced (any more).
 * @offer_sdp: the offer of its own connection (a secret), where the SFU wants one; else %NULL.
 */
void               vigil_sfu_consume_async  (VigilSfu *self, const char *transport_id, const char *producer_id, const char *offer_sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
VigilConsumerInfo *vigil_sfu_consume_finish (VigilSfu *self, GAsyncResult *result, GError **error);

/** One verb on one consumer. @layer is the spatial layer for VIGIL_SFU_LAYER, else ignored. */
void     vigil_sfu_control_async  (VigilSfu *self, VigilSfuVerb verb, const char *consumer_id, int layer, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean vigil_sfu_control_finish (VigilSfu *self, GAsyncResult *result, GError **error);

/**
 * More ICE candidates of ours, "candidate:…", for a consumer with a connection of its own; one call at a time for each consumer.
 * @end: there will be no others. Transient errors (vigil_session_error_is_transient()) are over when they are told: the same may
 * be tried again with what comes next. Any other says that nothing can follow for this consumer.
 * @answered: (out) (transfer full) (nullable): candidates of the server's that came with its answer
 */
void     vigil_sfu_trickle_async  (VigilSfu *self, const char *consumer_id, const char *const *candidates, gboolean end, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean vigil_sfu_trickle_finish (VigilSfu *self, GAsyncResult *result, char ***answered, GError **error);
/** For implementations: the _finish of those whose result is a GTask of @self with a boolean, or with what the caller owns. */
gboolean vigil_sfu_boolean_finish_task (VigilSfu *self, GAsyncResult *result, GError **error);
gpointer vigil_sfu_pointer_finish_task (VigilSfu *self, GAsyncResult *result, GError **error);
/** For implementations: trickle_finish of those whose result is a GTask of @self with the server's candidates, a nullable GStrv. */
gboolean vigil_sfu_trickle_finish_task (VigilSfu *self, GAsyncResult *result, char ***answered, GError **error);

/* For implementations. */
void vigil_sfu_emit_transport_closed (VigilSfu *self, const char *transport_id, const char *reason);
void vigil_sfu_emit_consumer_closed  (VigilSfu *self, const char *consumer_id, const char *reason);

G_END_DECLS
