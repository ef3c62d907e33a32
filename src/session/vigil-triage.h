/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One operator at the triage queue: what is next, whose it is, what was decided. */
#pragma once

#include "vigil-incident-watch.h"
#include "vigil-outbox.h"
#include "vigil-roster.h"
#include "vigil-settings.h"
#include "vigil-triage-queue.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_TRIAGE (vigil_triage_get_type ())
G_DECLARE_FINAL_TYPE (VigilTriage, vigil_triage, VIGIL, TRIAGE, GObject)

/**
 * Main thread only.
 *
 * A claim is on a candidate, and so on all of the candidate's items: two colleagues who write to the same
 * person about two violations are what claims are to prevent. It is made through the hall, which has the
 * last word, and given back when the operator goes on and nothing of the candidate is left to decide.
 *
 * Signals:
 *  - "current-changed": another item is attended to, or none
 *  - "claim-refused" (const char *student_id, const GError*): a colleague was faster
 *  - "decided" (guint n, gint verdict): that many violations were decided; vigil_triage_undo() takes it back
 *  - "flags-wanted": the hall's open flags have to be read again
 */
VigilTriage *vigil_triage_new (VigilRoster *roster, VigilOutbox *outbox, VigilIncidentWatch *incidents, VigilSettings *settings);

VigilTriageQueue *vigil_triage_get_queue (VigilTriage *self);

/** An exam is joined; @user and @role: who we are. Its claims and deadlines run from now on. */
void vigil_triage_start (VigilTriage *self, const char *exam_id, const char *user, VigilRole role);
/** It is left: everything is forgotten but what is in the outbox. */
void vigil_triage_stop  (VigilTriage *self);

/** What is attended to now. Returns: (transfer none) (nullable). */
VigilTriageItem *vigil_triage_get_current (VigilTriage *self);
/** Attends to an item and claims its candidate; %NULL: to none. What was attended to before is given back. */
void             vigil_triage_set_current (VigilTriage *self, VigilTriageItem *item);
/** The oldest unattended one after the current. If a colleague turns out to have it, the one after that.
 *  Returns: (transfer none) (nullable): %NULL: nothing waits. */
VigilTriageItem *vigil_triage_next (VigilTriage *self);
/** Whether the claim on a candidate is still on its way to the hall. */
gboolean         vigil_triage_is_claiming (VigilTriage *self, const char *student_id);

/**
 * vigil_triage_decide:
 * @shown: (nullable) (element-type VigilViolation): only these, as vigil_triage_dup_undecided() gave them: what joined the
 *   incident while a question was open is not a part of the answer
 * @note: (nullable): the reason
 * @until_ms: of a snooze
 *
 * Decides an item: all of an incident's violations, which are then no longer anybody's to decide. Held back
 * for undo-delay. An incident that is over and explains nothing any more is taken out of the queue.
 * Returns: how many violations it was.
 */
guint    vigil_triage_decide (VigilTriage *self, VigilTriageItem *item, GPtrArray *shown,
                              VigilVerdict verdict, const char *note, gint64 until_ms);
/** What of an item is still to be decided. Returns: (transfer full) (element-type VigilViolation). */
GPtrArray *vigil_triage_dup_undecided (VigilTriage *self, VigilTriageItem *item);
/** It is no incident: what it explains waits violation by violation. */
void     vigil_triage_split (VigilTriage *self, VigilTriageItem *item);
/** Takes the last decision back, as far as nothing of it was sent. @again: (out) (transfer none) (nullable): what waits
 *  again. Returns: how many violations do. */
guint    vigil_triage_undo (VigilTriage *self, VigilTriageItem **again);

/** For the session: @violation as it is known now; a verdict; the hall's list of open flags. */
void vigil_triage_take             (VigilTriage *self, VigilViolation *violation);
void vigil_triage_take_verdict     (VigilTriage *self, const char *flag_id, VigilVerdict verdict, gint64 until_ms);
void vigil_triage_flags_reading    (VigilTriage *self);
/** @complete: all of them were read. */
void vigil_triage_flags_read       (VigilTriage *self, gboolean complete);

G_END_DECLS
