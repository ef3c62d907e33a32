/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One track of one simulated candidate: a webcam, a screen or a microphone.
 *
 * The behaviour is set from the hall's thread and shown from the next frame
 * boundary on, always beginning with a key frame. "shown" (behaviour, at) says
 * when that was: at is g_get_real_time () of the first such frame. It is
 * emitted in the thread-default main context of the thread that created the
 * feed, for feeds nobody watches too. A score or a violation raised in a
 * handler of "shown" therefore agrees with the picture.
 */
#pragma once

#include "vigil-sim-look.h"
#include "vigil-sim-studio.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SIM_FEED (vigil_sim_feed_get_type ())
G_DECLARE_FINAL_TYPE (VigilSimFeed, vigil_sim_feed, VIGIL, SIM_FEED, GObject)

VigilSimFeed     *vigil_sim_feed_new            (VigilSimStudio *studio,
                                                 guint           look,
                                                 VigilSimSource  source,
                                                 guint           width,
                                                 guint           height,
                                                 guint           rate);

VigilSimSource    vigil_sim_feed_get_source     (VigilSimFeed *self);
guint             vigil_sim_feed_get_look       (VigilSimFeed *self);

void              vigil_sim_feed_set_behaviour  (VigilSimFeed     *self,
                                                 VigilSimBehaviour behaviour);
VigilSimBehaviour vigil_sim_feed_get_behaviour  (VigilSimFeed *self);
VigilSimBehaviour vigil_sim_feed_get_shown      (VigilSimFeed *self,
                                                 gint64       *since);

void              vigil_sim_feed_snapshot_async  (VigilSimFeed        *self,
                                                  guint                width,
                                                  guint                height,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
GBytes           *vigil_sim_feed_snapshot_finish (VigilSimFeed  *self,
                                                  GAsyncResult  *result,
                                                  GError       **error);

G_END_DECLS
