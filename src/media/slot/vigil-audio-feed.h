/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a feed of sound gives and takes: its level, and how loud it is to be heard. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/** What silence counts as, dBFS. */
#define VIGIL_AUDIO_FLOOR_DB (-100.0)

#define VIGIL_TYPE_AUDIO_FEED (vigil_audio_feed_get_type ())
G_DECLARE_FINAL_TYPE (VigilAudioFeed, vigil_audio_feed, VIGIL, AUDIO_FEED, GObject)

/**
 * VigilAudioFeed:
 *
 * Nobody is woken for a level: whoever shows it looks as often as it likes; some ten new ones come
 * a second. Nobody is heard before a gain was set.
 *
 * Main thread, but for vigil_audio_feed_publish_level() and vigil_audio_feed_get_gain().
 *
 * Signal "gain-changed": vigil_audio_feed_get_gain() is another.
 */
VigilAudioFeed *vigil_audio_feed_new           (guint64         feed);

guint64         vigil_audio_feed_get_feed      (VigilAudioFeed *self);
gboolean        vigil_audio_feed_get_level     (VigilAudioFeed *self,
                                                double         *rms_db,
                                                double         *peak_db,
                                                gint64         *at_us);
void            vigil_audio_feed_set_gain      (VigilAudioFeed *self,
                                                double          gain);
double          vigil_audio_feed_get_gain      (VigilAudioFeed *self);

/* For whoever decodes it. */
void            vigil_audio_feed_publish_level (VigilAudioFeed *self,
                                                double          rms_db,
                                                double          peak_db,
                                                gint64          at_us);

G_END_DECLS
