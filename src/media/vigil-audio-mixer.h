/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one thread of all sound: decodes, measures, and mixes what is heard. */
#pragma once

#include "vigil-audio-output.h"

G_BEGIN_DECLS

/* Said again in vigil-audio-decoder.h. */
typedef struct _VigilAudioDecoder VigilAudioDecoder;

/**
 * VigilAudioMixer:
 *
 * The thread exists while there is a decoder. It wakes ten times a second while
 * nobody is heard, and a hundred times while somebody is. Main thread.
 */
typedef struct _VigilAudioMixer VigilAudioMixer;

VigilAudioMixer  *vigil_audio_mixer_new        (const char        *sink);
VigilAudioMixer  *vigil_audio_mixer_ref        (VigilAudioMixer   *self);
void              vigil_audio_mixer_unref      (VigilAudioMixer   *self);

void              vigil_audio_mixer_add        (VigilAudioMixer   *self,
                                                VigilAudioDecoder *decoder);
void              vigil_audio_mixer_remove     (VigilAudioMixer   *self,
                                                VigilAudioDecoder *decoder);
void              vigil_audio_mixer_wake       (VigilAudioMixer   *self);
VigilAudioOutput *vigil_audio_mixer_get_output (VigilAudioMixer   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilAudioMixer, vigil_audio_mixer_unref)

G_END_DECLS
