/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far each candidate's bypass has come, so that a late answer is known as one. */
#pragma once

#include "vigil-hall-event.h"
#include "vigil-roster.h"

G_BEGIN_DECLS

typedef struct _VigilBypassWatch VigilBypassWatch;

/** Follows @roster, which it keeps a reference on. Main thread only. */
VigilBypassWatch *vigil_bypass_watch_new   (VigilRoster *roster);
void              vigil_bypass_watch_free  (VigilBypassWatch *self);
/** Forgets everybody (another exam). */
void              vigil_bypass_watch_clear (VigilBypassWatch *self);

/** Takes note of what a new event says of a bypass; of any other event nothing. */
void              vigil_bypass_watch_take_event (VigilBypassWatch *self, const VigilHallEvent *event);

/**
 * vigil_bypass_watch_take_answer:
 * @bypass: as the hall answered an action with
 *
 * An answer may come, or be replayed, long after somebody else changed the bypass again.
 * Returns: whether it is news, and noted; %FALSE: a later state is known already.
 */
gboolean          vigil_bypass_watch_take_answer (VigilBypassWatch *self, const char *student_id, VigilBypass *bypass);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilBypassWatch, vigil_bypass_watch_free)

G_END_DECLS
