/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A feed's own connection, where an SFU has one for each. */
#include "vigil-feed-link.h"

#include "vigil-media-metrics.h"

struct _VigilFeedLink
{
  guint64                feed;
  VigilReceiveTransport *transport;
  gulong                 lost_handler;
  gulong                 candidate_handler;
  VigilFeedLinkFuncs     funcs;
  gpointer               user_data;
};

static void
lost_cb (VigilReceiveTransport *transport,
         const char            *reason,
         VigilFeedLink         *self)
{
  self->funcs.lost (self->feed, reason, self->user_data);
}

static void
candidate_cb (VigilReceiveTransport *transport,
              const char            *candidate,
              VigilFeedLink         *self)
{
  self->funcs.candidate (self->feed, candidate, self->user_data);
}

/**
 * vigil_feed_link_new:
 * @feed: whose it is
 * @relays: (nullable): TURN servers
 * @funcs: not called after it was freed; may free it
 *
 * Returns: (transfer full): a connection that does nothing yet
 */
VigilFeedLink *
vigil_feed_link_new (guint64                   feed,
                     guint                     latency_ms,
                     const char *const        *relays,
                     gboolean                  relay_only,
                     const VigilFeedLinkFuncs *funcs,
                     gpointer                  user_data)
{
  VigilFeedLink *self = g_new0 (VigilFeedLink, 1);

  self->feed = feed;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->transport = vigil_receive_transport_new (latency_ms);
  vigil_receive_transport_set_relays (self->transport, relays, relay_only);
  self->lost_handler = g_signal_connect (self->transport, "lost", G_CALLBACK (lost_cb), self);
  self->candidate_handler = g_signal_connect (self->transport, "local-candidate", G_CALLBACK (candidate_cb), self);
  vigil_counter_add (vigil_media_metrics ()->links_live, 1);
  return self;
}

/**
 * vigil_feed_link_free:
 *
 * Closes the connection; its threads end in the background.
 */
void
vigil_feed_link_free (VigilFeedLink *self)
{
  g_clear_signal_handler (&self->lost_handler, self->transport);
  g_clear_signal_handler (&self->candidate_handler, self->transport);
  vigil_receive_transport_close (self->transport);
  g_object_unref (self->transport);
  vigil_counter_add (vigil_media_metrics ()->links_live, -1);
  g_free (self);
}

/**
 * vigil_feed_link_get_transport:
 *
 * Returns: (transfer none): its transport
 */
VigilReceiveTransport *
vigil_feed_link_get_transport (VigilFeedLink *self)
{
  return self->transport;
}
