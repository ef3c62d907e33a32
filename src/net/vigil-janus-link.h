/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One session of a Janus over its own WebSocket. Private to net/. */
#pragma once

#include "vigil-janus-request.h"
#include "vigil-net-limits.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_JANUS_LINK (vigil_janus_link_get_type ())
G_DECLARE_FINAL_TYPE (VigilJanusLink, vigil_janus_link, VIGIL, JANUS_LINK, GObject)

/**
 * VigilJanusLink:
 *
 * Main thread only; a Janus says little. It lives once: connect, create a session, requests, the end. Keeps the
 * session alive by itself. A request that is not answered in time ends the link, because nobody knows any more what
 * the Janus has done. Errors are VIGIL_SESSION_ERRORs and never hold the pin or the token, whatever the server says.
 *
 * Signals:
 *  - "event" (VigilJanusMessage *): what nobody asked for
 *  - "closed" (GError *): the end, once, and not after vigil_janus_link_close(); pending requests have been answered
 */
VigilJanusLink *vigil_janus_link_new (const VigilSfuConfig *config, GTlsDatabase *trust, const VigilNetLimits *limits);

/** Connects and makes the session. Once. A ws: address of another machine is refused (_TLS): the pin would be readable. */
void     vigil_janus_link_open_async  (VigilJanusLink *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean vigil_janus_link_open_finish (VigilJanusLink *self, GAsyncResult *result, GError **error);

/**
 * vigil_janus_link_request_async:
 * @verb: "attach", "message", "detach"
 * @handle: 0: none yet
 * @body: (nullable) (transfer full)
 * @answer_sdp: (nullable)
 *
 * Requests are done in the order in which they are made. A refusal is an error: _FORBIDDEN, _NOT_FOUND, _NO_PRODUCER,
 * _NO_TRANSPORT or _UNAVAILABLE.
 */
void               vigil_janus_link_request_async  (VigilJanusLink *self, const char *verb, gint64 handle, JsonNode *body,
                                                    const char *answer_sdp, GAsyncReadyCallback callback, gpointer user_data);
VigilJanusMessage *vigil_janus_link_request_finish (VigilJanusLink *self, GAsyncResult *result, GError **error);

/** Says goodbye and lets go. Pending requests fail with _CLOSED. Safe twice. */
void vigil_janus_link_close (VigilJanusLink *self);

G_END_DECLS
