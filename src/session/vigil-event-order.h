/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hands on a hall's events in their order, none missing, none twice. */
#pragma once

#include "vigil-hall-directory.h"
#include "vigil-hall-event.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_EVENT_ORDER (vigil_event_order_get_type ())
G_DECLARE_FINAL_TYPE (VigilEventOrder, vigil_event_order, VIGIL, EVENT_ORDER, GObject)

/**
 * Main thread only. The rules are those of docs/protocol.md, section 10.
 *
 * Where numbers are missing, the events after the gap are held, the missing ones are read from the hall
 * (VIGIL_DIRECTORY_CHANGES), and all go on in their order: for a second or so nothing sequenced happens, instead of
 * something wrong. The same after a reconnect for what happened meanwhile. Where the hall cannot say any more,
 * or takes too long, "lost" is emitted and what was held goes on: no event that came is ever dropped.
 *
 * Signals:
 *  - "event" (VigilHallEvent*): the next one. What is not sequenced goes on at once
 *  - "lost" (gint64 seq, gboolean away): events up to @seq are missing for good. @away: they fell into the time
 *    before the last vigil_event_order_joined(). What held events there are come after it
 */
VigilEventOrder *vigil_event_order_new (VigilHallDirectory *directory);

/** Which exam it is about; forgets the position in the former one. %NULL: none. */
void   vigil_event_order_set_exam (VigilEventOrder *self, const char *exam_id);

/** A connection joined at @epoch, @seq: reads what was missed since the last one, if anything. */
void   vigil_event_order_joined (VigilEventOrder *self, gint64 epoch, gint64 seq);
/** The connection is gone. The position stays, and what is held. */
void   vigil_event_order_stop (VigilEventOrder *self);

void   vigil_event_order_take (VigilEventOrder *self, VigilHallEvent *event);

/** Of the last event handed on; −1 before the first join. */
gint64   vigil_event_order_get_seq (VigilEventOrder *self);
/** Whether missing events are being read. */
gboolean vigil_event_order_is_healing (VigilEventOrder *self);
/** Within "event": how long ago, at most, it was news, in ms: 0 for one that was just told, G_MAXINT64 for one
 *  that fell into the time before the last vigil_event_order_joined(). */
gint64   vigil_event_order_get_lag_ms (VigilEventOrder *self);

G_END_DECLS
