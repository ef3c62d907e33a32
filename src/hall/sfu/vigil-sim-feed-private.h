/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pacer asks of a feed. */
#pragma once

#include "vigil-sim-clip.h"
#include "vigil-sim-feed.h"

G_BEGIN_DECLS

gint64        vigil_sim_feed_get_interval (VigilSimFeed *self);
VigilSimClip *vigil_sim_feed_dup_clip     (VigilSimFeed *self);
VigilSimStudio *vigil_sim_feed_get_studio (VigilSimFeed *self);

void          vigil_sim_feed_start        (VigilSimFeed *self);
void          vigil_sim_feed_stop         (VigilSimFeed *self);

const VigilSimFrame *vigil_sim_feed_step  (VigilSimFeed  *self,
                                           gboolean       want_key,
                                           VigilSimClip **clip);

G_END_DECLS
