/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody who sounds: a tone of a known level, in Opus packets. */
#pragma once

#include <glib.h>
#include <gst/gst.h>

G_BEGIN_DECLS

#define MEDIA_VOICE_FRAME 960u

/** Encodes 20 ms at a time; makes sequence numbers and time stamps as a browser does. */
typedef struct _MediaVoice MediaVoice;

/** @peak: of the sine, linear; @fec: each packet has the one before it as well */
MediaVoice *media_voice_new       (double hz, double peak, gboolean fec);
void        media_voice_free      (MediaVoice *self);
/** The next packet's payload; valid until the next call. */
const guint8 *media_voice_next    (MediaVoice *self, gsize *size, guint16 *seq, guint32 *timestamp);
/** The same as an RTP packet. */
GstBuffer  *media_voice_next_rtp  (MediaVoice *self, guint32 ssrc);
/** So many ms of silence that is not sent: the time goes on, the numbers do not. */
void        media_voice_rest      (MediaVoice *self, guint ms);
/** From the next packet on. */
void        media_voice_set_peak  (MediaVoice *self, double peak);

G_END_DECLS
