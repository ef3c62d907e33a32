/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A peer in another process that speaks JSON lines: the Node hall, a browser. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * InteropPeer:
 *
 * Runs the default main context while it waits, so that the client under test
 * lives on meanwhile. Main thread only. The program ends when its stdin closes,
 * so it cannot outlive the test however that ends.
 */
typedef struct _InteropPeer InteropPeer;

/**
 * interop_setup:
 *
 * Runs setup.sh --test and sets VIGIL_INTEROP_DIR for the programs started
 * later. Blocks, for minutes the first time on a machine.
 *
 * Returns: 0; 77 if the peers cannot be had; another status if setting up failed
 */
int interop_setup (void);

/** A file of this folder. Returns: (transfer full). */
char *interop_dup_path (const char *name);

/** Starts a program; its stderr is ours. */
InteropPeer *interop_peer_start (const char *const *argv, GError **error);

/**
 * Waits for a line with {"event": @event}, which may have come already; each
 * line answers one wait. Returns: (transfer full) (nullable): the line.
 */
JsonNode *interop_peer_wait (InteropPeer *self, const char *event, guint timeout_ms, GError **error);

/**
 * Sends {"cmd": @cmd, …} and waits for its answer. @members: the other members
 * as a JSON text without braces, or NULL. A refusal is an error.
 * Returns: (transfer full) (nullable)
 */
JsonNode *interop_peer_command (InteropPeer *self, const char *cmd, const char *members, GError **error);

int  interop_peer_get_pid (InteropPeer *self);
void interop_peer_stop (InteropPeer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InteropPeer, interop_peer_stop)

/** Runs the default main context until @check says TRUE. Returns: FALSE if that took too long. */
typedef gboolean (*InteropCheck) (gpointer user_data);
gboolean interop_wait_until (InteropCheck check, gpointer user_data, guint timeout_ms);

/** Runs the default main context for a time. */
void interop_run_for (guint ms);

G_END_DECLS
