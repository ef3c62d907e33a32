/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One webrtcbin that receives every consumer of a connection; or one feed alone, to which the offer is ours. */
#pragma once

#include <gio/gio.h>

#include "vigil-media-engine.h"
#include "vigil-packet-sink.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_RECEIVE_TRANSPORT (vigil_receive_transport_get_type ())
G_DECLARE_FINAL_TYPE (VigilReceiveTransport, vigil_receive_transport, VIGIL, RECEIVE_TRANSPORT, GObject)

/**
 * VigilReceiveTransport:
 *
 * Used from the main thread. Whatever may block (building, negotiating, freeing
 * streams, going to NULL) runs on one worker thread of its own, in order, and
 * never in a callback of webrtcbin's, where setting a pipeline to NULL hangs
 * for ever. Between open and the end of close the object keeps itself alive;
 * vigil_receive_transport_close() must be called.
 *
 * Signal "lost" (const char *reason): ICE or DTLS failed. Main thread. A
 * transport can also die without it: watch the arrival of packets.
 *
 * Signal "local-candidate" (const char *candidate): as the engine's. Main thread.
 */
VigilReceiveTransport *vigil_receive_transport_new               (guint                   latency_ms);

void                   vigil_receive_transport_set_gather_early  (VigilReceiveTransport  *self,
                                                                  guint                   ms);
void                   vigil_receive_transport_set_relays        (VigilReceiveTransport  *self,
                                                                  const char *const      *relays,
                                                                  gboolean                only);
void                   vigil_receive_transport_open_async        (VigilReceiveTransport  *self,
                                                                  const char             *offer_sdp,
                                                                  GCancellable           *cancellable,
                                                                  GAsyncReadyCallback     callback,
                                                                  gpointer                user_data);
char                  *vigil_receive_transport_open_finish       (VigilReceiveTransport  *self,
                                                                  GAsyncResult           *result,
                                                                  GError                **error);
void                   vigil_receive_transport_offer_async       (VigilReceiveTransport  *self,
                                                                  VigilOfferFlags         flags,
                                                                  GCancellable           *cancellable,
                                                                  GAsyncReadyCallback     callback,
                                                                  gpointer                user_data);
void                   vigil_receive_transport_accept            (VigilReceiveTransport  *self,
                                                                  const char             *answer_sdp,
                                                                  guint                   clock_rate,
                                                                  VigilPacketSink        *sink);
void                   vigil_receive_transport_add_candidates    (VigilReceiveTransport  *self,
                                                                  const char *const      *candidates);
void                   vigil_receive_transport_set_muted         (VigilReceiveTransport  *self,
                                                                  gboolean                muted);
void                   vigil_receive_transport_close             (VigilReceiveTransport  *self);
gboolean               vigil_receive_transport_is_open           (VigilReceiveTransport  *self);

gboolean               vigil_receive_transport_add               (VigilReceiveTransport  *self,
                                                                  guint32                 ssrc,
                                                                  guint                   clock_rate,
                                                                  VigilPacketSink        *sink,
                                                                  GError                **error);
void                   vigil_receive_transport_remove            (VigilReceiveTransport  *self,
                                                                  guint32                 ssrc);
void                   vigil_receive_transport_request_key_frame (VigilReceiveTransport  *self,
                                                                  guint32                 ssrc);
gboolean               vigil_receive_transport_get_connected     (VigilReceiveTransport  *self);
gint64                 vigil_receive_transport_get_last_arrival  (VigilReceiveTransport  *self);

G_END_DECLS
