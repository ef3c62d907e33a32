/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture of one stream that is no candidate's tile: a shared screen. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-frame-slot.h"
#include "vigil-score-sweeper.h"
#include "vigil-session.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FEED_VIEW (vigil_feed_view_get_type ())
G_DECLARE_FINAL_TYPE (VigilFeedView, vigil_feed_view, VIGIL, FEED_VIEW, GtkWidget)

/**
 * Main thread only. As with a tile, a frame is drawn only if it carries the number of the feed that the stream has now; one
 * that is not fresh lies under a veil with its age.
 */
GtkWidget  *vigil_feed_view_new (VigilSession *session, VigilScoreSweeper *sweeper);

/** Shows a stream's pictures; NULL: nothing. */
void        vigil_feed_view_set_stream (VigilFeedView *self, VigilStream *stream);
/** Whether there is a picture that is live, or not older than one may be that is called so. */
gboolean    vigil_feed_view_has_recent_picture (VigilFeedView *self);
/** Drops the picture: nothing is shared any more. */
void        vigil_feed_view_forget (VigilFeedView *self);
/** Once a second: ages. */
void        vigil_feed_view_tick (VigilFeedView *self);

/** The picture that is shown, if it is live. @slot: (out) (optional) (transfer full): where it comes from.
 *  Returns: (transfer full) (nullable). */
VigilFrame *vigil_feed_view_dup_live_frame (VigilFeedView *self, VigilFrameSlot **slot);

G_END_DECLS
