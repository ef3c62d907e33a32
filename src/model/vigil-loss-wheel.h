/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who lost something lately, counted by group in sliding windows. For VigilIncidentDetector. */
#pragma once

#include "vigil-incident-params.h"

G_BEGIN_DECLS

/** The windows move in steps of so much. */
#define VIGIL_LOSS_STEP_MS 500

/** The windows, the narrowest first; each lies in the next. */
typedef enum
{
  VIGIL_WINDOW_BURST,
  VIGIL_WINDOW_HOLD,
  VIGIL_WINDOW_BREAK,
  VIGIL_N_WINDOWS
} VigilLossWindow;

/** One loss; a reference is its number, 0 is none. It goes when it leaves the last window. */
typedef struct
{
  gint64               at_ms;
  gint64               recovered_at_ms;  /* 0: still lost */
  VigilIncidentGroups  groups;           /* as they were then */
  VigilHandle          handle;
  guint32              next;             /* of the same step */
  guint32              previous;
  guint32              bucket;
  guint8               windows;          /* bit per VigilLossWindow it is in */
  guint8               assigned : 1;     /* an incident has it, or had */
  guint8               aside : 1;        /* not counted for a moment */
} VigilLoss;

typedef struct _VigilLossWheel VigilLossWheel;

/** Told for each loss that leaves a window; for the last one it is gone afterwards. */
typedef void (*VigilLossFunc) (gpointer user_data, VigilLost lost, const VigilLoss *loss, VigilLossWindow window);

/** @lost: is handed to @func. Main thread, as everything here; no clock, no I/O. */
VigilLossWheel *vigil_loss_wheel_new  (const VigilIncidentParams *params, VigilLost lost, VigilLossFunc func, gpointer user_data);
void            vigil_loss_wheel_free (VigilLossWheel *self);
/** Forgets all losses and starts at @now_ms. */
void            vigil_loss_wheel_reset (VigilLossWheel *self, gint64 now_ms);

/** Moves the windows by one step, up to @now_ms at most. Returns: %FALSE: they are there already. */
gboolean vigil_loss_wheel_step (VigilLossWheel *self, gint64 now_ms);

/** Returns: its number; 0: it is older than the last window. */
guint32 vigil_loss_wheel_add    (VigilLossWheel *self, VigilHandle handle, const VigilIncidentGroups *groups, gint64 at_ms);
void    vigil_loss_wheel_remove (VigilLossWheel *self, guint32 number);
/** Valid until the next vigil_loss_wheel_add(). */
VigilLoss *vigil_loss_wheel_get (VigilLossWheel *self, guint32 number);

/** Losses in the burst or hold window of one group; of VIGIL_SHARED_EXAM: of all. */
guint vigil_loss_wheel_get_hits (VigilLossWheel *self, VigilLossWindow window, VigilShared shared, guint32 id);

/** Takes a loss out of the counts, or back. */
void vigil_loss_wheel_set_aside (VigilLossWheel *self, guint32 number, gboolean aside);

/** Walks the losses, newest step first: the one after @number, or the first for 0. Returns: 0 at the end. */
guint32 vigil_loss_wheel_next (VigilLossWheel *self, guint32 number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilLossWheel, vigil_loss_wheel_free)

G_END_DECLS
