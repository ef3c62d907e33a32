/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TURN servers a hall gives out with a transport. */
#pragma once

#include "vigil-json.h"

G_BEGIN_DECLS

/** All strings are safe to be taken for addresses. */
typedef struct
{
  char     **relays;      /* "turn://user:password@host:port?transport=udp", percent-encoded: secrets */
  gboolean   relay_only;  /* nothing may go past them */
} VigilIceServers;

/**
 * vigil_ice_servers_from_json:
 * @node: the answer of createWebRtcTransport; its "iceServers" and "iceTransportPolicy" are read, as a browser knows them
 *
 * STUN servers are left out: the SFU is reached, it does not reach us. So are URLs of other schemes; a malformed one,
 * and a TURN server without credentials, is an error that names it.
 *
 * Returns: (transfer full): without any, the list is empty. Thread: any.
 */
VigilIceServers *vigil_ice_servers_from_json (JsonNode *node, GError **error);
/**
 * vigil_ice_servers_from_link:
 * @value: (nullable): of Link headers, joined by commas; of rel="ice-server" (RFC 9725) username and credential are read
 *
 * Other relations are passed over; else as vigil_ice_servers_from_json().
 */
VigilIceServers *vigil_ice_servers_from_link (const char *value, GError **error);
void             vigil_ice_servers_free (VigilIceServers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilIceServers, vigil_ice_servers_free)

G_END_DECLS
