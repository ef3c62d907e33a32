/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one way to the sound device; closed unless somebody is listened to. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_AUDIO_OUTPUT (vigil_audio_output_get_type ())
G_DECLARE_FINAL_TYPE (VigilAudioOutput, vigil_audio_output, VIGIL, AUDIO_OUTPUT, GObject)

/**
 * VigilAudioOutput:
 *
 * What may block (finding, opening and closing a device) happens on a worker
 * of its own.
 *
 * Signal "changed": vigil_audio_output_can() says something else. Main thread.
 */
VigilAudioOutput *vigil_audio_output_new        (const char       *sink);
void              vigil_audio_output_shut       (VigilAudioOutput *self);

/* main thread */
void              vigil_audio_output_probe      (VigilAudioOutput *self);
gboolean          vigil_audio_output_can        (VigilAudioOutput  *self,
                                                 const char       **why);

/* the thread that mixes */
void              vigil_audio_output_open       (VigilAudioOutput *self);
void              vigil_audio_output_close      (VigilAudioOutput *self);
gboolean          vigil_audio_output_is_open    (VigilAudioOutput *self);
guint             vigil_audio_output_get_queued (VigilAudioOutput *self);
void              vigil_audio_output_push       (VigilAudioOutput *self,
                                                 const gint16     *samples,
                                                 guint             n);

G_END_DECLS
