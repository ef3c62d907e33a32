/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Socket.IO client that keeps its connection: reconnects, requests, events. Private to net/. */
#pragma once

#include <gio/gio.h>

#include "vigil-net-limits.h"
#include "vigil-sio-sink.h"
#include "vigil-types.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SIO_CLIENT (vigil_sio_client_get_type ())
G_DECLARE_FINAL_TYPE (VigilSioClient, vigil_sio_client, VIGIL, SIO_CLIENT, GObject)

/**
 * VigilSioClient:
 *
 * Main thread only; the connection itself lives on the network thread. States: OFFLINE, CONNECTING,
 * CONNECTED, RECONNECTING (waiting for the next try, or trying again) and REFUSED.
 *
 * When a connection is lost, everything of it is gone and all requests have failed with
 * VIGIL_SESSION_ERROR_CLOSED before "state-changed" is emitted.
 *
 * Signals:
 *  - "state-changed" ()
 *  - "connected" (): the namespace is joined; after "state-changed"
 *  - "items" (GPtrArray*): what the sink made of events, in order
 *  - "behind-changed" (gboolean): we cannot keep up with the hall, or can again
 *  - "late-answer" (JsonNode*): to a request of this connection that has timed out; once for each
 */

/**
 * vigil_sio_client_new:
 *
 * Starts a network thread of its own, which ends with the client.
 *
 * @url: ws or wss, with the Engine.IO path, without a query
 * @nsp: namespace, "/" for the default one
 * @trust: (nullable): instead of the system's certificates
 */
VigilSioClient *vigil_sio_client_new (const char *url, const char *nsp, VigilSioSink *sink,
                                      GTlsDatabase *trust, const VigilNetLimits *limits);

/** The hall's socket.io has the msgpack parser. Before the first connection. */
void vigil_sio_client_set_msgpack (VigilSioClient *self, gboolean msgpack);

/** Connects, and keeps connecting until vigil_sio_client_disconnect(). @token: a secret. */
void vigil_sio_client_connect (VigilSioClient *self, const char *token);
/** Ends the connection; no signal comes from it. */
void vigil_sio_client_disconnect (VigilSioClient *self);

/** This connection is of no use: drops it and tries again later, or never if @error is final. */
void vigil_sio_client_fail (VigilSioClient *self, const GError *error);
/** This connection works: the next loss starts with a short delay again. */
void vigil_sio_client_settle (VigilSioClient *self);
/** Skips the rest of the delay; after REFUSED, tries once more. */
void vigil_sio_client_reconnect_now (VigilSioClient *self);

VigilLinkState  vigil_sio_client_get_state (VigilSioClient *self);
/** Why it is not connected: VIGIL_SESSION_ERROR. Returns: (nullable) (transfer none). */
const GError   *vigil_sio_client_get_error (VigilSioClient *self);
/** Monotonic µs of the next try; 0 if none is planned. */
gint64          vigil_sio_client_get_retry_us (VigilSioClient *self);
/** The last round trip in ms; negative if unknown. */
double          vigil_sio_client_get_rtt_ms (VigilSioClient *self);
/** Monotonic µs of the last answer to anything; 0: none on this connection. */
gint64          vigil_sio_client_get_answered_us (VigilSioClient *self);

/**
 * vigil_sio_client_request_async:
 * @argument: (nullable) (transfer none): the one argument of the event; not changed afterwards
 *
 * Emits an event and waits for its acknowledgement, at most for the limit "request_ms".
 */
void vigil_sio_client_request_async (VigilSioClient *self, const char *event, JsonNode *argument,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/**
 * vigil_sio_client_request_finish:
 * @sent_us: (out) (optional): monotonic, when it went out
 * @rtt_us: (out) (optional)
 *
 * Errors: VIGIL_SESSION_ERROR_CLOSED, _TIMEOUT, _TOO_LARGE, _PROTOCOL.
 * Returns: (transfer full): the first argument of the acknowledgement, whatever it says.
 */
JsonNode *vigil_sio_client_request_finish (VigilSioClient *self, GAsyncResult *result, gint64 *sent_us, gint64 *rtt_us, GError **error);

/** Sends a packet; lost if there is no connection. @packet: (transfer full). */
void vigil_sio_client_send (VigilSioClient *self, VigilSioPacket *packet);

G_END_DECLS
