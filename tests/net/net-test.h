/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of net/ share: waiting, the real socket.io server, a log that is searched for secrets. */
#pragma once

#include "interop-peer.h"
#include "vigil-net-limits.h"

G_BEGIN_DECLS

/** A token that must not turn up anywhere. Every test uses it, or a part of it. */
#define NET_TEST_TOKEN "eyJhbGciOiJub25lIn0.c2VjcmV0LXRva2Vu.c2lnbmF0dXJl"

/** Call first. Makes a test fail if a warning is logged, and keeps every line for net_test_log_has(). */
void net_test_init (int *argc, char ***argv);

/** Call second, where a log of every frame would distort what is measured. */
void net_test_drop_debug (void);

/** Whether any line logged so far, of any domain and level, holds @text. */
gboolean net_test_log_has (const char *text);
/** How many lines were logged so far: a search that found nothing in nothing proves nothing. */
guint    net_test_log_length (void);

/** Short limits, so that a test of a time-out is short. */
void net_test_limits (VigilNetLimits *limits);

/** How much slower this build may be: sanitizers cost, and the machine is shared. */
#if defined (__SANITIZE_THREAD__)
#define NET_TEST_FACTOR 10
#elif defined (__SANITIZE_ADDRESS__)
#define NET_TEST_FACTOR 6
#else
#define NET_TEST_FACTOR 1
#endif

/** Waits for an expression, at most @ms (and more on a slow machine); fails the test with what was awaited. */
#define net_test_wait(expression, ms) \
  G_STMT_START { \
    gint64 net_test_until = g_get_monotonic_time () + (gint64) (ms) * 3000 * NET_TEST_FACTOR; \
    while (!(expression) && g_get_monotonic_time () < net_test_until) \
      net_test_iterate (); \
    if (!(expression)) \
      g_error ("not within %d ms: %s", (int) (ms), #expression); \
  } G_STMT_END

/** One turn of the main loop, of at most 10 ms. */
void net_test_iterate (void);
void net_test_run_for (guint ms);

/** Finds the npm modules. FALSE: skip. Sets VIGIL_INTEROP_DIR. */
gboolean net_test_find_node (void);

/** The real socket.io server, with the arguments of sio-server.mjs. @args: NULL-terminated after @port. */
InteropPeer *net_test_start_sio (guint16 *port, ...) G_GNUC_NULL_TERMINATED;

/** Starts the rehearsal hall with these arguments (the program first) and waits until it is ready. @url and
 *  @exam: (out) (transfer full). Returns: (transfer full): the process. */
GSubprocess *net_test_start_hall (const char *const *argv, char **url, char **exam);

/** Threads and descriptors of this process. */
guint net_test_count_threads (void);
guint net_test_count_fds (void);

/** GAsyncReadyCallback that stores the result in a GAsyncResult** (transfer full). */
void net_test_store_result_cb (GObject *source, GAsyncResult *result, gpointer user_data);

G_END_DECLS
