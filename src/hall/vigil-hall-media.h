/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hall's side of the SFU: requests of consoles in, JSON of mediasoup's shapes out.
 * The hall's thread.
 */
#pragma once

#include "vigil-hall-private.h"
#include "vigil-hall-sfu.h"
#include "vigil-hall-socket.h"
#include "vigil-sim-feed.h"

G_BEGIN_DECLS

VigilHallMedia *vigil_hall_media_new  (VigilHall *hall);
void            vigil_hall_media_free (VigilHallMedia *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilHallMedia, vigil_hall_media_free)

VigilSimStudio *vigil_hall_media_get_studio (VigilHallMedia *self);
VigilHallSfu   *vigil_hall_media_get_sfu    (VigilHallMedia *self);

/** Whether @name is a request of section 8 that is about media. */
gboolean vigil_hall_media_knows (const char *name);

/** TRUE: acknowledged on @socket, or will be. */
gboolean vigil_hall_media_request (VigilHallMedia  *self,
                                   VigilHallSocket *socket,
                                   const char      *name,
                                   JsonNode        *argument,
                                   gint64           ack_id,
                                   GError         **error);

/** Frees every transport and consumer of a client. */
void vigil_hall_media_close_client (VigilHallMedia *self, const char *client_key);

/** Produces @feed. Returns: (transfer full) (nullable): the producer's id; %NULL while the SFU is down. */
char *vigil_hall_media_produce   (VigilHallMedia *self, VigilSimFeed *feed);
void  vigil_hall_media_unproduce (VigilHallMedia *self, const char *producer_id);

/** The worker dies: every transport is gone and said to be. It stays down until told otherwise. */
void     vigil_hall_media_die     (VigilHallMedia *self, const char *reason);
void     vigil_hall_media_revive  (VigilHallMedia *self);
gboolean vigil_hall_media_is_down (VigilHallMedia *self);

G_END_DECLS
