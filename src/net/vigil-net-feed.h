/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live feed of one exam over the hall's socket. Private to net/. */
#pragma once

#include "vigil-hall-api.h"
#include "vigil-hall-feed.h"
#include "vigil-sio-client.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_NET_FEED (vigil_net_feed_get_type ())
G_DECLARE_FINAL_TYPE (VigilNetFeed, vigil_net_feed, VIGIL, NET_FEED, GObject)

/** A VigilHallFeed. Main thread only. @profile: (nullable). */
VigilNetFeed *vigil_net_feed_new (VigilSioClient *client, VigilHallApi *api, VigilProfile *profile,
                                  const VigilNetLimits *limits);

/** @token: a secret; used from the next join on. */
void vigil_net_feed_set_token (VigilNetFeed *self, const char *token);

/** Something makes the hall's clock doubtful: it is asked again, if an exam is joined. */
void vigil_net_feed_doubt_clock (VigilNetFeed *self);

G_END_DECLS
