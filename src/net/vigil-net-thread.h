/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network thread: a thread with its own main context, and nothing else of the program on it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VigilNetThread:
 *
 * Runs sources of its context until vigil_net_thread_stop(). It always drains everything that is
 * ready before it waits, and a handler may ask it to gather: to wait a little after the drain, so
 * that what arrives meanwhile is read in one go. A call from another thread ends that wait.
 *
 * Reference counted; the running thread holds a reference of its own.
 */
typedef struct _VigilNetThread VigilNetThread;

/** Starts a thread. @name: of at most 15 bytes, for the debugger. Thread: any. */
VigilNetThread *vigil_net_thread_new   (const char *name);
VigilNetThread *vigil_net_thread_ref   (VigilNetThread *self);
void            vigil_net_thread_unref (VigilNetThread *self);

/**
 * vigil_net_thread_stop:
 *
 * Ends the thread after what was called before, and after what is being held (at most for 3 s).
 * Returns at once; nothing is joined, because the caller may be the main loop. Thread: any.
 */
void vigil_net_thread_stop (VigilNetThread *self);

/**
 * vigil_net_thread_call:
 * @func: runs on the network thread; calls from one thread run in order
 * @free_data: (nullable): runs on the network thread afterwards, or where the thread's context dies
 *
 * Never blocks. Thread: any.
 */
void vigil_net_thread_call (VigilNetThread *self, void (*func) (gpointer data), gpointer data, GDestroyNotify free_data);

/** The context, for sources of handlers on the network thread. Returns: (transfer none). Thread: any. */
GMainContext *vigil_net_thread_get_context (VigilNetThread *self);

/** Whether the caller is the network thread. Thread: any. */
gboolean vigil_net_thread_is_current (VigilNetThread *self);

/** Keeps the thread from ending until it is released: something is still being closed. Thread: network. */
void vigil_net_thread_hold    (VigilNetThread *self);
void vigil_net_thread_release (VigilNetThread *self);

/** Waits up to @usec after this round's drain, unless somebody calls. Thread: network. */
void vigil_net_thread_gather (VigilNetThread *self, gint64 usec);

/** How many network threads of this process have not ended yet. Thread: any. */
int vigil_net_thread_get_n_alive (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilNetThread, vigil_net_thread_unref)

G_END_DECLS
