/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes down what a session says of violations, since its own log forgets the oldest. */
#pragma once

#include "vigil-session.h"

G_BEGIN_DECLS

typedef struct _SoakLedger SoakLedger;

SoakLedger *soak_ledger_new  (VigilSession *session);
void        soak_ledger_free (SoakLedger *self);

/** How often the session said that a violation was seen; 0: it never spoke of it. */
guint       soak_ledger_get_count (SoakLedger *self, const char *id);
guint       soak_ledger_get_n     (SoakLedger *self);
/** Times that it said again what it had said, or said less. */
guint       soak_ledger_get_repeated (SoakLedger *self);
/** How many of @flags (id → count) it does not know, or not with so high a count. @first, (out) (nullable), is one of them. */
guint       soak_ledger_get_missing (SoakLedger *self, GHashTable *flags, const char **first);
/** The ids it knows. (transfer full) */
GPtrArray  *soak_ledger_dup_ids (SoakLedger *self);

G_END_DECLS
