/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far the hall's clock is from ours. Private to net/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A plain value of one connection; main thread. Zeroed is empty. */
typedef struct
{
  gint64   taken_us;   /* monotonic, of the sample that is in use; 0: none */
  gint64   error_us;   /* how wrong it can be: half of its round trip */
  gint64   offset_ms;
} VigilHallClock;

/**
 * vigil_hall_clock_add:
 * @server_ms: what the hall's clock said
 * @sent_us: monotonic, when the question went out
 * @rtt_us: until the answer was there
 * @resolution_ms: of @server_ms: 1, or 1,000 for a Date header
 *
 * Takes the sample if it bounds the offset better than the present one, or if that has become old,
 * and then tells vigil_clock_set_hall_offset_ms().
 */
void vigil_hall_clock_add (VigilHallClock *self, gint64 server_ms, gint64 sent_us, gint64 rtt_us, guint resolution_ms);

G_END_DECLS
