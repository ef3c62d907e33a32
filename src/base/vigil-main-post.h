/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one door from streaming and network threads to the main loop. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VigilMainPostFunc:
 * @target: (type GObject): the receiver, alive for the length of the call
 * @event: the immutable event that was posted
 *
 * Runs on the thread of the context that the post names.
 */
typedef void (*VigilMainPostFunc) (gpointer target, gpointer event);

/**
 * vigil_main_post:
 * @context: (nullable): where @func is to run; %NULL is the default main context
 * @target: the receiver; held weakly: if it is gone by then, @event is freed and nothing runs.
 *   The caller must hold a reference on @target for the length of this call, which
 *   makes the weak reference safe on any thread
 * @generation: (nullable): an address that must still hold @expected when the event arrives,
 *   or the event is dropped. It must live as long as @target
 * @expected: the generation the event was made in
 * @func: what to run
 * @event: (transfer full) (nullable): the event
 * @free_event: (nullable): frees @event, after @func or instead of it
 *
 * Thread: any. Never blocks. Events posted by one thread arrive in order.
 */
void vigil_main_post (GMainContext      *context,
                      gpointer           target,
                      const gint        *generation,
                      gint               expected,
                      VigilMainPostFunc  func,
                      gpointer           event,
                      GDestroyNotify     free_event);

/**
 * vigil_main_post_gathered:
 * @target: as for vigil_main_post()
 * @func: what to run on the default main context, with no event
 *
 * As vigil_main_post(), for news that come often and may wait up to 16 ms: the
 * first after a rest runs at once, the others in turns that far apart, and the
 * main loop is not woken for each. In order among themselves.
 *
 * Thread: any. Never blocks.
 */
void vigil_main_post_gathered (gpointer          target,
                               VigilMainPostFunc func);

/** Number of posts that were dropped because their target or generation was gone. Any thread. */
guint64 vigil_main_post_get_dropped (void);

/** Remembers the calling thread as the main thread. Call once, first thing in main(). */
void vigil_set_main_thread (void);

/** Whether the caller is the main thread (the first caller of vigil_set_main_thread()). Any thread. */
gboolean vigil_is_main_thread (void);

G_END_DECLS
