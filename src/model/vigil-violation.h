/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A violation as the referee reports it, with the evidence that was kept for it. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_VIOLATION (vigil_violation_get_type ())
#define VIGIL_TYPE_EVIDENCE_ITEM (vigil_evidence_item_get_type ())

/** Verdict of a flag. */
typedef enum
{
  VIGIL_VERDICT_OPEN,
  VIGIL_VERDICT_CONFIRMED,
  VIGIL_VERDICT_DISMISSED,
  VIGIL_VERDICT_ESCALATED,
  VIGIL_VERDICT_SNOOZED,   /* open again at until_ms */
} VigilVerdict;

/** One stored capture. Immutable, reference counted; any thread. */
typedef struct
{
  gatomicrefcount  ref_count;
  char            *key;      /* in the evidence layout */
  char            *kind;     /* "camera", "screen", "audio" */
  char            *sha256;   /* lower-case hex, nullable */
  char            *url;      /* presigned, short-lived: a secret; never logged */
  char            *by;       /* the operator who took it; nullable: it was captured by the candidate's machine */
  char            *note;     /* what that operator says of it; nullable */
  gint64           at_ms;
  gint64           size;     /* bytes, −1 unknown */
} VigilEvidenceItem;

GType              vigil_evidence_item_get_type (void);
VigilEvidenceItem *vigil_evidence_item_new (void);
VigilEvidenceItem *vigil_evidence_item_ref (VigilEvidenceItem *self);
void               vigil_evidence_item_unref (VigilEvidenceItem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilEvidenceItem, vigil_evidence_item_unref)

/** Immutable, reference counted; any thread. */
typedef struct
{
  gatomicrefcount  ref_count;
  char            *id;
  char            *student_id;
  char            *type;         /* "gaze_away", …; unknown types are shown, never dropped */
  VigilBand        severity;
  gboolean         severity_known; /* FALSE: the wire's band was not one of ours; severity is then MEDIUM */
  gint64           at_ms;
  guint            count;        /* how often it was seen within its TTL */
  VigilVerdict     verdict;
  gint64           until_ms;     /* SNOOZED: epoch ms by the hall's clock */
  char            *note;         /* nullable */
  char            *decided_by;   /* whose verdict it is; nullable */
  GPtrArray       *evidence;     /* of VigilEvidenceItem; made empty by vigil_violation_new() */
} VigilViolation;

GType           vigil_violation_get_type (void);
VigilViolation *vigil_violation_new (void);
/** A copy that shares the evidence items, for changing a member before anybody else sees it. */
VigilViolation *vigil_violation_copy (const VigilViolation *self);
VigilViolation *vigil_violation_ref (VigilViolation *self);
void            vigil_violation_unref (VigilViolation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilViolation, vigil_violation_unref)

const char *vigil_verdict_to_nick (VigilVerdict verdict);
gboolean    vigil_verdict_from_nick (const char *nick, VigilVerdict *verdict);

G_END_DECLS
