/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates by the time since their last sign of life. */
#pragma once

#include "vigil-roster.h"

G_BEGIN_DECLS

/** The hall's last_seen or the capture time of the last score, whichever is later; epoch ms, 0 never. */
gint64 vigil_last_seen_ms (VigilRoster *roster, VigilHandle handle);

typedef struct _VigilSeenOrder VigilSeenOrder;

VigilSeenOrder *vigil_seen_order_new  (VigilRoster *roster);
void            vigil_seen_order_free (VigilSeenOrder *self);

/** Ages up to this are all the same, so that a wall where everybody is here stays as it is; ms. */
void vigil_seen_order_set_recent (VigilSeenOrder *self, guint ms);

/** Fills @sorted: longest not seen first (never seen before all others), by whole seconds, equal ones
 *  as they stand in @handles. Main thread. */
void vigil_seen_order_sort (VigilSeenOrder *self, const VigilHandle *handles, guint n, GArray *sorted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilSeenOrder, vigil_seen_order_free)

G_END_DECLS
