/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One hall: its feed, its SFU, its directory and what can be done there. What the application makes. */
#pragma once

#include "vigil-actions.h"
#include "vigil-hall-directory.h"
#include "vigil-hall-feed.h"
#include "vigil-net-limits.h"
#include "vigil-score-store.h"
#include "vigil-scoring-policy.h"
#include "vigil-sfu.h"
#include "vigil-still-source.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_HALL_CONNECTION (vigil_hall_connection_get_type ())
G_DECLARE_FINAL_TYPE (VigilHallConnection, vigil_hall_connection, VIGIL, HALL_CONNECTION, GObject)

/** What a connection is made from; everything is copied or referenced. */
typedef struct
{
  const char           *address;  /* as a person typed it */
  const char           *token;    /* (nullable): a secret */
  const char           *profile;  /* (nullable): JSON of a connection profile (data/profiles/) */
  VigilScoreStore      *store;    /* where scores go */
  VigilScoringPolicy   *policy;   /* numbers the violation types in a score's flags */
  GTlsDatabase         *trust;    /* (nullable): instead of the system's certificates */
  const VigilNetLimits *limits;   /* (nullable): the defaults */
} VigilHallConnectionParts;

/**
 * VigilHallConnection:
 *
 * Main thread only. Nothing is sent before something is asked of a part; the first thing sent is
 * always the question whether this is a hall, without the token.
 *
 * Threads: the socket lives on a network thread of its own. HTTP runs on the main context with
 * asynchronous calls; answers are parsed and evidence is checked on GTask's worker threads.
 *
 * Dispose ends everything: pending calls are answered with VIGIL_SESSION_ERROR_CLOSED or
 * G_IO_ERROR_CANCELLED, the network thread ends by itself.
 */

/**
 * vigil_hall_connection_new:
 *
 * Errors: VIGIL_SESSION_ERROR_ADDRESS, _TLS (http to another machine), _INVALID (the profile).
 */
VigilHallConnection *vigil_hall_connection_new (const VigilHallConnectionParts *parts, GError **error);

/** The normal form of the address: what is remembered. (transfer none) */
const char *vigil_hall_connection_get_address (VigilHallConnection *self);

/** Another token, for HTTP at once and for the socket from the next join on. (nullable) */
void vigil_hall_connection_set_token (VigilHallConnection *self, const char *token);

VigilHallFeed      *vigil_hall_connection_get_feed      (VigilHallConnection *self); /* (transfer none) */
VigilSfu           *vigil_hall_connection_get_sfu       (VigilHallConnection *self); /* (transfer none) */
VigilHallDirectory *vigil_hall_connection_get_directory (VigilHallConnection *self); /* (transfer none) */
VigilActions       *vigil_hall_connection_get_actions   (VigilHallConnection *self); /* (transfer none) */
VigilStillSource   *vigil_hall_connection_get_stills    (VigilHallConnection *self); /* (transfer none) */

G_END_DECLS
