/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated candidate's pictures once more, as H264: what a Safari sends. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _JanusH264 JanusH264;

JanusH264 *janus_h264_new         (guint32 ssrc);
void       janus_h264_free        (JanusH264 *self);
/** @packets: RTP of one picture of VP8, a key frame first. */
void       janus_h264_push        (JanusH264 *self, GstBufferList *packets);
void       janus_h264_request_key (JanusH264 *self);
/** Returns: (transfer full) (nullable): the next RTP packet of H264 that is ready. */
GstBuffer *janus_h264_pull        (JanusH264 *self);

G_END_DECLS
