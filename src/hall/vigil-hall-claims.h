/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who looks after whom. A claim ends with its holder: some time after the last console is gone. */
#pragma once

#include "vigil-hall-private.h"

G_BEGIN_DECLS

VigilHallClaims *vigil_hall_claims_new  (VigilHall *hall);
void             vigil_hall_claims_free (VigilHallClaims *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallClaims, vigil_hall_claims_free)

/** Whether @user may take @candidate, or let go of it. Errors: CONFLICT with details.claimedBy. */
gboolean vigil_hall_claims_check (const VigilHallCandidate *candidate, const char *user, GError **error);

/** Gives @candidate to @user, %NULL: to nobody, and says so where that is news. */
void vigil_hall_claims_set (VigilHallClaims *self, VigilHallExam *exam, VigilHallCandidate *candidate, const char *user);

/** Frees what those hold who have had no console for long enough at @now_us (monotonic). */
void vigil_hall_claims_sweep (VigilHallClaims *self, gint64 now_us);

G_END_DECLS
