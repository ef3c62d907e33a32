/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decodes one feed of sound: a level for whoever looks, and what is heard of it for the mixer. */
#pragma once

#include "vigil-audio-feed.h"
#include "vigil-audio-mixer.h"
#include "vigil-feed-decoder.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_AUDIO_DECODER (vigil_audio_decoder_get_type ())
G_DECLARE_FINAL_TYPE (VigilAudioDecoder, vigil_audio_decoder, VIGIL, AUDIO_DECODER, GObject)

/**
 * VigilAudioDecoder:
 *
 * A VigilFeedDecoder. Packets come in on a streaming thread and are only queued
 * there; the rest is the mixer's thread's. Whatever goes wrong in it stays in it.
 */
VigilAudioDecoder *vigil_audio_decoder_new      (guint64             feed,
                                                 const char         *codec,
                                                 guint               delay_ms,
                                                 VigilAudioMixer    *mixer,
                                                 GError            **error);
gboolean           vigil_audio_decoder_supports (const char         *codec);
VigilAudioFeed    *vigil_audio_decoder_get_feed (VigilAudioDecoder  *self);

/* the mixer's thread */
gboolean           vigil_audio_decoder_is_heard (VigilAudioDecoder  *self);
void               vigil_audio_decoder_mix      (VigilAudioDecoder  *self,
                                                 gint32             *sum,
                                                 guint               n,
                                                 gint64              now_us);
gboolean           vigil_audio_decoder_turn     (VigilAudioDecoder  *self,
                                                 gboolean            level,
                                                 gint64              now_us);

G_END_DECLS
