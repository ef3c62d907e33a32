/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A VideoRoom of a Janus as an SFU: one subscription, whose slots change hands. */
#pragma once

#include "vigil-net-limits.h"
#include "vigil-sfu.h"
#include "vigil-sfu-config.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_JANUS_SFU (vigil_janus_sfu_get_type ())
G_DECLARE_FINAL_TYPE (VigilJanusSfu, vigil_janus_sfu, VIGIL, JANUS_SFU, GObject)

/**
 * VigilJanusSfu:
 *
 * A VigilSfu. Main thread only. A producer is "{feed}/{mid}" of the room.
 *
 * A transport is a connection to the Janus with two handles: one that hears who publishes, and one subscription of
 * "janus-slots" m-lines, negotiated once as far as media/ is concerned. If nobody publishes yet, opening waits for the
 * first who does. consume reserves a slot and asks nobody; resume puts the producer behind it (switch) or lets it go on
 * (configure), pause and close stop it. What is asked in one turn of the main loop goes in one request of each kind.
 *
 * Why no picture of one candidate comes through a slot of another: docs/architecture.md, A slot changes hands.
 */
VigilJanusSfu *vigil_janus_sfu_new (const VigilSfuConfig *config, GTlsDatabase *trust, const VigilNetLimits *limits);

/** Lets go of the Janus, if there is one; everything pending fails with VIGIL_SESSION_ERROR_CLOSED. No signal. */
void vigil_janus_sfu_close (VigilJanusSfu *self);

G_END_DECLS
