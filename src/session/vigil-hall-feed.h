/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: the live feed of one exam (scores, deltas, violations). net/ implements it. */
#pragma once

#include <gio/gio.h>

#include "vigil-hall-event.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_HALL_FEED (vigil_hall_feed_get_type ())
G_DECLARE_INTERFACE (VigilHallFeed, vigil_hall_feed, VIGIL, HALL_FEED, GObject)

/**
 * Main thread only; work happens on the implementation's own thread. Scores do not pass here: the
 * implementation writes them into the VigilScoreStore it was made with.
 *
 * Signals:
 *  - "state-changed" (): read vigil_hall_feed_get_state()
 *  - "joined" (gint64 epoch, gint64 seq): joinExam was acknowledged on a new connection; what was
 *    known before is stale and must be read again (resync by snapshot). Deltas follow
 *  - "events" (GPtrArray* of VigilHallEvent): in the order of the wire, batched
 *
 * After a drop it reconnects by itself with jittered backoff until vigil_hall_feed_leave().
 * All state of a connection is torn down before "state-changed" announces RECONNECTING.
 */
struct _VigilHallFeedInterface
{
  GTypeInterface parent;

  void           (*join)          (VigilHallFeed *self, const char *exam_id);
  void           (*leave)         (VigilHallFeed *self);
  VigilLinkState (*get_state)     (VigilHallFeed *self);
  const GError  *(*get_error)     (VigilHallFeed *self);
  gint64         (*get_retry_us)  (VigilHallFeed *self);
  double         (*get_rtt_ms)    (VigilHallFeed *self);
  void           (*reconnect_now) (VigilHallFeed *self);
};

/** Connects (if need be) and joins an exam; another exam leaves the first one. */
void           vigil_hall_feed_join  (VigilHallFeed *self, const char *exam_id);
/** Leaves and disconnects; no signal comes after it. */
void           vigil_hall_feed_leave (VigilHallFeed *self);
VigilLinkState vigil_hall_feed_get_state (VigilHallFeed *self);
/** Why it is not connected (VIGIL_SESSION_ERROR). Returns: (nullable) (transfer none). */
const GError  *vigil_hall_feed_get_error (VigilHallFeed *self);
/** Monotonic µs of the next try; 0 if none is planned. */
gint64         vigil_hall_feed_get_retry_us (VigilHallFeed *self);
/** Last measured round trip in milliseconds; negative if unknown. */
double         vigil_hall_feed_get_rtt_ms (VigilHallFeed *self);
/** Skips the rest of the backoff. */
void           vigil_hall_feed_reconnect_now (VigilHallFeed *self);

/* For implementations: emit the signals. */
void vigil_hall_feed_emit_state_changed (VigilHallFeed *self);
void vigil_hall_feed_emit_joined        (VigilHallFeed *self, gint64 epoch, gint64 seq);
void vigil_hall_feed_emit_events        (VigilHallFeed *self, GPtrArray *events);

G_END_DECLS
