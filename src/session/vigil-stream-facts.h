/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the roster says of candidates, told to the stream budget. */
#pragma once

#include "vigil-roster.h"
#include "vigil-stream-budget.h"

G_BEGIN_DECLS

typedef struct _VigilStreamFacts VigilStreamFacts;

/** Main thread only. Borrows both, which outlive it. */
VigilStreamFacts *vigil_stream_facts_new  (VigilRoster *roster, VigilStreamBudget *budget);
void              vigil_stream_facts_free (VigilStreamFacts *self);

/** Tells what @fields (VIGIL_FIELD_…) say of a candidate. Returns: whether the budget has to decide anew. */
gboolean vigil_stream_facts_note (VigilStreamFacts *self, VigilHandle handle, guint fields);
/** Tells everything of everybody in the roster. */
void     vigil_stream_facts_learn (VigilStreamFacts *self);
/** The roster is another one: what was told does not hold any more. */
void     vigil_stream_facts_forget (VigilStreamFacts *self);
/** @user: (nullable): whose claims are ours. Returns: whether the budget has to decide anew. */
gboolean vigil_stream_facts_set_operator (VigilStreamFacts *self, const char *user);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilStreamFacts, vigil_stream_facts_free)

G_END_DECLS
