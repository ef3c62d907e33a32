/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Debian's coturn on loopback, with credentials that end by themselves (its REST way). */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TurnServer TurnServer;

/** Starts it on a port of its own and waits until it listens. Returns: (nullable): %NULL where there is none. */
TurnServer *turn_server_start (GError **error);
/** It dies without a word; comes back at the same address, with no memory of anybody. */
void        turn_server_kill    (TurnServer *self);
/** It is there and says nothing any more; turn_server_kill() ends it all the same. */
void        turn_server_freeze  (TurnServer *self);
gboolean    turn_server_restart (TurnServer *self, GError **error);
void        turn_server_stop  (TurnServer *self);
guint16     turn_server_get_port (TurnServer *self);
/** The one at which it speaks TLS, with a certificate of its own for 127.0.0.1. */
guint16     turn_server_get_tls_port (TurnServer *self);
/** That certificate's file, PEM. */
const char *turn_server_get_certificate (TurnServer *self);
/** A user "TIME:name" and what goes with it, for an hour. */
void        turn_server_make_credentials (TurnServer *self, char **user, char **password);
/** Whether its log has @text by now. */
gboolean    turn_server_has_logged (TurnServer *self, const char *text);

G_END_DECLS
