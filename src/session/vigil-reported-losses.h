/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was reported without a face, or with a dark camera, until that is over. For VigilIncidentWatch. */
#pragma once

#include "vigil-score-store.h"
#include "vigil-scoring-policy.h"

G_BEGIN_DECLS

typedef struct _VigilReportedLosses VigilReportedLosses;

/** @what: as it was noted. @over: it has ended, as is known since @at_ms; else it is just old.
 *  Returns: %FALSE: it is kept. */
typedef gboolean (*VigilReportedFunc) (gpointer user_data, VigilHandle handle, guint what, gboolean over, gint64 at_ms);

/**
 * A violation says that something began; its end is only in the flags that come with the scores. Once a
 * second, while there is somebody to ask for, they are looked at. Main thread.
 */
VigilReportedLosses *vigil_reported_losses_new  (VigilScoreStore *store, VigilReportedFunc func, gpointer user_data);
void                 vigil_reported_losses_free (VigilReportedLosses *self);

/** Somebody has it since @at_ms, or still has it. @what: 0 … 3; @flag: its bit in VigilScore.flags; @ttl_s: after
 *  twice so long without another report it is over where no scores come. */
void vigil_reported_losses_note   (VigilReportedLosses *self, VigilHandle handle, guint what, guint32 flag, guint ttl_s, gint64 at_ms);
void vigil_reported_losses_forget (VigilReportedLosses *self, VigilHandle handle);
void vigil_reported_losses_clear  (VigilReportedLosses *self);

/** Whether to ask; while the connection is gone there is nothing to learn. */
void vigil_reported_losses_set_live (VigilReportedLosses *self, gboolean live);
/** After how many ms one is old. */
void vigil_reported_losses_set_old  (VigilReportedLosses *self, guint old_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilReportedLosses, vigil_reported_losses_free)

G_END_DECLS
