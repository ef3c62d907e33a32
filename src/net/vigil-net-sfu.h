/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SFU's signalling over the hall's socket. Private to net/. */
#pragma once

#include "vigil-sfu.h"
#include "vigil-signalling.h"

G_BEGIN_DECLS

#define VIGIL_TYPE_NET_SFU (vigil_net_sfu_get_type ())
G_DECLARE_FINAL_TYPE (VigilNetSfu, vigil_net_sfu, VIGIL, NET_SFU, GObject)

/** A VigilSfu. Main thread only. @profile: (nullable). */
VigilNetSfu *vigil_net_sfu_new (VigilSioClient *client, VigilProfile *profile);

G_END_DECLS
