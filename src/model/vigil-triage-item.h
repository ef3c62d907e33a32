/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thing that somebody must attend to: a violation, or an incident with the violations it explains. */
#pragma once

#include "vigil-violation.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_TRIAGE_INCIDENT,  /* befalls many at once; nobody claims it */
  VIGIL_TRIAGE_WAITING,   /* nobody has it */
  VIGIL_TRIAGE_MINE,      /* we claimed its candidate */
  VIGIL_TRIAGE_COLLEAGUE, /* somebody else did */
  VIGIL_TRIAGE_SNOOZED,   /* put off until a time */
} VigilTriageState;

/** How near its deadline is. */
typedef enum
{
  VIGIL_DUE_LATER, /* less than half of its time is over */
  VIGIL_DUE_SOON,
  VIGIL_DUE_OVER,
} VigilDue;

#define VIGIL_TYPE_TRIAGE_ITEM (vigil_triage_item_get_type ())
G_DECLARE_FINAL_TYPE (VigilTriageItem, vigil_triage_item, VIGIL, TRIAGE_ITEM, GObject)

/** Main thread only; owned by its VigilTriageQueue. Signal "changed": anything below did. */
VigilTriageState  vigil_triage_item_get_state (VigilTriageItem *self);
VigilDue          vigil_triage_item_get_due (VigilTriageItem *self);
/** Of the violation; of an incident the worst of what it explains. */
VigilBand         vigil_triage_item_get_band (VigilTriageItem *self);
/** When it happened, epoch ms on the hall's clock. */
gint64            vigil_triage_item_get_at_ms (VigilTriageItem *self);
/** When it must have been attended to, by the settings; 0 for an incident. */
gint64            vigil_triage_item_get_deadline_ms (VigilTriageItem *self);
/** Whose it is. Returns: (transfer none) (nullable): %NULL for an incident. */
const char       *vigil_triage_item_get_student_id (VigilTriageItem *self);
/** Who claimed its candidate. Returns: (transfer none) (nullable). */
const char       *vigil_triage_item_get_claimed_by (VigilTriageItem *self);
/** SNOOZED: until when. */
gint64            vigil_triage_item_get_until_ms (VigilTriageItem *self);
/** It was put off, and its time has come again. */
gboolean          vigil_triage_item_get_returned (VigilTriageItem *self);
/** A colleague handed it up, and it waits for somebody with more rights. */
gboolean          vigil_triage_item_get_escalated (VigilTriageItem *self);
/** It was decided here, and the hall has not confirmed it yet. */
gboolean          vigil_triage_item_get_sending (VigilTriageItem *self);

/** The violation; of an incident the oldest that it explains. Returns: (transfer none) (nullable). */
VigilViolation   *vigil_triage_item_get_violation (VigilTriageItem *self);
/** All of them, oldest first, of VigilViolation. Returns: (transfer none): valid until the next change. */
GPtrArray        *vigil_triage_item_get_violations (VigilTriageItem *self);
/** The incident's number; 0: it is a violation. */
guint             vigil_triage_item_get_group (VigilTriageItem *self);
/** What the incident is, as it was put. Returns: (transfer none) (nullable). */
GObject          *vigil_triage_item_get_subject (VigilTriageItem *self);
/** The incident is over; it stays until somebody has seen that. */
gboolean          vigil_triage_item_get_over (VigilTriageItem *self);

G_END_DECLS
