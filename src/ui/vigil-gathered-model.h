/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list model that tells a view once of what changed many times. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_GATHERED_MODEL (vigil_gathered_model_get_type ())
G_DECLARE_FINAL_TYPE (VigilGatheredModel, vigil_gathered_model, VIGIL, GATHERED_MODEL, GObject)

/**
 * A list view puts its two hundred rows in order with every change: a millisecond or more for each of the fifty
 * violations that are read at once. This model holds @base as it was last told, and tells what has changed since when
 * the main loop comes to it, before the next frame. While it shows few, more come a few at a time: rows have to be made. Main thread.
 *
 * @base: (transfer none).
 */
VigilGatheredModel *vigil_gathered_model_new (GListModel *base);

/** Tells at once what has not been told, so that the first @n positions are those of the base. Not while the base tells. */
void vigil_gathered_model_tell (VigilGatheredModel *self, guint n);

G_END_DECLS
