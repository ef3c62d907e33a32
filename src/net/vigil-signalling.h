/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to the hall over the socket, in the words of docs/protocol.md. Private to net/. */
#pragma once

#include "vigil-profile.h"
#include "vigil-sio-client.h"

G_BEGIN_DECLS

/**
 * vigil_signalling_request_async:
 * @profile: (nullable)
 * @request: its name in docs/protocol.md
 * @argument: (transfer full): in the words of docs/protocol.md
 *
 * One that the hall puts off (rate_limited) is sent again when it says, a few times.
 *
 * Thread: main.
 */
void vigil_signalling_request_async (VigilSioClient *client, VigilProfile *profile, const char *request, JsonNode *argument,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * vigil_signalling_request_finish:
 * @sent_us: (out) (optional)
 * @rtt_us: (out) (optional)
 *
 * Errors: VIGIL_SESSION_ERROR, also the hall's refusal.
 * Returns: (transfer full): the answer, which is {ok: true, …}.
 */
JsonNode *vigil_signalling_request_finish (VigilSioClient *client, GAsyncResult *result, gint64 *sent_us, gint64 *rtt_us, GError **error);

G_END_DECLS
