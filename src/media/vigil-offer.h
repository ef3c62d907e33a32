/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what the transport must know of a remote offer before webrtcbin sees it. */
#pragma once

#include <gst/sdp/sdp.h>

G_BEGIN_DECLS

GstSDPMessage *vigil_offer_parse        (const char           *sdp,
                                         GError              **error);
char         **vigil_offer_dup_loopback (const GstSDPMessage  *offer);
gboolean       vigil_offer_has_tcp      (const GstSDPMessage  *offer);

G_END_DECLS
