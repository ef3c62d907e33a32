/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list model that gives a grid its first items a few at a time, and takes them away likewise. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_PACED_MODEL (vigil_paced_model_get_type ())
G_DECLARE_FINAL_TYPE (VigilPacedModel, vigil_paced_model, VIGIL, PACED_MODEL, GObject)

/**
 * A grid makes a widget for each of its first 240 items or so and frees them when they go: 60 µs apiece, in one call.
 * A search that narrows and widens with every letter would do that with every letter. This model grows by portions up to
 * 256 and then at once; and it shrinks at once down to that and then by portions, with empty slots (VIGIL_HANDLE_NONE)
 * in the place of who is gone. Positions are those of @base.
 *
 * @base: (transfer none): a roster view, or another list of VigilSlots that changes only at its end and keeps the slot of a
 * position for good. Main thread.
 */
VigilPacedModel *vigil_paced_model_new (GListModel *base);

/** Shows all of @base at once, for who needs a position that is not there yet. */
void vigil_paced_model_finish (VigilPacedModel *self);

G_END_DECLS
