/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of webrtcbin: a pad without an element that takes everything and never complains. */
#pragma once

#include "vigil-packet-sink.h"

G_BEGIN_DECLS

/**
 * VigilFeedPad:
 *
 * One pad of webrtcbin and what it is linked to. One unlinked pad or one error
 * flow stops every stream of a transport, and a queue does not contain it;
 * this pad answers OK to whatever comes, for as long as it is linked.
 */
typedef struct _VigilFeedPad VigilFeedPad;

VigilFeedPad *vigil_feed_pad_new               (GstPad          *source,
                                                guint32          ssrc,
                                                VigilPacketSink *sink);
void          vigil_feed_pad_free              (VigilFeedPad    *self);
gboolean      vigil_feed_pad_link              (VigilFeedPad    *self);
guint32       vigil_feed_pad_get_ssrc          (VigilFeedPad    *self);
GstPad       *vigil_feed_pad_get_source        (VigilFeedPad    *self);
gboolean      vigil_feed_pad_request_key_frame (VigilFeedPad    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilFeedPad, vigil_feed_pad_free)

G_END_DECLS
