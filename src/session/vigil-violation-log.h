/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The violations known so far, by candidate and by id, bounded. */
#pragma once

#include "vigil-violation.h"

G_BEGIN_DECLS

typedef struct _VigilViolationLog VigilViolationLog;

typedef enum
{
  VIGIL_LOG_SAME,     /* nothing new in it */
  VIGIL_LOG_ADDED,
  VIGIL_LOG_CHANGED,  /* its count, evidence or verdict differs */
  VIGIL_LOG_EVICTED,  /* new, and too old to be kept: it is not in the log */
} VigilLogResult;

/** At most @max_each of one candidate and @max_total in all are kept; the oldest go, those first that somebody
 *  decided about. The hall has them all. Main thread. */
VigilViolationLog *vigil_violation_log_new  (guint max_each, guint max_total);
void               vigil_violation_log_free (VigilViolationLog *self);
void               vigil_violation_log_clear (VigilViolationLog *self);

/** Takes what the hall says now of a violation. A smaller count is an older word and is dropped. */
VigilLogResult  vigil_violation_log_add (VigilViolationLog *self, VigilViolation *violation);

/** The same for one that was read from a page, which may have been on its way while somebody decided:
 *  what it calls open stays decided. */
VigilLogResult  vigil_violation_log_add_read (VigilViolationLog *self, VigilViolation *violation);

/** Changes a verdict; @until_ms: of a snoozed one. Returns: (transfer none) (nullable): the violation as it is now; %NULL if it is
 *  not known or has this verdict already. */
VigilViolation *vigil_violation_log_set_verdict (VigilViolationLog *self, const char *id, VigilVerdict verdict, gint64 until_ms);

VigilViolation *vigil_violation_log_lookup (VigilViolationLog *self, const char *id); /* (transfer none) (nullable) */

/** Newest first. Returns: (transfer container): of VigilViolation; owns references. */
GPtrArray      *vigil_violation_log_dup (VigilViolationLog *self, const char *student_id);

/** How many of a candidate's are open as far as they are known, and the worst band among them. */
guint           vigil_violation_log_get_open (VigilViolationLog *self, const char *student_id, VigilBand *worst);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilViolationLog, vigil_violation_log_free)

G_END_DECLS
