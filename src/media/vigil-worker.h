/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread that runs jobs in order: for everything of a transport that can block. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VigilWorker:
 *
 * Reference counted. Jobs run one after the other, in the order they came. The
 * thread ends by itself once vigil_worker_finish() was called and the jobs
 * before it are done; nobody ever waits for it.
 */
typedef struct _VigilWorker VigilWorker;

typedef void (*VigilWorkerFunc) (gpointer data);

VigilWorker *vigil_worker_new       (const char      *name);
VigilWorker *vigil_worker_ref       (VigilWorker     *self);
void         vigil_worker_unref     (VigilWorker     *self);
gboolean     vigil_worker_push      (VigilWorker     *self,
                                     VigilWorkerFunc  func,
                                     gpointer         data,
                                     GDestroyNotify   free_data);
void         vigil_worker_finish    (VigilWorker     *self);
gboolean     vigil_worker_is_current (VigilWorker    *self);
guint        vigil_worker_get_n_live (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilWorker, vigil_worker_unref)

G_END_DECLS
