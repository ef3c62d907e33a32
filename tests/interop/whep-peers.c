/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a Janus with candidates and a WHEP server before it, and ends them. */
#include "whep-peers.h"

#include "janus/janus-server.h"

#define PORT  "7080"
#define TOKEN "a-token-for-tests"

static InteropPeer *
start (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) ready = NULL;
  InteropPeer *peer = interop_peer_start (argv, &error);

  g_assert_no_error (error);
  ready = interop_peer_wait (peer, "ready", 120000, &error);
  g_assert_no_error (error);
  return peer;
}

WhepPeers *
whep_peers_start (guint n_candidates, guint width, guint height, guint rate)
{
  WhepPeers *self = g_new0 (WhepPeers, 1);
  g_autofree char *room = g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "interop", "janus-room", NULL);
  g_autofree char *whep = interop_dup_path ("janus/whep-server.mjs");
  g_autofree char *n = g_strdup_printf ("%u", n_candidates);
  g_autofree char *w = g_strdup_printf ("%u", width);
  g_autofree char *h = g_strdup_printf ("%u", height);
  g_autofree char *r = g_strdup_printf ("%u", rate);

  self->n_candidates = n_candidates;
  self->room = start ((const char *const[]) { room, n, w, h, r, "mountpoints", NULL });
  self->whep = start ((const char *const[]) { whep, "ws://127.0.0.1:" G_STRINGIFY (JANUS_PORT) "/", PORT, n, TOKEN, NULL });
  return self;
}

void
whep_peers_stop (WhepPeers *self)
{
  interop_peer_stop (self->whep);
  interop_peer_stop (self->room);
  g_free (self);
}

void
whep_peers_publish (WhepPeers *self, InteropHall *hall)
{
  interop_hall_do (hall, "whep", "\"url\":\"http://127.0.0.1:" PORT "/whep/endpoint/\",\"token\":\"" TOKEN "\",\"candidates\":%u",
                   self->n_candidates);
}

gint64
whep_peers_count (WhepPeers *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = interop_peer_command (self->whep, "count", NULL, &error);

  g_assert_no_error (error);
  return json_object_get_int_member (json_node_get_object (answer), "subscribers");
}
