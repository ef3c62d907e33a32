/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payloads of sound as bytes, through a voice that is measured and one that is heard.
 *
 * The input is a row of packets, each after a byte of length; odd lengths have a gap before them. Built by hand for
 * libFuzzer (see docs/testing.md), and by meson to replay the corpus. */
#include <stddef.h>
#include <stdint.h>

#include "vigil-audio-feed.h"
#include "vigil-opus.h"
#include "vigil-voice.h"

#define TURN_US 20000

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static void
run (const uint8_t *data,
     size_t         size,
     gboolean       heard)
{
  VigilVoice *voice = vigil_voice_new (40);
  gint16 samples[VIGIL_OPUS_FRAME];
  VigilVoiceNews news;
  double rms_db, peak_db;
  guint16 seq = 65530;
  guint32 timestamp = 0;
  gint64 now_us = 1;

  if (heard)
    vigil_voice_begin (voice);
  while (size > 0)
    {
      gsize length = MIN ((gsize) data[0], size - 1);

      seq += 1 + (data[0] & 1);
      timestamp += VIGIL_OPUS_FRAME * (1 + (data[0] & 1));
      vigil_voice_push (voice, data + 1, length, seq, timestamp);
      now_us += TURN_US;
      if (heard)
        vigil_voice_read (voice, samples, VIGIL_OPUS_FRAME, now_us);
      else
        vigil_voice_measure (voice, now_us);
      if (vigil_voice_take_level (voice, &rms_db, &peak_db))
        g_assert_true (rms_db >= VIGIL_AUDIO_FLOOR_DB && rms_db <= peak_db + 0.001 && peak_db <= 0);
      data += 1 + length;
      size -= 1 + length;
    }
  vigil_voice_take_news (voice, &news);
  vigil_voice_free (voice);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  run (data, size, FALSE);
  run (data, size, TRUE);
  return 0;
}
