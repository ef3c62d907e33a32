/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exponential backoff with full jitter. A plain value: copy it, keep it in a struct. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint min_ms;
  guint max_ms;
  guint attempt; /* how many delays were handed out since the last reset */
} VigilBackoff;

/** A backoff whose delays grow from @min_ms, doubling, to at most @max_ms. */
void vigil_backoff_init (VigilBackoff *self, guint min_ms, guint max_ms);

/** The next delay in milliseconds: half of the step, and up to the other half at random. */
guint vigil_backoff_next (VigilBackoff *self);

/** Starts over after a success. */
void vigil_backoff_reset (VigilBackoff *self);

G_END_DECLS
