/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing an operator did is dropped in silence: leaving with unconfirmed actions is asked about first. */
#pragma once

#include <gtk/gtk.h>

#include "vigil-outbox.h"

G_BEGIN_DECLS

typedef void (*VigilLeaveFunc) (gpointer owner);

/**
 * vigil_leave_guard:
 * @outbox: (nullable): whose pending actions would be dropped
 * @owner: a GObject, passed to @leave if it is still alive by then
 *
 * Calls @leave when nothing is pending, now or within a moment; else asks, and calls it only if the answer is to
 * leave all the same. Main thread.
 */
void vigil_leave_guard (GtkWindow *parent, VigilOutbox *outbox, VigilLeaveFunc leave, GObject *owner);

G_END_DECLS
