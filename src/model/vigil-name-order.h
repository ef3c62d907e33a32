/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The candidates of a roster by name, kept sorted while they arrive; for VigilRanker. */
#pragma once

#include "vigil-roster.h"

G_BEGIN_DECLS

typedef struct _VigilNameOrder VigilNameOrder;

VigilNameOrder *vigil_name_order_new  (VigilRoster *roster);
void            vigil_name_order_free (VigilNameOrder *self);

/** Every handle of the roster by name, equal names by arrival. Sorts only what is new.
 *  Returns: (transfer none): valid until the next call. Main thread. */
const VigilHandle *vigil_name_order_get (VigilNameOrder *self, guint *n);

/** A candidate may be called something else now. */
void vigil_name_order_renamed (VigilNameOrder *self, VigilHandle handle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilNameOrder, vigil_name_order_free)

G_END_DECLS
