/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the queue. */
#pragma once

#include "vigil-session.h"

G_BEGIN_DECLS

/* All return translated text, (transfer full). Main thread only. */

/** "41 candidates of room B lost video". */
char *vigil_words_incident_title (VigilIncident *incident);
/** "within 3 s · SFU worker 2 · 38 not back yet". */
char *vigil_words_incident_detail (VigilIncident *incident);
/** What it is: "Multiple faces"; "41 candidates of room B lost video within 3 s". */
char *vigil_words_triage_title (VigilSession *session, VigilTriageItem *item);
/** A candidate's name, and the room if one is known. */
char *vigil_words_name_and_room (const VigilCandidate *candidate);
/** Whom it is about: a name and a room; of an incident, how many are not back. */
char *vigil_words_triage_subject (VigilSession *session, VigilTriageItem *item);
/** Whose it is, or what became of it; NULL: nothing to say. */
char *vigil_words_triage_state (VigilSession *session, VigilTriageItem *item);
/** How long it has waited, and that its time is over: "2 min, overdue". */
char *vigil_words_triage_age (VigilTriageItem *item, gint64 now_ms);
/** "12 wait, 3 overdue · 2 with colleagues · 1 snoozed until 14:05". */
char *vigil_words_triage_counts (const VigilTriageCounts *counts);

G_END_DECLS
