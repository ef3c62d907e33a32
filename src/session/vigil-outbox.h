/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing an operator did is lost: every action is pending, confirmed or refused, and says so. */
#pragma once

#include "vigil-actions.h"

G_BEGIN_DECLS

typedef enum
{
  VIGIL_ACTION_PENDING,    /* waiting for the hall, or for the connection; will be tried again */
  VIGIL_ACTION_CONFIRMED,
  VIGIL_ACTION_REFUSED,    /* the hall said no, or the operator gave it up; error says why */
} VigilActionState;

#define VIGIL_TYPE_OUTBOX_ITEM (vigil_outbox_item_get_type ())
G_DECLARE_FINAL_TYPE (VigilOutboxItem, vigil_outbox_item, VIGIL, OUTBOX_ITEM, GObject)

/** Signal "changed". Main thread only. */
VigilAction      *vigil_outbox_item_get_action (VigilOutboxItem *self);
VigilActionState  vigil_outbox_item_get_state  (VigilOutboxItem *self);
const GError     *vigil_outbox_item_get_error  (VigilOutboxItem *self);   /* last error; also while pending */
gint64            vigil_outbox_item_get_since_us (VigilOutboxItem *self); /* monotonic: when it was submitted */
gint64            vigil_outbox_item_get_due_us (VigilOutboxItem *self);   /* monotonic: held back until then */
guint             vigil_outbox_item_get_tries (VigilOutboxItem *self);
/** The bypass as the hall has it after a confirmed BYPASS or REVOKE_BYPASS. (nullable) */
VigilBypass      *vigil_outbox_item_get_bypass (VigilOutboxItem *self);

#define VIGIL_TYPE_OUTBOX (vigil_outbox_get_type ())
G_DECLARE_FINAL_TYPE (VigilOutbox, vigil_outbox, VIGIL, OUTBOX, GObject)

/**
 * A GListModel of VigilOutboxItem, newest first. Whatever is not the hall's own answer keeps an item
 * pending and is retried with backoff; a refusal is final. Actions on one candidate go out in the order they were given.
 * Main thread only. Signals: "item-settled" (VigilOutboxItem*); "item-withdrawn" (VigilOutboxItem*); "auth-needed": the token was refused,
 * everything waits for vigil_outbox_flush().
 */
VigilOutbox     *vigil_outbox_new (VigilActions *actions);
/** A snapshot for which there is no room is refused with VIGIL_SESSION_ERROR_FULL before this returns, and says so as any refusal does. (transfer none) */
VigilOutboxItem *vigil_outbox_submit (VigilOutbox *self, VigilAction *action);
/** Of snapshots, which are large, @max may wait at once; those that do stay if it becomes less. Default: 40. */
void             vigil_outbox_set_max_snapshots (VigilOutbox *self, guint max);
/** Whether another snapshot would be taken in. What it says may differ after "items-changed" and "item-settled". */
gboolean         vigil_outbox_has_room (VigilOutbox *self);
/** Between them nothing is sent: each submit looks for what may go, and of thousands once is enough. */
void             vigil_outbox_freeze (VigilOutbox *self);
void             vigil_outbox_thaw   (VigilOutbox *self);
/** Withdraws an item that is still pending and has not been sent. Returns: whether it could be. */
gboolean         vigil_outbox_withdraw (VigilOutbox *self, VigilOutboxItem *item);
/**
 * Gives up an item that was tried, is not confirmed and not on its way right now: it settles as refused with
 * VIGIL_SESSION_ERROR_ABANDONED, as nobody knows whether it arrived, and what waited behind it goes out.
 * Returns: whether it could be.
 */
gboolean         vigil_outbox_abandon (VigilOutbox *self, VigilOutboxItem *item);
/** Sends what is still held back: nobody will withdraw it any more. */
void             vigil_outbox_release (VigilOutbox *self);
/** Tries all pending items now (the connection is back); what is held back stays so. */
void             vigil_outbox_flush (VigilOutbox *self);
guint            vigil_outbox_get_n_pending (VigilOutbox *self);
/** The newest item about a candidate that is pending or was refused and not yet dismissed; claims are not
 *  what an operator waits for. (nullable) */
VigilOutboxItem *vigil_outbox_find (VigilOutbox *self, const char *student_id);
/** Forgets a settled item. */
void             vigil_outbox_dismiss (VigilOutbox *self, VigilOutboxItem *item);

G_END_DECLS
