/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the feed, the SFU and the evidence store are, put together from all who know something of it. */
#pragma once

#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_LINKS (vigil_links_get_type ())
G_DECLARE_FINAL_TYPE (VigilLinks, vigil_links, VIGIL, LINKS, GObject)

/**
 * Main thread only.
 *
 * Signals:
 *  - "changed": a status differs
 *  - "trouble" (const char *part, gboolean degraded, const char *reason): a link of ours went or came
 *    back, or the hall announced trouble
 */
VigilLinks *vigil_links_new (VigilHallFeed *feed, VigilStreamController *streams, VigilHallDirectory *directory);

const VigilLinkStatus *vigil_links_get (VigilLinks *self, VigilPart part);

/** A "system" event. */
void vigil_links_take_system (VigilLinks *self, VigilHallEvent *event);
/** The connection over which the hall announced its degradations is gone, and with it what a fetch found out. */
void vigil_links_forget_system (VigilLinks *self);
/** Of VigilHallEvent: what is degraded now; (transfer none). */
GPtrArray *vigil_links_get_degradations (VigilLinks *self);
/** Since when @part is degraded, monotonic µs; may lie before this machine was started. 0: it is not. */
gint64 vigil_links_get_degraded_since_us (VigilLinks *self, const char *part);

/** Trouble with reading the roster; %NULL: it can be read. */
void vigil_links_set_roster_trouble (VigilLinks *self, const char *reason);
/** Whether an exam is joined: without one no link is wanted. */
void vigil_links_set_wanted (VigilLinks *self, gboolean wanted);

G_END_DECLS
