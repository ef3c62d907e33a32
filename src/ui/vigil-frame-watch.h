/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how late the frames of our windows come. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-load-probe.h"

G_BEGIN_DECLS

typedef struct _VigilFrameWatch VigilFrameWatch;

/**
 * Main thread only. Whenever @probe asks, the frame clock of one of our windows that can be seen is asked for a frame. They are
 * all painted by one thread, so that one speaks for all.
 *
 * @probe: borrowed; outlives it
 */
VigilFrameWatch *vigil_frame_watch_new  (VigilLoadProbe *probe);
void             vigil_frame_watch_free (VigilFrameWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilFrameWatch, vigil_frame_watch_free)

G_END_DECLS
