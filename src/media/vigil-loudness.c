/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RMS and peak in dBFS. */
#include "vigil-loudness.h"

#include <math.h>

#include "vigil-audio-feed.h"

#define FULL_SCALE 32768.0

/**
 * vigil_loudness_add:
 * @samples: mono
 * @n: how many
 *
 * Takes them in.
 */
void
vigil_loudness_add (VigilLoudness *self,
                    const gint16  *samples,
                    guint          n)
{
  gint64 squares = 0;
  int peak = self->peak;

  for (guint i = 0; i < n; i++)
    {
      int value = samples[i];
      int size = ABS (value);

      squares += value * value;
      peak = MAX (peak, size);
    }

  self->squares += (double) squares;
  self->peak = peak;
  self->n += n;
}

static double
to_db (double share)
{
  return share > 0 ? MAX (20 * log10 (share), VIGIL_AUDIO_FLOOR_DB) : VIGIL_AUDIO_FLOOR_DB;
}

/**
 * vigil_loudness_take:
 * @rms_db: (out): dBFS, not below %VIGIL_AUDIO_FLOOR_DB
 * @peak_db: (out): likewise
 *
 * Begins anew.
 *
 * Returns: %FALSE if nothing was added
 */
gboolean
vigil_loudness_take (VigilLoudness *self,
                     double        *rms_db,
                     double        *peak_db)
{
  if (self->n == 0)
    return FALSE;

  *rms_db = to_db (sqrt (self->squares / (double) self->n) / FULL_SCALE);
  *peak_db = to_db (self->peak / FULL_SCALE);
  *self = (VigilLoudness) { 0 };
  return TRUE;
}
