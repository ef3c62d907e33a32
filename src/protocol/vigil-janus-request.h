/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked of a Janus and of its VideoRoom. Texts hold secrets (token, pin, ICE password): never log them. */
#pragma once

#include "vigil-janus-message.h"
#include "vigil-sfu-config.h"

G_BEGIN_DECLS

/** Where a request goes. 0: not there yet. */
typedef struct
{
  gint64 session;
  gint64 handle;
} VigilJanusAddress;

/** One slot and what it is to do. @feed and @feed_mid only for vigil_janus_body_switch(). */
typedef struct
{
  const char         *mid;      /* of the slot: our side of the subscription */
  gboolean            send;     /* vigil_janus_body_send() */
  int                 substream; /* vigil_janus_body_substream(): 0 is the lowest layer */
  const VigilJanusId *feed;
  const char         *feed_mid;
} VigilJanusSlotOrder;

/**
 * vigil_janus_request_new:
 * @verb: "create", "attach", "keepalive", "message", "detach", "destroy"
 * @transaction: what its answers will carry
 * @body: (nullable): of a message
 * @answer_sdp: (nullable): the SDP that goes with a message
 *
 * Returns: (transfer full): one line of JSON. Thread: any.
 */
char     *vigil_janus_request_new (const char *verb, const char *transaction, VigilJanusAddress to, const char *token,
                                   JsonNode *body, const char *answer_sdp);

/** join as somebody who publishes nothing and hears who does. Returns: (transfer full). */
JsonNode *vigil_janus_body_join_room (const VigilSfuConfig *config);

/** join as a subscriber with one slot for each of @feeds (of VigilJanusFeed), which may repeat. Returns: (transfer full). */
JsonNode *vigil_janus_body_join_slots (const VigilSfuConfig *config, gint64 private_id, GPtrArray *feeds);

/** subscribe: one more slot for each of @feeds (of VigilJanusFeed), which may repeat. Its answer is a new offer. Returns: (transfer full). */
JsonNode *vigil_janus_body_subscribe (GPtrArray *feeds);
/** Whether @body is a subscribe. */
gboolean  vigil_janus_body_wants_offer (JsonNode *body);

/** configure: send or not, for each of @orders (of VigilJanusSlotOrder). Returns: (transfer full). */
JsonNode *vigil_janus_body_send (GArray *orders);

/** configure: which simulcast layer, for each of @orders. Returns: (transfer full). */
JsonNode *vigil_janus_body_substream (GArray *orders);

/** switch: another feed behind each of @orders. Janus begins to send at once. Returns: (transfer full). */
JsonNode *vigil_janus_body_switch (GArray *orders);

/** start, which takes our SDP answer. Returns: (transfer full). */
JsonNode *vigil_janus_body_start (void);

G_END_DECLS
