/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far the hall's clock is from ours. Private to net/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * What is known is an interval, not a guess: between the moment a question went out and the moment its answer came the
 * hall's clock showed what it said, so each exchange bounds the offset from both sides, however unlike the two ways are.
 * The offset lies in the intersection of all of them (the fastest exchange counts most), and as clocks drift the
 * intersection widens with time. An exchange that does not meet it at all proves that a clock was set: then only that
 * one counts.
 *
 * A plain value of one connection; main thread. Zeroed is empty.
 */
typedef struct
{
  gint64   taken_us;   /* monotonic, of the last exchange that counted; 0: none */
  gint64   low_us;     /* the offset's bounds then: the hall's clock minus ours */
  gint64   high_us;
  gboolean fine;       /* they come from a clock of milliseconds */

  /** Optional: a clock was set. */
  void   (*jumped) (gpointer user_data);
  gpointer user_data;
} VigilHallClock;

/**
 * vigil_hall_clock_add:
 * @server_ms: what the hall's clock said
 * @sent_us: monotonic, when the question went out
 * @rtt_us: until the answer was there; the call may come later
 * @resolution_ms: of @server_ms: 1, or 1,000 for a Date header. The latter may be a proxy's, and
 *   counts only until the hall itself has told its time
 *
 * Takes the exchange into account and tells vigil_clock_set_hall().
 */
void vigil_hall_clock_add (VigilHallClock *self, gint64 server_ms, gint64 sent_us, gint64 rtt_us, guint resolution_ms);

G_END_DECLS
