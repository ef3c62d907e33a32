/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the receive transport: object, negotiation, guards, streams. */
#pragma once

#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>

#include "vigil-receive-transport.h"
#include "vigil-ssrc-table.h"
#include "vigil-turns-tunnel.h"
#include "vigil-worker.h"

G_BEGIN_DECLS

struct _VigilReceiveTransport
{
  GObject parent_instance;

  /* immutable */
  guint           latency_ms;
  VigilSsrcTable *ssrcs;
  VigilWorker    *worker;

  /* immutable once it is opened */
  char     **relays;      /* nullable; secrets */
  gboolean   relay_only;

  /* main thread */
  gboolean opened;  /* an answer was given and close was not called */
  gboolean started;

  /* atomic */
  gint   generation; /* moves on with close: events made before are dropped */
  gint   closing;
  gsize  last_arrival_ms;
  gint   buffer_tuned;
  gint   flowing;      /* a packet has come all the way to the RTP session */
  gint   roomy;        /* the socket holds a burst of key frames */
  gint   muted;        /* packets are received and thrown away */
  gsize  answered_ms;  /* monotonic */
  gsize  ice_ms;       /* monotonic; 0: not connected yet */
  gint   connected;    /* keys were agreed upon, once */

  /* worker thread; read by streaming threads, which exist only in between */
  GstElement *pipeline;
  GstElement *webrtc;
  GstElement *rtpbin;
  GPtrArray  *tunnels;     /* of VigilTurnsTunnel, to those of the relays that are behind TLS */
  gint64      open_us;
  gint64      close_us;
  guint       closed_keys; /* of streams that are closed, since they were last given back */

  /* with the lock */
  GMutex      lock;
  GHashTable *pads;    /* set of VigilFeedPad */
  GHashTable *reaping; /* set of SSRCs struck off and not freed yet */
  GCond       gathered_cond;
  gboolean    gathered; /* all ICE candidates of an offer of ours are there */
  GPtrArray  *found;    /* (nullable): of char *: those that came before the offer went */
  char       *offered;  /* (nullable): the offer that went, a secret; what is not in it follows, if it is an early one */
  gboolean    early;
  gint64      gather_early_us; /* how long such a one waits for candidates */
};

/* vigil-receive-negotiate.c: worker thread */
gboolean vigil_receive_transport_build     (VigilReceiveTransport  *self,
                                            GError                **error);
char    *vigil_receive_transport_negotiate (VigilReceiveTransport  *self,
                                            const char             *offer_sdp,
                                            GError                **error);
gboolean vigil_receive_transport_set_description (VigilReceiveTransport       *self,
                                                  const char                  *signal_name,
                                                  GstWebRTCSessionDescription *description,
                                                  GError                     **error);
GstWebRTCSessionDescription *
         vigil_receive_transport_create_description (VigilReceiveTransport  *self,
                                                     const char             *what,
                                                     GError                **error);
void     vigil_receive_transport_set_up_ice (VigilReceiveTransport  *self,
                                             gboolean                tcp,
                                             const char *const      *addresses);
void     vigil_receive_transport_note_answered (VigilReceiveTransport *self);
void     vigil_receive_transport_widen_rtcp (VigilReceiveTransport *self);
void     vigil_receive_transport_teardown  (VigilReceiveTransport  *self);
void     vigil_receive_transport_tune_socket (VigilReceiveTransport *self);
GPtrArray *vigil_receive_transport_collect   (VigilReceiveTransport  *self,
                                              const char             *factory);

/* vigil-receive-offer.c: worker thread */
char    *vigil_receive_transport_offer     (VigilReceiveTransport  *self,
                                            VigilOfferFlags         flags,
                                            GError                **error);
gboolean vigil_receive_transport_take_answer (VigilReceiveTransport  *self,
                                              const char             *answer_sdp,
                                              GError                **error);
void     vigil_receive_transport_take_candidates (VigilReceiveTransport *self,
                                                  const char *const     *candidates);

/* vigil-receive-guard.c */
gboolean vigil_receive_transport_guard     (VigilReceiveTransport  *self,
                                            GError                **error);
void     vigil_receive_transport_drain     (VigilReceiveTransport  *self);
void     vigil_receive_transport_let_through (VigilReceiveTransport *self);

/* vigil-receive-keys.c: worker thread */
void     vigil_receive_transport_watch_keys   (VigilReceiveTransport  *self,
                                               GstElement             *decrypter);
void     vigil_receive_transport_count_closed (VigilReceiveTransport  *self);

/* vigil-receive-feedback.c */
void     vigil_receive_transport_part_feedback (VigilReceiveTransport  *self,
                                                const GstSDPMessage    *offer);

/* vigil-receive-shortcut.c */
void     vigil_receive_transport_shorten   (VigilReceiveTransport  *self);

/* vigil-receive-streams.c */
void     vigil_receive_transport_watch     (VigilReceiveTransport  *self);
void     vigil_receive_transport_reap      (VigilReceiveTransport  *self,
                                            guint32                 ssrc);
void     vigil_receive_transport_ask_key_frame (VigilReceiveTransport *self,
                                                guint32                ssrc);

/* any thread that holds a reference */
void     vigil_receive_transport_post_lost (VigilReceiveTransport  *self,
                                            const char             *reason);
void     vigil_receive_transport_post_candidate (VigilReceiveTransport *self,
                                                 const char            *candidate);
void     vigil_receive_transport_connect   (VigilReceiveTransport  *self,
                                            gpointer                instance,
                                            const char             *detailed_signal,
                                            GCallback               callback);

G_END_DECLS
