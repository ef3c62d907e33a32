/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a VigilOutboxItem is changed; for its outbox. */
#pragma once

#include "vigil-outbox.h"

G_BEGIN_DECLS

VigilOutboxItem *vigil_outbox_item_new (VigilAction *action);

/** It goes out now. */
void vigil_outbox_item_begin_try (VigilOutboxItem *self);
gboolean vigil_outbox_item_is_in_flight (VigilOutboxItem *self);

/** Ends its hold: it may go out now. */
void vigil_outbox_item_release (VigilOutboxItem *self);

/** The try is over. @error: (nullable): why it is not done. @bypass: (nullable): as the hall has it. */
void vigil_outbox_item_end_try (VigilOutboxItem *self, VigilActionState state, const GError *error, VigilBypass *bypass);

G_END_DECLS
