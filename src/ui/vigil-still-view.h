/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stills of one candidate at a time as pictures of one size. */
#pragma once

#include "vigil-frame.h"
#include "vigil-stills.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_STILL_VIEW (vigil_still_view_get_type ())
G_DECLARE_FINAL_TYPE (VigilStillView, vigil_still_view, VIGIL, STILL_VIEW, GObject)

/**
 * Main thread only; decodes on worker threads, two at a time for all views. Of captures that come faster than
 * they are decoded only the newest is.
 *
 * Signal "changed": there is another picture.
 */
VigilStillView *vigil_still_view_new (VigilStills *stills);

/** Watches @handle's stills, not asking before @wait_us have passed; VIGIL_HANDLE_NONE: nobody's, and the picture at hand
 *  stays. A picture of anybody else is gone when this returns. */
void vigil_still_view_watch (VigilStillView *self, VigilHandle handle, gint64 wait_us);
/** Watches nobody and keeps nothing. */
void vigil_still_view_forget (VigilStillView *self);
/** Pixels of the longer side. */
void vigil_still_view_set_side (VigilStillView *self, int side);

/**
 * vigil_still_view_get:
 * @still: (out) (optional) (transfer none): what it was decoded from
 *
 * Returns: (transfer none) (nullable): the newest picture of @handle, never of anybody else.
 */
VigilFrame *vigil_still_view_get (VigilStillView *self, VigilHandle handle, VigilStill **still);

G_END_DECLS
