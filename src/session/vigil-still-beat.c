/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a hall has a capture of a candidate, and when to ask for the next. */

#include "vigil-still-beat.h"

#include <stdlib.h>
#include <string.h>

/* Fewer say too little; one may have been taken at a violation. */
#define ENOUGH 3

#define LONGEST_US (3600 * (gint64) G_USEC_PER_SEC)

/* From the capture until the hall can give it out. */
#define UPLOAD_US (G_USEC_PER_SEC / 2)

/* Where nothing is known of the beat, a hall without anything new is asked no more rarely than this. */
#define BLIND_US (10 * (gint64) G_USEC_PER_SEC)

void
vigil_still_beat_set_stated (VigilStillBeat *self,
                             guint           seconds)
{
  self->stated_us = seconds * (gint64) G_USEC_PER_SEC;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

void
vigil_still_beat_note (VigilStillBeat *self,
                       gint64          former_ms,
                       gint64          next_ms,
                       gboolean        looked)
{
  gint64 sorted[VIGIL_STILL_BEAT_SEEN];
  gint64 distance_us = (next_ms - former_ms) * 1000;
  guint n;

  if (former_ms <= 0 || next_ms <= former_ms || distance_us > LONGEST_US)
    return;
  if (!looked && (self->learned_us == 0 || distance_us > self->learned_us * 3 / 4))
    return;

  self->seen[self->n++ % VIGIL_STILL_BEAT_SEEN] = distance_us;
  n = MIN (self->n, VIGIL_STILL_BEAT_SEEN);
  if (n < ENOUGH)
    return;
  memcpy (sorted, self->seen, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, compare);
  self->learned_us = sorted[n / 2];
}

gint64
vigil_still_beat_get_us (const VigilStillBeat *self)
{
  return self->stated_us > 0 ? self->stated_us : self->learned_us;
}

void
vigil_still_beat_forget (VigilStillBeat *self)
{
  *self = (VigilStillBeat) { 0 };
}

gint64
vigil_still_beat_plan_us (const VigilStillBeat *self,
                          gint64                refresh_us,
                          gint64                age_us,
                          guint                 quiet,
                          gboolean              early)
{
  gint64 interval_us = vigil_still_beat_get_us (self);

  if (interval_us == 0)
    return MAX (MIN (refresh_us << MIN (quiet, 16), BLIND_US), refresh_us);
  /* It cannot be asked as often as they come. */
  if (interval_us <= refresh_us)
    return refresh_us;
  if (early && quiet == 0 && self->stated_us == 0 && age_us >= 0)
    return MAX (interval_us / 2 - age_us, refresh_us);
  if (age_us >= 0 && (quiet == 0 || age_us < interval_us))
    return MAX (interval_us + UPLOAD_US - age_us, refresh_us);
  /* Late, or never there: more and more rarely, but about once an interval. */
  return MAX (MIN ((interval_us / 8) << MIN (quiet, 16), interval_us), refresh_us);
}
