/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who publishes in a room of a Janus. Private to net/. */
#pragma once

#include "vigil-janus-message.h"

G_BEGIN_DECLS

/** Feeds by their producer id. Main thread; knows no socket. */
typedef struct _VigilJanusRoom VigilJanusRoom;

VigilJanusRoom *vigil_janus_room_new  (void);
void            vigil_janus_room_free (VigilJanusRoom *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilJanusRoom, vigil_janus_room_free)

/**
 * vigil_janus_room_take:
 * @data: of an event of the VideoRoom
 * @gone: (element-type utf8): the producer ids that are no more are appended
 *
 * Whoever is named is known by what is said now. Errors: VIGIL_PROTOCOL_ERROR; nothing was taken then.
 */
gboolean vigil_janus_room_take (VigilJanusRoom *self, JsonNode *data, GPtrArray *gone, GError **error);

/** Returns: (transfer none) (nullable): nobody publishes that. */
const VigilJanusFeed *vigil_janus_room_find (VigilJanusRoom *self, const char *producer_id);

/** Feeds of @kind that we can decode, in no order. Returns: (transfer container) (element-type VigilJanusFeed): borrowed. */
GPtrArray *vigil_janus_room_list (VigilJanusRoom *self, VigilMediaKind kind);

G_END_DECLS
