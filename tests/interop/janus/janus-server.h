/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Janus of our own: started, asked, frozen, killed, started again. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define JANUS_ROOM 1234
#define JANUS_PIN "a-pin-for-tests"
#define JANUS_PORT 8188

typedef struct _JanusServer JanusServer;

/** Needs with-network.sh around it. Ends with the process that made it, however that ends. @plugin: whom
 *  janus_server_ask() asks: "videoroom" or "streaming". */
JanusServer *janus_server_new    (const char *address, const char *interface, const char *plugin);
void         janus_server_free   (JanusServer *self);

/** Starts it and joins its API. Blocks for the second or so that takes. Exits the program if it does not start. */
void         janus_server_start  (JanusServer *self);
void         janus_server_kill   (JanusServer *self);
void         janus_server_freeze (JanusServer *self, gboolean frozen);
int          janus_server_get_pid (JanusServer *self);

/** One request to the plugin, by a connection that is not the client's under test. @body: JSON text. Returns: (transfer full) */
JsonObject  *janus_server_ask    (JanusServer *self, const char *body);

G_END_DECLS
