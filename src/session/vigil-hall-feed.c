/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface: the live feed of one exam. */

#include "vigil-hall-feed.h"

G_DEFINE_INTERFACE (VigilHallFeed, vigil_hall_feed, G_TYPE_OBJECT)

enum
{
  STATE_CHANGED,
  JOINED,
  EVENTS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
vigil_hall_feed_default_init (VigilHallFeedInterface *iface)
{
  GType type = G_TYPE_FROM_INTERFACE (iface);

  signals[STATE_CHANGED] = g_signal_new ("state-changed", type, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[JOINED] = g_signal_new ("joined", type, G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  signals[EVENTS] = g_signal_new ("events", type, G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
}

void
vigil_hall_feed_join (VigilHallFeed *self,
                      const char    *exam_id)
{
  g_return_if_fail (VIGIL_IS_HALL_FEED (self));
  g_return_if_fail (exam_id != NULL);

  VIGIL_HALL_FEED_GET_IFACE (self)->join (self, exam_id);
}

void
vigil_hall_feed_leave (VigilHallFeed *self)
{
  g_return_if_fail (VIGIL_IS_HALL_FEED (self));

  VIGIL_HALL_FEED_GET_IFACE (self)->leave (self);
}

VigilLinkState
vigil_hall_feed_get_state (VigilHallFeed *self)
{
  g_return_val_if_fail (VIGIL_IS_HALL_FEED (self), VIGIL_LINK_OFFLINE);

  return VIGIL_HALL_FEED_GET_IFACE (self)->get_state (self);
}

const GError *
vigil_hall_feed_get_error (VigilHallFeed *self)
{
  g_return_val_if_fail (VIGIL_IS_HALL_FEED (self), NULL);

  return VIGIL_HALL_FEED_GET_IFACE (self)->get_error (self);
}

gint64
vigil_hall_feed_get_retry_us (VigilHallFeed *self)
{
  g_return_val_if_fail (VIGIL_IS_HALL_FEED (self), 0);

  return VIGIL_HALL_FEED_GET_IFACE (self)->get_retry_us (self);
}

double
vigil_hall_feed_get_rtt_ms (VigilHallFeed *self)
{
  g_return_val_if_fail (VIGIL_IS_HALL_FEED (self), -1.0);

  return VIGIL_HALL_FEED_GET_IFACE (self)->get_rtt_ms (self);
}

void
vigil_hall_feed_reconnect_now (VigilHallFeed *self)
{
  g_return_if_fail (VIGIL_IS_HALL_FEED (self));

  VIGIL_HALL_FEED_GET_IFACE (self)->reconnect_now (self);
}

/** Emits "state-changed". Main thread. */
void
vigil_hall_feed_emit_state_changed (VigilHallFeed *self)
{
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

/** Emits "joined" with the position in the exam's stream. Main thread. */
void
vigil_hall_feed_emit_joined (VigilHallFeed *self,
                             gint64         epoch,
                             gint64         seq)
{
  g_signal_emit (self, signals[JOINED], 0, epoch, seq);
}

/** Emits "events" with @events (of VigilHallEvent), which the handlers only read. Main thread. */
void
vigil_hall_feed_emit_events (VigilHallFeed *self,
                             GPtrArray     *events)
{
  g_signal_emit (self, signals[EVENTS], 0, events);
}
