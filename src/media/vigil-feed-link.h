/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A feed's own connection, from our offer to its end. */
#pragma once

#include "vigil-receive-transport.h"

G_BEGIN_DECLS

/** Main thread only. Freeing it closes the connection, in the background. */
typedef struct _VigilFeedLink VigilFeedLink;

/** What is heard of it. */
typedef struct
{
  void (*lost)      (guint64 feed, const char *reason, gpointer user_data);    /* or never came to be; once at most */
  void (*candidate) (guint64 feed, const char *candidate, gpointer user_data); /* as the engine's "local-candidate" */
} VigilFeedLinkFuncs;

VigilFeedLink         *vigil_feed_link_new           (guint64                feed,
                                                      guint                  latency_ms,
                                                      const char *const     *relays,
                                                      gboolean               relay_only,
                                                      const VigilFeedLinkFuncs *funcs,
                                                      gpointer               user_data);
void                   vigil_feed_link_free          (VigilFeedLink         *self);
VigilReceiveTransport *vigil_feed_link_get_transport (VigilFeedLink         *self);

G_END_DECLS
