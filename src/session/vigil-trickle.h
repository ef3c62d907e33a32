/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ICE candidates that come after the offer of a connection, and after its answer. */
#pragma once

#include "vigil-media-engine.h"

G_BEGIN_DECLS

/**
 * VigilTrickle:
 *
 * Carries what media/ finds after an early offer to the SFU, and what that says back. Candidates that come before there is a
 * consumer wait for it; while one request is on its way the others gather. What could not be sent for a passing reason is
 * sent again a few times, with what came meanwhile. Main thread only.
 */
typedef struct _VigilTrickle VigilTrickle;

/** Before the offer is asked for. Holds @sfu and @engine. */
VigilTrickle *vigil_trickle_new   (VigilSfu *sfu, VigilMediaEngine *engine, guint64 feed);

/** The SFU made that consumer of the offer, and it is attached: from here on candidates go there. */
void          vigil_trickle_begin (VigilTrickle *self, const char *consumer_id);

/** Nothing more is sent, nor handed on. */
void          vigil_trickle_free  (VigilTrickle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VigilTrickle, vigil_trickle_free)

G_END_DECLS
