/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of the feed benchmark: so many candidates, so many scores a second, one server. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint       candidates;
  guint       rate;       /* scores a second */
  guint       batch_ms;   /* 0: one message each */
  gboolean    node;       /* the real socket.io instead of vigil-hall */
  double      seconds;    /* of each measurement */
  gboolean    scroll;     /* measure the scrolling wall too */
  guint       search;     /* letters of a search to type afterwards; 0: none */
} FeedCase;

/**
 * feed_case_run:
 *
 * Runs the client in this process against a server in another. Needs a display and a fresh process: what a case
 * leaves in the allocator would stand in the memory of the next.
 * Returns: (transfer full): its figures; exits the process where it cannot run
 */
JsonObject *feed_case_run (const FeedCase *self);

G_END_DECLS
