/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The media engine on webrtcbin. The only header of this layer that others need. */
#pragma once

#include "vigil-media-engine.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_WEBRTC_ENGINE (vigil_webrtc_engine_get_type ())
G_DECLARE_FINAL_TYPE (VigilWebrtcEngine, vigil_webrtc_engine, VIGIL, WEBRTC_ENGINE, GObject)

/**
 * vigil_webrtc_engine_new:
 *
 * Starts GStreamer and makes the DTLS key in the background, so make it well
 * before the first transport is wanted. Main thread only, as all of its
 * functions; close it before the last reference goes or let dispose do so.
 *
 * Its pictures are VigilFrameSlots, its sounds VigilAudioFeeds. Errors are
 * VIGIL_MEDIA_ERROR.
 *
 * Properties, for transports and feeds to come:
 *  - "latency" (uint, ms, 50): how long to wait for missing packets; delays every first frame
 *  - "media-watchdog" (uint, ms, 4000): without a packet for so long a running feed is stalled
 *  - "connect-watchdog" (uint, ms, 10000): a transport that is not connected for so long after it was answered is lost
 *  - "gather-early" (uint, ms, 150): how long an early offer of a feed's own connection waits for ICE candidates
 *  - "decode-sandbox" (boolean, TRUE): feeds are decoded in a process that is locked in, where there can be one
 *
 * Returns: (transfer full): an engine that is not open
 */
VigilWebrtcEngine *vigil_webrtc_engine_new (void);

G_END_DECLS
