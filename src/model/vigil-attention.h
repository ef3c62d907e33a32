/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a candidate needs looking at, as one small number, and the order that it makes. */
#pragma once

#include "vigil-roster.h"

G_BEGIN_DECLS

/* What an open flag, its band and a raised hand add to a score. */
#define VIGIL_ATTENTION_FLAG 20
#define VIGIL_ATTENTION_BAND 15
#define VIGIL_ATTENTION_HAND 20
#define VIGIL_ATTENTION_MAX  (100 + VIGIL_ATTENTION_FLAG + VIGIL_ATTENTION_BAND * VIGIL_BAND_CRITICAL + VIGIL_ATTENTION_HAND)

/** Score, open flags and hand of somebody in @roster: 0..VIGIL_ATTENTION_MAX. Main thread. */
guint vigil_attention_of (VigilRoster *roster, VigilHandle handle);

typedef struct _VigilAttention VigilAttention;

/** An order of @roster, which must outlive it. */
VigilAttention *vigil_attention_new  (VigilRoster *roster);
void            vigil_attention_free (VigilAttention *self);

/** Points by which the number has to change before the order follows; default 8. */
void vigil_attention_set_hysteresis (VigilAttention *self, guint points);

/** Fills @sorted with @n handles, most attention first, equal ones as they stand in @handles.
 *  @exact: by the numbers of this moment, without hysteresis. */
void vigil_attention_sort (VigilAttention *self, const VigilHandle *handles, guint n, gboolean exact, GArray *sorted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilAttention, vigil_attention_free)

G_END_DECLS
