/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rehearsal hall: everything of docs/protocol.md, with simulated candidates.
 *
 * Lives on the thread that made it and in the main context that was its default then. Several
 * halls in one process do not know each other.
 */
#pragma once

#include <gio/gio.h>

#include "vigil-hall-options.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_HALL (vigil_hall_get_type ())
G_DECLARE_FINAL_TYPE (VigilHall, vigil_hall, VIGIL, HALL, GObject)

/** A hall after @options (copied), not yet listening. Errors: database, evidence folder, tokens, catalogue. */
VigilHall *vigil_hall_new (const VigilHallOptions *options, GError **error);

/** Begins to listen and to simulate. Errors: G_IO_ERROR (address in use …). */
gboolean vigil_hall_start (VigilHall *self, GError **error);

/**
 * vigil_hall_prepare_async:
 *
 * Waits until the webcams of the first --prepare candidates can be played, so that the first
 * console need not wait for an encoder. Finishes soon where the cache has them. After start ().
 */
void     vigil_hall_prepare_async  (VigilHall *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean vigil_hall_prepare_finish (VigilHall *self, GAsyncResult *result, GError **error);

/** Closes every connection and stops; before the last unref, on the hall's thread. */
void vigil_hall_stop (VigilHall *self);

/** "http://127.0.0.1:PORT" once started. */
const char *vigil_hall_get_url (VigilHall *self);

/** The token of "invigilator", "reviewer" or "admin". Returns: (transfer none) (nullable): a secret. */
const char *vigil_hall_get_token (VigilHall *self, const char *role);

/** The running exam's id. */
const char *vigil_hall_get_exam_id (VigilHall *self);

/** {"ready":true,"url","tokens","exam"} in one line. Returns: (transfer full): holds secrets. */
char *vigil_hall_dup_ready_line (VigilHall *self);

/** Applies a fault as POST /control does: "op[,key=value…]". Errors: VIGIL_HALL_ERROR. */
gboolean vigil_hall_apply_fault (VigilHall *self, const char *spec, GError **error);

G_END_DECLS
