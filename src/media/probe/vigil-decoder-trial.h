/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decodes a known clip by a given way, and says what came out and what it took. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  guint   pictures;
  guint   frames;   /* that went in */
  gint64  cpu_us;   /* of this process, all threads */
  char   *digest;   /* of all pictures' luma and chroma, in order */
} VigilDecoderTrial;

/**
 * vigil_decoder_trial_run:
 * @codec: "VP8" or "H264"
 * @factory: (nullable): a decoder element; %NULL: what the program uses without one
 * @rounds: how often the clip is decoded
 * @trial: (out caller-allocates)
 * @error: %VIGIL_MEDIA_ERROR, or of the resource
 *
 * Each picture has to come out of the push that completed its frame: that is how the program uses decoders.
 * Blocks for as long as the decoder does, for ever with one that hangs. Thread: any that has it alone.
 */
gboolean vigil_decoder_trial_run   (const char *codec, const char *factory, guint rounds, VigilDecoderTrial *trial, GError **error);
void     vigil_decoder_trial_clear (VigilDecoderTrial *trial);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VigilDecoderTrial, vigil_decoder_trial_clear)

G_END_DECLS
