/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A feed whose connection and events the test makes up. */
#pragma once

#include "vigil-fake-log.h"
#include "vigil-hall-feed.h"
#include "vigil-session-error.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FAKE_FEED (vigil_fake_feed_get_type ())
G_DECLARE_FINAL_TYPE (VigilFakeFeed, vigil_fake_feed, VIGIL, FAKE_FEED, GObject)

VigilFakeFeed *vigil_fake_feed_new (VigilFakeLog *log);

/** The connection is there and the exam joined at @epoch, @seq. */
void vigil_fake_feed_connect (VigilFakeFeed *self, gint64 epoch, gint64 seq);
/** The connection drops; it will try again (or, with an auth code, not). */
void vigil_fake_feed_drop (VigilFakeFeed *self, VigilSessionError code);
/** What a round trip takes from now on; 38 before. */
void vigil_fake_feed_set_rtt (VigilFakeFeed *self, double ms);
/** Delivers one event. @event: (transfer full) */
void vigil_fake_feed_deliver (VigilFakeFeed *self, VigilHallEvent *event);

G_END_DECLS
