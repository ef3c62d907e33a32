/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest capture of a candidate, as it came: what stands in for live video. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_STILL (vigil_still_get_type ())

/** Immutable, reference counted; any thread. The bytes are the candidate's own: hostile until decoded. */
typedef struct
{
  gatomicrefcount  ref_count;
  VigilHandle      handle;      /* whose it is, and nobody else's */
  GBytes          *bytes;       /* of a picture, not decoded */
  char            *etag;        /* what the hall calls this capture; nullable */
  gint64           at_ms;       /* of the capture, by the hall's clock; 0: the hall does not say */
  gint64           received_us; /* monotonic */
} VigilStill;

GType       vigil_still_get_type (void);
/** @bytes: referenced. Returns: (transfer full). */
VigilStill *vigil_still_new (VigilHandle handle, GBytes *bytes, const char *etag, gint64 at_ms, gint64 received_us);
VigilStill *vigil_still_ref (VigilStill *self);
void        vigil_still_unref (VigilStill *self);
/** Time since the capture by the hall's clock, in µs, and never less than since it came: one that says it is from
 *  the future does not look young. */
gint64      vigil_still_get_age_us (const VigilStill *self, gint64 now_us, gint64 hall_ms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilStill, vigil_still_unref)

G_END_DECLS
