/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One place on the wall. Who is in it may change; the place does not. */
#pragma once

#include "vigil-types.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SLOT (vigil_slot_get_type ())
G_DECLARE_FINAL_TYPE (VigilSlot, vigil_slot, VIGIL, SLOT, GObject)

/** Main thread only. Signal "handle-changed": another candidate sits here now. */
VigilSlot  *vigil_slot_new (guint position);
guint       vigil_slot_get_position (VigilSlot *self);
VigilHandle vigil_slot_get_handle (VigilSlot *self);
/** Emits "handle-changed" only when it differs. For VigilRosterView. */
void        vigil_slot_set_handle (VigilSlot *self, VigilHandle handle);

G_END_DECLS
