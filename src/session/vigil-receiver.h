/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one receive transport: opened, lost, opened again. What travels on it is somebody else's. */
#pragma once

#include "vigil-media-engine.h"
#include "vigil-settings.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_RECEIVER (vigil_receiver_get_type ())
G_DECLARE_FINAL_TYPE (VigilReceiver, vigil_receiver, VIGIL, RECEIVER, GObject)

/**
 * Main thread only.
 *
 * Opening is: transport at the server → the engine's answer → connectTransport. Each attempt has a
 * generation; answers to an older one are dropped (a transport they brought is closed again).
 *
 * Signals:
 *  - "ready": consumers can be asked for. That is when connectTransport was sent, not when it is answered:
 *    requests arrive in order, and a consumer waits at the server for its transport
 *  - "lost" (const char *why): all consumers are void; emitted before the engine is closed
 *  - "state-changed"
 */
VigilReceiver *vigil_receiver_new (VigilSettings *settings, VigilSfu *sfu, VigilMediaEngine *engine);

/** Signalling is up. */
void vigil_receiver_start (VigilReceiver *self);
/** Signalling is gone: the transport goes, and no other is tried. */
void vigil_receiver_stop (VigilReceiver *self, const char *why);
/** The transport is known to be dead (%NULL: whichever it is): close it and open another after a while. */
void vigil_receiver_lost (VigilReceiver *self, const char *transport_id, const char *why);
/** A consumer was opened over it: where nothing is negotiated (a WHEP) only that shows that the server serves, and a loss
 *  after a while is followed by a short delay again. */
void vigil_receiver_note_consumer (VigilReceiver *self);
/** The server gave an answer that makes sense, or nobody wants anything of it: after a loss that is all there is to know of it (a WHEP). */
void vigil_receiver_note_server (VigilReceiver *self);
/** Skips the rest of the backoff. */
void vigil_receiver_retry_now (VigilReceiver *self);

gboolean       vigil_receiver_is_ready (VigilReceiver *self);
const char    *vigil_receiver_get_transport_id (VigilReceiver *self);
VigilLinkState vigil_receiver_get_state (VigilReceiver *self);
const GError  *vigil_receiver_get_error (VigilReceiver *self);
/** Monotonic µs of the next try; 0: none is planned. */
gint64         vigil_receiver_get_retry_us (VigilReceiver *self);

G_END_DECLS
