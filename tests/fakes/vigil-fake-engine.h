/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A media engine without media: pictures are plain objects, frames come when the test says so. */
#pragma once

#include "vigil-fake-log.h"
#include "vigil-media-engine.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_FAKE_ENGINE (vigil_fake_engine_get_type ())
G_DECLARE_FINAL_TYPE (VigilFakeEngine, vigil_fake_engine, VIGIL, FAKE_ENGINE, GObject)

VigilFakeEngine *vigil_fake_engine_new (VigilFakeLog *log);

/** Every feed that is set running has its first frame by itself, from the main loop; default TRUE. */
void  vigil_fake_engine_set_frames (VigilFakeEngine *self, gboolean frames);
/** attach() fails from now on. */
void  vigil_fake_engine_set_broken (VigilFakeEngine *self, gboolean broken);
/** What each feed does between two readings of its stats, and the sizes it has; default: nothing is measured. */
void  vigil_fake_engine_set_stats (VigilFakeEngine *self, const VigilFeedStats *step);
/** Feeds that are attached. */
guint vigil_fake_engine_get_n_feeds (VigilFakeEngine *self);
/** Connections of one feed that there are. */
guint vigil_fake_engine_get_n_links (VigilFakeEngine *self);
gboolean vigil_fake_engine_is_running (VigilFakeEngine *self, guint64 feed);
/** Transports opened from now on find no way for media until this is told TRUE; default: they do at once. */
void  vigil_fake_engine_set_connects (VigilFakeEngine *self, gboolean connects);
/** Whose the feed that was attached last is, as the engine was told. */
const char *vigil_fake_engine_get_origin (VigilFakeEngine *self);
/** How loud a feed is heard; 0 for one that is gone. */
double vigil_fake_engine_get_gain (VigilFakeEngine *self, guint64 feed);
/** @why: (nullable): why no sound can be played from now on; default: it can. */
void vigil_fake_engine_set_mute (VigilFakeEngine *self, const char *why);

G_END_DECLS
