/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A feed whose connection and events the test makes up. */

#include "vigil-fake-feed.h"

struct _VigilFakeFeed
{
  GObject         parent_instance;

  VigilFakeLog   *log;
  VigilLinkState  state;
  GError         *error;
  double          rtt_ms;
};

static void feed_iface_init (VigilHallFeedInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VigilFakeFeed, vigil_fake_feed, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIGIL_TYPE_HALL_FEED, feed_iface_init))

static void
set_state (VigilFakeFeed  *self,
           VigilLinkState  state)
{
  self->state = state;
  vigil_hall_feed_emit_state_changed (VIGIL_HALL_FEED (self));
}

static void
join (VigilHallFeed *feed,
      const char    *exam_id)
{
  vigil_fake_log_add (VIGIL_FAKE_FEED (feed)->log, "join %s", exam_id);
  set_state (VIGIL_FAKE_FEED (feed), VIGIL_LINK_CONNECTING);
}

static void
leave (VigilHallFeed *feed)
{
  vigil_fake_log_add (VIGIL_FAKE_FEED (feed)->log, "leave");
  VIGIL_FAKE_FEED (feed)->state = VIGIL_LINK_OFFLINE;
}

static VigilLinkState
get_state (VigilHallFeed *feed)
{
  return VIGIL_FAKE_FEED (feed)->state;
}

static const GError *
get_error (VigilHallFeed *feed)
{
  return VIGIL_FAKE_FEED (feed)->error;
}

static gint64
get_retry_us (VigilHallFeed *feed)
{
  return VIGIL_FAKE_FEED (feed)->state == VIGIL_LINK_RECONNECTING ? 12345 : 0;
}

static double
get_rtt_ms (VigilHallFeed *feed)
{
  return VIGIL_FAKE_FEED (feed)->rtt_ms;
}

static void
reconnect_now (VigilHallFeed *feed)
{
  vigil_fake_log_add (VIGIL_FAKE_FEED (feed)->log, "reconnect-now");
}

static void
feed_iface_init (VigilHallFeedInterface *iface)
{
  iface->join = join;
  iface->leave = leave;
  iface->get_state = get_state;
  iface->get_error = get_error;
  iface->get_retry_us = get_retry_us;
  iface->get_rtt_ms = get_rtt_ms;
  iface->reconnect_now = reconnect_now;
}

static void
vigil_fake_feed_finalize (GObject *object)
{
  VigilFakeFeed *self = VIGIL_FAKE_FEED (object);

  g_clear_error (&self->error);
  vigil_fake_log_unref (self->log);

  G_OBJECT_CLASS (vigil_fake_feed_parent_class)->finalize (object);
}

static void
vigil_fake_feed_class_init (VigilFakeFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vigil_fake_feed_finalize;
}

static void
vigil_fake_feed_init (VigilFakeFeed *self)
{
}

VigilFakeFeed *
vigil_fake_feed_new (VigilFakeLog *log)
{
  VigilFakeFeed *self = g_object_new (VIGIL_TYPE_FAKE_FEED, NULL);

  self->log = vigil_fake_log_ref (log);
  self->rtt_ms = 38;
  return self;
}

void
vigil_fake_feed_connect (VigilFakeFeed *self,
                         gint64         epoch,
                         gint64         seq)
{
  g_clear_error (&self->error);
  set_state (self, VIGIL_LINK_CONNECTED);
  vigil_hall_feed_emit_joined (VIGIL_HALL_FEED (self), epoch, seq);
}

void
vigil_fake_feed_drop (VigilFakeFeed     *self,
                      VigilSessionError  code)
{
  g_clear_error (&self->error);
  self->error = g_error_new_literal (VIGIL_SESSION_ERROR, code, "the fake connection dropped");
  set_state (self, vigil_session_error_is_auth (self->error) ? VIGIL_LINK_REFUSED : VIGIL_LINK_RECONNECTING);
}

void
vigil_fake_feed_set_rtt (VigilFakeFeed *self,
                         double         ms)
{
  self->rtt_ms = ms;
}

void
vigil_fake_feed_deliver (VigilFakeFeed  *self,
                         VigilHallEvent *event)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) vigil_hall_event_unref);

  g_ptr_array_add (events, event);
  vigil_hall_feed_emit_events (VIGIL_HALL_FEED (self), events);
}
