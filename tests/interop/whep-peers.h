/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates in a Janus, and Meetecho's Simple WHEP server before it. */
#pragma once

#include "interop-hall.h"
#include "interop-peer.h"

G_BEGIN_DECLS

typedef struct
{
  InteropPeer *room;
  InteropPeer *whep;
  guint        n_candidates;
} WhepPeers;

/** Starts both, in a network that Janus can live in (janus/with-network.sh). The look of a candidate's pictures is his number. */
WhepPeers *whep_peers_start   (guint n_candidates, guint width, guint height, guint rate);
void       whep_peers_stop    (WhepPeers *self);
/** Tells the hall that its videos are there. */
void       whep_peers_publish (WhepPeers *self, InteropHall *hall);
/** Subscribers, as the server counts them. */
gint64     whep_peers_count   (WhepPeers *self);

G_END_DECLS
