/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One client's WebSocket: Engine.IO 4 and Socket.IO, the server's side.
 *
 * Pings, timeouts, limits and packets are dealt with here; what a request means is the
 * owner's business. Lives on the hall's thread. Signals:
 *   "joined"  (nsp, token)              a CONNECT; answer with accept () or refuse ()
 *   "request" (nsp, name, argument, ack_id)  an EVENT with an ack id of a joined namespace
 *   "left"    (nsp)                     a DISCONNECT of the client
 *   "closed"  ()                        the connection is gone; once, also after close ()
 */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct
{
  guint ping_interval_ms;
  guint ping_timeout_ms;
  guint join_timeout_ms; /* to join a namespace */
  guint requests_per_second; /* 0: unlimited */
} VigilHallSocketLimits;

#define VIGIL_TYPE_HALL_SOCKET (vigil_hall_socket_get_type ())
G_DECLARE_FINAL_TYPE (VigilHallSocket, vigil_hall_socket, VIGIL, HALL_SOCKET, GObject)

/** Takes @connection over and sends the open packet at the next turn of the loop. */
VigilHallSocket *vigil_hall_socket_new (SoupWebsocketConnection *connection, const VigilHallSocketLimits *limits);

/** Engine.IO's id of the connection. */
const char *vigil_hall_socket_get_sid (VigilHallSocket *self);

gboolean vigil_hall_socket_is_open   (VigilHallSocket *self);
gboolean vigil_hall_socket_has_joined (VigilHallSocket *self, const char *nsp);

void vigil_hall_socket_accept (VigilHallSocket *self, const char *nsp);
void vigil_hall_socket_refuse (VigilHallSocket *self, const char *nsp, const GError *error);

/** Sends a complete frame ("42[…]"). */
void vigil_hall_socket_send_frame (VigilHallSocket *self, GBytes *frame);

/** Sends an event with one argument, given as JSON. */
void vigil_hall_socket_send_event (VigilHallSocket *self, const char *nsp, const char *event, const char *argument);

/** Acknowledges @ack_id with {"ok":true} and @members (JSON members without braces, nullable). */
void vigil_hall_socket_ack       (VigilHallSocket *self, const char *nsp, gint64 ack_id, const char *members);
void vigil_hall_socket_ack_error (VigilHallSocket *self, const char *nsp, gint64 ack_id, const GError *error);

/** Closes a namespace from our side. */
void vigil_hall_socket_disconnect (VigilHallSocket *self, const char *nsp);

/** A frozen socket hears nothing and says nothing until it is thawed; then everything comes at once. */
void vigil_hall_socket_set_frozen (VigilHallSocket *self, gboolean frozen);

/** Ends the connection; "closed" comes before this returns. @abrupt: without a closing handshake. */
void vigil_hall_socket_close (VigilHallSocket *self, gboolean abrupt);

G_END_DECLS
