/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of this layer. */
#pragma once

#include "vigil-receive-transport.h"
#include "vigil-webrtc-engine.h"

G_BEGIN_DECLS

/** Returns: (transfer none) (nullable): the transport of now. */
VigilReceiveTransport *vigil_webrtc_engine_get_transport (VigilWebrtcEngine *self);

G_END_DECLS
