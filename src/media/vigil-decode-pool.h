/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few threads on which all feeds are decoded. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VigilDecodePool:
 *
 * A thread per tile would be woken for every packet; a few for all of them are
 * woken once a picture. Reference counted, any thread. A job that never comes
 * back keeps its thread: vigil_decode_pool_replace_thread() makes up for it.
 * Jobs that wait together may be done together.
 */
typedef struct _VigilDecodePool VigilDecodePool;

/** So many jobs are done together at most. */
#define VIGIL_DECODE_TOGETHER_MAX 8u

/** Does what waits with those objects; more than one only if each of them joins. */
typedef void     (*VigilDecodeFunc)  (gpointer *objects, guint n);
/** Whether the job may be done with others': none of them may hold up the rest for good. Does not block. */
typedef gboolean (*VigilDecodeJoins) (gpointer object);

VigilDecodePool *vigil_decode_pool_new            (guint            n_threads,
                                                   VigilDecodeFunc  func,
                                                   VigilDecodeJoins joins);
VigilDecodePool *vigil_decode_pool_ref            (VigilDecodePool *self);
void             vigil_decode_pool_unref          (VigilDecodePool *self);
void             vigil_decode_pool_push           (VigilDecodePool *self,
                                                   gpointer         object,
                                                   gboolean         urgent);
void             vigil_decode_pool_push_back      (VigilDecodePool *self,
                                                   gpointer         object,
                                                   gboolean         late);
void             vigil_decode_pool_replace_thread (VigilDecodePool *self,
                                                   gpointer         object);
guint            vigil_decode_pool_get_n_threads  (VigilDecodePool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilDecodePool, vigil_decode_pool_unref)

G_END_DECLS
