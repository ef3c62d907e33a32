/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the feedback out of a compound, each into a packet of its own. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** One whole RTCP packet, which is only borrowed. */
typedef void (*VigilRtcpPart) (const guint8 *data,
                               gsize         size,
                               gpointer      user_data);

guint vigil_rtcp_split (const guint8  *data,
                        gsize          size,
                        VigilRtcpPart  part,
                        gpointer       user_data);

G_END_DECLS
