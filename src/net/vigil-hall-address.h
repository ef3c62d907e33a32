/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a hall is: what a person typed, made into URLs, and what may be sent there. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Immutable, reference counted; any thread. */
typedef struct _VigilHallAddress VigilHallAddress;

/**
 * vigil_hall_address_new:
 * @text: what was typed: a URL, or a host with or without a port. Without a scheme it is https,
 *   except on loopback, where it is http
 *
 * Errors: VIGIL_SESSION_ERROR_ADDRESS (cannot be parsed, or holds a user name, a query or another
 * scheme), VIGIL_SESSION_ERROR_TLS (http to something that is not this machine).
 */
VigilHallAddress *vigil_hall_address_new (const char *text, GError **error);
VigilHallAddress *vigil_hall_address_ref (VigilHallAddress *self);
void              vigil_hall_address_unref (VigilHallAddress *self);

/** The normal form, without a slash at the end; what is shown, stored and compared. (transfer none) */
const char *vigil_hall_address_get_text (VigilHallAddress *self);

/** @path (with its slash and perhaps a query) at the hall. Returns: (transfer full). */
char *vigil_hall_address_build_url (VigilHallAddress *self, const char *path);

/** @path at the hall for a WebSocket: ws or wss. Returns: (transfer full). */
char *vigil_hall_address_build_socket_url (VigilHallAddress *self, const char *path);

/** Whether @uri has the hall's scheme, host and port: the only place a token may go to. */
gboolean vigil_hall_address_is_origin (VigilHallAddress *self, GUri *uri);

/** Whether @uri may be fetched at all: https, or http on this machine itself. */
gboolean vigil_uri_is_safe (GUri *uri, GError **error);

/** Whether @host is this machine: localhost, 127.0.0.0/8 or ::1. No name is resolved. */
gboolean vigil_host_is_loopback (const char *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallAddress, vigil_hall_address_unref)

G_END_DECLS
