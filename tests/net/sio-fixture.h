/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Socket.IO client and the real server, with a sink that keeps whatever comes. */
#pragma once

#include "net-test.h"
#include "vigil-sio-client.h"

G_BEGIN_DECLS

/** An item of the client's "items". */
typedef struct
{
  char      *event;
  JsonNode  *argument;
  GPtrArray *attachments;
  gint64     ack_id;
} Heard;

typedef struct
{
  InteropPeer    *peer;
  guint16         port;
  gboolean        msgpack;
  VigilNetLimits  limits;
  VigilSioClient *client;
  GPtrArray      *heard;
  guint           n_connected;
  GString        *states;   /* one letter a state change */
} Fixture;

/** Atomic: µs that a frame costs the network thread, which takes it then; 0: frames are not taken there. */
extern gint slow_us;
/** One server for all tests that leave it as it was: starting node costs more than most of them. Stop it at the end. */
extern InteropPeer *shared_peer;

/** @data: ping interval in ms as text, or "msgpack", for a server of the test's own; NULL: the shared one. */
void set_up (Fixture *f, gconstpointer data);
void tear_down (Fixture *f, gconstpointer data);
void make_client (Fixture *f, const char *nsp);
void drop_client (Fixture *f);
Heard *find_heard (Fixture *f, const char *event);
void connect_good (Fixture *f);
JsonNode *request (Fixture *f, const char *event, const char *json, GError **error);
void emit (Fixture *f, const char *json);
void command (Fixture *f, const char *cmd, const char *members);
gint64 count_of (const char *name);

G_END_DECLS
