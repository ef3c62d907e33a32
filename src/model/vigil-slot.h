/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One place on the wall. Who is in it may change; the place does not. */
#pragma once

#include "vigil-section.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_SLOT (vigil_slot_get_type ())
G_DECLARE_FINAL_TYPE (VigilSlot, vigil_slot, VIGIL, SLOT, GObject)

/**
 * Main thread only. Signals:
 *  - "handle-changed": another candidate sits here now, or the card of another section
 *  - "section-changed": the card's section was folded or counted anew, or the reason why the
 *    candidate is shown is another; who sits here is not
 */
VigilSlot  *vigil_slot_new (guint position);
guint       vigil_slot_get_position (VigilSlot *self);
/** VIGIL_HANDLE_NONE: nobody, or a section's card. */
VigilHandle vigil_slot_get_handle (VigilSlot *self);
/** The section whose card stands here; NULL: none does. (transfer none) */
const VigilSection *vigil_slot_get_section (VigilSlot *self);
/** Whether the filters would hide whoever sits here, were there no unattended critical flag. */
gboolean    vigil_slot_is_exempt (VigilSlot *self);

/** Emits "handle-changed" only when it differs. For VigilRosterView and VigilLane. */
void        vigil_slot_set_handle (VigilSlot *self, VigilHandle handle);
/** The same with all that a slot may hold: a handle or a section. Returns: whether "handle-changed" was emitted. */
gboolean    vigil_slot_seat (VigilSlot *self, VigilHandle handle, VigilSection *section, gboolean exempt);
/** Emits "section-changed" if the section differs from what it was at the last time. */
void        vigil_slot_tell_section (VigilSlot *self);

G_END_DECLS
