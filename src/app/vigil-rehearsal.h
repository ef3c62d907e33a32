/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rehearsal hall as a child process: started, asked for its address, ended with us. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIGIL_TYPE_REHEARSAL (vigil_rehearsal_get_type ())
G_DECLARE_FINAL_TYPE (VigilRehearsal, vigil_rehearsal, VIGIL, REHEARSAL, GObject)

/**
 * Main thread only. Dropping the last reference ends the hall: it quits when its stdin closes,
 * also when we crash.
 *
 * Signal "ended" (const char *why): the hall ended although nobody asked it to.
 */
VigilRehearsal *vigil_rehearsal_new (void);

/**
 * vigil_rehearsal_start_async:
 * @candidates: how many simulated candidates
 * @extra: (nullable) (array zero-terminated=1): more options for vigil-hall
 *
 * Starts the program and waits for its ready line. Errors (finish) are VIGIL_SESSION_ERROR.
 */
void     vigil_rehearsal_start_async  (VigilRehearsal *self, guint candidates, const char *const *extra, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean vigil_rehearsal_start_finish (VigilRehearsal *self, GAsyncResult *result, GError **error);

/** Where it listens and the token of an admin; %NULL before it is ready. (transfer none) */
const char *vigil_rehearsal_get_url   (VigilRehearsal *self);
const char *vigil_rehearsal_get_token (VigilRehearsal *self);

/** Process id, 0 when it does not run; for statistics. */
int vigil_rehearsal_get_pid (VigilRehearsal *self);

G_END_DECLS
