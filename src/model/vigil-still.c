/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest capture of a candidate, as it came. */

#include "vigil-still.h"

G_DEFINE_BOXED_TYPE (VigilStill, vigil_still, vigil_still_ref, vigil_still_unref)

VigilStill *
vigil_still_new (VigilHandle  handle,
                 GBytes      *bytes,
                 const char  *etag,
                 gint64       at_ms,
                 gint64       received_us)
{
  VigilStill *self = g_new0 (VigilStill, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->handle = handle;
  self->bytes = g_bytes_ref (bytes);
  self->etag = g_strdup (etag);
  self->at_ms = at_ms;
  self->received_us = received_us;
  return self;
}

VigilStill *
vigil_still_ref (VigilStill *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
vigil_still_unref (VigilStill *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_bytes_unref (self->bytes);
  g_free (self->etag);
  g_free (self);
}

gint64
vigil_still_get_age_us (const VigilStill *self,
                        gint64            now_us,
                        gint64            hall_ms)
{
  gint64 since_here_us = MAX (now_us - self->received_us, 0);

  /* From before the hall's time began: not a time at all. */
  if (self->at_ms <= 0)
    return since_here_us;

  return MAX (since_here_us, (hall_ms - self->at_ms) * 1000);
}
